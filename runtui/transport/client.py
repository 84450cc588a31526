"""One connection to one service: every request of a backend goes through here."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode, urljoin, urlsplit

import httpx
import msgspec

from runtui import __version__
from runtui.model.clock import Clock, SystemClock
from runtui.model.errors import BackendError, ConfigError, PayloadError, PermissionDeniedError, RateLimitedError
from runtui.transport.auth import Auth, NoAuth
from runtui.transport.errors import error_for_exception, error_for_reply
from runtui.transport.limits import RateBudget
from runtui.transport.redaction import redact
from runtui.transport.reply import Reply
from runtui.transport.retry import SAFE_METHODS, RetryPolicy

Explain = Callable[[Reply, str], BackendError | None]
"""A backend's own reading of an answer: the error it is (the second argument is the operation), or None to use ours."""

Query = Mapping[str, str | int | Sequence[str]]

_MOST_REDIRECTS = 5
_LARGEST_REPLY = 64 * 1024 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Timeouts(msgspec.Struct, frozen=True):
    """Seconds until we stop waiting: for the connection, for the next piece of an answer, for one of a file."""

    connect: float = 5.0
    read: float = 30.0
    read_file: float = 60.0


def segment(text: str) -> str:
    """A text as one percent-encoded part of a path: also its slashes are encoded."""
    return quote(text, safe="")


def path_segments(path: str) -> str:
    """A path with each part percent-encoded and its slashes kept."""
    return quote(path, safe="/")


class Transport:
    """Sends requests to `base_url` with authorization, budget, retries and timeouts, and gives replies or errors.

    `base_url` holds scheme, host and any path prefix. A path given to a request is joined to it; one that starts
    with `/` counts from the origin; an absolute address is asked as it is, with authorization only on our origin.
    With `read_only` nothing but GET and HEAD leaves, except requests marked as `logs_in`.
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
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(f"{redact(base_url)!r} is not an address", hint="Write url as https://host.")
        self.profile = profile
        self.base_url = base_url.rstrip("/")
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.host = parts.netloc.rpartition("@")[2]
        self.clock = clock or SystemClock()
        self.budget = budget or RateBudget(self.clock)
        self.auth: Auth = auth or NoAuth()
        self._retry = retry or RetryPolicy()
        self._timeouts = timeouts or Timeouts()
        self._explain = explain
        self._read_only = read_only
        self._headers = {"User-Agent": f"runtui/{__version__}", "Accept": "*/*", **(headers or {})}
        self._verify = verify
        self._clients: dict[str, httpx.AsyncClient] = {}
        self._opening: asyncio.Lock | None = None
        self.requests_sent = 0
        self.clock_offset = timedelta(0)
        """How far the service's clock is ahead of ours, from the last answer's `Date`."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.aclose()

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
        return url + ("&" if "?" in url else "?") + urlencode(dict(params), doseq=True)

    def on_our_origin(self, link: str) -> str:
        """The path and query of a link a service sent, to be asked on the configured origin, wherever it pointed.

        Services build such links from headers a proxy may have changed; a token must never follow one elsewhere.
        """
        parts = urlsplit(urljoin(self.base_url + "/", link))
        return parts.path + (f"?{parts.query}" if parts.query else "")

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
        are no error to this caller. `logs_in` sends no authorization and is allowed in a read-only session.
        """
        self._guard(method, operation, logs_in)
        url = self.url_for(path, params)
        content = msgspec.json.encode(json) if json is not None else body
        sent_headers = {**({"Content-Type": "application/json"} if json is not None else {}), **(headers or {})}
        attempt = 1
        while True:
            try:
                return await self._once(method, url, content, sent_headers, operation, scope, logs_in, accept, largest)
            except BackendError as error:
                pause = self._retry.pause_before(attempt, error, method=method)
                if isinstance(error, RateLimitedError) and error.retry_after:
                    self.budget.cool_down(scope, error.retry_after)
                if pause is None:
                    raise
            attempt += 1
            await self.clock.sleep(pause)

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
        """GET and read the answer piece by piece. Not retried once a piece has come: the caller knows where it is.

        `plain` asks for the bytes as they are stored, so that sizes and ranges mean what they say.
        """
        sent = {**({"Accept-Encoding": "identity"} if plain else {}), **(headers or {})}
        async with self._named_answer("GET", self.url_for(path, params), sent, scope, operation) as response:
            reply = self._reply_of(response, b"", operation)
            if not response.is_success and response.status_code not in accept:
                body = await self._read_capped(response, 64 * 1024, cut=True)
                self._raise_for(self._reply_of(response, body, operation), operation)
            yield StreamedReply(reply, self._pieces(response, operation))

    @asynccontextmanager
    async def _named_answer(
        self, method: str, url: str, headers: Mapping[str, str], scope: str, operation: str
    ) -> AsyncIterator[httpx.Response]:
        try:
            async with self._answer(method, url, None, headers, scope, False, file=True) as response:
                yield response
        except BackendError as error:
            raise self._named(error, operation) from error.__cause__

    async def _once(
        self,
        method: str,
        url: str,
        content: bytes | None,
        headers: Mapping[str, str],
        operation: str,
        scope: str,
        logs_in: bool,
        accept: frozenset[int],
        largest: int,
    ) -> Reply:
        try:
            async with self._answer(method, url, content, headers, scope, logs_in) as response:
                reply = self._reply_of(response, await self._read_capped(response, largest), operation)
        except BackendError as error:
            raise self._named(error, operation) from error.__cause__
        if reply.status not in accept:
            self._raise_for(reply, operation)
        return reply

    @asynccontextmanager
    async def _answer(
        self,
        method: str,
        url: str,
        content: bytes | None,
        headers: Mapping[str, str],
        scope: str,
        logs_in: bool,
        *,
        file: bool = False,
    ) -> AsyncIterator[httpx.Response]:
        """One answer, after redirects and after one healing of the authorization."""
        healed = logs_in
        redirects = 0
        while True:
            ours = self._is_ours(url)
            authorization = await self.auth.headers() if ours and not logs_in else {}
            await self.budget.take(scope)
            response = await self._send(method, url, content, {**self._headers, **headers, **authorization}, file)
            try:
                if response.status_code == 401 and authorization and not healed:
                    healed = True
                    if await self.auth.refused(authorization):
                        continue
                if self._leads_on(response, method) and redirects < _MOST_REDIRECTS:
                    redirects += 1
                    url = urljoin(url, response.headers["location"])
                    continue
                yield response
                return
            except httpx.HTTPError as error:
                raise error_for_exception(error, self.host) from error
            finally:
                await response.aclose()

    def _is_ours(self, url: str) -> bool:
        return _origin_of(url) == _origin_of(self.origin)

    @staticmethod
    def _leads_on(response: httpx.Response, method: str) -> bool:
        return response.status_code in _REDIRECTS and method in SAFE_METHODS and "location" in response.headers

    async def _send(
        self, method: str, url: str, content: bytes | None, headers: Mapping[str, str], file: bool
    ) -> httpx.Response:
        read = self._timeouts.read_file if file else self._timeouts.read
        timeout = httpx.Timeout(read, connect=self._timeouts.connect)
        try:
            client = await self._client(urlsplit(url).scheme)
            request = client.build_request(method, url, content=content, headers=dict(headers), timeout=timeout)
            self.requests_sent += 1
            response = await client.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise error_for_exception(error, urlsplit(url).netloc.rpartition("@")[2] or self.host) from error
        self._note_clock(response)
        return response

    async def _client(self, scheme: str) -> httpx.AsyncClient:
        """The client for a scheme. Loading certificates takes 100 ms: done for https alone, and in a thread."""
        if self._opening is None:
            self._opening = asyncio.Lock()
        async with self._opening:
            if scheme not in self._clients:
                secure = scheme == "https" and self._verify
                context = await asyncio.to_thread(ssl.create_default_context) if secure else False
                self._clients[scheme] = httpx.AsyncClient(
                    verify=context,
                    follow_redirects=False,
                    limits=httpx.Limits(max_connections=12, max_keepalive_connections=8, keepalive_expiry=30.0),
                )
            return self._clients[scheme]

    async def _read_capped(self, response: httpx.Response, largest: int, *, cut: bool = False) -> bytes:
        pieces: list[bytes] = []
        size = 0
        try:
            async for piece in response.aiter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size > largest:
                    if cut:
                        break
                    raise PayloadError(f"{self.host} sent more than {largest} bytes for one answer")
        except httpx.HTTPError as error:
            raise error_for_exception(error, self.host) from error
        return b"".join(pieces)

    async def _pieces(self, response: httpx.Response, operation: str) -> AsyncIterator[bytes]:
        try:
            async for piece in response.aiter_raw():
                yield piece
        except httpx.HTTPError as error:
            raise self._named(error_for_exception(error, self.host), operation) from error

    def _reply_of(self, response: httpx.Response, body: bytes, operation: str) -> Reply:
        return Reply(
            status=response.status_code,
            headers={key.lower(): value for key, value in response.headers.items()},
            body=body,
            url=str(response.url),
            received_at=self.clock.now(),
            profile=self.profile,
            operation=operation,
        )

    def _note_clock(self, response: httpx.Response) -> None:
        if "date" in response.headers and self._is_ours(str(response.url)):
            now = self.clock.now()
            moment = Reply(
                status=response.status_code,
                headers={"date": response.headers["date"]},
                body=b"",
                url="",
                received_at=now,
            ).server_moment
            offset = moment - now
            # a Date has whole seconds: less than two apart is no difference
            self.clock_offset = offset if abs(offset.total_seconds()) >= 2 else timedelta(0)

    def _guard(self, method: str, operation: str, logs_in: bool) -> None:
        if self._read_only and method not in SAFE_METHODS and not logs_in:
            raise PermissionDeniedError(
                f"this session is read-only: {operation} was not sent",
                hint="Start runtui without --readonly.",
                profile=self.profile,
                operation=operation,
            )

    def _raise_for(self, reply: Reply, operation: str) -> None:
        error = (self._explain(reply, operation) if self._explain else None) or error_for_reply(reply, self.host)
        if error is not None:
            raise self._named(error, operation)

    def _named(self, error: BackendError, operation: str) -> BackendError:
        error.profile = error.profile or self.profile
        error.operation = error.operation or operation
        error.message = redact(error.message, self.auth.secrets())
        error.args = (error.message,)
        return error


class StreamedReply:
    """An answer that is being read: `reply` has its code and headers (and no body), `pieces` its bytes."""

    def __init__(self, reply: Reply, pieces: AsyncIterator[bytes]) -> None:
        self.reply = reply
        self.pieces = pieces


def _origin_of(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    return parts.scheme, (parts.hostname or "").lower(), port or {"http": 80, "https": 443}.get(parts.scheme, 0)
