"""What the queue of downloads holds."""

from pathlib import Path

import msgspec

from runtui.model.errors import RuntuiError
from runtui.model.on_conflict import OnConflict
from runtui.model.run import Run
from runtui.model.transfer import Transfer


class TransferEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One file that is wanted: its transfer as it stands, the run to read it from, and the folder it must stay below.

    It holds all that another process needs to carry it on, and no secret: that has to come from the configuration.
    """

    transfer: Transfer
    run: Run
    root: Path

    @property
    def id(self) -> int:
        """The transfer's id."""
        return self.transfer.id

    @property
    def profile(self) -> str:
        """The profile it comes from."""
        return self.run.profile

    @property
    def relative(self) -> Path:
        """Where it is to lie below the root."""
        return self.transfer.target.relative_to(self.root)

    @property
    def on_conflict(self) -> OnConflict:
        """What becomes of another file in its place."""
        return self.transfer.on_conflict

    def changed(self, **changes: object) -> "TransferEntry":
        """The same entry with its transfer changed."""
        return msgspec.structs.replace(self, transfer=msgspec.structs.replace(self.transfer, **changes))


class TransferChange(msgspec.Struct, frozen=True):
    """What became of a transfer. `failure` is the error that ended it, for those who need more than its sentence."""

    transfer: Transfer
    failure: RuntuiError | None = None


class TransferLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How hard one profile is worked: connections in all, of which one file takes so many, and how many files that are
    large enough to be fetched in several parts come at once. `part_from` is the size in bytes that makes a file large.
    """

    connections: int = 16
    per_file: int = 8
    large_files: int = 4
    part_from: int = 64 * 1024 * 1024
