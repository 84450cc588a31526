"""Searching several merged logs at once."""

from array import array
from collections.abc import Callable, Iterator, Sequence

from runtui.services.advancing import never
from runtui.services.merged import MergedLines
from runtui.services.search import LineSearch


class MergedSearch:
    """The lines of merged logs in which a typed pattern occurs.

    All logs are looked through side by side, a piece of each in turn, and need not have been merged yet: a hit knows
    its line in its log, and its place among all lines as soon as it has one. Raises ConfigError for a pattern that is
    no regular expression. `advance` is for one thread at a time.
    """

    def __init__(self, merged: MergedLines, text: str) -> None:
        self.text = text
        self._merged = merged
        self._searches: list[LineSearch] = []
        self._placed_for: object = None
        self._lines = array("I")
        self._take_new_sources()

    def hits(self, origin: int) -> Sequence[int]:
        """The lines found in one log so far, by their numbers in that log, ascending."""
        return self._searches[origin].lines if origin < len(self._searches) else ()

    @property
    def hit_count(self) -> int:
        """How many lines were found so far in logs that are not muted."""
        return sum(
            len(search.lines) for origin, search in enumerate(self._searches) if not self._merged.is_muted(origin)
        )

    @property
    def lines(self) -> Sequence[int]:
        """The places of the lines found, ascending; those without a place yet are missing. Made anew when anything
        changed, in time that grows with the hits."""
        made_for = (self._merged.generation, self._merged.line_count, self.hit_count)
        if made_for != self._placed_for:
            self._placed_for = made_for
            self._lines = array("I", sorted(self._places()))
        return self._lines

    @property
    def is_behind(self) -> bool:
        """Whether there is something that was not looked at."""
        return len(self._searches) < len(self._merged.names) or any(search.is_behind for search in self._searches)

    def advance(self, cancelled: Callable[[], bool] = never) -> Iterator[int]:
        """Look on to the present end; gives how many lines are found after each piece."""
        self._take_new_sources()
        running = [search.advance(cancelled) for search in self._searches]
        while running:
            for one in tuple(running):
                if next(one, None) is None:
                    running.remove(one)
                else:
                    yield self.hit_count

    def _take_new_sources(self) -> None:
        for origin in range(len(self._searches), len(self._merged.names)):
            self._searches.append(LineSearch(self._merged.source(origin), self.text))

    def _places(self) -> Iterator[int]:
        for origin, search in enumerate(self._searches):
            for line in search.lines:
                place = self._merged.place_of(origin, line)
                if place is not None:
                    yield place
