"""All transfers in one short text: what the header shows of them."""

from collections.abc import Iterable

from runtui.model.transfer import Transfer, TransferState
from runtui.render.cell import Cell, Tone
from runtui.render.units import percent, rate


def transfer_gauge(transfers: Iterable[Transfer]) -> tuple[Cell, ...]:
    """`↓ 3 of 12  41%  8.2 MB/s` while any is under way; nothing otherwise."""
    known = list(transfers)
    open_ones = [transfer for transfer in known if not transfer.state.is_over]
    if not open_ones:
        return ()
    cells = [Cell(f"↓ {len(known) - len(open_ones)} of {len(known)}", Tone.ACCENT)]
    total = sum(transfer.size or 0 for transfer in known)
    if total:
        received = sum(min(transfer.received, transfer.size or 0) for transfer in known)
        cells.append(Cell(f"  {percent(received / total)}"))
    speed = sum(transfer.rate for transfer in open_ones if transfer.state is TransferState.ACTIVE)
    if speed:
        cells.append(Cell(f"  {rate(speed)}", Tone.MUTED))
    return tuple(cells)
