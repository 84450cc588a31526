"""The list of runs."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import cast

import pytest

from runtui.backends.deltatwin.simulator import DeltaTwinSimulator
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.simulation.faults import Fault
from runtui.tui.screens.files import FilesScreen
from runtui.tui.screens.log import LogScreen
from runtui.tui.screens.run import RunScreen
from runtui.tui.screens.runs import RunsScreen
from runtui.tui.widgets.status_chips import StatusChips
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import START, ServedSimulator, Stage

Services = Mapping[str, ServedSimulator]
SIZES = [(120, 40), (80, 24), (60, 16)]
OUR_WORDS = {
    "created": "queued",
    "pending": "queued",
    "success": "succeeded",
    "error": "failed",
    "cancelled": "stopped",
}


def runs_screen(dash: Dashboard) -> RunsScreen:
    assert isinstance(dash.screen, RunsScreen)
    return dash.screen


def a_new_run(number: int = 1, **fields: object) -> Run:
    given = {"profile": "hpc", "service": "rescale", "id": f"new{number}", "status": Status.RUNNING} | fields
    return Run(**given)  # type: ignore[arg-type]  # fields of Run by name


def listed_ids(dash: Dashboard) -> list[str]:
    return [reference.id for reference in runs_screen(dash).table.keys]


# what it looks like


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_the_runs_of_three_services_stand_in_one_list(services: Services, width: int, height: int) -> None:
    async with dashboard(services, size=(width, height)) as dash:
        dash.matches_frame(f"runs_{width}x{height}")


async def test_while_the_first_answer_is_awaited_it_says_so(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=3) as served:
        served.simulator.application.add(Fault(hang=True))
        async with dashboard({"destine": served}, size=(80, 24), lists=False) as dash:
            await dash.shows("Asking for runs")
            dash.matches_frame("runs_loading")


async def test_when_nothing_matches_it_says_so_and_not_that_it_waits(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=3) as served:
        async with dashboard({"destine": served}, size=(80, 24)) as dash:
            await dash.press("slash")
            await dash.paste("nothing-like-this")
            await dash.shows("No run matches")
            await dash.shows("0 of 3")


async def test_without_runs_it_says_what_will_be_there(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=0) as served:
        async with dashboard({"destine": served}, size=(80, 24)) as dash:
            await dash.shows("No runs yet")
            dash.matches_frame("runs_empty")


async def test_when_nothing_answers_the_reason_stands_in_place_of_the_runs(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=3) as served:
        served.simulator.application.fail(status=503)
        async with dashboard({"destine": served}, size=(80, 24)) as dash:
            await dash.shows("offline")
            dash.matches_frame("runs_error")


async def test_long_wide_and_hostile_names_keep_their_columns(hpc: Services) -> None:
    strange = [
        a_new_run(1, job="翼型 掃引 " * 12, owner="京子", started_at=START),
        a_new_run(2, job="\x1b]0;owned\x07\x1b[31mred\x1b[2J\r\n\u202egpj.exe", owner="a\tb", started_at=START),
        a_new_run(3, id="x" * 90, job="a very long name " * 9, started_at=START, status_text="w" * 80),
    ]
    async with dashboard(hpc, size=(80, 24)) as dash:
        dash.put(*strange)
        await dash.until(lambda: len(dash.app.index.runs) == 23)
        await dash.press("slash")
        await dash.paste("id:new or id:xxx")
        await dash.press("enter")
        await dash.shows("3 of 23")
        dash.matches_frame("runs_strange")


# the list


async def test_the_chips_count_what_the_service_has(destine: Services) -> None:
    simulator = cast(DeltaTwinSimulator, destine["destine"].simulator)
    plans = simulator.runs.page(top=100, skip=0)
    words = [plan.word(simulator.world.now()).value for plan in plans]
    truth = Counter(OUR_WORDS.get(word, word) for word in words)
    async with dashboard(destine) as dash:
        counts = {status.value: count for status, count in dash.app.index.counts.items() if count}
        assert counts == truth
        await dash.shows(f"1 All {len(plans)}")
        for key, word in (("2", "running"), ("4", "succeeded"), ("5", "failed"), ("6", "stopped")):
            assert f"{word.capitalize()} {truth[word]}" in dash.frame
            await dash.press(key)
            assert {dash.app.index.runs[key].status.value for key in runs_screen(dash).table.keys} == {word}
            assert len(runs_screen(dash).table.keys) == truth[word]


async def test_the_cursor_stays_on_its_run_while_others_come_above(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        await dash.press("j", "j", "j", "j", "space")
        table = runs_screen(dash).table
        before, place = table.cursor_key, table.cursor_index
        newer = [a_new_run(number, started_at=START + timedelta(seconds=number)) for number in range(7)]
        dash.put(*newer)
        await dash.until(lambda: len(table.keys) == 27)
        assert [reference.id for reference in table.keys[:7]] == [f"new{number}" for number in (6, 5, 4, 3, 2, 1, 0)]
        assert (table.cursor_key, table.cursor_index) == (before, (place or 0) + 7)
        assert table.mark_count == 1


async def test_a_refresh_shows_what_changed_and_moves_nothing_else(stage: Stage) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}) as dash:
            await dash.press("j", "j")
            table = runs_screen(dash).table
            before = table.cursor_key
            running = [run for run in dash.app.index.runs.values() if run.status is Status.RUNNING]
            await dash.advance(600)
            assert all(dash.app.index.runs[run.reference].status.is_final for run in running)
            assert table.cursor_key == before


async def test_a_filter_narrows_while_it_is_typed(destine: Services) -> None:
    async with dashboard(destine) as dash:
        jobs = [run.job for run in dash.app.index.runs.values()]
        wanted = sum("rotation" in job for job in jobs)
        await dash.press("slash", *"rotat")
        await dash.until(lambda: len(runs_screen(dash).table.keys) == wanted)
        assert runs_screen(dash).filter_line.is_typing
        assert f"{wanted} of {len(jobs)}" in dash.frame
        await dash.press("enter")
        assert not runs_screen(dash).filter_line.is_typing
        assert len(runs_screen(dash).table.keys) == wanted


async def test_a_filter_that_cannot_be_read_says_so_where_it_is_typed(destine: Services) -> None:
    async with dashboard(destine, size=(80, 24)) as dash:
        before = listed_ids(dash)
        await dash.press("slash")
        await dash.paste("(rotation")
        await dash.press("enter")
        assert runs_screen(dash).filter_line.is_typing
        assert listed_ids(dash) == before
        dash.matches_frame("runs_filter_error")
        await dash.press(")", "enter")
        await dash.until(lambda: len(listed_ids(dash)) < len(before))


async def test_a_filter_by_age_lets_go_of_runs_as_time_passes(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}) as dash:
            await dash.press("slash")
            await dash.paste("started<1m")
            await dash.press("enter")
            young = {key.id for key in runs_screen(dash).table.keys}
            assert young
            await dash.advance(400)
            assert not young & set(listed_ids(dash))


async def test_escape_undoes_the_innermost_thing_and_never_quits(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        everything = len(listed_ids(dash))
        await dash.press("2", "slash", *"air", "enter", "space", "slash", "x")
        screen = runs_screen(dash)
        await dash.press("escape")
        assert (screen.filter_line.is_typing, screen.filter_line.text) == (False, "air")
        assert screen.table.mark_count == 1
        await dash.press("escape")
        assert screen.table.mark_count == 0
        await dash.press("escape")
        assert screen.filter_line.text == ""
        assert screen.query_one(StatusChips).active == "2"
        await dash.press("escape")
        assert screen.query_one(StatusChips).active == "1"
        await dash.until(lambda: len(listed_ids(dash)) == everything)
        await dash.press("escape", "escape")
        assert dash.screen is screen
        assert dash.app.return_code is None


async def test_sorting_goes_through_the_columns_and_turns_round(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        table, order = runs_screen(dash).table, runs_screen(dash).selection
        first = list(table.keys)
        await dash.press("S")
        assert list(table.keys) != first
        assert "STARTED▴" in dash.frame
        await dash.press("s")
        columns = [column.key for column in table.columns]
        assert order.order.column == columns[columns.index("started") + 1]
        await dash.press("less_than_sign")
        assert (order.order.column, order.order.descending) == ("started", True)
        assert list(table.keys) == first


async def test_a_click_on_a_heading_sorts_by_it(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        table = runs_screen(dash).table
        line = dash.frame.splitlines()[3]
        await dash.pilot.click("#runs", offset=(line.index("JOB"), 0))
        await dash.until(lambda: "JOB▴" in dash.frame)
        jobs = [dash.app.index.runs[key].job for key in table.keys]
        assert jobs == sorted(jobs)


async def test_marks_are_counted_and_copied(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        first, second = runs_screen(dash).table.keys[:2]
        await dash.press("y")
        assert dash.app.clipboard == str(first)
        await dash.press("space", "space")
        await dash.shows("2 marked")
        await dash.press("y")
        assert dash.app.clipboard == f"{first}\n{second}"


# profiles


async def test_a_dead_service_shows_its_badge_while_the_others_work(services: Services) -> None:
    services["hpc"].simulator.application.fail(status=503)
    async with dashboard(services, size=(80, 24)) as dash:
        assert {reference.profile for reference in runs_screen(dash).table.keys} == {"destine", "carrot"}
        dash.matches_frame("runs_one_dead")


async def test_nothing_around_the_rows_is_drawn_again_while_seconds_pass(destine: Services) -> None:
    async with dashboard(destine) as dash:
        await dash.press("slash", *"nobodys", "enter")
        await dash.shows("No run matches.")
        for second in range(1, 60):
            dash.screen.time_passed(dash.clock.now() + timedelta(seconds=second))
            drawn_again = [str(one) for one in dash.screen.query("*") if one._repaint_required or one._layout_required]
            assert not drawn_again, second


async def test_a_wrong_token_asks_to_be_logged_in(services: Services) -> None:
    wrong = {"hpc": services["hpc"], "destine": services["destine"]}
    services["hpc"].simulator.application.fail(status=401, body=b'{"detail": "Invalid token."}')
    async with dashboard(wrong, size=(80, 24)) as dash:
        assert "hpc ▲ log in" in dash.frame
        assert "destine ● <1m" in dash.frame


async def test_a_profile_that_recovers_shows_its_runs(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=5) as served:
        served.simulator.application.fail(status=503)
        async with dashboard({"destine": served}) as dash:
            assert "destine ▲ offline" in dash.frame
            served.behave()
            await dash.press("r")
            await dash.until(lambda: len(listed_ids(dash)) == 5)
            await dash.until(lambda: "destine ● <1m" in dash.frame)


# going on


async def test_enter_opens_the_run_and_back_returns_to_its_row(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        await dash.press("j", "j", "j")
        screen = runs_screen(dash)
        chosen = screen.table.cursor_key
        await dash.press("enter")
        await dash.opened(RunScreen)
        await dash.press("escape")
        assert dash.screen is screen
        assert screen.table.cursor_key == chosen


async def test_from_the_list_to_the_log_of_a_failed_node_in_three_keys(destine: Services) -> None:
    async with dashboard(destine) as dash:
        await dash.press("5", "l")
        await dash.opened(LogScreen)
        assert isinstance(dash.screen, LogScreen)
        run = dash.screen.run
        assert run is not None
        assert run.status is Status.FAILED
        nodes = await dash.app.ask(lambda session: session.nodes(run))
        failed = {node.id for node in nodes if node.status is Status.FAILED}
        await dash.until(lambda: dash.screen.view.state.line_count, "lines of the log")  # type: ignore[attr-defined]  # a LogScreen
        assert dash.screen.shown[0].source.node_id in failed


async def test_f_opens_the_files_of_the_run(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        chosen = runs_screen(dash).table.cursor_key
        await dash.press("f")
        await dash.opened(FilesScreen)
        assert isinstance(dash.screen, FilesScreen)
        assert dash.screen.reference == chosen


async def test_a_run_that_the_service_no_longer_has_leaves_the_list(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=5) as served:
        simulator = cast(DeltaTwinSimulator, served.simulator)
        async with dashboard({"destine": served}) as dash:
            gone = runs_screen(dash).table.keys[2].id
            await dash.press("j", "j", "space")
            simulator.runs.delete(gone)
            await dash.press("r")
            await dash.until(lambda: gone not in listed_ids(dash))
            assert runs_screen(dash).table.mark_count == 0


# the end


async def test_q_quits_at_the_list(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        await dash.press("q")
        assert dash.app.return_code == 0


async def test_control_c_quits_when_pressed_twice(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        await dash.press("ctrl+c")
        assert dash.app.return_code is None
        await dash.shows("Press again to quit")
        await dash.press("ctrl+c")
        assert dash.app.return_code == 0
