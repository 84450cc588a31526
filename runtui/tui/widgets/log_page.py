"""Which piece of which line stands on which row of the screen."""

from itertools import pairwise
from typing import NamedTuple

from runtui.tui.widgets.line_cuts import slice_cells, wrap_cuts
from runtui.tui.widgets.safe_lines import SafeLine, SafeLines

GAP_MARGIN = 6
"""Cells a line about a gap leaves for its strokes."""


class ScreenRow(NamedTuple):
    """The characters `start` to `end` of a line on one row, `lead` blanks before them.

    `is_first` says whether the row begins the line, so that its number stands there.
    """

    line: SafeLine
    start: int
    end: int
    lead: int = 0
    is_first: bool = True


class Place(NamedTuple):
    """A row in the text: a line, and how many of its rows come before (0 unless lines are wrapped)."""

    line: int
    row: int = 0


class LogPage:
    """The rows of a page of lines. `width` and `shift` (cells scrolled sideways) are for the text alone."""

    def __init__(self, lines: SafeLines, *, width: int, height: int, wraps: bool, shift: int = 0) -> None:
        self._lines = lines
        self._width = max(1, width)
        self._height = height
        self._wraps = wraps
        self._shift = 0 if wraps else shift

    def rows(self, top: Place) -> list[ScreenRow]:
        """The rows from `top` on, as many as there is height for."""
        rows: list[ScreenRow] = []
        for line in self._lines.read(top.line, self._height):
            rows.extend(self._rows_of(line))
            if len(rows) - top.row >= self._height:
                break
        return rows[top.row : top.row + self._height]

    def _rows_of(self, line: SafeLine) -> list[ScreenRow]:
        plain = line.text.plain
        if not self._wraps:
            if line.is_gap:
                return [ScreenRow(line, 0, len(plain))]
            return [ScreenRow(line, *slice_cells(plain, self._shift, self._width))]
        cuts = wrap_cuts(plain, max(1, self._width - (GAP_MARGIN if line.is_gap else 0)))
        return [ScreenRow(line, start, end, is_first=start == 0) for start, end in pairwise(cuts)]

    def row_count(self, number: int) -> int:
        """How many rows a line takes."""
        if not self._wraps:
            return 1
        return sum(len(self._rows_of(line)) for line in self._lines.read(number, 1))

    def last_top(self) -> Place:
        """From where on the end of the text fills the page."""
        return self.top_showing(self._lines.source.line_count - 1)

    def top_showing(self, number: int) -> Place:
        """From where on a line ends the page; a line higher than the page begins it."""
        if not self._wraps:
            return Place(max(0, number - self._height + 1))
        return self.up_from(Place(number, self.row_count(number)), self._height)

    def up_from(self, place: Place, rows: int) -> Place:
        """The place so many rows above."""
        if not self._wraps:
            return Place(max(0, place.line - rows))
        line, row = place
        while rows > row and line > 0:
            rows -= row
            line -= 1
            row = self.row_count(line)
        return Place(line, max(0, row - rows))

    def down_from(self, place: Place, rows: int) -> Place:
        """The place so many rows below, not past the end of the text."""
        if not self._wraps:
            return Place(place.line + rows)
        line, row = place.line, place.row + rows
        while row >= (count := self.row_count(line)) and line < self._lines.source.line_count - 1:
            row -= count
            line += 1
        return Place(line, min(row, max(0, count - 1)))
