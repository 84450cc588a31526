"""Query strings as actix and serde read them."""

import pytest

from runtui.backends.carrot.simulation.query_text import (
    QueryTextError,
    naive_moment,
    one_of,
    read_query,
    read_sort,
    sorted_rows,
    truth,
    uuid_text,
    whole,
)

PLAIN = "0f4949ab-875e-4cee-8135-2dfd31aab9bc"


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("-7", -7), ("+20", 20), ("9223372036854775807", 9223372036854775807)]
)
def test_whole_numbers_are_read(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "cannot parse integer from empty string"),
        ("ten", "invalid digit found in string"),
        ("1.5", "invalid digit found in string"),
        ("9223372036854775808", "number too large to fit in target type"),
        ("-9223372036854775809", "number too small to fit in target type"),
    ],
)
def test_what_is_no_whole_number_is_refused_in_rusts_words(text: str, said: str) -> None:
    with pytest.raises(QueryTextError, match=said):
        whole(text)


@pytest.mark.parametrize("text", [PLAIN, PLAIN.upper(), PLAIN.replace("-", ""), f"urn:uuid:{PLAIN}", f"{{{PLAIN}}}"])
def test_every_form_of_a_uuid_is_read(text: str) -> None:
    assert uuid_text(text) == PLAIN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "UUID parsing failed: invalid length: expected one of [36, 32], found 0"),
        ("x" * 5, "UUID parsing failed: invalid length: expected one of [36, 32], found 5"),
        (
            PLAIN.replace("4", "g", 1),
            "UUID parsing failed: invalid character: expected an optional prefix of `urn:uuid:` followed by"
            " 0123456789abcdefABCDEF-, found g at 2",
        ),
        (
            PLAIN.replace("-", "", 1) + "0",
            "UUID parsing failed: invalid group length: expected 8, found 12 in group 0",
        ),
    ],
)
def test_what_is_no_uuid_is_refused_in_the_uuid_librarys_words(text: str, said: str) -> None:
    with pytest.raises(QueryTextError) as raised:
        uuid_text(text)
    assert str(raised.value) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "premature end of input"),
        ("2021", "premature end of input"),
        ("abc", "input contains invalid characters"),
        ("2021-03-11 16:25:15", "input contains invalid characters"),
        ("2021-03-11T16:25:15Z", "trailing input"),
        ("2021-13-11T16:25:15", "input is out of range"),
    ],
)
def test_what_is_no_date_is_refused_in_chronos_words(text: str, said: str) -> None:
    with pytest.raises(QueryTextError) as raised:
        naive_moment(text)
    assert str(raised.value) == said


@pytest.mark.parametrize(
    ("text", "micros"),
    [("2021-03-11T16:25:15", 0), ("2021-03-11T16:25:15.5", 500_000), ("2021-03-11T16:25:15.402497", 402_497)],
)
def test_dates_have_any_fraction(text: str, micros: int) -> None:
    moment = naive_moment(text)
    assert (moment.year, moment.second, moment.microsecond) == (2021, 15, micros)


def test_only_true_and_false_are_truths() -> None:
    assert truth("true")
    with pytest.raises(QueryTextError, match="provided string was not `true` or `false`"):
        truth("True")


def test_an_unknown_word_names_those_there_are() -> None:
    with pytest.raises(QueryTextError) as raised:
        one_of("a", "b")("x")
    assert str(raised.value) == "unknown variant `x`, expected one of `a`, `b`"


def test_unknown_parameters_are_ignored_and_repeated_ones_are_not() -> None:
    assert read_query("limit=3&colour=red", {"limit": whole}) == {"limit": 3}
    with pytest.raises(QueryTextError, match="duplicate field `limit`"):
        read_query("limit=3&limit=4", {"limit": whole})


def test_a_sort_has_parts_with_directions() -> None:
    parts = read_sort("desc(created_at), asc(name) ,,status")
    assert [(part.key, part.ascending) for part in parts] == [
        ("created_at", False), ("name", True), ("status", True),
    ]  # fmt: skip


def test_nulls_come_last_ascending_and_first_descending() -> None:
    rows = [{"at": 2}, {"at": None}, {"at": 1}]

    def ordered(sort: str) -> list[object]:
        found = sorted_rows(rows, sort, lambda key: (lambda row: row["at"]) if key == "at" else None)
        return [row["at"] for row in found]

    assert ordered("asc(at)") == [1, 2, None]
    assert ordered("desc(at)") == [None, 2, 1]
    assert ordered("unknown") == [2, None, 1]
