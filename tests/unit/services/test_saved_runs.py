import shutil
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from runtui.backends.protocol import RunBatch
from runtui.config.profile import Origin, Profile
from runtui.model.clock import ManualClock
from runtui.model.list_view import ListView
from runtui.model.status import Status
from runtui.services.cache import RunCache
from runtui.services.feed import Feed
from runtui.services.first_runs import first_delta, first_runs
from runtui.services.newest_runs import NEWEST
from runtui.services.saved_runs import SavedRuns
from runtui.services.store import Store
from runtui.services.views import LastList
from tests.support.sample_runs import sweep_runs
from tests.support.scripted_backend import ScriptedBackend, connection_of, run_of

PROFILE = Profile(name="p", service="scripted", origin=Origin(place="a test"))
HPC = msgspec.structs.replace(PROFILE, name="hpc")
"""The profile of the sample runs."""
MANY = 2000


class Opened:
    """A session's store with what a cache holds, and a feed of one profile."""

    def __init__(self, cache: RunCache, clock: ManualClock, backend: ScriptedBackend) -> None:
        self.store = Store()
        self.saved = SavedRuns(cache, self.store, clock, [PROFILE])
        self.feed = Feed(connection_of(backend), self.store, clock)

    @property
    def statuses(self) -> dict[str, Status]:
        return {reference.id: run.status for reference, run in self.store.runs.items()}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def backend() -> ScriptedBackend:
    return ScriptedBackend()


@pytest.fixture
def cache(tmp_path: Path) -> RunCache:
    return RunCache(tmp_path)


def lists(backend: ScriptedBackend, **statuses: Status) -> None:
    backend.batches = [RunBatch(scope="s", runs=[run_of(*one) for one in statuses.items()], is_last=True)]


async def test_the_next_session_begins_with_what_this_one_knew(
    cache: RunCache, clock: ManualClock, backend: ScriptedBackend
) -> None:
    lists(backend, a=Status.RUNNING, b=Status.FAILED)
    one = Opened(cache, clock, backend)
    await one.feed.poll()
    await one.saved.save()
    lists(backend, a=Status.SUCCEEDED, c=Status.QUEUED)
    one.feed.refresh(full=True)
    await clock.advance(5)
    await one.feed.poll()
    await one.saved.save()
    other = Opened(cache, clock, backend)
    assert other.statuses == {"a": Status.SUCCEEDED, "c": Status.QUEUED}
    assert other.store.health["p"].refreshed_at == clock.now()


async def test_a_profile_that_never_answered_is_not_saved_and_is_saved_whole_once_it_does(
    cache: RunCache, clock: ManualClock, backend: ScriptedBackend
) -> None:
    one = Opened(cache, clock, backend)
    one.store.put(run_of("fetched"))
    await one.saved.save()
    assert cache.load(PROFILE) is None
    lists(backend, a=Status.RUNNING)
    await one.feed.poll()
    await one.saved.save()
    assert Opened(cache, clock, backend).statuses.keys() == {"a", "fetched"}


async def test_nothing_is_written_while_nothing_was_refreshed(
    cache: RunCache, clock: ManualClock, backend: ScriptedBackend
) -> None:
    lists(backend, a=Status.RUNNING)
    one = Opened(cache, clock, backend)
    await one.feed.poll()
    await one.saved.save()
    before = (cache.folder_of(PROFILE) / "index").stat()
    await one.saved.save()
    assert (cache.folder_of(PROFILE) / "index").stat() == before


async def test_what_could_not_be_written_is_written_later(
    clock: ManualClock, backend: ScriptedBackend, tmp_path: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.touch()
    cache = RunCache(blocked)
    lists(backend, a=Status.RUNNING)
    one = Opened(cache, clock, backend)
    await one.feed.poll()
    await one.saved.save()
    blocked.unlink()
    await clock.advance(5)
    await one.feed.poll()
    await one.saved.save()
    assert Opened(cache, clock, backend).statuses.keys() == {"a"}


async def test_a_clock_set_back_makes_what_was_known_no_younger_than_now(
    cache: RunCache, clock: ManualClock, backend: ScriptedBackend
) -> None:
    lists(backend, a=Status.RUNNING)
    one = Opened(cache, clock, backend)
    await one.feed.poll()
    await one.saved.save()
    set_back = ManualClock(clock.now() - timedelta(days=1))
    assert Opened(cache, set_back, backend).store.health["p"].refreshed_at == set_back.now()


@pytest.mark.parametrize(
    ("shown", "first"),
    [
        (LastList(), NEWEST),
        (LastList(row="hpc:" + sweep_runs(9)[8].id), NEWEST),
        (LastList(row="hpc:" + sweep_runs(900)[899].id), 0),
        (LastList(view=ListView(sort="took")), 0),
        (LastList(view=ListView(where="status:failed")), 0),
    ],
)
async def test_the_newest_runs_come_first_where_they_are_what_one_sees_first(
    cache: RunCache, clock: ManualClock, shown: LastList, first: int
) -> None:
    runs = sweep_runs(MANY)
    cache.save(HPC, runs, clock.now())
    known = first_delta(first_runs(cache, [HPC], shown), clock.now())
    assert list(known.changed.values()) == runs[:first]
    assert [health.run_count for health in known.health.values()] == [MANY] * bool(first)


async def test_a_session_holds_the_very_values_that_came_first_and_all_others(
    cache: RunCache, clock: ManualClock
) -> None:
    runs = sweep_runs(MANY)
    cache.save(HPC, runs, clock.now())
    store = Store()
    first = first_runs(cache, [HPC], LastList())
    SavedRuns(cache, store, clock, [HPC], first=first)
    assert list(store.runs.values()) == runs
    assert store.health["hpc"].run_count == MANY
    shown = first_delta(first, clock.now()).changed
    assert all(store.runs[reference] is run for reference, run in shown.items())


async def test_a_profile_of_which_all_runs_came_first_is_not_read_again(cache: RunCache, clock: ManualClock) -> None:
    cache.save(HPC, sweep_runs(9), clock.now())
    first = first_runs(cache, [HPC], LastList())
    shutil.rmtree(cache.folder_of(HPC))
    store = Store()
    SavedRuns(cache, store, clock, [HPC], first=first)
    assert list(store.runs.values()) == sweep_runs(9)


async def test_runs_that_came_first_stay_where_the_cache_cannot_be_read_any_more(
    cache: RunCache, clock: ManualClock
) -> None:
    cache.save(HPC, sweep_runs(MANY), clock.now())
    first = first_runs(cache, [HPC], LastList())
    shutil.rmtree(cache.folder_of(HPC))
    store = Store()
    saved = SavedRuns(cache, store, clock, [HPC], first=first)
    await saved.save()
    assert len(store.runs) == NEWEST
    assert store.health["hpc"].refreshed_at is None
    assert cache.load(HPC) is None


async def test_a_session_that_ends_at_once_leaves_all_in_the_cache(cache: RunCache, clock: ManualClock) -> None:
    cache.save(HPC, sweep_runs(MANY), clock.now())
    saved = SavedRuns(cache, Store(), clock, [HPC], first=first_runs(cache, [HPC], LastList()))
    await saved.save()
    cached = cache.load(HPC)
    assert cached is not None
    assert len(cached.runs) == MANY
