"""Folded records: which lines stay, and where each line of the text is found."""

from hypothesis import given
from hypothesis import strategies as st

from runtui.model.lines import StaticLines
from runtui.tui.widgets.folded_lines import FoldedLines


def folded(count: int, *folds: range) -> FoldedLines:
    text = StaticLines([str(number) for number in range(count)])
    return FoldedLines(text, text, folds)


def shown(lines: FoldedLines) -> list[int]:
    return [int(line.content) for line in lines.lines(0, lines.line_count)]


def test_of_a_folded_record_the_first_line_stays_and_says_how_many_do_not() -> None:
    lines = folded(10, range(2, 5), range(7, 9))
    assert shown(lines) == [0, 1, 2, 5, 6, 7, 9]
    assert [lines.hidden_after(number) for number in range(7)] == [0, 0, 2, 0, 0, 1, 0]


def test_a_line_folded_away_is_found_at_the_first_of_its_record() -> None:
    lines = folded(10, range(2, 5))
    assert lines.place_of(3) is None
    assert lines.nearest(4) == 2
    assert lines.nearest(5) == 3


@st.composite
def texts(draw: st.DrawFn) -> tuple[int, list[range]]:
    lengths = draw(st.lists(st.integers(1, 5), max_size=12))
    is_folded = draw(st.lists(st.booleans(), min_size=len(lengths), max_size=len(lengths)))
    starts = [sum(lengths[:place]) for place in range(len(lengths))]
    folds = [
        range(start, start + length) for start, length, fold in zip(starts, lengths, is_folded, strict=True) if fold
    ]
    return sum(lengths), folds


@given(texts(), st.integers(0, 20), st.integers(0, 20))
def test_any_folds_show_what_is_left_wherever_it_is_read(
    text: tuple[int, list[range]], first: int, length: int
) -> None:
    count, folds = text
    lines = folded(count, *folds)
    hidden = {number for fold in folds for number in fold[1:]}
    left = [number for number in range(count) if number not in hidden]
    assert [int(line.content) for line in lines.lines(first, length)] == left[first : first + length]
    assert [lines.source_line(place) for place in range(lines.line_count)] == left
    assert all(lines.place_of(number) == (left.index(number) if number in left else None) for number in range(count))
