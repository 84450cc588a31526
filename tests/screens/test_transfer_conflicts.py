"""Files that are in the way of downloads: what is asked, and that each answer is obeyed."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from runtui.config.settings import Interface
from runtui.model.status import Status
from runtui.model.transfer import TransferState
from runtui.tui.screens.preview import PreviewScreen
from runtui.tui.screens.runs import RunsScreen
from runtui.tui.transfer_questions import ConflictDialog
from tests.support.dashboard import dashboard
from tests.support.downloading import CONTROL, all_are, saved_below, to_marked_files
from tests.support.stage import ServedSimulator
from tests.support.ways import to_preview, to_transfers

Services = Mapping[str, ServedSimulator]


async def test_a_file_in_the_way_is_asked_about_and_each_answer_is_obeyed(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, interface=Interface(download_dir=tmp_path)) as dash:
        screen = await to_marked_files(dash, CONTROL)
        target = cast(Path, screen.folder) / CONTROL
        target.parent.mkdir(parents=True)
        target.write_bytes(b"mine")
        await dash.press("d")
        await dash.until(lambda: isinstance(dash.app.screen, ConflictDialog))
        await dash.shows("Here: 4 B")
        await dash.press("s")
        await all_are(dash, TransferState.SKIPPED)
        assert target.read_bytes() == b"mine"
        assert screen.listed.move_to_file(CONTROL)
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
    paths = (CONTROL, "airFoil2D/system/fvSchemes", "airFoil2D/system/fvSolution")
    async with dashboard(hpc, interface=Interface(download_dir=tmp_path)) as dash:
        screen = await to_marked_files(dash, *paths)
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
        screen = await to_marked_files(dash, CONTROL)
        target = cast(Path, screen.folder) / CONTROL
        target.parent.mkdir(parents=True)
        target.write_bytes(b"mine")
        await dash.press("d")
        await dash.until(lambda: isinstance(dash.app.screen, ConflictDialog))
        await dash.press("escape", "escape")
        await dash.opened(RunsScreen)
        await dash.shows("1 ask: T")


async def test_a_download_from_the_preview_of_a_file_asks_too(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, interface=Interface(download_dir=tmp_path)) as dash:
        screen = await to_marked_files(dash)
        target = cast(Path, screen.folder) / CONTROL
        target.parent.mkdir(parents=True)
        target.write_bytes(b"mine")
        assert screen.listed.move_to_file(CONTROL)
        await dash.press("enter")
        await dash.opened(PreviewScreen)
        await dash.shows("startTime")
        await dash.press("d")
        await dash.until(lambda: isinstance(dash.app.screen, ConflictDialog))
        await dash.press("o")
        await all_are(dash, TransferState.DONE)
        await dash.shows("The file is here")
        assert target.stat().st_size > 100


async def test_a_download_from_a_preview_that_fails_says_why(hpc: Services, tmp_path: Path) -> None:
    in_the_way = tmp_path / "downloads"
    in_the_way.write_text("a file, no folder")
    async with dashboard(hpc, interface=Interface(download_dir=in_the_way)) as dash:
        await to_preview(dash, dash.run_with(Status.SUCCEEDED), CONTROL)
        await dash.press("d")
        await dash.shows("Download failed")
        await dash.shows("Choose another folder.")
