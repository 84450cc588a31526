"""A text in which records of several lines may be folded to their first."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Final

from runtui.model.lines import Line, LineSource
from runtui.tui.widgets.line_views import LineMap


class FoldedLines:
    """The lines of a source but those folded away. Implements `LineSource` and `NarrowedLines`.

    `folds` are records as ranges of lines of the whole text, ascending, none within another; of those of which only
    some lines are shown, those are folded that follow the first one shown.
    """

    def __init__(self, base: LineSource, source: LineSource, folds: Iterable[range]) -> None:
        self._source: Final = source
        self._map = LineMap(base, source)
        self._generation = source.generation
        shown = [span for fold in folds if len(span := self._places(fold)) > 1]
        self._firsts = [span.start for span in shown]
        self._hidden = list(accumulate((len(span) - 1 for span in shown), initial=0))

    def _places(self, fold: range) -> range:
        first = self._map.shown(fold.start)
        if first is None:
            return range(0)
        last = self._map.nearest(fold[-1])
        while last > first and self._map.base_line(last) > fold[-1]:
            last -= 1
        return range(first, last + 1)

    def _length(self, fold: int) -> int:
        return self._hidden[fold + 1] - self._hidden[fold]

    @property
    def line_count(self) -> int:
        """Lines that are not folded away."""
        return self._source.line_count - self._hidden[-1]

    @property
    def byte_count(self) -> int:
        """Bytes of the source, folded or not."""
        return self._source.byte_count

    @property
    def generation(self) -> int:
        """That of the source."""
        return self._source.generation

    @property
    def is_outdated(self) -> bool:
        """Whether lines of the source have changed, so that the folds may be at other places."""
        return self._source.generation != self._generation

    def hidden_after(self, number: int) -> int:
        """How many lines are folded away after a shown one."""
        inner = self._inner(number)
        fold = bisect_right(self._firsts, inner) - 1
        return self._length(fold) if fold >= 0 and self._firsts[fold] == inner else 0

    def _inner(self, number: int) -> int:
        """The place a shown line has in the source."""
        low, high = 0, len(self._firsts)
        while low < high:
            middle = (low + high) // 2
            if self._firsts[middle] - self._hidden[middle] < number:
                low = middle + 1
            else:
                high = middle
        return number + self._hidden[low]

    def _outer(self, inner: int) -> tuple[int, bool]:
        """Where a line of the source is shown, or its record's first line, and whether it is shown itself."""
        fold = bisect_right(self._firsts, inner) - 1
        if fold < 0:
            return inner, True
        into = inner - self._firsts[fold]
        if 0 < into <= self._length(fold):
            return self._firsts[fold] - self._hidden[fold], False
        return inner - self._hidden[fold + (1 if into else 0)], True

    def lines(self, first: int, count: int) -> list[Line]:
        """Lines `first` to `first + count`, fewer where the source ends."""
        found: list[Line] = []
        first = max(0, first)
        last = min(first + count, self.line_count)
        while first < last:
            inner = self._inner(first)
            fold = bisect_right(self._firsts, inner)
            until = self._firsts[fold] + 1 if fold < len(self._firsts) else inner + last - first
            if fold and self._firsts[fold - 1] == inner:
                until = inner + 1
            length = min(until - inner, last - first)
            read = self._source.lines(inner, length)
            found.extend(read)
            if len(read) < length:
                break
            first += length
        return found

    def source_line(self, number: int) -> int:
        """The number a shown line has in the whole text."""
        if not 0 <= number < self.line_count:
            raise IndexError(number)
        return self._map.base_line(self._inner(number))

    def place_of(self, line: int) -> int | None:
        """Where a line of the whole text is shown; None when it is not."""
        inner = self._map.shown(line)
        if inner is None:
            return None
        place, is_shown = self._outer(inner)
        return place if is_shown else None

    def nearest(self, line: int) -> int:
        """Where a line of the whole text is shown, or the record it is folded into, or what comes next."""
        return max(0, min(self._outer(self._map.nearest(line))[0], self.line_count - 1))

    def watch(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """Call `on_change` whenever the source changed."""
        return self._source.watch(on_change)
