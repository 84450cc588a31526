"""One connection to one service: every request of a backend goes through here."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import httpx
import msgspec

from runtui import __version__
from runtui.model.clock import Clock, SystemClock
from runtui.model.errors import (
    BackendError,
    ConfigError,
    PayloadError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedError,
)
from runtui.model.secret import Secret
from runtui.model.threads import in_thread
from runtui.transport.addresses import path_segments, place_of, segment
from runtui.transport.auth import Auth, EndsItsWork, NoAuth
from runtui.transport.body import read_beginning, read_pieces, read_whole
from runtui.transport.call import Call
from runtui.transport.errors import error_for_exception, error_for_reply
from runtui.transport.exchange import Exchange, parse_target
from runtui.transport.file_connections import BODY, FileBody, Take
from runtui.transport.limits import RateBudget
from runtui.transport.redaction import redact, redact_bytes, secrets_among
from runtui.transport.reply import Reply
from runtui.transport.retry import SAFE_METHODS, RetryPolicy
from runtui.transport.timeouts import Timeouts
from runtui.transport.unpacking import Unpacked, is_packed

__all__ = ["Explain", "Query", "StreamedReply", "Timeouts", "Transport", "path_segments", "segment"]

R = TypeVar("R")

Explain = Callable[[Reply, str], BackendError | None]
"""A backend's own reading of an answer: the error it is (the second argument is the operation), or None to use ours."""

Query = Mapping[str, str | int | Sequence[str]]

_LARGEST_REPLY = 64 * 1024 * 1024


class Transport:
    """Sends requests to `base_url` with authorization, budget, retries and timeouts, and gives replies or errors.

    `base_url` holds scheme, host and any path prefix. A path given to a request is joined to it; one that starts
    with `/` counts from the origin; an absolute address is asked as it is, with authorization only on our origin.
    With `read_only` nothing but GET and HEAD leaves, except requests marked as `logs_in`. It belongs to the event
    loop of its first request, and is of no use any more once closed.
    """

    def __init__(
        self,
        profile: str,
        base_url: str,
        *,
        auth: Auth | None = None,
        clock: Clock | None = None,
        budget: RateBudget | None = None,
        retry: RetryPolicy | None = None,
        timeouts: Timeouts | None = None,
        explain: Explain | None = None,
        read_only: bool = False,
        headers: Mapping[str, str] | None = None,
        verify: bool = True,
    ) -> None:
        own = _own_address(base_url)
        self.profile = profile
        self.base_url = base_url.strip().rstrip("/")
        self.origin = f"{own.scheme}://{urlsplit(self.base_url).netloc}"
        self.host = place_of(own)
        self.clock = clock or SystemClock()
        self.budget = budget or RateBudget(self.clock)
        self.auth: Auth = auth or NoAuth()
        self._retry = retry or RetryPolicy()
        self._timeouts = timeouts or Timeouts()
        self._explain = explain
        self._read_only = read_only
        self._headers = {"User-Agent": f"runtui/{__version__}", "Accept": "*/*", **(headers or {})}
        self._exchange = Exchange(
            own,
            auth=self.auth,
            clock=self.clock,
            budget=self.budget,
            timeouts=self._timeouts,
            longest_pause=self._retry.longest_wait,
            verify=verify,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection. Requests that are under way fail with a BackendError, and so do later ones."""
        if isinstance(self.auth, EndsItsWork):
            await self.auth.aclose()
        await self._exchange.aclose()

    @property
    def requests_sent(self) -> int:
        """How many requests have left, retries and redirects included."""
        return self._exchange.requests_sent

    @property
    def clock_offset(self) -> timedelta:
        """How far the service's clock is ahead of ours, from the last answer's `Date`."""
        return self._exchange.clock_offset

    def server_now(self) -> datetime:
        """The service's clock now, as far as we can tell: what ages and durations are counted from."""
        return self.clock.now() + self.clock_offset

    def url_for(self, path: str, params: Query | None = None) -> str:
        """The address a request for `path` goes to."""
        if path.startswith(("http://", "https://")):
            url = path
        elif path.startswith("/"):
            url = self.origin + path
        else:
            url = f"{self.base_url}/{path}" if path else self.base_url
        if not params:
            return url
        return url + ("&" if "?" in url else "?") + urlencode(dict(params), doseq=True, errors="replace")

    def on_our_origin(self, link: str) -> str:
        """The path and query of a link a service sent, to be asked on the configured origin, wherever it pointed.

        Services build such links from headers a proxy may have changed; a token must never follow one elsewhere.
        Raises PayloadError for a text that is no link at all.
        """
        try:
            parts = urlsplit(urljoin(self.base_url + "/", link))
        except ValueError:
            raise PayloadError("the service sent a link that cannot be read", profile=self.profile) from None
        path = parts.path if parts.path.startswith("/") else f"/{parts.path}"
        return path + (f"?{parts.query}" if parts.query else "")

    async def request(
        self,
        method: str,
        path: str,
        *,
        operation: str,
        params: Query | None = None,
        json: object = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        scope: str = "",
        logs_in: bool = False,
        accept: frozenset[int] = frozenset(),
        largest: int = _LARGEST_REPLY,
    ) -> Reply:
        """Ask and read the whole answer. Raises the BackendError it amounts to.

        Safe methods are retried as the policy says; others are sent once, whatever happens. `accept` are codes that
        are no error to this caller. `logs_in` sends no authorization and is allowed in a read-only session. What
        fields of `json` with a secret's name hold is kept out of every error.
        """
        self._guard(method, operation, logs_in)
        typed = {"Content-Type": "application/json"} if json is not None else {}
        call = Call(
            method=method,
            url=self.url_for(path, params),
            operation=operation,
            headers={**self._headers, **typed, **(headers or {})},
            content=_encoded(json) if json is not None else body,
            scope=scope,
            logs_in=logs_in,
            secrets=secrets_among(json),
        )
        return await self._tried(call, lambda: self._once(call, accept, largest))

    @asynccontextmanager
    async def stream(
        self,
        path: str,
        *,
        operation: str,
        params: Query | None = None,
        headers: Mapping[str, str] | None = None,
        scope: str = "",
        accept: frozenset[int] = frozenset(),
        plain: bool = True,
    ) -> AsyncIterator["StreamedReply"]:
        """GET and read the answer piece by piece.

        Retried as the policy says until the answer begins, and not any more then: the caller knows where it is.
        `plain` asks for the bytes as they are stored, so that sizes and ranges mean what they say.
        """
        encoding = {"Accept-Encoding": "identity"} if plain else {}
        call = Call(
            method="GET",
            url=self.url_for(path, params),
            operation=operation,
            headers={**self._headers, **encoding, **(headers or {})},
            scope=scope,
            is_file=True,
        )
        opened, streamed = await self._tried(call, lambda: self._open(call, accept, plain))
        async with opened:
            yield streamed

    async def _tried(self, call: Call, once: Callable[[], Awaitable[R]]) -> R:
        attempt = 1
        while True:
            try:
                return await once()
            except BackendError as error:
                self._name(error, call)
                if isinstance(error, RateLimitedError) and error.retry_after:
                    await self.budget.cool_down(call.scope, error.retry_after)
                pause = self._retry.pause_before(attempt, error, method=call.method)
                if pause is None:
                    raise
            attempt += 1
            await self.clock.sleep(pause)

    async def _once(self, call: Call, accept: frozenset[int], largest: int) -> Reply:
        async with self._exchange.answer(call) as response:
            is_wanted = response.is_success or response.status_code in accept
            body = await (
                read_whole(response, self.host, largest=largest, seconds=self._timeouts.whole)
                if is_wanted
                else read_beginning(response, seconds=self._timeouts.read)
            )
            reply = self._reply_of(response, body, call)
        if reply.status not in accept:
            self._raise_for(reply, call)
        return reply

    async def _open(self, call: Call, accept: frozenset[int], plain: bool) -> tuple[AsyncExitStack, "StreamedReply"]:
        async with AsyncExitStack() as stack:
            response = await stack.enter_async_context(self._exchange.answer(call))
            if not response.is_success and response.status_code not in accept:
                body = await read_beginning(response, seconds=self._timeouts.read)
                self._raise_for(self._reply_of(response, body, call), call)
            pieces = self._pieces(response, call, plain)
            stack.push_async_callback(pieces.aclose)
            unread = None if response.is_stream_consumed else response.extensions.get(BODY)
            copy = None if unread is None else partial(self._copy, unread, call)
            return stack.pop_all(), StreamedReply(self._reply_of(response, b"", call), pieces, copy)

    async def _pieces(self, response: httpx.Response, call: Call, plain: bool) -> AsyncGenerator[bytes, None]:
        try:
            async with aclosing(read_pieces(response, self.host, plain=plain)) as pieces:
                async for piece in pieces:
                    yield piece
        except BackendError as error:
            self._name(error, call)
            raise

    async def _copy(self, body: FileBody, call: Call, take: Take) -> None:
        try:
            await body.copy(take)
        except httpx.HTTPError as error:
            failure = error_for_exception(error, self.host)
        else:
            return
        self._name(failure, call)
        raise failure

    def _reply_of(self, response: httpx.Response, body: bytes, call: Call) -> Reply:
        return Reply(
            status=response.status_code,
            headers={key.lower(): value for key, value in response.headers.items()},
            body=body,
            url=str(response.url),
            received_at=self.clock.now(),
            profile=self.profile,
            operation=call.operation,
        )

    def _guard(self, method: str, operation: str, logs_in: bool) -> None:
        if self._read_only and method not in SAFE_METHODS and not logs_in:
            raise PermissionDeniedError(
                f"this session is read-only: {operation} was not sent",
                hint="Start runtui without --readonly.",
                profile=self.profile,
                operation=operation,
            )

    def _raise_for(self, reply: Reply, call: Call) -> None:
        """Raise the error a reply amounts to, if any. What it says is redacted before it is shortened to a sentence,
        so that no half of a secret is left."""
        if reply.status >= 300:
            reply = msgspec.structs.replace(reply, body=redact_bytes(reply.body, self._secrets(call)))
        known = self._explain(reply, call.operation) if self._explain else None
        error = known or error_for_reply(reply, self.host, call.operation)
        if error is not None:
            raise error

    def _name(self, error: BackendError, call: Call) -> None:
        secrets = self._secrets(call)
        error.profile = error.profile or self.profile
        error.operation = error.operation or call.operation
        error.message = redact(error.message, secrets)
        error.hint = redact(error.hint, secrets)
        error.args = (error.message,)

    def _secrets(self, call: Call) -> tuple[Secret, ...]:
        return (*self.auth.secrets(), *call.secrets)


class StreamedReply:
    """An answer that is being read: `reply` has its code and headers (and no body), `pieces` its bytes."""

    def __init__(
        self, reply: Reply, pieces: AsyncIterator[bytes], copy: Callable[[Take], Awaitable[None]] | None = None
    ) -> None:
        self.reply = reply
        self.pieces = pieces
        self._copy = copy

    async def copy(self, take: Take) -> None:
        """Give the bytes to `take` in a thread, as they arrive, until it returns False: several times as fast as to
        go through `pieces`, and instead of it. What was packed all the same is unpacked. Raises the BackendError it
        comes to, and what `take` raises.
        """
        if is_packed(self.reply):
            unpacked = Unpacked(self.reply, urlsplit(self.reply.url).netloc.rpartition("@")[2], take)
            await self._copied(unpacked.take)
            unpacked.finish()
        else:
            await self._copied(take)

    async def _copied(self, take: Take) -> None:
        if self._copy is not None:
            await self._copy(take)
            return
        async for piece in self.pieces:
            if not await in_thread(take, memoryview(piece)):
                return


def _own_address(base_url: str) -> httpx.URL:
    try:
        own = parse_target(base_url.strip(), "url")
    except RejectedError:
        raise ConfigError(f"{redact(base_url)!r} is not an address", hint="Write url as https://host.") from None
    if "?" in base_url or "#" in base_url:
        raise ConfigError(f"{redact(base_url)!r} has more than a path", hint="Write url as https://host/path.")
    return own


def _encoded(json: object) -> bytes:
    try:
        return msgspec.json.encode(json)
    except UnicodeEncodeError:
        raise RejectedError("a text in the request is not valid Unicode") from None
