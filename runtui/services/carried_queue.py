"""What other processes of this person download, or left unfinished, as a session sees it."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from runtui.model.errors import StorageError
from runtui.model.threads import in_thread
from runtui.model.transfer import Transfer
from runtui.services.queue_file import QueueFile, QueueFolder
from runtui.services.transfer_entry import TransferEntry
from runtui.services.transfer_orders import QueueOrder

_LOOKS = 0.4


class CarriedQueue:
    """Follows the process without a terminal, passes orders to it, and takes over from processes that are gone.

    `next_id` numbers transfers for this session; `tell` is given those of the other process as they change, and
    `admit` entries that shall be fetched here. It looks until closed, at a file's date and no more while nothing moves.
    """

    def __init__(
        self,
        queues: QueueFolder,
        next_id: Callable[[], int],
        tell: Callable[[Sequence[Transfer]], None],
        admit: Callable[[Sequence[TransferEntry]], None],
    ) -> None:
        self._queues = queues
        self._next_id = next_id
        self._tell = tell
        self._admit = admit
        self._queue = queues.carried()
        self._ids: dict[int, int] = {}
        """The number here of a transfer, by its number there."""
        self._known: dict[int, Transfer] = {}
        self._changed_at = 0
        self._left: list[QueueFile] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._spawn(self._follow())

    async def aclose(self) -> None:
        """Look no more."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def give(self, order: QueueOrder) -> None:
        """Leave an order for the other process; its ids are those of this session."""
        there = {here: number for number, here in self._ids.items()}
        ids = tuple(there[one] for one in order.ids if one in there)
        self._spawn(self._give(msgspec.structs.replace(order, ids=ids)))

    async def left_overs(self) -> tuple[Transfer, ...]:
        """The unfinished transfers of processes that are gone."""
        self._left = await in_thread(self._queues.left, handed_over=False)
        kept = [await in_thread(queue.load) for queue in self._left]
        entries = [entry for queue in kept if queue is not None for entry in queue.entries]
        unfinished = tuple(entry.transfer for entry in entries if not entry.transfer.state.is_over)
        if not unfinished:
            self.take_over()  # all that is left is to be shown what came of them
        return unfinished

    def take_over(self) -> None:
        """Have the left overs that were looked at fetched here."""
        self._spawn(self._take_over(self._left, fetches=True))
        self._left = []

    def drop_left_overs(self) -> None:
        """Forget the left overs that were looked at."""
        self._spawn(self._take_over(self._left, fetches=False))
        self._left = []

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _give(self, order: QueueOrder) -> None:
        with suppress(StorageError):
            await in_thread(self._queue.give_order, order)

    async def _follow(self) -> None:
        while True:
            changed_at = await in_thread(self._queue.changed_at)
            if changed_at and changed_at != self._changed_at:
                holder = await in_thread(self._queue.holder)
                if holder:
                    self._changed_at = changed_at
                    await self._read(holder)
            if self._is_moving and not await in_thread(self._queue.holder):
                await self._ended()
            await asyncio.sleep(_LOOKS)

    @property
    def _is_moving(self) -> bool:
        return any(not transfer.state.is_over for transfer in self._known.values())

    async def _read(self, holder: str) -> None:
        kept = await in_thread(self._queue.load)
        changed = []
        for entry in kept.entries if kept is not None else ():
            transfer = self._as_here(entry, holder)
            if self._known.get(transfer.id) != transfer:
                self._known[transfer.id] = transfer
                changed.append(transfer)
        self._tell(changed)

    def _as_here(self, entry: TransferEntry, holder: str) -> Transfer:
        if entry.id not in self._ids:
            self._ids[entry.id] = self._next_id()
        number = self._ids[entry.id]
        return msgspec.structs.replace(entry.transfer, id=number, place=number, carried_by=holder)

    async def _ended(self) -> None:
        """The process is gone: what it left unfinished is fetched here, under the same numbers."""
        await self._take_over([self._queue], fetches=True)
        self._ids.clear()
        self._known.clear()
        self._changed_at = 0

    async def _take_over(self, queues: Sequence[QueueFile], *, fetches: bool) -> None:
        for queue in queues:
            if not await in_thread(queue.hold):
                continue
            kept = await in_thread(queue.load)
            await in_thread(queue.remove)
            await in_thread(queue.let_go)
            is_known = queue.name == self._queue.name
            entries = [self._renumbered(entry, is_known) for entry in kept.entries] if kept is not None else []
            if fetches and entries:
                self._admit(entries)

    def _renumbered(self, entry: TransferEntry, is_known: bool) -> TransferEntry:
        number = self._ids.get(entry.id) if is_known else None
        number = self._next_id() if number is None else number
        return entry.changed(id=number, place=number, carried_by="")
