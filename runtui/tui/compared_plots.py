"""What is plotted of compared runs: one number against another, or series of their logs over each other."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import nan
from typing import Final, NamedTuple

from runtui.model.comparison import ComparedRow
from runtui.model.reference import RunReference
from runtui.render.cell import Cell, Tone
from runtui.render.sanitise import one_line
from runtui.services.compared_series import ComparedSeries
from runtui.services.series import LogSeries, SeriesPoint
from runtui.tui.series_curves import series_name
from runtui.tui.widgets.overlay_plot import OverlaidPlot, PlotLine

MOST_POINTS: Final = 500
"""Points of one curve."""
RUN_TONES: Final = (
    Tone.ACCENT, Tone.SUCCEEDED, Tone.WARNING, Tone.FAILED, Tone.ENDED, Tone.STOPPED, Tone.UNKNOWN, Tone.QUEUED,
)  # fmt: skip
"""The colour of each run, in their order."""
_NAME: Final = 40


class NamedRun(NamedTuple):
    """A run by its reference and by the safe name it has on the screen."""

    reference: RunReference
    name: str


class SeriesAxis(NamedTuple):
    """What series are drawn over: how many values came before, the time since the first one, or another series."""

    by_time: bool = False
    pattern: str = ""


def legend(runs: Sequence[NamedRun], places: Sequence[int]) -> list[Cell]:
    """The sign and the name of each of these runs."""
    cells: list[Cell] = []
    for place in places:
        gap = "  " if cells else ""
        cells += [Cell(f"{gap}{place + 1}", RUN_TONES[place]), Cell(f" {runs[place].name}", Tone.MUTED)]
    return cells


def number_plot(row: ComparedRow, against: ComparedRow | None, runs: Sequence[NamedRun]) -> OverlaidPlot:
    """A number of each run over another one, or over the runs in their order; a faint line joins neighbours."""
    ys = row.numbers
    xs = [float(place + 1) for place in range(len(runs))] if against is None else against.numbers
    points = [(x, y, place) for place, (x, y) in enumerate(zip(xs, ys, strict=True)) if x is not None and y is not None]
    joined = PlotLine(sorted((x, y) for x, y, _ in points))
    lines = [PlotLine([(x, y)], str(place + 1), RUN_TONES[place]) for x, y, place in points]
    x_title = "run" if against is None else one_line(against.name, _NAME)
    said = "Fewer than two of the runs have both numbers." if len(points) < 2 else ""
    return OverlaidPlot(
        title=f"{one_line(row.name, _NAME)} over {x_title if against is not None else 'the runs'}",
        x_title=x_title,
        lines=() if said else (joined, *lines),
        said=said,
        legend=[] if said else legend(runs, [place for _, _, place in points]),
    )


def series_plot(
    series: ComparedSeries, pattern: str, axis: SeriesAxis, runs: Sequence[NamedRun], *, logarithmic: bool | None
) -> OverlaidPlot:
    """What a pattern found in the log of each run, over each other. Reads logs where times are asked for.

    `logarithmic` is whether the scale is, None when the values decide.
    """
    found = series.of(pattern)
    lines: list[PlotLine] = []
    places: list[int] = []
    for place, run in enumerate(runs):
        one = found.get(run.reference)
        if one is not None:
            other = series.beside(axis.pattern, run.reference, one.log) if axis.pattern else None
            points = _points(one.series, other, axis)
            if points:
                lines.append(PlotLine(points, str(place + 1), RUN_TONES[place]))
                places.append(place)
    x_title = _axis_title(series, axis)
    return OverlaidPlot(
        title=f"{one_line(series_name(series.patterns[pattern].name), _NAME)} over {x_title}",
        x_title=x_title,
        lines=lines,
        logarithmic=spans_decades(lines) if logarithmic is None else logarithmic,
        said="" if lines else _why_empty(axis),
        legend=legend(runs, places),
    )


def spans_decades(lines: Sequence[PlotLine]) -> bool:
    """Whether all values are above 0 and go over more than three decades."""
    values = [y for line in lines for _, y in line.points if y == y]
    return bool(values) and min(values) > 0 and max(values) / min(values) > 1000


def _axis_title(series: ComparedSeries, axis: SeriesAxis) -> str:
    if axis.pattern and axis.pattern in series.patterns:
        return one_line(series_name(series.patterns[axis.pattern].name), _NAME)
    return "seconds since the first" if axis.by_time else "the number of values"


def _why_empty(axis: SeriesAxis) -> str:
    if axis.by_time:
        return "The logs do not say when their lines were written: t counts values again."
    return "Nothing of this in the logs."


def _points(series: LogSeries, other: LogSeries | None, axis: SeriesAxis) -> list[tuple[float, float]]:
    """The points of a curve by ascending x, nan among them where the log has something that is no finite number."""
    thinned = series.strange[:: max(1, len(series.strange) // MOST_POINTS)]
    values = [*series.sampled(MOST_POINTS), *(SeriesPoint(point.line, nan) for point in thinned)]
    values.sort(key=lambda point: point.line)
    if axis.pattern:
        return [] if other is None else _over_series(values, other)
    if axis.by_time:
        return _over_time(values, series)
    return [(float(bisect_left(series.lines, point.line) + 1), point.value) for point in values]


def _over_series(values: Sequence[SeriesPoint], other: LogSeries) -> list[tuple[float, float]]:
    """Each value over the last one of the other series up to its line; of one line both belong together."""
    points = []
    for point in values:
        place = bisect_right(other.lines, point.line)
        if place:
            points.append((other.values[place - 1], point.value))
    return sorted(points, key=lambda point: point[0])


def _over_time(values: Sequence[SeriesPoint], series: LogSeries) -> list[tuple[float, float]]:
    timed = [(series.time_of(point.line), point.value) for point in values[:1]]
    if not timed or timed[0][0] is None:
        return []
    began = timed[0][0]
    moments = ((series.time_of(point.line), point.value) for point in values)
    return [(moment - began, value) for moment, value in moments if moment is not None]
