"""What a service says of how its runs are started, and of what a run was started with."""

import json

import pytest

from runtui.backends.protocol import CreatesJobs, Repeats
from runtui.model.capability import Capability
from runtui.model.inputs import check_inputs
from runtui.model.run import Run
from runtui.model.start_form import InputForm
from runtui.model.status import Status
from runtui.model.variable import Role
from tests.support.scene import Scene

pytestmark = pytest.mark.needs(Capability.START)


def repeating(scene: Scene) -> Repeats:
    if not isinstance(scene.backend, Repeats):
        pytest.skip("it does not tell what a run was started with")
    return scene.backend


async def succeeded(scene: Scene) -> list[Run]:
    """A few runs that went well, the newest of each job."""
    found: dict[str, Run] = {}
    for run in (await scene.listed()).some(Status.SUCCEEDED):
        found.setdefault(run.job_id, run)
    return list(found.values())[:3]


async def test_what_a_run_was_started_with_holds_no_secret(still: Scene) -> None:
    backend = repeating(still)
    for run in await succeeded(still):
        inputs = await backend.inputs_of(run)
        fetched = await still.backend.fetch_run(run.id)
        assert not {one.name for one in fetched.variables if one.secret} & inputs.keys()
        assert "***" not in json.dumps(inputs)


async def test_what_a_run_was_started_with_starts_another_like_it(live: Scene) -> None:
    backend = repeating(live)
    for run in await succeeded(live):
        inputs = await backend.inputs_of(run)
        job = await live.connection.with_jobs.fetch_job(run.job_id, run.extra.get("version", ""))
        assert check_inputs(inputs, job) == inputs
        started = await live.connection.starting.start(run.job_id, inputs, version=run.extra.get("version", ""))
        old, new = [await live.backend.fetch_run(one.id) for one in (run, started)]
        kept = {(one.name, one.text) for one in old.variables if one.role is Role.INPUT and one.name in inputs}
        assert kept <= {(one.name, one.text) for one in new.variables}


async def test_a_job_says_how_a_run_of_it_is_asked_for(still: Scene) -> None:
    for job in [job async for job in still.connection.with_jobs.iterate_jobs()][:5]:
        fetched = await still.connection.with_jobs.fetch_job(job.id)
        assert fetched.start_form == job.start_form
        assert fetched.start_form.inputs is not InputForm.DOCUMENT
        assert not fetched.start_form.refusal or fetched.start_form.refusal.endswith(".")


async def test_a_new_job_has_no_id_and_is_one_document_or_a_few_fields(still: Scene) -> None:
    if not isinstance(still.backend, CreatesJobs):
        pytest.skip("it takes no new jobs")
    job = still.backend.new_job()
    assert (job.id, job.service) == ("", still.service)
    assert bool(job.inputs) is (job.start_form.inputs is not InputForm.DOCUMENT)
