"""A curve drawn in cells: in the dots of braille signs, or with stars where only ASCII is at hand."""

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

_DOTS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of each dot of a braille sign, by column and row."""
_BRAILLE: Final = 0x2800


class Plot(NamedTuple):
    """A drawn curve. `low` and `high` are the values at its lower and upper edge, None where there is nothing to draw;
    `strange` the columns of cells in which a value is no finite number."""

    rows: tuple[str, ...]
    low: float | None
    high: float | None
    strange: frozenset[int]


def plot(
    points: Sequence[tuple[float, float]],
    *,
    width: int,
    height: int,
    logarithmic: bool = False,
    ascii_only: bool = False,
    span: tuple[float, float] | None = None,
) -> Plot:
    """The points (x ascending, y) joined by lines, in exactly `height` rows of `width` cells.

    `span` are the least and greatest x; those of the points when None. Values that are not finite, and on a logarithmic
    scale those not above 0, break the line.
    """
    width, height = max(1, width), max(1, height)
    left, right = span or (points[0][0] if points else 0.0, points[-1][0] if points else 1.0)
    across, down = (1, 1) if ascii_only else (2, 4)
    scaled = [(x, _scaled(y, logarithmic)) for x, y in points]
    finite = [y for _, y in scaled if y is not None]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    grid = _Grid(width * across, height * down)

    def column(x: float) -> int:
        return round((x - left) / (right - left) * (grid.width - 1)) if right > left else 0

    def row(y: float) -> int:
        return round((high - y) / (high - low) * (grid.height - 1)) if high > low else grid.height // 2

    before: tuple[int, int] | None = None
    for x, y in scaled:
        here = None if y is None else (column(x), row(y))
        if here is not None:
            grid.join(before or here, here)
        before = here
    strange = frozenset(column(x) // across for x, y in points if not math.isfinite(y))
    rows = tuple(grid.rows(across, down))
    if not finite:
        return Plot(rows, None, None, strange)
    return Plot(rows, 10**low if logarithmic else low, 10**high if logarithmic else high, strange)


def _scaled(value: float, logarithmic: bool) -> float | None:
    if not math.isfinite(value) or (logarithmic and value <= 0):
        return None
    return math.log10(value) if logarithmic else value


class _Grid:
    """Dots that are set or not."""

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
