"""One run, and jobs."""

import pytest

from runtui.backends.protocol import Listing
from runtui.backends.rescale.backend import RescaleBackend
from runtui.backends.rescale.job_listing import JobListing
from runtui.backends.rescale.memory import Memory
from runtui.model.errors import NotFoundError
from runtui.model.run import Run
from runtui.model.status import Status
from tests.support.rescale_service import (
    CFX,
    DRAFT,
    FINISHED_SWEEP,
    FORCED,
    KEPT_CLUSTER,
    QUEUED,
    RescaleServer,
    listed,
    of_job,
)

REFRESH = Listing(full=False)


def live_of(runs: dict[str, Run]) -> Listing:
    return Listing(full=False, live=frozenset(run_id for run_id, run in runs.items() if run.status.is_live))


async def explained(server: RescaleServer, name: str) -> dict[str, Run]:
    """The runs of one job by number, after its logs were read."""
    backend, listing = server.backend(), Listing(job=name)
    runs = await listed(backend, listing)
    for _ in range(3):
        runs |= await listed(backend, Listing(full=False, job=name))
    return of_job(runs, server.job(name))


# one run


async def test_fetching_an_ended_run_reads_its_exit_code(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await backend.fetch_run(f"{server.job(CFX)}/1")
    assert (run.status, run.exit_code) == (Status.FAILED, 2)
    assert run.reason == "the log's last line says exit code 2"


async def test_fetching_again_asks_for_the_run_alone(server: RescaleServer, backend: RescaleBackend) -> None:
    run_id = f"{server.job(CFX)}/1"
    await listed(backend)
    await backend.fetch_run(run_id)
    server.simulator.application.clear()
    await backend.fetch_run(run_id)
    assert len(server.requested()) == 1


async def test_fetching_the_line_of_a_waiting_job_gives_that_line(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    run = await backend.fetch_run(f"{server.job(QUEUED)}/1")
    assert (run.status, run.extra["placeholder"]) == (Status.QUEUED, "true")


@pytest.mark.parametrize("run_id", ["nope", "NoSuch/1", "../..", "a/b/c", ""])
async def test_a_run_nobody_knows_is_not_found(backend: RescaleBackend, run_id: str) -> None:
    with pytest.raises(NotFoundError):
        await backend.fetch_run(run_id)


async def test_a_draft_has_no_run(server: RescaleServer, backend: RescaleBackend) -> None:
    with pytest.raises(NotFoundError):
        await backend.fetch_run(f"{server.job(DRAFT)}/1")


# jobs


async def test_every_job_is_listed_with_its_status_and_cluster(server: RescaleServer, backend: RescaleBackend) -> None:
    await listed(backend)
    jobs = {job.name: job async for job in backend.iterate_jobs()}
    assert len(jobs) == 15
    assert (jobs[DRAFT].status_text, jobs[DRAFT].cluster_text) == ("draft", "")
    assert (jobs[CFX].status, jobs[CFX].reason) == (Status.FAILED, "A run failed")
    assert jobs[KEPT_CLUSTER].cluster_text == "Started"


async def test_jobs_that_are_over_tell_why_without_their_runs_being_listed(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    jobs = {job.name: job async for job in backend.iterate_jobs()}
    assert (jobs[CFX].status, jobs[CFX].reason) == (Status.FAILED, "A run failed")
    assert (jobs[FORCED].status, jobs[FORCED].status_text) == (Status.STOPPED, "Force Stop")


async def test_of_many_jobs_that_are_over_the_newest_alone_are_asked_about(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    listing = JobListing("hpc", backend._api, Memory(), most_asked=3)
    over = [job async for job in listing.jobs() if job.status_text == "Completed"]
    assert len(over) > 3
    assert len(server.requested("/statuses/")) == 3
    assert [job.id for job in over if job.reason] == [job.id for job in over[:3]]


async def test_a_reason_the_service_does_not_give_is_left_out(server: RescaleServer, backend: RescaleBackend) -> None:
    server.simulator.application.fail("/statuses/", status=403)
    jobs = {job.name: job async for job in backend.iterate_jobs()}
    assert (jobs[CFX].status, jobs[CFX].reason) == (Status.ENDED, "")


async def test_a_job_tells_what_it_declares_and_what_it_is_made_of(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    job = await backend.fetch_job(server.job(FINISHED_SWEEP))
    assert [variable.name for variable in job.inputs] == ["x_velocity", "y_velocity", "Cd", "Cl"]
    assert (job.run_count, job.status, job.reason) == (121, Status.SUCCEEDED, "Completed successfully")
    assert (job.extra["kind"], job.extra["core_type"], job.extra["slots"]) == ("doe", "onyx", "24")


async def test_a_job_without_a_cluster_is_a_job(server: RescaleServer, backend: RescaleBackend) -> None:
    assert (await backend.fetch_job(server.job(DRAFT))).cluster_text == ""
