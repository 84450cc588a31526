"""A table of any number of rows, drawn from what is in sight."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar, Final, Generic, TypeVar

import msgspec
from msgspec.structs import replace
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from runtui.render.cell import Cell, Tone
from runtui.render.column_layout import GAP, Slot
from runtui.render.columns import Column, DrawContext
from runtui.render.glyphs import Glyphs
from runtui.render.widths import Align, truncate
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.recent import Recent
from runtui.tui.widgets.row_view import KeyT, RowMark, RowState, RowView
from runtui.tui.widgets.rule import write_rule
from runtui.tui.widgets.signs import signs_for
from runtui.tui.widgets.slot_keeper import SlotKeeper

RowT = TypeVar("RowT")

GUTTER: Final = 3
"""Cells left of the first column: the cursor, the mark, a blank."""
_CELLS_KEPT: Final = 2048


class Placed(msgspec.Struct, Generic[RowT], frozen=True):
    """A column where it is drawn. Widths and places are in cells from the table's left edge."""

    index: int
    """Its place among the columns whose cells are made."""
    column: Column[RowT]
    slot: Slot
    start: int
    width: int

    def heading(self) -> "Placed[RowT]":
        """The same place for the column's heading, which has no decimal point to stand on."""
        return replace(self, slot=replace(self.slot, align=Align.RIGHT)) if self.slot.tail else self

    def write(self, writer: LineWriter, text: str, style: Style, glyphs: Glyphs) -> None:
        """Write a cell's text at its place; its blanks go to whichever run is cheaper."""
        placed = self.slot.place(text, glyphs)
        if self.width < self.slot.width:
            placed = truncate(placed, self.width, glyphs.ellipsis)
        bare = placed.strip(" ")
        if bare:
            writer.pad_to(self.start + len(placed) - len(placed.lstrip(" ")))
            writer.write(bare, style)


class VirtualTable(RowView[KeyT], Generic[KeyT, RowT]):
    """Rows by key under columns; what a row holds is looked up and formatted only when it is drawn.

    `find` gives the row of a key, or None when it is gone. It must give the same object as long as nothing about the
    row changed: that is how the table knows. Call `show_keys` for the rows and their order, `refresh_rows` when
    values changed, `set_context` when time passed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "shift_columns(1)", "columns to the right", id="table.right", show=False),
        Binding("left", "shift_columns(-1)", "columns to the left", id="table.left", show=False),
    ]

    class SortRequested(Message):
        """A click on the heading of a column."""

        def __init__(self, view: "VirtualTable[KeyT, RowT]", column: str) -> None:
            super().__init__()
            self.view: VirtualTable[KeyT, RowT] = view
            self.column = column
            """The column's key."""

        @property
        def control(self) -> Widget:
            """The table, so that `on` can select by its id."""
            return self.view

    class ColumnResized(Message):
        """The edge of a column was dragged."""

        def __init__(self, view: "VirtualTable[KeyT, RowT]", column: str, width: int) -> None:
            super().__init__()
            self.view: VirtualTable[KeyT, RowT] = view
            self.column = column
            """The column's key."""
            self.width = width
            """Cells it is to be wide."""

        @property
        def control(self) -> Widget:
            """The table, so that `on` can select by its id."""
            return self.view

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        find: Callable[[KeyT], RowT | None],
        context: DrawContext,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._all_columns: tuple[Column[RowT], ...] = tuple(columns)
        self._hide_below: Mapping[str, int] = {}
        self._find = find
        self._drawing = context
        self._sorted_by: tuple[str, bool] | None = None
        self._cells: Recent[KeyT, tuple[RowT, tuple[Cell, ...]]] = Recent(_CELLS_KEPT)
        self._cells_made_of: tuple[Column[RowT], ...] = ()
        self._keeper = SlotKeeper()
        self._shift = 0
        self._header: Strip | None = None
        self._placement: list[Placed[RowT]] | None = None
        self._title: str | None = None
        self._title_right: tuple[Cell, ...] = ()
        self._dragged: Placed[RowT] | None = None
        self._was_dragged = False

    # What is shown

    @property
    def columns(self) -> tuple[Column[RowT], ...]:
        """The columns that are drawn at this width."""
        width = self.size.width
        return tuple(column for column in self._all_columns if width >= self._hide_below.get(column.key, 0))

    @property
    def context(self) -> DrawContext:
        """What cells are drawn with beside their row."""
        return self._drawing

    def set_columns(self, columns: Sequence[Column[RowT]], hide_below: Mapping[str, int] | None = None) -> None:
        """Show these columns. `hide_below` names the width of the table, in cells, under which a column is left out."""
        if (tuple(columns), hide_below or {}) == (self._all_columns, self._hide_below):
            return
        self._all_columns, self._hide_below = tuple(columns), hide_below or {}
        self._shift = 0
        self._cells.clear()
        self._settle(may_shrink=True)
        self.repaint_changes()

    @property
    def sorted_by(self) -> str | None:
        """The key of the column the rows are said to be sorted by."""
        return None if self._sorted_by is None else self._sorted_by[0]

    def width_of(self, column: str) -> int | None:
        """How many cells wide a column is; None when it is not in sight."""
        return next((place.slot.width for place in self._placed() if place.column.key == column), None)

    def settle_anew(self) -> None:
        """Make the columns as wide as the rows in sight need them now, whatever was in sight before."""
        self._keeper.forget()
        self._settle(may_shrink=True)
        self.repaint_changes()

    def forget_cells(self, keys: Iterable[KeyT]) -> None:
        """What these rows show changed, though their values did not: make their cells anew."""
        for key in keys:
            self._cells.discard(key)
        self._settle(may_shrink=False)
        self.refresh_times()

    def set_sort(self, column: str | None, *, descending: bool = False) -> None:
        """Show by which column the rows are sorted; the table itself sorts nothing."""
        self._sorted_by = None if column is None else (column, descending)
        self._header = None
        self._settle(may_shrink=False)
        self.repaint_changes()

    def set_title(self, title: str | None, *right: Cell) -> None:
        """Draw a rule with this title above the rows instead of the headings, as panes do; None draws headings."""
        self._title, self._title_right, self._header = title, right, None
        self.repaint_changes()

    def set_context(self, context: DrawContext) -> None:
        """Draw with another context, because time passed; only what looks different is drawn again."""
        self._drawing = context
        self._cells.clear()
        self._settle(may_shrink=False)
        self.refresh_times()

    def show_keys(self, keys: Sequence[KeyT], context: DrawContext | None = None) -> None:
        """List these rows in this order; see `RowView.show_keys`. With another context they are drawn once for both."""
        is_first = not self.keys
        if context is not None:
            self._drawing = context
            self._cells.clear()
            self._strips.clear()
        with self.one_repaint():
            super().show_keys(keys)
            self._settle(may_shrink=is_first)

    def refresh_rows(self, changed: Iterable[KeyT]) -> None:
        """The values of these rows changed: draw those in sight again."""
        changed = changed if isinstance(changed, (set, frozenset, dict)) else set(changed)
        if any(key in changed for key in self.visible_keys):
            self._settle(may_shrink=False)
            self.repaint_changes()

    def scrolled(self) -> None:
        """Make room for what came into sight."""
        self._settle(may_shrink=True)

    def resized(self) -> None:
        """Lay the columns out for the new width."""
        self._shift = 0
        self._cells.clear()
        self._settle(may_shrink=True)
        super().resized()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the edge of a column: the gap behind its heading."""
        offset = event.get_content_offset(self)
        self._was_dragged = False
        if offset is None or offset.y or self._title is not None:
            return
        for place in self._placed():
            if place.start + place.width <= offset.x < place.start + place.width + GAP:
                self._dragged = place
                self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Say how wide the column held is to be."""
        if self._dragged is not None:
            width = max(1, event.x - self._dragged.start)
            if width != self.width_of(self._dragged.column.key):
                self._was_dragged = True
                self.post_message(self.ColumnResized(self, self._dragged.column.key, width))

    def on_mouse_up(self) -> None:
        """Let go of the column."""
        if self._dragged is not None:
            self._dragged = None
            self.release_mouse()

    def header_clicked(self, x: int) -> None:
        """Ask for the rows to be sorted by the column whose heading is at `x`, unless its edge was dragged there."""
        if self._was_dragged:
            return
        for place in self._placed() if self._title is None else ():
            if place.start <= x < place.start + place.width + GAP:
                self.post_message(self.SortRequested(self, place.column.key))
                return

    def action_shift_columns(self, columns: int) -> None:
        """Show columns further right or left; the first one stays."""
        if columns > 0 and not self._hides_right:
            return
        self._shift = max(0, self._shift + columns)
        self._cells.clear()
        self._settle(may_shrink=True)
        self.forget_looks()
        self.repaint_changes()

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Show columns further right."""
        event.stop()
        self.action_shift_columns(1)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Show columns further left."""
        event.stop()
        self.action_shift_columns(-1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """With the shift key the wheel turns sideways."""
        if event.shift:
            event.prevent_default()
            event.stop()
            self.action_shift_columns(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """With the shift key the wheel turns sideways."""
        if event.shift:
            event.prevent_default()
            event.stop()
            self.action_shift_columns(-1)

    @property
    def _hides_right(self) -> bool:
        """Whether there are columns to the right that do not fit."""
        return len(self._keeper.slots) < len(self._shown_columns())

    def _shown_columns(self) -> tuple[Column[RowT], ...]:
        """The columns without the ones passed over."""
        columns = self.columns
        return columns[:1] + columns[1 + self._shift :]

    def _near_columns(self) -> tuple[Column[RowT], ...]:
        """Of those, as many as can be in sight if each is but one cell wide: cells of others are never made."""
        return self._shown_columns()[: max(1, self.room // (GAP + 1) + 1)]

    # Layout

    @property
    def room(self) -> int:
        """Cells for the columns: all but the gutter and the place of the scroll mark."""
        return max(0, self.size.width - GUTTER - 2)

    def _settle(self, *, may_shrink: bool) -> None:
        """Make the columns as wide as the rows in sight need them."""
        if self.size.width == 0:
            return
        columns = self._near_columns()
        rows = [row for key in self.visible_keys if (row := self._row_cells(key, columns))]
        headings = [self._heading(column) if self._title is None else "" for column in columns]
        texts = [[row[index].text for row in rows] for index in range(len(columns))]
        if self._keeper.settle(columns, headings, texts, self.room, may_shrink=may_shrink):
            self.forget_looks()

    def _row_cells(self, key: KeyT, columns: tuple[Column[RowT], ...]) -> tuple[Cell, ...]:
        """The formatted cells of a row; none when the row is gone. The table has its new width before it is told of
        it: cells kept may be those of other columns."""
        if columns != self._cells_made_of:
            self._cells.clear()
            self._cells_made_of = columns
        row = self._find(key)
        if row is None:
            return ()
        kept = self._cells.get(key)
        if kept is not None and kept[0] is row:
            return kept[1]
        cells = tuple(column.cell(row, self._drawing) for column in columns)
        self._cells[key] = (row, cells)
        return cells

    def _heading(self, column: Column[RowT]) -> str:
        if self._sorted_by is None or self._sorted_by[0] != column.key:
            return column.title
        return f"{column.title}{self._arrow()}"

    def _arrow(self) -> str:
        descending = self._sorted_by is not None and self._sorted_by[1]
        signs = signs_for(self._drawing.glyphs)
        return signs.descending if descending else signs.ascending

    def _placed(self) -> list[Placed[RowT]]:
        """The columns in sight, the last one cut to the room that is left."""
        if self._placement is None:
            self._placement = self._place_columns()
        return self._placement

    def _place_columns(self) -> list[Placed[RowT]]:
        placed: list[Placed[RowT]] = []
        start = GUTTER
        for index, (column, slot) in enumerate(zip(self._near_columns(), self._keeper.slots, strict=False)):
            width = min(slot.width, GUTTER + self.room - start)
            placed.append(Placed(index, column, slot, start, width))
            start += width + GAP
        return placed

    # Drawing

    def forget_looks(self) -> None:
        """Draw everything anew the next time it is drawn."""
        super().forget_looks()
        self._header = None
        self._placement = None

    def row_value(self, key: KeyT) -> object:
        """The row itself: rows are values, so another object is another look."""
        return self._find(key)

    def draw_header(self, width: int) -> Strip:
        """The headings, with the arrow of the sort order and signs for columns out of sight."""
        if self._header is None or self._header.cell_length != width or self._title is not None:
            self._header = self._draw_header(width)
        return self._header

    def _draw_header(self, width: int) -> Strip:
        tones, glyphs = self.inks.tones, self._drawing.glyphs
        signs = signs_for(glyphs)
        writer = LineWriter(self.inks.ground)
        if self._title is not None:
            write_rule(writer, self._title, self._title_right, width, tones, glyphs, is_active=self.has_focus)
            return writer.strip(width)
        for position, place in enumerate(self._placed()):
            if position == 1 and self._shift:
                writer.pad_to(place.start - 1)
                writer.write(signs.more_left, tones[Tone.FAINT])
            is_sorted = self._sorted_by is not None and self._sorted_by[0] == place.column.key
            tone = tones[Tone.ACCENT if is_sorted else Tone.MUTED]
            place.heading().write(writer, self._heading(place.column), tone, glyphs)
        if self._hides_right:
            writer.pad_to(width - 2)
            writer.write(signs.more_right, tones[Tone.FAINT])
        return writer.strip(width)

    def draw_row(self, key: KeyT, state: RowState, width: int) -> Strip:
        """One row: the cursor, the mark, the columns."""
        glyphs = self._drawing.glyphs
        tones = self.inks.cursor_tones if state.is_cursor else self.inks.tones
        writer = LineWriter(self.row_ground(state))
        self._draw_gutter(writer, state)
        cells = self._row_cells(key, self._near_columns())
        for place in self._placed() if cells else ():
            writer.pad_to(place.start)
            text, tone = cells[place.index]
            place.write(writer, text, tones[tone], glyphs)
        return self.end_line(writer, width, thumb=state.thumb)

    def _draw_gutter(self, writer: LineWriter, state: RowState) -> None:
        glyphs = self._drawing.glyphs
        tones = self.inks.cursor_tones if state.is_cursor else self.inks.tones
        if state.is_cursor:
            writer.write(glyphs.cursor, tones[Tone.ACCENT if state.has_focus else Tone.FAINT])
        else:
            writer.pad(1)
        if state.mark is not RowMark.NONE:
            writer.write(glyphs.mark if state.mark is RowMark.ALL else signs_for(glyphs).part, tones[Tone.ACCENT])
        writer.pad_to(GUTTER)
