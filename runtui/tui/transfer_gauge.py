"""All transfers in one short text: what the header shows of them."""

from collections.abc import Iterable

from runtui.model.transfer import Transfer, totals
from runtui.render.cell import Cell, Tone
from runtui.render.glyphs import Glyphs
from runtui.render.units import percent, rate


def transfer_gauge(transfers: Iterable[Transfer], glyphs: Glyphs) -> tuple[Cell, ...]:
    """`↓ 3 of 12  41%  8.2 MB/s` while any is under way; nothing otherwise."""
    known = totals(transfers)
    if known.over == known.count:
        return ()
    cells = [Cell(f"{glyphs.fetching} {known.over} of {known.count}", Tone.ACCENT)]
    if known.share is not None:
        cells.append(Cell(f"  {percent(known.share)}"))
    if known.rate:
        cells.append(Cell(f"  {rate(known.rate)}", Tone.MUTED))
    if known.asking:
        cells.append(Cell(f"  {known.asking} ask: T", Tone.WARNING))
    return tuple(cells)
