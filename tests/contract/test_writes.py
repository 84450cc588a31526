"""Starting, stopping, deleting runs and packing their work folders."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec
import pytest

from runtui.backends.protocol import Repeats
from runtui.model.capability import Capability
from runtui.model.errors import (
    BackendError,
    NotFoundError,
    PermissionDeniedError,
    RejectedError,
    ServiceDownError,
    TemporaryError,
)
from runtui.model.run import Run
from runtui.model.status import LIVE, Status
from runtui.services.snapshots import new_snapshot
from runtui.simulation.faults import Fault
from tests.contract.conftest import OpenScene
from tests.support.leaping_clock import LeapingClock
from tests.support.scene import Scene, agree, first_allowed, unknown_like
from tests.support.stage import ServedSimulator

starts = pytest.mark.needs(Capability.START)
stops = pytest.mark.needs(Capability.STOP)
deletes = pytest.mark.needs(Capability.DELETE)
snapshots = pytest.mark.needs(Capability.SNAPSHOT)


async def started(scene: Scene) -> Run:
    """Start a run of the first job that lets itself be started with nothing but its defaults."""
    refusals: list[str] = []
    async for job in scene.connection.with_jobs.iterate_jobs():
        try:
            return await scene.connection.starting.start(job.id, {})
        except RejectedError as error:
            refusals.append(error.message)
    raise AssertionError(f"no job can be started: {refusals}")


def changing(served: ServedSimulator) -> list[str]:
    """The requests that change something, but for those that log in."""
    safe = ("GET ", "HEAD ")
    return [one for one in served.requests if not one.startswith(safe) and "connect" not in one]


@starts
async def test_a_started_run_is_given_at_once_and_then_listed(live: Scene, open_scene: OpenScene) -> None:
    await live.feed(full=True)
    run = await started(live)
    assert run.status in LIVE
    assert agree(await live.backend.fetch_run(run.id), run)
    await live.feed(full=False)
    assert run.id in live.fed
    assert run.id in (await open_scene(live.served).listed()).runs


@starts
async def test_a_started_run_goes_on_to_its_end(live: Scene) -> None:
    run = await started(live)
    stages = await followed(live, run)
    assert stages[-1].is_final
    assert Status.RUNNING in stages or stages[-1] is Status.FAILED, "without its inputs it may fail before it runs"


async def followed(scene: Scene, run: Run) -> list[Status]:
    """The statuses a run goes through until it is over, or for half an hour."""
    stages = [run.status]
    for seconds in (*(2 for _ in range(30)), *(20 for _ in range(100))):
        scene.world.advance(seconds)
        stages.append((await scene.backend.fetch_run(run.id)).status)
        if stages[-1].is_final:
            break
    return stages


@starts
async def test_a_run_started_again_with_what_it_was_started_with_runs_and_ends(live: Scene) -> None:
    backend = live.backend
    if not isinstance(backend, Repeats):
        pytest.skip(f"{live.service} does not tell what a run was started with")
    reached: list[Status] = []
    by_job = {run.job_id: run for run in (await live.listed()).some(Status.SUCCEEDED)}
    for run in list(by_job.values())[:5]:
        inputs = await backend.inputs_of(run)
        again = await live.connection.starting.start(run.job_id, inputs)
        assert again.id != run.id
        reached += await followed(live, again)
        if Status.RUNNING in reached and reached[-1].is_final:
            return
    raise AssertionError(f"no repeated run ran and ended: {reached}")


@starts
@pytest.mark.parametrize("job_id", ["nope", "00000000-0000-4000-8000-000000000000", "../x", "ü"])
async def test_a_job_there_is_not_cannot_be_started(small_live: Scene, job_id: str) -> None:
    before = (await small_live.listed()).runs.keys()
    with pytest.raises((NotFoundError, RejectedError)):
        await small_live.connection.starting.start(job_id, {})
    assert (await small_live.listed()).runs.keys() == before


@pytest.mark.over_http
@starts
async def test_a_start_whose_answer_is_lost_is_sent_once(live: Scene) -> None:
    """What comes is the run, where the service can be asked for it afterwards, or an error that leaves it open."""
    before = (await live.listed()).runs.keys()
    live.served.behave()
    for line in live.served.fault_lines:
        line.add(Fault(match="^POST", drop_answer=True))
    run: Run | None = None
    with suppress(TemporaryError):
        run = await started(live)
    assert [one.partition(" ")[0] for one in changing(live.served)] == ["POST"]
    live.served.behave()
    new = (await live.listed()).runs.keys() - before
    assert run is None or new == {run.id}


@stops
async def test_a_stopped_run_stops_and_then_is_over_as_stopped(small_live: Scene) -> None:
    run, sentence = await first_allowed(
        (await small_live.listed()).some(Status.RUNNING), small_live.connection.stopping.stop
    )
    assert sentence
    stages = [(await small_live.backend.fetch_run(run.id)).status]
    for _ in range(100):
        small_live.world.advance(10)
        stages.append((await small_live.backend.fetch_run(run.id)).status)
        if stages[-1].is_final:
            break
    assert stages[-1] in (Status.STOPPED, Status.ENDED), stages
    assert set(stages[:-1]) <= {Status.RUNNING, Status.STOPPING}, stages


@stops
async def test_a_queued_run_can_be_stopped_or_that_is_refused(live: Scene) -> None:
    for run in (await live.listed()).some(Status.QUEUED)[:2]:
        try:
            assert await live.connection.stopping.stop(run)
        except RejectedError:
            continue
        live.world.advance(1200)
        assert (await live.backend.fetch_run(run.id)).status in (Status.STOPPED, Status.ENDED)


@deletes
async def test_a_deleted_run_is_gone(live: Scene, open_scene: OpenScene) -> None:
    await live.feed(full=True)
    candidates = (await live.listed()).some(Status.FAILED, Status.SUCCEEDED, Status.STOPPED)
    run, sentence = await first_allowed(candidates, live.connection.deleting.delete)
    assert sentence
    with pytest.raises(NotFoundError):
        await live.backend.fetch_run(run.id)
    await live.feed(full=False)
    await live.feed(full=True)
    assert run.id not in live.fed
    assert run.id not in (await open_scene(live.served).listed()).runs
    with pytest.raises((NotFoundError, RejectedError)):
        await live.connection.deleting.delete(run)


@deletes
async def test_deleting_a_run_takes_no_other_with_it(live: Scene) -> None:
    before = (await live.listed()).runs
    run, _ = await first_allowed(
        [one for one in before.values() if one.status is Status.FAILED], live.connection.deleting.delete
    )
    assert before.keys() - (await live.listed()).runs.keys() == {run.id}


@snapshots
async def test_a_snapshot_appears_among_the_files(small_live: Scene) -> None:
    listed = await small_live.listed()
    run, sentence = await first_allowed(listed.some(Status.RUNNING), small_live.connection.snapshotting.snapshot)
    assert sentence
    kinds: set[str] = set()
    for _ in range(60):
        small_live.world.advance(30)
        now = await small_live.backend.fetch_run(run.id)
        kinds |= {file.kind for file in (await small_live.connection.with_files.output_files(now)).files}
        if "snapshot" in kinds:
            break
    assert "snapshot" in kinds


class WaitingClock(LeapingClock):
    """Lets the world move on whenever somebody waits."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene.world)
        self._scene = scene

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        self._scene.world.advance(30)


@snapshots
async def test_a_new_snapshot_is_waited_for_and_told_from_older_ones(small_live: Scene) -> None:
    facet, clock = small_live.connection.snapshotting, WaitingClock(small_live)
    run, _ = await first_allowed((await small_live.listed()).some(Status.RUNNING), facet.snapshot)
    first = await new_snapshot(facet, run, frozenset(), clock)
    assert first is not None
    assert first.kind == "snapshot"
    assert await facet.snapshots(run) == (first,)
    assert await new_snapshot(facet, unknown_like(run), frozenset(), clock) is None


ACTIONS: list[tuple[Capability, Callable[[Scene], Callable[[Run], Awaitable[str]]]]] = [
    (Capability.STOP, lambda scene: scene.connection.stopping.stop),
    (Capability.DELETE, lambda scene: scene.connection.deleting.delete),
    (Capability.SNAPSHOT, lambda scene: scene.connection.snapshotting.snapshot),
]
LIVE_ONLY = [
    pytest.param(action, marks=pytest.mark.needs(capability), id=capability)
    for capability, action in ACTIONS
    if capability is not Capability.DELETE
]
EVERY = [pytest.param(action, marks=pytest.mark.needs(capability), id=capability) for capability, action in ACTIONS]


@pytest.mark.parametrize("action", LIVE_ONLY)
async def test_what_needs_a_live_run_is_refused_for_one_that_is_over(
    small_live: Scene, action: Callable[[Scene], Callable[[Run], Awaitable[str]]]
) -> None:
    listed = await small_live.listed()
    for run in (*listed.some(Status.SUCCEEDED)[:2], *listed.some(Status.FAILED)[:1]):
        with pytest.raises(RejectedError):
            await action(small_live)(run)


@pytest.mark.parametrize("action", EVERY)
async def test_nothing_can_be_done_to_a_run_there_is_not(
    small_live: Scene, action: Callable[[Scene], Callable[[Run], Awaitable[str]]]
) -> None:
    before = (await small_live.listed()).runs
    for run in list(before.values())[:1]:
        with pytest.raises((NotFoundError, RejectedError)):
            await action(small_live)(unknown_like(run))
    assert (await small_live.listed()).runs.keys() == before.keys()


@pytest.mark.over_http
@pytest.mark.parametrize("action", EVERY)
async def test_a_failing_service_is_asked_once(
    small_live: Scene, action: Callable[[Scene], Callable[[Run], Awaitable[str]]]
) -> None:
    (run, *_) = (await small_live.listed()).some(Status.RUNNING)
    small_live.served.behave()
    for line in small_live.served.fault_lines:
        line.fail("^(POST|PUT|PATCH|DELETE)", status=503)
    try:
        with pytest.raises(ServiceDownError):
            await action(small_live)(run)
    except RejectedError:
        assert changing(small_live.served) == []
    else:
        assert len(changing(small_live.served)) == 1


@pytest.mark.parametrize("action", EVERY)
async def test_a_read_only_session_sends_nothing_that_changes_anything(
    still: Scene, open_scene: OpenScene, action: Callable[[Scene], Callable[[Run], Awaitable[str]]]
) -> None:
    scene = open_scene(still.served, read_only=True)
    listed = await scene.listed()
    for run in (listed.some(Status.RUNNING)[0], listed.some(Status.FAILED)[0]):
        try:
            with pytest.raises(PermissionDeniedError):
                await action(scene)(run)
        except (NotFoundError, RejectedError):
            continue
    assert changing(still.served) == []


@starts
async def test_a_read_only_session_starts_nothing(still: Scene, open_scene: OpenScene) -> None:
    scene = open_scene(still.served, read_only=True)
    with pytest.raises(PermissionDeniedError):
        await started(scene)
    assert changing(still.served) == []


@pytest.mark.parametrize("action", EVERY)
async def test_what_a_run_was_last_seen_as_does_not_decide_what_happens(
    small_live: Scene, action: Callable[[Scene], Callable[[Run], Awaitable[str]]]
) -> None:
    """A run that is over is over, even for someone who still holds it as running."""
    run = (await small_live.listed()).some(Status.SUCCEEDED)[0]
    held = msgspec.structs.replace(run, status=Status.RUNNING, ended_at=None)
    try:
        await action(small_live)(held)
    except BackendError as error:
        assert isinstance(error, RejectedError), error  # noqa: PT017
    else:
        assert action is ACTIONS[1][1], "only deleting is for runs that are over"
