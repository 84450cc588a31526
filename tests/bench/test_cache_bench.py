"""Loading and saving the known runs, beside the mere decoding and encoding of them; and what a feed adds to it."""

import gc
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from runtui.backends.protocol import RunBatch
from runtui.config.profile import Origin, Profile
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.cache import RunCache
from runtui.services.store import Store
from tests.support.cpu import best_cpu_seconds
from tests.support.sample_runs import sweep_runs
from tests.support.source_tree import ROOT

pytestmark = pytest.mark.bench
NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)
PROFILE = Profile(name="hpc", service="rescale", origin=Origin(place="a bench"))

RESIDENT = """
import sys
from pathlib import Path
from runtui.services.cache import RunCache
from tests.bench.test_cache_bench import PROFILE
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
before = resident()
cached = RunCache(Path(sys.argv[1])).load(PROFILE)
print(f"{resident() - before:.0f} MB for {len(cached.runs):,} runs")
"""

LISTED = """
import msgspec
from pathlib import Path
from runtui.backends.protocol import RunBatch
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.store import Store
from tests.support.sample_runs import sweep_runs
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
store, before = Store(keeps_small=True), resident()
for scope in range(1000):
    runs = [
        msgspec.structs.replace(run, id=f"{scope}/{run.id}", status=Status.SUCCEEDED) for run in sweep_runs(100, scope)
    ]
    answer = msgspec.msgpack.decode(msgspec.msgpack.encode(runs), type=list[Run])
    store.apply("hpc", RunBatch(scope=str(scope), runs=answer, is_last=True), full=True)
print(f"{resident() - before:.0f} MB for {len(store.runs):,} runs")
"""


def told(name: str, seconds: float, floor: float) -> None:
    print(f"\n   {name:44} {seconds * 1000:8.1f} ms   {seconds / floor:6.2f} x", end="")


@pytest.mark.parametrize("count", [10_000, 100_000])
def test_loading_and_saving_beside_decoding_and_encoding(tmp_path: Path, count: int) -> None:
    runs = sweep_runs(count)
    cache = RunCache(tmp_path)
    encode, content = best_cpu_seconds(lambda: msgspec.msgpack.encode(runs), 3)
    decode, _ = best_cpu_seconds(lambda: msgspec.msgpack.decode(content, type=list[Run]), 3)
    folders = iter(range(9))

    def save_all() -> bool:
        RunCache(tmp_path / str(next(folders))).save(PROFILE, runs, NOW)
        return True

    save, _ = best_cpu_seconds(save_all, 2)
    cache.save(PROFILE, runs, NOW)
    load, _ = best_cpu_seconds(lambda: cache.load(PROFILE), 3)
    changed = [msgspec.structs.replace(run, status=Status.FAILED) for run in runs[:20]]
    add, _ = best_cpu_seconds(lambda: cache.add(PROFILE, changed, [], NOW, counts={Status.SUCCEEDED: count}), 3)
    refresh, _ = best_cpu_seconds(lambda: cache.add(PROFILE, [], [], NOW, counts={Status.SUCCEEDED: count}), 3)
    print(f"\n{count:9,} runs, {len(content) / 1e6:.1f} MB, CPU beside decoding alone", end="")
    told("decode alone", decode, decode)
    told("load", load, decode)
    told("encode alone", encode, decode)
    told("save all", save, decode)
    told("save 20 that changed", add, decode)
    told("save that nothing changed", refresh, decode)


def test_what_a_hundred_thousand_loaded_runs_take(tmp_path: Path) -> None:
    RunCache(tmp_path).save(PROFILE, sweep_runs(100_000), NOW)
    gc.collect()
    command = [sys.executable, "-c", RESIDENT, str(tmp_path)]
    print(
        "\n   " + subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip(), end=""
    )


def test_what_a_hundred_thousand_listed_runs_take_in_a_store() -> None:
    command = [sys.executable, "-c", LISTED]
    print(
        "\n   " + subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip(), end=""
    )


def test_a_poll_of_twenty_live_runs_among_a_hundred_thousand_beside_one_among_twenty() -> None:
    def store_of(count: int) -> Store:
        store = Store()
        over = [msgspec.structs.replace(run, status=Status.SUCCEEDED) for run in sweep_runs(count)]
        store.restore("hpc", over)
        return store

    few, many = store_of(20), store_of(100_000)
    live = [msgspec.structs.replace(run, status=Status.RUNNING) for run in sweep_runs(20)]

    def poll(store: Store) -> bool:
        for _ in range(50):
            store.unfinished("hpc")
            store.apply("hpc", RunBatch(scope="s", runs=live), full=False)
            store.count_of("hpc")
        return True

    floor, _ = best_cpu_seconds(lambda: poll(few))
    seconds, _ = best_cpu_seconds(lambda: poll(many))
    told("a poll among 20", floor / 50, floor / 50)
    told("a poll among 100,000", seconds / 50, floor / 50)
