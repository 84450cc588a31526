"""Background tasks with an owner that ends them and does not let one die unseen."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Background:
    """Holds the tasks of a session. A task that crashes makes `crashed` raise what it raised."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._crash: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Start some work; it is cancelled at the latest when the session closes."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._note_end)
        return task

    async def crashed(self) -> None:
        """Wait until a task crashes, and raise what it raised. Never returns otherwise."""
        await asyncio.shield(self._crash)

    async def aclose(self) -> None:
        """Cancel every task and wait for its end."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._crash.done() and not self._crash.cancelled():
            self._crash.exception()
        self._crash.cancel()

    def note_crash(self, error: BaseException) -> None:
        """Something outside these tasks crashed: `crashed` raises it all the same."""
        if not self._crash.done():
            self._crash.set_exception(error)

    def _note_end(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not self._crash.done():
            self._crash.set_exception(error)
