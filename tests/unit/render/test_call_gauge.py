from datetime import UTC, datetime, timedelta

import pytest

from runtui.model.call_gauge import CallGauge
from runtui.render.call_gauge import calls_cell, gauge_lines
from runtui.render.cell import Tone

NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gauge", "text", "tone"),
    [
        (CallGauge(), "0", Tone.MUTED),
        (CallGauge(made=12, allowed=96.0), "12/96", Tone.MUTED),
        (CallGauge(made=95, allowed=96.0), "95/96", Tone.WARNING),
        (CallGauge(made=3, cooled_until=NOW), "paused", Tone.WARNING),
    ],
)
def test_the_cell_says_how_much_of_what_is_allowed_was_asked(gauge: CallGauge, text: str, tone: Tone) -> None:
    assert (calls_cell(gauge).text, calls_cell(gauge).tone) == (text, tone)


def test_the_sentences_say_who_waits_and_for_how_long_the_service_wants_to_be_left_alone() -> None:
    gauge = CallGauge(made=48, allowed=96.0, waiting=3, cooled_until=NOW + timedelta(seconds=42))
    used, pause = (cell.text for cell in gauge_lines(gauge, NOW))
    assert used.endswith("48 calls in the last minute, of 96 that may keep lists up to date, 3 waiting")
    assert pause.endswith("asked again in 42s")


def test_without_a_limit_the_calls_alone_are_told() -> None:
    assert [cell.text for cell in gauge_lines(CallGauge(made=1), NOW)] == ["1 call in the last minute"]
