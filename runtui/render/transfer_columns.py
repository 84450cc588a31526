"""The columns of the transfers."""

from runtui.model.transfer import Transfer, TransferState
from runtui.render import units
from runtui.render.bars import progress_bar
from runtui.render.cell import EMPTY, Cell, Tone
from runtui.render.columns import Column, DrawContext, natural_key
from runtui.render.sanitise import one_line
from runtui.render.widths import Align

BAR_WIDTH = 20

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


def _bar(transfer: Transfer, context: DrawContext) -> Cell:
    tone = _TONES[transfer.state]
    if transfer.state is TransferState.ACTIVE:
        return Cell(progress_bar(transfer.share, BAR_WIDTH, context.glyphs), tone)
    sign = {TransferState.DONE: context.glyphs.yes, TransferState.FAILED: context.glyphs.no}.get(transfer.state)
    return Cell(f"{sign} {transfer.state.value}" if sign else transfer.state.value, tone)


def _percent(transfer: Transfer, _: DrawContext) -> Cell:
    return Cell(units.percent(transfer.share)) if transfer.state is TransferState.ACTIVE else EMPTY


def _size(transfer: Transfer, _: DrawContext) -> Cell:
    if transfer.state is TransferState.ACTIVE and transfer.size is not None:
        return Cell(f"{units.size(transfer.received)} of {units.size(transfer.size)}")
    return Cell(units.size(transfer.size if transfer.size is not None else transfer.received or None), Tone.MUTED)


def _note(transfer: Transfer, _: DrawContext) -> Cell:
    if transfer.error:
        return Cell(one_line(transfer.error), Tone.ERROR)
    if transfer.state is TransferState.ACTIVE:
        eta = transfer.eta_seconds
        return Cell(units.rate(transfer.rate) + ("" if eta is None else f"   {units.age(eta)}"), Tone.MUTED)
    if transfer.state is not TransferState.DONE:
        return EMPTY
    verified = f"{one_line(transfer.verified)} verified   " if transfer.verified else ""
    return Cell(f"{verified}took {units.duration(transfer.seconds)}", Tone.MUTED)


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
        width=BAR_WIDTH,
        min_width=11,
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
        min_width=8,
        grows=True,
        descending_first=True,
    ),
)
"""All columns of a transfer, in their order."""
