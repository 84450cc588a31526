"""What runs are listed under."""

import pytest

from runtui.model.capability import Capability
from runtui.model.errors import NotFoundError, RejectedError
from runtui.model.job import Job
from runtui.model.status import Status
from tests.support.scene import PROFILE, Scene

pytestmark = pytest.mark.needs(Capability.JOBS)


async def jobs_of(scene: Scene) -> list[Job]:
    return [job async for job in scene.connection.with_jobs.iterate_jobs()]


async def test_jobs_are_told_apart_by_their_ids(still: Scene) -> None:
    jobs = await jobs_of(still)
    assert jobs
    assert len({job.id for job in jobs}) == len(jobs)
    assert {(job.profile, job.service) for job in jobs} == {(PROFILE, still.service)}


async def test_what_runs_are_listed_under_is_a_job_there_is(still: Scene) -> None:
    ids = {job.id for job in await jobs_of(still)}
    runs = (await still.listed()).runs.values()
    assert {run.job_id for run in runs if run.job_id} & ids
    names = {job.id: job.name for job in await jobs_of(still)}
    assert all(run.job == names[run.job_id] for run in runs if names.get(run.job_id))


async def test_a_fetched_job_is_the_listed_one_with_its_inputs(still: Scene) -> None:
    jobs = await jobs_of(still)
    fetched = [await still.connection.with_jobs.fetch_job(job.id) for job in jobs[:6]]
    assert [(job.id, job.name) for job in fetched] == [(job.id, job.name) for job in jobs[:6]]
    assert any(job.inputs for job in fetched)
    for job in fetched:
        named = [(one.role, one.name) for one in job.inputs]
        assert len(set(named)) == len(named), job.id
        assert all(one.value is None for one in job.inputs if one.secret)


@pytest.mark.parametrize("job_id", ["nope", "00000000-0000-4000-8000-000000000000", "../users/me", "a/b", "ü", "x?y#z"])
async def test_a_job_the_service_does_not_know_is_not_found(still: Scene, job_id: str) -> None:
    with pytest.raises((NotFoundError, RejectedError)):
        await still.connection.with_jobs.fetch_job(job_id)


async def test_moments_of_jobs_are_aware(still: Scene) -> None:
    assert all(job.created_at is None or job.created_at.utcoffset() is not None for job in await jobs_of(still))


async def test_a_jobs_status_where_there_is_one_keeps_its_word(still: Scene) -> None:
    assert all(job.status_text for job in await jobs_of(still) if job.status is not Status.UNKNOWN)
