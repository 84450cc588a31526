"""Reading the dates services send."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.moment import format_moment, parse_moment

TEN = datetime(2026, 1, 29, 10, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-29T10:00:05Z", TEN),
        ("2026-01-29T10:00:05", TEN),
        ("2026-01-29 10:00:05", TEN),
        (" 2026-01-29T10:00:05z ", TEN),
        ("2026-01-29T10:00:05 UTC", TEN),
        ("2026-01-29T10:00:05+00:00", TEN),
        ("2026-01-29T12:00:05+02:00", TEN),
        ("2026-01-29T12:00:05+0200", TEN),
        ("2026-01-29T12:00:05+02", TEN),
        ("2026-01-29T04:30:05-05:30", TEN),
        ("2026-01-29T10:00:05.5Z", TEN + timedelta(milliseconds=500)),
        ("2026-01-29T10:00:05,5Z", TEN + timedelta(milliseconds=500)),
        ("2026-01-29T10:00:05.123456789Z", TEN + timedelta(microseconds=123456)),
        ("2026-01-29T10:00Z", TEN - timedelta(seconds=5)),
        ("2026-01-29", datetime(2026, 1, 29, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
    ],
)
def test_any_form_of_iso_8601_is_the_same_moment(text: str, moment: datetime) -> None:
    parsed = parse_moment(text)
    assert parsed == moment
    assert parsed is not None
    assert parsed.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "null",
        "yesterday",
        "2026-13-01",
        "2026-02-30T00:00:00Z",
        "2026-01-29T25:00:00Z",
        "1769680805",
        "2026",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
        "2026-01-29T10:00:05+99:99",
        "2026-01-29T10:00:05Zulu",
    ],
)
def test_what_cannot_be_read_is_no_moment(text: str | None) -> None:
    assert parse_moment(text) is None


@given(st.text(max_size=30))
def test_no_text_makes_it_fail(text: str) -> None:
    assert parse_moment(text) is None or isinstance(parse_moment(text), datetime)


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_survives_being_written_and_read(moment: datetime) -> None:
    assert parse_moment(format_moment(moment)) == moment


def test_a_moment_is_written_in_utc_with_a_z() -> None:
    assert format_moment(TEN.astimezone(timezone(timedelta(hours=2)))) == "2026-01-29T10:00:05Z"
    assert format_moment(TEN + timedelta(milliseconds=5)) == "2026-01-29T10:00:05.005000Z"
    assert format_moment(None) is None
