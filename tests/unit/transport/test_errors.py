"""What httpx and HTTP say, in the model's errors."""

from datetime import UTC, datetime

import httpx
import pytest

from runtui.model import errors as model_errors
from runtui.model.errors import (
    AuthenticationError,
    BackendError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedError,
    ServiceDownError,
    ServiceTimeoutError,
    TemporaryError,
    UnsupportedError,
)
from runtui.simulation.faults import Fault, FaultLine
from runtui.transport.client import Timeouts, Transport
from runtui.transport.errors import detail_of, error_for_exception, error_for_reply
from runtui.transport.reply import Reply
from runtui.transport.retry import RetryPolicy
from tests.unit.transport.conftest import OpenTransport

NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)


def descendants(kind: type[BaseException]) -> list[type[BaseException]]:
    """A class and everything below it."""
    return [kind, *(below for child in kind.__subclasses__() for below in descendants(child))]


def reply(
    status: int,
    body: bytes = b"",
    content_type: str = "application/json",
    *,
    retry_after: str = "",
    date: str = "",
    location: str = "",
) -> Reply:
    headers = {"content-type": content_type, "retry-after": retry_after, "date": date, "location": location}
    return Reply(status=status, headers=headers, body=body, url="http://lab/x", received_at=NOW)


MISUSE = {*descendants(httpx.StreamError), httpx.CookieConflict}
"""What httpx raises when it is used wrongly, never because of a service."""

RAISED = [
    kind
    for kind in (*descendants(httpx.HTTPError), *descendants(httpx.InvalidURL))
    if kind.__module__.startswith("httpx")
]


def test_every_exception_httpx_has_is_either_mapped_or_misuse() -> None:
    public = {value for value in vars(httpx).values() if isinstance(value, type) and issubclass(value, Exception)}
    assert public == {*RAISED, *MISUSE}


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_every_exception_httpx_raises_has_an_error_of_ours(kind: type[httpx.HTTPError]) -> None:
    made = (
        kind("it broke", request=httpx.Request("GET", "http://lab"), response=httpx.Response(500))
        if kind is httpx.HTTPStatusError
        else kind("it broke")
    )
    error = error_for_exception(made, "lab.org")
    assert isinstance(error, BackendError)
    assert type(error) is not BackendError
    assert "lab.org" in error.message


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (httpx.ConnectTimeout("x"), ServiceTimeoutError),
        (httpx.ReadTimeout("x"), ServiceTimeoutError),
        (httpx.WriteTimeout("x"), ServiceTimeoutError),
        (httpx.PoolTimeout("x"), ServiceTimeoutError),
        (httpx.ConnectError("x"), ServiceDownError),
        (httpx.ReadError("x"), ServiceDownError),
        (httpx.CloseError("x"), ServiceDownError),
        (httpx.ProxyError("x"), ServiceDownError),
        (httpx.RemoteProtocolError("x"), ServiceDownError),
        (httpx.DecodingError("x"), ServiceDownError),
        (httpx.LocalProtocolError("x"), RejectedError),
        (httpx.UnsupportedProtocol("x"), RejectedError),
        (httpx.TooManyRedirects("x"), RejectedError),
        (httpx.InvalidURL("x"), RejectedError),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_exceptions_are_mapped_by_what_one_can_do(
    raised: httpx.HTTPError | httpx.InvalidURL, expected: type[BackendError]
) -> None:
    assert type(error_for_exception(raised, "lab.org")) is expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[Errno -2] Name or service not known", "no such host name"),
        ("[Errno -3] Temporary failure in name resolution", "host names cannot be looked up"),
        ("All connection attempts failed", "connection refused"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "its certificate is not trusted"),
        (
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)",
            "its certificate has expired",
        ),
        (
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, "
            "certificate is not valid for 'lab.org'. (_ssl.c:1006)",
            "its certificate is that of another name",
        ),
        ("[Errno 101] Network is unreachable", "the network is unreachable"),
        ("something new\nwith lines", "something new"),
    ],
)
def test_a_failed_connection_says_why_in_plain_words(text: str, sentence: str) -> None:
    assert error_for_exception(httpx.ConnectError(text), "lab.org").message.endswith(f": {sentence}")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (304, RejectedError),
        (307, RejectedError),
        (400, RejectedError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (405, RejectedError),
        (408, ServiceTimeoutError),
        (409, RejectedError),
        (410, NotFoundError),
        (413, RejectedError),
        (422, RejectedError),
        (425, ServiceTimeoutError),
        (429, RateLimitedError),
        (500, ServiceDownError),
        (501, UnsupportedError),
        (502, ServiceDownError),
        (503, ServiceDownError),
        (504, ServiceDownError),
        (599, ServiceDownError),
        (799, ServiceDownError),
    ],
)
def test_statuses_are_mapped_by_what_one_can_do(status: int, expected: type[BackendError]) -> None:
    error = error_for_reply(reply(status), "lab.org")
    assert type(error) is expected
    assert error.code == status


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"detail": "Not found."}', "lab.org does not know it (listing the jobs)"),
        (b"", "lab.org does not know it (listing the jobs)"),
        (b'{"detail": "Run 7 not found"}', "lab.org does not know it: Run 7 not found"),
    ],
)
def test_what_is_not_known_is_named_by_the_service_or_by_what_was_asked(body: bytes, sentence: str) -> None:
    error = error_for_reply(reply(404, body), "lab.org", "listing the jobs")
    assert error is not None
    assert error.message == sentence


def test_every_leaf_of_the_tree_is_reached_by_some_status_or_exception() -> None:
    leaves = {
        kind
        for kind in vars(model_errors).values()
        if isinstance(kind, type) and issubclass(kind, BackendError) and not kind.__subclasses__()
    }
    by_status = {type(error_for_reply(reply(status), "lab")) for status in range(300, 600)}
    by_exception = {type(error_for_exception(httpx.ReadTimeout("x"), "lab"))}
    assert leaves - by_status - by_exception == {model_errors.PayloadError}


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206])
def test_a_success_is_no_error(status: int) -> None:
    assert error_for_reply(reply(status), "lab.org") is None


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_says_when_to_come_back_is_believed(status: int) -> None:
    error = error_for_reply(reply(status, retry_after="17"), "lab.org")
    assert isinstance(error, TemporaryError)
    assert error.retry_after == 17.0


def test_a_retry_date_counts_from_the_services_own_clock() -> None:
    error = error_for_reply(
        reply(429, date="Thu, 29 Jan 2026 12:00:00 GMT", retry_after="Thu, 29 Jan 2026 12:00:40 GMT"), "lab.org"
    )
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 40.0


def test_a_redirect_that_is_not_followed_says_where_it_points() -> None:
    error = error_for_reply(reply(301, location="https://new.lab.org/api?signature=planted-1"), "lab.org")
    assert error is not None
    assert "https://new.lab.org/api?***" in error.hint


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"detail": "Not found."}', "Not found."),
        (b'{"title": "No run found", "status": 404, "detail": "No run found with the ID"}', "No run found with the ID"),
        (b'{"error": {"code": 7, "message": "too  big\\n"}}', "too big"),
        (b'"just a text"', "just a text"),
        (b'["one", {"message": "two"}, 3]', "one; two"),
        (b'{"jobanalyses": [{"command": ["may not be blank"]}]}', "jobanalyses: command: may not be blank"),
        (b'{"password": "planted-1", "name": "taken"}', "password: ***; name: taken"),
        (b'{"detail": [{"loc": ["body", "name"], "msg": "Field required"}]}', "name: Field required"),
        (b'{"detail": [{"loc": ["body", "name"], "msg": "the name is taken"}]}', "the name is taken"),
        (b'{"detail": null, "message": "the second"}', "the second"),
        (b"7", ""),
        (b"", ""),
        (b'{"cut', ""),
        (b"[" * 50_000, ""),
    ],
)
def test_the_sentence_in_an_errors_body_is_found(body: bytes, sentence: str) -> None:
    assert detail_of(reply(500, body)) == sentence


def test_the_sentence_in_a_deep_body_is_given_up_on() -> None:
    assert detail_of(reply(500, b'{"error":' * 200 + b'"deep"' + b"}" * 200)) == ""


def test_a_plain_text_body_is_its_own_sentence() -> None:
    assert detail_of(reply(400, b"Query deserialize error: \xff", "text/plain; charset=utf-8")).startswith("Query des")


def test_a_web_page_is_no_sentence() -> None:
    assert detail_of(reply(502, b"<html><h1>Bad Gateway</h1>", "text/html")) == ""
    assert detail_of(reply(502, b"  <!doctype html>", "text/plain")) == ""


def test_a_long_sentence_is_cut() -> None:
    assert len(detail_of(reply(400, b'{"detail": "%s"}' % (b"long " * 1000)))) == 300


async def test_a_refused_connection_is_a_service_that_is_down(open_transport: OpenTransport) -> None:
    transport = open_transport(url="http://127.0.0.1:1")
    with pytest.raises(ServiceDownError, match="connection refused") as raised:
        await transport.request("GET", "items", operation="list runs")
    assert (raised.value.profile, raised.value.operation) == ("lab", "list runs")


async def test_an_answer_that_never_comes_is_a_timeout(open_transport: OpenTransport, faults: FaultLine) -> None:
    faults.add(Fault(hang=True))
    transport = open_transport(timeouts=Timeouts(read=0.05))
    with pytest.raises(ServiceTimeoutError, match="took too long"):
        await transport.request("POST", "echo", operation="start a run")


async def test_an_answer_that_trickles_in_for_ever_is_a_timeout(open_transport: OpenTransport) -> None:
    transport = open_transport(timeouts=Timeouts(whole=0.1), retry=RetryPolicy(attempts=1))
    with pytest.raises(ServiceTimeoutError, match="took too long"):
        await transport.request("GET", "trickle", operation="list runs")


async def test_a_connection_closed_without_an_answer_is_a_service_that_is_down(
    transport: Transport, faults: FaultLine
) -> None:
    faults.add(Fault(drop_answer=True))
    with pytest.raises(ServiceDownError):
        await transport.request("POST", "echo", operation="start a run")
    assert faults.requests == ["POST /api/echo"]


@pytest.mark.parametrize("path", ["items", "chunked"])
@pytest.mark.parametrize("length", [0, 5])
async def test_a_body_that_is_cut_off_is_a_service_that_is_down(
    transport: Transport, faults: FaultLine, path: str, length: int
) -> None:
    faults.add(Fault(cut_after=length))
    with pytest.raises(ServiceDownError, match="broke the answer off"):
        await transport.request("GET", path, operation="list runs")


async def test_an_error_whose_body_is_cut_off_keeps_its_own_meaning(transport: Transport, faults: FaultLine) -> None:
    faults.add(Fault(match="nothing", cut_after=2))
    with pytest.raises(NotFoundError):
        await transport.request("GET", "nothing", operation="fetch a run")


async def test_a_packed_body_that_is_none_is_a_service_that_is_down(transport: Transport, faults: FaultLine) -> None:
    faults.fail(status=200, body=b"not packed", headers={"content-encoding": "gzip"})
    with pytest.raises(ServiceDownError, match="cannot be unpacked"):
        await transport.request("GET", "items", operation="list runs")


async def test_the_backends_own_reading_of_an_answer_goes_first(
    open_transport: OpenTransport, faults: FaultLine
) -> None:
    faults.fail(status=404)
    transport = open_transport(
        explain=lambda reply, operation: RejectedError(f"{operation}: none") if reply.status == 404 else None
    )
    with pytest.raises(RejectedError, match="list runs: none"):
        await transport.request("GET", "items", operation="list runs")
