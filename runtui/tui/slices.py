"""Long work on the screens' loop, done a few milliseconds at a time so that keys come in between."""

import asyncio
import time
from collections.abc import Generator
from typing import Final, Generic, TypeVar

T = TypeVar("T")

Steps = Generator[None, None, T]
"""Work that stops for a moment after every few hundred items, and returns what came of it."""

AT_ONCE_SECONDS: Final = 0.02
"""Work that takes no longer than this is better done at once: its answer is there for the next key."""
SLICE_SECONDS: Final = 0.008
STEP: Final = 256
"""Items between two stops."""


class Unfinished(Generic[T]):
    """Work that was begun and took too long to be done at once."""

    def __init__(self, steps: Steps[T]) -> None:
        self._steps = steps
        self._is_wanted = True

    def drop(self) -> None:
        """Nobody wants it any more."""
        self._is_wanted = False
        self._steps.close()

    async def finish(self) -> tuple[T] | None:
        """Do the rest, letting others at the loop between two slices; None once it was dropped."""
        while self._is_wanted:
            done = _work(self._steps, SLICE_SECONDS)
            if done is not None:
                return done
            await asyncio.sleep(0)
        return None


def begin(steps: Steps[T], seconds: float = AT_ONCE_SECONDS) -> tuple[T] | Unfinished[T]:
    """Do some work at once if it takes no longer than so many seconds; its answer stands alone in a tuple then."""
    return _work(steps, seconds) or Unfinished(steps)


def _work(steps: Steps[T], seconds: float) -> tuple[T] | None:
    end = time.perf_counter() + seconds
    try:
        while time.perf_counter() < end:
            next(steps)
    except StopIteration as stop:
        return (stop.value,)
    return None
