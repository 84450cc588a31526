"""Tolerant reading of JSON."""

import json
import math
from contextlib import suppress
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.errors import PayloadError
from runtui.transport.decoding import (
    decode_items,
    decode_json,
    decode_object,
    decode_raw_items,
    extra_texts,
)
from runtui.transport.reply import Reply

NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)


class Row(msgspec.Struct):
    id: str
    count: int | None = None
    level: float | None = None
    label: str | None = msgspec.field(name="displayName", default=None)
    tags: list[str] = []


def reply(body: bytes, content_type: str = "application/json") -> Reply:
    return Reply(
        status=200,
        headers={"content-type": content_type},
        body=body,
        url="http://lab/runs",
        received_at=NOW,
        profile="lab",
        operation="list runs",
    )


def test_a_bad_item_is_named_by_its_path_and_the_others_are_kept() -> None:
    body = b'[{"id": "a"}, {"id": "b", "count": "many"}, {"count": 3}, 7, {"id": "c", "tags": ["x", 4]}, {"id": "d"}]'
    read = decode_items(reply(body), Row)
    assert [item.value.id for item in read.items] == ["a", "d"]
    assert read.problems == [
        "cannot read $[1].count: Expected `int | null`, got `str`",
        "cannot read $[2]: Object missing required field `id`",
        "cannot read $[3]: Expected `object`, got `int`",
        "cannot read $[4].tags[1]: Expected `str`, got `int`",
    ]


def test_a_list_may_stand_under_a_key() -> None:
    read = decode_items(reply(b'{"count": 2, "results": [{"id": "a"}, {}]}'), Row, key="results")
    assert [item.value.id for item in read.items] == ["a"]
    assert read.problems == ["cannot read $.results[1]: Object missing required field `id`"]


@pytest.mark.parametrize(
    ("body", "key", "path"),
    [
        (b'{"count": 2}', "results", "$.results"),
        (b'{"results": {}}', "results", "$.results"),
        (b"{}", None, "$"),
        (b"[]", "results", "$.results"),
        (b"null", None, "$"),
    ],
)
def test_what_is_no_list_is_one_error(body: bytes, key: str | None, path: str) -> None:
    with pytest.raises(PayloadError, match="has no list at") as raised:
        decode_items(reply(body), Row, key=key)
    assert raised.value.path == path
    assert (raised.value.profile, raised.value.operation) == ("lab", "list runs")


def test_an_object_is_read_with_what_its_struct_does_not_know() -> None:
    item = decode_object(reply(b'{"id": "a", "displayName": "A", "new": {"x": [1]}, "label": 5}'), Row)
    assert (item.value.id, item.value.label) == ("a", "A")
    assert item.unknown == {"new": {"x": [1]}, "label": 5}


def test_a_wrong_object_says_where() -> None:
    with pytest.raises(PayloadError, match=r"cannot read \$.run.level: Expected `float") as raised:
        decode_object(reply(b'{"id": "a", "level": []}'), Row, path="$.run")
    assert raised.value.path == "$.run.level"
    assert raised.value.operation == "list runs"


def test_a_number_written_as_a_text_is_a_number() -> None:
    item = decode_object(reply(b'{"id": "a", "count": "5", "level": "1.5"}'), Row)
    assert (item.value.count, item.value.level) == (5, 1.5)


@pytest.mark.parametrize(
    ("body", "content_type", "sentence"),
    [
        (b"", "application/json", "empty where JSON was expected"),
        (b" \n", "application/json", "empty where JSON was expected"),
        (b"<html>", "application/json", "a web page in place of JSON"),
        (b"Sign in", "text/html; charset=utf-8", "a web page in place of JSON"),
        (b'[{"id": "a"}, {"i', "application/json", "cut off after 17 bytes"),
        (b"Service ready", "text/plain", "is not JSON"),
        (b'{"id": "a"} trailing', "application/json", "is not JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "application/json", "nested too deeply"),
    ],
)
@pytest.mark.parametrize(
    "read", [decode_json, lambda sent: decode_items(sent, Row), lambda sent: decode_object(sent, Row)]
)
def test_what_is_no_json_says_what_it_is(body: bytes, content_type: str, sentence: str, read: object) -> None:
    assert callable(read)
    with pytest.raises(PayloadError, match=sentence):
        read(reply(body, content_type))


def test_a_deep_item_is_a_problem_and_the_others_are_kept() -> None:
    deep = b'{"id": "deep", "new": ' + b"[" * 900 + b"]" * 900 + b"}"
    read = decode_items(reply(b'[{"id": "a"},' + deep + b"]"), Row)
    assert read.items[0].value.id == "a"
    assert len(read.items) + len(read.problems) == 2


def test_bytes_that_are_no_utf_8_cost_one_character() -> None:
    read = decode_items(reply(b'[{"id": "a\xff"}, {"id": "b", "new": "\xc3"}, {"id": "\xc3\xa9"}]'), Row)
    assert [item.value.id for item in read.items] == ["a\ufffd", "b", "é"]
    assert read.items[1].unknown == {"new": "\ufffd"}
    assert decode_json(reply(b'{"a": "\xff"}')) == {"a": "\ufffd"}


def test_half_a_character_costs_one_character() -> None:
    body = b'[{"id": "a\\ud800"}, {"id": "\\ud83d\\ude00"}, {"id": "\\udc00\\ud800"}]'
    assert [item.value.id for item in decode_items(reply(body), Row).items] == ["a\ufffd", "😀", "\ufffd\ufffd"]


def test_numbers_json_does_not_have_are_kept_as_what_they_are() -> None:
    body = b'[{"id": "a", "level": NaN, "new": -Infinity}, {"id": "b", "level": 1e999}, {"id": "c", "new": Infinity}]'
    first, second, third = (item for item in decode_items(reply(body), Row).items)
    assert first.value.level is not None
    assert math.isnan(first.value.level)
    assert first.unknown == {"new": "-Infinity"}
    assert second.value.level == math.inf
    assert third.unknown == {"new": "Infinity"}


@pytest.mark.parametrize("digits", [30, 5000])
def test_a_number_beyond_all_bounds_is_a_problem_or_a_text_but_no_crash(digits: int) -> None:
    read = decode_items(reply(b'[{"id": "a"}, {"id": "b", "count": %s}]' % (b"9" * digits)), Row)
    assert read.items[0].value.id == "a"
    assert decode_json(reply(b'{"n": %s}' % (b"9" * digits))) is not None


def test_the_last_of_two_equal_keys_counts() -> None:
    item = decode_object(reply(b'{"id": "a", "id": "b", "new": 1, "new": 2}'), Row)
    assert (item.value.id, item.unknown) == ("b", {"new": 2})


def test_a_byte_order_mark_does_not_matter() -> None:
    assert decode_json(reply(b'\xef\xbb\xbf{"a": 1}')) == {"a": 1}


@given(st.binary(max_size=80))
def test_no_bytes_make_reading_fail_otherwise(body: bytes) -> None:
    for read in (decode_json, lambda sent: decode_items(sent, Row), lambda sent: decode_object(sent, Row)):
        with suppress(PayloadError):
            read(reply(body))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_good_json_is_read_as_it_is(value: object) -> None:
    assert decode_json(reply(json.dumps(value).encode())) == value


@given(st.lists(JSON, max_size=5))
def test_every_item_of_a_list_is_read_or_reported(values: list[object]) -> None:
    read = decode_items(reply(json.dumps(values).encode()), Row)
    assert len(read.items) + len(read.problems) == len(values)


def test_items_split_elsewhere_are_read_alike() -> None:
    raws = [msgspec.Raw(b'{"id": "a"}'), msgspec.Raw(b"{}")]
    assert decode_raw_items(raws, Row, path="$.nodes").problems == [
        "cannot read $.nodes[1]: Object missing required field `id`"
    ]


def test_unknown_fields_become_texts_without_secrets() -> None:
    unknown: dict[str, object] = {
        "colour": "red",
        "count": 5,
        "ratio": 0.5,
        "none": None,
        "on": True,
        "api_token": "planted-1",
        "nested": {"password": "planted-1", "deep": [{"secret_value": "planted-1"}], "x": 1},
        "link": "https://store.org/x?sig=planted-1",
        "note": "Bearer planted-1-token",
    }
    texts = extra_texts(unknown)
    assert "planted-1" not in str(texts)
    assert texts["colour"] == "red"
    assert texts["count"] == "5"
    assert texts["on"] == "true"
    assert texts["nested"] == '{"password":"***","deep":[{"secret_value":"***"}],"x":1}'
    assert "none" not in texts


def test_a_long_unknown_field_is_cut() -> None:
    assert len(extra_texts({"notebook": "x" * 10_000})["notebook"]) == 2000
