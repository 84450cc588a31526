"""A surface of many lines of which only those in sight are made, and only those that look different drawn again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Self

from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from runtui.render.cell import Cell, Tone
from runtui.render.glyphs import Glyphs
from runtui.render.widths import truncate
from runtui.tui.widgets.inks import Inks, glyphs_of, inks_of
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.signs import signs_for

WHEEL_LINES: Final = 3


class LineCanvas(ScrollView):
    """Body lines below fixed head lines, scrolled without animation and without scrollbars.

    In place of a scrollbar, whose every move would cost a line of the screen each, a mark at the right end of the
    lines in sight says where one is; a click there goes to that place.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    LineCanvas { height: 1fr; overflow: hidden hidden; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None, head_lines: int = 0) -> None:
        super().__init__(id=id, classes=classes)
        self._head_lines = head_lines
        self._drawn: dict[int, Strip] = {}
        self._inks: Inks | None = None
        self._inks_may_differ = True
        self._empty: tuple[Cell, ...] = ()
        self._waiting: tuple[Cell, ...] = ()
        self._is_waiting = False
        self._repaint_holds = 0
        self._is_repaint_due = False

    # What a subclass says

    @property
    def body_count(self) -> int:
        """How many body lines there are."""
        raise NotImplementedError

    def draw_line(self, y: int) -> Strip:
        """The line `y` of the widget, the head's counted, exactly as wide as the widget."""
        raise NotImplementedError

    def forget_looks(self) -> None:
        """Make every line anew the next time it is drawn: the theme or the width is another one."""

    def scrolled(self) -> None:
        """Other lines came into sight."""

    def resized(self) -> None:
        """The widget has another size: stay as near to the place as the ends allow."""
        self.scroll_top(self.top)

    # Scrolling

    @property
    def page_size(self) -> int:
        """How many body lines fit on the screen."""
        return max(1, self.size.height - self._head_lines)

    @property
    def top(self) -> int:
        """The first body line in sight, counted from 0."""
        return self.scroll_offset.y

    def scroll_top(self, top: int) -> None:
        """Bring a body line to the top, or as near as the ends allow."""
        self.go_to_top(max(0, min(top, self.body_count - self.page_size)))

    def go_to_top(self, line: int) -> None:
        """Put a body line at the top; before there is a screen, the first one is."""
        if self.is_attached:
            self.scroll_to(y=line, animate=False, force=True)

    def scroll_into_sight(self, line: int) -> None:
        """Scroll as little as needed to show a body line."""
        if line < self.top:
            self.scroll_top(line)
        elif line >= self.top + self.page_size:
            self.scroll_top(line - self.page_size + 1)

    def fit_height(self) -> None:
        """Take in that `body_count` is another number."""
        # Through the setter this would lay the whole screen out anew, though no widget changes its place.
        self.set_reactive(Widget.virtual_size, Size(self.size.width, self.body_count + self._head_lines))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw only the lines that look different at the new place."""
        if round(old_value) != round(new_value):
            self.scrolled()
            self.repaint_changes()

    def on_resize(self) -> None:
        """Make all lines for the new size."""
        self.forget_looks()
        self.fit_height()
        self.resized()
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll without moving the cursor."""
        event.stop()
        self.scroll_top(self.top + WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll without moving the cursor."""
        event.stop()
        self.scroll_top(self.top - WHEEL_LINES)

    def thumb_clicked(self, x: int, y: int) -> bool:
        """Go to the place clicked at the right end. Tells whether the click was there."""
        body = y - self._head_lines
        if x != self.size.width - 1 or body < 0 or self.body_count <= self.page_size:
            return False
        self.scroll_top(body * self.body_count // self.page_size - self.page_size // 2)
        return True

    # What is said when there are no lines

    def set_empty(self, *lines: str | Cell) -> None:
        """Say this when there are no lines: what would be here, and how to make it so."""
        self._empty = tuple(_as_cell(line) for line in lines)
        self.repaint_changes()

    def set_waiting(self, is_waiting: bool, *lines: str | Cell) -> None:
        """Say this instead while there are no lines yet and some are on their way."""
        self._is_waiting, self._waiting = is_waiting, tuple(_as_cell(line) for line in lines)
        self.repaint_changes()

    def draw_notice(self, line: int, width: int) -> Strip:
        """The body line `line` of what is said when there are no lines; blank when there are."""
        writer = LineWriter(self.inks.ground)
        notice = self._waiting if self._is_waiting else self._empty
        if not self.body_count and 0 <= line - 1 < len(notice):
            cell = notice[line - 1]
            writer.pad(3)
            writer.write(truncate(cell.text, width - 3, self.glyphs.ellipsis), self.inks.tones[cell.tone])
        return writer.strip(width)

    # Drawing

    @property
    def glyphs(self) -> Glyphs:
        """The signs the app chose."""
        return glyphs_of(self)

    @property
    def inks(self) -> Inks:
        """The styles of the theme that is on."""
        return self._inks or self._take_theme()

    def _take_theme(self) -> Inks:
        if self._inks is None or self._inks_may_differ:
            self._inks_may_differ = False
            inks = inks_of(self)
            if inks != self._inks:
                self._inks = inks
                self.forget_looks()
        assert self._inks is not None
        return self._inks

    def notify_style_update(self) -> None:
        """The theme may be another one; the framework also says so when nothing but the focus moved."""
        super().notify_style_update()
        self._inks_may_differ = True

    def focus(self, scroll_visible: bool = True) -> Self:
        """Take the keys. Nothing is drawn again for it but the cursor."""
        self.app.call_later(self._take_focus, scroll_visible)
        return self

    def _take_focus(self, scroll_visible: bool) -> None:
        if self.is_attached:
            self.screen.set_focus(self, scroll_visible=scroll_visible)

    def _on_focus(self, event: events.Focus) -> None:
        """Draw the cursor, where the framework would draw every line again."""
        event.prevent_default()
        self.has_focus = True
        self.repaint_changes()
        if isinstance(self.parent, Widget):
            self.parent.post_message(events.DescendantFocus(self))

    def _on_blur(self, event: events.Blur) -> None:
        """Draw the resting cursor, where the framework would draw every line again."""
        event.prevent_default()
        self.has_focus = False
        self.repaint_changes()
        if isinstance(self.parent, Widget):
            self.parent.post_message(events.DescendantBlur(self))

    @contextmanager
    def one_repaint(self) -> Iterator[None]:
        """Look once, at the end, for what changes in here, however often something in here asks for it."""
        self._repaint_holds += 1
        try:
            yield
        finally:
            self._repaint_holds -= 1
        if self._is_repaint_due and not self._repaint_holds:
            self._is_repaint_due = False
            self.repaint_changes()

    def repaint_changes(self) -> None:
        """Draw again exactly the lines that look different from what is on the screen.

        Whole lines: what else of one has changed until it is drawn would be taken for drawn, too.
        """
        self._is_repaint_due = self._repaint_holds > 0
        if self._is_repaint_due:
            return
        if not self.is_mounted or not self._drawn:
            self.refresh()
            return
        self._take_theme()
        for y in range(self.size.height):
            line, drawn = self.draw_line(y), self._drawn.get(y)
            if line is not drawn and line != drawn:
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One line of the widget, as the compositor wants it."""
        self._take_theme()
        strip = self._drawn[y] = self.draw_line(y)
        return strip

    def is_thumb(self, y: int) -> bool:
        """Whether the mark of the scroll position stands at the end of line `y`."""
        page, count = self.page_size, self.body_count
        if count <= page:
            return False
        length = max(1, page * page // count)
        start = round(self.top * (page - length) / (count - page))
        return start <= y - self._head_lines < start + length

    def end_line(self, writer: LineWriter, width: int, *, thumb: bool, sign: str = "") -> Strip:
        """Finish a line: blanks, and at the right end the mark of the scroll position, else the `sign`, if any."""
        writer.pad_to(width - 1)
        if thumb:
            sign = signs_for(self.glyphs).thumb
        writer.write(sign, self.inks.tones[Tone.FAINT])
        return writer.strip(width)


def _as_cell(line: str | Cell) -> Cell:
    return line if isinstance(line, Cell) else Cell(line, Tone.MUTED)
