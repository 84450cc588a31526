"""No token, password or signed address in any error, its repr, its chain or its traceback, nor in a log."""

import logging
import traceback
from collections.abc import Iterator

import pytest

from runtui.model.errors import BackendError
from runtui.model.secret import Secret
from runtui.simulation.faults import Fault, FaultLine
from runtui.transport.auth import TokenAuth
from runtui.transport.client import Timeouts, Transport
from runtui.transport.decoding import decode_json
from runtui.transport.errors import detail_of
from tests.unit.transport.conftest import OpenTransport

TOKEN = "lab-token-0123456789"
SIGNATURE = "planted-signature-1"


async def token() -> Secret:
    return Secret(TOKEN)


@pytest.fixture
def transport(open_transport: OpenTransport) -> Transport:
    return open_transport(auth=TokenAuth(token), timeouts=Timeouts(read=0.1))


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that led to it, shown or not."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def shown(error: BaseException) -> str:
    """All that can be seen of an error."""
    parts = [repr(one) + str(one) + repr(one.args) + repr(vars(one)) for one in chain(error)]
    return "\n".join([*parts, *traceback.format_exception(error)])


async def failure(transport: Transport, path: str, **params: str) -> BackendError:
    with pytest.raises(BackendError) as raised:
        await transport.request("GET", path, operation="list runs", params=params)
    return raised.value


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=401, body=b'{"detail": "Token %s is not known"}' % TOKEN.encode()),
        Fault(status=400, body=b'{"token": ["%s"]}' % TOKEN.encode()),
        Fault(status=500, body=b"Traceback ... Authorization: Token %s" % TOKEN.encode(), content_type="text/plain"),
        Fault(status=400, body=b'{"detail": "%s%s"}' % (b"x" * 285, TOKEN.encode())),
        Fault(status=400, body=b'{"detail": "see https://store.org/x?sig=%s"}' % SIGNATURE.encode()),
        Fault(status=301, headers={"location": f"https://alice:{TOKEN}@store.org/?sig={SIGNATURE}"}),
        Fault(status=200, body=b"no json", headers={"content-encoding": "gzip"}),
        Fault(cut_after=3),
        Fault(drop_answer=True),
        Fault(hang=True),
    ],
    ids=["echo", "field", "dump", "cut in two", "address", "location", "unpacked", "cut off", "dropped", "hanging"],
)
async def test_no_failing_answer_shows_a_secret(transport: Transport, faults: FaultLine, fault: Fault) -> None:
    faults.add(fault)
    with pytest.raises(BackendError) as raised:
        await transport.request("POST", "echo", operation="list runs")
    text = shown(raised.value)
    assert SIGNATURE not in text
    assert TOKEN[:8] not in text


async def test_a_refused_connection_shows_no_secret(open_transport: OpenTransport) -> None:
    transport = open_transport(url=f"http://alice:{TOKEN}@127.0.0.1:1", auth=TokenAuth(token))
    assert TOKEN not in shown(await failure(transport, "items", sig=SIGNATURE))


async def test_nothing_of_the_http_client_is_kept_in_the_chain_of_an_error(
    transport: Transport, faults: FaultLine
) -> None:
    for fault in (Fault(drop_answer=True), Fault(cut_after=3), Fault(hang=True)):
        faults.clear()
        faults.add(fault)
        with pytest.raises(BackendError) as raised:
            await transport.request("POST", "echo", operation="x")
        assert [type(one).__module__ for one in chain(raised.value)] == ["runtui.model.errors"]


async def test_what_the_http_client_called_it_is_in_a_note(transport: Transport, faults: FaultLine) -> None:
    faults.add(Fault(drop_answer=True))
    with pytest.raises(BackendError) as raised:
        await transport.request("POST", "echo", operation="x")
    assert raised.value.__notes__ == ["httpx.RemoteProtocolError"]


@pytest.mark.parametrize("field", ["password", "refresh_token", "secret_value"])
async def test_secrets_in_a_requests_body_are_not_echoed(transport: Transport, faults: FaultLine, field: str) -> None:
    faults.fail(status=400, body=b'{"detail": "%s does not do"}' % SIGNATURE.encode())
    with pytest.raises(BackendError) as raised:
        await transport.request("POST", "echo", operation="x", json={"inputs": {"a": {field: SIGNATURE}}})
    assert "*** does not do" in raised.value.message
    assert SIGNATURE not in shown(raised.value)


async def test_the_backends_own_reading_sees_no_secret_either(open_transport: OpenTransport, faults: FaultLine) -> None:
    faults.fail(status=400, body=b'{"detail": "%s%s"}' % (b"x" * 285, TOKEN.encode()))
    transport = open_transport(
        auth=TokenAuth(token), explain=lambda reply, operation: BackendError("no", hint=detail_of(reply))
    )
    error = await failure(transport, "items")
    assert error.hint.endswith("x***")


async def test_an_unreadable_answer_shows_nothing_of_it(transport: Transport, faults: FaultLine) -> None:
    faults.fail(status=200, body=b"{ %s" % TOKEN.encode())
    reply = await transport.request("GET", "items", operation="list runs")
    with pytest.raises(BackendError) as raised:
        decode_json(reply)
    assert TOKEN not in shown(raised.value)


async def test_no_address_or_header_is_logged(
    transport: Transport, caplog: pytest.LogCaptureFixture, elsewhere: FaultLine, elsewhere_url: str
) -> None:
    caplog.set_level(logging.DEBUG)
    to = f"{elsewhere_url}/api/items?sig={SIGNATURE}"
    await transport.request("GET", "redirect", operation="x", params={"to": to})
    assert len(elsewhere.requests) == 1
    assert SIGNATURE not in caplog.text
    assert TOKEN not in caplog.text


async def test_a_grown_up_transport_shows_no_token(transport: Transport) -> None:
    await transport.request("GET", "items", operation="x")
    assert TOKEN not in repr(transport) + repr(vars(transport)) + repr(transport.auth) + repr(vars(transport.auth))
