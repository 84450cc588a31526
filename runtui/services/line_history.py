"""Which of the lines that were given out are still what they were."""

from typing import Final

_KEPT: Final = 64
"""Changes that are remembered; who last looked before them is told that every line may be another."""


class LineHistory:
    """The last changes of a text, each with the first line that is not what it was. Not safe for several threads."""

    def __init__(self) -> None:
        self.generation = 0
        """Grows with every change of lines that were given out."""
        self._changes: list[tuple[int, int]] = []

    def note(self, first_changed: int) -> None:
        """Lines from this one on are not what they were, or not where they were."""
        self.generation += 1
        self._changes.append((self.generation, first_changed))
        del self._changes[:-_KEPT]

    def unchanged(self, since: int, count: int) -> int:
        """How many of the first of now `count` lines are as they were at generation `since`."""
        if since == self.generation:
            return count
        if not self._changes or since + 1 < self._changes[0][0]:
            return 0
        return min(line for generation, line in self._changes if generation > since)
