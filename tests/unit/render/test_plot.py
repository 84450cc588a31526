"""Curves in cells."""

import math

from runtui.render.plot import plot


def test_a_falling_line_goes_from_the_upper_left_to_the_lower_right() -> None:
    drawn = plot([(0, 3), (3, 0)], width=4, height=4, ascii_only=True)
    assert drawn.rows == ("*   ", " *  ", "  * ", "   *")
    assert (drawn.low, drawn.high) == (0, 3)


def test_braille_signs_hold_two_by_four_dots() -> None:
    assert plot([(0, 0), (1, 1)], width=1, height=1).rows == ("⡜",)


def test_decades_are_even_steps_on_a_logarithmic_scale() -> None:
    drawn = plot([(0, 1e-2), (1, 1e-1), (2, 1)], width=3, height=3, ascii_only=True, logarithmic=True)
    assert drawn.rows == ("  *", " * ", "*  ")
    assert drawn.low is not None
    assert math.isclose(drawn.low, 1e-2)


def test_what_is_no_number_breaks_the_line_and_is_told_apart() -> None:
    drawn = plot([(0, 1), (1, math.nan), (2, 1)], width=3, height=1, ascii_only=True)
    assert drawn.rows == ("* *",)
    assert drawn.strange == {1}


def test_a_value_that_never_changes_is_a_line_in_the_middle() -> None:
    assert plot([(0, 5), (2, 5)], width=3, height=3, ascii_only=True).rows == ("   ", "***", "   ")


def test_without_values_there_is_nothing_but_room() -> None:
    drawn = plot([], width=3, height=2)
    assert drawn.rows == ("   ", "   ")
    assert drawn.low is None
