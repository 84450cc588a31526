"""Lines worth going to: what a search found, or where errors are."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence


class LinePlaces:
    """Line numbers in ascending order, given as they are found; `lines` is kept, not copied."""

    def __init__(self, lines: Sequence[int] = ()) -> None:
        self.lines = lines

    def __len__(self) -> int:
        return len(self.lines)

    def after(self, line: int) -> tuple[int | None, bool]:
        """The first place below a line, and whether the search went round the end to find it."""
        if not self.lines:
            return None, False
        at = bisect_right(self.lines, line)
        return (self.lines[at], False) if at < len(self.lines) else (self.lines[0], True)

    def before(self, line: int) -> tuple[int | None, bool]:
        """The first place above a line, and whether the search went round the beginning to find it."""
        if not self.lines:
            return None, False
        at = bisect_left(self.lines, line) - 1
        return (self.lines[at], False) if at >= 0 else (self.lines[-1], True)

    def ordinal(self, line: int) -> int | None:
        """Which place this line is, counted from 1; None when it is none."""
        at = bisect_left(self.lines, line)
        return at + 1 if at < len(self.lines) and self.lines[at] == line else None
