"""Work that several callers want and that must be done once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from runtui.model.errors import ServiceDownError

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Something that is under way at most once: whoever asks meanwhile waits for the same outcome, error or not.

    It goes on when those who wait are cancelled, because a renewal that was sent has used up its token whether or not
    anybody still wants the answer. `aclose` ends it.
    """

    def __init__(self, go: Callable[[], Awaitable[T]]) -> None:
        self._go = go
        self._task: asyncio.Task[T] | None = None

    async def outcome(self) -> T:
        """What the work under way gives, begun now when none is. Raises what it raises.

        Raises ServiceDownError for those who wait when it is ended by `aclose`.
        """
        if self._task is None:
            self._task = asyncio.create_task(self._run())
            self._task.add_done_callback(_look_at)
        task = self._task
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            me = asyncio.current_task()
            if task.cancelled() and (me is None or not me.cancelling()):
                raise ServiceDownError("the connection was closed meanwhile") from None
            raise

    async def aclose(self) -> None:
        """End what is under way and wait until it has."""
        task = self._task
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> T:
        try:
            return await self._go()
        finally:
            self._task = None


def _look_at(task: "asyncio.Task[T]") -> None:
    """Take note of an error nobody waits for any more; those who do get it themselves."""
    if not task.cancelled():
        task.exception()
