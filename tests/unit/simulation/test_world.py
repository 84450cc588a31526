"""The clock and the chance of a scripted world."""

import threading
from datetime import UTC, datetime, timedelta

from runtui.simulation.world import World

START = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)


def test_a_world_without_speed_stands_still_until_it_is_moved() -> None:
    world = World(speed=0, start=START)
    assert world.now() == world.now() == START
    world.advance(90.5)
    assert (world.elapsed, world.now()) == (90.5, START + timedelta(seconds=90.5))


def test_a_world_with_speed_moves_by_itself() -> None:
    world = World(speed=1e9, start=START)
    first = world.elapsed
    while world.elapsed == first:
        pass
    assert world.elapsed > first


def test_a_world_begins_now_in_whole_seconds_of_utc() -> None:
    start = World(speed=0).start
    assert (start.microsecond, start.tzinfo) == (0, UTC)
    assert abs((datetime.now(UTC) - start).total_seconds()) < 5


def test_chance_is_the_same_for_the_same_names_and_seed() -> None:
    world, again, other = World(seed=1, speed=0), World(seed=1, speed=0), World(seed=2, speed=0)
    assert world.chance("run", 7).random() == again.chance("run", 7).random()
    assert world.chance("run", 7).random() == world.chance("run", 7).random()
    assert world.chance("run", 7).random() != world.chance("run", 8).random()
    assert world.chance("run", 7).random() != other.chance("run", 7).random()


def test_no_advance_is_lost_between_threads() -> None:
    world = World(speed=0)

    def advance() -> None:
        for _ in range(1000):
            world.advance(1.0)

    threads = [threading.Thread(target=advance) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.elapsed == 4000.0
