"""What a column of any table is: how it draws and how it sorts one row. Rows are runs, nodes, files, transfers."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

import msgspec

from runtui.model.reference import RunReference
from runtui.render.cell import Cell
from runtui.render.glyphs import UNICODE, Glyphs
from runtui.render.widths import Align

T = TypeVar("T")
SortValue = float | str | None
"""A number sorts before any text; None (and nan) is a value that does not exist and comes last, whichever way round."""


class FedValue(NamedTuple):
    """What a column shows of a row whose own value does not hold it, and by what it sorts it."""

    cell: Cell
    value: SortValue


class DrawContext(msgspec.Struct, frozen=True):
    """What drawing needs beside the row. `zone` is the time zone moments are shown in, this machine's when None.

    `short_ids` are ids as short as they are unique among the runs on the screen; a run that is not in it keeps its
    whole id. `fed` are values from beside the rows: by the key of their column, then by the run's reference.
    """

    now: datetime
    glyphs: Glyphs = UNICODE
    zone: tzinfo | None = None
    short_ids: Mapping[RunReference, str] = msgspec.field(default_factory=lambda: MappingProxyType({}))
    fed: Mapping[str, Mapping[RunReference, FedValue]] = msgspec.field(default_factory=lambda: MappingProxyType({}))


class Column(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One column. Widths are in cells and count neither gaps nor marks."""

    key: str
    """What names it in configuration and saved views."""
    title: str
    cell: Callable[[T, DrawContext], Cell]
    sort_value: Callable[[T, DrawContext], SortValue]
    align: Align = Align.LEFT
    width: int = 12
    """It gets no wider than this by its content, unless room is left over and `grows`."""
    min_width: int = 4
    """It gets no narrower than this while the table can be scrolled sideways instead."""
    grows: bool = False
    cut_middle: bool = False
    """Whether a text that is too long loses its middle rather than its end."""
    descending_first: bool = False
    """Whether the first sort by it is best from the greatest down: times, counts, sizes."""
    is_fixed: bool = False
    """Whether it is exactly `width` cells wide, because somebody made it so."""

    def at_least(self, width: int) -> "Column[T]":
        """The column, never narrower than this."""
        return msgspec.structs.replace(self, min_width=width, width=max(self.width, width))

    def fixed(self, width: int) -> "Column[T]":
        """The column with exactly this width, whatever it holds."""
        return msgspec.structs.replace(self, width=width, min_width=width, grows=False, is_fixed=True)


def sort_order(rows: Sequence[T], column: Column[T], context: DrawContext, *, descending: bool = False) -> list[int]:
    """The indices of `rows` as sorted by the column: numbers, then texts, then missing values.

    Equal rows keep their order either way.
    """
    numbers: list[tuple[float, int]] = []
    texts: list[tuple[str, int]] = []
    missing: list[int] = []
    value_of = column.sort_value
    for index, row in enumerate(rows):
        value = value_of(row, context)
        if isinstance(value, str):
            texts.append((value, index))
        elif value is None or value != value:
            missing.append(index)
        else:
            numbers.append((value, index))
    numbers.sort(key=_first, reverse=descending)
    texts.sort(key=_first, reverse=descending)
    return [index for _, index in numbers] + [index for _, index in texts] + missing


def _first(pair: tuple[float, int] | tuple[str, int]) -> float | str:
    return pair[0]


_DIGITS = re.compile(r"\d+")


def natural_key(text: str) -> str:
    """A key by which texts sort without regard to case and with their numbers as numbers: `run 2` before `run 10`."""
    lower = text.lower()
    if lower.isalpha():
        return lower
    if lower.isdigit():
        return lower.zfill(20)
    return _DIGITS.sub(_padded, lower)


def _padded(match: re.Match[str]) -> str:
    return match[0].zfill(20)
