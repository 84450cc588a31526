"""Cromwell on loopback."""

import gzip
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.carrot_service import CarrotService
from tests.support.conditions import reached

NOBODY = "00000000-0000-4000-8000-000000000000"
GERMLINE = "Germline Variant Calling"


def metadata(service: CarrotService, workflow: str, **params: Any) -> dict[str, Any]:
    return dict(service.cromwell(f"/{workflow}/metadata", params=params).json())


def test_errors_are_pretty_json(service: CarrotService) -> None:
    bad = service.cromwell("/x/status")
    assert (bad.status_code, bad.json()) == (400, {"status": "fail", "message": "Invalid workflow ID: 'x'."})
    unknown = service.cromwell(f"/{NOBODY}/metadata")
    expected = {"status": "fail", "message": f"Unrecognized workflow ID: {NOBODY}"}
    assert (unknown.status_code, unknown.json()) == (404, expected)
    assert unknown.text.startswith("{\n")
    assert service.cromwell(f"/{NOBODY}/status", "PUT").headers["content-type"].startswith("text/plain")
    assert service.cromwell(f"/{NOBODY}/status", "PUT").status_code == 405


def test_a_workflow_is_not_known_before_it_is_submitted(service: CarrotService) -> None:
    run = service.ask("POST", f"/tests/{service.test_id()}/runs", json={}).json()
    workflow = run["test_cromwell_job_id"]
    assert service.cromwell(f"/{workflow}/status").status_code == 404
    service.world.advance(1)
    assert service.cromwell(f"/{workflow}/status").json() == {"status": "Submitted", "id": workflow}


def test_a_batch_of_ids_is_asked_for_in_one_request(service: CarrotService) -> None:
    ids = [row["test_cromwell_job_id"] for row in service.rows() if row["test_cromwell_job_id"]]
    answer = service.cromwell("/query", params={"id": [*ids, NOBODY]}).json()
    assert {one["id"] for one in answer["results"]} == set(ids)
    assert answer["totalResultsCount"] == len(ids)
    live = next(one for one in answer["results"] if one["status"] == "Running")
    assert "end" not in live
    assert live["submission"].endswith("Z")
    assert service.cromwell("/query?colour=red").status_code == 400
    assert service.cromwell("/query?status=running").status_code == 400
    first = answer["results"][0]
    label = f"cromwell-workflow-id:cromwell-{first['id']}"
    assert [one["id"] for one in service.cromwell("/query", params={"label": label}).json()["results"]] == [first["id"]]
    assert service.cromwell("/query?start=2999-01-01T00:00:00.000Z").json()["results"] == []
    assert service.cromwell("/query?name=eval_workflow&end=2999-01-01T00:00:00.000Z").json()["totalResultsCount"] > 5
    page = service.cromwell("/query?status=Failed&pagesize=2&page=1").json()
    assert (len(page["results"]), {one["status"] for one in page["results"]}) == (2, {"Failed"})


def test_keys_are_chosen_by_prefix_at_the_root_and_at_calls(service: CarrotService) -> None:
    workflow = service.row("testrunning", GERMLINE)["test_cromwell_job_id"]
    slim = metadata(service, workflow, includeKey=["id", "status", "executionStatus", "std"])
    assert set(slim) == {"id", "status", "calls"}
    call = slim["calls"]["HaplotypeCallerBenchmark.SplitIntervals"][0]
    assert set(call) == {"executionStatus", "stdout", "stderr", "attempt", "shardIndex"}
    without = metadata(service, workflow, excludeKey=["submitted", "inputs", "outputs"])
    assert "submittedFiles" not in without
    assert "workflowName" in without


def test_shards_and_attempts_are_in_order(service: CarrotService) -> None:
    workflow = service.row("succeeded", GERMLINE)["test_cromwell_job_id"]
    calls = metadata(service, workflow)["calls"]["HaplotypeCallerBenchmark.HaplotypeCaller"]
    places = [(call["shardIndex"], call["attempt"]) for call in calls]
    assert places == sorted(places)
    retried = [call for call in calls if call["executionStatus"] == "RetryableFailure"]
    assert retried
    assert all((call["shardIndex"], 2) in places for call in retried)


def test_a_sub_workflow_is_an_id_or_its_metadata(service: CarrotService) -> None:
    workflow = service.row("succeeded", GERMLINE)["test_cromwell_job_id"]
    name = "HaplotypeCallerBenchmark.JointGenotyping"
    (plain,) = metadata(service, workflow)["calls"][name]
    (expanded,) = metadata(service, workflow, expandSubWorkflows="true")["calls"][name]
    assert "stdout" not in plain
    inner = expanded["subWorkflowMetadata"]
    assert set(inner["calls"]) == {"JointGenotyping.GenotypeGVCFs", "JointGenotyping.HardFilter"}
    assert (inner["id"], inner["parentWorkflowId"]) == (plain["subWorkflowId"], workflow)
    assert service.cromwell(f"/{plain['subWorkflowId']}/status").json()["status"] == "Succeeded"


def test_a_failed_workflow_says_why_at_every_level(service: CarrotService) -> None:
    workflow = service.row("testfailed")["test_cromwell_job_id"]
    found = metadata(service, workflow)
    (call,) = found["calls"]["test_workflow.make_data_file"]
    assert (call["executionStatus"], call["returnCode"]) == ("Failed", 1)
    message = "Job test_workflow.make_data_file:NA:1 exited with return code 1"
    assert call["failures"][0]["message"].startswith(message)
    assert found["failures"][0]["message"] == "Workflow failed"
    assert found["failures"][0]["causedBy"][0]["message"].startswith(message)
    assert "Traceback" in Path(call["stderr"]).read_text()


def test_logs_have_no_calls_before_any_has_paths(service: CarrotService) -> None:
    workflow = service.row("testsubmitted")["test_cromwell_job_id"]
    assert service.cromwell(f"/{workflow}/logs").json() == {"id": workflow}
    assert metadata(service, workflow)["calls"] == {}
    assert service.cromwell(f"/{workflow}/outputs").json() == {"outputs": {}, "id": workflow}


def test_metadata_are_packed_when_that_is_asked_for(service: CarrotService) -> None:
    workflow = service.rows()[3]["test_cromwell_job_id"]
    path = f"{service.urls['cromwell_url']}/api/workflows/v1/{workflow}/metadata"
    with httpx.stream("GET", path, headers={"Accept-Encoding": "gzip"}, trust_env=False) as answer:
        raw = b"".join(answer.iter_raw())
    assert gzip.decompress(raw).startswith(b"{\n")


def test_an_abort_stops_a_running_workflow_and_carrot_sees_it_later(service: CarrotService) -> None:
    row = service.row("testrunning")
    service.world.advance(1)
    workflow = row["test_cromwell_job_id"]
    assert service.cromwell(f"/{workflow}/abort", "POST").json() == {"id": workflow, "status": "Aborting"}
    assert service.cromwell(f"/{workflow}/status").json()["status"] == "Aborting"
    assert service.get(f"/runs/{row['run_id']}").json()["status"] == "testrunning"
    service.world.advance(15)
    assert service.cromwell(f"/{workflow}/status").json()["status"] == "Aborted"
    seen = service.get(f"/runs/{row['run_id']}").json()
    assert seen["status"] == "testaborted"
    assert seen["finished_at"] is not None
    again = service.cromwell(f"/{workflow}/abort", "POST")
    said = f"Couldn't abort {workflow} because no workflow with that ID is in progress"
    assert (again.status_code, again.json()) == (404, {"status": "error", "message": said})


def test_a_workflow_that_waits_is_aborted_at_once(service: CarrotService) -> None:
    workflow = service.row("testsubmitted")["test_cromwell_job_id"]
    assert service.cromwell(f"/{workflow}/abort", "POST").json()["status"] == "Aborted"
    assert service.cromwell(f"/{workflow}/status").json()["status"] == "Aborted"


def content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


async def test_a_call_writes_files_that_grow(service: CarrotService) -> None:
    workflow = service.row("testrunning")["test_cromwell_job_id"]
    (call,) = metadata(service, workflow)["calls"]["test_workflow.make_data_file"]
    stdout = Path(call["stdout"])
    assert stdout.parts[-5:] == ("test_workflow", workflow, "call-make_data_file", "execution", "stdout")
    before = content(stdout)
    assert content(stdout.parent / "script").startswith(b"#!/bin/bash")
    assert content(stdout.parent / "rc") == b""
    service.world.advance(3)
    await reached(lambda: len(content(stdout)) > len(before))
    assert content(stdout).startswith(before)
    service.world.advance(60)
    await reached(lambda: content(stdout.parent / "data.txt"))
    assert content(stdout.parent / "rc") == b"0\n"


def test_output_files_are_those_the_outputs_name_and_the_results_too(service: CarrotService) -> None:
    row = service.row("succeeded")
    outputs = service.cromwell(f"/{row['eval_cromwell_job_id']}/outputs").json()["outputs"]
    assert row["results"]["example comparison file"] == outputs["eval_workflow.comparison_result"]
    assert float(row["results"]["mean absolute difference"]) == outputs["eval_workflow.mean_difference"]
    lines = Path(outputs["eval_workflow.comparison_result"]).read_text().splitlines()
    assert lines[0] == "x,y,expected,difference"
    assert len(lines) == 401


def test_closing_removes_the_files(service: CarrotService) -> None:
    workflow = service.row("testrunning")["test_cromwell_job_id"]
    metadata(service, workflow)
    root = Path(service.simulator.tree.root)
    assert root.exists()
    service.begin()
    assert not root.exists()


def test_cromwell_down_answers_503(service: CarrotService) -> None:
    service.simulator.switches.cromwell_down = True
    assert service.cromwell("/backends").status_code == 503
    assert service.get("/pipelines").status_code == 200


@pytest.mark.parametrize("path", ["/backends", "/query"])
def test_the_same_routes_are_on_carrots_own_address(service: CarrotService, path: str) -> None:
    carrot, cromwell = service.urls["url"], service.urls["cromwell_url"]
    assert httpx.get(f"{carrot}/api/workflows/v1{path}", trust_env=False).status_code == 200
    assert "cromwell" in httpx.get(f"{cromwell}/engine/v1/version", trust_env=False).json()


def test_a_workflow_has_labels_and_a_page_of_timing(service: CarrotService) -> None:
    workflow = next(row["test_cromwell_job_id"] for row in service.rows() if row["test_cromwell_job_id"])
    assert service.cromwell(f"/{workflow}/labels").json() == {
        "id": workflow, "labels": {"cromwell-workflow-id": f"cromwell-{workflow}"}
    }  # fmt: skip
    assert service.cromwell(f"/{workflow}/timing").headers["Content-Type"].startswith("text/html")
    assert service.cromwell("/backends").json() == {"supportedBackends": ["Local"], "defaultBackend": "Local"}
