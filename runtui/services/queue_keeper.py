"""Keeping a queue on the disk while it is being fetched."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from runtui.model.errors import StorageError
from runtui.model.threads import in_thread
from runtui.model.transfer import TransferState
from runtui.services.queue_file import QueueFile
from runtui.services.transfer_engine import TransferEngine
from runtui.services.transfer_entry import TransferEntry

_LOOKS = 0.4
_LIFE_EVERY = 20.0
_SHARE_OF_TIME = 0.05
"""How much of the time may be spent with writing: a long queue is written less often."""


class QueueKeeper:
    """Writes the queue of an engine whenever something changed. `keeps_over` also writes transfers that are over."""

    def __init__(self, queue: QueueFile, engine: TransferEngine, *, keeps_over: bool = False) -> None:
        self._queue = queue
        self._engine = engine
        self._keeps_over = keeps_over
        self._is_changed = True
        self._life_shown_at = float("-inf")

    def note_change(self) -> None:
        """Something is to be written."""
        self._is_changed = True

    async def keep(self) -> None:
        """Write what changes, until cancelled."""
        while True:
            began = time.monotonic()
            await self.look()
            await asyncio.sleep(max(_LOOKS, (time.monotonic() - began) / _SHARE_OF_TIME))

    async def look(self) -> None:
        """Write it if it changed. What cannot be written is tried again with the next change."""
        if time.monotonic() - self._life_shown_at > _LIFE_EVERY:
            self._life_shown_at = time.monotonic()
            with suppress(StorageError):
                await in_thread(self._queue.hold)
        if self._is_changed:
            self._is_changed = False
            with suppress(StorageError):
                await in_thread(self._write, self.entries())

    def entries(self) -> list[TransferEntry]:
        """What is to be written."""
        return [entry for entry in self._engine.entries if self._keeps_over or not entry.transfer.state.is_over]

    def finish(self, entries: Sequence[TransferEntry], *, hands_over: bool = False) -> None:
        """Write it for the last time, as what another process can go on with, and let go of it. Blocking."""
        try:
            with suppress(StorageError):
                self._write([_at_rest(entry) for entry in entries])
                if hands_over and entries:
                    self._queue.hand_over()
        finally:
            self._queue.let_go()

    def _write(self, entries: Sequence[TransferEntry]) -> None:
        self._queue.hold()
        if entries:
            self._queue.save(entries)
        else:
            self._queue.remove()


def _at_rest(entry: TransferEntry) -> TransferEntry:
    if entry.transfer.state.is_moving:
        return entry.changed(state=TransferState.QUEUED, rate=0.0, connections=0)
    return entry
