"""Sentences broken between words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.render.widths import cell_width
from runtui.render.wrap import wrap


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one", ["one"]),
        ("one two", ["one two"]),
        ("one two three", ["one two", "three"]),
        ("a verylongword b", ["a", "verylong", "word b"]),
        ("結果 翼型の 名", ["結果", "翼型の", "名"]),
    ],
)
def test_lines_end_between_words_and_a_word_too_wide_is_broken(text: str, lines: list[str]) -> None:
    assert wrap(text, 8) == lines


@given(st.text("ab 結"), st.integers(2, 12))
def test_no_line_is_too_wide_and_no_letter_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
