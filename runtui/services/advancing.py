"""Work on a log that is done piece by piece, in a thread of its own, and goes on as the log grows."""

from collections.abc import Callable, Iterator
from typing import Protocol


class Advancing(Protocol):
    """What finds something out about a growing log: a search, a filter, a merging, a series.

    `advance` is for one thread at a time; what was found so far may be read by any.
    """

    @property
    def is_behind(self) -> bool:
        """Whether there is something that was not looked at."""
        ...

    def advance(self, cancelled: Callable[[], bool] = ...) -> Iterator[int]:
        """Look on to the present end in small pieces; gives how much is found after each, and stops when cancelled."""
        ...


def never() -> bool:
    """What is not cancelled."""
    return False
