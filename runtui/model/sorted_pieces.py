"""Sorting many things bit by bit, so that whoever does it can stop for something else in between."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

Entry = tuple[float | str, float, T]
"""What a thing is sorted by, what else where that is the same, and the thing, which is compared last of all."""

_SAMPLED: Final = 64
"""Of each piece every so manieth entry is looked at to see how they lie."""
_A_PIECE: Final = 32
"""So many of those are as many entries as a piece of the order has."""


class SortedPieces(Generic[T]):
    """Entries that come in pieces and leave in order, again in pieces, none of them much longer than 2,000 entries.

    Each piece is sorted when it comes. The order is then cut where the pieces say that it can be, and what lies
    between two cuts is taken out of all of them: there is no step that takes long. Entries must differ.
    """

    def __init__(self) -> None:
        self._pieces: list[_Piece[T]] = []

    def add(self, entries: list[Entry[T]]) -> None:
        """Take in a piece of the entries."""
        if entries:
            self._pieces.append(_Piece(sorted(entries)))

    def in_order(self, *, descending: bool = False) -> Iterator[list[Entry[T]]]:
        """The order from its beginning, or from its end. What was given out is let go of here, bit by bit too."""
        pieces, cuts = self._pieces, self._cuts()
        bounds = [[0, *[bisect_right(piece, cut) for cut in cuts], len(piece)] for piece in pieces]
        places = range(len(cuts) + 1 if pieces else 0)
        if not descending:
            for piece in pieces:
                piece.reverse()  # so that what comes next is at the end of each, where it is taken off easily
        for place in reversed(places) if descending else places:
            between: list[Any] = []
            for piece, bound in zip(pieces, bounds, strict=True):
                between += piece.take_off(bound[place + 1] - bound[place])
            between.sort(reverse=descending)
            yield between

    def _cuts(self) -> list[Any]:
        """Entries between which there are about as many others each."""
        sample: list[Any] = [piece[at] for piece in self._pieces for at in range(0, len(piece), _SAMPLED)]
        return sorted(sample)[_A_PIECE::_A_PIECE]


class _Piece(Sequence[Entry[T]]):
    """Sorted entries in columns: 100,000 tuples and their numbers would take 13 MB for a moment, and leave gaps."""

    def __init__(self, entries: list[Entry[T]]) -> None:
        keys: list[Any] = [entry[0] for entry in entries]
        are_floats = {key.__class__ for key in keys} == {float}
        self._keys: array[float] | list[Any] = array("d", keys) if are_floats else keys
        self._others = array("d", [entry[1] for entry in entries])
        self._things = [entry[2] for entry in entries]

    def __len__(self) -> int:
        return len(self._things)

    def __getitem__(self, at: Any) -> Any:
        return self._keys[at], self._others[at], self._things[at]

    def reverse(self) -> None:
        """The last one is the first one from now on."""
        self._keys.reverse()
        self._others.reverse()
        self._things.reverse()

    def take_off(self, count: int) -> Iterator[Entry[T]]:
        """The last `count` entries, which are no longer here."""
        start = len(self) - count
        taken = zip(self._keys[start:], self._others[start:], self._things[start:], strict=True)
        del self._keys[start:], self._others[start:], self._things[start:]
        return taken
