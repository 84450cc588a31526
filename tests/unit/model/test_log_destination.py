"""What one may type to go to a place in a log."""

import pytest

from runtui.model.errors import ConfigError
from runtui.model.log_destination import Destination, LineNumber, Moment, Share, read_destination

NOON = 1_769_688_000.0
"""2026-01-29 12:00:00 in UTC."""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1200", LineNumber(1200)),
        ("50%", Share(0.5)),
        ("300%", Share(1.0)),
        ("12:01", Moment(NOON + 60)),
        ("9:30:05", Moment(NOON - 2.5 * 3600 + 5)),
        ("-5m", Moment(NOON - 300)),
        ("-5", Moment(NOON - 300)),
        ("+1.5h", Moment(NOON + 5400)),
        ("2026-01-29", Moment(NOON - 12 * 3600)),
        ("2026-01-29 12:00", Moment(NOON)),
        ("2026-01-29T12:00:30Z", Moment(NOON + 30)),
        ("2026-01-29 13:00:00+01:00", Moment(NOON)),
    ],
)
def test_lines_shares_and_times_are_understood(text: str, meant: Destination) -> None:
    assert read_destination(f" {text} ", NOON) == meant


def test_what_is_none_of_them_is_said_with_examples() -> None:
    with pytest.raises(ConfigError, match="'soon' is neither") as raised:
        read_destination("soon", NOON)
    assert "-5m" in raised.value.hint


def test_a_step_needs_a_log_with_times() -> None:
    with pytest.raises(ConfigError, match="no line here tells its time"):
        read_destination("-5m", None)
