"""What can be said about a pager."""

from typing import NamedTuple


class LogState(NamedTuple):
    """What a screen says about a pager. Lines count from 0."""

    cursor: int
    """The shown line the cursor is on."""
    line: int
    """That line's number in the whole text."""
    line_count: int
    """Lines of the whole text."""
    shown_count: int
    """Lines of what is shown of it."""
    byte_count: int
    is_following: bool
    new_lines: int
    """Lines that came since following ended; 0 while it goes on."""
    hit: int | None
    """Which hit the cursor is on, counted from 1."""
    hit_count: int
    error: int | None
    error_count: int
    selected_count: int
    """Lines selected; 0 when there is no selection."""
    mark_count: int
    wraps: bool
