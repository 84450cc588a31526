"""How wide columns become."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runtui.render.cell import EMPTY
from runtui.render.column_layout import Slot, lay_out, total_width
from runtui.render.columns import Column
from runtui.render.sanitise import one_line
from runtui.render.widths import Align, cell_width


def column(title: str = "T", **settings: Any) -> Column[str]:
    return Column(key=title, title=title, cell=lambda *_: EMPTY, sort_value=lambda *_: None, **settings)


def widths(columns: list[Column[str]], texts: list[list[str]], available: int) -> list[int]:
    return [slot.width for slot in lay_out(columns, texts, available)]


def test_a_column_is_as_wide_as_its_content_or_title() -> None:
    assert widths([column("TITLE", width=20), column("T", width=20)], [["ab"], ["abcdef"]], 80) == [5, 6]


def test_a_column_stops_at_its_own_width() -> None:
    assert widths([column(width=5)], [["abcdefgh"]], 80) == [5]


def test_the_widest_column_gives_way_first() -> None:
    columns = [column("A", width=20, min_width=4), column("B", width=10, min_width=8)]
    assert widths(columns, [["x" * 20], ["x" * 10]], 22) == [10, 10]


def test_columns_keep_their_least_width_and_the_table_overflows() -> None:
    columns = [column("A", width=20, min_width=6), column("B", width=20, min_width=8)]
    slots = lay_out(columns, [["x" * 20], ["x" * 20]], 5)
    assert total_width(slots) == 6 + 8 + 2


def test_room_left_over_goes_to_the_column_that_grows_as_far_as_it_needs_it() -> None:
    columns = [column("A", width=5), column("B", width=5, grows=True)]
    assert widths(columns, [["x" * 9], ["x" * 30]], 80) == [5, 30]
    assert widths(columns, [["x" * 9], ["x" * 30]], 20) == [5, 13]


def test_decimal_points_stand_above_each_other() -> None:
    (slot,) = lay_out([column("Cd", align=Align.DECIMAL)], [["20", "-0.0188", "3.5", "-"]], 80)
    assert [slot.place(text) for text in ("20", "-0.0188", "3.5")] == ["20     ", "-0.0188", " 3.5   "]
    assert slot.place_title("Cd") == "     Cd"


def test_a_number_that_does_not_fit_with_its_point_aligned_is_still_shown_whole() -> None:
    assert Slot(6, Align.DECIMAL, tail=4).place("123456") == "123456"


def test_a_column_meant_for_numbers_that_holds_words_is_read_from_the_left() -> None:
    (slot,) = lay_out([column("mesh", align=Align.DECIMAL)], [["fine", "-"]], 80)
    assert slot.place("fine") == "fine"
    assert slot.align is Align.LEFT


def test_a_path_is_cut_in_its_middle_where_the_column_says_so() -> None:
    assert Slot(9, cut_middle=True).place("abcdefghijkl") == "ab…ghijkl"


@given(st.lists(st.tuples(st.text(max_size=8), st.sampled_from(Align), st.booleans()), max_size=4), st.integers(0, 60))
def test_whatever_is_placed_takes_exactly_its_slot(items: list[tuple[str, Align, bool]], available: int) -> None:
    texts = [one_line(text) for text, _, _ in items]
    columns = [column(align=align, cut_middle=cut) for _, align, cut in items]
    for slot, text in zip(lay_out(columns, [[text] for text in texts], available), texts, strict=True):
        assert cell_width(slot.place(text)) == slot.width
