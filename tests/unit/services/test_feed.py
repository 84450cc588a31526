import asyncio

import pytest

from runtui.backends.protocol import RunBatch
from runtui.model.clock import ManualClock
from runtui.model.delta import FeedState
from runtui.model.errors import AuthenticationError, PayloadError, RateLimitedError, ServiceDownError
from runtui.model.status import Status
from runtui.services.feed import Feed
from runtui.services.pace import Pace
from runtui.services.store import Store
from tests.support.scripted_backend import ScriptedBackend, connection_of, run_of

PACE = Pace(moving=5, still=30, full=600, refused=300, longest=120, unfocused=4)


class Scene:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.store = Store()
        self.backend = ScriptedBackend()
        self.feed = Feed(connection_of(self.backend), self.store, self.clock, PACE)

    def lists(self, *statuses: Status) -> None:
        runs = [run_of(str(number), status) for number, status in enumerate(statuses)]
        self.backend.batches = [RunBatch(scope="s", runs=runs, is_last=True)]


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_live_runs_are_asked_for_often_and_final_ones_seldom(scene: Scene) -> None:
    scene.lists(Status.RUNNING)
    assert await scene.feed.poll() == PACE.moving
    scene.lists(Status.SUCCEEDED)
    assert await scene.feed.poll() == PACE.still


async def test_an_unfocused_terminal_is_asked_for_less(scene: Scene) -> None:
    scene.lists(Status.RUNNING)
    scene.feed.focused = False
    assert await scene.feed.poll() == PACE.moving * PACE.unfocused


async def test_the_first_listing_is_full_and_the_next_are_refreshes_that_name_the_live_runs(scene: Scene) -> None:
    scene.lists(Status.RUNNING, Status.FAILED)
    await scene.feed.poll()
    await scene.feed.poll()
    assert [listing.full for listing in scene.backend.listings] == [True, False]
    assert scene.backend.listings[1].live == {"0"}


async def test_a_full_listing_comes_again_after_its_time(scene: Scene) -> None:
    scene.lists(Status.FAILED)
    await scene.feed.poll()
    await scene.clock.advance(PACE.full)
    await scene.feed.poll()
    assert scene.backend.listings[1].full


async def test_errors_that_pass_double_the_pause_keep_the_runs_and_say_so(scene: Scene) -> None:
    scene.lists(Status.RUNNING)
    await scene.feed.poll()
    refreshed = scene.store.health["p"].refreshed_at
    scene.backend.error = ServiceDownError("the service is down")
    assert [await scene.feed.poll() for _ in range(7)] == [5, 10, 20, 40, 80, 120, 120]
    health = scene.store.health["p"]
    assert (health.state, health.error, health.refreshed_at) == (FeedState.OFFLINE, "the service is down", refreshed)
    assert len(scene.store.runs) == 1


async def test_it_heals_by_itself(scene: Scene) -> None:
    scene.backend.error = ServiceDownError("down")
    await scene.feed.poll()
    scene.backend.error = None
    scene.lists(Status.RUNNING)
    await scene.feed.poll()
    assert (scene.store.health["p"].state, scene.store.health["p"].error) == (FeedState.FRESH, "")


async def test_retry_after_is_kept(scene: Scene) -> None:
    scene.backend.error = RateLimitedError("slower", retry_after=77)
    assert await scene.feed.poll() == 77


@pytest.mark.parametrize(
    ("error", "state"),
    [(AuthenticationError("no"), FeedState.NEEDS_LOGIN), (PayloadError("html"), FeedState.BROKEN)],
)
async def test_what_a_person_must_mend_is_not_hammered(
    scene: Scene, error: AuthenticationError | PayloadError, state: FeedState
) -> None:
    scene.backend.error = error
    pause = await scene.feed.poll()
    assert pause >= 120
    assert scene.store.health["p"].state is state


async def test_one_failing_scope_is_named_while_the_others_refresh(scene: Scene) -> None:
    scene.backend.batches = [
        RunBatch(scope="good", runs=[run_of("1")], is_last=True),
        RunBatch(scope="bad", error=ServiceDownError("504")),
    ]
    await scene.feed.poll()
    health = scene.store.health["p"]
    assert (health.state, health.scopes_failing, health.error) == (FeedState.FRESH, ("bad",), "504")


async def test_all_scopes_failing_is_a_failure(scene: Scene) -> None:
    scene.backend.batches = [RunBatch(scope="bad", error=ServiceDownError("504"))]
    await scene.feed.poll()
    assert scene.store.health["p"].state is FeedState.OFFLINE


async def test_bad_items_are_reported_beside_the_good_ones(scene: Scene) -> None:
    scene.backend.batches = [RunBatch(scope="s", runs=[run_of("1")], problems=["cannot read $[1]"], is_last=True)]
    await scene.feed.poll()
    assert scene.store.health["p"].problems == ("cannot read $[1]",)


async def test_a_refresh_does_not_wait_for_the_pause(scene: Scene) -> None:
    scene.lists(Status.SUCCEEDED)
    running = asyncio.create_task(scene.feed.run())
    await scene.clock.until_asleep()
    polled = asyncio.Event()
    scene.backend.before_listing = polled.set
    scene.feed.refresh(full=True)
    await asyncio.wait_for(polled.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert scene.backend.listings[-1].full
