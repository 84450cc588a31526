"""The columns of runs side by side: what a row is called, each run's value, and how far it is from the reference's."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from runtui.model.common_start import common_start
from runtui.model.comparison import ComparedRow, ComparedValue, Unit
from runtui.model.status import Status
from runtui.render import units
from runtui.render.cell import EMPTY, MISSING, Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue
from runtui.render.sanitise import one_line
from runtui.render.status_cells import STATUS_TONES
from runtui.render.widths import Align

KIND: Final = "kind"
"""The key of the column that says what a row is."""
LONG_TEXT: Final = 32
"""Characters: texts that are longer are shown from where they begin to differ."""
_KEPT: Final = 10
_VALUE_LIMIT: Final = 200
_SHORT: Final = 60.0


def comparison_columns(
    titles: Sequence[str], reference: int, *, widest: int = 24, has_distances: bool = True
) -> Iterator[Column[ComparedRow]]:
    """A name, a kind, and for each run its value; for all but the one at `reference` the distance from that one's.

    `titles` are the safe names of the runs. Values are at most `widest` cells wide, unless there is room left over.
    """
    yield Column(key="name", title="NAME", cell=_name, sort_value=_unsorted, width=32, min_width=10, cut_middle=True)
    yield Column(key=KIND, title="KIND", cell=_kind, sort_value=_unsorted, width=9, min_width=5)
    for place, title in enumerate(titles):
        yield _value_column(title, place, reference, widest)
        if has_distances and place != reference:
            yield _delta_column(place)


def _value_column(title: str, place: int, reference: int, widest: int) -> Column[ComparedRow]:
    def cell(row: ComparedRow, context: DrawContext) -> Cell:
        return value_cell(row, place, reference, context)

    return Column(
        key=f"{place}",
        title=title,
        cell=cell,
        sort_value=_unsorted,
        align=Align.RIGHT,
        width=widest,
        min_width=8,
        grows=True,
    )


def _delta_column(place: int) -> Column[ComparedRow]:
    def cell(row: ComparedRow, _: DrawContext) -> Cell:
        text = delta_text(row, row.values[place])
        return Cell(text, Tone.MUTED) if text else EMPTY

    return Column(key=f"{place} delta", title="", cell=cell, sort_value=_unsorted, width=20, min_width=4)


def value_cell(row: ComparedRow, place: int, reference: int, context: DrawContext) -> Cell:
    """One run's value; grey where it is missing, and where it is the same as the reference run's."""
    one, base = row.values[place], row.values[reference]
    if one.is_missing:
        return MISSING
    if row.role is None and row.name == "status":
        status = Status(str(one.value))
        return Cell(f"{context.glyphs.status[status]} {status}", STATUS_TONES[status])
    if one.value is None:
        return Cell(context.glyphs.secret, Tone.FAINT)
    is_same = place != reference and one.value == base.value
    return Cell(_text(row, one, context), Tone.MUTED if is_same else Tone.TEXT)


def _text(row: ComparedRow, one: ComparedValue, context: DrawContext) -> str:
    value = one.value
    if isinstance(value, datetime):
        return units.moment(value, context.now, context.zone)
    if row.unit is Unit.SECONDS and isinstance(value, float):
        return _seconds(value, is_short=_is_short(row))
    if row.unit is Unit.BYTES and isinstance(value, int):
        return units.size(value)
    if not one.text:
        return '""'
    skipped = _common_start(row) if len(one.text) > LONG_TEXT else 0
    ellipsis = context.glyphs.ellipsis if skipped else ""
    return ellipsis + one_line(one.text[skipped:], _VALUE_LIMIT)


def _common_start(row: ComparedRow) -> int:
    """How many characters to leave out, because all texts of the row that are there begin with them."""
    texts = [one.text for one in row.values if one.text]
    same = common_start(min(texts), max(texts)) if row.differs else 0
    return max(0, same - _KEPT) if same > LONG_TEXT - _KEPT else 0


def delta_text(row: ComparedRow, one: ComparedValue) -> str:
    """`+0.5  +17%`; nothing where there is no distance."""
    if not one.delta:
        return ""
    share = "" if one.share is None else f"  {share_text(one.share)}"
    return f"{_distance(row, one.delta)}{share}"


def _distance(row: ComparedRow, delta: float) -> str:
    sign = "+" if delta > 0 else "-"
    if row.unit is Unit.SECONDS:
        return sign + _seconds(abs(delta), is_short=_is_short(row))
    if row.unit is Unit.MOMENT:
        return sign + _seconds(abs(delta), is_short=abs(delta) < _SHORT)
    if row.unit is Unit.BYTES:
        return sign + units.size(abs(delta))
    return f"{delta:+.4g}"


def _is_short(row: ComparedRow) -> bool:
    return all(one is None or one < _SHORT for one in row.numbers)


def _seconds(seconds: float, *, is_short: bool) -> str:
    """A duration; of less than a minute in hundredths, which is what short runs differ by."""
    return f"{seconds:.2f}s" if is_short else units.duration(seconds)


def share_text(share: float) -> str:
    """A share of 1 in percent with its sign, in as few digits as say something: `+17%`, `-0.02%`, `+1.2e+05%`."""
    percent = share * 100
    if abs(percent) >= 1000:
        return f"{percent:+.1e}%"
    return f"{percent:+.0f}%" if abs(percent) >= 9.95 else f"{percent:+.2g}%"


def _name(row: ComparedRow, _: DrawContext) -> Cell:
    return Cell(one_line(row.name), Tone.MUTED if row.role is None and not row.pattern else Tone.TEXT)


def _kind(row: ComparedRow, _: DrawContext) -> Cell:
    return Cell(row.kind, Tone.FAINT)


def _unsorted(row: ComparedRow, _: DrawContext) -> SortValue:
    """Rows stay in the order of the comparison."""
    return None
