"""`runtui logs --series`: numbers that come again and again in the logs of a run."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from runtui.cli import output
from runtui.cli.json_shapes import series_shape
from runtui.cli.json_text import write_json, write_json_lines
from runtui.model.errors import StorageError
from runtui.model.run import Run
from runtui.model.series_pattern import SeriesPattern
from runtui.render.sanitise import one_line
from runtui.services.comparison_forms import points_shape
from runtui.services.found_series import FoundSeries, found_series
from runtui.services.indexed_file import IndexedFile
from runtui.services.series import LogSeries, SeriesPoint
from runtui.services.series_memory import SeriesMemory, job_key


def find_series(log: str, spool: IndexedFile, pattern: SeriesPattern) -> FoundSeries:
    """Read the numbers of a log."""
    series = LogSeries(spool, pattern)
    for _ in series.advance():
        pass
    return found_series(log, series)


def write_series(run: Run, pattern: SeriesPattern, found: list[FoundSeries], *, as_json: bool) -> None:
    """Print series: a line for each number with its line in the log, or all as one JSON value."""
    if as_json:
        write_json(series_shape(run, pattern, found))
        return
    for one in found:
        if len(found) > 1:
            output.write_line(f"==> {one.log} <==")
        output.write_lines(map(_point_line, one.points))


class SeriesWriting:
    """Writes the numbers of followed logs as they come, a line or a JSON value for each; a line begins with the name of
    its log where `names` are wanted."""

    def __init__(self, pattern: SeriesPattern, *, names: bool, as_json: bool) -> None:
        self._pattern = pattern
        self._names = names
        self._as_json = as_json
        self._logs: list[_FollowedSeries] = []

    def add_log(self, name: str, spool: IndexedFile, is_over: Callable[[], bool]) -> None:
        """Write the numbers of this one as well."""
        self._logs.append(_FollowedSeries(name, spool, self._pattern))

    def write_news(self) -> None:
        """Write the numbers that came since the last time."""
        for log in self._logs:
            found = log.take()
            if self._as_json:
                write_json_lines({"log": found.log, **point} for point in points_shape(found))
            else:
                name = f"{one_line(found.log)}\t" if self._names else ""
                output.write_lines(name + _point_line(point) for point in found.points)


class _FollowedSeries:
    """The numbers of one log that are still to be written."""

    def __init__(self, name: str, spool: IndexedFile, pattern: SeriesPattern) -> None:
        self._name = name
        self._spool = spool
        self._series = LogSeries(spool, pattern)
        self._generation = spool.generation
        self._written_to = -1

    def take(self) -> FoundSeries:
        """What came since the last time."""
        for _ in self._series.advance():
            pass
        generation = self._spool.generation
        written_to = self._spool.line_now(self._written_to, self._generation)
        found = found_series(self._name, self._series, after=written_to)
        self._generation, self._written_to = generation, max([written_to, *(point.line for point in found.points[-1:])])
        return found


def _point_line(point: SeriesPoint) -> str:
    return f"{point.line + 1}\t{point.value!r}"


def remember_series(data_folder: Path, run: Run, pattern: SeriesPattern) -> None:
    """Offer the pattern for this job the next time. Where nothing can be kept it is not."""
    with suppress(StorageError):
        SeriesMemory(data_folder).remember(job_key(run), pattern.text)
