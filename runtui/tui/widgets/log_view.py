"""A pager over lines that may be many millions and may still be growing."""

import re
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from runtui.model.lines import LineSource, StaticLines
from runtui.render.cell import Tone
from runtui.tui.widgets.line_places import LinePlaces
from runtui.tui.widgets.line_tones import record_around
from runtui.tui.widgets.line_views import Anchor, LineMap, TellsUnchanged
from runtui.tui.widgets.log_keys import LOG_KEYS
from runtui.tui.widgets.log_movement import LogMovement
from runtui.tui.widgets.log_page import Place
from runtui.tui.widgets.log_state import LogState
from runtui.tui.widgets.safe_lines import SafeLine, SafeLines, safe_text

GROWTH_SECONDS: Final = 0.1
"""A growing text is drawn again at most this often."""
COPY_LINES: Final = 10_000
_SKIPPED: Final = 5000
"""Places in a row that a view does not show, after which no more are tried."""


class LogView(LogMovement, can_focus=True):
    """Shows a `LineSource`: decodes, makes safe and draws the lines in sight and no others.

    `set_view` shows some of its lines in place of all. Places to go to, marks and numbers are of the whole text, and
    the cursor keeps its line whatever is shown. The search itself runs elsewhere: give the pattern to `set_pattern`
    and the lines it was found on to `set_hits`. Only with `opens_records` does Enter ask for a record.
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

    class RecordOpened(Message):
        """The record under the cursor is wanted whole."""

        def __init__(self, view: "LogView") -> None:
            super().__init__()
            self.view = view

        @property
        def control(self) -> Widget:
            """The pager, so that `on` can select by its id."""
            return self.view

    class WentRound(Message):
        """The next place was on the other side of the end, or of the beginning."""

    def __init__(
        self,
        source: LineSource | None = None,
        *,
        numbers: bool = True,
        wraps: bool = False,
        tone_of: Callable[[SafeLine], Tone] | None = None,
        opens_records: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        source = source or StaticLines()
        super().__init__(source, numbers=numbers, wraps=wraps, tone_of=tone_of, id=id, classes=classes)
        self._generation = source.generation
        self._stop_watching: Callable[[], None] | None = None
        self._growth_waits = False
        self._growth_told = False
        self._count_at_pause = source.line_count
        self._hits = LinePlaces()
        self._errors = LinePlaces()
        self._anchor = Anchor(0, 0)
        self._told: LogState | None = None
        self._is_over = False
        self._opens_records = opens_records

    # The source

    def set_source(self, source: LineSource, *, follow: bool = False, names: Sequence[str] = ()) -> None:
        """Show other lines, from their beginning, or from their end when they are to be followed.

        `names` are those of the logs that `Line.origin` counts.
        """
        self._unwatch()
        self._names = tuple(names)
        self._cursor, self._row, self._shift, self._selection = 0, 0, 0, None
        self._hits, self._errors, self._held = LinePlaces(), LinePlaces(), None
        self._marks.clear()
        self._follows, self._count_at_pause = follow, source.line_count
        self._take_lines(LineMap(source))
        self._show(Place(0))
        if self.is_attached:
            self._watch()
        self._take_growth()

    def set_view(self, view: LineSource | None) -> None:
        """Show a view of the same lines, or all of them again; what stays in sight keeps its place on the screen."""
        held, offset = self._held or self._map.anchor(self._cursor), self._cursor - self.top
        self._unwatch()
        self._selection, self._row = None, 0
        self._take_lines(LineMap(self.base, view))
        self._count_at_pause = self.source.line_count
        self._held = None if self._follows else held
        self._stand_on_held(offset)
        if self.is_attached:
            self._watch()
        self._take_growth()

    def _take_lines(self, lines: LineMap) -> None:
        self._map = lines
        self._lines = SafeLines(lines.view, self._look)
        self._generation = lines.view.generation
        self.forget_looks()
        self.fit_height()

    def _stand_on_held(self, offset: int) -> None:
        """Put the cursor where the held line is shown, so many rows below the top (let go of once that is certain)."""
        held = self._held
        if held is None:
            return
        line = self._map.line_of(held)
        if line is None:
            return
        self._cursor = self._map.nearest(line)
        self._show(Place(max(0, self._cursor - offset)))
        if self._map.shown(line) is not None or self._map.base_line(self.source.line_count - 1) > line:
            self._held = None

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
        elif self._held is not None:
            self._stand_on_held(self._cursor - self.top)
        self.repaint_changes()
        self._tell()

    def _begin_again(self) -> None:
        """Lines changed or went away: what was said about them is not true any more, and the cursor's may be
        elsewhere."""
        source, since, offset = self.source, self._generation, self._cursor - self.top
        unchanged = source.unchanged_lines(since) if isinstance(source, TellsUnchanged) else 0
        self._take_lines(self._map)
        self._count_at_pause = min(self._count_at_pause, source.line_count)
        if self._cursor >= unchanged:
            self._hits, self._errors, self._selection = LinePlaces(), LinePlaces(), None
            self._held = self._held or self._anchor
            self._cursor = max(0, min(self._cursor, source.line_count - 1))
            self._stand_on_held(offset)
        self._show(Place(self.top))

    # State

    @property
    def place(self) -> Anchor:
        """The log the cursor's line is from, and its number there."""
        return self._map.anchor(self._cursor)

    @property
    def state(self) -> LogState:
        """Where the pager stands now."""
        count, line = self.source.line_count, self._map.base_line(self._cursor)
        return LogState(
            cursor=self._cursor,
            line=line,
            line_count=self.base.line_count,
            shown_count=count,
            byte_count=self.base.byte_count,
            is_following=self._follows,
            new_lines=0 if self._follows else max(0, count - self._count_at_pause),
            hit=self._hits.ordinal(line),
            hit_count=len(self._hits),
            error=self._errors.ordinal(line),
            error_count=len(self._errors),
            selected_count=len(self._selected()),
            mark_count=len(self._marks),
            wraps=self._wraps,
        )

    def moved(self) -> None:
        """Draw the place one is at, and tell of it."""
        self.repaint_changes()
        self._tell()

    def _tell(self) -> None:
        state = self.state
        if self._held is None:
            self._anchor = self._map.anchor(self._cursor)
        if state != self._told:
            told, self._told = self._told, state
            self.post_message(self.Changed(self, state))
            if told is None or _offers(told) != _offers(state):
                self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Going to a match, an error or a mark is offered only when there is one, and following while there is more."""
        if action == "open_record":
            return self._opens_records and self.source.line_count > 0
        if action == "toggle_follow":
            return not self._is_over
        if action in ("next_hit", "previous_hit"):
            return len(self._hits) > 0
        if action in ("next_error", "previous_error"):
            return len(self._errors) > 0
        if action in ("next_mark", "previous_mark"):
            return len(self._marks) > 0
        return True

    def set_over(self, is_over: bool) -> None:
        """Say whether nothing more will come."""
        if is_over != self._is_over:
            self._is_over = is_over
            self.refresh_bindings()

    # Places

    def set_pattern(self, pattern: re.Pattern[str] | None) -> None:
        """Highlight what the pattern matches in the lines in sight; None highlights nothing."""
        self._pattern = pattern
        self.repaint_changes()

    def set_hits(self, lines: Sequence[int]) -> None:
        """The lines of the whole text the search found, ascending. Give it again when there are more."""
        self._hits = LinePlaces(lines)
        self._tell()

    def set_errors(self, lines: Sequence[int]) -> None:
        """The lines of the whole text that begin an error, ascending."""
        self._errors = LinePlaces(lines)
        self._tell()

    def action_next_hit(self) -> None:
        """Go to the next line the search found."""
        self._go_to(self._hits.after)

    def action_previous_hit(self) -> None:
        """Go to the line before that the search found."""
        self._go_to(self._hits.before)

    def action_next_error(self) -> None:
        """Go to the next error."""
        self._go_to(self._errors.after)

    def action_previous_error(self) -> None:
        """Go to the error before."""
        self._go_to(self._errors.before)

    def go_to_one_of(self, lines: Sequence[int], step: int) -> bool:
        """Go to the next of some ascending lines of the whole text, or the one before when `step` is below 0. Tells
        whether there is any."""
        places = LinePlaces(lines)
        self._go_to(places.after if step > 0 else places.before)
        return len(places) > 0

    def action_next_mark(self) -> None:
        """Go to the next marked line."""
        self._go_to(LinePlaces(self._marked()).after)

    def action_previous_mark(self) -> None:
        """Go to the marked line before."""
        self._go_to(LinePlaces(self._marked()).before)

    def action_toggle_mark(self) -> None:
        """Mark the line under the cursor, or take its mark away."""
        anchor = self._map.anchor(self._cursor)
        if self._marks.pop(anchor, self) is self:
            self._marks[anchor] = None
        self.moved()

    def _marked(self) -> list[int]:
        return sorted(line for anchor in self._marks if (line := self._map.line_of(anchor)) is not None)

    def _go_to(self, step: Callable[[int], tuple[int | None, bool]]) -> None:
        """Go to the next place that is shown."""
        line, has_gone_round = self._map.base_line(self._cursor), False
        for _ in range(_SKIPPED):
            found, went_round = step(line)
            if found is None or (has_gone_round and went_round):
                return
            has_gone_round, line = has_gone_round or went_round, found
            shown = self._map.shown(line)
            if shown is not None:
                self._center(shown)
                if has_gone_round:
                    self.post_message(self.WentRound())
                return

    # How it is shown

    @property
    def shows_stamps(self) -> bool:
        """Whether lines have the times they begin with."""
        return self._look.stamps

    @property
    def is_readable(self) -> bool:
        """Whether records of JSON are made readable."""
        return self._look.readable

    def action_toggle_stamps(self) -> None:
        """Show the times lines begin with, or do not."""
        self._write_with(stamps=not self._look.stamps)

    def action_toggle_readable(self) -> None:
        """Make records of JSON readable, or show them as they came."""
        self._write_with(readable=not self._look.readable)

    def _write_with(self, *, stamps: bool | None = None, readable: bool | None = None) -> None:
        look = self._look
        self._look = look._replace(
            stamps=look.stamps if stamps is None else stamps,
            readable=look.readable if readable is None else readable,
        )
        self._take_lines(self._map)
        self._show_cursor()
        self.moved()

    # Selecting

    def action_toggle_selection(self) -> None:
        """Begin to select lines at the cursor, or drop the selection."""
        self._selection = self._cursor if self._selection is None else None
        self.moved()

    def clear_selection(self) -> bool:
        """Drop the selection. Tells whether there was one."""
        had, self._selection = self._selection is not None, None
        self.moved()
        return had

    def selected_text(self) -> str:
        """The selected lines, else the cursor's line, as they came but safe; at most the first `COPY_LINES` of them."""
        lines = self._selected() or range(self._cursor, self._cursor + 1)
        read = self.source.lines(lines.start, min(len(lines), COPY_LINES))
        return "\n".join(safe_text(line).plain for line in read)

    def action_open_record(self) -> None:
        """Ask for the record under the cursor to be shown whole."""
        self.post_message(self.RecordOpened(self))

    def record(self) -> range:
        """The shown lines of the record under the cursor."""
        return record_around(self._lines, self._cursor)

    def base_lines(self, shown: range) -> range:
        """The lines of the whole text from the first to the last of some shown ones."""
        return range(self._map.base_line(shown.start), self._map.base_line(shown[-1]) + 1) if shown else range(0)


def _offers(state: LogState) -> tuple[bool, ...]:
    return bool(state.hit_count), bool(state.error_count), bool(state.mark_count), bool(state.line_count)
