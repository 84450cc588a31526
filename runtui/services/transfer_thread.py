"""A thread with an event loop of its own for transfers: nothing a terminal, a feed or a screen does holds them up."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from runtui.services.transfer_engine import TransferEngine

_THREADS = 32
"""For disks and hashes; most of them wait."""


class TransferThread:
    """Runs an engine elsewhere. `make_engine` is called in the new loop, before the first order, and `close` at its
    end, after the engine was closed."""

    def __init__(self, make_engine: Callable[[], TransferEngine], close: Callable[[], Awaitable[None]]) -> None:
        self._make_engine = make_engine
        self._close = close
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
            runner.run(self._live())

    async def _live(self) -> None:
        self._loop.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="runtui disk"))
        self._engine = self._make_engine()
        for order in self._early:
            order(self._engine)
        try:
            await self._stopping.wait()
        finally:
            await self._engine.aclose()
            await self._close()
