"""A small service on loopback with what every HTTP service does, for tests of the transport."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from email.utils import formatdate

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from runtui.simulation.faults import FaultLine

WHOLE_FILE = bytes(range(256)) * 64


class SampleService:
    """What it answers is under `faults`; `tokens` are those it accepts at `/api/guarded`.

    `renewals` holds the renewal tokens it still takes, each once; `log_ins` and `renewed` count what it gave out.
    """

    def __init__(self) -> None:
        self.tokens: set[str] = set()
        self.renewals: set[str] = set()
        self.password = "correct-horse-7"
        self.log_ins = 0
        self.renewed = 0
        self.refuses_log_in = False
        self.renewal_pause = 0.0
        """Seconds between using up a renewal token and answering."""
        self.answering = 0
        self.date: str | None = None
        """The `Date` of its answers: None for our own now."""
        self.faults = FaultLine(self._application())

    def reset(self) -> None:
        """Behave again and know no token."""
        self.faults.clear()
        self.tokens.clear()
        self.renewals.clear()
        self.log_ins = self.renewed = 0
        self.refuses_log_in = False
        self.renewal_pause = 0.0
        self.date = None

    def _application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api", self._echo),
                Route("/api/items", self._items),
                Route("/api/echo", self._echo, methods=["GET", "POST", "PUT", "DELETE"]),
                Route("/api/guarded", self._guarded, methods=["GET", "POST"]),
                Route("/api/redirect", self._redirect, methods=["GET", "POST"]),
                Route("/api/file", self._file),
                Route("/api/packed", self._packed),
                Route("/api/chunked", self._chunked),
                Route("/api/trickle", self._trickle),
                Route("/api/waits", self._waits),
                Route("/api/log-in", self._log_in, methods=["POST"]),
                Route("/api/renew", self._renew, methods=["POST"]),
            ]
        )

    def _stamped(self, response: Response) -> Response:
        response.headers["date"] = self.date or formatdate(usegmt=True)
        return response

    async def _items(self, request: Request) -> Response:
        return self._stamped(JSONResponse([{"id": "one"}, {"id": "two"}]))

    async def _echo(self, request: Request) -> Response:
        body = await request.body()
        response = JSONResponse(
            {
                "method": request.method,
                "path": request.scope["raw_path"].decode("ascii"),
                "query": request.url.query,
                "headers": dict(request.headers),
                "body": body.decode(),
            }
        )
        response.set_cookie("session", "keep-me")
        return self._stamped(response)

    async def _guarded(self, request: Request) -> Response:
        sent = request.headers.get("authorization", "")
        if sent.partition(" ")[2] in self.tokens:
            return JSONResponse({"token_was": "good"})
        return JSONResponse({"detail": f"no {sent} here"}, status_code=401)

    async def _redirect(self, request: Request) -> Response:
        code = int(request.query_params.get("code", "302"))
        return Response(status_code=code, headers={"location": request.query_params["to"]})

    async def _file(self, request: Request) -> Response:
        start = int(request.headers.get("range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
        response = Response(WHOLE_FILE[start:], status_code=206 if start else 200)
        response.headers["accepted"] = request.headers.get("accept-encoding", "")
        return response

    async def _packed(self, request: Request) -> Response:
        return Response(gzip.compress(b"plain text"), headers={"content-encoding": "gzip"})

    async def _chunked(self, request: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(4):
                yield b"x" * 1000

        return StreamingResponse(pieces())

    async def _trickle(self, request: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            while not await request.is_disconnected():
                yield b"x"
                await asyncio.sleep(0.01)

        return StreamingResponse(pieces())

    async def _waits(self, request: Request) -> Response:
        self.answering += 1
        try:
            while (await request.receive())["type"] != "http.disconnect":
                pass
        finally:
            self.answering -= 1
        return PlainTextResponse("")

    async def _log_in(self, request: Request) -> Response:
        self.log_ins += 1
        asked = await request.json()
        if self.refuses_log_in or asked.get("password") != self.password:
            return JSONResponse({"detail": f"wrong password {asked.get('password')}"}, status_code=401)
        return JSONResponse(self._granted(f"log-in-{self.log_ins}"))

    async def _renew(self, request: Request) -> Response:
        renewal = (await request.json()).get("refresh_token")
        self.renewed += 1
        if renewal not in self.renewals:
            return JSONResponse({"detail": f"{renewal} was used already"}, status_code=401)
        self.renewals.discard(renewal)
        await asyncio.sleep(self.renewal_pause)
        return JSONResponse(self._granted(f"renewal-{self.renewed}"))

    def _granted(self, name: str) -> dict[str, object]:
        self.tokens.add(f"access-of-{name}")
        self.renewals.add(f"refresh-of-{name}")
        return {"access_token": f"access-of-{name}", "refresh_token": f"refresh-of-{name}"}
