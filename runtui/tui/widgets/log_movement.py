"""Moving through a text by lines, pages and sideways, and following its end."""

from typing import Final

from textual import events

from runtui.tui.widgets.line_views import Anchor
from runtui.tui.widgets.log_canvas import LogCanvas
from runtui.tui.widgets.log_page import Place

SHIFT_CELLS: Final = 16


class LogMovement(LogCanvas):
    """Where a pager stands, and how keys and the mouse change that. Moving up ends following."""

    _follows = False
    _count_at_pause = 0
    _held: Anchor | None = None
    """The line to stand on, while it is not known yet where a view shows it."""

    def moved(self) -> None:
        """The place is another one: draw it and tell of it."""
        raise NotImplementedError

    def go_to_line(self, number: int) -> None:
        """Put the cursor on a shown line, counted from 0, or the nearest end, and show it; following ends."""
        self._pause()
        self._held = None
        self._cursor = max(0, min(number, self.source.line_count - 1))
        self._show_cursor()
        self.moved()

    def go_to_base_line(self, line: int) -> None:
        """Put the cursor on a line of the whole text, or on what is shown next to it, and bring it to the middle."""
        self._center(self._map.nearest(line))

    def follow(self) -> None:
        """Stay at the end while the text grows."""
        self._follows, self._held = True, None
        self._go_to_last()
        self.moved()

    def _go_to_last(self) -> None:
        self.fit_height()
        self._cursor = max(0, self.source.line_count - 1)
        self._show(self._page().last_top())

    def _pause(self) -> None:
        if self._follows:
            self._follows = False
            self._count_at_pause = self.source.line_count

    def _show_cursor(self) -> None:
        page = self._page()
        last = page.top_showing(self._cursor)
        if page.row_count(self._cursor) >= self.page_size or self._cursor < self.top or self._cursor == self.top:
            self._show(Place(self._cursor))
        elif (self.top, self._row) < last:
            self._show(last)

    def scroll_top(self, top: int) -> None:
        """Bring a line to the top. Scrolling up ends following."""
        if top < self.top:
            self._pause()
        self._show(Place(max(0, top)))
        self.moved()

    def _center(self, line: int) -> None:
        """Put the cursor on a line and, unless it is in sight, bring it to the middle."""
        self._pause()
        self._held = None
        self._cursor = max(0, min(line, self.source.line_count - 1))
        if not self.top <= self._cursor < self.top + self.page_size - 1:
            self._show(self._page().up_from(Place(self._cursor), self.page_size // 2))
        self._show_cursor()
        self.moved()

    def action_move_cursor(self, lines: int) -> None:
        """Move the cursor by so many lines; up ends following."""
        if lines < 0 or self._cursor + lines < self.source.line_count:
            self.go_to_line(self._cursor + lines)

    def action_page(self, pages: float) -> None:
        """Move the page and the cursor on it; up ends following."""
        rows = round(abs(pages) * self.page_size) or 1
        page, top = self._page(), Place(self.top, self._row)
        target = page.down_from(top, rows) if pages > 0 else page.up_from(top, rows)
        if target == top or (pages > 0 and top >= page.last_top()):
            self.action_go_to_end(pages > 0)
            return
        self._pause()
        self._held = None
        at = next((y for y, row in enumerate(self._screen_rows()) if row.line.number == self._cursor), 0)
        self._show(target)
        shown = self._screen_rows()
        self._cursor = shown[min(at, len(shown) - 1)].line.number if shown else 0
        self.moved()

    def action_go_to_end(self, last: bool) -> None:
        """Move to the first line, or the last; at the last, following stays as it is."""
        if not last:
            self.go_to_line(0)
            return
        self._held = None
        self._count_at_pause = self.source.line_count
        self._go_to_last()
        self.moved()

    def action_toggle_follow(self) -> None:
        """Follow the end of the text, or stop following it."""
        if self._follows:
            self._pause()
            self.moved()
        else:
            self.follow()

    def action_shift(self, times: int) -> None:
        """Scroll sideways; without wrap only."""
        if not self._wraps:
            self._shift = max(0, self._shift + times * SHIFT_CELLS)
            self.moved()

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self._wraps, self._shift, self._row = not self._wraps, 0, 0
        self.fit_height()
        self._show(Place(self.top))
        self._show_cursor()
        self.moved()

    def action_toggle_numbers(self) -> None:
        """Show line numbers, or do not."""
        self._numbers = not self._numbers
        self.moved()

    def resized(self) -> None:
        """Stay at the end while following, else keep the cursor in sight."""
        if self._follows:
            self._go_to_last()
        else:
            self._show_cursor()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the line clicked."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        event.stop()
        rows = self._screen_rows()
        if not self.thumb_clicked(offset.x, offset.y) and offset.y < len(rows):
            self.go_to_line(rows[offset.y].line.number)
