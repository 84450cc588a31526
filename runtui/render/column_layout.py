"""How wide the columns of a table are, and a text brought to that width."""

from collections.abc import Sequence
from typing import Any

import msgspec

from runtui.render.columns import Column
from runtui.render.glyphs import UNICODE, Glyphs
from runtui.render.widths import Align, cell_width, decimal_tail, fit, is_number_text, truncate_middle

GAP = 2
"""Cells between two columns."""


class Slot(msgspec.Struct, frozen=True):
    """The place of one column: its width, and how many of its cells stand right of decimal points."""

    width: int
    align: Align = Align.LEFT
    tail: int = 0
    cut_middle: bool = False

    def place(self, text: str, glyphs: Glyphs = UNICODE) -> str:
        """The text in exactly `width` cells."""
        if self.align is Align.DECIMAL:
            padded = text + " " * (self.tail - decimal_tail(text))
            return fit(padded if len(padded) <= self.width else text, self.width, Align.RIGHT, glyphs.ellipsis)
        return self._cut(text, glyphs)

    def place_title(self, title: str, glyphs: Glyphs = UNICODE) -> str:
        """The column's title in exactly `width` cells, on the side its values are on."""
        return fit(title, self.width, self.align, glyphs.ellipsis)

    def _cut(self, text: str, glyphs: Glyphs) -> str:
        if self.cut_middle:
            text = truncate_middle(text, self.width, glyphs.ellipsis)
        return fit(text, self.width, self.align, glyphs.ellipsis)


def lay_out(columns: Sequence[Column[Any]], texts: Sequence[Sequence[str]], available: int) -> list[Slot]:
    """A slot for each column, from what the visible rows hold: `texts` has one sequence per column.

    Columns are as wide as their title and content, up to their own width. When that is too much, the widest give way
    first, down to their least; when that is still too much the table is wider than `available` and has to be
    scrolled. What is left over goes to the columns that grow, as far as their content needs it.
    """
    tails = [_tail(column, column_texts) for column, column_texts in zip(columns, texts, strict=True)]
    wanted = [
        _wanted(column, column_texts, tail) for column, column_texts, tail in zip(columns, texts, tails, strict=True)
    ]
    widths = [max(column.min_width, min(want, column.width)) for column, want in zip(columns, wanted, strict=True)]
    spare = available - sum(widths) - GAP * max(0, len(columns) - 1)
    if spare < 0:
        _shrink(widths, [column.min_width for column in columns], -spare)
    elif spare:
        _grow(widths, [want if column.grows else 0 for column, want in zip(columns, wanted, strict=True)], spare)
    return [
        Slot(width, _align(column, column_texts), tail, column.cut_middle)
        for width, column, column_texts, tail in zip(widths, columns, texts, tails, strict=True)
    ]


def _align(column: Column[Any], texts: Sequence[str]) -> Align:
    """A column meant for numbers that shows only words is read from the left."""
    if column.align is Align.DECIMAL and not any(map(is_number_text, texts)) and any(text != "-" for text in texts):
        return Align.LEFT
    return column.align


def total_width(slots: Sequence[Slot]) -> int:
    """Cells a row takes, gaps included."""
    return sum(slot.width for slot in slots) + GAP * max(0, len(slots) - 1)


def _tail(column: Column[Any], texts: Sequence[str]) -> int:
    return max(map(decimal_tail, texts), default=0) if column.align is Align.DECIMAL else 0


def _wanted(column: Column[Any], texts: Sequence[str], tail: int) -> int:
    title = cell_width(column.title)
    if column.align is Align.DECIMAL:
        return max([title, *(cell_width(text) - decimal_tail(text) + tail for text in texts)])
    return max([title, *map(cell_width, texts)])


def _shrink(widths: list[int], least: list[int], excess: int) -> None:
    for _ in range(excess):
        widest = max(range(len(widths)), key=lambda index: widths[index] if widths[index] > least[index] else 0)
        if widths[widest] <= least[widest]:
            return
        widths[widest] -= 1


def _grow(widths: list[int], goals: list[int], spare: int) -> None:
    for index, goal in enumerate(goals):
        extra = min(spare, max(0, goal - widths[index]))
        widths[index] += extra
        spare -= extra
