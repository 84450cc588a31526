"""What is in a file, whatever it is: a text, a table, a picture, the list of an archive, bytes."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from runtui.model.lines import StaticLines
from runtui.render.archive_listing import ArchiveEntry
from runtui.render.columns import DrawContext, sort_order
from runtui.render.file_contents import (
    ArchiveContent,
    EmptyContent,
    FileContent,
    HexContent,
    ImageContent,
    NoticeContent,
    OutlineContent,
    TableContent,
    TextContent,
)
from runtui.render.preview_columns import ARCHIVE_COLUMNS, ValueRow, value_columns
from runtui.tui.widgets.picture_view import PictureView
from runtui.tui.widgets.preview_table import PreviewTable
from runtui.tui.widgets.preview_text import PreviewText
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.virtual_table import VirtualTable

WidgetT = TypeVar("WidgetT", bound=Widget)

_NEAR_END = 20
_SORTED_AT_ONCE = 5_000
"""Rows that are sorted without a thread: faster than a person would notice."""


class PreviewPane(Vertical):
    """One of several widgets at a time; each is made when the first file needs it."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    PreviewPane { width: 1fr; height: 1fr; }
    PreviewPane PictureView { width: 1fr; height: 1fr; }
    """

    class MoreWanted(Message):
        """One came to an end of what is there. `is_far` says that the end of the file itself was asked for."""

        def __init__(self, *, at_end: bool, is_far: bool) -> None:
            super().__init__()
            self.at_end = at_end
            self.is_far = is_far

    class Sorted(Message):
        """The rows of a table of values that are there were sorted."""

    def __init__(self, context: DrawContext, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._drawing = context
        self._rows: Sequence[ValueRow] = ()
        self._entries: Sequence[ArchiveEntry] = ()
        self._sorted: tuple[str, bool] | None = None

    def compose(self) -> ComposeResult:
        """The pager, which also says what there is to say."""
        yield PreviewText(id="preview-text")

    @property
    def text(self) -> PreviewText:
        """The pager."""
        return self.query_one(PreviewText)

    @property
    def shown(self) -> Widget:
        """The widget that shows what is there now."""
        return next(child for child in self.children if child.display)

    def show_waiting(self, sentence: str) -> None:
        """Say this until something is shown."""
        self.show_sentences(sentence)

    def show_sentences(self, *sentences: str) -> None:
        """Say this in place of a file."""
        self._show(self.text)
        self.text.set_empty(*sentences)
        self.text.show_lines(StaticLines(), numbers=False)

    def show_content(self, content: FileContent, *, at_end: bool = False) -> None:
        """Show what there is of a file, from its beginning or from its end."""
        match content:
            case EmptyContent():
                self.show_sentences("The file is empty.")
            case NoticeContent(sentences):
                self.show_sentences(*sentences)
            case TextContent(window):
                self._show(self.text)
                self.text.show_lines(window, numbers=window.start == 0, at_end=at_end)
            case OutlineContent(lines):
                self._show(self.text)
                self.text.show_lines(lines, numbers=False)
            case HexContent(lines):
                self._show(self.text)
                self.text.show_lines(lines, numbers=False)
            case TableContent():
                self._show_values(content)
            case ArchiveContent(entries):
                self._show_archive(entries)
            case ImageContent(picture):
                view = self._made("preview-picture", lambda: PictureView(id="preview-picture"))
                view.show_picture(picture)
                self._show(view)

    def _show_values(self, content: TableContent) -> None:
        self._rows, self._sorted = content.rows.rows, None

        def table() -> PreviewTable[int, ValueRow]:
            return PreviewTable([], self._row, self._drawing, id="preview-values")

        view = self._made("preview-values", table)
        view.set_columns(value_columns(content.rows))
        view.set_sort(None)
        view.show_keys(range(len(self._rows)))
        view.refresh_rows(view.visible_keys)
        self._show(view)

    def _made(self, id: str, make: Callable[[], WidgetT]) -> WidgetT:
        """The widget of this id, made when it is not there yet."""
        known = next((child for child in self.children if child.id == id), None)
        if known is not None:
            return cast("WidgetT", known)
        made = make()
        self.mount(made)
        return made

    def extend_values(self, content: TableContent) -> None:
        """Show more rows of the same values, from where one is, in their order."""
        self._rows = content.rows.rows
        table = self.query_one("#preview-values", VirtualTable)
        if self._sorted is None:
            table.show_keys(range(len(self._rows)))
        else:
            self._show_order(table, self._rows, to_top=table.cursor_index == 0)

    @property
    def is_sorted(self) -> bool:
        """Whether the rows of what is shown stand in another order than in the file."""
        return self._sorted is not None and self.shown.id in ("preview-values", "preview-archive")

    def _row(self, key: int) -> ValueRow | None:
        return self._rows[key] if key < len(self._rows) else None

    def _show_archive(self, entries: tuple[ArchiveEntry, ...]) -> None:
        self._entries, self._sorted = entries, None

        def table() -> PreviewTable[int, ArchiveEntry]:
            return PreviewTable(ARCHIVE_COLUMNS, self._entry, self._drawing, id="preview-archive")

        view = self._made("preview-archive", table)
        view.set_empty("The archive is empty.")
        view.set_sort(None)
        view.show_keys(range(len(entries)))
        view.refresh_times()
        self._show(view)

    def _entry(self, key: int) -> ArchiveEntry | None:
        return self._entries[key] if key < len(self._entries) else None

    @on(VirtualTable.SortRequested)
    def _sort(self, message: VirtualTable.SortRequested) -> None:
        """Sort what is there by the column clicked, the other way round by the same once more."""
        message.stop()
        table = message.view
        rows = cast("Sequence[object]", self._rows if table.id == "preview-values" else self._entries)
        column = next(column for column in table.columns if column.key == message.column)
        known = self._sorted
        descending = not known[1] if known is not None and known[0] == column.key else column.descending_first
        self._sorted = (column.key, descending)
        table.set_sort(column.key, descending=descending)
        self._show_order(table, rows, to_top=True)
        if table.id == "preview-values":
            self.post_message(self.Sorted())

    def _show_order(self, table: VirtualTable[Any, Any], rows: Sequence[object], *, to_top: bool) -> None:
        """Show rows in the order one has chosen: what one sorts for is at the top, and not where the cursor was."""
        assert self._sorted is not None
        key, descending = self._sorted
        column = next(column for column in table.columns if column.key == key)
        sort = partial(sort_order, rows, column, self._drawing, descending=descending)

        async def sort_apart() -> None:
            wanted, order = self._sorted, await asyncio.to_thread(sort)
            if self._sorted == wanted and (rows is self._rows or rows is self._entries):
                _show_sorted(table, order, to_top=to_top)

        if len(rows) <= _SORTED_AT_ONCE:
            _show_sorted(table, sort(), to_top=to_top)
        else:
            self.run_worker(sort_apart(), exclusive=True, group="sort")

    def _show(self, view: Widget) -> None:
        had_keys = any(child.has_focus for child in self.children)
        for child in self.children:
            child.display = child is view
        if had_keys:
            view.focus()

    def focus_shown(self) -> None:
        """Let what is shown have the keys."""
        self.shown.focus()

    @on(PreviewText.EdgeReached)
    def _edge_reached(self, message: PreviewText.EdgeReached) -> None:
        message.stop()
        self.post_message(self.MoreWanted(at_end=message.at_end, is_far=message.is_far))

    @on(RowView.CursorMoved, "#preview-values")
    def _cursor_moved(self, message: RowView.CursorMoved) -> None:
        message.stop()
        index = message.view.cursor_index
        if index is not None and self._sorted is None and index >= len(self._rows) - _NEAR_END:
            self.post_message(self.MoreWanted(at_end=True, is_far=False))

    @on(RowView.CursorMoved, "#preview-archive")
    @on(RowView.RowOpened)
    @on(RowView.MarksChanged)
    def _nothing_to_say(self, message: RowView.RowMessage) -> None:
        message.stop()


def _show_sorted(table: VirtualTable[Any, Any], order: list[int], *, to_top: bool) -> None:
    table.show_keys(order)
    if to_top and order:
        table.move_to_key(order[0])
