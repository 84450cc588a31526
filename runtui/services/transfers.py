"""Downloads as a session sees them: values that change, and orders."""

import asyncio
import itertools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from runtui.backends.protocol import ReadsFiles
from runtui.model.clock import Clock
from runtui.model.errors import RuntuiError
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.model.transfer import OnConflict, Transfer, TransferState
from runtui.services.connection import Connection
from runtui.services.transfer_engine import TransferEngine
from runtui.services.transfer_entry import TransferChange, TransferEntry, TransferLimits
from runtui.services.transfer_layout import DEFAULT_LAYOUT, places_for
from runtui.services.transfer_thread import TransferThread

_AGAIN = (TransferState.FAILED, TransferState.CANCELLED)

Watcher = Callable[[tuple[Transfer, ...]], None]
"""Called in the session's loop with the transfers that changed, each as it is now."""


class Transfers:
    """The downloads of a session. They run in a thread of their own, with connections of their own.

    `connect` opens a profile for that thread, in that thread. Orders return at once; what comes of them is told to
    the watchers. It belongs to the loop in which it was made.
    """

    def __init__(
        self, clock: Clock, connect: Callable[[str], Connection], *, limits: TransferLimits | None = None
    ) -> None:
        self._clock = clock
        self._connect = connect
        self._limits = limits or TransferLimits()
        self._ids = itertools.count(1)
        self._transfers: dict[int, Transfer] = {}
        self._failures: dict[int, RuntuiError] = {}
        self._watchers: list[Watcher] = []
        self._waiting: list[tuple[set[int], asyncio.Future[None]]] = []
        self._connections: dict[str, Connection] = {}
        self._thread: TransferThread | None = None
        self._loop = asyncio.get_running_loop()

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
        self._transfers.update((transfer.id, transfer) for transfer in added)
        entries = [TransferEntry(transfer=transfer, run=run, root=root) for transfer in added]
        self._order(lambda engine: engine.admit(entries))
        self._tell(added)
        return tuple(added)

    def failure(self, transfer_id: int) -> RuntuiError | None:
        """The error that made a transfer fail the last time, or None."""
        return self._failures.get(transfer_id)

    def cancel(self, ids: Iterable[int]) -> None:
        """Give transfers up; what was received stays beside the target, for the next time."""
        chosen = tuple(ids)
        self._order(lambda engine: engine.cancel(chosen))

    def pause(self, ids: Iterable[int]) -> None:
        """Stop transfers until they are resumed; what was received is kept."""
        chosen = tuple(ids)
        self._order(lambda engine: engine.pause(chosen))

    def resume(self, ids: Iterable[int]) -> None:
        """Let paused transfers go on where they stopped, behind those that wait."""
        chosen = tuple(ids)
        self._order(lambda engine: engine.resume(chosen))

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
        self._order(lambda engine: engine.retry(chosen, on_conflict=on_conflict))

    def decide(self, ids: Iterable[int], on_conflict: OnConflict) -> None:
        """Answer transfers that ask (`TransferState.ASKING`) what becomes of the file in their place."""
        chosen = tuple(ids)
        self._order(lambda engine: engine.decide(chosen, on_conflict))

    def reorder(self, ids: Iterable[int], step: int | None) -> None:
        """Move those that wait by `step` places in the queue: -1 is one sooner, 1 one later, None the very front.

        Their `place` tells the order.
        """
        chosen = frozenset(ids)
        self._order(lambda engine: engine.reorder(chosen, step))

    def forget(self, ids: Iterable[int]) -> None:
        """Drop transfers that are over from the list."""
        chosen = [one for one in ids if one in self._transfers and self._transfers[one].state.is_over]
        for transfer_id in chosen:
            del self._transfers[transfer_id]
        self._order(lambda engine: engine.forget(chosen))

    async def finished(self, transfers: Sequence[Transfer]) -> tuple[Transfer, ...]:
        """Wait until the given transfers are over, or ask; returns what became of them."""
        left = {transfer.id for transfer in transfers if not _rests(self._transfers[transfer.id])}
        if left:
            future = self._loop.create_future()
            self._waiting.append((left, future))
            await future
        return tuple(self._transfers[transfer.id] for transfer in transfers)

    async def aclose(self) -> None:
        """Stop what is under way; what was received stays for the next time."""
        if self._thread is not None:
            await self._thread.stop()
            self._thread = None

    def _order(self, order: Callable[[TransferEngine], object]) -> None:
        if self._thread is None:
            self._thread = TransferThread(self._make_engine, self._close_connections)
        self._thread.order(order)

    # in the thread of the transfers

    def _make_engine(self) -> TransferEngine:
        return TransferEngine(self._clock, self._reader_of, self._pass_on, self._limits)

    def _reader_of(self, profile: str) -> ReadsFiles:
        if profile not in self._connections:
            self._connections[profile] = self._connect(profile)
        return self._connections[profile].reading_files

    async def _close_connections(self) -> None:
        for connection in self._connections.values():
            await connection.aclose()
        self._connections.clear()

    def _pass_on(self, changes: Sequence[TransferChange]) -> None:
        self._loop.call_soon_threadsafe(self._arrived, tuple(changes))

    # in the session's loop again

    def _arrived(self, changes: Sequence[TransferChange]) -> None:
        known = [change for change in changes if change.transfer.id in self._transfers]
        for change in known:
            self._transfers[change.transfer.id] = change.transfer
            if change.failure is not None:
                self._failures[change.transfer.id] = change.failure
        self._tell([change.transfer for change in known])
        self._release({change.transfer.id for change in known if _rests(change.transfer)})

    def _release(self, resting: set[int]) -> None:
        for waiting in tuple(self._waiting) if resting else ():
            left, future = waiting
            left -= resting
            if not left:
                self._waiting.remove(waiting)
                if not future.done():
                    future.set_result(None)

    def _tell(self, changed: Sequence[Transfer]) -> None:
        for watcher in tuple(self._watchers) if changed else ():
            watcher(tuple(changed))


def _rests(transfer: Transfer) -> bool:
    return transfer.state.is_over or transfer.state is TransferState.ASKING
