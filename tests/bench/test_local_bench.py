"""Runs of this machine beside their floors: a sweep and `xargs -P2`, a list of 10,000 and the least that reads them, a
start and that of a bare Python."""

import asyncio
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from runtui.backends.local.backend import LocalBackend
from runtui.backends.protocol import Listing
from tests.support.cpu import best_cpu_seconds
from tests.support.local_runs import LocalRuns, end_all_runs, until

pytestmark = pytest.mark.bench
COUNT = 10_000
RUNS = 100
SECONDS = 0.2


@pytest.fixture
def here(tmp_path: Path) -> LocalRuns:
    return LocalRuns(tmp_path)


def timed(call: Callable[[], object]) -> float:
    """Seconds on the wall."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def test_a_sweep_costs_little_over_xargs(here: LocalRuns) -> None:
    """What a run costs beyond its own time, twice of each, in turns; the bar is a tenth of a run of one second."""

    def sweep() -> None:
        runs = asyncio.run(here.start_all("sleep", f"{SECONDS}", sweep={"x": f"1:{RUNS}"}, parallel=2))
        until(lambda: here.record(runs[-1]).status == "succeeded" and here.record(runs[-2]).status == "succeeded", 120)

    def xargs() -> None:
        command = f"seq {RUNS} | xargs -P2 -I{{}} sleep {SECONDS}"
        subprocess.run(["sh", "-c", command], check=True)

    ours, theirs = [], []
    for _ in range(2):
        theirs.append(timed(xargs))
        ours.append(timed(sweep))
    extra = (min(ours) - min(theirs)) / (RUNS / 2)
    print(
        f"\n{RUNS} runs of {SECONDS} s, two at a time: sweep {min(ours):.2f} s, xargs {min(theirs):.2f} s"
        f"   {extra * 1000:.1f} ms more a run: {extra:.1%} of one second"
    )


def test_listing_ten_thousand_runs(here: LocalRuns) -> None:
    run = asyncio.run(here.start("echo", "Cd = 0.3", variables={"x": "1", "y": "2"}))
    here.ended(run)
    text = here.path(run, "record.json").read_text()
    for number in range(COUNT - 1):
        folder = here.folders.runs / f"{number:08x}"
        folder.mkdir()
        (folder / "record.json").write_text(text.replace(f'"id":"{run.id}"', f'"id":"{number:08x}"'))

    def listed(backend: LocalBackend, *, full: bool) -> int:
        async def count() -> int:
            return sum([len(batch.runs) async for batch in backend.iterate_runs(Listing(full=full))])

        return asyncio.run(count())

    def read_all() -> int:
        return len([msgspec.json.decode(path.read_bytes()) for path in here.folders.runs.glob("*/record.json")])

    floor, count = best_cpu_seconds(read_all, repeats=2)
    listed(here.opened(), full=True)
    first, found = best_cpu_seconds(lambda: listed(here.opened(), full=True), repeats=3)
    watching = here.opened()
    listed(watching, full=True)
    again, _ = best_cpu_seconds(lambda: listed(watching, full=False), repeats=5)
    assert found == count == COUNT
    print(
        f"\n{COUNT} runs: {first * 1000:.0f} ms to list in a new program, {again * 1000:.1f} ms to look again"
        f"   reading and decoding every record {floor * 1000:.0f} ms"
    )


def test_what_a_supervisor_weighs_and_a_start_takes(here: LocalRuns) -> None:
    bare = min(
        timed(lambda: subprocess.run([sys.executable, "-I", "-S", "-E", "-c", ""], check=True)) for _ in range(5)
    )

    async def start() -> tuple[float, int]:
        began = time.perf_counter()
        run = await here.start("sleep", "30")
        took = time.perf_counter() - began
        return took, here.until_running(run).supervisor.pid

    took, pids = zip(*(asyncio.run(start()) for _ in range(5)), strict=True)
    page = resource.getpagesize()
    sizes = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page for pid in pids]
    before = [_ticks(pid) for pid in pids]
    time.sleep(6)
    ticks = sum(_ticks(pid) for pid in pids) - sum(before)
    end_all_runs(here.folders.root)
    print(
        f"\na start takes {min(took) * 1000:.0f} ms (a bare Python {bare * 1000:.0f} ms); a supervisor weighs"
        f" {max(sizes) / 1e6:.1f} MB and used {ticks * 10 / 6 / 5:.2f} ms of processor a second"
    )


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 100 // os.sysconf("SC_CLK_TCK")
