"""Output files, reports, and everything that changes something at the service."""

import hashlib
import io
import zipfile
from pathlib import Path

import msgspec
import pytest

from runtui.backends.protocol import capabilities_of
from runtui.model.capability import Capability
from runtui.model.errors import (
    NotFoundError,
    PermissionDeniedError,
    RejectedError,
    ServiceDownError,
    UnsupportedError,
)
from runtui.model.output_file import FilesWorld, OutputFile
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.simulation.faults import Fault
from tests.support.carrot_service import CarrotService, Connected

GERMLINE = "Germline Variant Calling"


async def content(lab: Connected, run: Run, file: OutputFile, start: int = 0, end: int | None = None) -> bytes:
    async with lab.backend.open_file(run, file, start=start, end=end) as stream:
        assert stream.offset == start
        return b"".join([piece async for piece in stream.pieces()])


def on_disk(file: OutputFile) -> bytes:
    return Path(file.location).read_bytes()


async def files_of(lab: Connected, run: Run) -> dict[str, OutputFile]:
    listing = await lab.backend.output_files(run)
    assert listing.problems == ()
    return {file.path: file for file in listing.files if file.kind != "workflow"}


async def test_it_can_do_all_but_what_carrot_has_no_call_for(lab: Connected) -> None:
    assert set(Capability) - capabilities_of(lab.backend) == {
        Capability.SNAPSHOT,
        Capability.USAGE,
        Capability.PUBLISH,
        Capability.WHOLE_JOBS,
    }


async def test_outputs_results_and_reports_are_the_files_of_a_run(service: CarrotService, lab: Connected) -> None:
    row = service.row("succeeded")
    run = await lab.run(row)
    files = await files_of(lab, run)
    assert {path: file.kind for path, file in files.items()} == {
        "test/make_data_file/data.txt": "result",
        "eval/compare/comparison.csv": "result",
        "reports/Example Report/populated_notebook.html": "report",
        "reports/Example Report/populated_notebook.ipynb": "report",
        "reports/Example Report/empty_notebook.ipynb": "report",
        "reports/Example Report/run_data.zip": "report",
    }
    assert len({file.id for file in files.values()}) == len(files)
    results = {one.name: one.file_id for one in run.variables if one.file_id}
    assert files["test/make_data_file/data.txt"].id == results["example data file"]


async def test_a_file_is_read_whole_and_in_parts(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("succeeded"))
    for file in (await files_of(lab, run)).values():
        whole = await content(lab, run, file)
        assert whole == on_disk(file)
        assert len(whole) == file.size
    assert await content(lab, run, file, 100, 250) == whole[100:250]


async def test_a_changed_file_is_given_from_its_start(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("succeeded"))
    file = (await files_of(lab, run))["eval/compare/comparison.csv"]
    async with lab.backend.open_file(run, file, start=10, etag='"another"') as stream:
        assert (stream.offset, stream.size) == (0, file.size)
    with pytest.raises(RejectedError, match="there is nothing at"):
        await content(lab, run, file, start=10_000_000)


async def test_files_of_a_live_run_are_those_there_are_now(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("testrunning"))
    listing = await lab.backend.output_files(run)
    assert ({file.kind for file in listing.files}, listing.world) == ({"workflow"}, FilesWorld.RUNNING)


async def test_files_in_googles_storage_have_size_and_hash(service: CarrotService) -> None:
    service.simulator.switches.google_paths = True
    async with service.connected() as lab:
        run = await lab.run(service.row("succeeded"))
        file = (await files_of(lab, run))["test/make_data_file/data.txt"]
        whole = await content(lab, run, file)
        assert await content(lab, run, file, 7, 9) == whole[7:9]
    assert file.location.startswith("gs://")
    assert (file.size, file.hashes[0].algorithm) == (len(whole), "md5")
    assert file.hashes[0].hex == hashlib.md5(whole).hexdigest()


async def test_files_at_http_addresses_have_their_sizes(service: CarrotService) -> None:
    service.simulator.switches.http_paths = service.urls["gcs_url"]
    async with service.connected() as lab:
        run = await lab.run(service.row("succeeded"))
        file = (await files_of(lab, run))["test/make_data_file/data.txt"]
        assert len(await content(lab, run, file)) == file.size


async def test_hostile_names_are_listed_as_they_came_and_not_read(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.hostile_names = True
    run = await lab.run(service.row("succeeded"))
    assert "\x1b" in run.name
    escaping = next(file for file in (await lab.backend.output_files(run)).files if ".." in file.location)
    with pytest.raises(RejectedError, match="plain absolute paths"):
        await content(lab, run, escaping)


async def test_outputs_cromwell_cannot_tell_are_a_problem_and_the_rest_comes(
    service: CarrotService, lab: Connected
) -> None:
    run = await lab.run(service.row("succeeded"))
    service.simulator.switches.cromwell_down = True
    listing = await lab.backend.output_files(run)
    assert len(listing.problems) == 2
    assert {file.kind for file in listing.files} == {"result", "report", "workflow"}


async def test_without_reporting_files_come_without_a_problem(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.reporting = False
    run = await lab.run(service.row("succeeded"))
    assert {file.kind for file in (await files_of(lab, run)).values()} == {"result"}
    with pytest.raises(UnsupportedError, match="reporting disabled"):
        await lab.backend.reports(run)


async def test_a_report_is_listed_made_anew_and_deleted(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("succeeded"))
    (report,) = await lab.backend.reports(run)
    assert (report.name, report.status, report.files[0].name) == (
        "Example Report", Status.SUCCEEDED, "populated_notebook.html",
    )  # fmt: skip
    with pytest.raises(RejectedError, match="already exists"):
        await lab.backend.create_report(run, report.id, replace_failed=True)
    assert "deleted" in await lab.backend.delete_report(run, report.id)
    with pytest.raises(NotFoundError):
        await lab.backend.report(run, report.id)
    made = await lab.backend.create_report(run, report.id)
    assert (made.status, made.owner, made.files) == (Status.QUEUED, "alice@lab.org", ())
    service.world.advance(60)
    again = await lab.backend.report(run, report.id)
    assert again.status is Status.SUCCEEDED
    assert b"<h1>Report of" in await content(lab, run, again.files[0])


async def test_a_report_of_several_runs_makes_a_group(service: CarrotService, lab: Connected) -> None:
    _, report = await lab.backend.report_on_found(
        service.report_id(), {"pipeline": service.pipeline(), "status": "succeeded", "limit": "2"}
    )
    assert report.status is Status.QUEUED
    row = next(row for row in service.rows() if row["run_group_ids"] and row["status"] == "succeeded")
    groups = {group.id: group for group in await lab.backend.run_groups()}
    made = next(group for group in groups.values() if group.about.startswith("query "))
    assert "status succeeded" in made.about
    assert groups.keys() >= set(row["run_group_ids"])
    assert {run.status for run in (await lab.backend.runs_of_group(made.id)).runs} == {Status.SUCCEEDED}


async def test_the_tables_of_a_run_are_a_zip(service: CarrotService, lab: Connected) -> None:
    packed = await lab.backend.run_tables([await lab.run(service.row("succeeded"))])
    assert "metadata.csv" in zipfile.ZipFile(io.BytesIO(packed)).namelist()


async def test_jobs_are_tests_with_their_inputs(lab: Connected) -> None:
    jobs = {job.name: job async for job in lab.backend.iterate_jobs()}
    job = await lab.backend.fetch_job(jobs["Example Test"].id)
    assert {one.name: one.value for one in job.inputs} == {
        "test_workflow.a": 0.5,
        "test_workflow.b": 1.5,
        "eval_workflow.data_file": "test_output:test_workflow.data_file",
    }
    assert job.extra == {"template": "Example Template", "pipeline": "Example Pipeline"}
    tests = [name for name, one in jobs.items() if not one.kind]
    assert len(tests) == 6


async def test_pipelines_and_templates_are_jobs_one_cannot_start(lab: Connected) -> None:
    parents = {job.name: job async for job in lab.backend.iterate_jobs() if job.kind}
    template, pipeline = parents["Example Template"], parents["Example Pipeline"]
    assert (template.kind, pipeline.kind) == ("template", "pipeline")
    assert template.extra == {"pipeline": "Example Pipeline"}
    assert all(parent.start_form.refusal for parent in parents.values())
    assert await lab.backend.fetch_job(template.id) == template


async def test_the_workflows_texts_are_among_the_files(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("succeeded"))
    files = {file.path: file for file in (await lab.backend.output_files(run)).files}
    assert (await content(lab, run, files["workflows/test.wdl"])).startswith(b"version")
    assert b"workflow eval_workflow" in await content(lab, run, files["workflows/eval.wdl"])
    async with lab.backend.open_file(run, files["workflows/test.wdl"], start=2, end=5) as stream:
        assert [piece async for piece in stream.pieces()] == [b"rsi"]


@pytest.mark.parametrize(
    "inputs",
    [
        {"test_workflow.a": 0.75, "eval_workflow.image_to_use": "x"},
        {"test_input": {"test_workflow.a": 0.75}, "eval_input": {"eval_workflow.image_to_use": "x"}},
        {"test:test_workflow.a": 0.75, "eval:eval_workflow.image_to_use": "x"},
    ],
)
async def test_a_run_is_started_with_inputs_of_either_form(
    service: CarrotService, lab: Connected, inputs: dict[str, object]
) -> None:
    run = await lab.backend.start(service.test_id(), inputs, name="mine")
    assert (run.name, run.owner, run.job, run.status) == ("mine", "alice@lab.org", "Example Test", Status.QUEUED)
    row = service.rows()[0]
    assert row["run_id"] == run.id
    assert row["test_input"]["test_workflow.a"] == 0.75
    assert row["eval_input"]["eval_workflow.image_to_use"] == "x"


async def test_options_are_given_too(service: CarrotService, lab: Connected) -> None:
    await lab.backend.start(service.test_id(), {"test_options": {"read_from_cache": False}})
    assert service.rows()[0]["test_options"] == {"read_from_cache": False}


@pytest.mark.parametrize("inputs", [{"speed": 5}, {"test_input": 5}, {"other.a": 1}])
async def test_an_input_that_belongs_nowhere_is_refused_before_anything_is_sent(
    service: CarrotService, lab: Connected, inputs: dict[str, object]
) -> None:
    with pytest.raises(RejectedError) as raised:
        await lab.backend.start(service.test_id(), inputs)
    assert next(iter(inputs)) in raised.value.message
    assert not any(request.startswith("POST") for request in service.simulator.application.requests)


async def test_a_run_carrot_could_not_start_is_named(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.start_fails = True
    service.world.advance(3)
    with pytest.raises(RejectedError) as raised:
        await lab.backend.start(service.test_id(), {})
    assert "Submitting job to Cromwell failed" in raised.value.message
    assert service.rows()[0]["run_id"] in raised.value.hint
    assert sum(request.startswith("POST") for request in service.simulator.application.requests) == 1


async def test_a_start_whose_answer_was_lost_is_found_by_its_name(service: CarrotService, lab: Connected) -> None:
    service.simulator.application.add(Fault(match="^POST", drop_answer=True))
    run = await lab.backend.start(service.test_id(), {})
    assert service.rows()[0]["run_id"] == run.id
    assert sum(request.startswith("POST") for request in service.simulator.application.requests) == 1


async def test_a_start_that_never_arrived_is_an_error(service: CarrotService, lab: Connected) -> None:
    service.simulator.application.fail("^POST", status=503)
    before = len(service.rows())
    with pytest.raises(ServiceDownError):
        await lab.backend.start(service.test_id(), {})
    assert len(service.rows()) == before


async def test_a_name_that_is_taken_is_refused(service: CarrotService, lab: Connected) -> None:
    await lab.backend.start(service.test_id(), {}, name="mine")
    with pytest.raises(RejectedError, match="must be unique"):
        await lab.backend.start(service.test_id(), {}, name="mine")


async def test_a_running_run_is_stopped_through_cromwell(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("testrunning"))
    said = await lab.backend.stop(run)
    assert said.startswith("Cromwell says Aborting of the test workflow")
    assert (await lab.backend.fetch_run(run.id)).status is Status.STOPPING
    service.world.advance(20)
    stopped = await lab.backend.fetch_run(run.id)
    assert (stopped.status, stopped.status_text) == (Status.STOPPED, "testaborted")


async def test_in_the_eval_phase_the_eval_workflow_is_stopped(service: CarrotService, lab: Connected) -> None:
    run_id = service.ask("POST", f"/tests/{service.test_id()}/runs", json={}).json()["run_id"]
    while service.get(f"/runs/{run_id}").json()["status"] != "evalrunning":
        service.world.advance(1)
    assert "eval workflow" in await lab.backend.stop(await lab.backend.fetch_run(run_id))
    service.world.advance(20)
    assert (await lab.backend.fetch_run(run_id)).status_text == "evalaborted"


async def test_what_is_over_or_not_at_cromwell_yet_is_not_stopped(service: CarrotService, lab: Connected) -> None:
    with pytest.raises(RejectedError, match="over already"):
        await lab.backend.stop(await lab.run(service.row("testfailed")))
    with pytest.raises(RejectedError, match="nothing of this run is at Cromwell yet"):
        await lab.backend.stop(await lab.run(service.row("building")))


async def test_a_workflow_that_ended_meanwhile_is_not_stopped(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.tick_seconds = 3000
    run = await lab.run(service.row("testrunning"))
    service.world.advance(300)
    with pytest.raises(RejectedError, match="no such workflow in progress"):
        await lab.backend.stop(run)


async def test_a_failed_run_is_deleted(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("testfailed"))
    assert "is deleted" in await lab.backend.delete(run)
    with pytest.raises(NotFoundError):
        await lab.backend.fetch_run(run.id)


@pytest.mark.parametrize("status", ["succeeded", "testrunning"])
async def test_other_runs_are_not_deleted_and_that_is_explained(
    service: CarrotService, lab: Connected, status: str
) -> None:
    run = await lab.run(service.row(status))
    with pytest.raises(RejectedError, match=f"only runs that failed or were stopped, and says {status}"):
        await lab.backend.delete(run)


async def test_a_read_only_session_changes_nothing(service: CarrotService) -> None:
    async with service.connected(read_only=True) as lab:
        run = await lab.run(service.row("testrunning"))
        failed = await lab.run(service.row("testfailed"))
        for action in (
            lab.backend.stop(run),
            lab.backend.delete(failed),
            lab.backend.start(service.test_id(), {}),
            lab.backend.create_report(run, service.report_id()),
        ):
            with pytest.raises(PermissionDeniedError, match="read-only"):
                await action
    assert all(request.startswith("GET") for request in service.simulator.application.requests)


async def test_secrets_of_the_profile_are_in_no_error(service: CarrotService) -> None:
    secret = "hush-hush-4711"
    service.simulator.application.fail("", status=403, body=f'{{"detail": "no {secret}"}}'.encode())
    async with service.connected(headers={"X-Proxy": secret}) as lab:
        with pytest.raises(PermissionDeniedError) as raised:
            await lab.backend.check()
    assert secret not in f"{raised.value.message} {raised.value.hint} {raised.value!r}"


async def test_a_file_can_be_named_by_its_result_alone(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("succeeded"))
    variable = run.variable("example data file")
    assert variable is not None
    assert variable.file_id is not None
    file = OutputFile(id=variable.file_id, path="data.txt")
    assert await content(lab, run, file) == on_disk(msgspec.structs.replace(file, location=variable.file_id))


async def test_inputs_that_are_too_large_are_not_sent_and_the_largest_is_named(
    service: CarrotService, lab: Connected
) -> None:
    (test,) = [job async for job in lab.backend.iterate_jobs() if job.name == "Example Test"]
    with pytest.raises(RejectedError, match=r"test_workflow\.note is too large: CARROT takes at most 32,768 bytes"):
        await lab.backend.start(test.id, {"test_workflow.note": "x" * 40_000})


async def test_a_name_that_is_taken_is_told_of_the_name(service: CarrotService, lab: Connected) -> None:
    row = service.row("succeeded")
    with pytest.raises(RejectedError, match=r"^name: it must be unique"):
        await lab.backend.start(row["test_id"], {}, name=row["name"])


async def test_what_a_workflow_imports_is_a_zip_among_the_files(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.rows(GERMLINE)[-1])
    files = {file.path: file for file in (await lab.backend.output_files(run)).files}
    packed = await content(lab, run, files["workflows/test_dependencies.zip"])
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["JointGenotyping.wdl"]
    assert "workflows/eval_dependencies.zip" not in files
