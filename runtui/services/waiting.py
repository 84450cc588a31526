"""Waiting for time to pass or for something to happen, whichever comes first."""

import asyncio

from runtui.model.clock import Clock


async def sleep_or_wake(clock: Clock, seconds: float, wake: asyncio.Event) -> None:
    """Return after `seconds` on the clock, or as soon as `wake` is set; clears it."""
    sleep = asyncio.ensure_future(clock.sleep(seconds))
    woken = asyncio.ensure_future(wake.wait())
    try:
        await asyncio.wait({sleep, woken}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleep.cancel()
        woken.cancel()
        await asyncio.gather(sleep, woken, return_exceptions=True)
        wake.clear()
