"""Waiting for a condition, never for time."""

import asyncio
from collections.abc import Callable

_LONGEST = 10.0
_BETWEEN_LOOKS = 0.002


async def reached(condition: Callable[[], object], what: str = "") -> None:
    """Return once the condition holds. Fails the test when it does not within ten seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _LONGEST
    while not condition():
        assert loop.time() < deadline, f"never came true: {what or condition}"
        await asyncio.sleep(_BETWEEN_LOOKS)
