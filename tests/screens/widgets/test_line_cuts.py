"""Texts wrapped and scrolled sideways, in cells."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.render.widths import cell_width
from runtui.tui.widgets.line_cuts import Slice, slice_cells, wrap_cuts

text = st.text("ab 翼🚀é", max_size=40)


@given(text, st.integers(2, 12))
def test_wrapped_rows_hold_the_whole_text_and_none_is_too_wide(line: str, width: int) -> None:
    cuts = wrap_cuts(line, width)
    pieces = [line[start:end] for start, end in pairwise(cuts)]
    assert "".join(pieces) == line
    assert all(cell_width(piece) <= width for piece in pieces)
    assert cuts[0] == 0
    assert len(pieces) >= 1


@given(text, st.integers(0, 50), st.integers(1, 20))
def test_a_slice_is_what_one_sees_through_a_window(line: str, first: int, width: int) -> None:
    start, end, lead = slice_cells(line, first, width)
    whole = cell_width(line)
    seen = cell_width(line[start:end]) + lead
    assert seen <= width
    assert seen >= min(width, max(0, whole - first)) - 1
    if start < len(line):
        assert cell_width(line[:start]) == first + lead


@pytest.mark.parametrize(
    ("line", "first", "width", "expected"),
    [
        ("翼型ab", 1, 4, Slice(1, 3, 1)),
        ("翼型ab", 2, 3, Slice(1, 3, 0)),
        ("abc", 5, 4, Slice(3, 3, 0)),
        ("", 0, 4, Slice(0, 0, 0)),
    ],
)
def test_half_a_wide_character_is_a_blank(line: str, first: int, width: int, expected: Slice) -> None:
    assert slice_cells(line, first, width) == expected
