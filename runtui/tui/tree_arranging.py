"""How the tree of files is sorted and which of its columns are shown, for this run and every other one."""

from typing import ClassVar

import msgspec
from textual import on, work
from textual.binding import Binding, BindingType

from runtui.model.errors import StorageError
from runtui.render.file_tree import FileOrder
from runtui.services.tree_looks import TreeLook, TreeLooks
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.ask_dialog import Answer, AskDialog
from runtui.tui.widgets.file_tree_view import FileTreeView
from runtui.tui.widgets.virtual_table import VirtualTable


class ArrangesTree(RuntuiScreen):
    """A screen with a tree of files. What is chosen holds for the trees of all runs, and is kept over restarts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,greater_than_sign", "sort(1)", "sort", id="files.sort", tooltip="sort by the next column"),
        Binding("less_than_sign", "sort(-1)", "sort by the column before", id="files.sort_previous", show=False),
        Binding("S", "turn_order", "turn the order round", id="files.sort_turn", show=False),
        Binding("C", "choose_columns", "columns", id="files.columns", show=False, tooltip="show or hide a column"),
        Binding("p", "toggle_preview", "preview", id="files.preview", show=False, tooltip="preview beside the tree"),
    ]

    @property
    def listed(self) -> FileTreeView:
        """The tree of files."""
        return self.query_one("#files", FileTreeView)

    @property
    def look(self) -> TreeLook:
        """How trees look now."""
        return self.dashboard.tree_look or TreeLook()

    @property
    def _order(self) -> FileOrder:
        return FileOrder(self.look.sort) if self.look.sort in list(FileOrder) else FileOrder.NAME

    def look_changed(self) -> None:
        """Another look is to be shown."""

    def bring_back_look(self) -> None:
        """Show the tree as one left the last, in this process or in an earlier one."""
        if self.dashboard.tree_look is None:
            self._read_look()
        else:
            self._show_look()

    @work(thread=True, group="look")
    def _read_look(self) -> None:
        folder = self.dashboard.opening.data_folder
        if folder is not None:
            self.show_from_thread(self._take_look, TreeLooks(folder).load())

    def _take_look(self, look: TreeLook) -> None:
        if self.dashboard.tree_look is None:  # nobody has chosen meanwhile
            self.dashboard.tree_look = look
            self._show_look()

    def _show_look(self) -> None:
        self.listed.hide_columns(self.look.hidden)
        self.listed.set_order(self._order, descending=self.look.descending)
        self.look_changed()

    def _change_look(self, **changes: object) -> None:
        self.dashboard.tree_look = msgspec.structs.replace(self.look, **changes)
        self._show_look()
        self._keep_look(self.dashboard.tree_look)

    @work(thread=True, exclusive=True, group="keep look")
    def _keep_look(self, look: TreeLook) -> None:
        folder = self.dashboard.opening.data_folder
        if folder is not None:
            try:
                TreeLooks(folder).save(look)
            except StorageError as error:
                self.show_from_thread(self.show_error, error)

    def action_sort(self, step: int) -> None:
        """Sort by the next column or the one before."""
        shown = [FileOrder(column.key) for column in self.listed.columns if column.key in list(FileOrder)]
        at = shown.index(self._order) if self._order in shown else 0
        self._sort_by(shown[(at + step) % len(shown)])

    def _sort_by(self, order: FileOrder) -> None:
        self._change_look(sort=order.value, descending=order in (FileOrder.SIZE, FileOrder.MODIFIED))

    def action_turn_order(self) -> None:
        """Sort the other way round."""
        self._change_look(descending=not self.look.descending)

    @on(VirtualTable.SortRequested, "#files")
    def _heading_clicked(self, message: VirtualTable.SortRequested) -> None:
        if message.column == self._order:
            self.action_turn_order()
        elif message.column in list(FileOrder):
            self._sort_by(FileOrder(message.column))

    def action_choose_columns(self) -> None:
        """Show or hide a column."""
        columns = self.listed.all_columns
        answers = [
            Answer(str(number), title, "shown" if is_shown else "hidden")
            for number, (_, title, is_shown) in enumerate(columns, 1)
        ]

        def chosen(key: str | None) -> None:
            if key is not None:
                hidden = {name for name, _, is_shown in columns if not is_shown}
                self._change_look(hidden=tuple(sorted(hidden ^ {columns[int(key) - 1][0]})))

        said = "Kinds, hashes and downloads are shown only where there are some."
        self.app.push_screen(AskDialog("Show or hide a column", said, answers), chosen)

    def action_toggle_preview(self) -> None:
        """Show what is in the file under the cursor beside the tree, or do not."""
        self._change_look(has_preview=not self.look.has_preview)
