"""Lines of JSON as a person reads them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.log_levels import LogLevel, level_of
from runtui.render.json_record import json_record, readable_record
from runtui.render.sanitise import is_safe


def readable(line: str) -> str:
    record = json_record(line)
    assert record is not None
    return readable_record(record).plain


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            '{"step": 240, "time": "12:01:08", "level": "error", "msg": "diverged", "name": "a", "r": null}',
            "12:01:08 ERROR a: diverged  step=240  r=null",
        ),
        ('{"ts": 1769688000.25, "severity": "Info", "event": "begun"}', "2026-01-29T12:00:00.250Z INFO begun"),
        ('{"level": 50, "time": 1769688000000, "pid": 7, "msg": "x"}', "2026-01-29T12:00:00.000Z ERROR x  pid=7"),
        ('{"levelname": "WARNING", "message": "two words", "path": "a b"}', 'WARNING two words  path="a b"'),
        ('{"a": {"b": [1, 2]}}', 'a={"b":[1,2]}'),
    ],
)
def test_time_level_and_message_stand_first_and_nothing_is_left_out(line: str, shown: str) -> None:
    assert readable(line) == shown


@pytest.mark.parametrize("line", ["{", "[1]", "{}", "{broken}", "Time = 3 {}", "", "null", '{"a": 1} {"b": 2}'])
def test_other_lines_are_left_as_they_are(line: str) -> None:
    assert json_record(line) is None


def test_a_record_has_the_level_it_says() -> None:
    assert level_of(readable('{"msg": "none", "level": "error"}')) is LogLevel.ERROR


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["time", "level", "msg", "logger"]) | st.text(max_size=5), values, min_size=1))
def test_whatever_a_record_holds_is_safe_for_a_terminal(record: dict[str, object]) -> None:
    line = json.dumps(record)
    if json_record(line) is not None:
        assert is_safe(readable(line))
