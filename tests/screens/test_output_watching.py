"""W: output files are fetched as they appear."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from runtui.config.settings import Interface
from runtui.model.errors import AuthenticationError, StorageError
from runtui.model.status import Status
from runtui.model.transfer import TransferState
from runtui.simulation.faults import Fault
from runtui.tui.failed_watches import FailedWatches
from runtui.tui.screens.files import FilesScreen
from runtui.tui.screens.runs import RunsScreen
from runtui.tui.widgets.prompt_dialog import PromptDialog
from tests.support.dashboard import dashboard
from tests.support.stage import ServedSimulator, Stage
from tests.support.ways import to_files

Services = Mapping[str, ServedSimulator]


def saved_below(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


async def test_w_fetches_the_files_that_fit_and_leaves_the_others(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, interface=Interface(download_dir=tmp_path)) as dash:
        await to_files(dash)
        await dash.press("W")
        await dash.until(lambda: isinstance(dash.app.screen, PromptDialog))
        await dash.shows("Nothing means all")
        await dash.paste("*.png results.csv")
        await dash.press("enter")
        listing = await dash.app.ask(lambda session: session.output_files(dash.run_with(Status.SUCCEEDED)))
        names = {file.name for file in listing.files if file.path == "results.csv" or file.path.endswith(".png")}
        await dash.until(lambda: len(dash.app.transfers) == len(names))
        await dash.until(lambda: all(one.state is TransferState.DONE for one in dash.app.transfers.values()))
        assert saved_below(tmp_path) == names


async def test_w_on_a_watched_run_ends_it(stage: Stage, tmp_path: Path) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}, interface=Interface(download_dir=tmp_path)) as dash:
            run = dash.run_with(Status.RUNNING)
            await to_files(dash, run)
            await dash.press("W")
            await dash.shows("Nothing means all")
            await dash.paste("*.nothing")
            await dash.press("enter")
            await dash.shows("W ends it")
            await dash.press("W")
            await dash.shows("not fetched any more")
            assert isinstance(dash.app.screen, FilesScreen)


@pytest.mark.parametrize(("ascii_only", "sign"), [(False, "● running ↓♪"), (True, "* running v!")])
async def test_a_watched_run_has_a_sign_in_the_list_until_it_is_not_watched_any_more(
    stage: Stage, tmp_path: Path, ascii_only: bool, sign: str
) -> None:
    with stage.serving("rescale", runs=20) as served:
        interface = Interface(download_dir=tmp_path, ascii=ascii_only)
        async with dashboard({"hpc": served}, interface=interface) as dash:
            screen = dash.screen
            assert isinstance(screen, RunsScreen)
            screen.table.move_to_key(dash.run_with(Status.RUNNING).reference)
            await dash.press("W")
            await dash.shows("Nothing means all")
            await dash.paste("*.nothing")
            await dash.press("enter")
            await dash.shows(sign[:-1])
            await dash.press("M")
            await dash.shows(sign)
            await dash.press("W")
            await dash.until(lambda: sign[:-1] not in dash.frame, "the end of watching its outputs")
            await dash.shows(f"{sign[:-2]}{sign[-1]}")


async def test_a_sign_goes_with_the_end_of_the_run(stage: Stage, tmp_path: Path) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}, interface=Interface(download_dir=tmp_path)) as dash:
            screen = dash.screen
            assert isinstance(screen, RunsScreen)
            screen.table.move_to_key(dash.run_with(Status.RUNNING).reference)
            await dash.press("M")
            await dash.shows("● running ♪")
            await dash.advance(4000)
            await dash.until(lambda: "♪" not in dash.frame, "the end of the run")


async def test_a_watch_that_fails_is_told_once_with_why(stage: Stage, tmp_path: Path) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}, interface=Interface(download_dir=tmp_path)) as dash:
            screen = dash.screen
            assert isinstance(screen, RunsScreen)
            run = dash.run_with(Status.RUNNING)
            screen.table.move_to_key(run.reference)
            await dash.press("W")
            await dash.shows("Nothing means all")
            await dash.paste("*.nothing")
            await dash.press("enter")
            await dash.until(lambda: dash.app.fetched, "the watch")
            served.simulator.application.add(Fault(match="/api/", status=403))
            await dash.shows("are not fetched any more:")
            assert "does not allow this" in dash.frame
            assert not dash.app.fetched
            assert sum("not fetched any more" in one.message for one in dash.app._notifications) == 1


def test_watches_that_fail_for_one_reason_are_told_of_together() -> None:
    said: list[Sequence[str]] = []
    timers: list[Callable[[], None]] = []
    failed = FailedWatches(said.append, lambda _, call: timers.append(call))
    for name in ("hpc:1", "hpc:2", "hpc:3"):
        failed.take(name, AuthenticationError("the token is refused", hint="Log in."))
    failed.take("local:4", StorageError("the disk is full"))
    (end,) = timers
    end()
    assert said == [
        ["Output files of hpc:1 and 2 more are not fetched any more:", "the token is refused", "Log in."],
        ["Output files of local:4 are not fetched any more:", "the disk is full"],
    ]


async def test_escape_leaves_the_question_and_nothing_is_fetched(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, interface=Interface(download_dir=tmp_path)) as dash:
        await to_files(dash)
        await dash.press("W")
        await dash.until(lambda: isinstance(dash.app.screen, PromptDialog))
        await dash.press("escape")
        await dash.opened(FilesScreen)
        assert not dash.app.transfers
