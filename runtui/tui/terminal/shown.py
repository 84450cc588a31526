"""What the terminal shows, cell by cell, and the least that makes it show something else."""

import re
from collections.abc import Iterable, Iterator
from itertools import compress, repeat
from operator import ne, or_
from typing import Final, NamedTuple

from rich.color import ColorSystem
from rich.segment import Segment

from runtui.tui.terminal.cell_texts import BLANK, TAIL, cells_of, is_agreed_on
from runtui.tui.terminal.looks import PLAIN, Looks
from runtui.tui.terminal.pen import Pen
from runtui.tui.widgets.terminal_scroll import scroll_sequence

_UNKNOWN: Final = "\0"
"""Stands in a cell of which nobody knows what it shows."""
_LEAST_ERASED: Final = 6
"""Blank cells; fewer are never worth a sequence of their own."""
_STRETCH: Final = BLANK * _LEAST_ERASED
_TEXT_OR_BLANKS: Final = re.compile(rf"((?:[^ ]| {{1,{_LEAST_ERASED - 1}}}(?=[^ ]))+)| +")
_AROUND: Final = (0, 3, 4, 4, 4)
"""Bytes that moving on by so many cells takes; to write them again may take fewer."""


_AROUND_MORE: Final = 5
"""Bytes that going elsewhere in a row takes."""


class Stretch(NamedTuple):
    """Cells of a row from a column on. Both count from 0."""

    row: int
    column: int
    segments: Iterable[Segment]


class RowMove(NamedTuple):
    """Rows that the terminal is to move, and by how many up (down when negative)."""

    rows: range
    by: int


class _Piece(NamedTuple):
    """Cells of one look in a line: the first, and the one after the last."""

    start: int
    stop: int
    look: str


class _Line:
    """Cells side by side: what stands in each, and how it looks."""

    __slots__ = ("cells", "looks")

    def __init__(self, cells: list[str], looks: list[str]) -> None:
        self.cells = cells
        self.looks = looks

    @classmethod
    def filled(cls, cell: str, width: int) -> "_Line":
        """A line of equal cells."""
        return cls([cell] * width, [PLAIN] * width)


class Shown:
    """The screen of one terminal. Whatever else writes cells on it must call `forget`."""

    def __init__(self, *, erases_in_colour: bool) -> None:
        """`erases_in_colour` says whether cells the terminal erases take the background that is written in."""
        self._erases_in_colour = erases_in_colour
        self._looks = Looks()
        self._lines: list[_Line] = []
        self._width = 0
        self._is_forgotten = True

    @property
    def was_drawn(self) -> bool:
        """Whether anything was drawn on it so far, forgotten or not."""
        return bool(self._lines)

    def forget(self) -> None:
        """The terminal may show anything now. May be called at any time, from a signal too."""
        self._is_forgotten = True

    def change(
        self,
        width: int,
        height: int,
        stretches: Iterable[Stretch],
        *,
        colours: ColorSystem = ColorSystem.TRUECOLOR,
        moves: Iterable[RowMove] = (),
    ) -> str:
        """What makes a terminal of this size move rows and then show these cells; nothing when it shows them already.

        It is to be sent, whole and in order. It leaves the cursor anywhere, and what is written next in the plain look.
        """
        if self._is_forgotten or (width, height) != (self._width, len(self._lines)):
            self._is_forgotten = False
            self._width = width
            self._lines = [_Line.filled(_UNKNOWN, width) for _ in range(height)]
        pen = Pen(self._looks, width, erases_in_colour=self._erases_in_colour)
        for move in moves:
            self._move(pen, move)
        for row, column, segments in stretches:
            if 0 <= row < height and 0 <= column < width:
                self._draw(pen, row, column, self._line_of(segments, colours, width - column))
        return pen.sent()

    def _move(self, pen: Pen, move: RowMove) -> None:
        pen.send(scroll_sequence(move.rows, move.by))
        rows = slice(move.rows.start, move.rows.stop)
        before = self._lines[rows]
        bare = [_Line.filled(BLANK, self._width) for _ in range(min(abs(move.by), len(before)))]
        self._lines[rows] = [*before[move.by :], *bare] if move.by > 0 else [*bare, *before[: move.by or None]]

    def _line_of(self, segments: Iterable[Segment], colours: ColorSystem, room: int) -> _Line:
        cells: list[str] = []
        looks: list[str] = []
        for text, style, _ in segments:
            cells += cells_of(text)
            looks += [self._looks.of(style, colours)] * (len(cells) - len(looks))
        if len(cells) > room:
            if cells[room] == TAIL:
                cells[room - 1] = BLANK
            del cells[room:], looks[room:]
        return _Line(cells, looks)

    def _draw(self, pen: Pen, row: int, column: int, new: _Line) -> None:
        line = self._lines[row]
        end = column + len(new.cells)
        if line.cells[column:end] == new.cells and line.looks[column:end] == new.looks:
            return
        column, end = self._mend_halves(line, column, end, new)
        old = _Line(line.cells[column:], line.looks[column:])
        line.cells[column:end], line.looks[column:end] = new.cells, new.looks
        runs = self._runs(old, new)
        is_agreed = all(is_agreed_on("".join(new.cells[start:stop])) for start, stop in runs)
        if not is_agreed:
            new = self._with_rest(new, line, end)
            runs = _with_drawn_over(runs, new.cells)
        runs = self._with_bare_end(runs, new, is_whole=column + len(new.cells) == self._width)
        pieces = [piece for start, stop in runs for piece in self._pieces(new, start, stop)]
        if is_agreed and len(pieces) > 2:
            pieces = self._cheapest(pieces, pen.look)
        for piece in pieces:
            self._approach(pen, row, column, new, piece.start)
            self._write(pen, new.cells, piece, old.cells, is_last=piece is pieces[-1])

    def _mend_halves(self, line: _Line, column: int, end: int, new: _Line) -> tuple[int, int]:
        """Draw blanks over the other halves of wide characters that are drawn over by one half."""
        if column and line.cells[column] == TAIL:
            column -= 1
            new.cells.insert(0, BLANK)
            new.looks.insert(0, line.looks[column])
        if end < self._width and line.cells[end] == TAIL:
            new.cells.append(BLANK)
            new.looks.append(line.looks[end])
            end += 1
        return column, end

    def _with_rest(self, new: _Line, line: _Line, end: int) -> _Line:
        """Cells with those of the line that stand to the right of them, as far as they are known."""
        known = line.cells.index(_UNKNOWN, end) if _UNKNOWN in line.cells[end:] else self._width
        return _Line(new.cells + line.cells[end:known], new.looks + line.looks[end:known])

    def _runs(self, old: _Line, new: _Line) -> list[tuple[int, int]]:
        """Where the cells differ: first, one after the last."""
        differ = map(or_, map(ne, old.cells, new.cells), map(ne, old.looks, new.looks))
        runs: list[tuple[int, int]] = []
        start = stop = -1
        for at in compress(range(len(new.cells)), differ):
            cell = new.cells[at]
            if cell == BLANK == old.cells[at] and self._looks.are_alike_blank(old.looks[at], new.looks[at]):
                continue
            if at > stop:
                if stop > start:
                    runs.append((start, stop))
                start = at - (cell == TAIL)
            stop = at + 1
            if stop < len(new.cells) and new.cells[stop] == TAIL:
                stop += 1
        if stop > start:
            runs.append((start, stop))
        return runs

    def _with_bare_end(self, runs: list[tuple[int, int]], new: _Line, *, is_whole: bool) -> list[tuple[int, int]]:
        """The runs, those in the blank end of a row as one: all of it is erased at once."""
        cells, looks = new.cells, new.looks
        if not runs or not is_whole or cells[runs[-1][1] - 1] != BLANK or not self._can_erase(looks[-1]):
            return runs
        bare = len(cells)
        while bare and cells[bare - 1] == BLANK and self._looks.are_alike_blank(looks[bare - 1], looks[-1]):
            bare -= 1
        inside = [(max(start, bare), stop) for start, stop in runs if stop > bare]
        if sum(stop - start for start, stop in inside) < _LEAST_ERASED:
            return runs
        return [*((start, min(stop, bare)) for start, stop in runs if start < bare), (inside[0][0], len(cells))]

    def _can_erase(self, look: str) -> bool:
        ground = self._looks.ground(look)
        return ground == "" or (ground is not None and self._erases_in_colour)

    def _approach(self, pen: Pen, row: int, column: int, new: _Line, start: int) -> None:
        """Go to where the next cells are written; over a few that can be written again more cheaply."""
        steps = pen.steps_to(row, column + start)
        if steps and steps < len(_AROUND) and steps <= start:
            between = new.cells[start - steps : start]
            looks = new.looks[start - steps : start]
            if len("".join(between).encode()) <= _AROUND[steps] and all(map(self._writes, repeat(pen), between, looks)):
                pen.write(between, pen.look)
                return
        pen.go(row, column + start)

    def _writes(self, pen: Pen, cell: str, look: str) -> bool:
        """Whether the pen as it is now would write this cell so."""
        return look == pen.look or (cell == BLANK and self._looks.are_alike_blank(look, pen.look))

    def _pieces(self, new: _Line, start: int, stop: int) -> Iterator[_Piece]:
        """The cells from one to another by their looks; blanks go to the look before them where they may."""
        cells, looks = new.cells, new.looks
        while start < stop:
            look = looks[start]
            end = start + 1
            while end < stop and (
                looks[end] == look or (cells[end] == BLANK and self._looks.are_alike_blank(looks[end], look))
            ):
                end += 1
            yield _Piece(start, end, look)
            start = end

    def _cheapest(self, pieces: list[_Piece], first: str) -> list[_Piece]:
        """The pieces of a row from left to right, or by looks, when to change those takes more than to go about."""
        looks = dict.fromkeys((first, *(piece.look for piece in pieces)))
        by_look = [piece for look in looks for piece in pieces if piece.look == look]
        return by_look if self._cost(by_look, first) < self._cost(pieces, first) else pieces

    def _cost(self, pieces: list[_Piece], look: str) -> int:
        """About how many bytes it takes to come from each piece to the next, beginning in this look."""
        cost, at = 0, 0
        for piece in pieces:
            cost += len(self._looks.way(look, piece.look)) + (0 if piece.start == at else _AROUND_MORE)
            look, at = piece.look, piece.stop
        return cost

    def _write(self, pen: Pen, line: list[str], piece: _Piece, before: list[str], *, is_last: bool) -> None:
        """Write a piece of a line: texts, and long stretches of blanks, which may be erased."""
        cells = line[piece.start : piece.stop]
        text = "".join(cells)
        is_cell_by_character = len(text) == len(cells) and TAIL not in cells
        if not is_cell_by_character or (_STRETCH not in text and not text.isspace()):
            pen.write(cells, piece.look)
            return
        for found in _TEXT_OR_BLANKS.finditer(text):
            start, end = found.span()
            if found[1]:
                pen.write(cells[start:end], piece.look)
            else:
                splits = before[piece.start + end : piece.start + end + 1] == [TAIL]
                pen.write_blanks(end - start, piece.look, is_last=is_last and end == len(cells), splits=splits)


def _with_drawn_over(runs: list[tuple[int, int]], cells: list[str]) -> list[tuple[int, int]]:
    """The runs, with the cells after them over which a terminal may draw that gives each character two cells."""
    drawn: list[tuple[int, int]] = []
    for start, stop in runs:
        if drawn and start <= drawn[-1][1]:
            start, stop = drawn[-1][0], max(stop, drawn[-1][1])
            drawn.pop()
        at = start
        while at < stop:
            if not is_agreed_on(cells[at]):
                stop = max(stop, min(at + 2 * len(cells[at]), len(cells)))
            if stop < len(cells) and cells[stop] == TAIL:
                stop += 1
            at += 1
        drawn.append((start, stop))
    return drawn
