"""Carrying out transfers, in the event loop of whoever owns it."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from enum import Enum

from runtui.backends.protocol import ReadsFiles
from runtui.model.clock import Clock
from runtui.model.errors import RuntuiError, StorageError
from runtui.model.on_conflict import OnConflict
from runtui.model.transfer import TransferState
from runtui.services.download import Download
from runtui.services.folder_sync import FolderSync
from runtui.services.landing import InTheWayError
from runtui.services.rate_meter import RateMeter
from runtui.services.room import check_room
from runtui.services.transfer_entry import TransferChange, TransferEntry, TransferLimits
from runtui.services.transfer_queue import ProfileQueue

TOLD_EVERY = 0.25
"""Seconds between two reports of how far transfers are."""

_STOPPED = {"rate": 0.0, "connections": 0}
_AGAIN = (TransferState.FAILED, TransferState.CANCELLED, TransferState.SKIPPED)


class _Ending(Enum):
    CANCEL = TransferState.CANCELLED
    PAUSE = TransferState.PAUSED
    LEAVE = TransferState.QUEUED


class _Active:
    """A transfer under way."""

    def __init__(self, download: Download, now: float, before: float) -> None:
        self.download = download
        self.began = now - before
        self.meter: RateMeter | None = None
        self.task: asyncio.Task[None] | None = None
        self.ending: _Ending | None = None


class TransferEngine:
    """Fetches the files that were admitted, several at once, and tells of every change.

    `reader_of` gives what reads the files of a profile. `on_change` is called in this loop, at once for a change of
    state and every quarter of a second for those under way; `on_crash` with what nobody expected.
    """

    def __init__(
        self,
        clock: Clock,
        reader_of: Callable[[str], ReadsFiles],
        on_change: Callable[[Sequence[TransferChange]], None],
        limits: TransferLimits | None = None,
        on_crash: Callable[[BaseException], object] = lambda _: None,
    ) -> None:
        self._clock = clock
        self._reader_of = reader_of
        self._on_change = on_change
        self._on_crash = on_crash
        self._limits = limits or TransferLimits()
        self._entries: dict[int, TransferEntry] = {}
        self._queues: dict[str, ProfileQueue] = {}
        self._active: dict[int, _Active] = {}
        self._admitting: set[asyncio.Task[None]] = set()
        self._ticking: asyncio.Task[None] | None = None
        self._folders = FolderSync()
        self._last_place = 0
        self._asked: set[int] = set()
        self._is_closed = False

    @property
    def entries(self) -> tuple[TransferEntry, ...]:
        """Every entry as it stands, in the order in which they will be fetched or were admitted."""
        return tuple(sorted(self._entries.values(), key=lambda entry: entry.transfer.place))

    def admit(self, entries: Sequence[TransferEntry]) -> None:
        """Take entries in. Those that are queued are begun in their turn, once it is sure that all have room."""
        self._entries.update((entry.id, entry) for entry in entries)
        self._last_place = max(self._last_place, *(entry.transfer.place for entry in entries), 0)
        queued = [entry for entry in entries if entry.transfer.state is TransferState.QUEUED]
        if queued and not self._is_closed:
            task = asyncio.get_running_loop().create_task(self._admit(queued))
            self._admitting.add(task)
            task.add_done_callback(self._admitting.discard)

    def cancel(self, ids: Iterable[int]) -> None:
        """Give transfers up; what was received stays beside the target for the next time."""
        self._end(ids, _Ending.CANCEL)

    def pause(self, ids: Iterable[int]) -> None:
        """Stop transfers until they are resumed."""
        self._end(ids, _Ending.PAUSE)

    def resume(self, ids: Iterable[int]) -> None:
        """Let paused transfers go on, where they stopped."""
        self._queue_again(ids, (TransferState.PAUSED,))

    def retry(self, ids: Iterable[int], *, on_conflict: OnConflict | None = None) -> None:
        """Begin transfers that failed or were given up again where they were broken off. With `on_conflict` also those
        that were skipped."""
        states = _AGAIN if on_conflict is not None else _AGAIN[:2]
        self._queue_again(ids, states, on_conflict=on_conflict)

    def decide(self, ids: Iterable[int], on_conflict: OnConflict) -> None:
        """Answer transfers that ask what becomes of the file in their place."""
        chosen = tuple(ids)
        self._asked.update(chosen)
        self._queue_again(chosen, (TransferState.ASKING,), on_conflict=on_conflict)

    def reorder(self, ids: Collection[int], step: int | None) -> None:
        """Move those that wait by `step` places (negative is sooner); None is to the very front."""
        changes: list[TransferChange] = []
        for queue in self._queues.values():
            queue.reorder(ids, step)
            waiting = tuple(queue)
            places = sorted(self._entries[one].transfer.place for one in waiting)
            pairs = zip(waiting, places, strict=True)
            changes += [self._noted(one, place=at) for one, at in pairs if self._entries[one].transfer.place != at]
        if changes:
            self._on_change(changes)

    def forget(self, ids: Iterable[int]) -> None:
        """Drop transfers that are over."""
        for transfer_id in tuple(ids):
            entry = self._entries.get(transfer_id)
            if entry is not None and entry.transfer.state.is_over:
                del self._entries[transfer_id]

    async def aclose(self) -> None:
        """Stop everything. What is not over stays queued: it can be carried on by whoever gets the entries."""
        self._is_closed = True
        for task in tuple(self._admitting):
            task.cancel()
        self._end(tuple(self._active), _Ending.LEAVE)
        running = [active.task for active in self._active.values() if active.task is not None]
        if self._ticking is not None:
            self._ticking.cancel()
            running.append(self._ticking)
        await asyncio.gather(*running, *self._admitting, return_exceptions=True)

    async def _admit(self, entries: Sequence[TransferEntry]) -> None:
        pending = [entry for entry in self._entries.values() if entry.transfer.state.is_moving]
        try:
            await asyncio.to_thread(check_room, pending, entries)
        except RuntuiError as error:
            self._change_all(entries, TransferState.FAILED, error)
            return
        except OSError as error:
            refused = StorageError(f"{error.filename or 'the folder'} cannot be looked at: {error.strerror}")
            self._change_all(entries, TransferState.FAILED, refused)
            return
        for entry in entries:
            if self._entries[entry.id].transfer.state is TransferState.QUEUED:
                self._queue(entry.profile).put(entry)
        self._pump()

    def _queue(self, profile: str) -> ProfileQueue:
        if profile not in self._queues:
            self._queues[profile] = ProfileQueue(self._limits)
            self._queues[profile].slots.when_free(self._pump)
        return self._queues[profile]

    def _queue_again(
        self, ids: Iterable[int], states: Collection[TransferState], *, on_conflict: OnConflict | None = None
    ) -> None:
        for transfer_id in ids:
            entry = self._entries.get(transfer_id)
            if entry is None or entry.transfer.state not in states:
                continue
            chosen = entry.on_conflict if on_conflict is None else on_conflict
            again = {"state": TransferState.QUEUED, "error": "", "hint": "", "note": "", "existing": None}
            self._last_place += 1
            self._change(transfer_id, **again, on_conflict=chosen, place=self._last_place)
            self._queue(entry.profile).put(self._entries[transfer_id])
        self._pump()

    def _end(self, ids: Iterable[int], ending: _Ending) -> None:
        for transfer_id in ids:
            active, entry = self._active.get(transfer_id), self._entries.get(transfer_id)
            if active is not None and active.task is not None:
                active.ending = active.ending or ending
                active.task.cancel()
            elif entry is not None and not entry.transfer.state.is_over:
                self._queue(entry.profile).take_out(transfer_id)
                self._change(transfer_id, state=ending.value, existing=None)

    def _pump(self) -> None:
        for queue in self._queues.values() if not self._is_closed else ():
            while (transfer_id := queue.next()) is not None:
                self._begin(transfer_id, queue)
        for active in self._active.values():
            active.download.widen()

    def _begin(self, transfer_id: int, queue: ProfileQueue) -> None:
        entry = self._entries[transfer_id]
        try:
            reader = self._reader_of(entry.profile)
        except RuntuiError as error:
            queue.over(transfer_id)
            self._change(transfer_id, error, state=TransferState.FAILED, error=error.message, hint=error.hint)
            return
        download = Download(reader, entry, queue.slots, self._clock, self._folders)
        active = _Active(download, self._clock.monotonic(), entry.transfer.seconds)
        self._active[transfer_id] = active
        self._change(transfer_id, state=TransferState.ACTIVE, connections=1, existing=None)
        active.task = asyncio.get_running_loop().create_task(self._carry_out(transfer_id, active))
        active.task.add_done_callback(lambda task: self._over(transfer_id, queue, task))
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.get_running_loop().create_task(self._tick())

    def _over(self, transfer_id: int, queue: ProfileQueue, task: "asyncio.Task[None]") -> None:
        crash = None if task.cancelled() else task.exception()
        if crash is not None:
            error = RuntuiError(f"an error of runtui's own: {type(crash).__name__}")
            self._change(transfer_id, error, **_STOPPED, state=TransferState.FAILED, error=error.message)
            self._on_crash(crash)
        self._active.pop(transfer_id, None)
        queue.over(transfer_id)

    async def _carry_out(self, transfer_id: int, active: _Active) -> None:
        try:
            outcome = await active.download.run()
        except asyncio.CancelledError:
            state = (active.ending or _Ending.LEAVE).value
            self._change(transfer_id, **{**self._standing(active), **_STOPPED, "state": state})
        except InTheWayError as found:
            self._meet_existing(transfer_id, found)
        except RuntuiError as error:
            failed = {"state": TransferState.FAILED, "error": error.message, "hint": error.hint}
            self._change(transfer_id, error, **{**self._standing(active), **_STOPPED, **failed})
        else:
            state = TransferState.SKIPPED if outcome.skipped else TransferState.DONE
            done = {"state": state, "received": outcome.size, "size": outcome.size, "verified": outcome.verified}
            self._change(transfer_id, **{**self._standing(active), **_STOPPED, **done, "target": outcome.target})

    def _meet_existing(self, transfer_id: int, found: InTheWayError) -> None:
        choice = self._entries[transfer_id].on_conflict
        if choice is OnConflict.ASK or transfer_id in self._asked:
            self._change(transfer_id, **_STOPPED, state=TransferState.ASKING, existing=found.existing)
        else:
            failed = {"state": TransferState.FAILED, "error": found.message, "hint": found.hint}
            self._change(transfer_id, found, **_STOPPED, **failed)

    async def _tick(self) -> None:
        while self._active:
            await asyncio.sleep(TOLD_EVERY)
            changes = [self._noted(transfer_id, **self._standing(active)) for transfer_id, active in self._fetching()]
            if changes:
                self._on_change(changes)

    def _fetching(self) -> list[tuple[int, _Active]]:
        return [
            (transfer_id, active)
            for transfer_id, active in self._active.items()
            if active.ending is None and active.task is not None and not active.task.done()
        ]

    def _standing(self, active: _Active) -> dict[str, object]:
        """What is to be told of one under way."""
        download, now = active.download, self._clock.monotonic()
        if active.meter is None and download.has_begun:
            active.meter = RateMeter(now, download.received)
        return {
            "state": TransferState.VERIFYING if download.is_verifying else TransferState.ACTIVE,
            "received": download.received,
            "size": download.size,
            "rate": 0.0 if active.meter is None else active.meter.note(now, download.received),
            "connections": download.connections,
            "note": download.note,
            "seconds": now - active.began,
        }

    def _change_all(self, entries: Iterable[TransferEntry], state: TransferState, error: RuntuiError) -> None:
        self._on_change(
            [self._noted(entry.id, error, state=state, error=error.message, hint=error.hint) for entry in entries]
        )

    def _change(self, transfer_id: int, failure: RuntuiError | None = None, /, **changes: object) -> None:
        self._on_change([self._noted(transfer_id, failure, **changes)])

    def _noted(self, transfer_id: int, failure: RuntuiError | None = None, /, **changes: object) -> TransferChange:
        entry = self._entries[transfer_id].changed(**changes)
        self._entries[transfer_id] = entry
        return TransferChange(entry.transfer, failure)
