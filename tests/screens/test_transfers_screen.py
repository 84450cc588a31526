"""Downloads on a screen of their own: how each goes, orders, questions."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from runtui.backends.deltatwin.simulator import DeltaTwinSimulator
from runtui.config.settings import Interface
from runtui.model.transfer import TransferState
from runtui.simulation.faults import Fault
from runtui.tui.screens.files import FilesScreen
from runtui.tui.screens.transfers import TransfersScreen
from tests.support.dashboard import dashboard
from tests.support.downloading import CONTROL, all_are, rotation, saved_below, to_marked_files
from tests.support.stage import ServedSimulator, Stage
from tests.support.ways import to_files, to_transfers

Services = Mapping[str, ServedSimulator]
SIZES = [(120, 40), (80, 24), (60, 16)]


async def test_the_transfers_tell_how_each_went(stage: Stage, tmp_path: Path) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}, size=(80, 24), interface=Interface(download_dir=tmp_path)) as dash:
            await to_files(dash, rotation(dash))
            await dash.press("d")
            await all_are(dash, TransferState.DONE)
            await to_transfers(dash)
            await dash.press("y")
            assert dash.app.clipboard.endswith(next(iter(saved_below(tmp_path))))
            await dash.press("enter")
            await dash.opened(FilesScreen)
            await dash.idle()
            shown = cast(FilesScreen, dash.screen).listed.cursor_file
            assert shown is not None
            assert shown.path == "rotated.jpg"


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_without_transfers_the_screen_says_what_makes_some(hpc: Services, width: int, height: int) -> None:
    async with dashboard(hpc, size=(width, height)) as dash:
        await to_transfers(dash)
        assert isinstance(dash.screen, TransfersScreen)
        dash.matches_frame(f"transfers_{width}x{height}")


async def test_a_download_is_paused_goes_on_and_is_taken_off_the_list_when_over(stage: Stage, tmp_path: Path) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}, interface=Interface(download_dir=tmp_path)) as dash:
            await to_files(dash, rotation(dash))
            hanging = served.simulator.application.add(Fault(match="download", hang=True, times=1))
            await dash.press("d")
            await dash.until(lambda: hanging.times == 0)
            await to_transfers(dash)
            await dash.press("p")
            await all_are(dash, TransferState.PAUSED)
            await dash.shows("1 paused")
            await dash.press("p")
            await all_are(dash, TransferState.DONE)
            name = cast(DeltaTwinSimulator, served.simulator).content(rotation(dash).id, "rotatedImage")
            assert list(saved_below(tmp_path).values()) == [name]
            await dash.press("C")
            await dash.shows("Nothing has been downloaded")
            assert saved_below(tmp_path)


async def test_a_folder_one_may_not_write_to_is_said_before_a_byte_is_fetched(hpc: Services, tmp_path: Path) -> None:
    in_the_way = tmp_path / "downloads"
    in_the_way.write_text("a file, no folder")
    async with dashboard(hpc, interface=Interface(download_dir=in_the_way)) as dash:
        await to_marked_files(dash, CONTROL)
        hpc["hpc"].behave()
        await dash.press("d")
        await all_are(dash, TransferState.FAILED)
        assert not [request for request in hpc["hpc"].requests if "/contents/" in request]
        await to_transfers(dash)
        transfer = next(iter(dash.app.transfers.values()))
        assert transfer.hint
        await dash.shows(transfer.error[:30])


async def test_o_opens_the_file_once_it_is_here_or_says_where_it_is(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, interface=Interface(download_dir=tmp_path)) as dash:
        screen = await to_marked_files(dash)
        assert screen.listed.move_to_file(CONTROL)
        await dash.press("o")
        await all_are(dash, TransferState.DONE)
        await dash.shows("The file is here")
        assert dash.app.clipboard == str(cast(Path, screen.folder) / CONTROL)


async def test_the_row_of_a_file_shows_its_download(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, interface=Interface(download_dir=tmp_path)) as dash:
        screen = await to_marked_files(dash)
        assert screen.listed.move_to_file(CONTROL)
        await dash.press("d")
        await all_are(dash, TransferState.DONE)
        await dash.shows("sha512 ✔")
        row = next(line for line in dash.frame.splitlines() if line.lstrip("▌ ").startswith("controlDict"))
        assert "sha512 ✔" in row
