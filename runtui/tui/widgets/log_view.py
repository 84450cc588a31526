"""A pager over lines that may be many millions and may still be growing."""

import re
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from runtui.model.lines import LineSource, StaticLines
from runtui.render.cell import Tone
from runtui.tui.widgets.line_places import LinePlaces
from runtui.tui.widgets.log_canvas import LogCanvas
from runtui.tui.widgets.log_keys import LOG_KEYS
from runtui.tui.widgets.log_page import Place
from runtui.tui.widgets.log_state import LogState
from runtui.tui.widgets.safe_lines import SafeLine, SafeLines

GROWTH_SECONDS: Final = 0.1
"""A growing text is drawn again at most this often."""
SHIFT_CELLS: Final = 16
COPY_LINES: Final = 10_000


class LogView(LogCanvas, can_focus=True):
    """Shows a `LineSource`: decodes, makes safe and draws the lines in sight and no others.

    The search itself runs elsewhere: give the pattern to `set_pattern` and the lines it was found on to `set_hits`.
    `tone_of` says a line's tone; without it lines have the tone of the level of the record they belong to.
    """

    BINDINGS: ClassVar[list[BindingType]] = list(LOG_KEYS)

    class Changed(Message):
        """The state of the pager is another one; told at most once per frame."""

        def __init__(self, view: "LogView", state: LogState) -> None:
            super().__init__()
            self.view = view
            self.state = state

        @property
        def control(self) -> Widget:
            """The pager, so that `on` can select by its id."""
            return self.view

    class SourceChanged(Message):
        """The source says that it changed; sent by any thread, and of no use to others."""

        bubble = False

    class WentRound(Message):
        """The next place was on the other side of the end, or of the beginning."""

    def __init__(
        self,
        source: LineSource | None = None,
        *,
        numbers: bool = True,
        wraps: bool = False,
        tone_of: Callable[[SafeLine], Tone] | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        source = source or StaticLines()
        super().__init__(source, numbers=numbers, wraps=wraps, tone_of=tone_of, id=id, classes=classes)
        self._generation = source.generation
        self._stop_watching: Callable[[], None] | None = None
        self._growth_waits = False
        self._growth_told = False
        self._follows = False
        self._count_at_pause = source.line_count
        self._hits = LinePlaces()
        self._errors = LinePlaces()
        self._told: LogState | None = None

    # The source

    def set_source(self, source: LineSource, *, follow: bool = False) -> None:
        """Show other lines, from their beginning, or from their end when they are to be followed."""
        self._unwatch()
        self._lines = SafeLines(source)
        self._generation = source.generation
        self._cursor, self._row, self._shift, self._selection = 0, 0, 0, None
        self._hits, self._errors = LinePlaces(), LinePlaces()
        self._follows, self._count_at_pause = follow, source.line_count
        self.forget_looks()
        self.fit_height()
        self._show(Place(0))
        if self.is_attached:
            self._watch()
        self._take_growth()

    def on_mount(self) -> None:
        """Listen to the source."""
        self._watch()
        self._take_growth()

    def on_unmount(self) -> None:
        """Listen no more."""
        self._unwatch()

    def _watch(self) -> None:
        self._stop_watching = self.source.watch(self._source_changed)

    def _source_changed(self) -> None:
        """In any thread, and perhaps for every line: one message is enough until it was drawn."""
        if not self._growth_told:
            self._growth_told = True
            self.post_message(self.SourceChanged())

    def _unwatch(self) -> None:
        if self._stop_watching is not None:
            self._stop_watching()
            self._stop_watching = None

    def on_log_view_source_changed(self, message: SourceChanged) -> None:
        """Draw what came, soon; what comes until then is drawn with it."""
        message.stop()
        if not self._growth_waits:
            self._growth_waits = True
            self.set_timer(GROWTH_SECONDS, self._take_growth)

    def _take_growth(self) -> None:
        self._growth_waits = self._growth_told = False
        if self.source.generation != self._generation:
            self._begin_again()
        self.fit_height()
        if self._follows:
            self._go_to_last()
        self.repaint_changes()
        self._tell()

    def _begin_again(self) -> None:
        """The source was cut or replaced: what was said about its lines is not true any more."""
        self._generation = self.source.generation
        self._lines = SafeLines(self.source)
        self._hits, self._errors, self._selection = LinePlaces(), LinePlaces(), None
        self._count_at_pause = min(self._count_at_pause, self.source.line_count)
        self._cursor = max(0, min(self._cursor, self.source.line_count - 1))
        self.forget_looks()
        self._show(Place(self.top))

    # State

    @property
    def state(self) -> LogState:
        """Where the pager stands now."""
        count = self.source.line_count
        return LogState(
            cursor=self._cursor,
            line_count=count,
            byte_count=self.source.byte_count,
            is_following=self._follows,
            new_lines=0 if self._follows else max(0, count - self._count_at_pause),
            hit=self._hits.ordinal(self._cursor),
            hit_count=len(self._hits),
            error=self._errors.ordinal(self._cursor),
            error_count=len(self._errors),
            selected_count=len(self._selected()),
            wraps=self._wraps,
        )

    def _tell(self) -> None:
        state = self.state
        if state != self._told:
            told, self._told = self._told, state
            self.post_message(self.Changed(self, state))
            if told is None or bool(told.hit_count) != bool(state.hit_count) or told.error_count != state.error_count:
                self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Going to a match or an error is offered only when there is one."""
        if action in ("next_hit", "previous_hit"):
            return len(self._hits) > 0
        if action in ("next_error", "previous_error"):
            return len(self._errors) > 0
        return True

    # Moving

    def go_to_line(self, number: int) -> None:
        """Put the cursor on a line, counted from 0, or the nearest end, and show it; following ends."""
        self._pause()
        self._cursor = max(0, min(number, self.source.line_count - 1))
        self._show_cursor()
        self._moved()

    def follow(self) -> None:
        """Stay at the end while the text grows."""
        self._follows = True
        self._go_to_last()
        self._moved()

    def _go_to_last(self) -> None:
        self._cursor = max(0, self.source.line_count - 1)
        self._show(self._page().last_top())

    def _pause(self) -> None:
        if self._follows:
            self._follows = False
            self._count_at_pause = self.source.line_count

    def _moved(self) -> None:
        self.repaint_changes()
        self._tell()

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
        self._moved()

    def _center(self, line: int) -> None:
        """Put the cursor on a line and, unless it is in sight, bring it to the middle."""
        self._pause()
        self._cursor = line
        if not self.top <= line < self.top + self.page_size - 1:
            self._show(self._page().up_from(Place(line), self.page_size // 2))
        self._show_cursor()
        self._moved()

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
        at = next((y for y, row in enumerate(self._screen_rows()) if row.line.number == self._cursor), 0)
        self._show(target)
        shown = self._screen_rows()
        self._cursor = shown[min(at, len(shown) - 1)].line.number if shown else 0
        self._moved()

    def action_go_to_end(self, last: bool) -> None:
        """Move to the first line, or the last; at the last, following stays as it is."""
        if not last:
            self.go_to_line(0)
            return
        self._count_at_pause = self.source.line_count
        self._go_to_last()
        self._moved()

    def action_toggle_follow(self) -> None:
        """Follow the end of the text, or stop following it."""
        if self._follows:
            self._pause()
            self._moved()
        else:
            self.follow()

    def action_shift(self, times: int) -> None:
        """Scroll sideways; without wrap only."""
        if not self._wraps:
            self._shift = max(0, self._shift + times * SHIFT_CELLS)
            self._moved()

    # How it is shown

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self._wraps, self._shift, self._row = not self._wraps, 0, 0
        self.fit_height()
        self._show(Place(self.top))
        self._show_cursor()
        self._moved()

    def action_toggle_numbers(self) -> None:
        """Show line numbers, or do not."""
        self._numbers = not self._numbers
        self._moved()

    # Searching

    def set_pattern(self, pattern: re.Pattern[str] | None) -> None:
        """Highlight what the pattern matches in the lines in sight; None highlights nothing."""
        self._pattern = pattern
        self.repaint_changes()

    def set_hits(self, lines: Sequence[int]) -> None:
        """The lines the search found, ascending. Give it again when there are more."""
        self._hits = LinePlaces(lines)
        self._tell()

    def set_errors(self, lines: Sequence[int]) -> None:
        """The lines that begin an error, ascending."""
        self._errors = LinePlaces(lines)
        self._tell()

    def action_next_hit(self) -> None:
        """Go to the next line the search found."""
        self._go_to(self._hits.after(self._cursor))

    def action_previous_hit(self) -> None:
        """Go to the line before that the search found."""
        self._go_to(self._hits.before(self._cursor))

    def action_next_error(self) -> None:
        """Go to the next error."""
        self._go_to(self._errors.after(self._cursor))

    def action_previous_error(self) -> None:
        """Go to the error before."""
        self._go_to(self._errors.before(self._cursor))

    def _go_to(self, found: tuple[int | None, bool]) -> None:
        line, went_round = found
        if line is None:
            return
        self._center(line)
        if went_round:
            self.post_message(self.WentRound())

    # Selecting

    def action_toggle_selection(self) -> None:
        """Begin to select lines at the cursor, or drop the selection."""
        self._selection = self._cursor if self._selection is None else None
        self._moved()

    def clear_selection(self) -> bool:
        """Drop the selection. Tells whether there was one."""
        had, self._selection = self._selection is not None, None
        self._moved()
        return had

    def selected_text(self) -> str:
        """The selected lines, else the cursor's line, as they are drawn; at most the first `COPY_LINES` of them."""
        lines = self._selected() or range(self._cursor, self._cursor + 1)
        read = self._lines.read(lines.start, min(len(lines), COPY_LINES))
        return "\n".join(line.text.plain for line in read)

    # Size and mouse

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
