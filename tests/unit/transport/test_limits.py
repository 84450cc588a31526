"""The budget of requests."""

import asyncio
from datetime import timedelta

import pytest

from runtui.model.clock import ManualClock
from runtui.transport.limits import Rate, RateBudget
from tests.support.conditions import reached


class Queue:
    """Takers of one scope, and the second at which each was let through."""

    def __init__(self, clock: ManualClock, budget: RateBudget, scope: str = "runs") -> None:
        self._clock = clock
        self._budget = budget
        self._scope = scope
        self.passed: list[tuple[str, float]] = []

    def add(self, name: str) -> "asyncio.Task[None]":
        """One more taker, behind those before it."""
        return asyncio.create_task(self._take(name))

    async def _take(self, name: str) -> None:
        await self._budget.take(self._scope)
        self.passed.append((name, round(self._clock.monotonic(), 6)))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def budget_of(clock: ManualClock, per_second: float = 2.0, burst: float = 2.0) -> RateBudget:
    return RateBudget(clock, {"runs": Rate(per_second=per_second, burst=burst)})


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_burst_goes_at_once_and_the_rest_one_interval_apart_in_order(clock: ManualClock) -> None:
    queue = Queue(clock, budget_of(clock))
    takers = [queue.add(name) for name in "abcde"]
    await settled()
    await clock.advance(10.0)
    await asyncio.gather(*takers)
    assert queue.passed == [("a", 0.0), ("b", 0.0), ("c", 0.5), ("d", 1.0), ("e", 1.5)]


async def test_the_burst_fills_up_again_and_not_beyond(clock: ManualClock) -> None:
    budget = budget_of(clock)
    queue = Queue(clock, budget)
    await asyncio.gather(*(queue.add("before") for _ in range(2)))
    await clock.advance(100.0)
    takers = [queue.add(name) for name in "abc"]
    await settled()
    await clock.advance(10.0)
    await asyncio.gather(*takers)
    assert queue.passed[2:] == [("a", 100.0), ("b", 100.0), ("c", 100.5)]


async def test_a_scope_without_a_rate_is_not_limited(clock: ManualClock) -> None:
    budget = budget_of(clock)
    for _ in range(100):
        await budget.take("files")
    assert clock.sleepers == 0


async def test_nobody_goes_while_a_scope_cools_down(clock: ManualClock) -> None:
    budget = budget_of(clock)
    queue = Queue(clock, budget)
    await budget.cool_down("runs", 30.0)
    assert budget.gauge().cooled_until == clock.now() + timedelta(seconds=30)
    taker = queue.add("a")
    await settled()
    await clock.advance(29.9)
    assert queue.passed == []
    await clock.advance(0.2)
    await taker
    assert queue.passed == [("a", 30.0)]


async def test_who_waits_for_its_turn_when_the_pause_begins_waits_for_its_end_too(clock: ManualClock) -> None:
    budget = budget_of(clock, burst=1.0)
    queue = Queue(clock, budget)
    takers = [queue.add(name) for name in "ab"]
    await settled()
    await budget.cool_down("runs", 7.0)
    await clock.advance(6.9)
    assert queue.passed == [("a", 0.0)]
    await clock.advance(1.0)
    await asyncio.gather(*takers)
    assert queue.passed[1] == ("b", 7.0)


async def test_a_shorter_pause_does_not_end_a_longer_one(clock: ManualClock) -> None:
    budget = budget_of(clock)
    await budget.cool_down("runs", 30.0)
    await budget.cool_down("runs", 5.0)
    assert budget.gauge().cooled_until == clock.now() + timedelta(seconds=30)


async def test_a_pause_made_longer_is_waited_for_to_its_end(clock: ManualClock) -> None:
    budget = budget_of(clock)
    queue = Queue(clock, budget)
    await budget.cool_down("runs", 5.0)
    taker = queue.add("a")
    await settled()
    await budget.cool_down("runs", 9.0)
    await clock.advance(20.0)
    await reached(taker.done)
    assert queue.passed == [("a", 9.0)]


async def test_who_gives_up_waiting_is_not_counted(clock: ManualClock) -> None:
    budget = budget_of(clock, per_second=1.0, burst=1.0)
    queue = Queue(clock, budget)
    first = queue.add("a")
    leaving = [queue.add("gone") for _ in range(5)]
    await settled()
    for taker in leaving:
        taker.cancel()
    await asyncio.wait(leaving)
    last = queue.add("z")
    await settled()
    await clock.advance(1.0)
    await asyncio.gather(first, last)
    assert queue.passed == [("a", 0.0), ("z", 1.0)]
