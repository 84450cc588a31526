"""Allowances as lines: a name, a bar where there is a limit, and the figures."""

from collections.abc import Sequence
from typing import Final

from runtui.model.usage import Usage
from runtui.render import units
from runtui.render.bars import progress_bar
from runtui.render.cell import Cell, Tone
from runtui.render.glyphs import UNICODE, Glyphs
from runtui.render.sanitise import one_line
from runtui.render.widths import cell_width, truncate

_WIDEST_BAR: Final = 40
_NARROWEST_BAR: Final = 8
_WIDEST_NAME: Final = 32
_NEARLY: Final = 0.9
"""From this share on a bar warns."""
_FIGURES: Final = 44
_MEASURED: Final = frozenset({"bytes", "seconds"})
"""Units whose amounts are shown in units of their own."""


def usage_lines(allowances: Sequence[Usage], width: int, glyphs: Glyphs = UNICODE) -> list[Sequence[Cell]]:
    """One line an allowance, at most `width` cells wide, with their bars below each other."""
    if not allowances:
        return [(Cell("   The service names no allowance.", Tone.MUTED),)]
    names = [truncate(one_line(each.name), _WIDEST_NAME, glyphs.ellipsis) for each in allowances]
    column = max(cell_width(name) for name in names)
    bar = min(_WIDEST_BAR, max(_NARROWEST_BAR, width - column - _FIGURES))
    return [_line(each, name, column, bar, glyphs) for each, name in zip(allowances, names, strict=True)]


def _line(usage: Usage, name: str, column: int, bar: int, glyphs: Glyphs) -> Sequence[Cell]:
    padded = f"   {name}{' ' * (column - cell_width(name))}   "
    if usage.limit is None or usage.limit <= 0:
        drawn = Cell(" " * bar)
        figures = f"{'':>4}   {_shown(usage.used, usage.unit)}"
    else:
        share = usage.used / usage.limit
        drawn = Cell(progress_bar(share, bar, glyphs), _tone(share))
        used, limit = _amount(usage.used, usage.unit), _shown(usage.limit, usage.unit)
        figures = f"{units.percent(share):>4}   {used} of {limit}"
    return (Cell(padded), drawn, Cell(f"   {figures}", Tone.MUTED))


def _tone(share: float) -> Tone:
    if share >= 1:
        return Tone.ERROR
    return Tone.WARNING if share >= _NEARLY else Tone.SUCCEEDED


def _shown(value: float, unit: str) -> str:
    if unit in _MEASURED:
        return _amount(value, unit)
    many = one_line(unit)
    word = many[:-1] if value == 1 and many.endswith("s") else many
    return f"{_amount(value, unit)} {word}".rstrip()


def _amount(value: float, unit: str) -> str:
    if unit == "bytes":
        return units.size(int(value))
    return units.duration(value) if unit == "seconds" else f"{value:,.6g}"
