"""Numbers of lines, held as stretches without a hole."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator


class KeptLines:
    """Ascending numbers of lines. A number costs nothing where it follows the one before it."""

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
        end = self.end
        first = max(first, end)
        if first >= last:
            return
        if not self._firsts or first != end:
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
