"""How a profile does, in a table."""

from datetime import UTC, datetime, timedelta

import pytest

from runtui.model.delta import FeedState, ProfileHealth
from runtui.render.cell import Tone
from runtui.render.columns import DrawContext
from runtui.render.glyphs import ASCII
from runtui.render.profile_columns import PROFILE_COLUMNS

NOW = datetime(2026, 1, 29, 12, 0, tzinfo=UTC)


def drawn(health: ProfileHealth, context: DrawContext | None = None) -> dict[str, str]:
    return {column.key: column.cell(health, context or DrawContext(NOW)).text for column in PROFILE_COLUMNS}


def a_health(state: FeedState, **fields: object) -> ProfileHealth:
    return ProfileHealth(profile="hpc", service="rescale", state=state, **fields)  # type: ignore[arg-type]  # by name


def test_a_well_profile_tells_its_runs_its_age_and_when_it_asks_next() -> None:
    health = a_health(
        FeedState.FRESH,
        run_count=12,
        refreshed_at=NOW - timedelta(seconds=4),
        next_at=NOW + timedelta(seconds=9),
    )
    assert drawn(health) == {
        "profile": "hpc", "service": "rescale", "state": "● up to date",
        "runs": "12", "age": "4s", "next": "9s", "error": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (FeedState.STARTING, "○ starting"),
        (FeedState.OFFLINE, "▲ offline"),
        (FeedState.NEEDS_LOGIN, "▲ log in"),
        (FeedState.BROKEN, "✖ error"),
    ],
)
def test_every_state_has_a_sign_and_a_word(state: FeedState, words: str) -> None:
    assert drawn(a_health(state))["state"] == words


def test_what_is_missing_or_late_is_said_in_a_word() -> None:
    assert drawn(a_health(FeedState.FRESH, problems=("one",)))["state"] == "▲ in part"
    assert drawn(a_health(FeedState.FRESH, problems=("one",)))["error"] == "1 item could not be read"
    late = a_health(FeedState.FRESH, next_at=NOW - timedelta(minutes=1))
    assert drawn(late)["state"] == "● overdue"
    assert drawn(late)["next"] == "now"


def test_an_error_of_several_lines_is_told_by_its_first_and_made_safe() -> None:
    health = a_health(FeedState.BROKEN, error="line one \x1b[2J\nline two")
    cell = PROFILE_COLUMNS[-1].cell(health, DrawContext(NOW))
    assert cell == ("line one ␛[2J", Tone.ERROR)


def test_in_ascii_the_signs_are_ascii() -> None:
    assert drawn(a_health(FeedState.OFFLINE), DrawContext(NOW, ASCII))["state"] == "! offline"


def test_profiles_sort_by_what_their_columns_show() -> None:
    health = a_health(FeedState.OFFLINE, refreshed_at=NOW - timedelta(seconds=4), next_at=NOW + timedelta(seconds=9))
    values = {column.key: column.sort_value(health, DrawContext(NOW)) for column in PROFILE_COLUMNS}
    assert values == {
        "profile": "hpc", "service": "rescale", "state": 3, "runs": 0, "age": 4.0, "next": 9.0, "error": "",
    }  # fmt: skip
