"""Downloads as a session sees them: values that change, and orders."""

import asyncio
import itertools
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from runtui.backends.protocol import ReadsFiles
from runtui.model.clock import Clock
from runtui.model.errors import RuntuiError, StorageError
from runtui.model.on_conflict import OnConflict
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.model.threads import in_thread
from runtui.model.transfer import Transfer, TransferState
from runtui.services.carried_queue import CarriedQueue
from runtui.services.connection import Connection
from runtui.services.queue_file import QueueFolder
from runtui.services.queue_keeper import QueueKeeper
from runtui.services.transfer_engine import TransferEngine
from runtui.services.transfer_entry import TransferChange, TransferEntry, TransferLimits
from runtui.services.transfer_layout import DEFAULT_LAYOUT, places_for
from runtui.services.transfer_orders import QueueOrder, obey
from runtui.services.transfer_thread import TransferThread

_AGAIN = (TransferState.FAILED, TransferState.CANCELLED)

Watcher = Callable[[tuple[Transfer, ...]], None]
"""Called in the session's loop with the transfers that changed, each as it is now."""


class Transfers:
    """The downloads of a session. They run in a thread of their own, with connections of their own.

    `connect` opens a profile for that thread, in that thread. Orders return at once; what comes of them is told to
    the watchers. It belongs to the loop in which it was made. With `queues` what is not over outlives this process,
    and with `start_carrier` another one can be started that fetches it. `on_crash` is called with what nobody expected.
    """

    def __init__(
        self,
        clock: Clock,
        connect: Callable[[str], Connection],
        *,
        limits: TransferLimits | None = None,
        queues: QueueFolder | None = None,
        start_carrier: Callable[[], None] | None = None,
        on_crash: Callable[[BaseException], object] = lambda _: None,
    ) -> None:
        self._clock = clock
        self._connect = connect
        self._limits = limits or TransferLimits()
        self._queues = queues
        self._start_carrier = start_carrier
        self._on_crash = on_crash
        self._ids = itertools.count(1)
        self._transfers: dict[int, Transfer] = {}
        self._failures: dict[int, RuntuiError] = {}
        self._watchers: list[Watcher] = []
        self._waiting: list[tuple[set[int], asyncio.Future[None]]] = []
        self._connections: dict[str, Connection] = {}
        self._thread: TransferThread | None = None
        self._keeper: QueueKeeper | None = None
        self._hands_over = False
        self._hands_over_at_close = False
        self._loop = asyncio.get_running_loop()
        self._carried = None if queues is None else CarriedQueue(queues, self._ids.__next__, self._told, self._admit)

    @property
    def all(self) -> tuple[Transfer, ...]:
        """Every transfer of this session, oldest first."""
        return tuple(self._transfers.values())

    @property
    def unfinished(self) -> int:
        """How many are not over."""
        return sum(not transfer.state.is_over for transfer in self._transfers.values())

    def watch(self, on_change: Watcher) -> Callable[[], None]:
        """Call `on_change` with the transfers that changed, together; returns what ends it."""
        self._watchers.append(on_change)
        return lambda: self._watchers.remove(on_change) if on_change in self._watchers else None

    def limit(self, connections: int) -> None:
        """Have at most so many connections to a profile from now on, before the first file is added."""
        self._limits = msgspec.structs.replace(self._limits, connections=connections)

    def add(
        self,
        run: Run,
        files: Iterable[OutputFile],
        root: Path,
        *,
        on_conflict: OnConflict = OnConflict.COMPARE,
        layout: str = DEFAULT_LAYOUT,
    ) -> tuple[Transfer, ...]:
        """Queue files of a run to be brought below `root`, and return their transfers.

        Names are made safe and told apart. Raises ConfigError for a layout that says nothing. Whether there is room
        and whether one may write there is looked at for all together before the first byte is fetched.
        """
        wanted = list(files)
        root = root.absolute()
        added = [
            Transfer(
                id=number, run=run.reference, file=file, target=target, size=file.size, place=number,
                on_conflict=on_conflict,
            )
            for file, target, number in zip(wanted, places_for(root, run, wanted, layout), self._ids, strict=False)
        ]  # fmt: skip
        self._admit([TransferEntry(transfer=transfer, run=run, root=root) for transfer in added])
        return tuple(added)

    def failure(self, transfer_id: int) -> RuntuiError | None:
        """The error that made a transfer fail the last time, or None."""
        return self._failures.get(transfer_id)

    def cancel(self, ids: Iterable[int]) -> None:
        """Give transfers up; what was received stays beside the target, for the next time."""
        self._give(QueueOrder(word="cancel", ids=tuple(ids)))

    def pause(self, ids: Iterable[int]) -> None:
        """Stop transfers until they are resumed; what was received is kept."""
        self._give(QueueOrder(word="pause", ids=tuple(ids)))

    def resume(self, ids: Iterable[int]) -> None:
        """Let paused transfers go on where they stopped, behind those that wait."""
        self._give(QueueOrder(word="resume", ids=tuple(ids)))

    def retry(self, ids: Iterable[int], *, on_conflict: OnConflict | None = None) -> None:
        """Begin failed and cancelled transfers again where they were broken off.

        `on_conflict` is what becomes of another file in their place from now on; with it also skipped ones begin.
        """
        states = _AGAIN if on_conflict is None else (*_AGAIN, TransferState.SKIPPED)
        chosen = [one for one in ids if one in self._transfers and self._transfers[one].state in states]
        for transfer_id in chosen:
            self._failures.pop(transfer_id, None)
            again = {"state": TransferState.QUEUED, "error": "", "hint": "", "note": ""}
            self._transfers[transfer_id] = msgspec.structs.replace(self._transfers[transfer_id], **again)
        self._give(QueueOrder(word="retry", ids=tuple(chosen), on_conflict=on_conflict))

    def decide(self, ids: Iterable[int], on_conflict: OnConflict) -> None:
        """Answer transfers that ask (`TransferState.ASKING`) what becomes of the file in their place."""
        ids = tuple(ids)
        for transfer_id in ids:
            known = self._transfers.get(transfer_id)
            if known is not None and known.state is TransferState.ASKING:
                self._transfers[transfer_id] = msgspec.structs.replace(known, state=TransferState.QUEUED)
        self._give(QueueOrder(word="decide", ids=tuple(ids), on_conflict=on_conflict))

    def reorder(self, ids: Iterable[int], step: int | None) -> None:
        """Move those that wait by `step` places in the queue: -1 is one sooner, 1 one later, None the very front.

        Their `place` tells the order.
        """
        self._give(QueueOrder(word="reorder", ids=tuple(ids), step=step))

    def forget(self, ids: Iterable[int]) -> None:
        """Drop transfers that are over from the list."""
        chosen = [one for one in ids if one in self._transfers and self._transfers[one].state.is_over]
        self._give(QueueOrder(word="forget", ids=tuple(chosen)))
        for transfer_id in chosen:
            del self._transfers[transfer_id]

    async def finished(self, transfers: Sequence[Transfer]) -> tuple[Transfer, ...]:
        """Wait until the given transfers are over, or ask; returns what became of them."""
        left = {transfer.id for transfer in transfers if not _rests(self._transfers[transfer.id])}
        if left:
            future = self._loop.create_future()
            self._waiting.append((left, future))
            await future
        return tuple(self._transfers[transfer.id] for transfer in transfers)

    # outliving this process

    @property
    def can_outlive(self) -> bool:
        """Whether another process can carry on what is unfinished when this one ends."""
        return self._queues is not None and self._start_carrier is not None

    async def hand_over(self) -> int:
        """Stop here, and have a process without a terminal carry on what is unfinished; says how many those are.

        Nothing can be added afterwards. Raises StorageError when that cannot be; then they wait for the next start.
        """
        own = [one for one in self._transfers.values() if not one.state.is_over and not one.carried_by]
        if not own or self._start_carrier is None:
            return 0
        self._hands_over = True
        await self._stop_thread()
        await in_thread(self._start_carrier)
        return len(own)

    def hand_over_at_close(self) -> None:
        """When this is closed, have another process carry on what is unfinished: the terminal has gone, and nobody can
        be asked."""
        self._hands_over_at_close = True

    async def left_overs(self) -> tuple[Transfer, ...]:
        """What processes that are gone left unfinished; none of it is among `all` yet."""
        return () if self._carried is None else await self._carried.left_overs()

    def take_over(self) -> None:
        """Fetch here what was left unfinished, from where it stopped."""
        if self._carried is not None:
            self._carried.take_over()

    def drop_left_overs(self) -> None:
        """Forget what was left unfinished; what was received stays beside the targets."""
        if self._carried is not None:
            self._carried.drop_left_overs()

    async def aclose(self) -> None:
        """Stop what is under way; what was received stays for the next time, and so does the queue."""
        if self._carried is not None:
            await self._carried.aclose()
        if self._hands_over_at_close:
            with suppress(StorageError):  # nobody is there to be told; the next start offers what is left
                await self.hand_over()
        await self._stop_thread()

    async def _stop_thread(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            await thread.stop()

    def _admit(self, entries: Sequence[TransferEntry]) -> None:
        self._order(lambda engine: engine.admit(entries))
        self._told([entry.transfer for entry in entries])

    def _give(self, order: QueueOrder) -> None:
        carried = tuple(one for one in order.ids if one in self._transfers and self._transfers[one].carried_by)
        own = tuple(one for one in order.ids if one not in carried)
        if carried and self._carried is not None:
            self._carried.give(msgspec.structs.replace(order, ids=carried))
        if own:
            self._order(lambda engine: obey(engine, msgspec.structs.replace(order, ids=own)))

    def _order(self, order: Callable[[TransferEngine], object]) -> None:
        if self._thread is None:
            self._thread = TransferThread(self._make_engine, self._keep_queue, self._closed, self._crashed)
        self._thread.order(order)

    # in the thread of the transfers

    def _make_engine(self) -> TransferEngine:
        return TransferEngine(self._clock, self._reader_of, self._pass_on, self._limits, self._crashed)

    def _crashed(self, error: BaseException) -> None:
        self._loop.call_soon_threadsafe(self._on_crash, error)

    async def _keep_queue(self, engine: TransferEngine) -> None:
        keeper = self._keeper_of(engine)
        if keeper is not None:
            await keeper.keep()

    def _keeper_of(self, engine: TransferEngine) -> QueueKeeper | None:
        if self._keeper is None and self._queues is not None:
            self._keeper = QueueKeeper(self._queues.new(), engine)
        return self._keeper

    def _reader_of(self, profile: str) -> ReadsFiles:
        if profile not in self._connections:
            self._connections[profile] = self._connect(profile)
        return self._connections[profile].reading_files

    async def _closed(self, engine: TransferEngine) -> None:
        for connection in self._connections.values():
            await connection.aclose()
        self._connections.clear()
        keeper, self._keeper = self._keeper_of(engine), None
        if keeper is not None:
            await in_thread(keeper.finish, keeper.entries(), hands_over=self._hands_over)

    def _pass_on(self, changes: Sequence[TransferChange]) -> None:
        if self._keeper is not None:
            self._keeper.note_change()
        self._loop.call_soon_threadsafe(self._arrived, tuple(changes))

    # in the session's loop again

    def _arrived(self, changes: Sequence[TransferChange]) -> None:
        known = [change for change in changes if change.transfer.id in self._transfers]
        self._failures.update((change.transfer.id, change.failure) for change in known if change.failure is not None)
        self._told([change.transfer for change in known])

    def _told(self, changed: Sequence[Transfer]) -> None:
        """Take transfers as they are now, and tell of them."""
        self._transfers.update((transfer.id, transfer) for transfer in changed)
        for watcher in tuple(self._watchers) if changed else ():
            watcher(tuple(changed))
        self._release({transfer.id for transfer in changed if _rests(transfer)})

    def _release(self, resting: set[int]) -> None:
        for waiting in tuple(self._waiting) if resting else ():
            left, future = waiting
            left -= resting
            if not left:
                self._waiting.remove(waiting)
                if not future.done():
                    future.set_result(None)


def _rests(transfer: Transfer) -> bool:
    return transfer.state.is_over or transfer.state is TransferState.ASKING
