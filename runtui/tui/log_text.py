"""One log, or several merged: its lines, what is shown of them, and what was found in them."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from runtui.model.lines import LineSource
from runtui.model.log_levels import LogLevel
from runtui.services.advancing import Advancing, never
from runtui.services.filtered import FilteredLines, LineFilter
from runtui.services.indexed_file import IndexedFile
from runtui.services.merged import MergedLines
from runtui.services.merged_search import MergedSearch
from runtui.services.search import LineSearch
from runtui.services.series import LogSeries
from runtui.tui.error_lines import WARNING_SIGNS, ErrorLines
from runtui.tui.widgets.folded_lines import FoldedLines


class LogText:
    """What a log screen knows of the lines it shows. `advance` is for one thread; `near` is about when they were
    written, in seconds since 1970, for times without a date."""

    def __init__(self, logs: Sequence[tuple[str, IndexedFile]], *, near: float | None = None) -> None:
        self.logs: Final = tuple(logs)
        self.near: Final = near
        self.merged: Final = MergedLines(logs, near=near) if len(logs) > 1 else None
        self.lines: Final[MergedLines | IndexedFile] = self.merged or logs[0][1]
        self.errors: Final = FoundRecords([ErrorLines(spool) for _, spool in logs], self.merged)
        self.warnings: FoundRecords | None = None
        """Looked for only once somebody asks for them."""
        self.search: LineSearch | MergedSearch | None = None
        self.filtered: FilteredLines | None = None
        self.folds: dict[tuple[int, int], range] = {}
        """The lines of each folded record in its own log, by that log and the first of them."""
        self.series: list[LogSeries] = []

    @property
    def names(self) -> tuple[str, ...]:
        """The names of several logs; none when there is but one."""
        return self.merged.names if self.merged is not None else ()

    @property
    def rules(self) -> LineFilter:
        """Which lines are shown."""
        return LineFilter() if self.filtered is None else self.filtered.rules

    def search_for(self, text: str) -> None:
        """Look for a pattern, or for none. Raises ConfigError."""
        if not text:
            self.search = None
        elif self.merged is not None:
            self.search = MergedSearch(self.merged, text)
        else:
            self.search = LineSearch(self.logs[0][1], text)

    def filter_by(self, rules: LineFilter) -> None:
        """Show these lines only. Raises ConfigError."""
        filtered = None if rules.is_empty else FilteredLines(self.lines, rules)
        if self.filtered is not None:
            self.filtered.close()
        self.filtered = filtered

    def view(self) -> LineSource | None:
        """What is shown of the lines; None when all are."""
        shown = self.filtered or self.lines
        if self.folds:
            folds = (self._placed(origin, lines) for (origin, _), lines in self.folds.items())
            return FoldedLines(self.lines, shown, sorted(folds, key=_start))
        return self.filtered

    def own_lines(self, lines: range) -> tuple[int, range]:
        """The log that a record of the whole text is of, and its lines there; lines of other logs between are none of
        it. Raises IndexError where there is no such line."""
        if self.merged is None:
            return 0, lines
        origin, first = self.merged.origin_of(lines.start)
        return origin, range(first, self.merged.origin_of(lines[-1])[1] + 1)

    def _placed(self, origin: int, lines: range) -> range:
        """The lines of a record in the whole text, up to where lines of other logs stand between them."""
        merged = self.merged
        if merged is None:
            return lines
        first, last = merged.place_of(origin, lines.start), merged.place_of(origin, lines[-1])
        if first is None:
            return range(0)
        if last is not None and last - first == len(lines) - 1:
            return range(first, last + 1)
        count = 1
        while count < len(lines) and merged.place_of(origin, lines.start + count) == first + count:
            count += 1
        return range(first, first + count)

    def look_for_warnings(self) -> "FoundRecords":
        """Look for warnings from now on; gives those found so far."""
        if self.warnings is None:
            found = [ErrorLines(spool, LogLevel.WARNING, WARNING_SIGNS) for _, spool in self.logs]
            self.warnings = FoundRecords(found, self.merged)
        return self.warnings

    def close(self) -> None:
        """Listen to the logs no more."""
        if self.filtered is not None:
            self.filtered.close()
        if self.merged is not None:
            self.merged.close()

    # finding

    def _asked_for(self) -> list[Advancing]:
        """What somebody waits for."""
        found: list[Advancing | None] = [
            self.search, self.merged, self.filtered, self.warnings, *self.series,
        ]  # fmt: skip
        return [finder for finder in found if finder is not None]

    @property
    def is_behind(self) -> bool:
        """Whether there is something that was not looked at."""
        return any(finder.is_behind for finder in (*self._asked_for(), self.errors))

    def advance(self, cancelled: Callable[[], bool]) -> Iterator[None]:
        """Look on to the present end, a piece for each that looks, in turn; errors, for which nobody waits, last."""
        known = -1
        while known != self.lines.byte_count and not cancelled():
            known = self.lines.byte_count
            for finders in (self._asked_for(), [self.errors]):
                running = [finder.advance(cancelled) for finder in finders if finder.is_behind]
                while running:
                    for one in tuple(running):
                        if next(one, None) is None:
                            running.remove(one)
                        yield


def _start(lines: range) -> int:
    return lines.start


class FoundRecords:
    """The lines that begin an error, or a warning, in one log or several, by their numbers in the whole text."""

    def __init__(self, found: Sequence[ErrorLines], merged: MergedLines | None) -> None:
        self._found = tuple(found)
        self._merged = merged
        self._placed_for: object = None
        self._lines: Sequence[int] = array("I")

    @property
    def is_behind(self) -> bool:
        """Whether there is something that was not looked at."""
        return any(found.is_behind for found in self._found)

    def advance(self, cancelled: Callable[[], bool] = never) -> Iterator[int]:
        """Look on to the present end; gives how many are found after each piece."""
        for found in self._found:
            for _ in found.advance(cancelled):
                yield sum(len(one.lines) for one in self._found)

    @property
    def lines(self) -> Sequence[int]:
        """Ascending; several logs' are put in order anew when anything changed."""
        if self._merged is None:
            return self._found[0].lines
        made_for = (self._merged.generation, self._merged.line_count, *(len(found.lines) for found in self._found))
        if made_for != self._placed_for:
            self._placed_for = made_for
            self._lines = array("I", sorted(line for line, _ in self._placed()))
        return self._lines

    def records(self) -> Iterator[tuple[int, range]]:
        """The log and the lines there of each record that has more than one."""
        for origin, found in enumerate(self._found):
            for record in tuple(found.records):
                yield origin, record

    def _placed(self) -> Iterator[tuple[int, int]]:
        assert self._merged is not None
        for origin, found in enumerate(self._found):
            for line in tuple(found.lines):
                place = self._merged.place_of(origin, line)
                if place is not None:
                    yield place, origin
