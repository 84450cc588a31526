"""A text that grows with time."""

from hypothesis import given
from hypothesis import strategies as st

from runtui.simulation.growing_text import GrowingText

lines = st.lists(st.tuples(st.floats(min_value=0, max_value=1e6), st.text(max_size=20) | st.binary(max_size=20))).map(
    lambda pairs: sorted(pairs, key=lambda pair: pair[0])
)


def test_a_line_is_there_from_its_second_on() -> None:
    text = GrowingText([(0.0, "one"), (2.0, "zwölf"), (2.0, b"\xff")])
    assert text.bytes_at(-1) == b""
    assert text.bytes_at(0) == text.bytes_at(1.9) == b"one\n"
    assert text.bytes_at(2) == b"one\nzw\xc3\xb6lf\n\xff\n"
    assert (text.size_at(2), text.duration) == (13, 2.0)


def test_no_lines_are_an_empty_text() -> None:
    assert (GrowingText([]).bytes_at(1e9), GrowingText([]).duration) == (b"", 0.0)


@given(lines, st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_what_stands_there_is_a_prefix_of_what_comes_later(
    written: list[tuple[float, str | bytes]], one: float, other: float
) -> None:
    text = GrowingText(written)
    earlier, later = sorted((one, other))
    assert text.bytes_at(later).startswith(text.bytes_at(earlier))
    assert len(text.bytes_at(later)) == text.size_at(later)


@given(lines)
def test_the_whole_is_there_at_its_end(written: list[tuple[float, str | bytes]]) -> None:
    text = GrowingText(written)
    whole = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for _, line in written)
    assert text.bytes_at(text.duration) == whole
