"""A service that now answers, now fails, now breaks off, asked by many at once."""

import asyncio
import random
from collections.abc import Iterator

import msgspec
import pytest

from runtui.model.errors import BackendError
from runtui.simulation.faults import Fault, FaultLine, Receive, Scope, Send
from runtui.simulation.server import SimulatorServer
from runtui.transport.client import Timeouts, Transport
from runtui.transport.reply import Reply
from runtui.transport.retry import RetryPolicy
from tests.support.sample_service import WHOLE_FILE, SampleService

WAYS = [
    Fault(status=503),
    Fault(status=500, body=b"<html>", content_type="text/html"),
    Fault(status=429),
    Fault(cut_after=2),
    Fault(drop_answer=True),
    Fault(delay=0.01),
    Fault(hang=True),
    Fault(),
    Fault(),
    Fault(),
]


class Flapping:
    """Puts a fault of chance before each request, always in the same order for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._service = SampleService()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        line = FaultLine(self._service.faults)
        line.add(msgspec.structs.replace(self._chance.choice(WAYS)))
        await line(scope, receive, send)


@pytest.fixture(params=[1, 2, 3])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the flapping service is asked."""
    with SimulatorServer(Flapping(request.param)) as server:
        yield server.url + "/api"


def opened(url: str) -> Transport:
    return Transport(
        "lab",
        url,
        retry=RetryPolicy(first_pause=0.0),
        timeouts=Timeouts(connect=30.0, read=1.0, read_file=1.0, whole=90.0),
    )


async def test_every_request_ends_with_an_answer_or_an_error_one_can_show(url: str) -> None:
    async with opened(url) as transport:
        asked = [transport.request("GET", "items", operation="list runs") for _ in range(80)]
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(one) for one in outcomes if not isinstance(one, Reply)} <= descendants(BackendError)
    answered = sum(isinstance(one, Reply) for one in outcomes)
    assert answered > len(outcomes) / 2, "fewer were answered than there are ways that answer at once"


async def test_what_comes_of_a_file_is_always_a_beginning_of_it(url: str) -> None:
    async def beginning() -> bytes:
        got = b""
        try:
            async with transport.stream("file", operation="read a file") as streamed:
                async for piece in streamed.pieces:
                    got += piece
        except BackendError:
            return got
        assert got == WHOLE_FILE
        return got

    async with opened(url) as transport:
        parts = await asyncio.gather(*(beginning() for _ in range(60)))
    assert all(WHOLE_FILE.startswith(part) for part in parts)
    assert WHOLE_FILE in parts


async def test_cancelling_half_of_the_requests_does_not_disturb_the_others(url: str) -> None:
    async with opened(url) as transport:
        asked = [asyncio.create_task(transport.request("GET", "items", operation="list runs")) for _ in range(60)]
        await asyncio.sleep(0)
        for task in asked[::2]:
            task.cancel()
        outcomes = await asyncio.gather(*asked[1::2], return_exceptions=True)
        await asyncio.wait(asked)
        async with asyncio.timeout(10):
            (last,) = await asyncio.gather(
                transport.request("GET", "items", operation="list runs"), return_exceptions=True
            )
    assert all(isinstance(one, Reply | BackendError) for one in (*outcomes, last))


def descendants(kind: type[BaseException]) -> set[type[BaseException]]:
    """A class and everything below it."""
    return {kind, *(below for child in kind.__subclasses__() for below in descendants(child))}
