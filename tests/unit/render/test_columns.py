"""Sorting by any column."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from runtui.render.cell import Cell
from runtui.render.columns import Column, DrawContext, SortValue, natural_key, sort_order
from tests.support.sample_runs import NOW

CONTEXT = DrawContext(NOW)
VALUE: Column[SortValue] = Column(
    key="value", title="VALUE", cell=lambda value, _: Cell(str(value)), sort_value=lambda value, _: value
)


def order(values: list[SortValue], *, descending: bool = False) -> list[SortValue]:
    return [values[index] for index in sort_order(values, VALUE, CONTEXT, descending=descending)]


def test_numbers_come_before_texts_and_missing_values_last() -> None:
    assert order(["b", None, 10, 2.5, "a"]) == [2.5, 10, "a", "b", None]


def test_missing_values_are_last_the_other_way_round_too() -> None:
    assert order(["b", None, 10, 2.5, "a"], descending=True) == [10, 2.5, "b", "a", None]


def test_a_number_that_is_none_is_missing() -> None:
    values: list[SortValue] = [float("nan"), 3.0, float("-inf"), None]
    assert sort_order(values, VALUE, CONTEXT) == [2, 1, 0, 3]
    assert sort_order(values, VALUE, CONTEXT, descending=True) == [1, 2, 0, 3]


@given(st.lists(st.one_of(st.none(), st.integers(0, 3), st.sampled_from("ab"))), st.booleans())
def test_equal_values_keep_their_order(values: list[SortValue], descending: bool) -> None:
    indices = sort_order(values, VALUE, CONTEXT, descending=descending)
    assert sorted(indices) == list(range(len(values)))
    for earlier, later in pairwise(indices):
        assert values[earlier] != values[later] or earlier < later


def test_numbers_within_texts_sort_as_numbers() -> None:
    assert sorted(["run 10", "Run 2", "run 1", "100", "20"], key=natural_key) == [
        "20",
        "100",
        "run 1",
        "Run 2",
        "run 10",
    ]


def test_a_text_of_thousands_of_digits_can_be_sorted() -> None:
    assert natural_key("x" + "1" * 10_000)
