"""A tree of 100,000 files, beside the least that plain Python needs: one pass that groups and sorts the paths."""

import time
from collections import defaultdict
from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult

from runtui.model.output_file import OutputFile
from runtui.render.columns import DrawContext
from runtui.render.file_filter import file_filter
from runtui.render.file_tree import FileTree
from runtui.tui.widgets.file_tree_view import FileTreeView
from tests.support.cpu import best_cpu_seconds
from tests.support.frames import drawn
from tests.support.sample_files import case_files, flat_files
from tests.support.sample_runs import NOW

pytestmark = pytest.mark.bench
COUNT = 100_000
IN_ONE = 20_000


def grouped(files: list[OutputFile]) -> list[str]:
    folders: dict[str, list[str]] = defaultdict(list)
    for file in files:
        folder, _, name = file.path.rpartition("/")
        folders[folder].append(name)
    return [f"{folder}/{name}" for folder in sorted(folders) for name in sorted(folders[folder])]


@pytest.mark.parametrize("make", [case_files, flat_files], ids=["many folders", "one folder"])
def test_a_tree_of_a_hundred_thousand_files(make: Callable[[int], list[OutputFile]]) -> None:
    files = make(COUNT)
    floor, _ = best_cpu_seconds(lambda: grouped(files))
    built, tree = best_cpu_seconds(lambda: FileTree(files))
    closed, _ = best_cpu_seconds(lambda: tree.rows())
    opened, rows = best_cpu_seconds(lambda: tree.rows(None))
    narrowed, found = best_cpu_seconds(lambda: FileTree(files, file_filter("*_1?.png p")))
    print(
        f"\n{len(rows):7} rows   build {built * 1000:6.1f} ms   first rows {closed * 1000:6.2f} ms"
        f"   all open {opened * 1000:6.1f} ms   filtered {narrowed * 1000:6.1f} ms ({found.root.file_count})"
        f"   plain Python {floor * 1000:6.1f} ms   ratio {(built + opened) / floor:4.1f}",
        end="",
    )
    assert sum(row.file is not None for row in rows) == COUNT


async def test_a_tree_on_a_screen_opens_and_a_folder_of_twenty_thousand_in_it() -> None:
    """CPU seconds of all that happens until it is drawn, the tree's making included; beside the floor."""
    files = case_files(COUNT - IN_ONE) + flat_files(IN_ONE)
    floor, _ = best_cpu_seconds(lambda: grouped(files))
    app = TreeApp()
    async with app.run_test(size=(120, 40)) as pilot:
        await drawn(pilot)
        start = time.process_time()
        app.view.show_tree(FileTree(files))
        await drawn(pilot)
        opening = time.process_time() - start
        app.view.move_to_key((True, "frames/"))
        await drawn(pilot)
        start = time.process_time()
        await pilot.press("right")
        await drawn(pilot)
        unfolding = time.process_time() - start
        assert len(app.view.keys) == IN_ONE + 2
    print(
        f"\nopens in {opening * 1000:6.1f} ms ({opening / floor:4.1f} x the floor)"
        f"   a folder of {IN_ONE} in {unfolding * 1000:6.1f} ms   plain Python {floor * 1000:6.1f} ms",
        end="",
    )


class TreeApp(App[None]):
    """The tree alone."""

    def __init__(self) -> None:
        super().__init__()
        self.view = FileTreeView(DrawContext(NOW))

    def compose(self) -> ComposeResult:
        """The tree."""
        yield self.view

    def on_mount(self) -> None:
        """Give it the keys."""
        self.view.focus()
