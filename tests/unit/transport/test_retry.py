"""When a request is sent again, and after how long."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.clock import ManualClock
from runtui.model.errors import BackendError, NotFoundError, RateLimitedError, ServiceDownError, ServiceTimeoutError
from runtui.simulation.faults import FaultLine
from runtui.transport.retry import RetryPolicy, retry_after_seconds
from tests.support.conditions import reached
from tests.unit.transport.conftest import OpenTransport

NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        ("17", 17.0),
        (" 17 ", 17.0),
        ("1.5", 1.5),
        ("-3", None),
        ("inf", None),
        ("nan", None),
        ("1e9", None),
        ("1_0", None),
        ("٣", None),
        ("9" * 400, 86400.0),
        ("soon", None),
        ("Thu, 29 Jan 2026 10:00:40 GMT", 40.0),
        ("Thu, 29 Jan 2026 10:00:40 -0000", 40.0),
        ("Thu, 29 Jan 2026 12:00:40 +0200", 40.0),
        ("Thu, 29 Jan 2026 09:00:00 GMT", 0.0),
        ("Thu, 29 Jan 2036 09:00:00 GMT", 86400.0),
        ("Thu, 29 Jan 99999 09:00:00 GMT", None),
        ("Thu, 29 Jan 2026 10:00:40 +99999999999999", None),
    ],
)
def test_retry_after_is_read(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, NOW) == seconds


@given(st.text())
def test_no_header_makes_reading_it_fail(header: str) -> None:
    seconds = retry_after_seconds(header, NOW)
    assert seconds is None or 0.0 <= seconds <= 86400.0


@given(st.integers(min_value=-100_000, max_value=86_400))
def test_a_date_means_the_seconds_until_it_and_never_fewer_than_none(seconds: int) -> None:
    header = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after_seconds(header, NOW) == max(0.0, seconds)


@given(st.floats(min_value=0.0, max_value=1.0), st.integers(min_value=1, max_value=30))
def test_pauses_grow_and_stay_bounded(share: float, attempt: int) -> None:
    policy = RetryPolicy(attempts=100)
    pause = policy.pause_before(attempt, ServiceDownError("x"), method="GET", jitter=lambda: share)
    assert pause is not None
    assert 0.2 <= pause <= 7.5


@pytest.mark.parametrize(
    ("error", "method", "is_retried"),
    [
        (ServiceDownError("x"), "GET", True),
        (ServiceTimeoutError("x"), "HEAD", True),
        (RateLimitedError("x"), "GET", True),
        (RateLimitedError("x", retry_after=5.0), "GET", True),
        (RateLimitedError("x", retry_after=5.1), "GET", False),
        (ServiceDownError("x"), "POST", False),
        (ServiceDownError("x"), "DELETE", False),
        (NotFoundError("x"), "GET", False),
    ],
)
def test_only_safe_requests_and_passing_failures_are_tried_again(
    error: BackendError, method: str, is_retried: bool
) -> None:
    assert (RetryPolicy().pause_before(1, error, method=method) is not None) is is_retried


def test_a_silent_service_is_asked_once_more_and_not_twice() -> None:
    silence, answer = ServiceTimeoutError("x"), ServiceTimeoutError("x", code=408)
    policy = RetryPolicy()
    assert policy.pause_before(1, silence, method="GET") is not None
    assert policy.pause_before(2, silence, method="GET") is None
    assert policy.pause_before(2, answer, method="GET") is not None


def test_the_last_attempt_is_not_followed_by_another() -> None:
    assert RetryPolicy(attempts=3).pause_before(3, ServiceDownError("x"), method="GET") is None


@pytest.mark.parametrize("header", ["3", format_datetime(NOW + timedelta(seconds=3), usegmt=True)])
async def test_a_short_retry_after_is_waited_for(open_transport: OpenTransport, faults: FaultLine, header: str) -> None:
    clock = ManualClock(NOW)
    faults.fail(status=429, times=1, headers={"Retry-After": header})
    transport = open_transport(clock=clock, retry=RetryPolicy())
    asked = asyncio.create_task(transport.request("GET", "items", operation="list runs"))
    await reached(lambda: clock.sleepers == 1)
    await clock.advance(2.9)
    assert (len(faults.requests), clock.sleepers) == (1, 1)
    await clock.advance(0.2)
    assert (await asked).status == 200
    assert len(faults.requests) == 2


async def test_a_long_retry_after_is_an_error_at_once_and_nothing_is_asked_until_then(
    open_transport: OpenTransport, faults: FaultLine
) -> None:
    clock = ManualClock(NOW)
    faults.fail(status=429, times=1, headers={"Retry-After": "60"})
    transport = open_transport(clock=clock, retry=RetryPolicy())
    with pytest.raises(RateLimitedError) as raised:
        await transport.request("GET", "items", operation="list runs", scope="runs")
    assert (raised.value.retry_after, raised.value.code) == (60.0, 429)
    await clock.advance(20.0)
    with pytest.raises(RateLimitedError, match="wait 40 s more") as raised:
        await transport.request("GET", "items", operation="list runs", scope="runs")
    assert raised.value.retry_after == 40.0
    assert len(faults.requests) == 1


async def test_a_pause_is_for_its_scope_and_ends(open_transport: OpenTransport, faults: FaultLine) -> None:
    clock = ManualClock(NOW)
    faults.fail(status=429, times=1, headers={"Retry-After": "60"})
    transport = open_transport(clock=clock)
    with pytest.raises(RateLimitedError):
        await transport.request("GET", "items", operation="list runs", scope="runs")
    assert (await transport.request("GET", "items", operation="list files", scope="files")).status == 200
    await clock.advance(60.0)
    assert (await transport.request("GET", "items", operation="list runs", scope="runs")).status == 200


async def test_a_service_that_is_down_may_also_say_when_to_come_back(
    open_transport: OpenTransport, faults: FaultLine
) -> None:
    faults.fail(status=503, headers={"Retry-After": "120"})
    with pytest.raises(ServiceDownError) as raised:
        await open_transport().request("GET", "items", operation="list runs")
    assert raised.value.retry_after == 120.0
    assert len(faults.requests) == 1
