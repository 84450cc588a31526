"""What changed since one last looked, on the screen."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from runtui.model.status import Status
from runtui.services.seen_marks import SeenMarks
from runtui.tui.screens.changes import ChangesScreen
from runtui.tui.screens.log import LogScreen
from runtui.tui.screens.run import RunScreen
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator, Stage

Services = Mapping[str, ServedSimulator]


@pytest.fixture
def destine(stage: Stage) -> Iterator[Services]:
    """A service of which some runs end, fail and appear while time passes."""
    with stage.serving("deltatwin", runs=20) as served:
        yield {"destine": served}


@pytest.fixture
def marks(tmp_path: Path) -> SeenMarks:
    return SeenMarks(tmp_path)


def of_profile(dash: Dashboard) -> int:
    return dash.app.index.health["destine"].changes


async def changed(dash: Dashboard) -> None:
    """Some time has passed, and something changed in it."""
    await dash.advance(1000)
    await dash.until(lambda: of_profile(dash) > 0, "a change")


async def to_changes(dash: Dashboard) -> ChangesScreen:
    await dash.press("n")
    await dash.opened(ChangesScreen)
    await dash.idle()
    return cast(ChangesScreen, dash.screen)


async def test_the_header_says_how_many_changed_and_which_key_lists_them(destine: Services, marks: SeenMarks) -> None:
    async with dashboard(destine, marks=marks) as dash:
        assert "new: n" not in dash.frame
        await changed(dash)
        await dash.shows(f"{of_profile(dash)} new: n")
        screen = await to_changes(dash)
        assert len(screen.table.keys) == of_profile(dash)


async def test_a_row_opens_its_run_and_l_its_log(destine: Services, marks: SeenMarks) -> None:
    async with dashboard(destine, marks=marks) as dash:
        await changed(dash)
        screen = await to_changes(dash)
        failed = next(key for key in screen.table.keys if dash.app.index.runs[key].status is Status.FAILED)
        screen.table.move_to_key(failed)
        await dash.press("l")
        await dash.opened(LogScreen)
        await dash.press("escape")
        await dash.opened(ChangesScreen)
        await dash.press("enter")
        await dash.opened(RunScreen)
        assert cast(RunScreen, dash.screen).reference == failed


async def test_a_marks_all_as_seen_and_the_hint_goes(destine: Services, marks: SeenMarks) -> None:
    async with dashboard(destine, marks=marks) as dash:
        await changed(dash)
        await to_changes(dash)
        await dash.press("a")
        await dash.shows("Nothing changed since you last looked")
        await dash.press("escape")
        await dash.until(lambda: "new: n" not in dash.frame)


async def test_what_changes_while_one_looks_on_is_added(destine: Services, marks: SeenMarks) -> None:
    async with dashboard(destine, marks=marks) as dash:
        screen = await to_changes(dash)
        await dash.shows("Nothing changed")
        await changed(dash)
        await dash.until(lambda: len(screen.table.keys) == of_profile(dash))


async def test_leaving_on_purpose_is_a_look(destine: Services, marks: SeenMarks) -> None:
    async with dashboard(destine, marks=marks) as dash:
        await changed(dash)
        await dash.press("q")
    async with dashboard(destine, marks=marks) as dash:
        assert of_profile(dash) == 0


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 16)])
async def test_it_fits(destine: Services, marks: SeenMarks, size: tuple[int, int]) -> None:
    async with dashboard(destine, marks=marks, size=size) as dash:
        await changed(dash)
        await to_changes(dash)
        await dash.shows("WHAT")
        dash.matches_frame(f"changes-{size[0]}x{size[1]}")
