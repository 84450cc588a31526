"""Some lines of a log: those that filters let in and do not keep out, with the lines around them."""

import threading
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from runtui.model.lines import GrowingLines, Line, LineKind
from runtui.services.advancing import never
from runtui.services.search import Finder

_LINES_AT_A_TIME: Final = 2000
_CHANGES_KEPT: Final = 64


class LineFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines to show: those in which one of `include` occurs (every line without any) and none of `exclude`,
    and `context` lines before and after each that are not kept out. Patterns are typed as for a search."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    context: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether every line is shown."""
        return not self.include and not self.exclude


class _KeptLines:
    """Numbers of lines that were kept, ascending, held as stretches without a hole."""

    def __init__(self) -> None:
        self.count = 0
        self._firsts = array("I")
        self._befores = array("I")
        """How many lines are kept before each stretch."""

    @property
    def end(self) -> int:
        """The line after the last one kept."""
        return self._firsts[-1] + self.count - self._befores[-1] if self._firsts else 0

    def keep(self, first: int, last: int) -> None:
        """Keep the lines from `first` up to and without `last`, as far as they come after those kept already."""
        first = max(first, self.end)
        if first >= last:
            return
        if not self._firsts or first != self.end:
            self._firsts.append(first)
            self._befores.append(self.count)
        self.count += last - first

    def forget_from(self, line: int) -> int:
        """Keep none from this line on; returns how many are left."""
        self.count = self.place(line)
        while self._befores and self._befores[-1] >= self.count:
            self._befores.pop()
            self._firsts.pop()
        return self.count

    def line(self, place: int) -> int:
        """The line that is kept at a place."""
        stretch = bisect_right(self._befores, place) - 1
        return self._firsts[stretch] + place - self._befores[stretch]

    def place(self, line: int) -> int:
        """How many kept lines come before a line."""
        stretch = bisect_right(self._firsts, line) - 1
        if stretch < 0:
            return 0
        end = self._befores[stretch + 1] if stretch + 1 < len(self._befores) else self.count
        return min(end, self._befores[stretch] + line - self._firsts[stretch])

    def stretches(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """First line and count of the stretches between two places."""
        stretch = max(0, bisect_right(self._befores, first) - 1)
        while first < min(last, self.count):
            end = self._befores[stretch + 1] if stretch + 1 < len(self._befores) else self.count
            count = min(end, last) - first
            yield self._firsts[stretch] + first - self._befores[stretch], count
            first += count
            stretch += 1


class FilteredLines:
    """The lines of a source that a filter shows, found further as it grows. Lines that say that something is missing
    are always shown. Implements `model.lines.GrowingLines` and `Advancing`; raises ConfigError for a pattern that is
    no regular expression.

    `advance` is for one thread at a time; everything else may be called from any.
    """

    def __init__(self, source: GrowingLines, rules: LineFilter) -> None:
        self.rules: Final = rules
        self._source = source
        self._include = [Finder(text) for text in rules.include]
        self._exclude = [Finder(text) for text in rules.exclude]
        self._lock = threading.RLock()
        self._kept = _KeptLines()
        self._looked_to = 0
        self._last: Line | None = None
        self._bytes = -1
        self._let_in: int | None = None
        """The last line that was let in for its own sake."""
        self._recent: list[int] = []
        """Lines since then that may have to be shown before the next such line."""
        self._source_generation = source.generation
        self._generation = 0
        self._changes: list[tuple[int, int]] = []
        self._watchers: list[Callable[[], None]] = []
        self._stop_watching = source.watch(self._tell)

    def close(self) -> None:
        """Listen to the source no more. It is not closed."""
        self._stop_watching()

    @property
    def line_count(self) -> int:
        """Lines shown so far."""
        return self._kept.count

    @property
    def byte_count(self) -> int:
        """Bytes of the whole source."""
        return self._source.byte_count

    @property
    def generation(self) -> int:
        """Grows when lines that were given out changed or went away."""
        return self._generation

    def unchanged_lines(self, since: int) -> int:
        """How many of the first lines are as they were at generation `since`."""
        with self._lock:
            if since == self._generation:
                return self.line_count
            if not self._changes or since + 1 < self._changes[0][0]:
                return 0
            return min(line for generation, line in self._changes if generation > since)

    def lines(self, first: int, count: int) -> list[Line]:
        """Lines `first` to `first + count` of those shown."""
        with self._lock:
            stretches = list(self._kept.stretches(max(0, first), max(0, first + count)))
        return [line for start, length in stretches for line in self._source.lines(start, length)]

    def source_line(self, number: int) -> int:
        """The number a shown line has in the source. Raises IndexError where there is none."""
        with self._lock:
            if not 0 <= number < self._kept.count:
                raise IndexError(number)
            return self._kept.line(number)

    def place_of(self, line: int) -> int | None:
        """The place at which a line of the source is shown, or None when it is not."""
        place = self.nearest(line)
        with self._lock:
            return place if place < self._kept.count and self._kept.line(place) == line else None

    def nearest(self, line: int) -> int:
        """The place of the first shown line that is not before a line of the source; the last when there is none."""
        with self._lock:
            return max(0, min(self._kept.place(line), self._kept.count - 1))

    def watch(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """Call `on_change` from any thread whenever the source changed or more is shown."""
        self._watchers.append(on_change)

        def leave() -> None:
            if on_change in self._watchers:
                self._watchers.remove(on_change)

        return leave

    def _tell(self) -> None:
        for watcher in tuple(self._watchers):
            watcher()

    # looking

    @property
    def is_behind(self) -> bool:
        """Whether there are lines that were not looked at."""
        source = self._source
        return (
            self._looked_to < source.line_count
            or self._bytes != source.byte_count
            or self._source_generation != source.generation
        )

    def advance(self, cancelled: Callable[[], bool] = never) -> Iterator[int]:
        """Look on to the present end; gives how many lines are shown after each piece."""
        source = self._source
        generation, end, size = source.generation, source.line_count, source.byte_count
        if generation != self._source_generation:
            unchanged = source.unchanged_lines(self._source_generation)
            self._source_generation = generation
            self._look_again_from(unchanged)
        elif size != self._bytes and self._last_line_grew():
            self._look_again_from(self._looked_to - 1)
        self._bytes = size
        while self._looked_to < end and not cancelled():
            first = self._looked_to
            lines = source.lines(first, min(_LINES_AT_A_TIME, end - first))
            if not lines:
                return
            with self._lock:
                for number, line in enumerate(lines, first):
                    self._look_at(number, line)
                self._looked_to, self._last = first + len(lines), lines[-1]
            self._tell()
            yield self._kept.count
        if self._looked_to < end:
            self._bytes = -1

    def _look_at(self, number: int, line: Line) -> None:
        context = self.rules.context
        if line.kind is LineKind.GAP:
            self._kept.keep(number, number + 1)
        elif any(finder.matches(line.content) for finder in self._exclude):
            return
        elif not self._include or any(finder.matches(line.content) for finder in self._include):
            for before in self._recent:
                if before >= number - context:
                    self._kept.keep(before, before + 1)
            self._recent.clear()
            self._kept.keep(number, number + 1)
            self._let_in = number
        elif self._let_in is not None and number - self._let_in <= context:
            self._kept.keep(number, number + 1)
        elif context:
            self._recent.append(number)
            del self._recent[:-context]

    def _look_again_from(self, line: int) -> None:
        """Look at the lines from one on again. What is shown around them is found again with them."""
        line, context = min(line, self._looked_to), self.rules.context
        with self._lock:
            before = self._kept.count
            left = self._kept.forget_from(max(0, line - context))
            self._looked_to = max(0, line - 2 * context)
            self._let_in, self._recent = None, []
            if left < before:
                self._generation += 1
                self._changes.append((self._generation, left))
                del self._changes[:-_CHANGES_KEPT]

    def _last_line_grew(self) -> bool:
        """Whether the last line that was looked at has changed since."""
        return self._looked_to > 0 and self._source.lines(self._looked_to - 1, 1) != [self._last]


def filter_of(include: Iterable[str] = (), exclude: Iterable[str] = (), context: int = 0) -> LineFilter:
    """A filter of typed patterns."""
    return LineFilter(include=tuple(include), exclude=tuple(exclude), context=context)
