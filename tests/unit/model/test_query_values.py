"""Numbers with units, and moments."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from runtui.model.query_values import parse_day, parse_number, parse_quantity, parse_seconds

NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("1h30m", 5400),
        ("1.5h", 5400),
        ("2d", 172_800),
        ("1w", 604_800),
        ("500ms", 0.5),
        ("10min", 600),
        ("2:30", 150),
        ("1:02:03", 3723),
        ("90:00", 5400),
    ],
)
def test_a_span_of_time_is_in_seconds(text: str, seconds: float) -> None:
    assert parse_seconds(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "2", "d", "2x", "2d x", "-2d", "1:99", "2D"])
def test_anything_else_is_no_span(text: str) -> None:
    assert parse_seconds(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20", 20),
        ("-0.5", -0.5),
        (".5", 0.5),
        ("1e-6", 1e-6),
        ("+3", 3),
        ("50%", 0.5),
        ("2GB", 2e9),
        ("2 gb", 2e9),
        ("1KiB", 1024),
        ("3m", 180),
        ("-5m", -300),
        ("inf", math.inf),
    ],
)
def test_a_quantity_may_have_a_unit(text: str, value: float) -> None:
    assert parse_quantity(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "fine", "1,5", "1_000", "2 apples", "0x10", "--1", "1e", "5M"])
def test_anything_else_is_no_quantity(text: str) -> None:
    assert parse_quantity(text) is None


def test_nan_is_a_number() -> None:
    value = parse_number("NaN")
    assert value is not None
    assert math.isnan(value)


@pytest.mark.parametrize(
    ("text", "start", "length"),
    [
        ("2026-01-26", "2026-01-26T00:00+00:00", timedelta(days=1)),
        ("2026-01-26T10:30", "2026-01-26T10:30+00:00", timedelta(minutes=1)),
        ("2026-01-26 10:30:05", "2026-01-26T10:30:05+00:00", timedelta(seconds=1)),
        ("2026-01-26T10:30+02:00", "2026-01-26T08:30+00:00", timedelta(minutes=1)),
        ("2026-01-26t10:30:05z", "2026-01-26T10:30:05+00:00", timedelta(seconds=1)),
        ("today", "2026-01-29T00:00+00:00", timedelta(days=1)),
        ("Yesterday", "2026-01-28T00:00+00:00", timedelta(days=1)),
    ],
)
def test_a_day_is_all_the_time_its_last_part_says(text: str, start: str, length: timedelta) -> None:
    day = parse_day(text)
    assert day is not None
    first = datetime.fromisoformat(start)
    assert day.between(NOW) == (first, first + length)


@pytest.mark.parametrize("text", ["", "2026", "2026-01", "2026-02-30", "2026-01-26T25:00", "tomorrow", "26.1.2026"])
def test_anything_else_is_no_day(text: str) -> None:
    assert parse_day(text) is None
