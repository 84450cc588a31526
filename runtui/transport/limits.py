"""A budget of requests per account, so that we never get one blocked."""

import asyncio
import math
from collections.abc import Mapping
from datetime import timedelta

from runtui.model.call_gauge import CallGauge
from runtui.model.clock import Clock
from runtui.transport.books import Books, Rate
from runtui.transport.ledger import Ledger, MemoryLedger
from runtui.transport.urgency import is_polling

__all__ = ["Rate", "RateBudget"]

_POLLING = "*"
"""The level that keeping lists up to date draws on; no service has a scope of that name."""


class RateBudget:
    """Token buckets by scope, in books that other processes may write in as well.

    A scope is the service's own grouping of endpoints (Rescale: `jobs`, `runs`, `files`); one without a rate of its
    own is not limited. Beside them requests that nobody asked for have a rate for all scopes together. What a person
    asks for counts on it too and does not wait for it: polling pays for that later.
    """

    def __init__(self, clock: Clock, rates: Mapping[str, Rate] | None = None, *, ledger: Ledger | None = None) -> None:
        self._clock = clock
        self._ledger = ledger or MemoryLedger(clock)
        self._rates = dict(rates or {})
        self._polling: Rate | None = None
        self.taken = 0
        """How many requests this budget let go."""

    def limit(self, rates: Mapping[str, Rate], *, polling: Rate | None = None) -> None:
        """Let these rates hold from now on: by scope, and of all requests nobody asked for."""
        self._rates, self._polling = dict(rates), polling

    async def take(self, scope: str, *, longest: float = math.inf) -> float:
        """Wait until one more request of the scope is allowed, and count it; gives 0 then.

        Waiters share the debt: each goes one interval after the one before it, in the order in which they came. One
        that is cancelled while it waits is not counted. Where the service wants a pause that is left for more than
        `longest` seconds nothing is taken: gives what is left of it.
        """
        drawn = self._drawn(scope)
        while True:
            pause, wait = await self._ledger.change(lambda books, now: _attempt(books, now, scope, drawn))
            if pause > longest:
                return pause
            if not pause:
                break
            await self._clock.sleep(pause)
        try:
            if wait:
                await self._clock.sleep(wait)
                await self._wait_for_the_pause(scope)
        except asyncio.CancelledError:
            await self._ledger.change(lambda books, _: books.give_back(name for name, _, _ in drawn))
            raise
        self.taken += 1
        return 0.0

    def _drawn(self, scope: str) -> list[tuple[str, Rate, bool]]:
        """What a request draws on, and whether it waits for it."""
        rate = self._rates.get(scope)
        drawn = [] if rate is None else [(scope, rate, True)]
        return drawn if self._polling is None else [*drawn, (_POLLING, self._polling, is_polling())]

    async def _wait_for_the_pause(self, scope: str) -> None:
        while pause := await self._ledger.change(lambda books, now: books.pause_left(scope, now)):
            await self._clock.sleep(pause)

    async def cool_down(self, scope: str, seconds: float) -> None:
        """Let no request of the scope go for that long: what a service asks for with `Retry-After`."""
        await self._ledger.change(lambda books, now: books.pause(scope, seconds, now))

    def gauge(self) -> CallGauge:
        """How the account does. May read a file."""
        return self._ledger.read(self._gauge)

    def _gauge(self, books: Books, now: float) -> CallGauge:
        polling = self._polling
        left = 0.0 if polling is None else books.refilled(_POLLING, polling, now).left
        pause = max((books.pause_left(scope, now) for scope in books.pauses), default=0.0)
        return CallGauge(
            made=books.made_lately(now),
            allowed=None if polling is None else polling.per_second * 60,
            waiting=max(0, math.ceil(-left)),
            cooled_until=self._clock.now() + timedelta(seconds=pause) if pause else None,
        )


def _attempt(books: Books, now: float, scope: str, drawn: list[tuple[str, Rate, bool]]) -> tuple[float, float]:
    """The pause there is, with nothing counted; or, with one request counted, how long it waits for its turn."""
    if pause := books.pause_left(scope, now):
        return pause, 0.0
    books.note_made(now)
    waits = [(books.take(name, rate, now), does_wait) for name, rate, does_wait in drawn]
    return 0.0, max((wait for wait, does_wait in waits if does_wait), default=0.0)
