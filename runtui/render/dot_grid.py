"""Dots in cells: two by four in a braille sign, or one in a star where only ASCII is at hand."""

from collections.abc import Iterator
from typing import Final

_DOTS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of each dot of a braille sign, by column and row."""
_BRAILLE: Final = 0x2800


class DotGrid:
    """Dots that are set or not, `width` by `height` of them."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._dots = [bytearray(width) for _ in range(height)]

    def join(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Set the dots on the way between two, both included (Bresenham)."""
        (x, y), (last_x, last_y) = start, end
        step_x, step_y = (1 if last_x > x else -1), (1 if last_y > y else -1)
        over_x, over_y = abs(last_x - x), -abs(last_y - y)
        error = over_x + over_y
        while True:
            self._dots[y][x] = 1
            if (x, y) == (last_x, last_y):
                return
            twice = 2 * error
            if twice >= over_y:
                error += over_y
                x += step_x
            if twice <= over_x:
                error += over_x
                y += step_y

    def rows(self, across: int, down: int) -> Iterator[str]:
        """The dots as text, `across` by `down` of them in a cell."""
        for top in range(0, self.height, down):
            if down == 1:
                yield "".join("*" if dot else " " for dot in self._dots[top])
            else:
                yield "".join(self._sign(left, top) for left in range(0, self.width, across))

    def _sign(self, left: int, top: int) -> str:
        bits = sum(
            bit for x, column in enumerate(_DOTS) for y, bit in enumerate(column) if self._dots[top + y][left + x]
        )
        return chr(_BRAILLE + bits) if bits else " "
