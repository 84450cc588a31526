"""A list of any length of which only the rows in sight exist: cursor, marks, keys, mouse and exact repaints.

A subclass says how a row looks; this class decides when it must be drawn again.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from enum import Enum
from typing import ClassVar, Final, Generic, NamedTuple, TypeVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from runtui.tui.widgets.line_canvas import LineCanvas
from runtui.tui.widgets.recent import Recent
from runtui.tui.widgets.row_set import RowSet

KeyT = TypeVar("KeyT", bound=Hashable)

_STRIPS_KEPT: Final = 1024
_ABOUT_ROWS: Final = frozenset({"open_row", "toggle_mark", "toggle_range", "toggle_all"})


class RowMark(Enum):
    """Whether a row is marked, or only some of what it stands for."""

    NONE = ""
    PART = "part"
    ALL = "all"


class RowState(NamedTuple):
    """What beside its value decides how a row looks."""

    is_cursor: bool
    mark: RowMark
    has_focus: bool
    thumb: bool
    """Whether the mark of the scroll position stands at the row's right end."""


class RowView(LineCanvas, Generic[KeyT], can_focus=True):
    """The part that a table and a tree share. Rows are named by keys; see `RowSet` for cursor and marks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_row", "open", id="list.open", key_display="Enter"),
        Binding("space", "toggle_mark", "mark", id="list.mark", key_display="Space"),
        Binding("v", "toggle_range", "mark a range", id="list.range", show=False),
        Binding("ctrl+a", "toggle_all", "mark all", id="list.mark_all", show=False),
        Binding("down,j", "move_cursor(1)", "down", id="list.down", show=False),
        Binding("up,k", "move_cursor(-1)", "up", id="list.up", show=False),
        Binding("pagedown", "page(1.0)", "page down", id="list.page_down", show=False),
        Binding("pageup", "page(-1.0)", "page up", id="list.page_up", show=False),
        Binding("ctrl+d", "page(0.5)", "half a page down", id="list.half_down", show=False),
        Binding("ctrl+u", "page(-0.5)", "half a page up", id="list.half_up", show=False),
        Binding("g,home", "go_to_end(False)", "top", id="list.top", show=False),
        Binding("G,end", "go_to_end(True)", "bottom", id="list.bottom", show=False),
    ]

    class RowMessage(Message):
        """Something about one list; `key` is the row it is about, None when there is none."""

        def __init__(self, view: "RowView[KeyT]", key: Hashable | None) -> None:
            super().__init__()
            self.view: RowView[KeyT] = view
            self.key = key

        @property
        def control(self) -> Widget:
            """The list, so that `on` can select by its id."""
            return self.view

    class CursorMoved(RowMessage):
        """The cursor is on another row than before, or on none."""

    class RowOpened(RowMessage):
        """Enter or a double click on a row."""

    class MarksChanged(RowMessage):
        """Other rows are marked than before; `key` is the cursor's row."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes, head_lines=1)
        self._rows: RowSet[KeyT] = RowSet()
        self._strips: Recent[tuple[KeyT, RowState], tuple[object, Strip]] = Recent(_STRIPS_KEPT)
        self._told_cursor: KeyT | None = None
        self.once_listed: Callable[[Callable[[], None]], object] | None = None
        """Does what a key asks of rows that may still be to come; without it there is nothing to do where are none."""

    # What a subclass draws

    def row_value(self, key: KeyT) -> object:
        """What the row's look is made of. While it is the same object, the row is not drawn again."""
        raise NotImplementedError

    def draw_row(self, key: KeyT, state: RowState, width: int) -> Strip:
        """The row, exactly `width` cells wide."""
        raise NotImplementedError

    def draw_header(self, width: int) -> Strip:
        """The line above the rows, exactly `width` cells wide."""
        raise NotImplementedError

    def row_mark(self, index: int) -> RowMark:
        """How the row at a place is marked."""
        return RowMark.ALL if self._rows.is_marked(index) else RowMark.NONE

    def settle_marks(self) -> None:
        """Other rows are marked than before: a subclass for which marks stand for more takes that in."""

    def header_clicked(self, x: int) -> None:
        """A click on the line above the rows, `x` cells from the left."""

    # Rows

    @property
    def keys(self) -> Sequence[KeyT]:
        """The rows in their order."""
        return self._rows.keys

    @property
    def cursor_key(self) -> KeyT | None:
        """The row the cursor is on; None only when there are no rows."""
        return self._rows.cursor_key

    @property
    def cursor_index(self) -> int | None:
        """The place of the cursor's row, counted from 0."""
        return self._rows.cursor_index

    @property
    def marks(self) -> frozenset[KeyT]:
        """Every marked row, those filtered out of sight included."""
        return self._rows.marks

    @property
    def marked_keys(self) -> list[KeyT]:
        """The marked rows that are listed, in the order of the list."""
        return self._rows.marked_in_order()

    @property
    def mark_count(self) -> int:
        """How many rows are marked."""
        return self._rows.mark_count

    @property
    def body_count(self) -> int:
        """How many rows are listed."""
        return len(self.keys)

    @property
    def visible_keys(self) -> Sequence[KeyT]:
        """The rows in sight, top first."""
        return self.keys[self.top : self.top + self.page_size]

    def show_keys(self, keys: Sequence[KeyT]) -> None:
        """List these rows in this order. The cursor keeps its row, the eye its place: only lines that look
        different are drawn again. The sequence is kept, so it must not be changed afterwards.
        """
        had_rows = bool(self.keys)
        with self.one_repaint():
            top = self._top_after(keys)
            self.fit_height()
            self.scroll_top(top)
            self.repaint_changes()
        self._tell_cursor()
        if self.once_listed is None and bool(keys) is not had_rows:
            self.refresh_bindings()

    def _top_after(self, keys: Sequence[KeyT]) -> int:
        """Replace the rows; returns which one should be the topmost in sight now."""
        top, before = self.top, self._rows.cursor_index
        in_sight = self.visible_keys
        self._rows.replace(keys)
        after = self._rows.cursor_index
        if before is None or after is None:
            return 0
        if top <= before < top + len(in_sight):
            if top == 0 and after < self.page_size:
                return 0
            return after - (before - top)
        kept = set(in_sight).intersection(keys)
        for offset, key in enumerate(in_sight):
            if key in kept:
                return (self._rows.index_of(key, near=top + offset) or 0) - offset
        return top

    def forget(self, keys: Iterable[KeyT]) -> None:
        """These rows do not exist any more: their marks are dropped."""
        count = self._rows.mark_count
        self._rows.forget(keys)
        if self._rows.mark_count != count:
            self._marks_changed()

    def refresh_rows(self, changed: Iterable[KeyT]) -> None:
        """The values of these rows changed: draw those in sight again, and of them only what looks different."""
        changed = changed if isinstance(changed, (set, frozenset, dict)) else set(changed)
        if any(key in changed for key in self.visible_keys):
            self.repaint_changes()

    def refresh_times(self) -> None:
        """Time has passed: draw again what looks different for that alone, such as ages."""
        self._strips.clear()
        self.repaint_changes()

    def move_to_key(self, key: KeyT) -> bool:
        """Put the cursor on a row and show it. Tells whether the row is listed."""
        found = self._rows.move_to_key(key)
        if found:
            self._cursor_moved()
        return found

    def move_to_index(self, index: int) -> None:
        """Put the cursor on the row at a place, or the nearest end, and show it."""
        self._rows.move_to(index)
        self._cursor_moved()

    def set_marks(self, marks: Iterable[KeyT]) -> None:
        """Mark exactly these rows."""
        self._rows.set_marks(marks)
        self._marks_changed()

    def clear_marks(self) -> bool:
        """Take all marks away. Tells whether there were any."""
        had = self._rows.mark_count > 0
        if had:
            self.set_marks(())
        return had

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be opened or marked where nothing is listed."""
        if action in _ABOUT_ROWS and not self.keys and self.once_listed is None:
            return False
        return super().check_action(action, parameters)

    def _act(self, act: Callable[[], None]) -> None:
        if self.once_listed is None:
            act()
        else:
            self.once_listed(act)

    def action_move_cursor(self, rows: int) -> None:
        """Move the cursor down by so many rows."""
        self._act(lambda: self.move_to_index((self._rows.cursor_index or 0) + rows))

    def action_page(self, pages: float) -> None:
        """Move the cursor and the view by so many pages."""
        self._act(lambda: self._page(pages))

    def _page(self, pages: float) -> None:
        rows = round(self.page_size * pages) or (1 if pages > 0 else -1)
        self._rows.move_to((self._rows.cursor_index or 0) + rows)
        self.scroll_top(self.top + rows)
        self._cursor_moved()

    def action_go_to_end(self, last: bool) -> None:
        """Move the cursor to the first row, or the last."""
        self._act(lambda: self.move_to_index(len(self.keys) - 1 if last else 0))

    def action_open_row(self) -> None:
        """Say that the cursor's row is to be opened."""
        self._act(self._open_row)

    def _open_row(self) -> None:
        if self.cursor_key is not None:
            self.post_message(self.RowOpened(self, self.cursor_key))

    def action_toggle_mark(self) -> None:
        """Mark the cursor's row or take its mark away, and go on to the next one."""
        self._act(self._toggle_mark)

    def _toggle_mark(self) -> None:
        was_range = self._rows.is_ranging
        self._rows.toggle_mark()
        self._marks_changed()
        if not was_range:
            self.action_move_cursor(1)

    def action_toggle_range(self) -> None:
        """Begin or end a range of marks."""
        self._act(self._toggle_range)

    def _toggle_range(self) -> None:
        self._rows.toggle_range()
        self._marks_changed()

    def action_toggle_all(self) -> None:
        """Mark all rows listed, or none when all are."""
        self._act(self._toggle_all)

    def _toggle_all(self) -> None:
        self._rows.toggle_all()
        self._marks_changed()

    def _cursor_moved(self) -> None:
        self._show_cursor()
        self.repaint_changes()
        self._tell_cursor()
        if self._rows.is_ranging:
            self.post_message(self.MarksChanged(self, self.cursor_key))

    def _marks_changed(self) -> None:
        self.settle_marks()
        self.repaint_changes()
        self.post_message(self.MarksChanged(self, self.cursor_key))

    def _tell_cursor(self) -> None:
        if self.cursor_key != self._told_cursor:
            self._told_cursor = self.cursor_key
            self.post_message(self.CursorMoved(self, self.cursor_key))

    def _show_cursor(self) -> None:
        if self._rows.cursor_index is not None:
            self.scroll_into_sight(self._rows.cursor_index)

    def resized(self) -> None:
        """Keep the cursor in sight."""
        super().resized()
        self._show_cursor()

    # Mouse

    def on_click(self, event: events.Click) -> None:
        """Move the cursor, open with a second click, mark with the control key."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        event.stop()
        line = offset.y - self._head_lines
        if line < 0:
            self.header_clicked(offset.x)
        elif not self.thumb_clicked(offset.x, offset.y) and self.top + line < len(self.keys):
            self._row_clicked(self.top + line, event)

    def _row_clicked(self, index: int, event: events.Click) -> None:
        self.move_to_index(index)
        if event.ctrl:
            self._rows.toggle_mark()
            self._marks_changed()
        elif event.chain == 2:
            self.action_open_row()

    # Drawing

    def forget_looks(self) -> None:
        """Draw every row anew the next time it is drawn."""
        self._strips.clear()

    def row_ground(self, state: RowState) -> Style:
        """The style below all of a row."""
        if state.is_cursor:
            return self.inks.cursor if state.has_focus else self.inks.resting
        return self.inks.ground

    def draw_line(self, y: int) -> Strip:
        """The header, a row, or what is said when there are none."""
        width, line = self.size.width, y - self._head_lines
        if line < 0:
            return self.draw_header(width)
        if self.top + line < len(self.keys):
            return self._row_line(self.top + line, y, width)
        return self.draw_notice(line, width)

    def _row_line(self, index: int, y: int, width: int) -> Strip:
        key = self.keys[index]
        is_cursor = index == self._rows.cursor_index
        state = RowState(is_cursor, self.row_mark(index), is_cursor and self.has_focus, self.is_thumb(y))
        value = self.row_value(key)
        kept = self._strips.get((key, state))
        if kept is not None and kept[0] is value:
            return kept[1]
        strip = self.draw_row(key, state, width)
        self._strips[key, state] = (value, strip)
        return strip
