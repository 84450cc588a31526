"""`runtui logs --series`: numbers that come again and again in the logs of a run."""

from contextlib import suppress
from pathlib import Path

from runtui.cli import output
from runtui.cli.json_shapes import series_shape
from runtui.cli.json_text import write_json
from runtui.model.errors import StorageError
from runtui.model.run import Run
from runtui.model.series_pattern import SeriesPattern
from runtui.services.found_series import FoundSeries, found_series
from runtui.services.indexed_file import IndexedFile
from runtui.services.series import LogSeries
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
        output.write_lines(f"{point.line + 1}\t{point.value!r}" for point in one.points)


def remember_series(data_folder: Path, run: Run, pattern: SeriesPattern) -> None:
    """Offer the pattern for this job the next time. Where nothing can be kept it is not."""
    with suppress(StorageError):
        SeriesMemory(data_folder).remember(job_key(run), pattern.text)
