"""The preview beside the list."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from runtui.model.status import Status
from runtui.services.views import Views
from runtui.tui.screens.runs import RunsScreen
from tests.support.dashboard import LONG, Dashboard, dashboard
from tests.support.stage import ServedSimulator

Services = Mapping[str, ServedSimulator]
WIDE = (160, 40)
AT_ONCE = 0.001


def runs_screen(dash: Dashboard) -> RunsScreen:
    assert isinstance(dash.screen, RunsScreen)
    return dash.screen


def previewed(dash: Dashboard) -> str:
    return "\n".join(line[106:] for line in dash.frame.splitlines()[3:-1])


async def test_a_run_the_cursor_rests_on_shows_its_nodes_and_the_end_of_its_log(destine: Services) -> None:
    async with dashboard(destine, size=WIDE) as dash:
        screen = runs_screen(dash)
        screen.rest_seconds = AT_ONCE
        await dash.press("5")
        await dash.until(lambda: "Nodes" in previewed(dash) and "std" in previewed(dash), "the preview")
        run = dash.run_with(Status.FAILED)
        assert run.variables[0].name in previewed(dash)


async def test_while_the_cursor_moves_nothing_is_asked_and_then_only_for_the_run_it_rests_on(destine: Services) -> None:
    async with dashboard(destine, size=WIDE) as dash:
        screen, served = runs_screen(dash), destine["destine"]
        screen.rest_seconds = LONG
        await dash.press("j")
        await dash.idle()
        asked = len(served.requests)
        await dash.press(*"jjjjj")
        assert len(served.requests) == asked
        screen.rest_seconds = AT_ONCE
        await dash.press("j")
        rests_on = screen.table.cursor_key
        assert rests_on is not None
        await dash.until(lambda: "Nodes" in previewed(dash), "the preview")
        await dash.idle()
        assert all(rests_on.id in request for request in served.requests[asked:])


async def test_a_run_that_did_not_change_is_not_asked_for_again(destine: Services) -> None:
    async with dashboard(destine, size=WIDE) as dash:
        screen, served = runs_screen(dash), destine["destine"]
        screen.rest_seconds = AT_ONCE
        await dash.press("j")
        await dash.until(lambda: "Nodes" in previewed(dash), "the preview")
        await dash.press("j")
        await dash.idle()
        screen.rest_seconds = LONG
        await dash.press("k")
        asked = len(served.requests)
        screen._look()
        await dash.idle()
        assert "Nodes" in previewed(dash)
        assert len(served.requests) == asked


async def test_what_a_service_refuses_stands_in_the_pane_and_nowhere_else(stage: object, destine: Services) -> None:
    async with dashboard(destine, size=WIDE) as dash:
        screen = runs_screen(dash)
        screen.rest_seconds = LONG
        await dash.press("j")
        destine["destine"].simulator.application.fail(status=403)
        screen._look()
        await dash.idle()
        assert "Nodes" in previewed(dash)
        assert screen.table.keys


@pytest.mark.parametrize(("width", "is_shown"), [(139, False), (140, True)])
async def test_it_is_there_from_a_hundred_and_forty_columns(hpc: Services, width: int, is_shown: bool) -> None:
    async with dashboard(hpc, size=(width, 24)) as dash:
        assert runs_screen(dash).preview.display is is_shown


async def test_put_away_it_stays_away_on_the_next_start(hpc: Services, tmp_path: Path) -> None:
    views = Views(tmp_path)
    async with dashboard(hpc, size=WIDE, views=views) as dash:
        wide = runs_screen(dash).table.size.width
        await dash.press("p")
        assert runs_screen(dash).preview.display is False
        await dash.until(lambda: runs_screen(dash).table.size.width > wide)
        await dash.press("q")
    async with dashboard(hpc, size=WIDE, views=views) as dash:
        assert runs_screen(dash).preview.display is False
        await dash.press("p")
        assert runs_screen(dash).preview.display is True


async def test_the_list_with_its_preview(destine: Services) -> None:
    async with dashboard(destine, size=(140, 30)) as dash:
        runs_screen(dash).rest_seconds = AT_ONCE
        await dash.press("5")
        await dash.until(lambda: "Nodes" in dash.frame and "std" in dash.frame, "the preview")
        await dash.idle()
        dash.matches_frame("runs_140x30")
