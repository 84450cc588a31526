"""Which rows a terminal moves, and which cells of a line are drawn again."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from runtui.tui.widgets.line_writer import differing_spans
from runtui.tui.widgets.terminal_scroll import moved_by, scroll_sequence

RED, BLUE = Style(color="red"), Style(color="blue")


def rows(*contents: str) -> dict[int, str]:
    return dict(enumerate(contents))


def test_a_page_that_went_on_has_moved_up() -> None:
    assert moved_by(rows("a", "b", "c", "d"), rows("c", "d", "e", "f")) == 2


def test_a_page_that_went_back_has_moved_down() -> None:
    assert moved_by(rows("c", "d", "e", "f"), rows("b", "c", "d", "e")) == -1


def test_another_page_has_not_moved() -> None:
    assert moved_by(rows("a", "b", "c"), rows("x", "y", "z")) == 0


def test_where_few_rows_stay_in_sight_nothing_is_moved() -> None:
    assert moved_by(rows("a", "b", "c", "d"), rows("d", "e", "f", "g")) == 0


def test_rows_are_moved_within_a_region_that_is_taken_back() -> None:
    assert scroll_sequence(range(1, 5), 2) == "\x1b[2;5r\x1b[5;1H\n\n\x1b[r"
    assert scroll_sequence(range(1, 5), -1) == "\x1b[2;5r\x1b[2;1H\x1bM\x1b[r"


def test_only_what_differs_at_both_ends_of_a_line_is_drawn() -> None:
    middle = Segment("m" * 30, RED)
    old = Strip([Segment(">", RED), middle, Segment("|", RED)])
    new = Strip([Segment(" ", RED), middle, Segment(" ", RED)])
    assert differing_spans(old, new) == [(0, 1), (31, 32)]


def test_another_style_is_another_look() -> None:
    assert differing_spans(Strip([Segment("abc", RED)]), Strip([Segment("abc", BLUE)])) == [(0, 3)]
    assert differing_spans(Strip([Segment("abc", RED)]), Strip([Segment("a", RED), Segment("bc", RED)])) == []


def test_wide_characters_are_never_cut_in_two() -> None:
    old, new = Strip([Segment("a", RED), Segment("漢字", RED)]), Strip([Segment("a", RED), Segment("漢漢", RED)])
    assert differing_spans(old, new) == [(1, 5)]
