import pytest

from runtui.services.joining import HeldLines


def joined(held: str, window: str) -> tuple[int | None, bool]:
    """Where the new lines of a window begin, and whether that is certain; each letter is a line."""
    lines = HeldLines(100)
    lines.extend([letter.encode() for letter in held])
    found = lines.join([letter.encode() for letter in window])
    return found.fresh, found.certain


@pytest.mark.parametrize(
    ("held", "window", "found"),
    [
        ("abcdefghij", "cdefghijkl", (8, True)),
        ("abcdefghij", "abcdefghij", (10, True)),
        ("abcdefghij", "xyzabcdefghijkl", (13, True)),
        ("abcdefghij", "klmnopqr", (None, True)),
        ("abcdefghij", "ijklmnop", (2, False)),
        ("aaaaaaaaaa", "aaaaaaaaaa", (10, False)),
        ("abcdefgha", "abcdefgha", (9, True)),
        ("aaaaaabaa", "aaaaaabaa", (9, False)),
        ("abcdefghij", "", (None, True)),
        ("", "abc", (0, True)),
    ],
)
def test_a_window_goes_on_where_most_of_it_agrees_and_says_when_that_is_doubtful(
    held: str, window: str, found: tuple[int | None, bool]
) -> None:
    assert joined(held, window) == found


def test_only_the_last_lines_are_held() -> None:
    lines = HeldLines(3)
    lines.extend([b"a", b"b", b"c", b"d"])
    assert (lines.count, lines.is_all) == (4, False)
    assert lines.join([b"d"]).fresh == 1
    lines.pop()
    assert lines.join([b"d"]).fresh is None
