"""Which parts of a file are there."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

Span = tuple[int, int]
"""The position of the first byte and the one after the last."""


class Spans:
    """A set of positions as sorted spans that neither touch nor overlap."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self.total = 0
        """How many positions are in it."""

    def __iter__(self) -> Iterator[Span]:
        return zip(tuple(self._starts), tuple(self._ends), strict=True)

    def add(self, start: int, end: int) -> None:
        """Put a span in, joining it with those it touches."""
        if end <= start:
            return
        first = bisect_left(self._ends, start)
        last = bisect_right(self._starts, end)
        if first < last:
            start = min(start, self._starts[first])
            end = max(end, self._ends[last - 1])
        replaced = sum(self._ends[first:last]) - sum(self._starts[first:last])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]
        self.total += end - start - replaced

    @property
    def beginning(self) -> int:
        """How much is there from the very beginning on without a gap."""
        return self._ends[0] if self._starts and self._starts[0] == 0 else 0

    def missing(self, size: int) -> list[Span]:
        """What is not there of the positions below `size`, in order."""
        gaps: list[Span] = []
        at = 0
        for start, end in self:
            if start >= size:
                break
            if start > at:
                gaps.append((at, start))
            at = end
        if at < size:
            gaps.append((at, size))
        return gaps
