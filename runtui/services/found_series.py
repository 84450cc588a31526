"""All numbers a pattern found in one log, with the times at which they were written."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import merge
from operator import attrgetter

import msgspec

from runtui.services.series import LogSeries, SeriesPoint


class FoundSeries(msgspec.Struct, frozen=True):
    """What a pattern found in one log: its points in order, those that are no finite numbers among them."""

    log: str
    points: tuple[SeriesPoint, ...]
    times: tuple[datetime | None, ...]


def found_series(log: str, series: LogSeries, *, after: int = -1) -> FoundSeries:
    """What a series holds by now, of the lines behind `after`; `log` is the name of its log."""
    first, strange = bisect_right(series.lines, after), bisect_right(series.strange, after, key=attrgetter("line"))
    found = zip(series.lines[first:], series.values[first:], strict=False)
    finite = (SeriesPoint(line, value) for line, value in found)
    points = tuple(merge(finite, series.strange[strange:], key=attrgetter("line")))
    return FoundSeries(log, points, tuple(_moments(series, points)))


def _moments(series: LogSeries, points: tuple[SeriesPoint, ...]) -> Iterator[datetime | None]:
    """When each line was written; nothing is asked any more of a log whose first lines do not tell."""
    tells = any(series.time_of(point.line) is not None for point in points[:20])
    for point in points:
        seconds = series.time_of(point.line) if tells else None
        yield None if seconds is None else datetime.fromtimestamp(seconds, UTC)
