"""Books in a file, that several processes write in."""

import asyncio
import errno
import fcntl
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from runtui.model.clock import ManualClock, SystemClock
from runtui.model.errors import RateLimitedError
from runtui.simulation.faults import FaultLine
from runtui.transport import file_lock
from runtui.transport.books import Books, Level
from runtui.transport.file_lock import held
from runtui.transport.ledger import FileLedger
from runtui.transport.limits import Rate, RateBudget
from runtui.transport.urgency import polling
from tests.support.conditions import reached
from tests.support.source_tree import ROOT
from tests.unit.transport.conftest import OpenTransport


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "account"


def budget_of(path: Path, clock: ManualClock, *, per_second: float = 1.0, burst: float = 2.0) -> RateBudget:
    """What another process opens over the same file."""
    budget = RateBudget(clock, ledger=FileLedger(path, clock))
    budget.limit({}, polling=Rate(per_second, burst))
    return budget


def spoil(path: Path, content: bytes) -> None:
    path.write_bytes(content)


async def poll(budget: RateBudget) -> float:
    with polling():
        return await budget.take("runs")


async def test_what_one_takes_the_other_has_not(path: Path, clock: ManualClock) -> None:
    one, other = budget_of(path, clock), budget_of(path, clock)
    await poll(one)
    await poll(other)
    waiting = [asyncio.create_task(poll(budget)) for budget in (one, other)]
    await clock.until_asleep(2)
    assert one.gauge().waiting == other.gauge().waiting == 2
    await clock.advance(1.0)
    await reached(lambda: sum(task.done() for task in waiting) == 1)
    await clock.advance(1.0)
    await asyncio.gather(*waiting)
    assert other.gauge().made == 4


async def test_what_a_person_asks_for_goes_at_once_and_polling_pays_for_it(path: Path, clock: ManualClock) -> None:
    one, other = budget_of(path, clock), budget_of(path, clock)
    for _ in range(4):
        await one.take("runs")
    waiting = asyncio.create_task(poll(other))
    await clock.until_asleep()
    await clock.advance(2.9)
    assert not waiting.done()
    await clock.advance(0.2)
    await waiting


async def test_a_pause_the_service_asked_one_for_holds_for_all(path: Path, clock: ManualClock) -> None:
    one, other = budget_of(path, clock), budget_of(path, clock)
    await one.cool_down("runs", 30.0)
    assert other.gauge().cooled_until == clock.now() + timedelta(seconds=30)
    assert await other.take("runs", longest=5.0) == pytest.approx(30.0)
    waiting = asyncio.create_task(other.take("runs"))
    await clock.until_asleep()
    await clock.advance(29.0)
    assert not waiting.done()
    await clock.advance(1.1)
    assert await waiting == 0.0


async def test_a_scope_that_need_not_cool_down_goes_on(path: Path, clock: ManualClock) -> None:
    budget = budget_of(path, clock)
    await budget.cool_down("runs", 30.0)
    assert await budget.take("files", longest=0.0) == 0.0


async def test_a_clock_that_was_set_back_stops_nobody_for_longer(path: Path, clock: ManualClock) -> None:
    await budget_of(path, clock).cool_down("runs", 30.0)
    set_back = ManualClock(clock.now() - timedelta(days=2))
    assert await budget_of(path, set_back).take("runs", longest=5.0) == pytest.approx(30.0)
    waiting = [asyncio.create_task(poll(budget_of(path, set_back))) for _ in range(3)]
    await set_back.until_asleep(3)
    await set_back.advance(30.1)
    await reached(lambda: sum(task.done() for task in waiting) == 2)
    await set_back.until_asleep()
    await set_back.advance(1.1)
    await asyncio.gather(*waiting)


@pytest.mark.parametrize("content", [b"", b"\x80", b"nonsense", b"\x81\xa6levels\x81\xa1*\x82\xa4left\xcb\xff\xef\xff"])
async def test_a_spoilt_file_is_begun_anew(path: Path, clock: ManualClock, content: bytes) -> None:
    spoil(path, content)
    budget = budget_of(path, clock)
    assert await poll(budget) == 0.0
    assert budget_of(path, clock).gauge().made == 1


async def test_a_debt_nobody_can_have_made_is_not_waited_for(path: Path, clock: ManualClock) -> None:
    left = Level(left=-1e9, at=clock.now().timestamp())
    spoil(path, msgspec.msgpack.encode(Books(levels={"*": left})))
    assert budget_of(path, clock).gauge().waiting <= 64


async def test_where_no_file_can_be_written_each_counts_for_itself(clock: ManualClock) -> None:
    budget = budget_of(Path("/proc/nowhere/account"), clock)
    await poll(budget)
    await poll(budget)
    waiting = asyncio.create_task(poll(budget))
    await clock.until_asleep()
    assert budget.gauge().waiting == 1
    waiting.cancel()
    await asyncio.wait({waiting})


# the lock

HOLD_FOR_EVER = """
import sys, time
from pathlib import Path
from runtui.transport.file_lock import held
with held(Path(sys.argv[1])) as is_held:
    print(is_held, flush=True)
    time.sleep(600)
"""

COUNT = """
import asyncio, sys
from pathlib import Path
from runtui.model.clock import SystemClock
from runtui.transport.books import Rate
from runtui.transport.ledger import FileLedger
async def count():
    ledger = FileLedger(Path(sys.argv[1]), SystemClock())
    for _ in range(100):
        await ledger.change(lambda books, now: books.take("a", Rate(1e-9, 1000.0), 0.0))
asyncio.run(count())
"""


def begin(program: str, path: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=ROOT, stdout=subprocess.PIPE)


def without_locks(opened: int, operation: int) -> None:
    raise OSError(errno.ENOLCK, "no locks available")


def test_processes_that_write_at_the_same_time_lose_nothing(path: Path, clock: ManualClock) -> None:
    counting = [begin(COUNT, path) for _ in range(3)]
    for one in counting:
        one.communicate(timeout=60)
    left = FileLedger(path, clock).read(lambda books, now: books.levels["a"].left)
    assert round(left) == 700


def test_the_lock_of_a_process_that_was_killed_is_free_at_once(path: Path) -> None:
    with begin(HOLD_FOR_EVER, path) as holding:
        assert holding.stdout is not None
        assert holding.stdout.readline() == b"True\n"
        holding.send_signal(signal.SIGKILL)
        holding.wait()
        with held(path) as is_held:
            assert is_held


def test_a_process_that_stands_still_with_the_lock_is_not_waited_for_for_ever(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_lock, "_PATIENCE", 0.05)
    with begin(HOLD_FOR_EVER, path) as holding:
        assert holding.stdout is not None
        holding.stdout.readline()
        with held(path) as is_held:
            assert not is_held
        holding.kill()


def test_without_locks_of_the_system_only_one_can_create_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", without_locks)
    monkeypatch.setattr(file_lock, "_PATIENCE", 0.05)
    with held(path) as first, held(path) as second:
        assert (first, second) == (True, False)
    with held(path) as again:
        assert again


def test_a_file_a_dead_process_left_as_its_lock_is_taken_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", without_locks)
    left = path.with_name(f"{path.name}.held")
    left.touch()
    os.utime(left, (left.stat().st_mtime - 60,) * 2)
    with held(path) as is_held:
        assert is_held
    assert not left.exists()


async def test_what_one_process_is_refused_keeps_the_other_from_asking(
    open_transport: OpenTransport, faults: FaultLine, path: Path
) -> None:
    clock = SystemClock()
    one, other = (open_transport(budget=RateBudget(clock, ledger=FileLedger(path, clock))) for _ in range(2))
    faults.fail(status=429, headers={"Retry-After": "60"})
    with pytest.raises(RateLimitedError):
        await one.request("GET", "items", operation="list runs", scope="runs")
    asked = len(faults.requests)
    with pytest.raises(RateLimitedError) as raised:
        await other.request("GET", "items", operation="list runs", scope="runs")
    assert raised.value.retry_after == pytest.approx(60, abs=5)
    assert len(faults.requests) == asked
