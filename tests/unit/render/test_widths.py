"""Text measured, cut and padded in terminal cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.render.sanitise import one_line
from runtui.render.widths import (
    Align,
    align_decimals,
    cell_width,
    decimal_tail,
    fit,
    pad,
    shorten_ids,
    truncate,
    truncate_middle,
)

safe_text = st.text(max_size=30).map(one_line)


@given(safe_text, st.integers(0, 40), st.sampled_from(Align))
def test_a_fitted_text_takes_exactly_its_cells(text: str, width: int, align: Align) -> None:
    assert cell_width(fit(text, width, align)) == width


@given(safe_text, st.integers(0, 40))
def test_a_text_cut_in_the_middle_is_never_too_wide(text: str, width: int) -> None:
    assert cell_width(truncate_middle(text, width)) <= width


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("airfoil", 7, "airfoil"),
        ("airfoil sweep", 7, "airfoi…"),
        ("日本語テキスト", 5, "日本…"),
        ("日本語テキスト", 6, "日本…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_a_long_text_ends_with_an_ellipsis(text: str, width: int, cut: str) -> None:
    assert truncate(text, width) == cut


def test_the_ascii_ellipsis_can_be_chosen() -> None:
    assert truncate("airfoil", 4, "~") == "air~"


def test_a_path_keeps_its_beginning_and_more_of_its_end() -> None:
    assert truncate_middle("/scratch/alice/airfoil/case.foam", 16) == "/scra…/case.foam"
    assert truncate_middle("日本語/テキスト/結果.txt", 13) == "日本…結果.txt"
    assert truncate_middle("abcdef", 2) == "a…"


def test_numbers_are_padded_on_the_left() -> None:
    assert fit("42", 5, Align.RIGHT) == "   42"
    assert pad("日本", 6, Align.RIGHT) == "  日本"
    assert pad("too long", 3) == "too long"


@pytest.mark.parametrize(
    ("text", "tail"), [("20", 0), ("-0.0188", 5), ("1e-6", 3), (".5", 2), ("nan", 0), ("fine", 0), ("1.0.0", 0)]
)
def test_what_stands_right_of_the_point(text: str, tail: int) -> None:
    assert decimal_tail(text) == tail


def test_decimal_points_stand_above_each_other() -> None:
    assert align_decimals(["20", "3.5", "-0.01876", "fine", "1e-6"]) == [
        "20      ",
        " 3.5    ",
        "-0.01876",
        "fine",
        " 1e-6   ",
    ]


def test_texts_without_numbers_are_left_alone() -> None:
    assert align_decimals(["fine", "coarse"]) == ["fine", "coarse"]
    assert align_decimals([]) == []


@given(st.lists(st.floats().map(repr)))
def test_aligned_numbers_are_equally_wide(texts: list[str]) -> None:
    assert len({len(text) for text in align_decimals(texts)}) <= 1


def test_ids_are_cut_where_they_are_still_unique() -> None:
    assert shorten_ids(["5e8f6a00-aa", "5e8f6a11-bb", "7f3c", "c0ffee00-11"]) == {
        "5e8f6a00-aa": "5e8f6a0",
        "5e8f6a11-bb": "5e8f6a1",
        "7f3c": "7f3c",
        "c0ffee00-11": "c0ffee",
    }


def test_an_id_that_begins_another_stays_whole() -> None:
    assert shorten_ids(["abcdefgh", "abcdefghij"]) == {"abcdefgh": "abcdefgh", "abcdefghij": "abcdefghi"}


def test_ids_of_runs_within_jobs_stay_whole() -> None:
    assert shorten_ids(["aBcDeFgHi/1", "aBcDeFgHi/13"])["aBcDeFgHi/13"] == "aBcDeFgHi/13"


@given(st.lists(st.text("abc", min_size=1, max_size=12), unique=True))
def test_a_short_id_begins_its_own_id_and_no_longer_other(ids: list[str]) -> None:
    short = shorten_ids(ids, shortest=2)
    for text, cut in short.items():
        assert text.startswith(cut)
        assert [other for other in ids if other.startswith(cut)] == [text] or cut == text
