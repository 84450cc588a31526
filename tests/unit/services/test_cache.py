import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.backends.protocol import RunBatch
from runtui.config.profile import Origin, Profile
from runtui.model.errors import StorageError
from runtui.model.run import Run
from runtui.model.secret import Secret
from runtui.model.status import Status
from runtui.model.variable import Role, Variable
from runtui.services.cache import SEGMENT, RunCache
from runtui.services.newest_runs import NEWEST
from runtui.services.store import Store
from tests.support.sample_runs import sweep_runs
from tests.support.scripted_backend import run_of
from tests.support.source_tree import ROOT

NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)
LATER = datetime(2026, 1, 29, 10, 1, tzinfo=UTC)


def profile(**options: object) -> Profile:
    return Profile(name="p", service="scripted", options=options, origin=Origin(place="a test"))


@pytest.fixture
def cache(tmp_path: Path) -> RunCache:
    return RunCache(tmp_path)


def loaded(cache: RunCache) -> dict[str, Run]:
    cached = cache.load(profile())
    assert cached is not None
    return {run.id: run for run in cached.runs}


def files(cache: RunCache) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in cache.folder_of(profile()).iterdir()}


def written(cache: RunCache, before: dict[str, bytes]) -> int:
    """The bytes of files that are new or other than before."""
    return sum(len(content) for name, content in files(cache).items() if before.get(name) != content)


def some(count: int) -> dict[Status, int]:
    """So many runs there are."""
    return {Status.SUCCEEDED: count}


def make_old(cache: RunCache) -> None:
    """Let every file but the index be an hour old."""
    for path in cache.folder_of(profile()).iterdir():
        if path.name != "index":
            os.utime(path, (path.stat().st_mtime - 3600,) * 2)


def many_runs(count: int) -> list[Run]:
    return [run_of(str(number), Status.SUCCEEDED) for number in range(count)]


def test_runs_come_back_as_they_were(cache: RunCache) -> None:
    runs = [
        run_of("1", Status.FAILED, started_at=NOW, message="why", extra={"a": "b"}),
        run_of("2", variables=(Variable(name="Cd", role=Role.OUTPUT, value=-0.5, text="-0.5"),)),
    ]
    cache.save(profile(), runs, NOW)
    cached = cache.load(profile())
    assert cached is not None
    assert (cached.runs, cached.refreshed_at) == (runs, NOW)


def test_runs_whose_equal_texts_are_held_once_come_back_as_they_were(cache: RunCache) -> None:
    runs = sweep_runs(2 * SEGMENT)
    cache.save(profile(), runs, NOW)
    cached = cache.load(profile())
    assert cached is not None
    assert cached.runs == runs
    assert cached.runs[0].owner is next(run.owner for run in cached.runs[1:] if run.owner == runs[0].owner)


def test_there_is_nothing_before_anything_was_saved(cache: RunCache) -> None:
    assert cache.load(profile()) is None


def test_another_address_under_the_same_name_has_another_folder(cache: RunCache) -> None:
    cache.save(profile(url="https://one"), [run_of("1")], NOW)
    assert cache.load(profile(url="https://two")) is None


def test_a_changed_token_finds_the_same_folder_and_leaves_no_trace_in_its_name(cache: RunCache) -> None:
    cache.save(profile(token="one-token"), [run_of("1")], NOW)
    assert cache.load(profile(token="another")) is not None
    assert "one-token" not in cache.folder_of(profile(token="one-token")).name


def test_everything_is_for_its_owner_alone(cache: RunCache) -> None:
    cache.save(profile(), [run_of("1")], NOW)
    folder = cache.folder_of(profile())
    assert [path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())] == [0, 0, 0]


def test_the_files_of_another_user_are_not_read(cache: RunCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.save(profile(), [run_of("1")], NOW)
    somebody = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: somebody)
    assert cache.load(profile()) is None


# changes


def test_what_changed_came_and_went_is_added_to_what_there_was(cache: RunCache) -> None:
    cache.save(profile(), [run_of("1"), run_of("2"), run_of("3")], NOW)
    assert cache.add(profile(), [run_of("2", Status.FAILED), run_of("4")], ["3"], LATER, counts=some(3))
    assert {run_id: run.status for run_id, run in loaded(cache).items()} == {
        "1": Status.RUNNING,
        "2": Status.FAILED,
        "4": Status.RUNNING,
    }


def test_a_run_that_went_and_comes_again_is_there(cache: RunCache) -> None:
    cache.save(profile(), [run_of("1")], NOW)
    assert cache.add(profile(), [], ["1"], NOW, counts=some(0))
    assert loaded(cache) == {}
    assert cache.add(profile(), [run_of("1", Status.QUEUED)], [], NOW, counts=some(1))
    assert loaded(cache)["1"].status is Status.QUEUED


def test_one_change_among_many_runs_writes_little_and_a_mere_refresh_next_to_nothing(cache: RunCache) -> None:
    cache.save(profile(), many_runs(10 * SEGMENT), NOW)
    whole = sum(map(len, files(cache).values()))
    before = files(cache)
    assert cache.add(profile(), [run_of("7", Status.FAILED)], [], LATER, counts=some(10 * SEGMENT))
    assert written(cache, before) < whole / 500
    before = files(cache)
    assert cache.add(profile(), [], [], LATER, counts=some(10 * SEGMENT))
    assert written(cache, before) < whole / 1000


def test_changes_are_gathered_in_one_file_until_it_is_full(cache: RunCache) -> None:
    cache.save(profile(), many_runs(3 * SEGMENT), NOW)
    for number in range(50):
        assert cache.add(profile(), [run_of(str(number), Status.FAILED)], [], NOW, counts=some(3 * SEGMENT))
        make_old(cache)
    assert len(files(cache)) <= 1 + 4 + 1
    assert sum(run.status is Status.FAILED for run in loaded(cache).values()) == 50


def test_when_more_is_untrue_than_true_all_has_to_be_saved_anew(cache: RunCache) -> None:
    cache.save(profile(), many_runs(3 * SEGMENT), NOW)
    assert not cache.add(profile(), [run_of("1")], [], NOW, counts=some(SEGMENT // 2))
    cache.save(profile(), many_runs(5), NOW)
    assert len(loaded(cache)) == 5


def test_without_anything_to_add_to_all_has_to_be_saved(cache: RunCache) -> None:
    assert not cache.add(profile(), [run_of("1")], [], NOW, counts=some(1))


def test_two_processes_that_take_turns_build_on_each_other(tmp_path: Path) -> None:
    one, other = RunCache(tmp_path), RunCache(tmp_path)
    one.save(profile(), many_runs(2 * SEGMENT), NOW)
    for number in range(0, 40, 2):
        assert one.add(profile(), [run_of(str(number), Status.FAILED)], [], NOW, counts=some(2 * SEGMENT))
        assert other.add(profile(), [run_of(str(number + 1), Status.STOPPED)], [], NOW, counts=some(2 * SEGMENT))
    statuses = {run_id: run.status for run_id, run in loaded(one).items()}
    assert [statuses[str(number)] for number in range(40)] == [Status.FAILED, Status.STOPPED] * 20


def test_old_files_nobody_names_go_and_those_a_process_may_still_read_stay_a_while(cache: RunCache) -> None:
    cache.save(profile(), many_runs(3), NOW)
    cache.save(profile(), many_runs(4), NOW)
    assert len(files(cache)) == 3
    make_old(cache)
    cache.save(profile(), many_runs(5), NOW)
    cache.save(profile(), many_runs(6), NOW)
    assert len(files(cache)) == 3
    assert len(loaded(cache)) == 6


# what goes wrong


@given(st.integers(0, 400), st.binary(max_size=20))
def test_an_index_cut_off_or_spoilt_anywhere_is_as_good_as_none(cut: int, spoilt: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = RunCache(Path(folder))
        cache.save(profile(), [run_of("1", message="x" * 100)], NOW)
        path = cache.folder_of(profile()) / "index"
        content = path.read_bytes()
        path.write_bytes(content[: min(cut, len(content) - 1)] + spoilt)
        cached = cache.load(profile())
        assert cached is None or [run.id for run in cached.runs] in ([], ["1"])


@pytest.mark.parametrize("cut", [0, 1, 1000])
def test_of_a_file_cut_off_the_runs_are_missing_and_all_is_saved_anew(cache: RunCache, cut: int) -> None:
    cache.save(profile(), many_runs(2 * SEGMENT), NOW)
    path = next(path for path in cache.folder_of(profile()).iterdir() if path.name != "index")
    path.write_bytes(path.read_bytes()[:cut])
    assert len(loaded(cache)) == SEGMENT
    assert not cache.add(profile(), [run_of("1")], [], NOW, counts=some(2 * SEGMENT))


def test_an_index_of_another_version_is_as_good_as_none(cache: RunCache) -> None:
    cache.save(profile(), [run_of("1")], NOW)
    path = cache.folder_of(profile()) / "index"
    path.write_bytes(path.read_bytes().replace(b"version\x02", b"version\x03"))
    assert cache.load(profile()) is None


def test_a_folder_that_cannot_be_made_is_named() -> None:
    with pytest.raises(StorageError, match="/proc"):
        RunCache(Path("/proc/nowhere")).save(profile(), [], NOW)


def test_no_secret_can_be_saved(cache: RunCache) -> None:
    with pytest.raises(TypeError):
        cache.save(profile(), [run_of("1", message=Secret("planted-token"))], NOW)


SAVE_FOR_EVER = """
import sys
from pathlib import Path
from runtui.services.cache import RunCache
from tests.unit.services.test_cache import NOW, many_runs, profile, run_of
from runtui.model.status import Status
cache = RunCache(Path(sys.argv[1]))
number = 0
many = {Status.SUCCEEDED: 3000}
print("begun", flush=True)
while True:
    number += 1
    if number % 5 == 0 or not cache.add(profile(), [run_of(str(number % 900), Status.FAILED)], [], NOW, counts=many):
        cache.save(profile(), many_runs(3000), NOW)
"""


def test_a_kill_at_any_moment_leaves_every_run(cache: RunCache, tmp_path: Path) -> None:
    cache.save(profile(), many_runs(3000), NOW)
    for _ in range(2):
        command = [sys.executable, "-c", SAVE_FOR_EVER, str(tmp_path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as saving:
            assert saving.stdout is not None
            saving.stdout.readline()
            for _ in range(20):
                assert len(loaded(cache)) == 3000
            saving.kill()
        assert len(loaded(cache)) == 3000


def test_restored_runs_stay_until_a_whole_listing_does_not_hold_them() -> None:
    store = Store()
    store.restore("p", [run_of("old"), run_of("known")])
    store.apply("p", RunBatch(scope="s", runs=[run_of("known")], is_last=True), full=True)
    store.end_listing("p", ["s"], is_whole=False)
    assert {reference.id for reference in store.runs} == {"old", "known"}
    store.apply("p", RunBatch(scope="s", runs=[run_of("known")], is_last=True), full=True)
    store.end_listing("p", ["s"])
    assert {reference.id for reference in store.runs} == {"known"}


def test_a_restored_run_that_went_and_came_again_is_none_any_more() -> None:
    store = Store()
    store.restore("p", [run_of("old"), run_of("other")])
    store.remove([run_of("old").reference])
    store.put(run_of("old"))
    store.end_listing("p", [])
    assert {reference.id for reference in store.runs} == {"old"}


def test_a_restored_run_stays_when_the_scope_that_listed_it_is_not_spoken_of_once() -> None:
    store = Store()
    store.restore("p", [run_of("old")])
    store.apply("p", RunBatch(scope="s", runs=[run_of("old"), run_of("new")], is_last=True), full=True)
    store.end_listing("p", ["failed"], is_whole=False)
    assert {reference.id for reference in store.runs} == {"old"}
    store.end_listing("p", ["failed"])
    assert not store.runs


def newest(cache: RunCache) -> list[str]:
    cached = cache.load_newest(profile())
    assert cached is not None
    assert not cached.is_whole
    return [run.id for run in cached.runs]


def test_the_newest_of_many_runs_are_read_without_the_others(cache: RunCache) -> None:
    runs = sweep_runs(2 * SEGMENT)
    cache.save(profile(), runs[::-1], NOW)
    index = msgspec.msgpack.decode((cache.folder_of(profile()) / "index").read_bytes().partition(b"\n")[2])
    for segment in index["segments"]:
        (cache.folder_of(profile()) / segment["name"]).unlink()
    assert newest(cache) == [run.id for run in runs[:NEWEST]]


def test_the_newest_of_few_runs_are_all_of_them(cache: RunCache) -> None:
    runs = sweep_runs(2 * NEWEST)
    cache.save(profile(), runs, NOW)
    assert cache.load_newest(profile()) == cache.load(profile())


def test_the_newest_are_kept_up_with_what_changes(cache: RunCache) -> None:
    runs = sweep_runs(SEGMENT)
    cache.save(profile(), runs, NOW)
    came = run_of("new", created_at=LATER)
    assert cache.add(profile(), [came], [runs[1].id], LATER, counts=some(SEGMENT))
    assert newest(cache)[:3] == ["new", runs[0].id, runs[2].id]
    assert cache.add(profile(), [], [], LATER, counts=some(SEGMENT))
    assert newest(cache)[:3] == ["new", runs[0].id, runs[2].id]


def counts_of_newest(cache: RunCache) -> tuple[int, dict[Status, int]]:
    cached = cache.load_newest(profile())
    assert cached is not None
    assert not cached.is_whole
    return cached.count, {status: number for status, number in cached.counts.items() if number}


def test_how_many_of_all_runs_have_each_status_is_read_with_the_newest(cache: RunCache) -> None:
    runs = sweep_runs(2 * SEGMENT)
    cache.save(profile(), runs, NOW)
    counts = {status: sum(run.status is status for run in runs) for status in Status}
    assert counts_of_newest(cache) == (2 * SEGMENT, counts)
    changed = {Status.FAILED: 2 * SEGMENT - 1, Status.RUNNING: 1}
    assert cache.add(profile(), [run_of("1", Status.RUNNING)], [], LATER, counts=changed)
    assert counts_of_newest(cache) == (2 * SEGMENT, changed)


def test_an_index_whose_writer_counted_nothing_is_read_all_the_same(cache: RunCache) -> None:
    runs = sweep_runs(SEGMENT)
    cache.save(profile(), runs, NOW)
    path = cache.folder_of(profile()) / "index"
    magic, _, content = path.read_bytes().partition(b"\n")
    index = msgspec.msgpack.decode(content)
    del index["counts"]
    path.write_bytes(magic + b"\n" + msgspec.msgpack.encode(index))
    count, counts = counts_of_newest(cache)
    assert (count, sum(counts.values())) == (SEGMENT, NEWEST)


def test_all_are_read_where_the_file_of_the_newest_was_spoilt(cache: RunCache) -> None:
    cache.save(profile(), sweep_runs(SEGMENT), NOW)
    index = msgspec.msgpack.decode((cache.folder_of(profile()) / "index").read_bytes().partition(b"\n")[2])
    (cache.folder_of(profile()) / index["newest"]["name"]).write_bytes(b"cut")
    cached = cache.load_newest(profile())
    assert cached is not None
    assert (cached.is_whole, len(cached.runs)) == (True, SEGMENT)
