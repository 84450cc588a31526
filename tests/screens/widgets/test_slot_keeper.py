"""Columns that hold still: they grow at once, shrink seldom, and never cut a number."""

from collections.abc import Sequence

import pytest

from runtui.render.cell import Cell
from runtui.render.columns import Column
from runtui.render.widths import Align
from runtui.tui.widgets.slot_keeper import SlotKeeper


def column(key: str, align: Align = Align.LEFT, *, width: int = 20, min_width: int = 4) -> Column[str]:
    return Column(
        key=key,
        title=key.upper(),
        cell=lambda row, _: Cell(row),
        sort_value=lambda row, _: row,
        align=align,
        width=width,
        min_width=min_width,
    )


NAME = column("name")
NUMBER = column("cd", Align.DECIMAL, width=14)


def settle(
    keeper: SlotKeeper,
    *texts: Sequence[str],
    room: int = 80,
    may_shrink: bool = False,
    columns: Sequence[Column[str]] = (),
) -> list[int]:
    chosen = columns or (NAME, NUMBER)[: len(texts)]
    keeper.settle(chosen, [each.title for each in chosen], texts, room, may_shrink=may_shrink)
    return [slot.width for slot in keeper.slots]


def test_a_column_grows_at_once() -> None:
    keeper = SlotKeeper()
    settle(keeper, ["short"])
    assert settle(keeper, ["a longer one"]) == [12]


def test_a_column_does_not_shrink_for_a_refresh() -> None:
    keeper = SlotKeeper()
    settle(keeper, ["a longer one"])
    assert settle(keeper, ["short"]) == [12]


@pytest.mark.parametrize(("text", "width"), [("a long one", 12), ("short", 5)])
def test_on_another_page_a_column_shrinks_by_a_fair_amount_only(text: str, width: int) -> None:
    keeper = SlotKeeper()
    settle(keeper, ["a longer one"])
    assert settle(keeper, [text], may_shrink=True) == [width]


def test_what_made_a_column_wide_is_remembered_while_another_one_grows() -> None:
    keeper = SlotKeeper()
    settle(keeper, ["a longer one"], ["1.5"])
    assert settle(keeper, ["short"], ["-10.25"]) == [12, 6]


def test_decimal_points_stay_where_they_are() -> None:
    keeper = SlotKeeper()
    settle(keeper, ["x"], ["1.2345", "10"])
    settle(keeper, ["x"], ["2", "3"])
    (_, slot) = keeper.slots
    assert slot.place("2") == " 2     "
    assert slot.place("1.2345") == " 1.2345"


def test_a_text_gives_way_before_a_number_is_cut() -> None:
    keeper = SlotKeeper()
    assert settle(keeper, ["a name of some length"], ["-0.01876"], room=20) == [10, 8]


def test_a_column_without_room_is_left_out_and_its_room_used() -> None:
    keeper = SlotKeeper()
    assert settle(keeper, ["a name of some length"], ["-0.01876"], room=12) == [12]


def test_the_first_column_is_drawn_however_little_room_there_is() -> None:
    keeper = SlotKeeper()
    assert len(settle(keeper, ["a name"], ["1"], room=2)) == 1


def test_other_columns_begin_anew() -> None:
    keeper = SlotKeeper()
    settle(keeper, ["a longer one"])
    assert settle(keeper, ["short"], columns=[column("other")]) == [5]
