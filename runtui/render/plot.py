"""A curve drawn in cells: in the dots of braille signs, or with stars where only ASCII is at hand."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from runtui.render.dot_grid import DotGrid


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
    scaled = [(x, on_scale(y, logarithmic)) for x, y in points]
    finite = [y for _, y in scaled if y is not None]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    grid = DotGrid(width * across, height * down)

    def column(x: float) -> int:
        return round(share_between(x, left, right) * (grid.width - 1)) if right > left else 0

    def row(y: float) -> int:
        return round((1 - share_between(y, low, high)) * (grid.height - 1)) if high > low else grid.height // 2

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


def on_scale(value: float, logarithmic: bool) -> float | None:
    """Where a value stands on an even scale, or on a logarithmic one; None where it stands nowhere."""
    if not math.isfinite(value) or (logarithmic and value <= 0):
        return None
    return math.log10(value) if logarithmic else value


def share_between(value: float, low: float, high: float) -> float:
    """How far a finite value is on the way from `low` to `high`, which are not the same and may be as far apart as
    numbers go."""
    return (value / 2 - low / 2) / (high / 2 - low / 2)
