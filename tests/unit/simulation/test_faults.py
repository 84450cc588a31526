"""Making a service misbehave on purpose."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from runtui.simulation.faults import Fault, FaultLine
from runtui.simulation.server import SimulatorServer
from tests.support.conditions import reached


class Asked:
    """How often the service did its work."""

    count = 0


async def whole(request: Request) -> Response:
    Asked.count += 1
    return PlainTextResponse("0123456789")


async def chunked(request: Request) -> Response:
    return StreamingResponse(iter([b"01234", b"56789"]))


@pytest.fixture(scope="module")
def _served() -> Iterator[tuple[FaultLine, str]]:
    line = FaultLine(Starlette(routes=[Route("/whole", whole, methods=["GET", "POST"]), Route("/chunked", chunked)]))
    with SimulatorServer(line) as server:
        yield line, server.url


@pytest.fixture
def line(_served: tuple[FaultLine, str]) -> FaultLine:
    _served[0].clear()
    Asked.count = 0
    return _served[0]


@pytest.fixture
def url(_served: tuple[FaultLine, str]) -> str:
    return _served[1]


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, trust_env=False, timeout=5) as opened:
        yield opened


def test_without_a_fault_all_is_as_it_is_and_counted(line: FaultLine, client: httpx.Client) -> None:
    assert client.get("/whole?a=1&b=ü", headers={"X-One": "1"}).text == "0123456789"
    client.post("/whole")
    assert line.requests == ["GET /whole?a=1&b=%C3%BC", "POST /whole"]
    assert line.headers[0]["x-one"] == "1"
    assert line.bytes_sent == 20


def test_a_status_stands_in_place_of_the_answer(line: FaultLine, client: httpx.Client) -> None:
    line.fail("/whole", status=429, body=b"<b>slow</b>", content_type="text/html", headers={"Retry-After": "7"})
    answer = client.get("/whole")
    assert (answer.status_code, answer.text, answer.headers["retry-after"]) == (429, "<b>slow</b>", "7")
    assert answer.headers["content-type"] == "text/html"
    assert Asked.count == 0


def test_a_fault_is_for_matching_requests_and_as_often_as_it_says(line: FaultLine, client: httpx.Client) -> None:
    line.fail(r"POST /whole\?x=", status=503, times=2)
    assert [client.post("/whole?x=1").status_code for _ in range(3)] == [503, 503, 200]
    line.fail("^POST", status=500)
    assert client.get("/whole").status_code == 200


def test_the_first_fault_that_matches_applies(line: FaultLine, client: httpx.Client) -> None:
    line.fail(status=500, times=1)
    line.fail(status=501)
    assert [client.get("/whole").status_code for _ in range(3)] == [500, 501, 501]


def test_behaving_again_forgets_everything(line: FaultLine, client: httpx.Client) -> None:
    line.fail(status=500)
    client.get("/whole")
    line.clear()
    assert (line.requests, line.headers, line.bytes_sent) == ([], [], 0)
    assert client.get("/whole").status_code == 200


@pytest.mark.parametrize("path", ["/whole", "/chunked"])
@pytest.mark.parametrize("length", [0, 3, 9])
def test_a_cut_off_body_has_that_many_bytes_and_no_end(
    line: FaultLine, client: httpx.Client, path: str, length: int
) -> None:
    line.add(Fault(cut_after=length))
    with client.stream("GET", path) as answer:
        assert answer.status_code == 200
        pieces = answer.iter_raw()
        assert b"".join(iter(lambda: _next(pieces), b"")) == b"0123456789"[:length]


def _next(pieces: Iterator[bytes]) -> bytes:
    """The next piece, or nothing where the body breaks off."""
    try:
        return next(pieces)
    except httpx.RemoteProtocolError:
        return b""


def test_a_dropped_answer_is_worked_for_and_never_sent(line: FaultLine, client: httpx.Client) -> None:
    line.add(Fault(drop_answer=True, times=1))
    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/whole")
    assert Asked.count == 1
    assert client.get("/whole").status_code == 200


def test_a_hanging_answer_never_comes(line: FaultLine, client: httpx.Client) -> None:
    line.add(Fault(hang=True))
    with pytest.raises(httpx.ReadTimeout):
        client.get("/whole", timeout=0.05)


def test_a_slow_answer_is_the_real_one_later(line: FaultLine, client: httpx.Client) -> None:
    line.add(Fault(delay=0.05))
    began = time.monotonic()
    assert client.get("/whole").text == "0123456789"
    assert time.monotonic() - began >= 0.05


def test_answers_can_carry_the_date_of_a_world() -> None:
    moment = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)

    async def page(request: Request) -> Response:
        return JSONResponse({})

    line = FaultLine(Starlette(routes=[Route("/", page)]), lambda: moment)
    with SimulatorServer(line) as server, httpx.Client(trust_env=False) as client:
        assert client.get(server.url).headers["date"] == "Thu, 29 Jan 2026 10:00:00 GMT"


async def test_who_hangs_up_is_noticed(line: FaultLine, url: str) -> None:
    line.add(Fault(hang=True, times=1))
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/whole", timeout=0.05)
        await reached(lambda: len(line.requests) == 1)
        assert (await client.get("/whole")).status_code == 200
