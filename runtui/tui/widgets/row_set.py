"""Which rows a list shows, which one the cursor is on and which are marked: all by key, never by place."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final, Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)

_NEAR: Final = 64


class RowSet(Generic[KeyT]):
    """The order of the rows, the cursor and the marks.

    `keys` is used as it is, not copied: replace it through `replace`, never change it in place. Without rows the
    cursor is None. A mark stays while its row is out of sight (filtered away) until `forget` says the row is gone.
    """

    def __init__(self, keys: Sequence[KeyT] = ()) -> None:
        self.keys: Sequence[KeyT] = keys
        self._index = 0
        self._marks: set[KeyT] = set()
        self._anchor: KeyT | None = None
        self._anchor_index = 0

    @property
    def cursor_index(self) -> int | None:
        """The place of the cursor's row, counted from 0."""
        return self._index if self.keys else None

    @property
    def cursor_key(self) -> KeyT | None:
        """The row the cursor is on."""
        return self.keys[self._index] if self.keys else None

    def replace(self, keys: Sequence[KeyT]) -> None:
        """Show other rows or another order; the cursor stays on its row, or goes to the nearest one that is left."""
        old, index = self.keys, self._index
        self.keys = keys
        if not keys or not old:
            self._index, self._anchor = 0, None
            return
        place = self.index_of(old[index], near=index)
        if place is None:
            place = self._neighbour(old, index)
        self._index = place
        self._follow_anchor()

    def _neighbour(self, old: Sequence[KeyT], index: int) -> int:
        """Where the first surviving row below the old cursor is now, else the first above, else the same place."""
        below, above = islice(old, index + 1, None), reversed(old[:index])
        left = set(old[index : index + _NEAR]).intersection(self.keys) or set(self.keys)
        nearest = next(filter(left.__contains__, chain(below, above)), None)
        place = None if nearest is None else self.index_of(nearest, near=index)
        return min(index, len(self.keys) - 1) if place is None else place

    def _follow_anchor(self) -> None:
        if self._anchor is None:
            return
        place = self.index_of(self._anchor, near=self._anchor_index)
        if place is None:
            self._anchor = None
        else:
            self._anchor_index = place

    def index_of(self, key: KeyT, near: int = 0) -> int | None:
        """The place of a row, looked for around `near` first; None when it is not shown."""
        keys = self.keys
        low, high = max(0, near - _NEAR), min(len(keys), near + _NEAR)
        for index in range(low, high):
            if keys[index] == key:
                return index
        try:
            return keys.index(key)
        except ValueError:
            return None

    def move_to(self, index: int) -> bool:
        """Put the cursor on the row at `index`, or the nearest end. Tells whether it moved."""
        before = self._index
        self._index = max(0, min(index, len(self.keys) - 1))
        return self._index != before

    def move_to_key(self, key: KeyT) -> bool:
        """Put the cursor on a row. Tells whether it is shown at all."""
        place = self.index_of(key, near=self._index)
        if place is None:
            return False
        self._index = place
        return True

    # Marks

    @property
    def marks(self) -> frozenset[KeyT]:
        """Every marked row, the ones out of sight and those of an unfinished range included."""
        return frozenset(self._marks.union(self._range_keys()))

    @property
    def mark_count(self) -> int:
        """How many rows are marked."""
        return len(self._marks) if self._anchor is None else len(self.marks)

    def marked_in_order(self) -> list[KeyT]:
        """The marked rows that are shown, in the order in which they are."""
        marks = self.marks
        return [key for key in self.keys if key in marks] if marks else []

    def is_marked(self, index: int) -> bool:
        """Whether the row at `index` is marked."""
        return self.keys[index] in self._marks or (self._anchor is not None and index in self._range())

    @property
    def is_ranging(self) -> bool:
        """Whether a range has been begun and not ended."""
        return self._anchor is not None

    def _range(self) -> range:
        low, high = sorted((self._anchor_index, self._index))
        return range(low, high + 1)

    def _range_keys(self) -> Iterator[KeyT]:
        return iter(()) if self._anchor is None else (self.keys[index] for index in self._range())

    def toggle_mark(self) -> None:
        """Mark the cursor's row, or take its mark away; ends a range first."""
        if not self.keys:
            return
        if self._anchor is not None:
            self.end_range()
            return
        self._marks ^= {self.keys[self._index]}

    def toggle_range(self) -> None:
        """Begin a range at the cursor, or end the one that was begun, marking its rows."""
        if self._anchor is not None:
            self.end_range()
        elif self.keys:
            self._anchor, self._anchor_index = self.keys[self._index], self._index

    def end_range(self) -> None:
        """Keep the marks of the range."""
        self._marks.update(self._range_keys())
        self._anchor = None

    def toggle_all(self) -> None:
        """Mark all rows shown; when all are marked already, take their marks away."""
        self._anchor = None
        if self._marks.issuperset(self.keys):
            self._marks.difference_update(self.keys)
        else:
            self._marks.update(self.keys)

    def set_marks(self, marks: Iterable[KeyT]) -> None:
        """Mark exactly these rows."""
        self._anchor = None
        self._marks = set(marks)

    def forget(self, keys: Iterable[KeyT]) -> None:
        """Drop the marks of rows that do not exist any more."""
        self._marks.difference_update(keys)
