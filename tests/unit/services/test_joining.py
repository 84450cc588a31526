from hypothesis import given
from hypothesis import strategies as st

from runtui.services.joining import Joined, join_lines

LINES = st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=30)


def test_nothing_held_makes_every_line_new() -> None:
    assert join_lines([], [b"a"]) == Joined(0)


def test_nothing_in_common_is_said() -> None:
    assert join_lines([b"a"], [b"b"]).fresh is None


def test_the_longest_overlap_is_taken() -> None:
    assert join_lines([b"x", b"a", b"a"], [b"a", b"a", b"b"]) == Joined(2, 2)


def test_a_window_that_is_held_already_brings_nothing() -> None:
    assert join_lines([b"x", b"a", b"b"], [b"a", b"b"]) == Joined(2, 2)


@given(LINES, LINES)
def test_the_overlap_is_the_longest_end_that_is_also_a_beginning(held: list[bytes], window: list[bytes]) -> None:
    longest = max(
        (n for n in range(1, min(len(held), len(window)) + 1) if held[-n:] == window[:n]),
        default=None,
    )
    assert join_lines(held, window).fresh == (0 if not held else longest)
