"""A budget of requests per profile, so that we never get an account blocked."""

import asyncio
from collections.abc import Mapping

import msgspec

from runtui.model.clock import Clock


class Rate(msgspec.Struct, frozen=True):
    """How many requests a scope may make: `per_second` in the long run, `burst` at once."""

    per_second: float
    burst: float = 10.0


class RateBudget:
    """Token buckets by scope. A scope without a rate of its own is not limited.

    A scope is the service's own grouping of endpoints (Rescale: `jobs`, `runs`, `files`).
    """

    def __init__(self, clock: Clock, rates: Mapping[str, Rate] | None = None) -> None:
        self._clock = clock
        self._rates = dict(rates or {})
        self._level = {scope: rate.burst for scope, rate in self._rates.items()}
        self._at = {scope: clock.monotonic() for scope in self._rates}
        self._blocked_until: dict[str, float] = {}

    async def take(self, scope: str) -> None:
        """Wait until one more request of the scope is allowed, and count it.

        Waiters share the debt: each goes one interval after the one before it, in the order in which they came. One
        that is cancelled while it waits is not counted.
        """
        await self._wait_for_the_pause(scope)
        rate = self._rates.get(scope)
        if rate is None:
            return
        level = self._refill(scope, rate) - 1.0
        self._level[scope] = level
        try:
            if level < 0:
                await self._clock.sleep(-level / rate.per_second)
            await self._wait_for_the_pause(scope)
        except asyncio.CancelledError:
            self._level[scope] += 1.0
            raise

    async def _wait_for_the_pause(self, scope: str) -> None:
        while (wait := self.pause_left(scope)) > 0:
            await self._clock.sleep(wait)

    def cool_down(self, scope: str, seconds: float) -> None:
        """Let no request of the scope go for that long: what a service asks for with `Retry-After`."""
        until = self._clock.monotonic() + seconds
        self._blocked_until[scope] = max(until, self._blocked_until.get(scope, 0.0))

    def pause_left(self, scope: str) -> float:
        """Seconds until the scope has cooled down; 0 when it need not."""
        return max(0.0, self._blocked_until.get(scope, 0.0) - self._clock.monotonic())

    def share_left(self, scope: str) -> float:
        """How much of the scope's burst is left, 0 to 1; 0 while it cools down, 1 when it is not limited."""
        if self.pause_left(scope):
            return 0.0
        rate = self._rates.get(scope)
        return 1.0 if rate is None else max(0.0, self._refill(scope, rate) / rate.burst)

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that are limited or cooling down."""
        return tuple(dict.fromkeys((*self._rates, *self._blocked_until)))

    def _refill(self, scope: str, rate: Rate) -> float:
        now = self._clock.monotonic()
        level = min(rate.burst, self._level[scope] + (now - self._at[scope]) * rate.per_second)
        self._level[scope], self._at[scope] = level, now
        return level
