"""How fast something moves, smoothed."""

import math

_SECONDS_REMEMBERED = 5.0
_SHORTEST_STEP = 0.05


class RateMeter:
    """Bytes per second, an exponential mean over about five seconds.

    The first steps count in full, so that a rate is shown at once, and a stall lets it sink to nothing.
    """

    def __init__(self, now: float, received: int = 0) -> None:
        self._at = now
        self._received = received
        self._mean = 0.0
        self._weight = 0.0

    def note(self, now: float, received: int) -> float:
        """The rate once so much is there at `now` (monotonic seconds)."""
        seconds = now - self._at
        if seconds >= _SHORTEST_STEP:
            kept = math.exp(-seconds / _SECONDS_REMEMBERED)
            speed = max(0, received - self._received) / seconds
            self._mean = kept * self._mean + (1.0 - kept) * speed
            self._weight = kept * self._weight + (1.0 - kept)
            self._at, self._received = now, received
        return self._mean / self._weight if self._weight else 0.0
