"""What stands before every endpoint: latency, the token, rate limits, the verb."""

import asyncio
import math
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from runtui.backends.rescale.simulation.answers import answer, detail, gateway_timeout, throttled
from runtui.backends.rescale.simulation.state import ServiceState
from runtui.backends.rescale.simulation.switches import Scope

Answer = Callable[[ServiceState, Request], Awaitable[Response]]

_BURST_SECONDS: Final = 5.0


class Gate:
    """Whether a request may pass, asked once for each."""

    def __init__(self, state: ServiceState, tokens: Mapping[str, str]) -> None:
        self._state = state
        self._tokens = tokens
        self._levels: dict[str, tuple[float, float]] = {}

    async def refusal(self, request: Request, scope: Scope, verbs: Mapping[str, Answer]) -> Response | None:
        """The answer in place of the endpoint's, or None. The order is that of Django REST Framework."""
        switches = self._state.switches
        if switches.latency:
            await asyncio.sleep(switches.latency)
        if switches.gateway_timeout and re.search(switches.gateway_timeout, request.url.path):
            return gateway_timeout()
        if (refused := self._unauthorised(request)) is not None:
            return refused
        wait = self._wait(scope)
        if wait is not None:
            return throttled(switches, wait, self._state.world.now())
        allowed = {"Allow": ", ".join((*verbs, "OPTIONS"))}
        if request.method == "OPTIONS":
            return answer({"renders": ["application/json"], "parses": ["application/json"]}, 200, allowed)
        if request.method not in verbs and not (request.method == "HEAD" and "GET" in verbs):
            return detail(f'Method "{request.method}" not allowed.', 405, allowed)
        return None

    def _unauthorised(self, request: Request) -> Response | None:
        written = request.headers.get("authorization")
        if written is None:
            return detail("Authentication credentials were not provided.", 401, {"WWW-Authenticate": "Token"})
        scheme, _, token = written.partition(" ")
        known = self._tokens.get(token.strip())
        if known is None or known.lower() != scheme.lower() or self._state.switches.token_expired:
            return detail("Invalid token.", 401, {"WWW-Authenticate": "Token"})
        return None

    def _wait(self, scope: Scope) -> float | None:
        switches = self._state.switches
        if scope in switches.throttled:
            return switches.throttled[scope]
        rate = switches.rate_limits.get(scope)
        if rate is None:
            return None
        now = time.monotonic()
        level, at = self._levels.get(scope, (rate * _BURST_SECONDS, now))
        level = min(rate * _BURST_SECONDS, level + (now - at) * rate)
        allowed = level >= 1.0
        self._levels[scope] = (level - 1.0 if allowed else level, now)
        return None if allowed else float(math.ceil((1.0 - level) / rate))


class Endpoint:
    """One address: a rate limit's scope, and an answer for each verb."""

    def __init__(self, gate: Gate, state: ServiceState, scope: Scope, verbs: Mapping[str, Answer]) -> None:
        self._gate = gate
        self._state = state
        self._scope = scope
        self._verbs = verbs

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        request = Request(scope, receive)
        rate_scope: Scope = "user" if scope["path"].startswith("/api/v3/") else self._scope
        response = await self._gate.refusal(request, rate_scope, self._verbs)
        if response is None:
            verb = "GET" if request.method == "HEAD" else request.method
            response = await self._verbs[verb](self._state, request)
        await response(scope, receive, send)


class SlashRedirect:
    """Sends addresses without a final slash to those with one, before anything else is looked at; not for `tail/`."""

    _NEEDS_NONE: Final = re.compile(r"/runs/[^/]+/tail/.")

    def __init__(self, application: Callable[[AsgiScope, Receive, Send], Awaitable[None]]) -> None:
        self._application = application

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        path = scope["path"]
        if scope["type"] != "http" or path.endswith("/") or (self._NEEDS_NONE.search(path)):
            await self._application(scope, receive, send)
            return
        query = scope.get("query_string", b"").decode("latin-1")
        raw = scope["raw_path"].decode("latin-1").partition("?")[0]
        location = f"{raw}/" + (f"?{query}" if query else "")
        response = Response(status_code=301, headers={"Location": location}, media_type="text/html")
        await response(scope, receive, send)
