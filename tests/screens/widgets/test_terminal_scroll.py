"""Which rows a terminal moves."""

from runtui.tui.widgets.terminal_scroll import moved_by, scroll_sequence


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
