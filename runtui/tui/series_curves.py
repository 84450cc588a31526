"""What is drawn of a series found in a log."""

from math import nan
from typing import Final

from runtui.render.sanitise import one_line
from runtui.services.series import LogSeries
from runtui.tui.widgets.series_plot import Curve

MOST_POINTS: Final = 1000
_MOST_STRANGE: Final = 500


def series_name(name: str) -> str:
    """The name of a series without the brackets and quotes that stood around it in the log."""
    return name.strip(" \"'{[(,;:=") or name


def spans_decades(series: LogSeries) -> bool:
    """Whether its values are above 0 and go over more than three decades."""
    points = series.sampled(MOST_POINTS)
    low, high = min((point.value for point in points), default=0), max((point.value for point in points), default=0)
    return low > 0 and high / low > 1000


def curve_of(series: LogSeries, log: str = "", *, logarithmic: bool | None = None) -> Curve:
    """What is drawn of a series; `log` stands before its name. Its values decide the scale unless it is given."""
    strange = series.strange
    thinned = strange[:: max(1, len(strange) // _MOST_STRANGE)]
    points = [(float(point.line), point.value) for point in series.sampled(MOST_POINTS)]
    points = sorted([*points, *((float(point.line), nan) for point in thinned)], key=_line)
    return Curve(
        one_line(log + series_name(series.pattern.name), 60),
        points,
        len(series.values) + len(strange),
        series.last,
        [float(point.line) for point in thinned],
        len(strange),
        spans_decades(series) if logarithmic is None else logarithmic,
    )


def _line(point: tuple[float, float]) -> float:
    return point[0]
