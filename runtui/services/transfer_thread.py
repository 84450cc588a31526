"""A thread with an event loop of its own for transfers: nothing a terminal, a feed or a screen does holds them up."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from runtui.services.transfer_engine import TransferEngine

_THREADS = 32
"""For disks and hashes; most of them wait."""


class TransferThread:
    """Runs an engine elsewhere. `make_engine` is called in the new loop, before the first order; `beside` runs along
    with it; `close` is called at the end, after the engine was closed; `on_crash`, in the new thread, with what nobody
    expected."""

    def __init__(
        self,
        make_engine: Callable[[], TransferEngine],
        beside: Callable[[TransferEngine], Coroutine[Any, Any, None]],
        close: Callable[[TransferEngine], Awaitable[None]],
        on_crash: Callable[[BaseException], object],
    ) -> None:
        self._make_engine = make_engine
        self._beside = beside
        self._close = close
        self._on_crash = on_crash
        self._loop = asyncio.new_event_loop()
        self._engine: TransferEngine | None = None
        self._early: list[Callable[[TransferEngine], object]] = []
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="runtui transfers", daemon=True)
        self._thread.start()

    def order(self, order: Callable[[TransferEngine], object]) -> None:
        """Let something be done in the engine's loop, without waiting for it; orders keep their order."""
        self._loop.call_soon_threadsafe(self._obey, order)

    async def stop(self) -> None:
        """Close the engine, and wait for the end of the thread. What is under way can be carried on later."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    def _obey(self, order: Callable[[TransferEngine], object]) -> None:
        if self._engine is None:
            self._early.append(order)
        else:
            order(self._engine)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._watch())

    async def _watch(self) -> None:
        """Live, and pass on whatever that ended with: nothing above a thread would see it."""
        living = asyncio.get_running_loop().create_task(self._live())
        await asyncio.wait({living})
        error = None if living.cancelled() else living.exception()
        if error is not None:
            self._on_crash(error)

    async def _live(self) -> None:
        self._loop.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="runtui disk"))
        self._engine = self._make_engine()
        for order in self._early:
            order(self._engine)
        beside = asyncio.ensure_future(self._beside(self._engine))
        try:
            await self._stopping.wait()
        finally:
            beside.cancel()
            (ended,) = await asyncio.gather(beside, return_exceptions=True)
            if isinstance(ended, Exception):
                self._on_crash(ended)
            await self._engine.aclose()
            await self._close(self._engine)
