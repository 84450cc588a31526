"""Putting the windows of a log together when the service gives only the last lines, without a position."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

ENOUGH_LINES: Final = 8
"""Fewer lines than this that agree may do so by chance."""

TELLING_LINES: Final = 4
"""With so many lines that stand nowhere else, a few at the beginning of a window that are also at its end (blank ones,
mostly) are no sign of a repetition."""


class Joined(msgspec.Struct, frozen=True):
    """How a window continues what is held: its lines from `fresh` on are new, or nothing agrees (`fresh` None).

    `overlap` lines agree. A joining that is not `certain` may hide that lines are missing: the lines that agree are
    few, or stand elsewhere in the log as well.
    """

    fresh: int | None
    overlap: int = 0
    certain: bool = True


class HeldLines:
    """The last lines of a log, up to `most`, as marks: enough to recognise them."""

    def __init__(self, most: int) -> None:
        self._marks: deque[int] = deque(maxlen=most)
        self._counts: Counter[int] = Counter()
        self.count = 0
        """Lines since the beginning of the log, or since it was last broken off."""

    def clear(self) -> None:
        """Hold nothing: what comes next does not continue what was held."""
        self._marks.clear()
        self._counts.clear()
        self.count = 0

    def extend(self, lines: Sequence[bytes]) -> None:
        """Hold more lines at the end."""
        for line in lines:
            if len(self._marks) == self._marks.maxlen:
                self._drop(self._marks[0])
            mark = hash(line)
            self._marks.append(mark)
            self._counts[mark] += 1
        self.count += len(lines)

    def pop(self) -> None:
        """Forget the last line."""
        self._drop(self._marks.pop())
        self.count -= 1

    def begins(self, window: Sequence[bytes]) -> bool:
        """Whether a window begins with everything held. Only asked where nothing was dropped from the beginning."""
        return len(window) >= len(self._marks) and self.same_start(window) == len(self._marks)

    def same_start(self, window: Sequence[bytes]) -> int:
        """With how many of the lines held a window begins. Only asked where nothing was dropped from the beginning."""
        same = 0
        for line, mark in zip(window, self._marks, strict=False):
            if hash(line) != mark:
                break
            same += 1
        return same

    @property
    def is_all(self) -> bool:
        """Whether no line had to be dropped."""
        return self.count == len(self._marks)

    def join(
        self,
        window: Sequence[bytes],
        *,
        is_all: bool = False,
        suits: Callable[[Joined], bool] = lambda place: True,
    ) -> Joined:
        """Where the new lines of a window of last lines begin: where it agrees with most of the lines held.

        `is_all` says that the window is the whole source: then what is held is in it, and certain when in one place
        only. `suits` may refuse places.

        Lines that repeat make that ambiguous: then the fewest lines are taken for new, none is shown twice, and the
        joining is not certain.
        """
        if not self._marks:
            return Joined(0)
        marks = [hash(line) for line in window]
        held = list(self._marks)
        places = sorted(
            filter(suits, _places(held, marks)), key=lambda place: (place.overlap, place.fresh or 0), reverse=True
        )
        if not places:
            return Joined(None)
        best = places[0]
        if is_all and best.overlap == len(held) and sum(place.overlap == len(held) for place in places) == 1:
            return best
        telling = sum(self._counts[mark] == 1 for mark in held[-best.overlap :])
        is_doubtful = (
            best.overlap < ENOUGH_LINES
            or not telling
            or any(_is_serious(other, len(marks), telling) for other in places[1:])
        )
        return Joined(best.fresh, best.overlap, certain=not is_doubtful)

    def _drop(self, mark: int) -> None:
        self._counts[mark] -= 1
        if not self._counts[mark]:
            del self._counts[mark]


def _is_serious(other: Joined, window: int, telling: int) -> bool:
    """Whether another place may be the true one."""
    return telling < TELLING_LINES or other.overlap >= ENOUGH_LINES or other.overlap * 2 >= window


def _places(held: Sequence[int], window: Sequence[int]) -> Iterator[Joined]:
    """Every way in which the end of what is held agrees with the window: as its beginning, or all of it within."""
    if not window:
        return
    links = _failure_links(window)
    matched = 0
    for mark in held[-len(window) :]:
        while matched and (matched == len(window) or window[matched] != mark):
            matched = links[matched - 1]
        if window[matched] == mark:
            matched += 1
    while matched:
        yield Joined(matched, matched)
        matched = links[matched - 1]
    if len(held) < len(window):
        for place in _occurrences(held, window):
            if place:
                yield Joined(place + len(held), len(held))


def _occurrences(wanted: Sequence[int], among: Sequence[int]) -> Iterator[int]:
    """Where a sequence stands within another (Knuth-Morris-Pratt: linear)."""
    links = _failure_links(wanted)
    matched = 0
    for place, mark in enumerate(among):
        while matched and (matched == len(wanted) or wanted[matched] != mark):
            matched = links[matched - 1]
        if wanted[matched] == mark:
            matched += 1
        if matched == len(wanted):
            yield place + 1 - matched


def _failure_links(marks: Sequence[int]) -> list[int]:
    links = [0] * len(marks)
    matched = 0
    for place in range(1, len(marks)):
        while matched and marks[place] != marks[matched]:
            matched = links[matched - 1]
        if marks[place] == marks[matched]:
            matched += 1
        links[place] = matched
    return links
