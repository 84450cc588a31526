"""What a list of runs shows, and how: a value that is saved under a name, and restored on the next start."""

import msgspec

from runtui.model.status import Status

EVERY_STATUS = "all"
STARTED = "started"


class ChosenColumn(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column by its key, which may be one that this version does not know. `width` in cells when set by hand."""

    key: str
    width: int | None = None


class ListView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A filter, the chip that is chosen, an order, and columns.

    `status` is the word of the chip: one of our statuses, or `all`. Without columns the list chooses them itself, by
    what fits and what the runs have.
    """

    name: str = ""
    where: str = ""
    status: str = EVERY_STATUS
    sort: str = STARTED
    descending: bool = True
    columns: tuple[ChosenColumn, ...] = ()

    @property
    def statuses(self) -> frozenset[Status]:
        """The statuses it lets through; all of them for a word that is none. Stopping runs count as running."""
        if self.status == Status.RUNNING:
            return frozenset({Status.RUNNING, Status.STOPPING})
        return frozenset(status for status in Status if status == self.status) or frozenset(Status)
