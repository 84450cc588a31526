"""Time that stands still until it is advanced."""

import asyncio
from datetime import UTC, timedelta

from runtui.model.clock import Clock, ManualClock, SystemClock


async def test_time_passes_only_when_it_is_advanced() -> None:
    clock = ManualClock()
    start = clock.now()
    await asyncio.sleep(0)
    assert clock.now() == start
    await clock.advance(90)
    assert clock.now() == start + timedelta(seconds=90)
    assert clock.monotonic() == 90


async def test_sleepers_wake_at_their_own_moment_and_in_order() -> None:
    clock, woken = ManualClock(), list[tuple[str, float]]()

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.monotonic()))

    async with asyncio.TaskGroup() as group:
        for name, seconds in (("late", 3.0), ("early", 1.0), ("second early", 1.0)):
            group.create_task(sleeper(name, seconds))
        await clock.until_asleep(3)
        await clock.advance(0.5)
        assert woken == []
        await clock.advance(10)
    assert woken == [("early", 1.0), ("second early", 1.0), ("late", 3.0)]
    assert clock.monotonic() == 10.5


async def test_one_who_sleeps_again_wakes_again_within_one_advance() -> None:
    clock, beats = ManualClock(), list[float]()

    async def heart() -> None:
        for _ in range(3):
            await clock.sleep(2)
            beats.append(clock.monotonic())

    async with asyncio.TaskGroup() as group:
        group.create_task(heart())
        await clock.until_asleep()
        await clock.advance(7)
    assert beats == [2, 4, 6]


async def test_one_who_was_cancelled_is_no_sleeper_any_more() -> None:
    clock = ManualClock()
    task = asyncio.create_task(clock.sleep(5))
    await clock.until_asleep()
    assert clock.sleepers == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert clock.sleepers == 0
    await clock.advance(10)


async def test_sleeping_for_no_time_returns_at_once() -> None:
    clock = ManualClock()
    await clock.sleep(0)
    await clock.sleep(-1)
    assert clock.sleepers == 0


async def test_the_clock_of_this_machine_is_aware_and_moves_on() -> None:
    clock: Clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(-1)
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() >= before
