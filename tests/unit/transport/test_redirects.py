"""Following redirects, and who gets the token on the way."""

import pytest

from runtui.model.errors import AuthenticationError, BackendError, RejectedError
from runtui.model.secret import Secret
from runtui.simulation.faults import FaultLine
from runtui.transport.auth import TokenAuth
from runtui.transport.client import Transport
from tests.support.sample_service import SampleService
from tests.unit.transport.conftest import OpenTransport

CODES = [301, 302, 303, 307, 308]


async def token() -> Secret:
    return Secret("lab-token-1")


@pytest.fixture
def transport(open_transport: OpenTransport, service: SampleService) -> Transport:
    service.tokens.add("lab-token-1")
    return open_transport(auth=TokenAuth(token))


@pytest.mark.parametrize("code", CODES)
async def test_a_redirect_on_our_origin_keeps_the_token(transport: Transport, faults: FaultLine, code: int) -> None:
    reply = await transport.request("GET", "redirect", operation="x", params={"code": code, "to": "guarded"})
    assert reply.body == b'{"token_was":"good"}'
    assert reply.url.endswith("/api/guarded")


@pytest.mark.parametrize("code", CODES)
async def test_a_redirect_elsewhere_is_followed_without_the_token(
    transport: Transport, elsewhere: FaultLine, elsewhere_url: str, code: int
) -> None:
    to = f"{elsewhere_url}/api/items"
    reply = await transport.request("GET", "redirect", operation="x", params={"code": code, "to": to})
    assert reply.status == 200
    assert elsewhere.requests == ["GET /api/items"]
    assert "authorization" not in elsewhere.headers[0]


async def test_a_redirect_elsewhere_and_back_has_the_token_again_at_home_alone(
    transport: Transport, faults: FaultLine, elsewhere: FaultLine, elsewhere_url: str, service_url: str
) -> None:
    to = f"{elsewhere_url}/api/redirect?to={service_url}/guarded"
    reply = await transport.request("GET", "redirect", operation="x", params={"to": to})
    assert reply.body == b'{"token_was":"good"}'
    assert ["authorization" in headers for headers in (*faults.headers, *elsewhere.headers)] == [True, True, False]


async def test_another_name_of_the_same_machine_is_another_origin(
    transport: Transport, faults: FaultLine, service_url: str
) -> None:
    to = service_url.replace("127.0.0.1", "localhost") + "/guarded"
    with pytest.raises(AuthenticationError):
        await transport.request("GET", "redirect", operation="x", params={"to": to})
    assert ["authorization" in headers for headers in faults.headers] == [True, False]


@pytest.mark.parametrize("prefix", ["//", "http://"])
async def test_who_asks_in_a_redirect_does_not_make_it_ours(
    transport: Transport, elsewhere: FaultLine, elsewhere_url: str, service_url: str, prefix: str
) -> None:
    own, other = service_url.removeprefix("http://").removesuffix("/api"), elsewhere_url.removeprefix("http://")
    to = f"{prefix}{own.replace(':', '%3A')}@{other}/api/items"
    await transport.request("GET", "redirect", operation="x", params={"to": to})
    assert "lab-token-1" not in str(elsewhere.headers)


async def test_an_absolute_address_is_asked_without_the_token_unless_it_is_ours(
    transport: Transport, faults: FaultLine, elsewhere: FaultLine, elsewhere_url: str, service_url: str
) -> None:
    await transport.request("GET", f"{elsewhere_url}/api/items", operation="x")
    await transport.request("GET", f"{service_url}/guarded", operation="x")
    assert "authorization" not in elsewhere.headers[0]
    assert faults.headers[0]["authorization"] == "Token lab-token-1"


async def test_a_stream_elsewhere_is_read_without_the_token(
    transport: Transport, elsewhere: FaultLine, elsewhere_url: str
) -> None:
    async with transport.stream("redirect", operation="x", params={"to": f"{elsewhere_url}/api/file"}) as streamed:
        assert len(b"".join([piece async for piece in streamed.pieces])) == 16384
    assert "authorization" not in elsewhere.headers[0]


async def test_a_refusal_elsewhere_does_not_renew_our_token(
    transport: Transport, faults: FaultLine, elsewhere: FaultLine, elsewhere_url: str
) -> None:
    elsewhere.fail(status=401)
    with pytest.raises(AuthenticationError):
        await transport.request("GET", "redirect", operation="x", params={"to": f"{elsewhere_url}/api/items"})
    assert (len(faults.requests), len(elsewhere.requests)) == (1, 1)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_changing_request_is_not_sent_on(
    transport: Transport, elsewhere: FaultLine, elsewhere_url: str, method: str
) -> None:
    with pytest.raises(BackendError):
        await transport.request(
            method, "redirect", operation="x", params={"to": f"{elsewhere_url}/api/echo"}, json={"a": 1}
        )
    assert elsewhere.requests == []


async def test_a_circle_is_left_after_five_rounds(transport: Transport, faults: FaultLine) -> None:
    faults.fail("redirect", status=302, headers={"location": "redirect"})
    with pytest.raises(RejectedError, match="leads nowhere"):
        await transport.request("GET", "redirect", operation="x")
    assert len(faults.requests) == 6


@pytest.mark.parametrize(
    "to", ["http://[", "file:///etc/passwd", "ftp://lab/x", "http://127.0.0.1:99999/", "javascript:1"]
)
async def test_a_redirect_to_what_is_no_address_is_refused(transport: Transport, to: str) -> None:
    with pytest.raises(RejectedError, match="not an address"):
        await transport.request("GET", "redirect", operation="x", params={"to": to})


async def test_an_unreachable_place_is_named_as_the_place_it_is(transport: Transport) -> None:
    with pytest.raises(BackendError, match=r"127\.0\.0\.1:1 cannot be reached"):
        await transport.request("GET", "redirect", operation="x", params={"to": "http://127.0.0.1:1/x?sig=planted-1"})
