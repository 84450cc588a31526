"""A clock for tests in which nothing has to be waited for."""

import asyncio
from datetime import datetime, timedelta

from runtui.simulation.world import World


class LeapingClock:
    """The time of a simulated world; who sleeps on it makes it leap to the end of the sleep.

    So pauses before retries, cool-downs and rate budgets take no time of ours, and are counted in `slept` seconds.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.slept = 0.0

    def now(self) -> datetime:
        """The world's time plus all that was slept, aware, in UTC."""
        return self._world.now() + timedelta(seconds=self.slept)

    def monotonic(self) -> float:
        """Seconds of the world plus all that was slept."""
        return self._world.elapsed + self.slept

    async def sleep(self, seconds: float) -> None:
        """Leap there at once."""
        self.slept += max(0.0, seconds)
        await asyncio.sleep(0)
