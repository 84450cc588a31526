"""Columns of what a series in a run's log came to: its curve and its last value."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from runtui.model.errors import ConfigError
from runtui.model.run import Run
from runtui.render.bars import sparkline
from runtui.render.cell import EMPTY, Cell, Tone
from runtui.render.columns import Column, FedValue
from runtui.render.fed_columns import fed_column
from runtui.render.glyphs import Glyphs
from runtui.render.sanitise import one_line

LOG_PREFIX: Final = "log:"
SERIES_WIDTH: Final = 18
"""Cells of a curve and a value."""
_CURVE: Final = 8
_MANY_DECADES: Final = 1000.0
_LONGEST_TITLE: Final = 40
_STRANGE: Final = "nan"


@lru_cache(maxsize=256)
def series_column(pattern: str) -> Column[Run] | None:
    """The column of the series a pattern finds, empty for runs without one; None for a text that is no pattern."""
    from runtui.model.series_pattern import SeriesPattern  # which brings all forms of time stamps

    try:
        name = SeriesPattern(pattern).name
    except ConfigError:
        return None
    title = one_line(name.strip(" \"'{[(,;:=") or name, _LONGEST_TITLE)
    return fed_column(
        LOG_PREFIX + pattern, title, missing=EMPTY, width=SERIES_WIDTH, min_width=_CURVE + 4, descending_first=True
    )


def series_value(values: Sequence[float], last: float | None, glyphs: Glyphs) -> FedValue:
    """A curve of the last values and the last one, by which the column sorts: `▇▆▅▃▂▂▁ 3e-4`.

    `last` is None when the number written last is none: that is said. Values over more than three decades are drawn on
    a logarithmic scale.
    """
    low, high = min(values, default=0.0), max(values, default=0.0)
    curve = sparkline(
        _spread(values, _CURVE), _CURVE, logarithmic=low > 0 and high / low > _MANY_DECADES, glyphs=glyphs
    )
    if last is None or not math.isfinite(last):
        return FedValue(Cell(f"{curve} {_STRANGE}".strip(), Tone.ERROR), None)
    return FedValue(Cell(f"{curve} {_short(last)}"), last)


def _spread(values: Sequence[float], count: int) -> Sequence[float]:
    """At most so many of the values, evenly, the last among them."""
    if len(values) <= count:
        return values
    return [values[(place + 1) * len(values) // count - 1] for place in range(count)]


def _short(value: float) -> str:
    """A number in three digits: `3e-4`, `0.0123`, `-17.5`."""
    digits, mark, power = f"{value:.3g}".partition("e")
    return f"{digits}e{int(power)}" if mark else digits
