"""The columns of the file tree."""

from collections.abc import Callable

from runtui.model.output_file import OutputFile
from runtui.model.transfer import Transfer, TransferState
from runtui.render import units
from runtui.render.bars import progress_bar
from runtui.render.cell import EMPTY, MISSING, Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue
from runtui.render.file_tree import FileRow, size_text
from runtui.render.sanitise import one_line
from runtui.render.transfer_columns import state_word
from runtui.render.widths import Align

_BAR = 8
_HASH_SHOWN = 8

TransferOf = Callable[[OutputFile], Transfer | None]


def _no_transfer(_: OutputFile) -> Transfer | None:
    return None


def file_columns(transfer_of: TransferOf = _no_transfer) -> list[Column[FileRow]]:
    """NAME, SIZE, HERE (how far a file is on its way to this machine), MODIFIED, KIND and HASH.

    The order of a tree comes from its rows, so these columns do not sort by themselves.
    """

    def here(row: FileRow, context: DrawContext) -> Cell:
        transfer = None if row.file is None else transfer_of(row.file)
        return EMPTY if transfer is None else transfer_cell(transfer, context)

    return [
        Column(key="name", title="NAME", cell=_name, sort_value=_unsorted, width=60, min_width=24, grows=True),
        Column(key="size", title="SIZE", cell=_size, sort_value=_unsorted, align=Align.RIGHT, width=9, min_width=6),
        Column(key="here", title="HERE", cell=here, sort_value=_unsorted, width=14, min_width=12),
        Column(
            key="modified",
            title="MODIFIED",
            cell=_modified,
            sort_value=_unsorted,
            align=Align.RIGHT,
            width=8,
            min_width=8,
        ),
        Column(key="kind", title="KIND", cell=_kind, sort_value=_unsorted, width=12, min_width=4),
        Column(key="hash", title="HASH", cell=_hash, sort_value=_unsorted, width=20, min_width=5),
    ]


def transfer_cell(transfer: Transfer, context: DrawContext) -> Cell:
    """How far a file is: a bar while it comes, what was verified once it is here, else the word of its state."""
    state = transfer.state
    if state is TransferState.DONE:
        strongest = one_line(transfer.verified).rpartition(" ")[2]
        return Cell(f"{strongest or 'here'} {context.glyphs.yes}", Tone.SUCCEEDED)
    if state is TransferState.ACTIVE:
        share = transfer.share
        known = f" {units.percent(share)}" if share is not None else f" {units.size(transfer.received)}"
        return Cell(progress_bar(share, _BAR, context.glyphs) + known, Tone.RUNNING)
    if state is TransferState.FAILED:
        return Cell(f"{context.glyphs.no} {state.value}", Tone.FAILED)
    if state is TransferState.ASKING:
        return Cell(state_word(state), Tone.WARNING)
    return Cell(state_word(state), Tone.MUTED)


def _unsorted(_: FileRow, __: DrawContext) -> SortValue:
    return None


def _name(row: FileRow, context: DrawContext) -> Cell:
    indent = "  " * row.depth
    if row.folder is None:
        return Cell(f"{indent}  {row.name}")
    arrow = context.glyphs.folder_open if row.is_open else context.glyphs.folder_closed
    return Cell(f"{indent}{arrow} {row.name}", Tone.STRONG)


def _size(row: FileRow, _: DrawContext) -> Cell:
    if row.size is None:
        return MISSING
    is_partial = row.folder is not None and row.folder.unsized > 0
    return Cell(size_text(row.size, is_partial=is_partial), Tone.MUTED if row.folder is not None else Tone.TEXT)


def _modified(row: FileRow, context: DrawContext) -> Cell:
    if row.folder is not None or row.modified_at is None:
        return EMPTY
    return Cell(units.age_of(row.modified_at, context.now), Tone.MUTED)


def _kind(row: FileRow, _: DrawContext) -> Cell:
    return EMPTY if row.file is None else Cell(one_line(row.file.kind), Tone.MUTED)


def _hash(row: FileRow, context: DrawContext) -> Cell:
    if row.file is None or not row.file.hashes:
        return EMPTY
    stated = row.file.hashes[0]
    more = f" +{len(row.file.hashes) - 1}" if len(row.file.hashes) > 1 else ""
    short = one_line(stated.hex[:_HASH_SHOWN]) + (context.glyphs.ellipsis if len(stated.hex) > _HASH_SHOWN else "")
    return Cell(f"{one_line(stated.algorithm)} {short}{more}", Tone.MUTED)
