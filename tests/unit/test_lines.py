"""Lines that are all there already, as a line source."""

from typing import TYPE_CHECKING

from runtui.model.lines import LINE_BYTES_CAP, Line, LineKind, LineSource, StaticLines

if TYPE_CHECKING:
    _: type[LineSource] = StaticLines


def test_a_text_that_ends_with_a_line_end_has_no_empty_last_line() -> None:
    assert [line.content for line in StaticLines.of_text("one\ntwo\n").lines(0, 10)] == [b"one", b"two"]


def test_an_empty_text_has_no_lines() -> None:
    assert StaticLines.of_text("").line_count == 0


def test_line_ends_of_windows_are_no_part_of_the_line() -> None:
    assert [line.content for line in StaticLines.of_text("one\r\ntwo\r\n").lines(0, 10)] == [b"one", b"two"]


def test_only_the_lines_asked_for_are_given() -> None:
    source = StaticLines(str(number) for number in range(10))
    assert [line.content for line in source.lines(8, 5)] == [b"8", b"9"]
    assert [line.content for line in source.lines(-2, 3)] == [b"0"]


def test_a_long_line_is_cut_and_says_its_whole_size() -> None:
    (line,) = StaticLines([b"x" * (LINE_BYTES_CAP + 5)]).lines(0, 1)
    assert (len(line.content), line.size, line.is_cut) == (LINE_BYTES_CAP, LINE_BYTES_CAP + 5, True)


def test_a_gap_line_keeps_its_kind() -> None:
    gap = Line(b"between 48 and 310 lines are missing here", kind=LineKind.GAP)
    assert StaticLines(["before", gap]).lines(1, 1) == [gap]


def test_bytes_are_counted_with_their_line_ends() -> None:
    assert StaticLines.of_text("één\ntwo").byte_count == 5 + 1 + 3 + 1


def test_a_lone_surrogate_is_shown_instead_of_failing() -> None:
    assert StaticLines(["bad \ud800"]).lines(0, 1)[0].content == rb"bad \ud800"
