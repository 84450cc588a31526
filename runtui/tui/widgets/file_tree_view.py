"""The output files of a run as a tree of any size: one line per visible file, no widget per node."""

import asyncio
from collections.abc import Collection, Iterable
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from runtui.model.output_file import OutputFile
from runtui.model.transfer import Transfer
from runtui.render.columns import Column, DrawContext
from runtui.render.file_columns import file_columns
from runtui.render.file_tree import FileOrder, FileRow, FileTree, Folder, RowKey
from runtui.tui.widgets.row_view import RowMark
from runtui.tui.widgets.virtual_table import VirtualTable

OPEN_ALL_UP_TO: Final = 100
"""A tree of no more files is shown with all its folders open."""
FOUND_OPEN_UP_TO: Final = 5_000
"""What a filter found is shown with all folders open when it is no more files than these."""
OPENED_AT_ONCE_UP_TO: Final = 5_000
"""A tree of no more files is opened without a thread: faster than a person would notice."""
LEFT_OUT: Final = frozenset({"kind", "hash", "here"})
"""Columns that are not shown while no file has anything to say in them."""


def _laid_out(
    tree: FileTree, opened: set[str] | None, order: FileOrder, descending: bool
) -> tuple[dict[RowKey, FileRow], list[RowKey]]:
    """The visible rows by their keys, and the keys in order."""
    by_key = {row.key: row for row in tree.rows(opened, order, descending=descending)}
    return by_key, list(by_key)


class FileTreeView(VirtualTable[RowKey, FileRow]):
    """Folders open and close with Right, Left and Enter; Enter on a file is told as `RowOpened`.

    Marks are on files; marking a folder marks all files below it, shown or not. A folder of which only some files are
    marked has a mark of its own.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "open_folder", "open folder", id="tree.open", show=False),
        Binding("left", "close_folder", "close folder", id="tree.close", show=False),
        Binding("asterisk", "toggle_folders", "open or close all", id="tree.all", key_display="*", show=False),
    ]

    def __init__(self, context: DrawContext, *, id: str | None = None) -> None:
        self._by_key: dict[RowKey, FileRow] = {}
        self._transfers: dict[str, Transfer] = {}
        self._every = file_columns(lambda file: self._transfers.get(file.path))
        self._hidden: frozenset[str] = frozenset()
        super().__init__(self._wanted_columns(FileTree(())), self._row_of, context, id=id)
        self._tree = FileTree(())
        self._opened: set[str] | None = set()
        self._is_all_open = False
        self._order = FileOrder.NAME
        self._descending = False
        self._marked_below: dict[str, int] = {}

    def _row_of(self, key: RowKey) -> FileRow | None:
        return self._by_key.get(key)

    # What is shown

    def show_tree(self, tree: FileTree, *, all_open: bool = False) -> None:
        """Show a tree; folders that were open stay open, the cursor stays on its file, marks on theirs.

        Build the tree of very many files in a thread. `all_open` shows every folder open, as for the result of a
        filter; the next tree without it has those open that were open before.
        """
        if not self._tree.root.file_count:
            self._opened = None if tree.root.file_count <= OPEN_ALL_UP_TO else set()
        self._tree = tree
        self._is_all_open = all_open and tree.root.file_count <= FOUND_OPEN_UP_TO
        self.set_columns(self._wanted_columns(tree))
        self._lay_out()

    def set_order(self, order: FileOrder, *, descending: bool = False) -> None:
        """Sort the files of each folder by this."""
        self._order, self._descending = order, descending
        self.set_sort(order.value, descending=descending)
        self._lay_out()

    @property
    def all_columns(self) -> list[tuple[str, str, bool]]:
        """Key, title and whether it may be shown, of every column but the name's."""
        return [(column.key, column.title, column.key not in self._hidden) for column in self._every[1:]]

    def hide_columns(self, keys: Iterable[str]) -> None:
        """Never show these columns."""
        self._hidden = frozenset(keys) - {"name"}
        self.set_columns(self._wanted_columns(self._tree))

    def _wanted_columns(self, tree: FileTree) -> list[Column[FileRow]]:
        """The columns that were not hidden and for which some file has something to say."""
        telling = {"here"} if self._transfers else set()
        for file in tree.root.all_files():
            if file.hashes:
                telling.add("hash")
            if file.kind != "output":
                telling.add("kind")
            if len(telling) == len(LEFT_OUT):
                break
        wanted = [column for column in self._every if column.key not in self._hidden]
        return [column for column in wanted if column.key not in LEFT_OUT or column.key in telling]

    def show_transfers(self, transfers: Iterable[Transfer]) -> None:
        """Show how these transfers are doing, each in the row of its file; other rows are left as they are."""
        had_any = bool(self._transfers)
        changed = []
        for transfer in transfers:
            path = transfer.file.path
            if self._transfers.get(path) is not transfer:
                self._transfers[path] = transfer
                key: RowKey = (False, path)
                if (row := self._by_key.get(key)) is not None:
                    self._by_key[key] = row._replace()  # another object is another look
                    changed.append(key)
        if bool(self._transfers) != had_any:
            self.set_columns(self._wanted_columns(self._tree))
        if changed:
            self.refresh_rows(changed)

    def move_to_file(self, path: str) -> bool:
        """Put the cursor on the file of this path, its folders opened. Tells whether there is such a file."""
        if (False, path) not in self._by_key and self._opened is not None:
            ends = [at for at, character in enumerate(path) if character == "/"]
            self._opened.update(path[: end + 1] for end in ends)
            self._lay_out()
        return self.move_to_key((False, path))

    def _lay_out(self) -> None:
        opened = None if self._is_all_open else self._opened
        self._by_key, keys = _laid_out(self._tree, opened, self._order, self._descending)
        self.show_keys(keys)

    @property
    def cursor_file(self) -> OutputFile | None:
        """The file under the cursor; None on a folder."""
        row = self._cursor_row()
        return None if row is None else row.file

    @property
    def cursor_folder(self) -> Folder | None:
        """The folder under the cursor; None on a file."""
        row = self._cursor_row()
        return None if row is None else row.folder

    def _cursor_row(self) -> FileRow | None:
        return None if self.cursor_key is None else self._by_key.get(self.cursor_key)

    # Opening and closing

    def action_open_row(self) -> None:
        """Open or close a folder, or say that the file is to be opened."""
        row = self._cursor_row()
        if row is not None and row.folder is not None:
            self._set_open(row.folder, not row.is_open)
        else:
            super().action_open_row()

    def action_open_folder(self) -> None:
        """Open the folder under the cursor; when it is open, go to its first line."""
        row = self._cursor_row()
        if row is None or row.folder is None:
            return
        if row.is_open:
            self.action_move_cursor(1)
        else:
            self._set_open(row.folder, True)

    def action_close_folder(self) -> None:
        """Close the folder under the cursor; on a file or a closed folder go to the folder it lies in."""
        row = self._cursor_row()
        if row is None:
            return
        if row.folder is not None and row.is_open:
            self._set_open(row.folder, False)
        elif row.within:
            self.move_to_key((True, row.within))

    def action_toggle_folders(self) -> None:
        """Open all folders; when all are open, close them. Those of a large tree are opened in a thread."""
        are_open = self._opened is None or self._is_all_open
        if not are_open and self._tree.root.file_count > OPENED_AT_ONCE_UP_TO:
            self.run_worker(self._open_all(), group="open all", exclusive=True)
            return
        self._opened = set() if are_open else None
        self._is_all_open = False
        self._lay_out()

    async def _open_all(self) -> None:
        """Lay the open tree out; what was ordered or listed otherwise meanwhile is laid out again."""
        while True:
            wanted = (self._tree, None, self._order, self._descending)
            by_key, keys = await asyncio.to_thread(_laid_out, *wanted)
            if wanted == (self._tree, None, self._order, self._descending):
                break
        self._opened, self._is_all_open = None, False
        self._by_key = by_key
        self.show_keys(keys)

    def _set_open(self, folder: Folder, is_open: bool) -> None:
        if self._opened is None or self._is_all_open:
            self._opened = set(self._tree.folder_paths)
            self._is_all_open = False
        if is_open:
            self._opened.add(folder.path)
        else:
            self._opened.discard(folder.path)
        self._lay_out()

    # Marks

    @property
    def marked_files(self) -> list[OutputFile]:
        """The marked files, those in closed folders included; a folder's own files come before those further down."""
        marked, key_of = self._marked_keys(), self._tree.key_of
        return [file for file in self._tree.root.all_files() if key_of(file) in marked] if marked else []

    def _marked_keys(self) -> set[RowKey]:
        keys: set[RowKey] = set()
        for is_folder, name in self.marks:
            if is_folder:
                keys.update(self._tree.key_of(file) for file in self._files_below(name))
            else:
                keys.add((False, name))
        return keys

    def _files_below(self, path: str) -> Iterable[OutputFile]:
        folder = self._tree.folder(path)
        return () if folder is None else folder.all_files()

    def mark_files(self, files: Collection[OutputFile]) -> None:
        """Mark these files too."""
        self.set_marks(self.marks | {self._tree.key_of(file) for file in files})

    def action_toggle_mark(self) -> None:
        """Mark the file, or all files below the folder, or take the marks away when all are marked."""
        folder = self.cursor_folder
        if folder is None or self._rows.is_ranging:
            super().action_toggle_mark()
            return
        below = {self._tree.key_of(file) for file in folder.all_files()}
        marks = self.marks
        self.set_marks(marks - below if below <= marks else marks | below)
        self.action_move_cursor(1)

    def action_toggle_all(self) -> None:
        """Mark every file of the tree, or none when all are marked."""
        every = {self._tree.key_of(file) for file in self._tree.root.all_files()}
        self.set_marks(() if every <= self.marks else self.marks | every)

    def settle_marks(self) -> None:
        """Marks of folders become marks of the files below them."""
        if self._rows.is_ranging:
            return
        self._rows.set_marks(self._marked_keys())
        self._count_marks()

    def _count_marks(self) -> None:
        """How many marked files lie below each folder."""
        self._marked_below = {}
        marks = self._rows.marks
        if not marks:
            return
        for file in self._tree.root.all_files():
            if self._tree.key_of(file) in marks:
                end = file.path.rfind("/")
                while end >= 0:
                    path = file.path[: end + 1]
                    self._marked_below[path] = self._marked_below.get(path, 0) + 1
                    end = file.path.rfind("/", 0, end)

    def row_mark(self, index: int) -> RowMark:
        """A folder is marked as far as the files below it are."""
        mark = super().row_mark(index)
        row = self._by_key.get(self.keys[index])
        if mark is RowMark.ALL or row is None or row.folder is None:
            return mark
        count = self._marked_below.get(row.folder.path, 0)
        if not count:
            return RowMark.NONE
        return RowMark.ALL if count == row.folder.file_count else RowMark.PART
