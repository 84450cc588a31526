"""One run."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from runtui.backends.deltatwin.simulator import DeltaTwinSimulator
from runtui.model.node import Node
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.series_memory import SeriesMemory, job_key
from runtui.simulation.faults import Fault
from runtui.tui.screens.facts import FactsScreen
from runtui.tui.screens.log import LogScreen
from runtui.tui.screens.run import RunScreen
from runtui.tui.widgets.nodes_pane import NodesPane
from runtui.tui.widgets.series_plot import SeriesPlot
from runtui.tui.widgets.variables_pane import VariablesPane
from tests.support.dashboard import Dashboard, dashboard
from tests.support.reshaping import Reshaping, in_every_text
from tests.support.stage import ServedSimulator, Stage
from tests.support.ways import to_facts, to_log, to_run

Services = Mapping[str, ServedSimulator]
SIZES = [(120, 40), (80, 24), (60, 16)]
STRANGE = {
    "image-rotation": "\x1b]0;owned\x07\x1b[31m翼型の回転\x1b[2J " + "and a very long name " * 6,
    "angle": "角度\r\n\u202eelgna",
    "rotation": "回転 " * 30,
    "image": "x" * 70,
}


def run_of(dash: Dashboard, status: Status, twin: str = "image-rotation") -> Run:
    return next(run for run in dash.app.index.runs.values() if run.status is status and run.job == twin)


def nodes_pane(dash: Dashboard) -> NodesPane:
    return dash.screen.query_one(NodesPane)


# what it looks like


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_a_failed_run_shows_why_and_the_log_of_the_node_that_failed(
    destine: Services, width: int, height: int
) -> None:
    async with dashboard(destine, size=(width, height)) as dash:
        await to_run(dash, dash.run_with(Status.FAILED))
        dash.matches_frame(f"run_{width}x{height}")


async def test_a_run_that_is_one_node_gives_the_room_to_the_log(hpc: Services) -> None:
    async with dashboard(hpc, size=(100, 24)) as dash:
        await to_run(dash)
        dash.matches_frame("run_without_nodes")


async def test_while_the_answers_are_awaited_the_list_has_told_the_rest(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}, size=(80, 24)) as dash:
            served.simulator.application.add(Fault(hang=True))
            dash.app.open_run(dash.run_with(Status.SUCCEEDED).reference)
            await dash.shows("Asking for nodes")
            dash.matches_frame("run_loading")


async def test_an_error_stands_where_the_answer_would_and_the_rest_stays(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}, size=(80, 24)) as dash:
            served.simulator.application.fail(status=500, body=b"<html>oops</html>", content_type="text/html")
            dash.app.open_run(dash.run_with(Status.SUCCEEDED).reference)
            await dash.opened(RunScreen)
            await dash.idle()
            dash.matches_frame("run_error")


async def test_a_run_that_waits_has_nothing_to_follow_yet(destine: Services) -> None:
    async with dashboard(destine, size=(80, 24)) as dash:
        await to_run(dash, dash.run_with(Status.QUEUED))
        dash.matches_frame("run_empty")


async def test_a_service_that_writes_its_errors_in_escape_sequences_is_made_safe(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}, size=(80, 24)) as dash:
            served.simulator.application.fail(status=500, body=b'{"detail": "\\u001b[2J\\u202enope"}')
            dash.app.open_run(dash.run_with(Status.SUCCEEDED).reference)
            await dash.shows("␛[2J")
            await dash.idle()
            assert not any(ord(character) < 32 for line in dash.frame.splitlines() for character in line)


async def test_long_wide_and_hostile_names_keep_their_panes(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        served.simulator.switches.hostile_names = True  # type: ignore[attr-defined]  # DeltaTwin's own
        served.stand_before(
            Reshaping(served.simulator.application, in_every_text(lambda text: STRANGE.get(text, text)))
        )
        async with dashboard({"destine": served}, size=(80, 24)) as dash:
            await to_run(dash, next(run for run in dash.app.index.runs.values() if "\x1b" in run.job))
            assert not any(ord(character) < 32 for line in dash.frame.splitlines() for character in line)
            dash.matches_frame("run_strange")


# what it does


async def test_the_variables_are_those_of_the_service(destine: Services) -> None:
    async with dashboard(destine) as dash:
        run = run_of(dash, Status.SUCCEEDED)
        await to_run(dash, run)
        angle = next(variable for variable in run.variables if variable.name == "angle")
        assert any("angle" in line and angle.text in line for line in dash.frame.splitlines())


async def test_the_cursor_stands_on_the_node_that_failed(destine: Services) -> None:
    async with dashboard(destine) as dash:
        run = dash.run_with(Status.FAILED)
        await to_run(dash, run)
        nodes: tuple[Node, ...] = await dash.app.ask(lambda session: session.nodes(run))
        node = nodes_pane(dash).node()
        assert node is not None
        assert node.id in {each.id for each in nodes if each.status is Status.FAILED}


async def test_the_log_below_is_that_of_the_node_under_the_cursor(destine: Services) -> None:
    async with dashboard(destine) as dash:
        screen = await to_run(dash, run_of(dash, Status.SUCCEEDED, "coastal-flood"))
        shown = {node_id: index for index, node_id in enumerate(nodes_pane(dash).keys)}
        with_logs = [source.node_id for source in screen.sources if source.node_id in shown]
        for node_id in dict.fromkeys(with_logs):
            nodes_pane(dash).move_to_key(str(node_id))
            await dash.until(
                lambda node_id=node_id: screen._log.tail is not None and screen._log.tail.source.node_id == node_id  # type: ignore[misc,union-attr]  # it is open
            )


async def test_l_opens_the_log_of_the_node_under_the_cursor(destine: Services) -> None:
    async with dashboard(destine) as dash:
        await to_run(dash, dash.run_with(Status.FAILED))
        node = nodes_pane(dash).node()
        await dash.press("l")
        await dash.opened(LogScreen)
        assert isinstance(dash.screen, LogScreen)
        await dash.idle()
        assert node is not None
        assert dash.screen.shown[0].source.node_id == node.id


async def test_tab_goes_round_the_panes_and_y_copies_what_is_under_the_cursor(destine: Services) -> None:
    async with dashboard(destine) as dash:
        run = run_of(dash, Status.SUCCEEDED)
        screen = await to_run(dash, run)
        node = nodes_pane(dash).node()
        await dash.press("y")
        assert node is not None
        assert dash.app.clipboard == node.id
        await dash.press("tab", "tab")
        variables = screen.query_one(VariablesPane)
        assert variables.has_focus
        await dash.press("j", "y")
        variable = variables.variable()
        assert variable is not None
        assert dash.app.clipboard == variable.text


async def test_a_run_that_ends_says_so(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}) as dash:
            run = dash.run_with(Status.RUNNING)
            screen = await to_run(dash, run)
            await dash.advance(3600)
            await dash.idle()
            ended = screen.run
            assert ended is not None
            assert ended.status.is_final
            assert ended.status.value in dash.frame.splitlines()[0]
            assert all(node.status.is_final for node in screen.nodes)


async def test_a_run_that_the_service_no_longer_has_is_said_to_be_gone(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}) as dash:
            run = dash.run_with(Status.SUCCEEDED)
            cast(DeltaTwinSimulator, served.simulator).runs.delete(run.id)
            dash.app.open_run(run.reference)
            await dash.shows("gone: the service no longer has it")


async def test_all_facts_are_shown_as_json_and_copied(destine: Services) -> None:
    async with dashboard(destine, size=(80, 24)) as dash:
        run = run_of(dash, Status.FAILED)
        await to_facts(dash, run)
        dash.matches_frame("facts")
        await dash.press("y")
        assert f'"{run.id}"' in dash.app.clipboard
        await dash.press("q")
        assert isinstance(dash.screen, RunScreen)


@pytest.mark.parametrize(("width", "height"), SIZES[::2])
async def test_the_facts_fit_any_width(destine: Services, width: int, height: int) -> None:
    async with dashboard(destine, size=(width, height)) as dash:
        await to_facts(dash, run_of(dash, Status.FAILED))
        assert isinstance(dash.screen, FactsScreen)
        dash.matches_frame(f"facts_{width}x{height}")


async def test_back_from_a_log_is_the_run_as_it_was_left(destine: Services) -> None:
    async with dashboard(destine) as dash:
        run = dash.run_with(Status.FAILED)
        screen = await to_run(dash, run)
        before = nodes_pane(dash).cursor_key
        await to_log(dash, run)
        await dash.press("q")
        assert dash.screen is screen
        assert nodes_pane(dash).cursor_key == before


async def test_what_was_plotted_for_the_job_is_plotted_below_its_log(destine: Services, tmp_path: Path) -> None:
    async with dashboard(destine, data_folder=tmp_path) as dash:
        run = dash.run_with(Status.SUCCEEDED)
        SeriesMemory(tmp_path).remember(job_key(run), "resampled in {}")
        screen = await to_run(dash, run)
        await dash.until(lambda: screen.query_one(SeriesPlot).size.height, "the plot")
        await dash.shows("resampled in   last ")
        dash.matches_frame("run_plot")
