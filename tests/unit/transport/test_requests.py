"""Asking and reading the whole answer."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from runtui.model.clock import ManualClock
from runtui.model.errors import (
    BackendError,
    ConfigError,
    PayloadError,
    PermissionDeniedError,
    RejectedError,
    ServiceDownError,
)
from runtui.simulation.faults import Fault, FaultLine
from runtui.transport.client import Transport
from runtui.transport.decoding import decode_json
from runtui.transport.reply import Reply
from tests.support.sample_service import SampleService
from tests.unit.transport.conftest import OpenTransport


class Seen(msgspec.Struct):
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str


def seen(reply: Reply) -> Seen:
    """What the service saw of a request."""
    return msgspec.json.decode(reply.body, type=Seen)


async def test_a_request_carries_its_method_query_body_and_type(transport: Transport) -> None:
    reply = await transport.request(
        "POST", "echo", operation="start", params={"status": ["a", "b c"], "top": 5}, json={"name": "café"}
    )
    saw = seen(reply)
    assert (saw.method, saw.query, saw.body) == ("POST", "status=a&status=b+c&top=5", '{"name":"café"}')
    assert saw.headers["content-type"] == "application/json"
    assert saw.headers["user-agent"].startswith("runtui/")


async def test_a_reply_says_where_it_came_from_and_for_what(transport: Transport, service_url: str) -> None:
    reply = await transport.request("GET", "items", operation="list runs")
    assert (reply.status, reply.url, reply.profile, reply.operation) == (
        200,
        f"{service_url}/items",
        "lab",
        "list runs",
    )
    assert reply.content_type == "application/json"
    assert reply.received_at.tzinfo is not None


async def test_bytes_are_sent_as_they_are(transport: Transport) -> None:
    assert seen(await transport.request("PUT", "echo", operation="x", body=b"raw")).body == "raw"


async def test_a_web_page_in_place_of_json_is_named_with_what_to_look_at(
    transport: Transport, faults: FaultLine
) -> None:
    faults.fail(status=200, body=b"<html>Log in</html>", content_type="text/html")
    reply = await transport.request("GET", "items", operation="list runs")
    with pytest.raises(PayloadError, match="a web page in place of JSON") as raised:
        decode_json(reply)
    assert "address" in raised.value.hint
    assert (raised.value.profile, raised.value.operation) == ("lab", "list runs")


async def test_an_answer_larger_than_wanted_is_not_read_on(transport: Transport) -> None:
    with pytest.raises(PayloadError, match="more than 1500 bytes"):
        await transport.request("GET", "chunked", operation="list runs", largest=1500)
    with pytest.raises(PayloadError, match="more than 3999 bytes"):
        await transport.request("GET", "chunked", operation="list runs", largest=3999)
    assert len((await transport.request("GET", "chunked", operation="list runs", largest=4000)).body) == 4000


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_safe_request_is_tried_three_times(transport: Transport, faults: FaultLine, method: str) -> None:
    faults.fail(status=503)
    with pytest.raises(ServiceDownError):
        await transport.request(method, "items", operation="list runs")
    assert faults.requests == [f"{method} /api/items"] * 3
    assert transport.requests_sent == 3


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("fault", [Fault(status=503), Fault(drop_answer=True), Fault(status=429)])
async def test_a_request_that_changes_something_is_sent_once(
    transport: Transport, faults: FaultLine, method: str, fault: Fault
) -> None:
    faults.add(msgspec.structs.replace(fault))
    with pytest.raises(BackendError):
        await transport.request(method, "echo", operation="start a run")
    assert len(faults.requests) == 1


@pytest.mark.parametrize(
    "fault", [Fault(status=503, times=2), Fault(drop_answer=True, times=2), Fault(cut_after=3, times=2)]
)
async def test_a_safe_request_gets_over_two_failures(transport: Transport, faults: FaultLine, fault: Fault) -> None:
    faults.add(msgspec.structs.replace(fault))
    assert (await transport.request("GET", "items", operation="list runs")).status == 200
    assert len(faults.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 501])
async def test_what_will_not_change_is_not_asked_again(transport: Transport, faults: FaultLine, status: int) -> None:
    faults.fail(status=status)
    with pytest.raises(BackendError):
        await transport.request("GET", "items", operation="list runs")
    assert len(faults.requests) == 1


async def test_a_code_the_caller_expects_is_no_error(transport: Transport, faults: FaultLine) -> None:
    faults.fail(status=404, body=b'{"title": "No runs found"}')
    reply = await transport.request("GET", "items", operation="list runs", accept=frozenset({404}))
    assert (reply.status, reply.body) == (404, b'{"title": "No runs found"}')


async def test_a_read_only_session_sends_no_change(open_transport: OpenTransport, faults: FaultLine) -> None:
    transport = open_transport(read_only=True)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        with pytest.raises(PermissionDeniedError, match="start a run was not sent"):
            await transport.request(method, "echo", operation="start a run")
    assert faults.requests == []


async def test_a_read_only_session_may_read_and_log_in(open_transport: OpenTransport, faults: FaultLine) -> None:
    transport = open_transport(read_only=True)
    await transport.request("GET", "items", operation="list runs")
    await transport.request("POST", "echo", operation="log in", logs_in=True)
    assert faults.requests == ["GET /api/items", "POST /api/echo"]


async def test_ages_count_from_the_services_clock(open_transport: OpenTransport, service: SampleService) -> None:
    clock = ManualClock(datetime(2026, 1, 29, 10, 0, tzinfo=UTC))
    service.date = "Thu, 29 Jan 2026 09:58:30 GMT"
    transport = open_transport(clock=clock)
    await transport.request("GET", "items", operation="list runs")
    assert transport.clock_offset == timedelta(seconds=-90)
    assert transport.server_now() == datetime(2026, 1, 29, 9, 58, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "date",
    ["Thu, 29 Jan 2026 10:00:01 GMT", "Thu, 29 Jan 2026 10:00:00 -0000", "yesterday", "Thu, 29 Jan 99999 10:00:00 GMT"],
)
async def test_a_date_that_says_nothing_new_or_nothing_at_all_changes_no_age(
    open_transport: OpenTransport, service: SampleService, date: str
) -> None:
    service.date = date
    transport = open_transport(clock=ManualClock(datetime(2026, 1, 29, 10, 0, tzinfo=UTC)))
    await transport.request("GET", "items", operation="list runs")
    assert transport.clock_offset == timedelta(0)


async def test_no_cookie_is_kept(transport: Transport, faults: FaultLine) -> None:
    await transport.request("GET", "echo", operation="x")
    await transport.request("GET", "echo", operation="x")
    assert "cookie" not in faults.headers[-1]


async def test_loopback_is_never_asked_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch, open_transport: OpenTransport
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    transport = open_transport()
    assert (await transport.request("GET", "items", operation="list runs")).status == 200


async def test_a_header_that_cannot_be_sent_is_refused_by_name(transport: Transport, faults: FaultLine) -> None:
    for value in ("one\r\nX-Two: 2", "é", "\x00"):
        with pytest.raises(RejectedError, match="the header If-Range"):
            await transport.request("GET", "items", operation="x", headers={"If-Range": value})
    assert faults.requests == []


async def test_a_text_that_is_no_unicode_is_refused(transport: Transport, faults: FaultLine) -> None:
    with pytest.raises(RejectedError, match="not valid Unicode"):
        await transport.request("POST", "echo", operation="x", json={"name": "\ud800"})
    await transport.request("GET", "echo", operation="x", params={"name": "\ud800"})
    assert faults.requests == ["GET /api/echo?name=%3F"]


@pytest.mark.parametrize(
    "url",
    [
        "", "lab.org", "ftp://lab.org", "http://", "https:///x", "http://[::1", "http://[bad]/", "http://lab:99999",
        "http://lab:x", "file:///etc/passwd", "http://lab.org/\x01", "javascript:alert(1)", "http://\ud800/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_said_when_the_profile_is_opened(url: str) -> None:
    with pytest.raises(ConfigError, match="is not an address"):
        Transport("lab", url)


@pytest.mark.parametrize("url", ["https://lab.org/api?key=planted-1", "https://lab.org/#planted-1"])
def test_an_address_with_more_than_a_path_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="more than a path"):
        Transport("lab", url)


def test_a_password_in_a_wrong_address_is_not_shown() -> None:
    with pytest.raises(ConfigError) as raised:
        Transport("lab", "ftp://alice:planted-1@lab.org")
    assert "planted-1" not in str(raised.value)
