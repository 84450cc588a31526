"""Filters that cannot be read say where and what was expected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.errors import ConfigError, QueryError
from runtui.model.query import Query, parse_query
from tests.support.sample_runs import NOW, sweep_runs

WRONG = [
    ("a)", 1, "closes nothing"),
    (")", 0, "nothing stands before"),
    ("a or or b", 5, "joins nothing"),
    ("and b", 0, "joins nothing"),
    ("=3 b", 0, "nothing stands before '='"),
    ("() b", 1, "nothing stands before"),
    ("Cd<fine or x", 3, "'fine' cannot be compared"),
    ("Cd<1,5 b", 3, "'1,5' cannot be compared"),
    ("started<soon b", 8, "'soon' cannot be compared"),
    ("started=2d b", 8, "cannot be compared by ="),
    ("took>long b", 5, "'long' cannot be compared"),
    ("job>3", 0, "job has no order"),
    ("has<3", 0, "has has no order"),
    ("job: airfoil", 4, "value after job: is missing"),
    ("(job:) b", 5, "value after job: is missing"),
    ("owner:, b", 7, "the value is missing"),
    ("/a(/ b", 2, "regular expression is wrong"),
    ("message:/*/ b", 9, "regular expression is wrong"),
    ("started>2026-13-01 b", 8, "cannot be compared"),
]
UNFINISHED = [
    ("(a or b", 7, "bracket is not closed"),
    ('"not fou', 8, "phrase is not closed"),
    ("/diver", 6, "regular expression is not closed"),
    ("a and ", 6, "missing at the end"),
    ("a or", 4, "missing at the end"),
    ("not", 3, "missing at the end"),
    ("!", 1, "missing at the end"),
    ("Cd<", 3, "value after Cd< is missing"),
    ("Cd < ", 5, "value after Cd< is missing"),
    ("status:", 7, "value after status: is missing"),
    ("started<2", 8, "'2' cannot be compared"),
    ("started<", 8, "value after started< is missing"),
    ("job:a or", 8, "missing at the end"),
]


@pytest.mark.parametrize(("text", "position", "message"), WRONG)
def test_a_wrong_filter_names_its_column(text: str, position: int, message: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        parse_query(text)
    assert caught.value.position == position
    assert not caught.value.is_incomplete


@pytest.mark.parametrize(("text", "position", "message"), UNFINISHED)
def test_a_filter_still_being_typed_is_not_called_wrong(text: str, position: int, message: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        parse_query(text)
    assert caught.value.position == position
    assert caught.value.is_incomplete


@pytest.mark.parametrize(("text", "_", "__"), [*WRONG, *UNFINISHED])
def test_every_error_says_what_was_expected(text: str, _: int, __: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_query(text)
    assert caught.value.hint.startswith("Expected ")
    assert "(column " in caught.value.message


def test_what_a_number_may_look_like_is_explained() -> None:
    with pytest.raises(QueryError) as caught:
        parse_query("Cd<fine")
    assert caught.value.expected == "a number, with a unit if you like: 20, 1h30m, 2GB, 50%"


def test_brackets_nest_only_so_deep() -> None:
    assert not parse_query("(" * 50 + "a" + ")" * 50).is_empty
    with pytest.raises(QueryError, match="too many brackets"):
        parse_query("(" * 60 + "a" + ")" * 60)


@pytest.mark.parametrize("text", ["!" * 10_000 + "a", "a " * 10_000, "a or " * 5_000 + "a", "not " * 5_000 + "a"])
def test_a_long_filter_is_read_all_the_same(text: str) -> None:
    predicate = parse_query(text).predicate(NOW)
    assert isinstance(predicate(sweep_runs(1)[0]), bool)


_SIGNS = ("<", ">=", "=", "!=", ":", "(", ")", '"', "/", "!", "-", ",", "[", "*", "\\", "\n", "\x00", " ", "é")
_WORDS = ("a", "Cd", "0", "2d", "status", "started", "took", "has", "node", "2026-01-29", " or ", " and ", "not ")
_PIECES = st.sampled_from((*_SIGNS, *_WORDS))


def filter_or_error(text: str) -> Query | QueryError:
    try:
        return parse_query(text)
    except QueryError as error:
        return error


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_any_text_is_either_a_filter_or_an_error_within_it(text: str) -> None:
    outcome = filter_or_error(text)
    if isinstance(outcome, QueryError):
        assert 0 <= outcome.position <= len(text)
    else:
        assert isinstance(outcome.predicate(NOW)(sweep_runs(1)[0]), bool)
