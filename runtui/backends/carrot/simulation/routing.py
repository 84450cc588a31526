"""Routes as actix and akka have them: the exact methods a path takes, and what is answered for others."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from runtui.simulation.faults import Receive, Scope, Send

Answer = Callable[..., Awaitable[Response]]


class Route(NamedTuple):
    """A method and a path with `{name}` for the parts that are given to the answer."""

    method: str
    path: str
    answer: Answer


class Router:
    """An ASGI application of routes. `missing` answers an unknown path, `wrong_method` a known one."""

    def __init__(
        self,
        routes: Sequence[Route],
        missing: Callable[[], Response],
        wrong_method: Callable[[Sequence[str]], Response],
        before: Callable[[Request], Response | None] | None = None,
    ) -> None:
        self._routes = [(route, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path))) for route in routes]
        self._missing = missing
        self._wrong_method = wrong_method
        self._before = before

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if self._before is not None and (early := self._before(request)) is not None:
            return early
        allowed: list[str] = []
        for route, pattern in self._routes:
            match = pattern.fullmatch(request.scope["path"])
            if match is None:
                continue
            if route.method == request.method:
                return await route.answer(request, **match.groupdict())
            allowed.append(route.method)
        return self._wrong_method(allowed) if allowed else self._missing()


def json_response(value: Any, status: int = 200) -> Response:
    """Compact JSON."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def text_response(text: str, status: int = 200) -> Response:
    """Plain text with its charset."""
    return Response(text, status, headers={"content-type": "text/plain; charset=utf-8"})


def empty_response(status: int) -> Response:
    """No body at all, and no content type."""
    return Response(b"", status)


def error_response(status: int, title: str, detail: str) -> Response:
    """CARROT's JSON error."""
    return json_response({"title": title, "status": status, "detail": detail}, status)
