"""Numbers with units."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from runtui.render import units

NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (0, "0s"),
        (12.9, "12s"),
        (59.99, "59s"),
        (60, "1m"),
        (4 * 60 + 59, "4m"),
        (3 * 3600, "3h"),
        (86_399, "23h"),
        (5 * 86_400, "5d"),
        (366 * 86_400, "1y"),
        (-3, "0s"),
        (-240, "in 4m"),
    ],
)
def test_an_age_has_one_unit(seconds: float | None, text: str) -> None:
    assert units.age(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(-61, "in 1m"), (-59, "<1m"), (0, "<1m"), (59.9, "<1m"), (60, "1m"), (7300, "2h")]
)
def test_a_calm_age_counts_no_seconds(seconds: float, text: str) -> None:
    assert units.calm_age(seconds) == text


def test_the_age_of_a_moment_is_counted_from_now() -> None:
    assert units.age_of(NOW - timedelta(minutes=8), NOW) == "8m"
    assert units.age_of(None, NOW) == "-"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (0, "00:00"),
        (131, "02:11"),
        (3599, "59:59"),
        (11_040, "3h 04m"),
        (183_600, "2d 03h"),
        (-5, "00:00"),
    ],
)
def test_a_duration_reads_like_a_watch_until_it_is_hours(seconds: float | None, text: str) -> None:
    assert units.duration(seconds) == text


@pytest.mark.parametrize(
    ("byte_count", "text"),
    [
        (None, "-"),
        (0, "0 B"),
        (812, "812 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (4_900, "4.9 KB"),
        (9_960, "10 KB"),
        (298_400, "298 KB"),
        (999_499, "999 KB"),
        (999_500, "1.0 MB"),
        (57_000_000_000, "57 GB"),
        (5 * 10**21, "5000 EB"),
    ],
)
def test_a_size_has_two_digits_or_three(byte_count: int | None, text: str) -> None:
    assert units.size(byte_count) == text


def test_a_rate_is_a_size_per_second() -> None:
    assert units.rate(1_200_000) == "1.2 MB/s"
    assert units.rate(None) == "-"


@pytest.mark.parametrize(
    ("remaining", "speed", "text"),
    [(41 * 60_000, 1_000, "41m"), (0, 5, "0s"), (10, 0, "-"), (None, 5, "-"), (10, None, "-"), (1e30, 1, "-")],
)
def test_what_remains_takes_as_long_as_the_rate_says(remaining: float | None, speed: float | None, text: str) -> None:
    assert units.eta(remaining, speed) == text


@pytest.mark.parametrize(
    ("number", "text"), [(None, "-"), (0, "0"), (1284, "1284"), (12_840, "12 840"), (1_204_311, "1 204 311")]
)
def test_thousands_are_set_apart_from_five_digits_on(number: int | None, text: str) -> None:
    assert units.count(number) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "-"),
        (float("nan"), "-"),
        (0, "0%"),
        (0.001, "1%"),
        (0.41, "41%"),
        (0.999, "99%"),
        (1, "100%"),
        (1.2, "100%"),
        (-1, "0%"),
    ],
)
def test_a_share_is_whole_percent_and_complete_only_when_it_is(share: float | None, text: str) -> None:
    assert units.percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"), [(20.0, "20"), (0.1 + 0.2, "0.3"), (-0.01876, "-0.01876"), (3e-4, "0.0003"), (1e-6, "1e-06")]
)
def test_a_number_is_shown_without_noise(value: float, text: str) -> None:
    assert units.number(value) == text


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (NOW - timedelta(minutes=5), "10:55:00"),
        (NOW - timedelta(days=2), "01-27 11:00"),
        (NOW - timedelta(days=60), "2025-11-30"),
        (None, "-"),
    ],
)
def test_a_moment_is_local_and_as_short_as_it_is_clear(when: datetime | None, text: str) -> None:
    assert units.moment(when, NOW, timezone(timedelta(hours=1))) == text


def test_a_full_moment_names_the_day_and_the_second() -> None:
    assert units.full_moment(NOW, UTC) == "2026-01-29 10:00:00"
    assert units.full_moment(None) == "-"


@pytest.mark.parametrize(("number", "text"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (12_840, "12 840 files")])
def test_one_of_a_thing_is_not_many(number: int, text: str) -> None:
    assert units.counted(number, "file") == text
