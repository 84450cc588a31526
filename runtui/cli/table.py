"""A table as lines of text: fitted to a terminal, or uncut for a pipe."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from runtui.cli import output
from runtui.render.column_layout import GAP, Slot, lay_out
from runtui.render.columns import Column, DrawContext

T = TypeVar("T")

_UNCUT = 1_000_000


def table_lines(rows: Sequence[T], columns: Sequence[Column[T]], context: DrawContext) -> Iterator[str]:
    """A line of titles and a line for each row, in colour on a terminal that has colours."""
    available = output.width()
    if available is None:
        columns = [msgspec.structs.replace(column, width=_UNCUT) for column in columns]
    cells = [[column.cell(row, context) for column in columns] for row in rows]
    texts = [[line[index].text for line in cells] for index in range(len(columns))]
    slots = lay_out(columns, texts, _UNCUT if available is None else available)
    colour = output.wants_colour()
    gap = " " * GAP
    yield gap.join(_title(column, slot, context) for column, slot in zip(columns, slots, strict=True)).rstrip()
    for line in cells:
        placed = [slot.place(cell.text, context.glyphs) for cell, slot in zip(line, slots, strict=True)]
        placed[-1] = placed[-1].rstrip()
        yield gap.join(output.painted(cell, colour, text) for cell, text in zip(line, placed, strict=True)).rstrip()


def _title(column: Column[T], slot: Slot, context: DrawContext) -> str:
    return slot.place_title(column.title, context.glyphs)
