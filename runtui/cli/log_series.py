"""`runtui logs --series`: numbers that come again and again in the logs of a run."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from heapq import merge
from operator import attrgetter
from pathlib import Path

import msgspec

from runtui.cli import output
from runtui.cli.json_shapes import series_shape
from runtui.cli.json_text import write_json
from runtui.model.errors import StorageError
from runtui.model.run import Run
from runtui.model.series_pattern import SeriesPattern
from runtui.services.indexed_file import IndexedFile
from runtui.services.series import LogSeries, SeriesPoint
from runtui.services.series_memory import SeriesMemory, job_key


class FoundSeries(msgspec.Struct, frozen=True):
    """What a pattern found in one log: its points in order, those that are no finite numbers among them."""

    log: str
    points: tuple[SeriesPoint, ...]
    times: tuple[datetime | None, ...]


def find_series(log: str, spool: IndexedFile, pattern: SeriesPattern) -> FoundSeries:
    """Read the numbers of a log."""
    series = LogSeries(spool, pattern)
    for _ in series.advance():
        pass
    finite = (SeriesPoint(line, value) for line, value in zip(series.lines, series.values, strict=True))
    points = tuple(merge(finite, series.strange, key=attrgetter("line")))
    return FoundSeries(log, points, tuple(_moments(series, points)))


def _moments(series: LogSeries, points: tuple[SeriesPoint, ...]) -> Iterator[datetime | None]:
    """When each line was written; nothing is asked any more of a log whose first lines do not tell."""
    tells = any(series.time_of(point.line) is not None for point in points[:20])
    for point in points:
        seconds = series.time_of(point.line) if tells else None
        yield None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def write_series(run: Run, pattern: SeriesPattern, found: list[FoundSeries], *, as_json: bool) -> None:
    """Print series: a line for each number with its line in the log, or all as one JSON value."""
    if as_json:
        write_json(series_shape(run, pattern, [(one.log, one.points, one.times) for one in found]))
        return
    for one in found:
        if len(found) > 1:
            output.write_line(f"==> {one.log} <==")
        output.write_lines(f"{point.line + 1}\t{point.value!r}" for point in one.points)


def remember_series(data_folder: Path, run: Run, pattern: SeriesPattern) -> None:
    """Offer the pattern for this job the next time. Where nothing can be kept it is not."""
    with suppress(StorageError):
        SeriesMemory(data_folder).remember(job_key(run), pattern.text)
