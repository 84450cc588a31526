"""Draws the lines of a source from a place on: numbers, levels, matches, wrapped or scrolled sideways."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from textual.cache import LRUCache
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from runtui.model.lines import LineSource
from runtui.render.cell import EMPTY, Cell, Tone
from runtui.render.widths import cell_width, truncate_middle
from runtui.tui.widgets.line_canvas import LineCanvas
from runtui.tui.widgets.line_tones import tones_of_page
from runtui.tui.widgets.line_views import Anchor, LineMap
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.log_line import Margin, RowLook, write_row
from runtui.tui.widgets.log_page import LogPage, Place, ScreenRow
from runtui.tui.widgets.safe_lines import SafeLine, SafeLines, TextLook
from runtui.tui.widgets.signs import signs_for
from runtui.tui.widgets.terminal_scroll import ScrollsRows, moved_by, rows_alone

_STRIPS_KEPT: Final = 512
_DIGITS: Final = 4
_NAME_CELLS: Final = 28
LABEL_TONES: Final = (
    Tone.ACCENT, Tone.SUCCEEDED, Tone.ENDED, Tone.STOPPED, Tone.UNKNOWN, Tone.QUEUED, Tone.WARNING, Tone.RUNNING,
)  # fmt: skip
"""The colours of the names of several logs, in their order."""


class LogCanvas(LineCanvas):
    """What is in sight of a text, and where the cursor and the selection are in it; see `LogView` for the rest."""

    def __init__(
        self,
        source: LineSource,
        *,
        numbers: bool,
        wraps: bool,
        tone_of: Callable[[SafeLine], Tone] | None,
        id: str | None,
        classes: str | None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._look = TextLook()
        self._map = LineMap(source)
        self._lines = SafeLines(source, self._look)
        self._names: tuple[str, ...] = ()
        self._marks: dict[Anchor, None] = {}
        self._numbers = numbers
        self._wraps = wraps
        self._tone_of = tone_of
        self._cursor = 0
        self._row = 0
        self._shift = 0
        self._selection: int | None = None
        self._pattern: re.Pattern[str] | None = None
        self._strips: LRUCache[tuple[int, int, int, bool, RowLook], tuple[SafeLine, Strip]] = LRUCache(_STRIPS_KEPT)
        self._rows: list[ScreenRow] = []
        self._tones: dict[int, Tone] = {}
        self._rows_made_for: object = None
        self._drawn_rows: dict[int, tuple[int, int]] = {}

    @property
    def source(self) -> LineSource:
        """Where the lines in sight come from: the whole text, or a view of it."""
        return self._lines.source

    @property
    def base(self) -> LineSource:
        """The whole text."""
        return self._map.base

    @property
    def body_count(self) -> int:
        """How many lines there are."""
        return self.source.line_count

    def fit_height(self) -> None:
        """Take in how many lines there are. Wrapped, the last one may stand at the top."""
        extra = self.page_size if self._wraps else self._head_lines
        self.set_reactive(Widget.virtual_size, Size(self.size.width, self.body_count + extra))

    def forget_looks(self) -> None:
        """Make every row anew."""
        self._strips.clear()

    def _selected(self) -> range:
        if self._selection is None:
            return range(0)
        return range(min(self._selection, self._cursor), max(self._selection, self._cursor) + 1)

    def _show(self, top: Place) -> None:
        """Bring a place to the top, or as near as the end of the text allows."""
        last = self._page().last_top()
        place = max(Place(0), min(top, last))
        self._row = place.row
        self.go_to_top(place.line)

    @property
    def _margin(self) -> Margin:
        digits = max(_DIGITS, len(str(self.base.line_count))) if self._numbers else 0
        names = min(_NAME_CELLS, self.size.width // 5, max(map(cell_width, self._names), default=0))
        return Margin(digits, names)

    def _page(self) -> LogPage:
        width = self.size.width - self._margin.width - 1
        return LogPage(self._lines, width=width, height=self.page_size, wraps=self._wraps, shift=self._shift)

    def _screen_rows(self) -> list[ScreenRow]:
        """What stands on the rows of the screen, made again only when that may have changed."""
        source, top = self.source, Place(self.top, self._row)
        state = (source.generation, source.line_count, source.byte_count)
        made_for = (state, top, self.size, self._wraps, self._shift, self._margin, self._lines)
        if self._rows_made_for != made_for:
            self._rows_made_for = made_for
            self._rows = self._page().rows(top)
            if self._rows:
                self._tones = self._tones_of(self._rows)
        return self._rows

    def _tones_of(self, rows: Sequence[ScreenRow]) -> dict[int, Tone]:
        if self._tone_of is None:
            return tones_of_page(self._lines, rows[0].line.number, rows[-1].line.number)
        return {row.line.number: self._tone_of(row.line) for row in rows}

    def repaint_changes(self) -> None:
        """Let the terminal move the rows that are on it already, and draw those that look different then."""
        self._move_rows()
        super().repaint_changes()

    def _move_rows(self) -> None:
        if not self.is_mounted or not self._drawn or not isinstance(app := self.app, ScrollsRows):
            return
        self._forget_rows_below(self.size.height)
        by = moved_by(self._drawn_rows, {y: _place_of(row) for y, row in enumerate(self._screen_rows())})
        if by and (rows := rows_alone(self)):
            app.scroll_rows(rows, by)
            height = range(len(rows))
            self._drawn = {y - by: strip for y, strip in self._drawn.items() if y - by in height}
            self._drawn_rows = {y - by: place for y, place in self._drawn_rows.items() if y - by in height}
            self._styles_cache.clear()

    def _forget_rows_below(self, height: int) -> None:
        """What stood below when there were more rows is not on the screen, and must not be taken to move up into it."""
        if len(self._drawn) > height:
            self._drawn = {y: strip for y, strip in self._drawn.items() if y < height}
            self._drawn_rows = {y: place for y, place in self._drawn_rows.items() if y < height}

    def render_line(self, y: int) -> Strip:
        """One row of the widget, as the compositor wants it."""
        rows = self._screen_rows()
        if y < len(rows):
            self._drawn_rows[y] = _place_of(rows[y])
        return super().render_line(y)

    def draw_line(self, y: int) -> Strip:
        """A row of the text, or what is said when there is none."""
        rows, width = self._screen_rows(), self.size.width
        if y >= len(rows):
            return self.draw_notice(y, width)
        row = rows[y]
        number = row.line.number
        anchor = self._map.anchor(number) if self._numbers or self._marks else None
        look = RowLook(
            tone=self._tones.get(number, Tone.TEXT),
            is_cursor=number == self._cursor,
            has_focus=number == self._cursor and self.has_focus,
            is_selected=number in self._selected(),
            margin=self._margin,
            label=self._label(row.line.line.origin),
            number=anchor.line + 1 if anchor is not None and self._numbers else 0,
            is_marked=anchor in self._marks,
            pattern=self._pattern,
            thumb=self.is_thumb(y),
        )
        return self._row_strip(row, look, width)

    def _label(self, origin: int | None) -> Cell:
        """The name of the log a line is from; each has a colour of its own as far as they reach."""
        if origin is None or origin >= len(self._names):
            return EMPTY
        return Cell(
            truncate_middle(self._names[origin], self._margin.names, self.glyphs.ellipsis),
            LABEL_TONES[origin % len(LABEL_TONES)],
        )

    def _row_strip(self, row: ScreenRow, look: RowLook, width: int) -> Strip:
        goes_on = not self._wraps and row.end < len(row.line.text.plain)
        key = (row.line.number, row.start, row.end, goes_on, look)
        kept = self._strips.get(key)
        if kept is not None and kept[0] is row.line:
            return kept[1]
        writer = LineWriter(self.inks.ground)
        write_row(writer, row, look, self.inks, self.glyphs, width - 1)
        strip = self.end_line(
            writer, width, thumb=look.thumb, sign=signs_for(self.glyphs).more_right if goes_on else ""
        )
        self._strips[key] = (row.line, strip)
        return strip


def _place_of(row: ScreenRow) -> tuple[int, int]:
    return row.line.number, row.start
