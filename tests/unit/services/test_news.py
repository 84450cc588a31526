"""What changed since somebody last looked, over sessions that come and go."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from runtui.backends.protocol import RunBatch
from runtui.config.profile import Origin, Profile
from runtui.model.clock import ManualClock
from runtui.model.delta import ProfileHealth
from runtui.model.errors import ServiceDownError
from runtui.model.status import Status
from runtui.services.feed import Feed
from runtui.services.news import News
from runtui.services.seen_marks import Seen, SeenMarks
from runtui.services.store import Store
from tests.support.conditions import reached
from tests.support.scripted_backend import ScriptedBackend, connection_of, run_of

PROFILE = Profile(name="p", service="scripted", origin=Origin(place="a test"))


class Dashboard:
    """A session's store and news, and a feed of one profile."""

    def __init__(self, folder: Path, clock: ManualClock, backend: ScriptedBackend) -> None:
        self.store = Store()
        self.store.put_health(ProfileHealth(profile="p", service="scripted"))
        self.feed = Feed(connection_of(backend), self.store, clock)
        self.news = News(SeenMarks(folder), self.store, clock, [PROFILE])

    async def poll(self) -> None:
        """List everything, and let the news hear of it."""
        self.feed.refresh(full=True)
        await self.feed.poll()
        for _ in range(3):
            await asyncio.sleep(0.01)

    @property
    def told(self) -> dict[str, str]:
        return {change.reference.id: change.kind.value for change in self.news.now().changes}


class Machine:
    """One backend and one data folder for all dashboards."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ManualClock()
        self.backend = ScriptedBackend()

    def lists(self, **statuses: Status) -> None:
        self.backend.batches = [RunBatch(scope="s", runs=[run_of(*one) for one in statuses.items()], is_last=True)]

    @asynccontextmanager
    async def dashboard(self) -> AsyncIterator[Dashboard]:
        opened = Dashboard(self.folder, self.clock, self.backend)
        following = asyncio.create_task(opened.news.follow())
        try:
            await opened.poll()
            yield opened
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


async def looked_at(machine: Machine, **statuses: Status) -> None:
    """Somebody opened the dashboard on these runs, and left it."""
    machine.lists(**statuses)
    async with machine.dashboard() as dashboard:
        dashboard.news.look()
    await machine.clock.advance(3600)


async def test_the_first_time_everything_is_seen_and_nothing_is_told(machine: Machine) -> None:
    machine.lists(a=Status.FAILED)
    async with machine.dashboard() as dashboard:
        assert dashboard.told == {}
        machine.lists(a=Status.FAILED, b=Status.QUEUED)
        await dashboard.poll()
        assert dashboard.told == {"b": "appeared"}


async def test_what_failed_ended_changed_appeared_and_went_since_the_last_look_is_told(machine: Machine) -> None:
    await looked_at(
        machine, same=Status.RUNNING, a=Status.RUNNING, b=Status.RUNNING, c=Status.QUEUED, d=Status.SUCCEEDED
    )
    machine.lists(same=Status.RUNNING, a=Status.FAILED, b=Status.SUCCEEDED, c=Status.RUNNING, e=Status.QUEUED)
    async with machine.dashboard() as dashboard:
        assert dashboard.told == {"a": "failed", "b": "ended", "c": "changed", "e": "appeared", "d": "gone"}
        assert dashboard.store.health["p"].changes == 5
        seen_at = dashboard.news.now().seen_at
        assert seen_at is not None
        assert (machine.clock.now() - seen_at).total_seconds() == 3600


async def test_looking_makes_all_of_it_seen_here_and_in_the_next_dashboard(machine: Machine) -> None:
    await looked_at(machine, a=Status.RUNNING)
    machine.lists(a=Status.FAILED)
    async with machine.dashboard() as dashboard:
        dashboard.news.look()
        assert (dashboard.told, dashboard.store.health["p"].changes) == ({}, 0)
    async with machine.dashboard() as dashboard:
        assert dashboard.told == {}


async def test_who_is_killed_has_not_looked(machine: Machine) -> None:
    await looked_at(machine, a=Status.RUNNING)
    machine.lists(a=Status.FAILED)
    async with machine.dashboard() as dashboard:
        assert dashboard.told == {"a": "failed"}
    async with machine.dashboard() as dashboard:
        assert dashboard.told == {"a": "failed"}


async def test_a_change_that_is_taken_back_is_none(machine: Machine) -> None:
    await looked_at(machine, a=Status.RUNNING)
    machine.lists(a=Status.STOPPING)
    async with machine.dashboard() as dashboard:
        assert dashboard.told == {"a": "changed"}
        machine.lists(a=Status.RUNNING, b=Status.RUNNING)
        await dashboard.poll()
        machine.lists(a=Status.RUNNING)
        await dashboard.poll()
        assert dashboard.told == {}


async def test_what_is_looked_at_in_one_dashboard_is_seen_in_the_other(machine: Machine) -> None:
    await looked_at(machine, a=Status.RUNNING)
    machine.lists(a=Status.FAILED)
    async with machine.dashboard() as one, machine.dashboard() as other:
        one.news.look()
        assert other.told == {"a": "failed"}
        await machine.clock.advance(5)
        await other.poll()
        await reached(lambda: other.told == {})
        machine.lists(a=Status.FAILED, b=Status.QUEUED)
        await machine.clock.advance(5)
        await other.poll()
        assert other.told == {"b": "appeared"}


async def test_a_dashboard_that_was_offline_takes_nothing_back_that_another_looked_at(machine: Machine) -> None:
    machine.lists(a=Status.RUNNING)
    async with machine.dashboard() as offline:
        await machine.clock.advance(60)
        await looked_at(machine, a=Status.FAILED)
        machine.backend.error = ServiceDownError("down")
        offline.news.look()
        machine.backend.error = None
    async with machine.dashboard() as dashboard:
        assert dashboard.told == {}


async def test_a_service_that_cannot_be_asked_loses_no_run(machine: Machine) -> None:
    await looked_at(machine, a=Status.RUNNING)
    machine.backend.error = ServiceDownError("down")
    async with machine.dashboard() as dashboard:
        assert dashboard.told == {}


def test_a_spoilt_mark_is_as_good_as_none(tmp_path: Path) -> None:
    marks, now = SeenMarks(tmp_path), ManualClock().now()
    assert marks.save(PROFILE, Seen.of([run_of("1")], seen_at=now, known_at=now))
    (path,) = (tmp_path / "seen").iterdir()
    whole = path.read_bytes()
    for content in (whole[:-1], whole[:5], b""):
        path.write_bytes(content)
        assert marks.load(PROFILE) is None
