"""Getting one answer to one call: authorization, redirects and the service's clock."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import urljoin

import httpx

from runtui.model.clock import Clock
from runtui.model.errors import AuthenticationError, RateLimitedError, RejectedError
from runtui.transport.addresses import origin_of, place_of
from runtui.transport.auth import Auth
from runtui.transport.body import read_beginning
from runtui.transport.call import Call
from runtui.transport.connections import Connections
from runtui.transport.errors import error_for_exception
from runtui.transport.http_date import parse_http_date
from runtui.transport.limits import RateBudget
from runtui.transport.retry import SAFE_METHODS
from runtui.transport.timeouts import Timeouts

_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_EXPIRED = frozenset({400, 403, 410})
"""How stores refuse an address whose signature has expired."""
_ABOUT_THE_BODY = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_LARGEST_PORT = 65535


class Exchange:
    """Asks one origin, and whatever its redirects lead to, but that without the authorization.

    `longest_pause` is how many seconds of a pause the service asked for are waited for; a longer one is an error.
    """

    def __init__(
        self,
        own: httpx.URL,
        *,
        auth: Auth,
        clock: Clock,
        budget: RateBudget,
        timeouts: Timeouts,
        longest_pause: float,
        verify: bool,
    ) -> None:
        self._own = own
        self._host = place_of(own)
        self._auth = auth
        self._clock = clock
        self._budget = budget
        self._timeouts = timeouts
        self._longest_pause = longest_pause
        self._connections = Connections(verify=verify)
        self.requests_sent = 0
        self.clock_offset = timedelta(0)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._connections.aclose()

    @asynccontextmanager
    async def answer(self, call: Call) -> AsyncIterator[httpx.Response]:
        """One answer whose body is still to be read, after redirects and after one healing of the authorization.

        An address of a file elsewhere that has expired meanwhile is asked for anew, once.
        """
        own = target = parse_target(call.url, self._host)
        healed = asked_anew = False
        redirects = 0
        while True:
            authorization = await self._authorization(target, call)
            await self._take(call.scope)
            response = await self._send(call, target, {**call.headers, **authorization})
            try:
                self._connections.check_open()
                if response.status_code == 401 and authorization and not healed:
                    healed = True
                    response = await self._set_aside(response)
                    if await self._auth.refused(authorization):
                        continue
                if _leads_on(response, call.method) and redirects < _MOST_REDIRECTS:
                    redirects += 1
                    target = parse_target(urljoined(target, response.headers["location"]), self._host)
                    continue
                is_expired = call.is_file and response.status_code in _EXPIRED and origin_of(target) != origin_of(own)
                if is_expired and not asked_anew:
                    asked_anew, redirects, target = True, 0, own
                    continue
                yield response
                return
            finally:
                await response.aclose()

    async def _authorization(self, target: httpx.URL, call: Call) -> dict[str, str]:
        if call.logs_in or origin_of(target) != origin_of(self._own):
            return {}
        headers = await self._auth.headers()
        if not all(_is_sendable(value) for value in headers.values()):
            raise AuthenticationError(
                "the token holds a character that cannot be sent", hint="Was it copied with a line end or a quote?"
            )
        return headers

    async def _take(self, scope: str) -> None:
        left = await self._budget.take(scope, longest=self._longest_pause)
        if left:
            raise RateLimitedError(f"{self._host} asked us to wait {left:.0f} s more", retry_after=left)

    async def _send(self, call: Call, target: httpx.URL, headers: Mapping[str, str]) -> httpx.Response:
        for name, value in headers.items():
            if not _is_sendable(value):
                raise RejectedError(f"the header {name} would hold a character that cannot be sent")
        read = self._timeouts.read_file if call.is_file else self._timeouts.read
        timeout = httpx.Timeout(read, connect=self._timeouts.connect)
        client = await self._connections.client(target, file=call.is_file)
        try:
            request = client.build_request(call.method, target, content=call.content, headers=headers, timeout=timeout)
            self.requests_sent += 1
            response = await client.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            failure = error_for_exception(error, place_of(target))
        else:
            self._note_clock(response)
            return response
        raise failure

    async def _set_aside(self, response: httpx.Response) -> httpx.Response:
        """The answer with its connection given back: whoever gets us a new token needs one."""
        try:
            body = await read_beginning(response, seconds=self._timeouts.read)
        finally:
            await response.aclose()
        kept = [(name, value) for name, value in response.headers.multi_items() if name not in _ABOUT_THE_BODY]
        return httpx.Response(response.status_code, headers=kept, content=body, request=response.request)

    def _note_clock(self, response: httpx.Response) -> None:
        moment = parse_http_date(response.headers.get("date"))
        if moment is not None and origin_of(response.url) == origin_of(self._own):
            offset = moment - self._clock.now()
            # a Date has whole seconds: less than two apart is no difference
            self.clock_offset = offset if abs(offset.total_seconds()) >= 2 else timedelta(0)


def parse_target(url: str, host: str) -> httpx.URL:
    """The address as the HTTP client reads it. Raises RejectedError when it is none that can be asked."""
    try:
        target = httpx.URL(url)
        good = target.scheme in ("http", "https") and target.host and (target.port or 1) <= _LARGEST_PORT
    except (httpx.InvalidURL, ValueError):
        good = False
    if not good:
        raise RejectedError(f"{host} is not an address one can ask", hint="Write url as https://host.")
    return target


def urljoined(target: httpx.URL, location: str) -> str:
    """Where a redirect leads, or the empty text when that cannot be read."""
    try:
        return urljoin(str(target), location)
    except ValueError:
        return ""


def _leads_on(response: httpx.Response, method: str) -> bool:
    return response.status_code in _REDIRECTS and method in SAFE_METHODS and "location" in response.headers


def _is_sendable(value: str) -> bool:
    return value.isascii() and value.isprintable()
