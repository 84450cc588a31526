"""How a profile does."""

from datetime import timedelta
from typing import Any

import pytest

from runtui.model.delta import FeedState, ProfileHealth
from runtui.render.cell import Tone
from runtui.render.glyphs import ASCII
from runtui.render.health import health_badge, health_lines, is_stale
from tests.support.sample_runs import NOW


def health(state: FeedState, *, age: float | None = 4, **more: Any) -> ProfileHealth:
    refreshed = None if age is None else NOW - timedelta(seconds=age)
    return ProfileHealth(profile="hpc", service="rescale", state=state, refreshed_at=refreshed, **more)


@pytest.mark.parametrize(
    ("given", "text", "tone"),
    [
        (health(FeedState.STARTING, age=None), "hpc ○", Tone.MUTED),
        (health(FeedState.STARTING, age=3600), "hpc ○ 1h", Tone.MUTED),
        (health(FeedState.FRESH), "hpc ● <1m", Tone.SUCCEEDED),
        (health(FeedState.REFRESHING), "hpc ● <1m", Tone.SUCCEEDED),
        (health(FeedState.FRESH, scopes_failing=("job a",)), "hpc ▲ <1m in part", Tone.WARNING),
        (health(FeedState.FRESH, problems=("$[3] is no run",)), "hpc ▲ <1m in part", Tone.WARNING),
        (health(FeedState.OFFLINE, age=720), "hpc ▲ offline 12m", Tone.WARNING),
        (health(FeedState.OFFLINE, age=None), "hpc ▲ offline", Tone.WARNING),
        (health(FeedState.NEEDS_LOGIN), "hpc ▲ log in", Tone.ERROR),
        (health(FeedState.BROKEN), "hpc ✖ error", Tone.ERROR),
    ],
)
def test_a_badge_says_in_a_word_how_a_profile_does(given: ProfileHealth, text: str, tone: Tone) -> None:
    badge = health_badge(given, NOW)
    assert (badge.text, badge.sign.tone) == (text, tone)


@pytest.mark.parametrize("state", FeedState)
def test_a_badge_counts_no_seconds(state: FeedState) -> None:
    known = health(state, age=0)
    assert {health_badge(known, NOW + timedelta(seconds=passed)) for passed in range(60)} == {health_badge(known, NOW)}


@pytest.mark.parametrize("state", FeedState)
def test_every_state_has_a_badge_and_sentences_in_ascii_too(state: FeedState) -> None:
    assert health_badge(health(state), NOW, ASCII).text.isascii()
    assert health_lines(health(state), NOW)[0].text


def test_what_should_have_been_refreshed_long_ago_turns_grey() -> None:
    late = health(FeedState.FRESH, age=100, next_at=NOW - timedelta(seconds=60))
    badge = health_badge(late, NOW)
    assert is_stale(late, NOW)
    assert {cell.tone for cell in badge} == {Tone.FAINT}
    assert badge.text == "hpc ● 1m"


def test_what_waits_for_its_next_refresh_is_not_stale() -> None:
    assert not is_stale(health(FeedState.FRESH, next_at=NOW + timedelta(seconds=5)), NOW)
    assert not is_stale(health(FeedState.FRESH, next_at=NOW - timedelta(seconds=5)), NOW)
    assert is_stale(health(FeedState.OFFLINE), NOW)


def test_the_sentences_tell_ages_error_hint_and_what_is_missing() -> None:
    given = health(
        FeedState.OFFLINE,
        run_count=1,
        next_at=NOW + timedelta(seconds=6),
        error="cannot reach\nthe host",
        hint="Is the network up?",
        scopes_failing=("sweep\x1b[2J",),
        problems=("one run has no id",),
    )
    assert [line.text for line in health_lines(given, NOW)] == [
        "offline: it is tried again by itself",
        "1 run, refreshed 4s ago, next in 6s",
        "cannot reach",
        "the host",
        "Is the network up?",
        "keeps its last runs of: sweep␛[2J",
        "one run has no id",
    ]


def test_a_refresh_that_is_due_says_since_when() -> None:
    assert health_lines(health(FeedState.FRESH, next_at=NOW - timedelta(seconds=9)), NOW)[1].text.endswith("due for 9s")


def test_a_name_is_made_safe() -> None:
    assert health_badge(ProfileHealth(profile="a\x1b[2J", service="s"), NOW).name.text == "a␛[2J"
