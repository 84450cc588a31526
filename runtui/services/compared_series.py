"""The numbers some patterns find in the logs of several runs, side by side."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from runtui.model.log import LogSource, Stream
from runtui.model.reference import RunReference
from runtui.model.series_pattern import SeriesPattern
from runtui.services.advancing import never
from runtui.services.indexed_file import IndexedFile
from runtui.services.series import LogSeries

MOST_LOGS: Final = 4
"""Logs of one run that are looked into."""


class NamedLog(NamedTuple):
    """One log of a run, as far as it is here."""

    run: RunReference
    name: str
    lines: IndexedFile


class RunSeries(NamedTuple):
    """What a pattern found in one log of a run."""

    log: str
    series: LogSeries


def telling_sources(sources: Sequence[LogSource]) -> tuple[LogSource, ...]:
    """The first few logs of a run, the most telling first. Files that only happen to be text come when there is no
    other."""
    logs = [source for source in sources if source.stream is not Stream.FILE] or list(sources)
    return tuple(logs[:MOST_LOGS])


class ComparedSeries:
    """One series of each run for each pattern: that of the first of its logs in which the pattern finds anything.

    `advance` is for one thread at a time; the rest may be read by any. Raises ConfigError for a pattern that means
    nothing.
    """

    def __init__(
        self, logs: Sequence[NamedLog], patterns: Sequence[str], before: "ComparedSeries | None" = None
    ) -> None:
        """What is known already is taken over from the one `before`."""
        self.logs: Final = tuple(logs)
        self.patterns: Final = {text: SeriesPattern(text) for text in patterns}
        known = {} if before is None else before._found
        self._found: dict[tuple[IndexedFile, str], LogSeries] = {}
        for log in self.logs:
            for text, pattern in self.patterns.items():
                key = (log.lines, text)
                self._found[key] = known.get(key) or LogSeries(log.lines, pattern)

    @property
    def is_behind(self) -> bool:
        """Whether there is something that was not looked at."""
        return any(series.is_behind for series in self._found.values())

    def advance(self, cancelled: Callable[[], bool] = never) -> Iterator[int]:
        """Look on to the present end of every log; gives after each piece how many values its log has by then."""
        for series in self._found.values():
            yield from series.advance(cancelled)

    def of(self, pattern: str) -> Mapping[RunReference, RunSeries]:
        """The series of each run that has one."""
        found: dict[RunReference, RunSeries] = {}
        for log in self.logs:
            series = self._found.get((log.lines, pattern))
            if series is not None and series.last is not None:
                found.setdefault(log.run, RunSeries(log.name, series))
        return found

    def beside(self, pattern: str, run: RunReference, log: str) -> LogSeries | None:
        """What another pattern found in the same log of a run."""
        for one in self.logs:
            if (one.run, one.name) == (run, log):
                return self._found.get((one.lines, pattern))
        return None

    def last_values(self) -> dict[str, tuple[str, Mapping[RunReference, float]]]:
        """By pattern, the name of the series and the last value of each run that has one."""
        return {
            text: (
                pattern.name,
                {run: one.series.last for run, one in self.of(text).items() if one.series.last is not None},
            )
            for text, pattern in self.patterns.items()
        }
