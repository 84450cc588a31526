"""The columns of previews: separated values as they are, and what is in an archive."""

from collections.abc import Callable

from runtui.render import units
from runtui.render.archive_listing import ArchiveEntry
from runtui.render.cell import EMPTY, Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue, natural_key
from runtui.render.delimited import DelimitedRows
from runtui.render.sanitise import one_line
from runtui.render.widths import Align

_CELL_LIMIT = 200

ValueRow = tuple[str, ...]


def value_columns(rows: DelimitedRows) -> list[Column[ValueRow]]:
    """A column for each place a row may have a value at; numbers stand with their points above each other."""
    return [_value_column(rows, place) for place in range(rows.width)]


def _value_column(rows: DelimitedRows, place: int) -> Column[ValueRow]:
    named = place < len(rows.titles) and rows.titles[place].strip()
    title = one_line(rows.titles[place].strip(), 40) if named else f"#{place + 1}"
    align = Align.DECIMAL if rows.is_numeric(place) else Align.LEFT
    return Column(
        key=str(place),
        title=title,
        cell=_value(place),
        sort_value=_sort_value(place),
        align=align,
        width=32,
        min_width=3,
    )


def _value(place: int) -> Callable[[ValueRow, DrawContext], Cell]:
    return lambda row, _: Cell(one_line(row[place].strip(), _CELL_LIMIT)) if place < len(row) else EMPTY


def _sort_value(place: int) -> Callable[[ValueRow, DrawContext], SortValue]:
    def value(row: ValueRow, _: DrawContext) -> SortValue:
        text = row[place].strip() if place < len(row) else ""
        try:
            return float(text)
        except ValueError:
            return natural_key(text) if text else None

    return value


def _size(entry: ArchiveEntry, _: DrawContext) -> Cell:
    return EMPTY if entry.is_folder else Cell(units.size(entry.size))


ARCHIVE_COLUMNS: tuple[Column[ArchiveEntry], ...] = (
    Column(
        key="path", title="IN THE ARCHIVE", cell=lambda entry, _: Cell(one_line(entry.path)),
        sort_value=lambda entry, _: natural_key(entry.path), width=60, min_width=12, grows=True, cut_middle=True,
    ),
    Column(
        key="size", title="SIZE", cell=_size, sort_value=lambda entry, _: entry.size, align=Align.RIGHT,
        width=8, min_width=6, descending_first=True,
    ),
    Column(
        key="modified", title="MODIFIED", align=Align.RIGHT, width=8, min_width=8,
        cell=lambda entry, context: Cell(units.age_of(entry.modified_at, context.now), Tone.MUTED),
        sort_value=lambda entry, _: entry.modified_at.timestamp() if entry.modified_at else None,
    ),
)  # fmt: skip
"""Path, size, age."""
