"""Keeps the columns of a table where they are, though the rows in sight keep changing."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec.structs import replace

from runtui.render.column_layout import GAP, Slot, lay_out
from runtui.render.columns import Column
from runtui.render.widths import Align, cell_width, decimal_tail

SHRINK_FROM: Final = 4
"""A column gives room back only once it has so many cells too many: for less the eye would only jump."""


class SlotKeeper:
    """The slots of the columns last drawn: those of the first columns that fit, at least one.

    For every column it remembers the texts that made it as wide as it is, so that it grows at once when a wider text
    comes into sight, and shrinks only on a change of page, and then only by a fair amount.
    """

    def __init__(self) -> None:
        self.slots: list[Slot] = []
        self._columns: tuple[Column[Any], ...] = ()
        self._available = 0
        self._widest: list[tuple[str, ...]] = []

    def forget(self) -> None:
        """Let the columns be as wide as what is in sight next needs them, wherever they were."""
        self._columns = ()

    def settle(
        self,
        columns: Sequence[Column[Any]],
        headings: Sequence[str],
        texts: Sequence[Sequence[str]],
        available: int,
        *,
        may_shrink: bool,
    ) -> bool:
        """Take in the texts in sight, one sequence per column. Tells whether a column moved or changed its width."""
        before = self.slots
        same = tuple(columns) == self._columns and available == self._available
        self._columns, self._available = tuple(columns), available
        columns = [replace(column, title=heading) for column, heading in zip(columns, headings, strict=True)]
        fresh = _fitting(columns, texts, available)
        if not same or (may_shrink and self._is_loose(fresh)):
            self.slots = fresh
            self._widest = [_widest(column) for column in texts]
        elif self._is_tight(fresh):
            self._widest = [_widest((*kept, *new)) for kept, new in zip(self._widest, texts, strict=True)]
            self.slots = _fitting(columns, self._widest, available)
        return self.slots != before

    def _is_loose(self, fresh: Sequence[Slot]) -> bool:
        pairs = zip(self.slots, fresh, strict=False)
        return len(fresh) > len(self.slots) or any(kept.width - slot.width >= SHRINK_FROM for kept, slot in pairs)

    def _is_tight(self, fresh: Sequence[Slot]) -> bool:
        pairs = zip(self.slots, fresh, strict=False)
        return len(fresh) < len(self.slots) or any(
            slot.width > kept.width or slot.tail > kept.tail for kept, slot in pairs
        )


def _fitting(columns: Sequence[Column[Any]], texts: Sequence[Sequence[str]], available: int) -> list[Slot]:
    """The slots of as many columns as fit when each is as narrow as may be; together they use all the room."""
    rigid = [_rigid(*each) for each in zip(columns, texts, strict=True)]
    count, used = 0, -GAP
    for column in rigid:
        used += GAP + column.min_width
        if used > available and count:
            break
        count += 1
    return lay_out(rigid[:count], texts[:count], available)


def _rigid(column: Column[Any], texts: Sequence[str]) -> Column[Any]:
    """The column with room for its heading, no wider than its content needs, and too stiff to cut a number: half a
    number is a wrong number.
    """
    if column.is_fixed:
        return column
    least = column.min_width
    column = replace(column, width=max(column.width, cell_width(column.title)), min_width=1)
    (slot,) = lay_out([column], [texts], column.width)
    return replace(column, min_width=slot.width if column.align is not Align.LEFT else min(least, slot.width))


def _widest(texts: Sequence[str]) -> tuple[str, ...]:
    """The texts of a column that decide how wide it is: the longest, and the ones with most on a side of the point."""
    if not texts:
        return ()
    return tuple({max(texts, key=cell_width), max(texts, key=decimal_tail), max(texts, key=_head)})


def _head(text: str) -> int:
    return cell_width(text) - decimal_tail(text)
