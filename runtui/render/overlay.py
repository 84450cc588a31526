"""Several curves over each other in the same cells, each with a sign at its end that tells which it is."""

from collections.abc import Sequence
from math import isfinite
from typing import Final, NamedTuple

from runtui.render.dot_grid import DotGrid
from runtui.render.plot import on_scale, share_between

_BRAILLE: Final = 0x2800


class OverlaidCurve(NamedTuple):
    """One curve: points by ascending x, nan where it breaks, and the one sign that stands at its last point."""

    points: Sequence[tuple[float, float]]
    sign: str = ""


class InkedCell(NamedTuple):
    """What stands in a cell, and the place of the curve whose it is; None for a blank."""

    text: str
    curve: int | None = None
    is_sign: bool = False


class Overlay(NamedTuple):
    """The drawn curves; the values at the edges are None where there is nothing to draw."""

    rows: tuple[tuple[InkedCell, ...], ...]
    low: float | None
    high: float | None
    left: float | None
    right: float | None


def overlay(
    curves: Sequence[OverlaidCurve], *, width: int, height: int, logarithmic: bool = False, ascii_only: bool = False
) -> Overlay:
    """The curves on one scale, in exactly `height` rows of `width` cells. Where two meet in a cell the later one has
    it; a sign goes beside its point where another one stands there already.

    Values that are not finite, and on a logarithmic scale those not above 0, break a curve.
    """
    width, height = max(1, width), max(1, height)
    shown = [[(x, on_scale(y, logarithmic)) for x, y in curve.points if isfinite(x)] for curve in curves]
    drawn = [(x, y) for points in shown for x, y in points if y is not None]
    blank = tuple(InkedCell(" ") for _ in range(width))
    if not drawn:
        return Overlay((blank,) * height, None, None, None, None)
    frame = _Frame.around(drawn, width, height, (1, 1) if ascii_only else (2, 4))
    cells = [list(blank) for _ in range(height)]
    for place, points in enumerate(shown):
        star = curves[place].sign or "*"
        _lay(cells, frame.drawn(points), place, star if ascii_only else "")
    for place, points in enumerate(shown):
        last = next((point for point in reversed(points) if point[1] is not None), None)
        if curves[place].sign and last is not None:
            _put_sign(cells, frame.cell_of(last), InkedCell(curves[place].sign, place, is_sign=True))
    low, high = (10**frame.low, 10**frame.high) if logarithmic else (frame.low, frame.high)
    return Overlay(tuple(map(tuple, cells)), low, high, frame.left, frame.right)


class _Frame(NamedTuple):
    """Where points stand among the dots."""

    left: float
    right: float
    low: float
    high: float
    width: int
    height: int
    across: int
    down: int

    @classmethod
    def around(cls, points: Sequence[tuple[float, float]], width: int, height: int, dots: tuple[int, int]) -> "_Frame":
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return cls(min(xs), max(xs), min(ys), max(ys), width * dots[0], height * dots[1], *dots)

    def dot_of(self, point: tuple[float, float | None]) -> tuple[int, int]:
        x, y = point
        has_width, has_height = self.right > self.left, y is not None and self.high > self.low
        column = share_between(x, self.left, self.right) * (self.width - 1) if has_width else self.width // 2
        down = 1 - share_between(y or 0.0, self.low, self.high) if has_height else 0.5
        return round(column), round(down * (self.height - 1))

    def cell_of(self, point: tuple[float, float | None]) -> tuple[int, int]:
        column, row = self.dot_of(point)
        return column // self.across, row // self.down

    def drawn(self, points: Sequence[tuple[float, float | None]]) -> list[str]:
        grid = DotGrid(self.width, self.height)
        before: tuple[int, int] | None = None
        for point in points:
            here = None if point[1] is None else self.dot_of(point)
            if here is not None:
                grid.join(before or here, here)
            before = here
        return list(grid.rows(self.across, self.down))


def _lay(cells: list[list[InkedCell]], rows: Sequence[str], curve: int, star: str) -> None:
    for y, row in enumerate(rows):
        for x, sign in enumerate(row):
            if sign != " ":
                before = cells[y][x].text
                both = star or (sign if before == " " else chr(ord(before) | ord(sign) & 0xFF))
                cells[y][x] = InkedCell(both, curve)


def _put_sign(cells: list[list[InkedCell]], at: tuple[int, int], sign: InkedCell) -> None:
    """In the cell, else in the nearest one beside, above or below it that has no sign yet."""
    x, y = at
    for away in range(max(len(cells), len(cells[0]))):
        for column, row in ((x + away, y), (x - away, y), (x, y - away), (x, y + away)):
            if 0 <= row < len(cells) and 0 <= column < len(cells[0]) and not cells[row][column].is_sign:
                cells[row][column] = sign
                return
