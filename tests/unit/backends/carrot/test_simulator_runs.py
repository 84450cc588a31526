"""One run on loopback: fetch, start, delete, and the answers to what is wrong."""

import io
import json
import zipfile

import pytest

from tests.support.carrot_service import CarrotService

NOBODY = "00000000-0000-4000-8000-000000000000"
STARTED = [
    "run_id", "test_id", "name", "status", "test_wdl", "test_wdl_dependencies", "eval_wdl", "eval_wdl_dependencies",
    "test_input", "test_options", "eval_input", "eval_options", "test_cromwell_job_id", "eval_cromwell_job_id",
    "created_at", "created_by", "finished_at",
]  # fmt: skip


def error(code: int, title: str, detail: str) -> tuple[int, dict[str, object]]:
    return code, {"title": title, "status": code, "detail": detail}


@pytest.mark.parametrize("form", ["{}", "{{{}}}", "urn:uuid:{}"])
def test_a_run_is_found_by_any_form_of_its_id(service: CarrotService, form: str) -> None:
    row = service.rows()[3]
    assert service.get(f"/runs/{form.format(row['run_id'])}").json() == row
    assert service.get(f"/runs/{row['run_id'].replace('-', '')}").json() == row


def test_errors_of_single_runs_have_their_titles(service: CarrotService) -> None:
    bad = error(400, "ID formatted incorrectly", "ID must be formatted as a Uuid")
    for method, path in (("GET", "/runs/x"), ("DELETE", "/runs/x"), ("GET", "/runs/x/test_wdl"), ("GET", "/tests/x")):
        answer = service.ask(method, path)
        assert (answer.status_code, answer.json()) == bad
    missing = service.get(f"/runs/{NOBODY}")
    expected = error(404, "No run found", "No run found with the specified ID")
    assert (missing.status_code, missing.json()) == expected
    gone = service.ask("DELETE", f"/runs/{NOBODY}")
    assert (gone.status_code, gone.json()) == error(404, "No run found", "No run found for the specified id")


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/pipelines/", 404),
        ("POST", "/runs/x", 405),
        ("PUT", "/pipelines", 405),
        ("HEAD", "/pipelines", 405),
        ("GET", "/None/None/runs", 404),
        ("GET", "//runs", 404),
    ],
)
def test_unknown_paths_and_methods_have_an_empty_body(
    service: CarrotService, method: str, path: str, code: int
) -> None:
    answer = service.ask(method, path)
    assert (answer.status_code, answer.content) == (code, b"")
    assert "content-type" not in answer.headers


def test_a_started_run_answers_with_17_fields_and_is_listed_with_24(service: CarrotService) -> None:
    body = {"name": "mine", "test_input": {"test_workflow.a": 0.75}, "created_by": "alice@lab.org", "colour": "red"}
    answer = service.ask("POST", f"/tests/{service.test_id()}/runs", json=body)
    assert answer.status_code == 200
    run = answer.json()
    assert sorted(run) == sorted(STARTED)
    assert (run["name"], run["status"], run["created_by"]) == ("mine", "testsubmitted", "alice@lab.org")
    assert run["test_input"] == {"test_workflow.a": 0.75, "test_workflow.b": 1.5}
    assert run["test_cromwell_job_id"]
    assert service.rows()[0]["run_id"] == run["run_id"]


def test_null_in_an_input_takes_the_default_away(service: CarrotService) -> None:
    body = {"test_input": {"test_workflow.a": None}}
    run = service.ask("POST", f"/tests/{service.test_id()}/runs", json=body).json()
    assert run["test_input"] == {"test_workflow.b": 1.5}


def test_a_run_without_a_name_gets_one_of_its_test_and_time(service: CarrotService) -> None:
    run = service.ask("POST", f"/tests/{service.test_id()}/runs", json={}).json()
    assert run["name"] == "Example Test_run_2026-01-29 10:00:00.000000000 UTC"


def test_an_image_that_is_not_built_yet_is_built_first(service: CarrotService) -> None:
    body = {"test_input": {"test_workflow.image_to_use": "image_build:example-test|feature-branch"}}
    run = service.ask("POST", f"/tests/{service.test_id()}/runs", json=body).json()
    assert (run["status"], run["test_cromwell_job_id"]) == ("building", None)
    service.world.advance(40)
    assert service.get(f"/runs/{run['run_id']}").json()["status"] in ("testsubmitted", "testrunning")


def test_what_cannot_be_started_says_why(service: CarrotService) -> None:
    path = f"/tests/{service.test_id()}/runs"
    service.ask("POST", path, json={"name": "mine"})
    again = service.ask("POST", path, json={"name": "mine"})
    assert (again.status_code, again.json()) == error(
        400,
        "Run with specified name already exists",
        "If a custom run name is specified, it must be unique.",
    )
    unknown = service.ask("POST", path, json={"test_input": {"test_workflow.x": "image_build:nothing|1"}})
    expected = error(400, "No such software exists", "No software registered with the name: nothing")
    assert (unknown.status_code, unknown.json()) == expected
    unknown = service.ask("POST", path, json={"eval_input": {"eval_workflow.x": "image_build:nothing|1"}})
    assert (unknown.status_code, unknown.json()) == expected
    nobody = service.ask("POST", f"/tests/{NOBODY}/runs", json={})
    expected = error(500, "Server error", "Error while attempting to query the database: NotFound")
    assert (nobody.status_code, nobody.json()) == expected


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"{}", "text/plain", 400),
        (b'{"name": 5}', "application/json", 400),
        (b'{"test_input": {"a": NaN}}', "application/json", 400),
        (b'{"test_input": {"a": 1e999}}', "application/json", 400),
        (b'{"test_input": ' + b'{"a": ' * 2000 + b"1" + b"}" * 2001, "application/json", 400),
        (b"[" * 30_000, "application/json", 400),
        (json.dumps({"name": "x" * 40_000}).encode(), "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_taken_is_refused_with_an_empty_body(
    service: CarrotService, content: bytes, kind: str, code: int
) -> None:
    path = f"/tests/{service.test_id()}/runs"
    answer = service.ask("POST", path, content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.content) == (code, b"")


def test_a_start_that_fails_leaves_a_failed_run_without_errors(service: CarrotService) -> None:
    service.simulator.switches.start_fails = True
    answer = service.ask("POST", f"/tests/{service.test_id()}/runs", json={"name": "lost"})
    assert answer.status_code == 500
    assert answer.json()["detail"].startswith("Submitting job to Cromwell failed with error: ")
    service.world.advance(10)
    (row,) = service.rows(name="lost")
    assert (row["status"], row["errors"], row["test_cromwell_job_id"]) == ("carrotfailed", None, None)


def test_only_runs_that_failed_are_deleted(service: CarrotService) -> None:
    running = service.row("testrunning")
    kept = service.ask("DELETE", f"/runs/{running['run_id']}")
    expected = error(403, "Cannot delete", "Cannot delete a run if it has a non-failed status")
    assert (kept.status_code, kept.json()) == expected
    for status in ("testfailed", "evalfailed", "buildfailed", "carrotfailed", "testaborted"):
        failed = service.row(status)
        answer = service.ask("DELETE", f"/runs/{failed['run_id']}")
        assert (answer.status_code, answer.json()) == (200, {"message": "Successfully deleted 1 row"})
        assert service.get(f"/runs/{failed['run_id']}").status_code == 404
        assert failed["run_id"] not in {row["run_id"] for row in service.rows()}


def test_the_tables_of_a_run_are_a_zip_without_a_content_type(service: CarrotService) -> None:
    row = service.row("testfailed")
    answer = service.get(f"/runs/{row['run_id']}?csv=true")
    assert "content-type" not in answer.headers
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        tables = {name: packed.read(name).decode().splitlines() for name in packed.namelist()}
    assert sorted(tables) == [
        "eval_inputs.csv", "eval_options.csv", "metadata.csv", "results.csv", "test_inputs.csv", "test_options.csv",
    ]  # fmt: skip
    assert "test_failed" in tables["metadata.csv"][1]
    assert row["created_at"].replace("T", " ") in tables["metadata.csv"][1]
    assert tables["test_inputs.csv"][0] == "run_id,test_workflow.a,test_workflow.b,test_workflow.image_to_use"
    assert tables["results.csv"] == ["run_id", row["run_id"]]


def test_workflow_texts_are_handed_out(service: CarrotService) -> None:
    run_id = service.rows()[0]["run_id"]
    assert "workflow test_workflow" in service.get(f"/runs/{run_id}/test_wdl").text
    assert "task compare" in service.get(f"/runs/{run_id}/eval_wdl").text
    template = service.get("/templates").json()[1]["template_id"]
    zipped = service.get(f"/templates/{template}/test_wdl_dependencies")
    assert zipped.headers["content-type"] == "application/zip"


def test_an_older_server_lacks_the_newer_fields(service: CarrotService) -> None:
    service.simulator.switches.old_server = True
    assert "run_group_ids" not in service.rows()[0]
    assert "test_wdl" not in service.rows()[0]
