"""A session in a thread and event loop of its own, so that no slow terminal holds it up and it holds up no key."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, TypeVar

from runtui.model.delta import Delta
from runtui.model.transfer import Transfer

if TYPE_CHECKING:
    from runtui.services.session import Session

T = TypeVar("T")

FIRST_PAINT_SECONDS = 0.5
"""How long services wait at most until what was known before is on the screen."""


class SessionThread:
    """Runs a session elsewhere and passes values both ways.

    `on_delta` and `on_transfers` are called in the session's thread; a delta is followed by the next one only after
    the future that `on_delta` returned is done, and what happens meanwhile is merged: a busy reader queues no work.
    `on_crash` is called when the session or a task of it crashed.
    """

    def __init__(
        self,
        open_session: "Callable[[], AbstractAsyncContextManager[Session]]",
        *,
        on_delta: Callable[[Delta], "Future[None]"],
        on_transfers: Callable[[tuple[Transfer, ...]], None],
        on_crash: Callable[[BaseException], None],
    ) -> None:
        self._open_session = open_session
        self._on_delta = on_delta
        self._on_transfers = on_transfers
        self._on_crash = on_crash
        self._thread = threading.Thread(target=self._run, name="runtui session", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._session: Future[Session] = Future()
        self._stop: asyncio.Event | None = None

    def start(self) -> None:
        """Open the session and begin to poll; returns at once."""
        self._thread.start()

    async def ask(self, question: "Callable[[Session], Awaitable[T]]") -> T:
        """Let the session answer in its own loop, and wait for the answer in this one. Raises what it raises.

        Once the session is closed there is no answer: who asks is cancelled.
        """
        # who stops asking before the session is open takes it from nobody else
        session = await asyncio.shield(asyncio.wrap_future(self._session))
        return await asyncio.wrap_future(self._submit(question, session))

    def tell(self, order: "Callable[[Session], object]") -> None:
        """Let something be done in the session's loop, without waiting for it."""
        self._session.add_done_callback(lambda opened: self._order(order, opened))

    def stop(self, timeout: float = 5.0) -> None:
        """Close the session and wait for its thread, at most `timeout` seconds."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(timeout)

    def _submit(self, question: "Callable[[Session], Awaitable[T]]", session: "Session") -> "Future[T]":
        async def answer() -> T:
            return await question(session)

        assert self._loop is not None
        answering = answer()
        try:
            return asyncio.run_coroutine_threadsafe(answering, self._loop)
        except RuntimeError:
            answering.close()
            raise asyncio.CancelledError("the session is closed") from None

    def _order(self, order: "Callable[[Session], object]", opened: "Future[Session]") -> None:
        if opened.cancelled() or opened.exception() is not None or self._loop is None or self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(order, opened.result())

    def _run(self) -> None:
        asyncio.run(self._watch())

    async def _watch(self) -> None:
        """Live, and pass on whatever that ended with: nothing above a thread would see it."""
        living = asyncio.get_running_loop().create_task(self._live())
        await asyncio.wait({living})
        error = living.exception()
        if error is not None:
            if not self._session.done():
                self._session.set_exception(error)
            self._on_crash(error)

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        async with self._open_session() as session:
            session.transfers.watch(self._on_transfers)
            shown = asyncio.Event()
            session.background.spawn(self._pass_deltas(session, shown), "deltas")
            # what was known before is on the screen before the HTTP client, which takes a while, is brought in
            patience = asyncio.sleep(FIRST_PAINT_SECONDS)
            await self._first_of(shown.wait(), patience, self._stop.wait(), session.background.crashed())
            session.open()
            session.start_feeds()
            self._session.set_result(session)
            await self._first_of(self._stop.wait(), session.background.crashed())

    async def _first_of(self, *events: Coroutine[Any, Any, object]) -> None:
        """Wait until one of them comes, and let go of the others. Raises what it raises."""
        waiting = {asyncio.ensure_future(event) for event in events}
        done, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for task in done:
            task.result()

    async def _pass_deltas(self, session: "Session", shown: asyncio.Event) -> None:
        """Pass changes on, one after another; `shown` is set once the first was taken."""
        subscription = session.store.subscribe()
        try:
            while True:
                await asyncio.wrap_future(self._on_delta(await subscription.next()))
                shown.set()
        finally:
            subscription.close()
