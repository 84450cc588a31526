"""How to get to each screen of the dashboard, with what it shows there."""

from collections.abc import Callable
from typing import cast

from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.tail import Tail
from runtui.tui.screens.facts import FactsScreen
from runtui.tui.screens.files import FilesScreen
from runtui.tui.screens.help import HelpScreen
from runtui.tui.screens.log import LogScreen
from runtui.tui.screens.preview import PreviewScreen
from runtui.tui.screens.profiles import ProfilesScreen
from runtui.tui.screens.run import RunScreen
from runtui.tui.screens.runs import RunsScreen
from runtui.tui.screens.transfers import TransfersScreen
from runtui.tui.widgets.log_view import LogView
from tests.support.dashboard import Dashboard


async def to_runs(dash: Dashboard) -> None:
    """The first screen."""
    await dash.opened(RunsScreen)


async def to_run(dash: Dashboard, run: Run | None = None) -> RunScreen:
    """A run, one that succeeded unless another is given, with all there is of it."""
    dash.app.open_run((run or dash.run_with(Status.SUCCEEDED)).reference)
    await dash.opened(RunScreen)
    await dash.idle()
    screen = cast(RunScreen, dash.screen)
    if screen.sources:
        await _all_there(dash, screen.query_one("#log", LogView), lambda: screen._log.tail if screen._log else None)
    return screen


async def to_log(dash: Dashboard, run: Run | None = None, *, node_id: str | None = None) -> LogScreen:
    """The log of a run, one that succeeded unless another is given, with what is there of it now."""
    dash.app.open_log(run or dash.run_with(Status.SUCCEEDED), node_id=node_id)
    await dash.opened(LogScreen)
    screen = cast(LogScreen, dash.screen)
    await dash.idle()
    await _all_there(dash, screen.view, lambda: next(iter(screen.logs.tails), None))
    await dash.until(lambda: not _looks(screen), "all that is found in it")
    await dash.idle()
    return screen


async def _all_there(dash: Dashboard, view: LogView, tail: Callable[[], Tail | None]) -> None:
    await dash.until(lambda: _is_all_there(view, tail()), "the lines of the log")
    await dash.until(lambda: _is_all_there(view, tail()), "the lines of the log, drawn")


def _looks(screen: LogScreen) -> bool:
    """Whether something is still looked for in the log."""
    waits_for_cause = screen._wants_cause and screen.logs.are_over
    return waits_for_cause or screen.text is None or screen.text.is_behind


def _is_all_there(view: LogView, tail: Tail | None) -> bool:
    """Whether the first answer of the source is here, and in the pager."""
    if tail is None or (tail.polled_at is None and tail.error is None):
        return False
    return view.state.line_count == tail.spool.line_count and not view._growth_waits


async def to_files(dash: Dashboard, run: Run | None = None) -> FilesScreen:
    """The output files of a run."""
    dash.app.open_files(run or dash.run_with(Status.SUCCEEDED))
    await dash.opened(FilesScreen)
    await dash.idle()
    return cast(FilesScreen, dash.screen)


async def to_preview(dash: Dashboard, run: Run, path: str) -> PreviewScreen:
    """The beginning of the output file of that path."""
    screen = await to_files(dash, run)
    listing = await dash.app.ask(lambda session: session.output_files(run))
    file = next(file for file in listing.files if file.path == path)
    assert screen.listed.move_to_file(file.path)
    await dash.press("enter")
    await dash.opened(PreviewScreen)
    await dash.idle()
    return cast(PreviewScreen, dash.screen)


async def to_facts(dash: Dashboard, run: Run | None = None) -> FactsScreen:
    """All facts of a run."""
    await to_run(dash, run)
    await dash.press("o")
    await dash.opened(FactsScreen)
    return cast(FactsScreen, dash.screen)


async def to_transfers(dash: Dashboard) -> None:
    """The transfers."""
    await dash.press("T")
    await dash.opened(TransfersScreen)


async def to_profiles(dash: Dashboard) -> None:
    """The profiles."""
    await dash.press("P")
    await dash.opened(ProfilesScreen)
    await dash.idle()


async def to_help(dash: Dashboard) -> None:
    """The help, on the list of runs."""
    await dash.press("question_mark")
    await dash.opened(HelpScreen)
