"""Sorting bit by bit: nothing is ever sorted at once that took longer than merging two halves."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

_ONE_BY_ONE: Final = 64


class Stretches(Generic[T]):
    """Values kept in sorted stretches of falling length.

    What is added becomes a stretch; it is merged with the one before while that is not longer. So a value is merged
    once for each doubling, and the longest single step merges two stretches, at the speed of copying.
    """

    def __init__(self, *, descending: bool = False) -> None:
        self._descending = descending
        self._stretches: list[list[T]] = []

    def __len__(self) -> int:
        return sum(map(len, self._stretches))

    def __iter__(self) -> Iterator[list[T]]:
        """The stretches, the longest first. They must not be changed."""
        return iter(self._stretches)

    def add(self, values: Iterable[T]) -> None:
        """Take in some values: a piece of what there is, for each call sorts its own."""
        added = self._sorted(list(values))
        if not added:
            return
        while self._stretches and len(self._stretches[-1]) <= len(added):
            added = self._sorted(self._stretches.pop() + added)
        self._stretches.append(added)

    def merge_once(self) -> bool:
        """Merge the two shortest stretches. Tells whether there were two."""
        if len(self._stretches) < 2:
            return False
        last = self._stretches.pop()
        self._stretches.append(self._sorted(self._stretches.pop() + last))
        return True

    def take_out(self, values: Collection[T]) -> None:
        """Let go of these values. Only where the order is ascending."""
        if len(values) <= _ONE_BY_ONE:
            for value in values:
                self._take_one_out(value)
        else:
            gone = set(values)
            self._stretches = [[value for value in stretch if value not in gone] for stretch in self._stretches]
        self._stretches = sorted(filter(None, self._stretches), key=len, reverse=True)

    def _take_one_out(self, value: Any) -> None:
        for stretch in self._stretches:
            place = bisect_left(stretch, value)
            if place < len(stretch) and stretch[place] == value:
                del stretch[place]
                return

    def _sorted(self, values: list[Any]) -> list[Any]:
        values.sort(reverse=self._descending)
        return values
