"""Putting the windows of a log together when the service gives only the last lines, without a position."""

from collections.abc import Sequence

import msgspec


class Joined(msgspec.Struct, frozen=True):
    """How a window continues what is held: its lines from `fresh` on are new, or nothing overlaps (`fresh` None)."""

    fresh: int | None
    overlap: int = 0


def join_lines(held: Sequence[bytes], window: Sequence[bytes]) -> Joined:
    """Where the new lines of a window begin, by the longest end of `held` that begins the window.

    Repeated identical lines make an overlap ambiguous; the longest loses no line that was shown and shows none twice.
    """
    if not held:
        return Joined(0)
    if not window:
        return Joined(None)
    overlap = _longest_overlap(held[-len(window) :], window)
    return Joined(overlap, overlap) if overlap else Joined(None)


def _longest_overlap(held: Sequence[bytes], window: Sequence[bytes]) -> int:
    """The length of the longest suffix of `held` that is a prefix of `window` (Knuth-Morris-Pratt: linear)."""
    failure = _failure_links(window)
    matched = 0
    for line in held:
        while matched and (matched == len(window) or window[matched] != line):
            matched = failure[matched - 1]
        if window[matched] == line:
            matched += 1
    return matched


def _failure_links(window: Sequence[bytes]) -> list[int]:
    links = [0] * len(window)
    matched = 0
    for place in range(1, len(window)):
        while matched and window[place] != window[matched]:
            matched = links[matched - 1]
        if window[place] == window[matched]:
            matched += 1
        links[place] = matched
    return links
