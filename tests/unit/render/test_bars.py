"""Lengths drawn in cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.render.bars import progress_bar, span_bar, sparkline
from runtui.render.glyphs import ASCII, UNICODE, Glyphs
from runtui.render.widths import cell_width


@pytest.mark.parametrize(
    ("start", "end", "bar"),
    [
        (0, 100, "▕████████▏"),
        (0, 50, "▕████▏    "),
        (50, 100, "    ▕████▏"),
        (99, 100, "        ▕▏"),
        (0, 1, "▕▏        "),
        (-50, 500, "▕████████▏"),
    ],
)
def test_a_stretch_stands_where_it_was(start: float, end: float, bar: str) -> None:
    assert span_bar(start, end, (0, 100), 10) == bar


def test_an_open_stretch_has_no_right_edge() -> None:
    assert span_bar(50, 100, (0, 100), 10, is_open=True) == "    ▕█████"
    assert span_bar(50, 100, (0, 100), 10, glyphs=ASCII) == "    [####]"


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.integers(0, 40), st.booleans())
def test_a_stretch_takes_exactly_its_width(start: float, end: float, last: float, width: int, is_open: bool) -> None:
    assert len(span_bar(start, end, (0, last), width, is_open=is_open)) == width


@pytest.mark.parametrize(
    ("share", "bar"),
    [
        (0, "░░░░░░░░"),
        (None, "░░░░░░░░"),
        (float("nan"), "░░░░░░░░"),
        (0.5, "████░░░░"),
        (0.54, "████▎░░░"),
        (1, "████████"),
        (7, "████████"),
        (0.9999, "███████▉"),
    ],
)
def test_a_bar_is_full_only_when_all_is_done(share: float | None, bar: str) -> None:
    assert progress_bar(share, 8) == bar


def test_a_bar_has_an_ascii_form() -> None:
    assert progress_bar(0.53, 8, ASCII) == "####...."


@given(st.floats(0, 1), st.integers(0, 60), st.sampled_from([UNICODE, ASCII]))
def test_a_bar_takes_exactly_its_width(share: float, width: int, glyphs: Glyphs) -> None:
    assert cell_width(progress_bar(share, width, glyphs)) == width


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([], ""),
        ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"),
        ([5, 5], "▁▁"),
        ([0, float("nan"), 7], "▁ █"),
        ([float("nan")], " "),
    ],
)
def test_a_series_is_drawn_in_levels(values: list[float], line: str) -> None:
    assert sparkline(values, 8) == line


def test_a_logarithmic_series_shows_residuals_falling() -> None:
    assert sparkline([1, 1e-2, 1e-4, 0, 1e-7], 8, logarithmic=True) == "█▆▄ ▁"


@given(st.lists(st.floats(), max_size=50), st.integers(0, 12))
def test_a_longer_series_is_thinned_to_its_width(values: list[float], width: int) -> None:
    assert len(sparkline(values, width)) <= width


@pytest.mark.parametrize("values", [[-1.7e308, 0.0, 1.7e308], [0.0, 5e-324, 1e-323]])
def test_values_at_the_ends_of_what_numbers_can_be_have_levels(values: list[float]) -> None:
    assert sparkline(values, 3)[0] == "▁"
    assert sparkline(values, 3)[-1] == "█"


def test_the_newest_value_is_always_shown() -> None:
    assert sparkline([0.0] * 99 + [1.0], 5)[-1] == "█"
