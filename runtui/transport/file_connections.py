"""Connections for the bytes of files: blocking sockets in threads.

The event loop's way moves some 200 MB a second and takes a whole core for it. Here a thread receives into a buffer that
it reuses, which costs a fraction, and leaves the loop alone. It takes the place of the HTTP client alone:
authorization, redirects, budgets and errors stay where they are.
"""

import asyncio
import ssl
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import httpx

from runtui.model.threads import ended
from runtui.transport.addresses import Origin, origin_of
from runtui.transport.file_socket import FileAnswer, FileSocket

T = TypeVar("T")

Take = Callable[[memoryview], bool]
"""Takes some bytes of a file, in a thread; False when it wants no more. The memory is used again afterwards."""

BODY = "runtui.file_body"
"""Under this name an answer's extensions hold its FileBody."""

_MOST_THREADS = 64
_BUFFER = 1024 * 1024
_PIECE = 64 * 1024
_IDLE_SECONDS = 20.0
_MOST_IDLE = 16


class FileClient:
    """Asks for files over sockets of its own, which are kept for the next request to the same place.

    It stands in for the HTTP client, with its requests, answers and errors, and so do its two methods.
    """

    def __init__(self, trust: ssl.SSLContext | None) -> None:
        self._trust = trust
        self._threads = ThreadPoolExecutor(_MOST_THREADS, thread_name_prefix="runtui bytes")
        self._idle: dict[Origin, list[tuple[float, FileSocket]]] = {}
        self._open: set[FileSocket] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    def build_request(
        self,
        method: str,
        url: httpx.URL,
        *,
        content: bytes | None,
        headers: Mapping[str, str],
        timeout: httpx.Timeout,
    ) -> httpx.Request:
        """A request to be sent."""
        return httpx.Request(method, url, content=content, headers=headers, extensions={"timeout": timeout.as_dict()})

    async def send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        """Send it and read the head of the answer; the body is read by who wants it, which `stream` says."""
        question = _Question(request, await request.aread())
        self._check_open()
        asking = self._threads.submit(self._ask, question)
        try:
            connection, answer = await asyncio.wrap_future(asking)
        except asyncio.CancelledError:
            question.abandon()
            asking.add_done_callback(self._abandon)
            raise
        body = FileBody(self, connection, answer, request)
        headers = answer.getheaders()
        return httpx.Response(answer.status, headers=headers, stream=body, request=request, extensions={BODY: body})

    async def aclose(self) -> None:
        """Close every socket. What is being read breaks off, and so does what is being asked."""
        with self._lock:
            self._is_closed = True
            idle = [connection for kept in self._idle.values() for _, connection in kept]
            self._idle.clear()
            self._open.difference_update(idle)
            in_use = tuple(self._open)
        for connection in idle:
            connection.close()
        for connection in in_use:
            connection.break_off()
        # what still waits for a thread gets one and meets the end there: to cancel it would look as if its reader were
        self._threads.shutdown(wait=False)

    def run(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """Let a thread do something. Raises httpx.ReadError once closed."""
        self._check_open()
        return asyncio.wrap_future(self._threads.submit(work))

    def give_back(self, connection: FileSocket) -> None:
        """Keep a socket whose answer was read to its end for the next request; close any other."""
        with self._lock:
            idle = self._idle.setdefault(connection.place, [])
            if connection.is_reusable and not self._is_closed and len(idle) < _MOST_IDLE:
                idle.append((time.monotonic(), connection))
                return
            self._open.discard(connection)
        connection.close()

    def _check_open(self) -> None:
        if self._is_closed:
            raise httpx.ReadError("it was closed here")

    def _ask(self, question: "_Question") -> tuple[FileSocket, FileAnswer]:
        place = origin_of(question.request.url)
        while (kept := self._kept(place)) is not None:
            try:
                return kept, question.asked_over(kept)
            except httpx.TransportError as error:
                self._drop(kept)
                if not kept.was_closed_before_it_answered or isinstance(error, httpx.TimeoutException):
                    raise
        connection = FileSocket(place, self._trust)
        with self._lock:
            if self._is_closed:
                raise httpx.ConnectError("the connection is closed")
            self._open.add(connection)
        try:
            return connection, question.asked_over(connection)
        except BaseException:
            self._drop(connection)
            raise

    def _kept(self, place: Origin) -> FileSocket | None:
        """A socket that was kept and that the other side has not closed or written to since."""
        while True:
            with self._lock:
                idle = self._idle.get(place)
                if not idle:
                    return None
                since, connection = idle.pop()
            if time.monotonic() - since < _IDLE_SECONDS and connection.is_quiet():
                return connection
            self._drop(connection)

    def _drop(self, connection: FileSocket) -> None:
        with self._lock:
            self._open.discard(connection)
        connection.close()

    def _abandon(self, asking: "Future[tuple[FileSocket, FileAnswer]]") -> None:
        if not asking.cancelled() and asking.exception() is None:
            self._drop(asking.result()[0])


class _Question:
    """A request that can be given up while a thread waits for its answer."""

    def __init__(self, request: httpx.Request, body: bytes) -> None:
        self.request = request
        self._body = body
        self._connection: FileSocket | None = None
        self._is_abandoned = False

    def asked_over(self, connection: FileSocket) -> FileAnswer:
        """The head of the answer that comes over a connection."""
        self._connection = connection
        if self._is_abandoned:
            raise httpx.ReadError("nobody waits for it any more", request=self.request)
        return connection.ask(self.request, self._body)

    def abandon(self) -> None:
        """Nobody waits for the answer any more."""
        self._is_abandoned = True
        if self._connection is not None:
            self._connection.break_off()


class FileBody(httpx.AsyncByteStream):
    """The bytes of an answer that are still to come."""

    def __init__(
        self, transport: FileClient, connection: FileSocket, answer: FileAnswer, request: httpx.Request
    ) -> None:
        self._transport = transport
        self._connection = connection
        self._answer = answer
        self._request = request
        self._is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        buffer = memoryview(bytearray(_PIECE))
        while count := await self._threaded(lambda: self._read(buffer)):
            yield bytes(buffer[:count])

    async def copy(self, take: Take) -> None:
        """Give all bytes to `take`, in one thread, as they arrive. Raises httpx's errors, and what `take` raises.

        When this is cancelled the socket is broken off, and the thread has ended before it returns.
        """
        await self._threaded(lambda: self._copy(take))

    async def aclose(self) -> None:
        """Give the socket back, or close it when bytes are left that nobody wants."""
        if not self._is_closed:
            self._is_closed = True
            self._answer.finish()
            self._transport.give_back(self._connection)

    async def _threaded(self, work: Callable[[], T]) -> T:
        return await ended(self._transport.run(work), self._connection.break_off)

    def _copy(self, take: Take) -> None:
        buffer = memoryview(bytearray(_BUFFER if (self._answer.length or _BUFFER) > _PIECE else _PIECE))
        while count := self._read(buffer):
            if not take(buffer[:count]):
                return

    def _read(self, buffer: memoryview) -> int:
        return self._connection.read_into(self._answer, buffer, self._request)
