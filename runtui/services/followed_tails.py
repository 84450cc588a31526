"""The tails of a session: opened, followed in the background, told when their runs change, and closed with it."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Final

from runtui.backends.protocol import HasLogs
from runtui.model.clock import Clock
from runtui.model.errors import StorageError
from runtui.model.log import LogSource
from runtui.model.run import Run
from runtui.services.background import Background
from runtui.services.file_tail import FileTail
from runtui.services.kept_spools import KeptSpool, KeptSpools, state_of
from runtui.services.line_windows import WindowLines
from runtui.services.local_file import LocalFile, is_for_reading_in_place
from runtui.services.passing_folder import PassingFolder, remove_left_folders
from runtui.services.service_tail import ServiceTail
from runtui.services.spool import Spool
from runtui.services.store import Store
from runtui.services.tail import Tail, TailPace

SAVE_EVERY: Final = 5.0
"""Seconds between two looks at whether a kept spool has grown."""


class FollowedTails:
    """Every tail that is open. Their spools are in one folder that goes when they do, but for those that are `kept`
    for the next time."""

    def __init__(
        self, store: Store, clock: Clock, background: Background, pace: TailPace, kept: KeptSpools | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._background = background
        self._pace = pace
        self._tasks: dict[Tail, asyncio.Task[None]] = {}
        self._folder: PassingFolder | None = None
        self._kept = kept
        self._kept_of: dict[Tail, KeptSpool] = {}
        self._is_swept = False
        self._opened = 0

    def open(
        self, logs: HasLogs, run: Run, source: LogSource, *, lines: WindowLines | None = None, keep_as: str = ""
    ) -> Tail:
        """A tail of a source with a spool of its own; it polls once followed or polled.

        With `keep_as`, a name for the source among all there are, it goes on from the spool that was kept of it, and
        keeps it for the next time, unless another process follows it now. Raises StorageError.
        """
        if source.path_here and is_for_reading_in_place(Path(source.path_here)):
            return FileTail(run, source, LocalFile(Path(source.path_here)), self._clock, self._pace)
        self._sweep_once()
        kept = self._take(keep_as)
        if kept is not None:
            tail = ServiceTail(logs, run, source, kept.spool, self._clock, self._pace, lines=lines, mark=kept.mark)
            self._kept_of[tail] = kept
            return tail
        return ServiceTail(logs, run, source, self._own_spool(), self._clock, self._pace, lines=lines)

    def follow(self, tail: Tail) -> asyncio.Task[None]:
        """Poll a tail in the background until it ends, and tell it when its run changes. The task ends with it."""
        self._tasks[tail] = self._background.spawn(self._keep_following(tail), f"tail {tail.source.id}")
        return self._tasks[tail]

    async def close(self, tail: Tail) -> None:
        """Stop following, and remove the spool."""
        task = self._tasks.pop(tail, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        tail.close()
        kept = self._kept_of.pop(tail, None)
        if isinstance(tail, ServiceTail):
            if kept is None or self._kept is None:
                tail.spool.path.unlink(missing_ok=True)
            else:
                await asyncio.to_thread(self._kept.give_back, kept, state_of(tail, kept.spool))

    async def aclose(self) -> None:
        """Close every spool, and remove those that are not kept. The tasks are ended by whoever owns the background."""
        for tail in {*self._tasks, *self._kept_of}:
            await self.close(tail)
        if self._folder is not None:
            await asyncio.to_thread(self._folder.remove)

    async def _keep_following(self, tail: Tail) -> None:
        beside = [asyncio.ensure_future(self._note_changes(tail))]
        if isinstance(tail, ServiceTail) and tail in self._kept_of:
            beside.append(asyncio.ensure_future(self._keep_saving(tail, self._kept_of[tail])))
        try:
            await tail.run()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _keep_saving(self, tail: ServiceTail, kept: KeptSpool) -> None:
        """Save how far the spool has come, so that a kill loses little. What cannot be saved is fetched anew."""
        saved = None
        while True:
            await self._clock.sleep(SAVE_EVERY)
            state = state_of(tail, kept.spool)
            if state != saved:
                with suppress(StorageError):
                    await asyncio.to_thread(kept.save, state)
                saved = state

    async def _note_changes(self, tail: Tail) -> None:
        subscription = self._store.subscribe()
        try:
            while True:
                delta = await subscription.next()
                changed = delta.changed.get(tail.run_followed.reference)
                if changed is not None:
                    tail.note_run(changed)
        finally:
            subscription.close()

    def _take(self, name: str) -> KeptSpool | None:
        """The kept spool of that name; None where none can be kept, which hinders nobody."""
        if self._kept is None or not name:
            return None
        try:
            return self._kept.take(name)
        except StorageError:
            return None

    def _sweep_once(self) -> None:
        """Remove what others left, in the background."""
        if self._is_swept:
            return
        self._is_swept = True
        self._background.spawn(asyncio.to_thread(remove_left_folders), "sweeping folders")
        if self._kept is not None:
            self._background.spawn(asyncio.to_thread(self._kept.sweep), "sweeping spools")

    def _own_spool(self) -> Spool:
        """A new spool that goes with its tail. Raises StorageError."""
        if self._folder is None:
            self._folder = PassingFolder()
        self._opened += 1
        return Spool(self._folder.path / f"{self._opened}.log")
