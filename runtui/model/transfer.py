"""One file being downloaded."""

from enum import StrEnum
from pathlib import Path

import msgspec

from runtui.model.output_file import OutputFile
from runtui.model.reference import RunReference


class TransferState(StrEnum):
    """Where a transfer stands."""

    QUEUED = "queued"
    ACTIVE = "active"
    VERIFYING = "verifying"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    """The file was there already, and the same."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self in (TransferState.DONE, TransferState.FAILED, TransferState.CANCELLED, TransferState.SKIPPED)


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one transfer at one moment. Sizes in bytes, `rate` in bytes per second, `seconds` since it began."""

    id: int
    run: RunReference
    file: OutputFile
    target: Path
    state: TransferState = TransferState.QUEUED
    received: int = 0
    size: int | None = None
    rate: float = 0.0
    seconds: float = 0.0
    verified: str = ""
    """What was compared with the service's word: `size`, or a hash's name with the size."""
    error: str = ""
    hint: str = ""

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
