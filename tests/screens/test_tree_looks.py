"""How trees of files look is chosen once: for every run, and for the next start."""

from collections.abc import Mapping
from pathlib import Path

from runtui.model.status import Status
from runtui.services.tree_looks import TreeLook, TreeLooks
from tests.support.conditions import reached
from tests.support.dashboard import dashboard
from tests.support.stage import ServedSimulator
from tests.support.ways import to_files

Services = Mapping[str, ServedSimulator]
WIDE = (140, 30)


async def kept(folder: Path, look: TreeLook) -> None:
    await reached(lambda: TreeLooks(folder).load() == look, f"{look}, not {TreeLooks(folder).load()}")


async def test_hidden_columns_and_the_order_are_there_again_on_the_next_start(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, size=WIDE, data_folder=tmp_path) as dash:
        await to_files(dash)
        await dash.press("s", "S", "C")
        await dash.shows("Show or hide a column")
        await dash.press("3")
        await dash.shows("SIZE▴")
        await kept(tmp_path, TreeLook(hidden=("modified",), sort="size"))
    async with dashboard(hpc, size=WIDE, data_folder=tmp_path) as dash:
        await to_files(dash)
        await dash.shows("SIZE▴")
        assert "MODIFIED" not in dash.frame
        await dash.press("C", "3")
        await dash.shows("MODIFIED")


async def test_a_preview_that_was_put_away_stays_away(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, size=WIDE, data_folder=tmp_path) as dash:
        screen = await to_files(dash)
        assert screen.query_one("#aside").display
        await dash.press("p")
        await kept(tmp_path, TreeLook(has_preview=False))
    async with dashboard(hpc, size=WIDE, data_folder=tmp_path) as dash:
        screen = await to_files(dash)
        await dash.until(lambda: not screen.query_one("#aside").display)


async def test_the_files_of_another_run_look_the_same(hpc: Services) -> None:
    async with dashboard(hpc, size=WIDE) as dash:
        await to_files(dash)
        await dash.press("s")
        await dash.shows("SIZE▾")
        await dash.press("escape")
        shown = dash.run_with(Status.SUCCEEDED)
        await to_files(dash, next(run for run in dash.app.index.runs.values() if run != shown))
        await dash.shows("SIZE▾")


async def test_what_cannot_be_read_or_is_not_known_here_counts_as_nothing(hpc: Services, tmp_path: Path) -> None:
    for content in (b"{broken", b'{"sort": "colour", "hidden": ["smell"]}', b'{"hidden": "all"}'):
        (tmp_path / "file-tree.json").write_bytes(content)
        async with dashboard(hpc, size=WIDE, data_folder=tmp_path) as dash:
            await to_files(dash)
            await dash.shows("NAME▴")
            assert "MODIFIED" in dash.frame
