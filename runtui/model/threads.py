"""Waiting for blocking work.

It lives in the model because the transport and the services both wait and neither may import the other.
"""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Let a thread do something. Unlike `asyncio.to_thread` it has ended when this returns, also when cancelled: what
    it works with may be closed then."""
    return await ended(asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs)))


async def ended(working: "asyncio.Future[T]", interrupt: Callable[[], object] = lambda: None) -> T:
    """What a future gives. A cancelled waiter calls `interrupt`, and waits all the same until the future is done."""
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        interrupt()
        while not working.done():
            try:
                await asyncio.wait({working})
            except asyncio.CancelledError:
                continue
        if not working.cancelled():
            working.exception()
        raise
