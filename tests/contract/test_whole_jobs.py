"""Stopping and deleting a job with all its runs."""

from collections import Counter

import pytest

from runtui.model.capability import Capability
from runtui.model.errors import NotFoundError, PermissionDeniedError, RejectedError, ServiceDownError
from runtui.model.run import Run
from runtui.model.status import LIVE, Status
from runtui.simulation.faults import Fault
from tests.contract.conftest import OpenScene
from tests.support.scene import Scene, unknown_like

pytestmark = pytest.mark.needs(Capability.WHOLE_JOBS)


async def runs_of(scene: Scene, job_id: str) -> list[Run]:
    return [run for run in (await scene.listed()).runs.values() if run.job_id == job_id]


async def with_several(scene: Scene, *statuses: Status) -> str:
    """A job of several runs, one of which has such a status."""
    listed = (await scene.listed()).runs.values()
    counts = Counter(run.job_id for run in listed)
    return next(run.job_id for run in listed if run.status in statuses and counts[run.job_id] > 1)


async def test_a_stopped_job_ends_with_every_run_it_has(live: Scene) -> None:
    job_id = await with_several(live, Status.RUNNING)
    assert job_id in await live.connection.ending_jobs.stop_job(job_id)
    for _ in range(40):
        live.world.advance(60)
        if all(run.status.is_final for run in await runs_of(live, job_id)):
            break
    over = await runs_of(live, job_id)
    assert {run.status for run in over} & LIVE == set()
    assert Status.STOPPED in {run.status for run in over}


async def test_a_deleted_job_is_gone_with_its_runs_and_no_other(live: Scene) -> None:
    before = (await live.listed()).runs
    for job_id in dict.fromkeys(run.job_id for run in before.values() if run.status.is_final):
        try:
            said = await live.connection.ending_jobs.delete_job(job_id)
        except RejectedError:
            continue
        break
    assert job_id in said
    own = {run.id for run in before.values() if run.job_id == job_id}
    assert own
    assert before.keys() - (await live.listed()).runs.keys() == own


async def test_a_job_that_lives_is_not_deleted_and_one_that_is_over_not_stopped(live: Scene) -> None:
    runs = (await live.listed()).runs.values()
    with pytest.raises(RejectedError):
        await live.connection.ending_jobs.delete_job(next(run.job_id for run in runs if run.status is Status.RUNNING))
    over = {run.job_id for run in runs} - {run.job_id for run in runs if not run.status.is_final}
    with pytest.raises(RejectedError):
        await live.connection.ending_jobs.stop_job(sorted(over)[0])


async def test_a_job_there_is_not_is_not_found(live: Scene) -> None:
    job_id = unknown_like((await live.listed()).some(Status.SUCCEEDED)[0]).id.partition("/")[0]
    for ending in (live.connection.ending_jobs.stop_job, live.connection.ending_jobs.delete_job):
        with pytest.raises(NotFoundError):
            await ending(job_id)


async def test_a_failing_service_is_asked_once(live: Scene) -> None:
    job_id = await with_several(live, Status.RUNNING)
    live.served.simulator.application.add(Fault(match="/stop/", status=503))
    live.served.requests.clear()
    with pytest.raises(ServiceDownError):
        await live.connection.ending_jobs.stop_job(job_id)
    assert len([one for one in live.served.requests if one.startswith("POST ")]) == 1


async def test_a_read_only_session_ends_no_job(still: Scene, open_scene: OpenScene) -> None:
    scene = open_scene(still.served, read_only=True)
    job_id = await with_several(scene, Status.RUNNING)
    with pytest.raises(PermissionDeniedError):
        await scene.connection.ending_jobs.stop_job(job_id)
    with pytest.raises(PermissionDeniedError):
        await scene.connection.ending_jobs.delete_job(job_id)
