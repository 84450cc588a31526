"""Values as JSON a person reads."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.kept_run import KeptRun, keep_in_block
from runtui.model.run import Run
from runtui.model.secret import Secret
from runtui.model.status import Status
from runtui.model.variable import Role, Variable
from runtui.render.json_text import DEEPEST, json_lines, pretty_json
from tests.support.inert import assert_inert
from tests.support.sample_runs import sweep_runs


def test_objects_are_indented() -> None:
    assert json_lines({"a": [1, True, None], "b": {}}) == [
        "{",
        '  "a": [',
        "    1,",
        "    true,",
        "    null",
        "  ],",
        '  "b": {}',
        "}",
    ]


def test_values_of_the_model_are_shown_with_their_words() -> None:
    created = datetime(2026, 1, 29, tzinfo=UTC)
    run = Run(profile="hpc", service="rescale", id="1", status=Status.FAILED, created_at=created)
    shown = json.loads(pretty_json(run))
    assert (shown["status"], shown["created_at"]) == ("failed", "2026-01-29T00:00:00Z")


@pytest.mark.parametrize(
    "value",
    [
        {"token": "hunter2"},
        {"X-Api-Key": "hunter2"},
        {"secrets": ["hunter2"]},
        {"auth": {"password": {"plain": "hunter2"}}},
        {"inputs": {"key": {"type": "secret", "secret_value": "hunter2"}}},
        {"inputs": [{"name": "cdse_secret", "value": "hunter2"}]},
        {"name": "x", "secret": True, "value": "hunter2", "default": "hunter2"},
        {"url": "https://store.org/a?X-Sig=hunter2&b=1"},
        {"url": "https://alice:hunter2@store.org/a"},
        {"log": "sent Authorization: Bearer hunter2hunter2"},
        {"https://a.org/?k=hunter2": 1},
        [Secret("hunter2")],
        Variable(name="a", role=Role.INPUT, secret=True, value="hunter2", text="hunter2"),
        {"api_key": 7_777_777},
    ],
)
def test_a_secret_is_not_shown(value: object) -> None:
    text = pretty_json(value)
    assert "hunter2" not in text
    assert "7777777" not in text
    assert "***" in text


@pytest.mark.parametrize(
    "value",
    [
        {"has_token": True, "token": None, "secret": ""},
        {"key": "value", "monkey": "banana", "value": 3},
        {"url": "https://store.org/a/b.txt#part"},
        {"message": "Basic mesh is fine: token bucket"},
        {"password": {"type": "string", "required": True}},
    ],
)
def test_what_is_no_secret_stays(value: object) -> None:
    assert json.loads(pretty_json(value)) == value


def test_a_run_kept_small_is_shown_as_any() -> None:
    whole = sweep_runs(9)
    small = [KeptRun.of(run) for run in whole]
    keep_in_block(small, str)
    assert list(map(pretty_json, small)) == list(map(pretty_json, whole))


def test_unsafe_characters_are_escaped_and_mean_the_same() -> None:
    value = {"a\x1b[2J": "\u202e\x9b\u200b\x7f\n\U000e0041 é日本 " + "e" + "\u0301" * 9}
    text = pretty_json(value)
    assert all(line.isprintable() for line in text.split("\n"))
    assert "\\u202e\\u009b\\u200b\\u007f\\n\\udb40\\udc41 é日本" in text
    assert json.loads(text) == value


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(_JSON)
def test_any_value_stays_readable_json_of_safe_lines(value: Any) -> None:
    lines = json_lines(value)
    for line in lines:
        assert_inert(line)
    json.loads("\n".join(lines))


def test_half_a_surrogate_pair_is_escaped() -> None:
    assert pretty_json("\ud83d") == '"\\ud83d"'


def test_what_is_no_number_is_written_as_a_word() -> None:
    assert json_lines([float("nan"), float("inf")]) == ["[", '  "nan",', '  "inf"', "]"]


def test_what_lies_too_deep_is_left_out() -> None:
    value: list[Any] = []
    for _ in range(DEEPEST + 20):
        value = [value]
    assert '"…"' in pretty_json(value)
