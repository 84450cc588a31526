"""The order of the lines of several logs, held in a few bytes per change from one log to another."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator


class MergeOrder:
    """Stretches of lines of one log each, one after the other. Within a log the order of its lines is kept."""

    def __init__(self, origins: int) -> None:
        self.line_count = 0
        self._starts = array("I")
        self._origins = array("H")
        self._firsts = array("I")
        self._stretches = [array("I") for _ in range(origins)]
        """By log, which stretches are its own."""
        self.placed = [0] * origins
        """By log, how many of its lines have a place."""

    def add_origin(self) -> None:
        """Take one more log in."""
        self._stretches.append(array("I"))
        self.placed.append(0)

    def append(self, origin: int, count: int) -> None:
        """The next lines are the next `count` of a log."""
        if count <= 0:
            return
        if not self._origins or self._origins[-1] != origin:
            self._stretches[origin].append(len(self._starts))
            self._starts.append(self.line_count)
            self._origins.append(origin)
            self._firsts.append(self.placed[origin])
        self.line_count += count
        self.placed[origin] += count

    def cut_to(self, count: int) -> None:
        """Take the places of all lines after the first `count` away."""
        if count >= self.line_count:
            return
        while self._starts and self._starts[-1] >= count:
            origin = self._origins.pop()
            self.placed[origin] = self._firsts.pop()
            self._starts.pop()
            self._stretches[origin].pop()
        self.line_count = count
        if self._starts:
            self.placed[self._origins[-1]] = self._firsts[-1] + count - self._starts[-1]

    def origin_of(self, number: int) -> tuple[int, int]:
        """The log and the line in it that stands at a place. Raises IndexError where there is none."""
        if not 0 <= number < self.line_count:
            raise IndexError(number)
        stretch = bisect_right(self._starts, number) - 1
        return self._origins[stretch], self._firsts[stretch] + number - self._starts[stretch]

    def place_of(self, origin: int, line: int) -> int | None:
        """The place of a line of a log; None when it has none yet."""
        if not 0 <= line < self.placed[origin]:
            return None
        own = self._stretches[origin]
        stretch = own[bisect_right(own, line, key=self._firsts.__getitem__) - 1]
        return self._starts[stretch] + line - self._firsts[stretch]

    def stretches(self, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        """The log, its first line and the count of the stretches between two places, in order."""
        last = min(last, self.line_count)
        stretch = max(0, bisect_right(self._starts, first) - 1)
        while first < last:
            end = self._starts[stretch + 1] if stretch + 1 < len(self._starts) else self.line_count
            count = min(end, last) - first
            yield self._origins[stretch], self._firsts[stretch] + first - self._starts[stretch], count
            first += count
            stretch += 1

    def stretch_count(self) -> int:
        """How many stretches there are."""
        return len(self._starts)

    def stretch(self, number: int) -> tuple[int, int, int]:
        """The place, the log and the first line of a stretch."""
        return self._starts[number], self._origins[number], self._firsts[number]
