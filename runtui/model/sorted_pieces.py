"""Sorting many values bit by bit, so that whoever does it can stop for something else in between."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

_SAMPLED: Final = 64
"""Of each piece every so manieth value is looked at to see how the values lie."""
_A_PIECE: Final = 32
"""So many of those are as many values as a piece of the order has."""


class SortedPieces(Generic[T]):
    """Values that come in pieces and leave in order, again in pieces, none of them much longer than 2,000 values.

    Each piece is sorted when it comes. The order is then cut where the pieces say that it can be, and what lies
    between two cuts is taken out of all of them: there is no step that takes long. Values must differ.
    """

    def __init__(self) -> None:
        self._pieces: list[list[Any]] = []

    def add(self, values: list[T]) -> None:
        """Take in a piece, which is kept and sorted in place."""
        if values:
            values.sort()
            self._pieces.append(values)

    def in_order(self, *, descending: bool = False) -> Iterator[list[T]]:
        """The order from its beginning, or from its end. What was given out is let go of here, bit by bit too."""
        pieces, cuts = self._pieces, self._cuts()
        bounds = [[0, *[bisect_right(piece, cut) for cut in cuts], len(piece)] for piece in pieces]
        places = range(len(cuts) + 1 if pieces else 0)
        if not descending:
            for piece in pieces:
                piece.reverse()  # so that what comes next is at the end of each, where it is taken off easily
        for place in reversed(places) if descending else places:
            between: list[T] = []
            for piece, bound in zip(pieces, bounds, strict=True):
                start = len(piece) - (bound[place + 1] - bound[place])
                between += piece[start:]
                del piece[start:]
            between.sort(reverse=descending)
            yield between

    def _cuts(self) -> list[Any]:
        """Values between which there are about as many others each."""
        return sorted([value for piece in self._pieces for value in piece[::_SAMPLED]])[_A_PIECE::_A_PIECE]
