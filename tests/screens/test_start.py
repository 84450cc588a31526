"""Starting runs: from a job, again with a run's inputs, from a file; and what is said when it cannot be."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtui.model.run import Run
from runtui.simulation.faults import Fault
from runtui.tui.screens.jobs import JobsScreen
from runtui.tui.screens.profiles import ProfilesScreen
from runtui.tui.screens.run import RunScreen
from runtui.tui.screens.runs import RunsScreen
from runtui.tui.screens.start import StartScreen
from runtui.tui.start_fields import DOCUMENT, NAME, VERSION
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator, Stage

Services = Mapping[str, ServedSimulator]
FLOOD = "coastal-flood"
ROTATION = "image-rotation"
IMAGE = "https://example.org/a.jpg"


@pytest.fixture
def served(stage: Stage) -> Iterator[ServedSimulator]:
    """DeltaTwin in a world of this test's own, to start runs in."""
    with stage.serving("deltatwin", runs=12) as one:
        yield one


@asynccontextmanager
async def form_of(served: ServedSimulator, job_id: str) -> AsyncIterator[tuple[Dashboard, StartScreen]]:
    """The form of a job of DeltaTwin."""
    async with dashboard({"destine": served}) as dash:
        screen = StartScreen("destine", job_id)
        dash.app.push_screen(screen)
        await dash.opened(StartScreen)
        await dash.idle()
        yield dash, screen


def posted(served: ServedSimulator) -> list[str]:
    """The requests that start a run."""
    return [one for one in served.requests if one.startswith("POST ") and one.endswith("/runs")]


def started(dash: Dashboard, before: set[str]) -> Run:
    """The one run there was not before."""
    (run,) = [run for reference, run in dash.app.index.runs.items() if reference.id not in before]
    return run


def known(dash: Dashboard) -> set[str]:
    return {reference.id for reference in dash.app.index.runs}


# choosing a job


async def test_the_jobs_of_a_profile_are_listed_and_one_opens_its_form(services: Services) -> None:
    async with dashboard(services) as dash:
        await dash.press("P")
        await dash.opened(ProfilesScreen)
        screen = dash.screen
        assert isinstance(screen, ProfilesScreen)
        screen.table.move_to_key("destine")
        await dash.press("N")
        await dash.opened(JobsScreen)
        await dash.shows("ai-sen2cor-processor")
        await dash.press("slash", "f", "l", "o", "o", "d", "enter")
        await dash.shows("1 of 3")
        await dash.press("enter")
        await dash.opened(StartScreen)
        await dash.shows("sea_level_rise")


async def test_brackets_go_to_the_jobs_of_the_next_profile(services: Services) -> None:
    async with dashboard(services) as dash:
        dash.app.open_jobs("destine")
        await dash.shows("coastal-flood")
        names = list(dash.app.index.health)
        await dash.press("right_square_bracket")
        await dash.idle()
        assert isinstance(dash.screen, JobsScreen)
        assert dash.screen.profile == names[(names.index("destine") + 1) % len(names)]
        assert "coastal-flood" not in dash.frame


async def test_jobs_that_cannot_be_had_say_why(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=3) as served:
        async with dashboard({"destine": served}) as dash:
            served.simulator.application.add(Fault(match="deltatwins", status=403))
            dash.app.open_jobs("destine")
            await dash.opened(JobsScreen)
            await dash.shows("allow this")


# the form


@pytest.mark.parametrize(("width", "height"), [(120, 40), (80, 24), (60, 16)])
async def test_the_form_fits_any_terminal(served: ServedSimulator, width: int, height: int) -> None:
    async with dashboard({"destine": served}, size=(width, height)) as dash:
        screen = StartScreen("destine", FLOOD)
        dash.app.push_screen(screen)
        await dash.opened(StartScreen)
        await dash.idle()
        screen.form.set_text("sea_level_rise", "high")
        await dash.press("ctrl+s")
        await dash.idle()
        dash.matches_frame(f"start_{width}x{height}")


async def test_a_form_has_a_line_for_each_declared_input(served: ServedSimulator) -> None:
    async with form_of(served, FLOOD) as (dash, screen):
        assert list(screen.form.texts) == [
            VERSION,
            "storm",
            "sea_level_rise",
            "return_period",
            "start",
            "write_depth",
            "solver_options",
            "dem",
        ]
        assert "Xynthia" in dash.frame, "the default stands in the empty field"
        assert set(screen.form.texts.values()) == {""}


async def test_what_does_not_fit_is_said_beside_the_field_while_one_types(served: ServedSimulator) -> None:
    async with form_of(served, FLOOD) as (dash, screen):
        screen.form.focus_field("return_period")
        await dash.press("x")
        await dash.shows("expected a whole number")
        await dash.press("backspace", "5", "0")
        await dash.until(lambda: screen.form.said("return_period") == "integer")


async def test_a_wrong_field_is_sent_to_nobody_and_gets_the_keys(served: ServedSimulator) -> None:
    async with form_of(served, FLOOD) as (dash, screen):
        screen.form.set_text("sea_level_rise", "high")
        await dash.press("ctrl+s")
        await dash.shows("Nothing was sent")
        assert not posted(served)
        assert screen.form.texts["sea_level_rise"] == "high"


async def test_a_started_run_is_opened_with_the_inputs_of_their_types(served: ServedSimulator) -> None:
    async with form_of(served, FLOOD) as (dash, screen):
        before = known(dash)
        texts = {
            "storm": "Ciara",
            "sea_level_rise": "0.77",
            "return_period": "50",
            "start": "2026-01-31T12:00:00Z",
            "write_depth": "yes",
            "solver_options": '{"cfl": 0.5}',
            "dem": "b8810ff1-16c7-4269-b784-0c5ce392ff25",
        }
        for key, text in texts.items():
            screen.form.set_text(key, text)
        await dash.press("ctrl+s")
        await dash.opened(RunScreen)
        await dash.idle()
        run = await dash.app.ask(lambda session: session.fetch_run(started(dash, before).reference))
        given = {variable.name: variable.value for variable in run.variables}
        assert given == {
            "storm": "Ciara",
            "sea_level_rise": 0.77,
            "return_period": 50,
            "start": "2026-01-31T12:00:00Z",
            "write_depth": True,
            "solver_options": '{"cfl":0.5}',
            "dem": "b8810ff1-16c7-4269-b784-0c5ce392ff25",
        }
        assert run.extra["version"] == "2.4.0"
        assert len(posted(served)) == 1
        await dash.press("q")
        await dash.opened(RunsScreen)


async def test_an_input_without_default_is_pointed_out_once_and_then_left_out(served: ServedSimulator) -> None:
    async with form_of(served, FLOOD) as (dash, screen):
        await dash.press("ctrl+s")
        await dash.shows("missing: it has no default")
        assert not posted(served)
        assert screen.form.said("dem") == "missing: it has no default"
        await dash.press("ctrl+s")
        await dash.opened(RunScreen)
        assert len(posted(served)) == 1


async def test_secrets_and_keys_of_files_are_never_shown(served: ServedSimulator) -> None:
    async with form_of(served, ROTATION) as (dash, screen):
        screen.form.set_text("image", IMAGE)
        screen.form.focus_field("key")
        await dash.paste("hush-hush-1")
        await dash.press("up", "up")
        await dash.paste("hush-hush-2")
        assert "hush" not in dash.frame
        assert "hush-hush-1" in screen.form.texts.values()
        assert "hush-hush-2" in screen.form.texts.values()
        await dash.press("ctrl+s", "ctrl+s")
        await dash.opened(RunScreen)
        await dash.idle()
        assert "hush" not in dash.frame
        assert not any("hush" in str(run) for run in dash.app.index.runs.values())


async def test_another_version_may_take_other_inputs(served: ServedSimulator) -> None:
    async with form_of(served, ROTATION) as (dash, screen):
        screen.form.set_text("image", IMAGE)
        screen.form.set_text(VERSION, "1.0.0")
        before = known(dash)
        await dash.press("ctrl+s")
        await dash.opened(RunScreen)
        assert started(dash, before).extra["version"] == "1.0.0"


async def test_a_version_there_is_not_is_said_at_its_field(served: ServedSimulator) -> None:
    async with form_of(served, ROTATION) as (dash, screen):
        screen.form.set_text(VERSION, "9.9")
        await dash.press("ctrl+s")
        await dash.shows("there is no version 9.9")
        assert isinstance(dash.screen, StartScreen)
        assert not posted(served)


async def test_a_component_there_is_not_is_said(served: ServedSimulator) -> None:
    async with form_of(served, "nothing-of-the-kind") as (dash, _):
        assert "not found" in dash.frame
        assert "Start  " not in dash.frame


# again


async def test_a_run_is_started_again_with_its_inputs_but_for_secrets(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=40) as served:
        async with dashboard({"destine": served}) as dash:
            run = next(run for run in dash.app.index.runs.values() if run.job == FLOOD)
            dash.app.open_run(run.reference)
            await dash.opened(RunScreen)
            await dash.idle()
            await dash.press("N")
            await dash.opened(StartScreen)
            await dash.idle()
            screen = dash.screen
            assert isinstance(screen, StartScreen)
            told = await dash.app.ask(lambda session: session.fetch_run(run.reference))
            for name in ("storm", "return_period"):
                assert screen.form.texts[name] == told.variable(name).text  # type: ignore[union-attr]  # it is there
            assert screen.form.texts[VERSION] == told.extra["version"]


async def test_the_secrets_of_a_run_started_again_are_asked_for(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=40) as served:
        async with dashboard({"destine": served}) as dash:
            run = next(run for run in dash.app.index.runs.values() if run.job == "ai-sen2cor-processor")
            dash.app.start_again(run)
            await dash.opened(StartScreen)
            await dash.idle()
            screen = dash.screen
            assert isinstance(screen, StartScreen)
            assert (screen.form.texts["cdse_key"], screen.form.texts["cdse_secret"]) == ("", "")
            await dash.press("ctrl+s")
            await dash.shows("missing: it has no default")
            assert not posted(served)


async def test_several_marked_runs_are_not_started_again_at_once(services: Services) -> None:
    async with dashboard(services) as dash:
        await dash.press("space", "space", "N")
        await dash.shows("one at a time")
        assert isinstance(dash.screen, RunsScreen)


async def test_a_run_of_a_test_is_started_with_a_name_and_differing_inputs_alone(stage: Stage) -> None:
    with stage.serving("carrot", runs=20) as served:
        async with dashboard({"carrot": served}) as dash:
            run = next(run for run in dash.app.index.runs.values() if run.job == "Example Test, steep curve")
            before = known(dash)
            dash.app.start_again(run)
            await dash.opened(StartScreen)
            await dash.idle()
            screen = dash.screen
            assert isinstance(screen, StartScreen)
            screen.form.set_text(NAME, "once more")
            screen.form.set_text("test_workflow.a", "0.25")
            await dash.press("ctrl+s")
            await dash.opened(RunScreen)
            await dash.idle()
            new = started(dash, before)
            fetched = await dash.app.ask(lambda session: session.fetch_run(new.reference))
            assert fetched.name == "once more"
            assert fetched.variable("test_workflow.a").value == 0.25  # type: ignore[union-attr]  # it is there


async def test_a_job_that_was_submitted_says_that_it_runs_once(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        dash.app.start_again(next(iter(dash.app.index.runs.values())))
        await dash.shows("a job runs once")
        assert "N there starts a new one" in dash.frame
        await dash.press("ctrl+s")
        assert isinstance(dash.screen, StartScreen)
        assert not [one for one in hpc["hpc"].requests if one.startswith("POST ")]


async def test_a_new_job_is_started_from_one_document(stage: Stage) -> None:
    document = {
        "name": "from runtui",
        "jobanalyses": [
            {
                "analysis": {"code": "user_included", "version": "0"},
                "command": "ls",
                "hardware": {"coreType": {"code": "hpc-3"}, "coresPerSlot": 1, "slots": 1, "walltime": 1},
            }
        ],
    }
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}) as dash:
            dash.app.open_jobs("hpc")
            await dash.opened(JobsScreen)
            await dash.idle()
            await dash.press("N")
            await dash.opened(StartScreen)
            await dash.idle()
            screen = dash.screen
            assert isinstance(screen, StartScreen)
            screen.form.set_text(DOCUMENT, json.dumps(document))
            await dash.press("ctrl+s")
            await dash.opened(RunScreen)
            assert any(run.job == "from runtui" for run in dash.app.index.runs.values())


# a file


async def load(dash: Dashboard, path: Path) -> None:
    await dash.press("ctrl+o")
    await dash.paste(str(path))
    await dash.press("enter")
    await dash.idle()


async def test_inputs_from_a_file_fill_the_fields(served: ServedSimulator, tmp_path: Path) -> None:
    path = tmp_path / "inputs.json"
    given: dict[str, Any] = {"angle": 90, "key": "hush-hush-3"}
    given["image"] = {"type": "Data", "url": IMAGE, "auth": {"type": "SesamEO", "api_key": "hush-hush-4"}}
    path.write_text(json.dumps(given))
    async with form_of(served, ROTATION) as (dash, screen):
        await load(dash, path)
        assert (screen.form.texts["angle"], screen.form.texts["image"]) == ("90", IMAGE)
        assert screen.form.texts["key"] == "hush-hush-3"
        assert "hush" not in dash.frame
        assert "3 inputs from" in dash.frame


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not JSON"),
        ('{\n "angle": 1\n "scale": 2\n}', "line 3, column 2"),
        ('{"angel": 1}', "Did you mean 'angle'"),
        ('{"angle": "a lot"}', "angle: expected a whole number"),
    ],
)
async def test_a_file_that_is_wrong_says_where_and_changes_nothing(
    served: ServedSimulator, tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "inputs.json"
    path.write_text(content)
    async with form_of(served, ROTATION) as (dash, screen):
        screen.form.set_text("angle", "30")
        await load(dash, path)
        assert said in dash.frame
        assert screen.form.texts["angle"] == "30"


async def test_a_file_that_cannot_be_read_says_so(served: ServedSimulator, tmp_path: Path) -> None:
    async with form_of(served, ROTATION) as (dash, _):
        await load(dash, tmp_path / "none.json")
        assert "cannot read" in dash.frame


async def test_secrets_among_inputs_without_a_field_are_sent_but_not_shown(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "inputs.json"
    path.write_text('{"test_options": {"api_key": "hush-hush-5"}, "test_workflow.a": 3}')
    with stage.serving("carrot", runs=20) as served:
        async with dashboard({"carrot": served}) as dash:
            dash.app.start_again(
                next(run for run in dash.app.index.runs.values() if run.job == "Example Test, steep curve")
            )
            await dash.opened(StartScreen)
            await dash.idle()
            await load(dash, path)
            screen = dash.screen
            assert isinstance(screen, StartScreen)
            assert "hush" not in dash.frame
            assert not any("hush" in text for text in screen.form.texts.values())
            assert screen.form.texts["test_workflow.a"] == "3"
            assert "not shown" in screen.form.said(DOCUMENT)


async def test_a_text_no_line_can_hold_is_kept_and_sent_as_it_is(served: ServedSimulator, tmp_path: Path) -> None:
    path = tmp_path / "inputs.json"
    path.write_text(json.dumps({"storm": "two\nlines \x1b[31m", "dem": None}))
    async with form_of(served, FLOOD) as (dash, screen):
        before = known(dash)
        await load(dash, path)
        assert screen.form.texts["storm"] == ""
        await dash.shows("not shown")
        await dash.press("ctrl+s", "ctrl+s")
        await dash.opened(RunScreen)
        run = await dash.app.ask(lambda session: session.fetch_run(started(dash, before).reference))
        assert run.variable("storm").value == "two\nlines \x1b[31m"  # type: ignore[union-attr]  # it is there
        assert "\x1b" not in dash.frame


async def test_what_would_act_on_the_terminal_cannot_be_pasted(served: ServedSimulator) -> None:
    async with form_of(served, FLOOD) as (dash, screen):
        screen.form.focus_field("storm")
        await dash.paste("Xa\x1b[31mver")
        assert screen.form.texts["storm"] == "Xa[31mver"


# what goes wrong


async def test_a_name_that_is_taken_is_said_at_its_field(stage: Stage) -> None:
    with stage.serving("carrot", runs=20) as served:
        async with dashboard({"carrot": served}) as dash:
            run = next(run for run in dash.app.index.runs.values() if run.job == "Example Test, steep curve")
            dash.app.start_again(run)
            await dash.opened(StartScreen)
            await dash.idle()
            screen = dash.screen
            assert isinstance(screen, StartScreen)
            screen.form.set_text(NAME, run.name)
            await dash.press("ctrl+s")
            await dash.shows("it must be unique")
            assert screen.form.said(NAME) == "the service refused it"
            assert screen.form.texts[NAME] == run.name


async def test_a_refusal_of_the_service_is_said_and_what_was_typed_is_kept(served: ServedSimulator) -> None:
    async with form_of(served, ROTATION) as (dash, screen):
        served.simulator.application.add(Fault(match="^POST", status=429))
        screen.form.set_text("image", IMAGE)
        screen.form.set_text("angle", "30")
        await dash.press("ctrl+s")
        await dash.press("ctrl+s")
        await dash.idle()
        assert isinstance(dash.screen, StartScreen)
        assert (screen.form.texts["image"], screen.form.texts["angle"]) == (IMAGE, "30")
        assert len(posted(served)) == 1


async def test_after_a_lost_answer_one_is_asked_before_it_is_sent_again(served: ServedSimulator) -> None:
    async with form_of(served, FLOOD) as (dash, screen):
        screen.form.set_text("dem", "b8810ff1-16c7-4269-b784-0c5ce392ff25")
        served.simulator.application.add(Fault(match="^POST", drop_answer=True))
        await dash.press("ctrl+s")
        await dash.shows("A run may have been started")
        assert len(posted(served)) == 1
        await dash.press("ctrl+s")
        await dash.until(lambda: isinstance(dash.app.screen, ConfirmDialog), "a question")
        await dash.press("enter")
        await dash.idle()
        assert len(posted(served)) == 1
        assert screen.form.texts["dem"]


async def test_a_read_only_session_starts_nothing(served: ServedSimulator) -> None:
    async with dashboard({"destine": served}) as dash:
        dash.app.opening = msgspec.structs.replace(dash.app.opening, read_only=True)
        dash.app.push_screen(StartScreen("destine", FLOOD))
        await dash.shows("read-only")
        await dash.press("ctrl+s")
        assert not posted(served)


async def test_leaving_with_something_typed_asks_first(served: ServedSimulator) -> None:
    async with form_of(served, FLOOD) as (dash, screen):
        screen.form.focus_field("storm")
        await dash.press("A", "escape")
        await dash.until(lambda: isinstance(dash.app.screen, ConfirmDialog), "a question")
        await dash.press("enter")
        await dash.idle()
        assert dash.screen is screen
        assert screen.form.texts["storm"] == "A"


async def test_leaving_an_untouched_form_asks_nothing(served: ServedSimulator) -> None:
    async with form_of(served, FLOOD) as (dash, _):
        await dash.press("escape")
        await dash.opened(RunsScreen)
