"""Time as a value one is given, so that tests and simulators can own it.

It lives in the model because the transport, the services and the simulators all wait and none may import another.
"""

import asyncio
import heapq
import itertools
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The time, and a way to let it pass."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since an arbitrary moment; never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return once at least `seconds` have passed on this clock."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since an arbitrary moment; never goes back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Return once at least `seconds` have passed."""
        await asyncio.sleep(max(0.0, seconds))


class ManualClock:
    """A clock that stands still until `advance` is called; sleepers wake in the order of their deadlines.

    It belongs to one event loop: `advance` must be awaited in the loop the sleepers wait in.
    """

    def __init__(self, start: datetime = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed = 0.0
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._fell_asleep = asyncio.Event()

    def now(self) -> datetime:
        """The start plus all that was advanced."""
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Seconds advanced so far."""
        return self._elapsed

    @property
    def sleepers(self) -> int:
        """How many are asleep now: what a test waits for before it advances."""
        return sum(not future.done() for _, _, future in self._sleepers)

    async def sleep(self, seconds: float) -> None:
        """Return once `advance` has passed the deadline; at once for nothing to wait for."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + seconds, next(self._order), future))
        self._fell_asleep.set()
        await future

    async def until_asleep(self, count: int = 1) -> None:
        """Wait until at least `count` are asleep: then everything that could run has run."""
        while self.sleepers < count:
            self._fell_asleep.clear()
            await self._fell_asleep.wait()

    async def advance(self, seconds: float) -> None:
        """Let time pass, waking each sleeper at its own moment and letting it run before the next."""
        goal = self._elapsed + seconds
        while self._sleepers and self._sleepers[0][0] <= goal:
            deadline, _, future = heapq.heappop(self._sleepers)
            self._elapsed = max(self._elapsed, deadline)
            if not future.done():
                future.set_result(None)
            await asyncio.sleep(0)
        self._elapsed = goal
        await asyncio.sleep(0)
