"""The tails of a session: opened, followed in the background, told when their runs change, and closed with it."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from runtui.backends.protocol import HasLogs
from runtui.model.clock import Clock
from runtui.model.log import LogSource
from runtui.model.run import Run
from runtui.services.background import Background
from runtui.services.spool import Spool
from runtui.services.store import Store
from runtui.services.tail import Tail, TailPace, WindowLines


class FollowedTails:
    """Every tail that is open, each with a spool in one folder that goes when they do."""

    def __init__(self, store: Store, clock: Clock, background: Background, pace: TailPace) -> None:
        self._store = store
        self._clock = clock
        self._background = background
        self._pace = pace
        self._tasks: dict[Tail, asyncio.Task[None]] = {}
        self._folder: Path | None = None

    def open(self, logs: HasLogs, run: Run, source: LogSource, *, lines: WindowLines | None = None) -> Tail:
        """A tail of a source with a spool of its own; it polls once followed or polled."""
        file, path = tempfile.mkstemp(dir=self._spools(), suffix=".log")
        os.close(file)
        return Tail(logs, run, source, Spool(Path(path)), self._clock, self._pace, lines=lines)

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
        tail.spool.close()
        tail.spool.path.unlink(missing_ok=True)

    async def aclose(self) -> None:
        """Close every spool and remove them all. The tasks are ended by whoever owns the background."""
        for tail in tuple(self._tasks):
            tail.spool.close()
        if self._folder is not None:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def _keep_following(self, tail: Tail) -> None:
        noting = asyncio.ensure_future(self._note_changes(tail))
        try:
            await tail.run()
        finally:
            noting.cancel()
            await asyncio.gather(noting, return_exceptions=True)

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

    def _spools(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="runtui-"))
        return self._folder
