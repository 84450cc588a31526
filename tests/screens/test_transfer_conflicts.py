"""Files that are in the way of downloads: what is asked, and that each answer is obeyed."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from runtui.config.settings import Interface
from runtui.model.status import Status
from runtui.model.transfer import TransferState
from runtui.tui.screens.files import FilesScreen
from runtui.tui.screens.runs import RunsScreen
from runtui.tui.transfer_questions import ConflictDialog
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator
from tests.support.ways import to_files, to_transfers

Services = Mapping[str, ServedSimulator]
PATH = "airFoil2D/system/controlDict"


def saved_below(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def states(dash: Dashboard) -> list[TransferState]:
    return [transfer.state for transfer in dash.app.transfers.values()]


async def all_are(dash: Dashboard, *wanted: TransferState) -> None:
    await dash.until(lambda: states(dash) == list(wanted), f"{wanted}, not {states(dash)}")


async def to_file(dash: Dashboard, *paths: str) -> FilesScreen:
    """The files of a run, the given ones marked."""
    screen = await to_files(dash)
    files = (await dash.app.ask(lambda session: session.output_files(dash.run_with(Status.SUCCEEDED)))).files
    screen.listed.mark_files([file for file in files if file.path in paths])
    return screen


async def test_a_file_in_the_way_is_asked_about_and_each_answer_is_obeyed(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, interface=Interface(download_dir=tmp_path)) as dash:
        screen = await to_file(dash, PATH)
        target = cast(Path, screen.folder) / PATH
        target.parent.mkdir(parents=True)
        target.write_bytes(b"mine")
        await dash.press("d")
        await dash.until(lambda: isinstance(dash.app.screen, ConflictDialog))
        await dash.shows("Here: 4 B")
        await dash.press("s")
        await all_are(dash, TransferState.SKIPPED)
        assert target.read_bytes() == b"mine"
        assert screen.listed.move_to_file(PATH)
        await dash.press("d")
        await dash.until(lambda: isinstance(dash.app.screen, ConflictDialog))
        await dash.press("r")
        await all_are(dash, TransferState.SKIPPED, TransferState.DONE)
        assert target.read_bytes() == b"mine"
        assert len(saved_below(tmp_path)) == 2
        await dash.press("d")
        await dash.until(lambda: isinstance(dash.app.screen, ConflictDialog))
        await dash.press("o")
        await all_are(dash, TransferState.SKIPPED, TransferState.DONE, TransferState.DONE)
        assert target.stat().st_size > 100


async def test_a_capital_answers_for_all_files_in_the_way(hpc: Services, tmp_path: Path) -> None:
    paths = (PATH, "airFoil2D/system/fvSchemes", "airFoil2D/system/fvSolution")
    async with dashboard(hpc, interface=Interface(download_dir=tmp_path)) as dash:
        screen = await to_file(dash, *paths)
        for path in paths:
            target = cast(Path, screen.folder) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(b"mine")
        await dash.press("d")
        await all_are(dash, *[TransferState.ASKING] * 3)
        await dash.press("escape")
        await to_transfers(dash)
        await dash.shows("3 ask")
        await dash.press("enter")
        await dash.shows("overwrite all 3")
        await dash.press("O")
        await all_are(dash, *[TransferState.DONE] * 3)


async def test_a_question_that_is_left_can_be_answered_later(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, interface=Interface(download_dir=tmp_path)) as dash:
        screen = await to_file(dash, PATH)
        target = cast(Path, screen.folder) / PATH
        target.parent.mkdir(parents=True)
        target.write_bytes(b"mine")
        await dash.press("d")
        await dash.until(lambda: isinstance(dash.app.screen, ConflictDialog))
        await dash.press("escape", "escape")
        await dash.opened(RunsScreen)
        await dash.shows("1 ask: T")
