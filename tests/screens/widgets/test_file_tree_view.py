"""The file tree: folders, marks on files and folders, any size."""

import asyncio

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot

from runtui.model.output_file import OutputFile
from runtui.render.file_filter import file_filter
from runtui.render.file_tree import FileOrder, FileTree
from runtui.tui.widgets.file_tree_view import OPENED_AT_ONCE_UP_TO, FileTreeView
from runtui.tui.widgets.virtual_table import VirtualTable
from tests.support.frames import assert_frame, drawn, frame_of
from tests.support.gallery import CONTEXT, GalleryApp
from tests.support.table_app import TableApp


def files(*paths: str) -> list[OutputFile]:
    return [OutputFile(id=path, path=path, size=10) for path in paths]


class TreeApp(TableApp):
    """The tree alone, and what it said."""

    def __init__(self, *paths: str) -> None:
        super().__init__({})
        self.files_tree = FileTreeView(CONTEXT, id="tree")
        self.files = files(*paths)

    def compose(self) -> ComposeResult:
        yield self.files_tree

    def on_mount(self) -> None:
        self.files_tree.show_tree(FileTree(self.files))
        self.files_tree.focus()


def names(app: TreeApp) -> list[str]:
    """The names of the lines, without their indent."""
    return [line[3:].strip().split("  ")[0].rstrip() for line in frame_of(app).splitlines()[1:] if line[3:].strip(" ▐")]


def marks(app: TreeApp) -> list[str]:
    """The mark before each line."""
    return [line[1:2] for line in frame_of(app).splitlines()[1:] if line[3:].strip(" ▐")]


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_it_looks_right(size: tuple[int, int]) -> None:
    app = GalleryApp("files")
    async with app.run_test(size=size) as pilot:
        await drawn(pilot)
        assert_frame(app, f"widgets/files_{size[0]}x{size[1]}")


async def test_folders_close_and_open_with_the_arrow_keys() -> None:
    app = TreeApp("a/b/one", "a/two", "three")
    async with app.run_test(size=(60, 12)) as pilot:
        await drawn(pilot)
        assert names(app) == ["▾ a/", "▾ b/", "one", "two", "three"]
        await pilot.press("left")
        await drawn(pilot)
        assert names(app) == ["▸ a/", "three"]
        await pilot.press("right", "right")
        await drawn(pilot)
        assert names(app) == ["▾ a/", "▾ b/", "one", "two", "three"]
        assert app.files_tree.cursor_key == (True, "a/b/")


async def test_left_on_a_file_goes_to_its_folder() -> None:
    app = TreeApp("a/b/one", "a/two")
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("G")
        assert app.files_tree.cursor_file is not None
        await pilot.press("left")
        assert app.files_tree.cursor_folder is not None
        assert app.files_tree.cursor_folder.path == "a/"


async def test_enter_opens_and_closes_a_folder_and_opens_a_file() -> None:
    app = TreeApp("a/one")
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("enter", "enter", "down", "enter")
        await drawn(pilot)
        opened = [message.key for message in app.heard if isinstance(message, VirtualTable.RowOpened)]
        assert opened == [(False, "a/one")]


async def test_one_key_closes_and_opens_all_folders() -> None:
    app = TreeApp("a/b/one", "c/two")
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("asterisk")
        await drawn(pilot)
        assert names(app) == ["▸ a/", "▸ c/"]
        await pilot.press("asterisk")
        await drawn(pilot)
        assert len(names(app)) == 5


async def test_marking_a_folder_marks_all_files_below_it() -> None:
    app = TreeApp("a/b/one", "a/two", "three")
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("left", "space")
        assert {file.id for file in app.files_tree.marked_files} == {"a/b/one", "a/two"}
        await pilot.press("g", "right")
        await drawn(pilot)
        assert marks(app) == ["*", "*", "*", "*", " "]


async def test_a_folder_with_some_files_marked_shows_it() -> None:
    app = TreeApp("a/b/one", "a/two")
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("down", "space")
        await drawn(pilot)
        assert marks(app) == ["-", "*", "*", " "]


async def test_marking_a_marked_folder_unmarks_its_files() -> None:
    app = TreeApp("a/b/one", "a/two")
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("space", "g", "space")
        assert app.files_tree.marked_files == []


async def test_a_range_over_folders_marks_files_once() -> None:
    app = TreeApp("a/b/one", "a/two", "three")
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("v", "down", "down", "down", "v")
        assert {file.id for file in app.files_tree.marked_files} == {"a/b/one", "a/two"}
        assert app.files_tree.marks == {(False, "a/b/one"), (False, "a/two")}


async def test_all_files_are_marked_those_in_closed_folders_too() -> None:
    app = TreeApp("a/b/one", "a/two", "three")
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("left", "ctrl+a")
        assert len(app.files_tree.marked_files) == 3
        await pilot.press("ctrl+a")
        assert app.files_tree.marked_files == []


async def test_a_new_listing_keeps_folders_cursor_and_marks() -> None:
    app = TreeApp("a/one", "b/two")
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("left", "down", "down", "space")
        key = app.files_tree.cursor_key
        app.files_tree.show_tree(FileTree(files("a/one", "a/new", "b/two", "c")))
        await drawn(pilot)
        assert names(app) == ["▸ a/", "▾ b/", "two", "c"]
        assert app.files_tree.cursor_key == key
        assert [file.id for file in app.files_tree.marked_files] == ["b/two"]


async def test_a_filter_opens_every_folder_and_its_end_restores_them() -> None:
    app = TreeApp("a/one", "b/two")
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("left")
        app.files_tree.show_tree(FileTree(app.files, file_filter("one")), all_open=True)
        await drawn(pilot)
        assert names(app) == ["▾ a/", "one"]
        app.files_tree.show_tree(FileTree(app.files))
        await drawn(pilot)
        assert names(app) == ["▸ a/", "▾ b/", "two"]


async def test_files_are_sorted_within_their_folder() -> None:
    app = TreeApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.files_tree.show_tree(
            FileTree([OutputFile(id=name, path=name, size=size) for name, size in (("s", 1), ("l", 9))])
        )
        app.files_tree.set_order(FileOrder.SIZE, descending=True)
        await drawn(pilot)
        assert names(app) == ["l", "s"]
        assert "SIZE▾" in frame_of(app)


async def test_hostile_names_are_drawn_harmless() -> None:
    app = GalleryApp("files")
    async with app.run_test(size=(120, 40)) as pilot:
        await drawn(pilot)
        text = frame_of(app)
        assert "\x1b" not in text
        assert "␛[31mred␇.txt" in text


async def test_a_large_listing_makes_lines_only_for_what_is_in_sight() -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 24)) as pilot:
        tree = FileTree(files(*(f"step{number // 100}/{number}" for number in range(20_000))))
        app.files_tree.show_tree(tree)
        assert len(app.files_tree.keys) == 200
        await _walk(pilot)
        assert len(app.files_tree._strips) < 24 * 12
        assert tree.root.file_count == 20_000


async def _walk(pilot: Pilot[None]) -> None:
    await pilot.press("right", "pagedown", "G", "pageup")
    await drawn(pilot)


async def test_all_folders_of_a_large_tree_open_without_keeping_a_key() -> None:
    app = TreeApp(*(f"{number // 100}/{number}" for number in range(OPENED_AT_ONCE_UP_TO + 100)))
    async with app.run_test(size=(60, 12)) as pilot:
        await drawn(pilot)
        tree, folders = app.files_tree, len(app.files_tree.keys)
        tree.action_toggle_folders()
        assert len(tree.keys) == folders, "the key has returned before anything was laid out"
        await app.workers.wait_for_complete()
        assert len(tree.keys) == folders + len(app.files)
        tree.action_toggle_folders()
        assert len(tree.keys) == folders


async def test_an_order_that_is_chosen_while_all_folders_open_holds() -> None:
    app = TreeApp(*(f"{number // 100}/{number}" for number in range(OPENED_AT_ONCE_UP_TO + 100)))
    async with app.run_test(size=(60, 12)) as pilot:
        await drawn(pilot)
        app.files_tree.action_toggle_folders()
        await asyncio.sleep(0)
        app.files_tree.set_order(FileOrder.NAME, descending=True)
        await app.workers.wait_for_complete()
        assert app.files_tree.keys[-1] == (False, "0/0")
