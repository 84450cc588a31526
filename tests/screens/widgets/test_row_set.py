"""Cursor and marks by key, whatever happens to the rows."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from runtui.tui.widgets.row_set import RowSet

rows = st.lists(st.integers(0, 200), unique=True, max_size=80)


def test_without_rows_there_is_no_cursor() -> None:
    empty: RowSet[int] = RowSet()
    empty.toggle_mark()
    empty.toggle_range()
    empty.toggle_all()
    assert (empty.cursor_key, empty.cursor_index, empty.mark_count) == (None, None, 0)


@given(rows.filter(bool), rows, st.integers(0, 80))
def test_the_cursor_stays_on_its_row_or_goes_to_the_nearest_left(before: list[int], after: list[int], at: int) -> None:
    chosen: RowSet[int] = RowSet(before)
    chosen.move_to(at)
    key, index = chosen.cursor_key, chosen.cursor_index
    chosen.replace(after)
    assert index is not None
    survivors = [other for other in (*before[index:], *before[:index][::-1]) if other in after]
    if survivors:
        assert chosen.cursor_key == survivors[0]
    elif after:
        assert chosen.cursor_index == min(index, len(after) - 1)
    else:
        assert chosen.cursor_key is None
    assert key in before


@given(rows.filter(bool), st.integers(0, 80), st.integers(0, 80), st.randoms())
def test_a_range_marks_what_lies_between_its_rows_after_a_change_of_order_too(
    keys: list[int], first: int, second: int, random: Random
) -> None:
    ranged: RowSet[int] = RowSet(keys)
    ranged.move_to(first)
    anchor = ranged.cursor_key
    ranged.toggle_range()
    ranged.move_to(second)
    cursor = ranged.cursor_key
    order = keys[:]
    random.shuffle(order)
    ranged.replace(order)
    assert anchor is not None
    assert cursor is not None
    low, high = sorted((order.index(anchor), order.index(cursor)))
    assert ranged.marked_in_order() == order[low : high + 1]


def test_a_row_far_away_is_found() -> None:
    keys = list(range(10_000))
    far: RowSet[int] = RowSet(keys)
    far.move_to(9_999)
    far.replace(keys[::-1])
    assert far.cursor_index == 0


def test_marking_all_again_takes_only_the_marks_of_listed_rows() -> None:
    filtered: RowSet[int] = RowSet([1, 2, 3])
    filtered.set_marks([9])
    filtered.toggle_all()
    assert filtered.marks == {1, 2, 3, 9}
    filtered.toggle_all()
    assert filtered.marks == {9}


def test_the_row_a_range_began_at_may_go() -> None:
    ranged: RowSet[int] = RowSet([1, 2, 3, 4])
    ranged.toggle_range()
    ranged.move_to(2)
    ranged.replace([3, 4])
    assert not ranged.is_ranging
    assert ranged.mark_count == 0
