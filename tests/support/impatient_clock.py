"""The machine's own clock, for tests in which something is tried again and again."""

import asyncio

from runtui.model.clock import SystemClock


class ImpatientClock(SystemClock):
    """The machine's own clock, on which nobody sleeps for more than a moment."""

    async def sleep(self, seconds: float) -> None:
        """Sleep for a hundredth of that."""
        await asyncio.sleep(seconds / 100)
