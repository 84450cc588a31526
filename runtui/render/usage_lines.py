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
_NARROWEST_NAME: Final = 12
_GAP: Final = "   "
"""Before a name, a bar and figures."""
_NEARLY: Final = 0.9
"""From this share on a bar warns."""
_FIGURES: Final = 44
_MEASURED: Final = frozenset({"bytes", "seconds"})
"""Units whose amounts are shown in units of their own."""


def usage_lines(allowances: Sequence[Usage], width: int, glyphs: Glyphs = UNICODE) -> list[Sequence[Cell]]:
    """One line an allowance, with their bars below each other: less than `width` cells, from some 50 on, so that a
    mark of where one is has room behind it. Names give way first.
    """
    if not allowances:
        return [(Cell("   The service names no allowance.", Tone.MUTED),)]
    figures = [_figures(each) for each in allowances]
    room = width - 1 - 3 * len(_GAP) - _NARROWEST_BAR - max(map(cell_width, figures))
    widest = min(_WIDEST_NAME, max(_NARROWEST_NAME, room))
    names = [truncate(one_line(each.name), widest, glyphs.ellipsis) for each in allowances]
    column = max(cell_width(name) for name in names)
    bar = min(_WIDEST_BAR, max(_NARROWEST_BAR, width - column - _FIGURES))
    return [
        (
            Cell(f"{_GAP}{name}{' ' * (column - cell_width(name))}{_GAP}"),
            _bar(each, bar, glyphs),
            Cell(f"{_GAP}{figure}", Tone.MUTED),
        )
        for each, name, figure in zip(allowances, names, figures, strict=True)
    ]


def _bar(usage: Usage, width: int, glyphs: Glyphs) -> Cell:
    share = _share(usage)
    return Cell(" " * width) if share is None else Cell(progress_bar(share, width, glyphs), _tone(share))


def _figures(usage: Usage) -> str:
    share = _share(usage)
    if share is None or usage.limit is None:
        return f"{'':>4}   {_shown(usage.used, usage.unit)}"
    used, limit = _amount(usage.used, usage.unit), _shown(usage.limit, usage.unit)
    return f"{units.percent(share):>4}   {used} of {limit}"


def _share(usage: Usage) -> float | None:
    return None if usage.limit is None or usage.limit <= 0 else usage.used / usage.limit


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
