"""Keeping many values sorted while some come and go."""

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

    def __init__(self) -> None:
        self._stretches: list[list[T]] = []

    def __len__(self) -> int:
        return sum(map(len, self._stretches))

    def __iter__(self) -> Iterator[list[T]]:
        """The stretches, the longest first. They must not be changed."""
        return iter(self._stretches)

    def add(self, values: Iterable[T]) -> None:
        """Take in some values: a piece of what there is, for each call sorts its own."""
        added: list[Any] = list(values)
        if not added:
            return
        added.sort()
        while self._stretches and len(self._stretches[-1]) <= len(added):
            added = self._stretches.pop() + added
            added.sort()
        self._stretches.append(added)

    def take_out(self, values: Collection[T]) -> None:
        """Let go of these values."""
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
