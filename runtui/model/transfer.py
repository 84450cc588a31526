"""Files being downloaded."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from runtui.model.on_conflict import OnConflict
from runtui.model.output_file import OutputFile
from runtui.model.reference import RunReference


class TransferState(StrEnum):
    """Where a transfer stands."""

    QUEUED = "queued"
    ASKING = "asking"
    """Another file is in its place: it waits until somebody says what becomes of that (`Transfer.existing`)."""
    ACTIVE = "active"
    PAUSED = "paused"
    VERIFYING = "verifying"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    """The file was there already and the same, or was to be left alone."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it by itself or by an answer."""
        return self in (TransferState.DONE, TransferState.FAILED, TransferState.CANCELLED, TransferState.SKIPPED)

    @property
    def is_moving(self) -> bool:
        """Whether something is done for it now, or will be without anybody's help."""
        return self in (TransferState.QUEUED, TransferState.ACTIVE, TransferState.VERIFYING)


class ExistingFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file that lies where a download is to lie. `size` in bytes; `differs` says what is known to be different."""

    size: int
    modified_at: datetime
    differs: str = ""


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one transfer at one moment. Sizes in bytes, `rate` in bytes per second (smoothed over some
    seconds), `seconds` since it began."""

    id: int
    run: RunReference
    file: OutputFile
    target: Path
    state: TransferState = TransferState.QUEUED
    received: int = 0
    """How much of the file is on the disk, by this try or an earlier one."""
    size: int | None = None
    rate: float = 0.0
    seconds: float = 0.0
    connections: int = 0
    """Over how many connections it comes just now."""
    verified: str = ""
    """What was compared with the service's word: `size`, or a hash's name with the size."""
    error: str = ""
    hint: str = ""
    note: str = ""
    """What a person should know though it is no error: that it was resumed, or began anew because the file changed."""
    place: int = 0
    """Its place in the queue while it waits: a smaller one is sooner. Only the order counts."""
    on_conflict: OnConflict = OnConflict.ASK
    existing: ExistingFile | None = None
    """What is in the way, while it asks."""
    carried_by: str = ""
    """Who does it when that is another process, for a person: `process 4711`. Orders reach it all the same."""

    @property
    def share(self) -> float | None:
        """Share received, 0 to 1, when the size is known."""
        if self.state in (TransferState.DONE, TransferState.SKIPPED):
            return 1.0
        return min(1.0, self.received / self.size) if self.size else None

    @property
    def eta_seconds(self) -> float | None:
        """Seconds until it is complete at the present rate, when that can be said."""
        if self.state is not TransferState.ACTIVE or not self.size or self.rate <= 0:
            return None
        return max(0.0, (self.size - self.received) / self.rate)


class TransferTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Many transfers in all: how many there are in which state, bytes, bytes per second.

    `size` is None while that of some unfinished one is not known. Failed and cancelled ones count with what they have.
    """

    count: int = 0
    over: int = 0
    failed: int = 0
    moving: int = 0
    asking: int = 0
    paused: int = 0
    received: int = 0
    size: int | None = 0
    rate: float = 0.0

    @property
    def share(self) -> float | None:
        """Share received, 0 to 1, when the size is known."""
        return min(1.0, self.received / self.size) if self.size else None

    @property
    def eta_seconds(self) -> float | None:
        """Seconds until all are complete at the present rate, when that can be said."""
        if self.size is None or self.rate <= 0:
            return None
        return max(0.0, (self.size - self.received) / self.rate)


def totals(transfers: Iterable[Transfer]) -> TransferTotals:
    """The transfers in all."""
    known = list(transfers)
    states = [transfer.state for transfer in known]
    sizes = [_counted_size(transfer) for transfer in known]
    return TransferTotals(
        count=len(known),
        over=sum(state.is_over for state in states),
        failed=states.count(TransferState.FAILED),
        moving=sum(state.is_moving for state in states),
        asking=states.count(TransferState.ASKING),
        paused=states.count(TransferState.PAUSED),
        received=sum(_counted_bytes(transfer) for transfer in known),
        size=None if None in sizes else sum(size or 0 for size in sizes),
        rate=sum(transfer.rate for transfer in known if transfer.state is TransferState.ACTIVE),
    )


def _counted_bytes(transfer: Transfer) -> int:
    is_there = transfer.state in (TransferState.DONE, TransferState.SKIPPED)
    return transfer.size or transfer.received if is_there else transfer.received


def _counted_size(transfer: Transfer) -> int | None:
    if transfer.state in (TransferState.FAILED, TransferState.CANCELLED):
        return transfer.received
    return _counted_bytes(transfer) if transfer.state.is_over else transfer.size
