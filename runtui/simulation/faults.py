"""Making a simulated service misbehave on purpose."""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import msgspec

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


_BETWEEN_LOOKS = 0.05
BREAK = "break_connection"
"""Where in a request's state the server puts what closes its connection."""


class Fault(msgspec.Struct, kw_only=True):
    """One way in which answers go wrong: for requests whose `METHOD path?query` matches, `times` times (-1: always).

    With a `status` that answer is given in place of the real one. `cut_after` sends that many bytes of the real body
    and closes the connection. `delay` is in seconds of our time, before the answer. `hang` never answers.
    `drop_answer` lets the service do its work and closes the connection without an answer.
    """

    name: str = ""
    match: str = ""
    times: int = -1
    status: int | None = None
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = {}
    delay: float = 0.0
    cut_after: int | None = None
    hang: bool = False
    drop_answer: bool = False
    released: bool = False
    """Set it to break the connections that hang."""

    def takes(self, request: str) -> bool:
        """Whether it applies to this request; counts it when it does."""
        if self.times == 0 or re.search(self.match, request) is None:
            return False
        if self.times > 0:
            self.times -= 1
        return True


class FaultLine:
    """Stands before a simulator's routes and applies the faults that were added. Also counts what is asked.

    `requests` holds `METHOD path?query` of every request, in order; `bytes_sent` the bytes of all bodies. With `now`
    every answer carries the `Date` of that clock (aware UTC), so that ages are those of the simulated world.
    """

    def __init__(self, application: Application, now: Callable[[], datetime] | None = None) -> None:
        self._application = application if now is None else _Dated(application, now)
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.bytes_sent = 0

    def add(self, fault: Fault) -> Fault:
        """Let a fault apply from now on."""
        self.faults.append(fault)
        return fault

    def clear(self) -> None:
        """Behave again, and forget what was asked."""
        self.faults.clear()
        self.requests.clear()
        self.headers.clear()
        self.bytes_sent = 0

    def fail(
        self,
        match: str = "",
        *,
        status: int = 503,
        times: int = -1,
        body: bytes = b"",
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> Fault:
        """Answer matching requests with this code and body."""
        return self.add(
            Fault(match=match, status=status, times=times, body=body, content_type=content_type, headers=headers or {})
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        query = scope.get("query_string", b"").decode("latin-1")
        request = f"{scope['method']} {scope['path']}" + (f"?{query}" if query else "")
        self.requests.append(request)
        self.headers.append({key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]})
        fault = next((fault for fault in self.faults if fault.takes(request)), None)
        await (
            self._answer(scope, receive, self._counting(send))
            if fault is None
            else self._misbehave(fault, scope, receive, send)
        )

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._application(scope, receive, send)

    def _counting(self, send: Send) -> Send:
        async def counted(message: Message) -> None:
            self.bytes_sent += len(message.get("body", b""))
            await send(message)

        return counted

    async def _misbehave(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.hang:
            try:
                await _until_disconnected(receive, fault)
            finally:
                break_connection(scope)
        elif fault.status is not None:
            await _send_whole(self._counting(send), fault)
        elif fault.drop_answer:
            await self._drop_answer(scope, receive)
        elif fault.cut_after is not None:
            await self._cut_off(fault.cut_after, scope, receive, self._counting(send))
        else:
            await self._answer(scope, receive, self._counting(send))

    async def _drop_answer(self, scope: Scope, receive: Receive) -> None:
        async def unsent(message: Message) -> None:
            pass

        await self._application(scope, receive, unsent)
        break_connection(scope)
        raise ConnectionAbortedError("dropped on purpose")

    async def _cut_off(self, length: int, scope: Scope, receive: Receive, send: Send) -> None:
        left = length

        async def cutting(message: Message) -> None:
            nonlocal left
            if message["type"] == "http.response.body":
                body = message.get("body", b"")[:left]
                left -= len(body)
                if body:
                    await send({"type": "http.response.body", "body": body, "more_body": True})
                return
            await send(message)

        await self._application(scope, receive, cutting)
        raise ConnectionAbortedError("cut off on purpose")


def break_connection(scope: Scope) -> None:
    """Close the connection a request came on without another byte, where a `SimulatorServer` serves it."""
    scope.get("state", {}).get(BREAK, lambda: None)()


class _Dated:
    def __init__(self, application: Application, now: Callable[[], datetime]) -> None:
        self._application = application
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(self._now().astimezone(UTC), usegmt=True).encode("latin-1")
                message = {**message, "headers": [*message.get("headers", ()), (b"date", date)]}
            await send(message)

        await self._application(scope, receive, dated)


async def _until_disconnected(receive: Receive, fault: Fault) -> None:
    while not fault.released:
        with suppress(TimeoutError):
            async with asyncio.timeout(_BETWEEN_LOOKS):
                if (await receive())["type"] == "http.disconnect":
                    return


async def _send_whole(send: Send, fault: Fault) -> None:
    headers = {"content-type": fault.content_type, "content-length": str(len(fault.body)), **fault.headers}
    raw = [(key.lower().encode("latin-1"), value.encode("latin-1")) for key, value in headers.items()]
    await send({"type": "http.response.start", "status": fault.status, "headers": raw})
    await send({"type": "http.response.body", "body": fault.body})
