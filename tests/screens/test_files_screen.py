"""Output files: listed, looked into, brought home."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from runtui.backends.deltatwin.simulator import DeltaTwinSimulator
from runtui.config.settings import Interface
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.transfer import TransferState
from runtui.simulation.faults import Fault
from runtui.tui.screens.files import FilesScreen
from runtui.tui.screens.log import LogScreen
from runtui.tui.screens.preview import PreviewScreen
from runtui.tui.screens.runs import RunsScreen
from tests.support.conditions import reached
from tests.support.dashboard import Dashboard, dashboard
from tests.support.downloading import rotation, saved_below
from tests.support.reshaping import Reshaping, in_every_text
from tests.support.stage import ServedSimulator, Stage
from tests.support.ways import to_files, to_preview, to_transfers

Services = Mapping[str, ServedSimulator]
SIZES = [(120, 40), (80, 24), (60, 16)]


def twin(served: ServedSimulator) -> DeltaTwinSimulator:
    return cast(DeltaTwinSimulator, served.simulator)


def keys_of(screen: FilesScreen) -> list[str]:
    return [path for _, path in screen.listed.keys]


async def files_of(dash: Dashboard, run: Run) -> tuple[OutputFile, ...]:
    return (await dash.app.ask(lambda session: session.output_files(run))).files


async def transfers_over(dash: Dashboard, count: int) -> None:
    await dash.until(
        lambda: sum(transfer.state.is_over for transfer in dash.app.transfers.values()) == count, f"{count} downloads"
    )


# what it looks like


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_the_files_of_a_finished_run_stand_in_a_tree(hpc: Services, width: int, height: int) -> None:
    async with dashboard(hpc, size=(width, height)) as dash:
        await to_files(dash)
        dash.matches_frame(f"files_{width}x{height}")


async def test_while_the_listing_is_awaited_it_says_so(stage: Stage) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}, size=(80, 24)) as dash:
            served.simulator.application.add(Fault(hang=True))
            dash.app.open_files(dash.run_with(Status.SUCCEEDED))
            await dash.shows("Asking for files")
            dash.matches_frame("files_loading")


async def test_a_run_without_files_says_so(destine: Services) -> None:
    async with dashboard(destine, size=(80, 24)) as dash:
        await to_files(dash, dash.run_with(Status.FAILED))
        await dash.shows("has no output files")
        dash.matches_frame("files_empty")


async def test_an_error_stands_where_the_files_would(stage: Stage) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}, size=(80, 24)) as dash:
            served.simulator.application.fail(status=503)
            await to_files(dash)
            dash.matches_frame("files_error")


async def test_long_wide_and_hostile_names_stay_in_their_lines(stage: Stage, tmp_path: Path) -> None:
    strange = {
        "U": "\x1b]0;owned\x07\x1b[31mred\x1b[2J", "p": "翼型の結果" * 12, "nut": "x" * 200, "phi": "a\r\nb\u202ec",
    }  # fmt: skip

    def renamed(text: str) -> str:
        folder, slash, name = text.rpartition("/")
        return f"{folder}{slash}{strange.get(name, name)}"

    with stage.serving("rescale", runs=20) as served:
        served.stand_before(Reshaping(served.simulator.application, in_every_text(renamed)))
        async with dashboard({"hpc": served}, size=(80, 24)) as dash:
            await to_files(dash)
            assert not any(ord(character) < 32 for line in dash.frame.splitlines() for character in line)
            dash.matches_frame("files_strange")


# the tree


async def test_a_filter_narrows_the_tree_and_escape_clears_it(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await to_files(dash)
        every = {file.path for file in await files_of(dash, dash.run_with(Status.SUCCEEDED))}
        before = keys_of(screen)
        await dash.press("slash")
        await dash.paste("*.log !system")
        await dash.press("enter")
        shown = {row.file.path for row in screen.listed._by_key.values() if row.file}
        assert shown == {path for path in every if path.endswith(".log") and "system" not in path}
        await dash.press("escape")
        assert keys_of(screen) == before
        await dash.press("escape")
        await dash.opened(RunsScreen)


async def test_s_sorts_by_size_and_date_and_name_again(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await to_files(dash)
        by_name = keys_of(screen)
        await dash.press("s")
        await dash.shows("SIZE▾")
        assert keys_of(screen) != by_name
        await dash.press("s", "s")
        await dash.shows("HASH▴")
        await dash.press("greater_than_sign")
        assert keys_of(screen) == by_name
        await dash.press("S")
        await dash.shows("NAME▾")
        assert keys_of(screen) != by_name


async def test_a_live_runs_files_are_looked_at_again_when_it_ends(stage: Stage) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}) as dash:
            await to_files(dash, dash.run_with(Status.RUNNING))
            assert "work folder of the running run" in dash.frame
            await dash.advance(3600)
            await dash.shows("finished run")


async def test_l_opens_the_log_of_the_run(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await to_files(dash)
        await dash.press("l")
        await dash.opened(LogScreen)
        assert cast(LogScreen, dash.screen).reference == screen.reference


# downloads


async def test_a_downloaded_file_equals_the_simulators_bytes(destine: Services, tmp_path: Path) -> None:
    async with dashboard(destine, interface=Interface(download_dir=tmp_path)) as dash:
        run = rotation(dash)
        await to_files(dash, run)
        await dash.press("d")
        await transfers_over(dash, 1)
        await dash.shows("✔ done")
        served = twin(destine["destine"])
        assert list(saved_below(tmp_path).values()) == [served.content(run.id, "rotatedImage")]


async def test_marked_files_are_downloaded_and_verified(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, interface=Interface(download_dir=tmp_path)) as dash:
        screen = await to_files(dash)
        await dash.press("slash")
        await dash.paste("system/")
        await dash.press("enter", "j", "j", "space", "space")
        marked = screen.listed.marked_files
        assert len(marked) == 2
        await dash.shows("2 marked")
        await dash.press("d")
        await transfers_over(dash, 2)
        saved = saved_below(tmp_path)
        for file in marked:
            content = saved[file.path.rpartition("/")[2]]
            assert file.hashes
            for each in file.hashes:
                assert hashlib.new(each.algorithm, content).hexdigest() == each.hex
        assert {transfer.state for transfer in dash.app.transfers.values()} == {TransferState.DONE}
        assert screen.listed.mark_count == 0


async def test_a_folder_under_the_cursor_is_downloaded_with_all_below(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, interface=Interface(download_dir=tmp_path)) as dash:
        screen = await to_files(dash)
        assert screen.listed.move_to_key((True, "airFoil2D/system/"))
        folder = screen.listed.cursor_folder
        assert folder is not None
        await dash.press("d")
        await transfers_over(dash, folder.file_count)
        assert len(saved_below(tmp_path)) == folder.file_count


async def test_a_download_that_fails_says_why_and_can_be_begun_again(stage: Stage, tmp_path: Path) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}, interface=Interface(download_dir=tmp_path)) as dash:
            run = rotation(dash)
            await to_files(dash, run)
            served.simulator.application.fail("download", status=403)
            await dash.press("d")
            await transfers_over(dash, 1)
            await dash.shows("does not allow this")
            served.behave()
            await to_transfers(dash)
            await dash.press("N")
            await dash.shows("✔ done")
            assert list(saved_below(tmp_path).values()) == [twin(served).content(run.id, "rotatedImage")]


async def test_a_download_under_way_can_be_cancelled(stage: Stage, tmp_path: Path) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}, interface=Interface(download_dir=tmp_path)) as dash:
            await to_files(dash, rotation(dash))
            served.simulator.application.add(Fault(match="download", hang=True))
            await dash.press("d")
            await dash.until(lambda: dash.app.transfers)
            await dash.shows("x cancel")
            await dash.press("x")
            await transfers_over(dash, 1)
            assert [transfer.state for transfer in dash.app.transfers.values()] == [TransferState.CANCELLED]


async def test_quitting_with_a_download_under_way_asks_first(stage: Stage, tmp_path: Path) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}, interface=Interface(download_dir=tmp_path)) as dash:
            await to_files(dash, rotation(dash))
            served.simulator.application.add(Fault(match="download", hang=True))
            await dash.press("d")
            await dash.until(lambda: dash.app.transfers)
            await dash.press("q", "q")
            assert dash.app.return_code is None
            await dash.shows("1 download is under way")
            await dash.press("enter")
            assert dash.app.return_code is None
            await dash.press("q")
            await dash.pilot.press("s")
            await reached(lambda: dash.app.return_code == 0, "the end")


async def test_names_from_a_service_never_leave_the_download_folder(stage: Stage, tmp_path: Path) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        twin(served).switches.hostile_names = True
        target = tmp_path / "downloads"
        async with dashboard({"destine": served}, interface=Interface(download_dir=target)) as dash:
            await to_files(dash, rotation(dash))
            await dash.press("ctrl+a", "d")
            await dash.until(lambda: dash.app.transfers)
            await transfers_over(dash, len(dash.app.transfers))
            assert saved_below(target)
            assert saved_below(tmp_path) == saved_below(target)


# previews


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_a_text_file_is_shown_as_text(hpc: Services, width: int, height: int) -> None:
    async with dashboard(hpc, size=(width, height)) as dash:
        await to_preview(dash, dash.run_with(Status.SUCCEEDED), "airFoil2D/system/controlDict")
        dash.matches_frame(f"preview_{width}x{height}")


async def test_anything_can_be_shown_in_hexadecimal_digits(destine: Services) -> None:
    async with dashboard(destine, size=(80, 24)) as dash:
        run = rotation(dash)
        await to_preview(dash, run, (await files_of(dash, run))[0].path)
        await dash.press("x")
        await dash.shows("ff d8 ff e0")
        dash.matches_frame("preview_binary")


async def test_while_the_beginning_is_awaited_and_when_it_fails_the_head_says_so(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}, size=(80, 24)) as dash:
            await to_files(dash, rotation(dash))
            hanging = served.simulator.application.add(Fault(match="download", hang=True, times=1))
            await dash.press("enter")
            await dash.opened(PreviewScreen)
            await dash.shows("Asking for the beginning")
            await dash.until(lambda: hanging.times == 0)
            await dash.press("q")
            served.simulator.application.fail("download", status=404)
            await dash.press("enter")
            await dash.shows("does not know it")


async def test_the_whole_file_is_downloaded_from_its_preview(destine: Services, tmp_path: Path) -> None:
    async with dashboard(destine, interface=Interface(download_dir=tmp_path)) as dash:
        run = rotation(dash)
        await to_preview(dash, run, (await files_of(dash, run))[0].path)
        await dash.press("d")
        await transfers_over(dash, 1)
        content = twin(destine["destine"]).content(run.id, "rotatedImage")
        assert list(saved_below(tmp_path).values()) == [content]
