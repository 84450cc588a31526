"""Several slow sources read at once, as one."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


async def merged(sources: Iterable[Callable[[], AsyncIterator[T]]], *, width: int) -> AsyncGenerator[T]:
    """What the sources give, as it comes; at most `width` of them are open at a time, begun in their order.

    Closing the iterator, or an error of a source, ends all of them.
    """
    waiting = deque(sources)
    arrived: asyncio.Queue[_Arrival[T]] = asyncio.Queue()

    async def work() -> None:
        try:
            while waiting:
                async for item in waiting.popleft()():
                    arrived.put_nowait(_Arrival([item]))
        except Exception as error:  # noqa: BLE001 - raised again where the items are taken
            arrived.put_nowait(_Arrival([], error=error))
        arrived.put_nowait(_Arrival([], is_end=True))

    workers = [asyncio.create_task(work()) for _ in range(min(width, len(waiting)))]
    ended = 0
    try:
        while ended < len(workers):
            arrival = await arrived.get()
            if arrival.error is not None:
                raise arrival.error
            ended += arrival.is_end
            for item in arrival.items:
                yield item
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


class _Arrival(Generic[T]):
    """What a worker says: an item, an error, or that it has nothing more."""

    def __init__(self, items: list[T], *, error: Exception | None = None, is_end: bool = False) -> None:
        self.items = items
        self.error = error
        self.is_end = is_end
