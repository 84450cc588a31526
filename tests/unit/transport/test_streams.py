"""Reading an answer piece by piece."""

import asyncio
import gc

import pytest

from runtui.model.errors import (
    AuthenticationError,
    NotFoundError,
    RateLimitedError,
    ServiceDownError,
    ServiceTimeoutError,
)
from runtui.model.secret import Secret
from runtui.simulation.faults import Fault, FaultLine
from runtui.transport.auth import TokenAuth
from runtui.transport.client import StreamedReply, Timeouts, Transport
from runtui.transport.reply import Reply
from tests.support.conditions import reached
from tests.support.sample_service import WHOLE_FILE, SampleService
from tests.unit.transport.conftest import OpenTransport


async def whole(streamed: StreamedReply) -> bytes:
    return b"".join([piece async for piece in streamed.pieces])


async def test_a_file_comes_whole_and_as_it_is_stored(transport: Transport) -> None:
    async with transport.stream("file", operation="read a file") as streamed:
        assert streamed.reply.headers["accepted"] == "identity"
        assert streamed.reply.headers["content-length"] == str(len(WHOLE_FILE))
        assert await whole(streamed) == WHOLE_FILE


async def test_a_range_is_asked_for_by_header(transport: Transport) -> None:
    async with transport.stream("file", operation="x", headers={"Range": "bytes=100-"}) as streamed:
        assert streamed.reply.status == 206
        assert await whole(streamed) == WHOLE_FILE[100:]


async def test_what_is_packed_in_the_store_stays_packed_unless_text_is_wanted(transport: Transport) -> None:
    async with transport.stream("packed", operation="x") as streamed:
        assert (await whole(streamed))[:2] == b"\x1f\x8b"
    async with transport.stream("packed", operation="x", plain=False) as streamed:
        assert await whole(streamed) == b"plain text"


async def test_a_stream_that_cannot_be_opened_at_first_is_tried_again(transport: Transport, faults: FaultLine) -> None:
    faults.fail(status=503, times=2)
    async with transport.stream("file", operation="x") as streamed:
        assert await whole(streamed) == WHOLE_FILE
    assert len(faults.requests) == 3


async def test_a_stream_that_does_not_exist_says_so_with_the_services_words(
    transport: Transport, faults: FaultLine
) -> None:
    faults.fail(status=404, body=b'{"detail": "no such file"}')
    with pytest.raises(NotFoundError, match="no such file") as raised:
        async with transport.stream("file", operation="read a file"):
            pass
    assert (raised.value.profile, raised.value.operation) == ("lab", "read a file")


async def test_a_code_the_caller_expects_opens_the_stream(transport: Transport, faults: FaultLine) -> None:
    faults.fail(status=416, body=b"past the end")
    async with transport.stream("file", operation="x", accept=frozenset({416})) as streamed:
        assert (streamed.reply.status, await whole(streamed)) == (416, b"past the end")


async def test_a_refused_stream_the_caller_expects_can_be_read(
    open_transport: OpenTransport, faults: FaultLine
) -> None:
    async def token() -> Secret:
        return Secret("wrong-token-1")

    faults.fail(status=401, body=b"who are you")
    transport = open_transport(auth=TokenAuth(token))
    async with transport.stream("file", operation="x", accept=frozenset({401})) as streamed:
        assert await whole(streamed) == b"who are you"
    with pytest.raises(AuthenticationError):
        async with transport.stream("file", operation="x"):
            pass


async def test_a_stream_asked_too_often_carries_when_to_come_back(transport: Transport, faults: FaultLine) -> None:
    faults.fail(status=429, headers={"Retry-After": "90"})
    with pytest.raises(RateLimitedError) as raised:
        async with transport.stream("file", operation="x", scope="files"):
            pass
    assert raised.value.retry_after == 90.0
    cooled_until = transport.budget.gauge().cooled_until
    assert cooled_until is not None
    assert (cooled_until - transport.clock.now()).total_seconds() > 80


@pytest.mark.parametrize("path", ["file", "chunked"])
async def test_a_stream_that_breaks_off_says_so_after_what_came(
    transport: Transport, faults: FaultLine, path: str
) -> None:
    faults.add(Fault(cut_after=700))
    got: list[bytes] = []

    async def read() -> None:
        async with transport.stream(path, operation="read a file") as streamed:
            async for piece in streamed.pieces:
                got.append(piece)

    with pytest.raises(ServiceDownError, match="broke the answer off") as raised:
        await read()
    assert len(b"".join(got)) == 700
    assert (raised.value.profile, raised.value.operation) == ("lab", "read a file")
    assert len(faults.requests) == 1


async def test_a_stream_that_stalls_is_a_timeout(open_transport: OpenTransport, faults: FaultLine) -> None:
    faults.add(Fault(hang=True))
    transport = open_transport(
        timeouts=Timeouts(read_file=0.05),
    )
    with pytest.raises(ServiceTimeoutError):
        async with transport.stream("file", operation="x"):
            pass


async def test_an_error_of_the_readers_own_leaves_as_it_is_and_frees_the_connection(
    transport: Transport,
) -> None:
    async def read() -> None:
        async with transport.stream("trickle", operation="x") as streamed:
            await anext(streamed.pieces)
            raise KeyError("own")

    for _ in range(20):
        with pytest.raises(KeyError, match="own"):
            await read()
    async with transport.stream("file", operation="x") as streamed:
        assert await whole(streamed) == WHOLE_FILE


async def test_leaving_a_stream_early_frees_the_connection(transport: Transport) -> None:
    for _ in range(20):
        async with transport.stream("trickle", operation="x") as streamed:
            await anext(streamed.pieces)


async def test_a_cancelled_reader_frees_the_connection(transport: Transport, service: SampleService) -> None:
    async def read() -> None:
        async with transport.stream("waits", operation="x") as streamed:
            await whole(streamed)

    for _ in range(2):
        readers = [asyncio.create_task(read()) for _ in range(12)]
        await reached(lambda: service.answering == 12, "twelve are being answered")
        for reader in readers:
            reader.cancel()
        await asyncio.wait(readers)
        await reached(lambda: service.answering == 0, "the service saw them leave")


async def test_a_cancelled_request_frees_the_connection(transport: Transport, service: SampleService) -> None:
    for _ in range(2):
        requests = [asyncio.create_task(transport.request("GET", "waits", operation="x")) for _ in range(12)]
        await reached(lambda: service.answering == 12, "twelve are being answered")
        for request in requests:
            request.cancel()
        await asyncio.wait(requests)
        await reached(lambda: service.answering == 0, "the service saw them leave")


async def test_downloads_do_not_keep_a_call_waiting(transport: Transport, service: SampleService) -> None:
    async def read() -> None:
        async with transport.stream("waits", operation="x") as streamed:
            await whole(streamed)

    readers = [asyncio.create_task(read()) for _ in range(15)]
    await reached(lambda: service.answering == 15, "every one is being answered")
    async with asyncio.timeout(5):
        assert (await transport.request("GET", "items", operation="list runs")).status == 200
    for reader in readers:
        reader.cancel()
    await asyncio.wait(readers)


async def test_closing_ends_what_is_being_read_with_an_error_one_can_show(
    transport: Transport, service: SampleService
) -> None:
    async def read() -> None:
        async with transport.stream("trickle", operation="x") as streamed:
            await whole(streamed)

    reading = asyncio.create_task(read())
    asking = asyncio.create_task(transport.request("POST", "waits", operation="x", accept=frozenset({405})))
    waiting = asyncio.create_task(transport.request("GET", "waits", operation="x"))
    await reached(lambda: service.answering == 1)
    await transport.aclose()
    outcomes = await asyncio.gather(reading, waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ServiceDownError, ServiceDownError]
    await asyncio.wait([asking])


async def test_closing_while_a_connection_is_made_leaves_none_open(
    open_transport: OpenTransport, faults: FaultLine
) -> None:
    for turns in range(12):
        transport = open_transport()
        asking = [asyncio.create_task(transport.request("GET", "items", operation="x")) for _ in range(3)]
        for _ in range(turns):
            await asyncio.sleep(0)
        await transport.aclose()
        outcomes = await asyncio.gather(*asking, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} <= {ServiceDownError, Reply}, turns
    gc.collect()


async def test_a_file_that_is_asked_for_while_it_closes_is_an_error_one_can_show(
    open_transport: OpenTransport, faults: FaultLine
) -> None:
    for turns in range(6):
        transport = open_transport()

        async def read(transport: Transport = transport) -> None:
            async with transport.stream("waits", operation="x") as streamed:
                await whole(streamed)

        reading = [asyncio.create_task(read()) for _ in range(3)]
        for _ in range(turns):
            await asyncio.sleep(0)
        await transport.aclose()
        outcomes = await asyncio.gather(*reading, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {ServiceDownError}, turns


async def test_reading_on_after_it_was_closed_is_an_error_one_can_show(transport: Transport) -> None:
    async with transport.stream("trickle", operation="x") as streamed:
        await anext(streamed.pieces)
        await transport.aclose()
        with pytest.raises(ServiceDownError):
            await anext(streamed.pieces)
