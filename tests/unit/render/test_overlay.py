"""Curves over each other."""

import math
from collections.abc import Sequence

from runtui.render.overlay import OverlaidCurve, overlay

FALLING, RISING = OverlaidCurve([(0, 3), (3, 0)], "1"), OverlaidCurve([(0, 0), (3, 3)], "2")


def drawn(*curves: OverlaidCurve, width: int = 4, height: int = 4) -> list[str]:
    shown = overlay(curves, width=width, height=height, ascii_only=True)
    return ["".join(cell.text for cell in row) for row in shown.rows]


def test_in_ascii_a_curve_is_drawn_with_its_own_sign() -> None:
    assert drawn(FALLING, RISING) == ["1  2", " 12 ", " 21 ", "2  1"]


def test_the_edges_are_those_of_all_curves() -> None:
    shown = overlay([OverlaidCurve([(1, 5)]), OverlaidCurve([(4, -2)])], width=9, height=3)
    assert shown[1:] == (-2, 5, 1, 4)


def test_where_curves_meet_in_a_cell_its_dots_are_those_of_both() -> None:
    both = overlay([FALLING._replace(sign=""), RISING._replace(sign="")], width=1, height=1)
    assert both.rows[0][0].text == "⣿"
    assert both.rows[0][0].curve == 1


def test_signs_of_points_at_one_place_stand_beside_each_other() -> None:
    points = [OverlaidCurve([(0, 0)], str(place)) for place in range(1, 5)] + [OverlaidCurve([(9, 9)], "5")]
    shown = overlay(points, width=10, height=4)
    signs = sorted(cell.text for row in shown.rows for cell in row if cell.is_sign)
    assert signs == ["1", "2", "3", "4", "5"]


def test_what_is_no_number_breaks_a_curve_and_is_never_its_end() -> None:
    assert drawn(OverlaidCurve([(0, 1), (1, math.nan), (2, 1), (3, math.inf)], "7"), width=3, height=1) == ["7 7"]


def test_numbers_as_far_apart_as_they_go_have_a_place() -> None:
    assert drawn(OverlaidCurve([(-1e308, -1e308), (1e308, 1e308)], "1"), width=2, height=2) == [" 1", "1 "]


def test_without_values_there_is_nothing_but_room() -> None:
    shown = overlay([OverlaidCurve([(0, math.nan)], "1")], width=3, height=2)
    assert (shown.low, shown.left) == (None, None)
    assert ["".join(cell.text for cell in row) for row in shown.rows] == ["   ", "   "]


def test_a_thousand_points_of_eight_curves_keep_every_peak() -> None:
    def spiked(at: int) -> Sequence[tuple[float, float]]:
        return [(x, 100.0 if x == at else 0.0) for x in range(1000)]

    shown = overlay([OverlaidCurve(spiked(place * 100), str(place)) for place in range(8)], width=80, height=10)
    assert {cell.curve for cell in shown.rows[0] if cell.curve is not None} == set(range(8))
