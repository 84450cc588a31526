"""The clock and the chance of a scripted world: everything in it is a function of its time."""

import random
import threading
import time
from datetime import UTC, datetime, timedelta


class World:
    """A world whose time runs at `speed` times ours from `start` on, and can be moved by hand.

    With `speed` 0 it stands still and moves only with `advance`, which is how tests use it. `seed` fixes all that is
    left to chance: the same seed gives the same runs with the same logs. Safe to use from several threads.
    """

    def __init__(self, *, seed: int = 1, speed: float = 1.0, start: datetime | None = None) -> None:
        self.seed = seed
        self.speed = speed
        self.start = start or datetime.now(UTC).replace(microsecond=0)
        self._origin = time.monotonic()
        self._added = 0.0
        self._lock = threading.Lock()

    @property
    def elapsed(self) -> float:
        """Seconds of this world since its start."""
        with self._lock:
            return (time.monotonic() - self._origin) * self.speed + self._added

    def now(self) -> datetime:
        """This world's time, aware, in UTC."""
        return self.start + timedelta(seconds=self.elapsed)

    def advance(self, seconds: float) -> None:
        """Move this world's time on by hand."""
        with self._lock:
            self._added += seconds

    def chance(self, *names: object) -> random.Random:
        """A source of chance that is the same each time for the same names: a run, a file, a purpose."""
        return random.Random("/".join(str(name) for name in (self.seed, *names)))
