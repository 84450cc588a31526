"""Writes on a terminal from place to place with as few bytes as possible."""

from collections.abc import Sequence

from runtui.tui.terminal.cell_texts import BLANK, TAIL, is_agreed_on
from runtui.tui.terminal.looks import PLAIN, Looks


class Pen:
    """Writes one frame. It begins at an unknown place in the plain look, and ends in that look.

    Rows and columns count from 0. `width` is that of the screen: where the cursor stands after its last column is
    not known.
    """

    def __init__(self, looks: Looks, width: int, *, erases_in_colour: bool) -> None:
        self._looks = looks
        self._width = width
        self._erases_in_colour = erases_in_colour
        self._written: list[str] = []
        self._row = -1
        self._column = 0
        self._is_there = False
        """Whether the cursor stands exactly there."""
        self.look = PLAIN
        """What is written now looks so."""

    def sent(self) -> str:
        """All that is to be sent."""
        self._take(PLAIN)
        return "".join(self._written)

    def send(self, sequence: str) -> None:
        """Send something in the plain look, after which the cursor is at an unknown place."""
        self._take(PLAIN)
        self._written.append(sequence)
        self._row, self._is_there = -1, False

    def steps_to(self, row: int, column: int) -> int | None:
        """How many cells a place is to the right of this one; None when it is not."""
        if row != self._row or not self._is_there or column < self._column:
            return None
        return column - self._column

    def go(self, row: int, column: int) -> None:
        """Move to a place."""
        if self.steps_to(row, column) != 0:
            self._written.append(self._move(row, column))
            self._row, self._column, self._is_there = row, column, True

    def _move(self, row: int, column: int) -> str:
        steps = self.steps_to(row, column)
        if steps is not None:
            return f"\x1b[{steps}C" if steps > 1 else "\x1b[C"
        if row == self._row:
            return f"\x1b[{column + 1}G" if column else "\r"
        if not column and self._row >= 0 and row == self._row + 1:
            return "\r\n"
        return f"\x1b[{row + 1};{column + 1}H" if column else f"\x1b[{row + 1}H"

    def write(self, cells: Sequence[str], look: str) -> None:
        """Write cells here. Around each that terminals do not give the same width the cursor is placed anew."""
        self._take(look)
        text = "".join(cells)
        if text.isascii() or is_agreed_on(text):
            self._put(text, len(cells))
            return
        for at, cell in enumerate(cells):
            if cell == TAIL:
                continue
            width = 2 if cells[at + 1 : at + 2] == [TAIL] else 1
            if is_agreed_on(cell):
                self._put(cell, width)
            else:
                self._put_odd(cell, width)

    def write_blanks(self, count: int, look: str, *, is_last: bool, splits: bool) -> None:
        """Make cells blank from here. `is_last` says that nothing right of them is written next.

        `splits` says that they end in the middle of a wide character. Its first half is written over: where that is
        only erased, tmux takes the second one for its rest and erases it again when that is written over.
        """
        if not self._looks.are_alike_blank(self.look, look):
            self._take(look)
        if splits:
            self.write_blanks(count - 1, look, is_last=False, splits=False)
            self._put(BLANK, 1)
            return
        ground = self._looks.ground(look)
        if ground is not None and (self._erases_in_colour or not ground):
            to_edge = self._column + count == self._width
            erasing = "\x1b[K" if to_edge else f"\x1b[{count}X"
            going_on = "" if is_last or to_edge else f"\x1b[{count}C"
            if len(erasing + going_on) < count:
                self.go(self._row, self._column)
                self._written += (erasing, going_on)
                self._column += count if going_on else 0
                return
        self._put(BLANK * count, count)

    def _take(self, look: str) -> None:
        if look != self.look:
            self._written.append(self._looks.way(self.look, look))
            self.look = look

    def _put(self, text: str, width: int) -> None:
        self.go(self._row, self._column)
        self._written.append(text)
        self._column += width
        self._is_there = self._column < self._width

    def _put_odd(self, text: str, width: int) -> None:
        """Write what may not end where we think. Of what stood there nothing is left where it is drawn narrower."""
        self.go(self._row, self._column)
        column = self._column
        self._put(BLANK * width, width)
        self.go(self._row, column)
        self._written.append(text)
        self._column += width
        self._is_there = False
