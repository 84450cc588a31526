"""Which transfer is next."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator

from runtui.services.transfer_entry import TransferEntry, TransferLimits


class ConnectionSlots:
    """The connections one profile may have open for files at the same time.

    A file takes one before it begins, and a large one takes more while there are any left.
    """

    def __init__(self, limits: TransferLimits) -> None:
        self.limits = limits
        self.free = limits.connections
        self._on_free: Callable[[], None] = lambda: None

    def when_free(self, call: Callable[[], None]) -> None:
        """Call this whenever one was given back."""
        self._on_free = call

    def take(self) -> bool:
        """Take one, if there is one."""
        if self.free <= 0:
            return False
        self.free -= 1
        return True

    def give_back(self, count: int = 1) -> None:
        """Give back what was taken."""
        self.free += count
        self._on_free()


class ProfileQueue:
    """What waits to be fetched from one profile, in the order in which it will be, and what is being fetched."""

    def __init__(self, limits: TransferLimits) -> None:
        self.slots = ConnectionSlots(limits)
        self._waiting: OrderedDict[int, bool] = OrderedDict()
        self._large: set[int] = set()

    def put(self, entry: TransferEntry, *, first: bool = False) -> None:
        """Let one wait, behind all others or before them."""
        size = entry.transfer.size
        self._waiting[entry.id] = size is not None and size >= self.slots.limits.part_from
        if first:
            self._waiting.move_to_end(entry.id, last=False)

    def take_out(self, transfer_id: int) -> bool:
        """Let one wait no longer; False when it did not."""
        return self._waiting.pop(transfer_id, None) is not None

    def next(self) -> int | None:
        """Take the first one and a connection for it, when both can be had now."""
        if not self._waiting or self.slots.free <= 0:
            return None
        transfer_id, is_large = next(iter(self._waiting.items()))
        if is_large and len(self._large) >= self.slots.limits.large_files:
            return None
        self._waiting.popitem(last=False)
        self.slots.take()
        if is_large:
            self._large.add(transfer_id)
        return transfer_id

    def over(self, transfer_id: int) -> None:
        """One that was taken is not under way any more. Its connection is given back."""
        self._large.discard(transfer_id)
        self.slots.give_back()

    def __iter__(self) -> Iterator[int]:
        return iter(tuple(self._waiting))

    def reorder(self, ids: Collection[int], step: int | None) -> None:
        """Move those of the ids that wait by `step` places (negative is sooner); None moves them to the very front."""
        moved = [one for one in self._waiting if one in ids]
        if step is None:
            order: Iterable[int] = [*moved, *(one for one in self._waiting if one not in ids)]
        else:
            order = _stepped(list(self._waiting), set(moved), step)
        for one in order:
            self._waiting.move_to_end(one)


def _stepped(order: list[int], moved: set[int], step: int) -> list[int]:
    """The order with the moved ones a place sooner (or later), as often as `step` says; each keeps its neighbours."""
    for _ in range(abs(step)):
        indices = range(1, len(order)) if step < 0 else range(len(order) - 2, -1, -1)
        for index in indices:
            other = index - 1 if step < 0 else index + 1
            if order[index] in moved and order[other] not in moved:
                order[index], order[other] = order[other], order[index]
    return order
