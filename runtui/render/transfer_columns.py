"""The columns of the transfers."""

from runtui.model.transfer import Transfer, TransferState, TransferTotals
from runtui.render import units
from runtui.render.bars import progress_bar
from runtui.render.cell import EMPTY, Cell, Tone
from runtui.render.columns import Column, DrawContext, natural_key
from runtui.render.glyphs import UNICODE, Glyphs
from runtui.render.sanitise import one_line
from runtui.render.widths import Align

BAR_WIDTH = 20
_ROW_BAR = 10
"""Cells of the bar of one transfer: it is never cut, and leaves room for the name."""

_TONES = {
    TransferState.QUEUED: Tone.MUTED,
    TransferState.ASKING: Tone.WARNING,
    TransferState.ACTIVE: Tone.RUNNING,
    TransferState.PAUSED: Tone.MUTED,
    TransferState.VERIFYING: Tone.RUNNING,
    TransferState.DONE: Tone.SUCCEEDED,
    TransferState.FAILED: Tone.FAILED,
    TransferState.CANCELLED: Tone.STOPPED,
    TransferState.SKIPPED: Tone.MUTED,
}


_WORDS = {
    TransferState.QUEUED: "waits",
    TransferState.ASKING: "asks",
    TransferState.SKIPPED: "was here",
}
"""Where the word of a state is not the best one to read."""


def state_word(state: TransferState) -> str:
    """A state in a word."""
    return _WORDS.get(state, state.value)


def progress_cells(known: TransferTotals, glyphs: Glyphs = UNICODE) -> tuple[Cell, ...]:
    """How many transfers do in all: a bar, how many of how many, bytes, rate, what is left, what went wrong."""
    if not known.count:
        return ()
    is_over = known.over == known.count
    cells: list[Cell] = []
    if not is_over:
        bar = progress_bar(known.share, BAR_WIDTH, glyphs)
        cells.append(Cell(f"{bar} {units.percent(known.share)}", Tone.RUNNING))
    cells.append(Cell(f"{known.over} of {known.count} done" if not is_over else f"{known.count} done"))
    whole = "" if known.size is None or is_over else f" of {units.size(known.size)}"
    cells.append(Cell(f"{units.size(known.received)}{whole}", Tone.MUTED))
    if known.rate:
        cells.append(Cell(units.rate(known.rate), Tone.MUTED))
    if known.eta_seconds is not None and not is_over:
        cells.append(Cell(f"{units.age(known.eta_seconds)} left", Tone.MUTED))
    for number, word, tone in (
        (known.asking, "ask", Tone.WARNING),
        (known.paused, "paused", Tone.MUTED),
        (known.failed, "failed", Tone.FAILED),
    ):
        if number:
            cells.append(Cell(f"{number} {word}", tone))
    return tuple(cells)


def _bar(transfer: Transfer, context: DrawContext) -> Cell:
    tone = _TONES[transfer.state]
    if transfer.state is TransferState.ACTIVE:
        return Cell(progress_bar(transfer.share, _ROW_BAR, context.glyphs), tone)
    sign = {TransferState.DONE: context.glyphs.yes, TransferState.FAILED: context.glyphs.no}.get(transfer.state)
    word = state_word(transfer.state)
    return Cell(f"{sign} {word}" if sign else word, tone)


def _percent(transfer: Transfer, _: DrawContext) -> Cell:
    is_part = transfer.state in (TransferState.ACTIVE, TransferState.PAUSED, TransferState.VERIFYING)
    return Cell(units.percent(transfer.share)) if is_part and transfer.share is not None else EMPTY


def _size(transfer: Transfer, _: DrawContext) -> Cell:
    if transfer.state in (TransferState.ACTIVE, TransferState.PAUSED) and transfer.size is not None:
        return Cell(f"{units.size(transfer.received)} of {units.size(transfer.size)}")
    return Cell(units.size(transfer.size if transfer.size is not None else transfer.received or None), Tone.MUTED)


def _note(transfer: Transfer, _: DrawContext) -> Cell:
    if transfer.error:
        return Cell(one_line(transfer.error), Tone.ERROR)
    if transfer.state is TransferState.ACTIVE:
        eta = transfer.eta_seconds
        left = "" if eta is None else f"  {units.age(eta)} left"
        said = transfer.note or transfer.carried_by
        note = f"   {one_line(said)}" if said else ""
        return Cell(f"{units.rate(transfer.rate)}{left}{note}", Tone.MUTED)
    if transfer.state is TransferState.ASKING:
        return Cell("another file is there: Enter answers", Tone.WARNING)
    if transfer.state is not TransferState.DONE:
        return Cell(one_line(transfer.note or transfer.carried_by), Tone.MUTED)
    note = f"   {one_line(transfer.note)}" if transfer.note else ""
    return Cell(f"{_verified(transfer)}   took {units.duration(transfer.seconds)}{note}", Tone.MUTED)


def _verified(transfer: Transfer) -> str:
    """What the bytes were compared by; a size alone does not tell much."""
    strongest = one_line(transfer.verified).rpartition(" ")[2]
    if strongest in ("", "size"):
        return "size only" if strongest else "not verified"
    return f"{strongest} verified"


TRANSFER_COLUMNS: tuple[Column[Transfer], ...] = (
    Column(
        key="name",
        title="FILE",
        cell=lambda transfer, _: Cell(one_line(transfer.file.path)),
        sort_value=lambda transfer, _: natural_key(transfer.file.path),
        width=28,
        min_width=12,
        grows=True,
        cut_middle=True,
    ),
    Column(
        key="run",
        title="RUN",
        cell=lambda transfer, context: Cell(
            one_line(f"{transfer.run.profile}:{context.short_ids.get(transfer.run, transfer.run.id)}"), Tone.MUTED
        ),
        sort_value=lambda transfer, _: natural_key(str(transfer.run)),
        width=20,
        min_width=8,
        cut_middle=True,
    ),
    Column(
        key="state",
        title="STATE",
        cell=_bar,
        sort_value=lambda transfer, _: list(TransferState).index(transfer.state),
        width=_ROW_BAR,
        min_width=_ROW_BAR,
    ),
    Column(
        key="done",
        title="DONE",
        cell=_percent,
        sort_value=lambda transfer, _: transfer.share,
        align=Align.RIGHT,
        width=4,
        min_width=4,
        descending_first=True,
    ),
    Column(
        key="size",
        title="SIZE",
        cell=_size,
        sort_value=lambda transfer, _: transfer.size,
        align=Align.RIGHT,
        width=17,
        min_width=6,
        descending_first=True,
    ),
    Column(
        key="note",
        title="",
        cell=_note,
        sort_value=lambda transfer, _: transfer.rate,
        width=30,
        min_width=16,
        grows=True,
        descending_first=True,
    ),
)
"""All columns of a transfer, in their order."""
