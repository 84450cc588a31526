"""Refreshing a list: few requests, nothing missed, nothing going back."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from itertools import pairwise

import msgspec
import pytest

from runtui.model.capability import Capability
from runtui.model.run import Run
from runtui.model.status import LIVE, Status
from tests.contract.conftest import FEW, OpenScene
from tests.support.scene import Scene, disagreements, first_allowed, statuses_agree
from tests.support.stage import ServedSimulator, Stage

ORDER = (Status.QUEUED, Status.RUNNING, Status.STOPPING)
STEPS = (5, 20, 20, 45, 45, 45, 20, 60, 60, 5, 120, 60, 60, 45, 300, 60, 60, 60)


class Moment(msgspec.Struct, frozen=True):
    """What a feed holds after a refresh, and what someone sees who connects only then; with what either asked."""

    fed: dict[str, Run]
    cost: int
    seen_by_a_stranger: dict[str, Run]
    whole_cost: int


async def watched(served: ServedSimulator) -> list[Moment]:
    """A world of twenty minutes as a feed sees it: listed once, then refreshed."""
    moments: list[Moment] = []
    async with aclosing(Scene(served)) as scene:
        await scene.feed(full=True)
        for seconds in (0, *STEPS):
            scene.world.advance(seconds)
            cost, _ = await scene.cost(scene.feed(full=False))
            async with aclosing(Scene(served)) as stranger:
                whole_cost, listed = await stranger.cost(stranger.listed())
                moments.append(Moment(scene.fed, cost, listed.runs, whole_cost))
    return moments


@pytest.fixture(scope="session")
def history(stage: Stage, service: str) -> Iterator[list[Moment]]:
    """Twenty minutes of a world that began with few runs."""
    with stage.serving(service, runs=FEW) as served:
        yield asyncio.run(watched(served))


def changes(history: list[Moment]) -> set[tuple[Status, Status]]:
    """From which status to which runs went between two refreshes."""
    return {
        (run.status, after.fed[run_id].status)
        for before, after in pairwise(history)
        for run_id, run in before.fed.items()
        if run_id in after.fed and not statuses_agree(run.status, after.fed[run_id].status)
    }


def stage_of(status: Status) -> int:
    """How far along a run of this status is."""
    return ORDER.index(status) if status in ORDER else len(ORDER)


def bound(scene: Scene) -> int:
    """The requests a refresh may take where nothing changes."""
    return 4 + 2 * sum(not run.status.is_final for run in scene.fed.values())


def test_a_refreshed_list_stays_equal_to_what_a_stranger_sees(history: list[Moment]) -> None:
    for moment in history:
        assert disagreements(moment.fed, moment.seen_by_a_stranger) == []


def test_runs_start_and_end_while_one_watches(history: list[Moment]) -> None:
    assert (Status.QUEUED, Status.RUNNING) in changes(history)
    assert (Status.RUNNING, Status.SUCCEEDED) in changes(history)


@pytest.mark.over_http
def test_following_a_moving_world_asks_less_than_listing_it_each_time(history: list[Moment]) -> None:
    assert sum(moment.cost for moment in history) < sum(moment.whole_cost for moment in history)


def test_new_runs_keep_coming(history: list[Moment]) -> None:
    assert len(history[-1].fed.keys() - history[0].fed.keys()) >= 5


def test_what_is_over_stays_as_it_is(history: list[Moment]) -> None:
    assert {before for before, _ in changes(history)} <= LIVE


def test_no_run_goes_back(history: list[Moment]) -> None:
    assert {(before, after) for before, after in changes(history) if stage_of(before) > stage_of(after)} == set()


def test_every_kind_of_status_is_met(history: list[Moment]) -> None:
    met = {run.status for moment in history for run in moment.fed.values()}
    assert {Status.QUEUED, Status.RUNNING, Status.SUCCEEDED, Status.FAILED} <= met
    assert Status.UNKNOWN not in met


async def test_a_refresh_of_what_did_not_change_changes_nothing_and_what_is_not_known_yet_comes_to_an_end(
    still: Scene,
) -> None:
    await still.feed(full=True)
    before = still.fed
    await still.settle()
    assert disagreements(before, still.fed) == []
    settled = still.fed
    await still.feed(full=False)
    assert still.fed == settled


async def test_a_refresh_asks_less_than_a_full_listing(still: Scene) -> None:
    whole, _ = await still.cost(still.feed(full=True))
    assert await still.settle() <= whole


async def test_what_a_refresh_asks_is_bounded_by_what_lives_and_not_by_history(still: Scene) -> None:
    await still.feed(full=True)
    assert await still.settle() <= bound(still)


async def test_a_refresh_holds_every_run_that_lives(still: Scene) -> None:
    live = (await still.listed()).live
    refreshed = await still.listed(full=False, live=live)
    assert live <= refreshed.runs.keys()


async def test_a_refresh_never_says_that_what_it_left_out_is_gone(still: Scene) -> None:
    listed = await still.listed()
    refreshed = await still.listed(full=False, live=listed.live)
    assert [batch for batch in refreshed.batches if batch.gone or batch.scope_gone] == []


async def test_a_refresh_is_possible_before_a_full_listing(still: Scene) -> None:
    refreshed = await still.listed(full=False)
    assert refreshed.problems == []
    assert refreshed.live


async def test_a_live_run_the_service_does_not_know_is_gone(still: Scene) -> None:
    known = (await still.listed()).some(Status.SUCCEEDED)[0].id
    unknown = known[:-1] + ("0" if known[-1] != "0" else "1")
    if unknown in (await still.listed()).runs:
        unknown = known + "999999"
    refreshed = await still.listed(full=False, live=frozenset({unknown}))
    assert unknown not in refreshed.runs
    assert unknown in {run_id for batch in refreshed.batches for run_id in batch.gone}


@pytest.mark.needs(Capability.DELETE)
async def test_a_run_someone_else_deleted_is_gone_after_the_next_full_listing(
    live: Scene, open_scene: OpenScene, moving: ServedSimulator
) -> None:
    await live.feed(full=True)
    other = open_scene(moving)
    candidates = (await other.listed()).some(Status.FAILED)
    victim, _ = await first_allowed(candidates, other.connection.deleting.delete)
    await live.feed(full=False)
    await live.feed(full=True)
    assert victim.id not in live.fed


async def test_a_far_jump_is_caught_up_with(stage: Stage, service: str, open_scene: OpenScene) -> None:
    with stage.serving(service, runs=10) as served:
        scene = open_scene(served)
        await scene.feed(full=True)
        scene.world.advance(1800)
        await scene.feed(full=False)
        assert disagreements(scene.fed, (await open_scene(served).listed()).runs) == []


@pytest.mark.parametrize("runs", [3, 40])
async def test_a_service_with_few_or_many_runs_is_listed_whole_and_refreshed_at_little_cost(
    stage: Stage, service: str, open_scene: OpenScene, runs: int
) -> None:
    with stage.serving(service, runs=runs) as served:
        scene = open_scene(served)
        listed = await scene.feed(full=True)
        assert runs * 0.5 <= len(listed.runs) <= runs * 1.5 + 5
        assert listed.problems == []
        assert await scene.settle() <= bound(scene)
