"""How much is asked of a service, as a cell and as sentences."""

from datetime import datetime

from runtui.model.call_gauge import CallGauge
from runtui.render import units
from runtui.render.bars import progress_bar
from runtui.render.cell import Cell, Tone
from runtui.render.glyphs import UNICODE, Glyphs

_BAR = 20
_NEARLY = 0.9
"""From this share on the bar warns."""


def calls_cell(gauge: CallGauge) -> Cell:
    """`12/96`: the calls of the last minute and how many may be; the seconds of a pause while there is one."""
    if gauge.cooled_until is not None:
        return Cell("paused", Tone.WARNING)
    made = units.count(gauge.made)
    return Cell(made if gauge.allowed is None else f"{made}/{gauge.allowed:.0f}", _tone(gauge, Tone.MUTED))


def gauge_lines(gauge: CallGauge, now: datetime, glyphs: Glyphs = UNICODE) -> list[Cell]:
    """All there is to say of it, a sentence a line."""
    made = f"{units.count(gauge.made)} {'call' if gauge.made == 1 else 'calls'} in the last minute"
    if gauge.allowed is None:
        lines = [Cell(made, Tone.MUTED)]
    else:
        bar = progress_bar(gauge.made / gauge.allowed, _BAR, glyphs)
        waiting = f", {gauge.waiting} waiting" if gauge.waiting else ""
        told = f"{bar} {made}, of {gauge.allowed:.0f} that may keep lists up to date{waiting}"
        lines = [Cell(told, _tone(gauge, Tone.MUTED))]
    if gauge.cooled_until is not None:
        left = units.age(max(0.0, (gauge.cooled_until - now).total_seconds()))
        lines.append(Cell(f"the service asked for a pause: it is asked again in {left}", Tone.WARNING))
    return lines


def _tone(gauge: CallGauge, usual: Tone) -> Tone:
    return Tone.WARNING if gauge.allowed is not None and gauge.made >= gauge.allowed * _NEARLY else usual
