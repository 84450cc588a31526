"""Reports, run groups, look-ups and subscriptions on loopback."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.carrot_service import CarrotService

NOBODY = "00000000-0000-4000-8000-000000000000"
MAP_FIELDS = {
    "entity_type", "entity_id", "report_id", "status", "cromwell_job_id", "results", "created_at", "created_by",
    "finished_at",
}  # fmt: skip


def with_report(service: CarrotService, status: str) -> tuple[str, dict[str, Any]]:
    """A run with a report of that status, and the report."""
    for pipeline in ("Example Pipeline", "Germline Variant Calling"):
        for row in service.rows(pipeline):
            answer = service.get(f"/runs/{row['run_id']}/reports")
            for made in answer.json() if answer.status_code == 200 else []:
                if made["status"] == status:
                    return row["run_id"], made
    raise AssertionError(status)


def test_a_run_that_succeeded_gets_its_report_by_itself(service: CarrotService) -> None:
    run_id, made = with_report(service, "succeeded")
    assert set(made) == MAP_FIELDS
    assert (made["entity_type"], made["entity_id"]) == ("run", run_id)
    assert set(made["results"]) == {"populated_notebook", "html_report", "empty_notebook", "run_csv_zip"}
    assert service.get(f"/runs/{run_id}/reports/{made['report_id']}").json() == made


def test_the_files_of_a_report_are_there(service: CarrotService) -> None:
    _, made = with_report(service, "succeeded")
    assert Path(made["results"]["html_report"]).read_text().startswith("<!DOCTYPE html>")
    with zipfile.ZipFile(io.BytesIO(Path(made["results"]["run_csv_zip"]).read_bytes())) as packed:
        assert "metadata.csv" in packed.namelist()


def test_reports_there_are_not_are_404s_with_their_details(service: CarrotService) -> None:
    run_id = service.row("testfailed")["run_id"]
    report = service.report_id()
    said = {
        service.get(f"/runs/{run_id}/reports").json()["detail"],
        service.get(f"/runs/{run_id}/reports/{report}").json()["detail"],
        service.ask("DELETE", f"/runs/{run_id}/reports/{report}").json()["detail"],
    }
    assert said == {
        "No report_maps found with the specified parameters",
        "No report_map found with the specified IDs",
        "No report_map found for the specified id",
    }


def test_a_report_is_made_for_any_run_and_not_twice(service: CarrotService) -> None:
    run_id, report = service.row("testrunning")["run_id"], service.report_id()
    path = f"/runs/{run_id}/reports/{report}"
    made = service.ask("POST", f"{path}?delete_failed=false", json={"created_by": "alice@lab.org"})
    assert (made.status_code, made.json()["status"], made.json()["results"]) == (200, "submitted", None)
    again = service.ask("POST", f"{path}?delete_failed=true", json={})
    assert (again.status_code, again.json()["title"]) == (403, "Prohibited")
    assert again.json()["detail"].endswith(f"entity_type run entity_id {run_id} and report_id {report}")
    service.world.advance(40)
    assert service.get(path).json()["status"] == "succeeded"


def test_a_report_that_failed_is_made_anew_when_that_is_asked_for(service: CarrotService) -> None:
    run_id, failed = with_report(service, "failed")
    path = f"/runs/{run_id}/reports/{failed['report_id']}"
    assert service.ask("POST", f"{path}?delete_failed=false", json={}).status_code == 403
    made = service.ask("POST", f"{path}?delete_failed=true", json={}).json()
    assert made["cromwell_job_id"] != failed["cromwell_job_id"]
    service.world.advance(40)
    assert service.get(path).json()["status"] == "succeeded"


def test_a_report_of_an_unknown_run_or_report_is_a_500(service: CarrotService) -> None:
    run_id = service.rows()[0]["run_id"]
    for path in (f"/runs/{NOBODY}/reports/{service.report_id()}", f"/runs/{run_id}/reports/{NOBODY}"):
        answer = service.ask("POST", path, json={})
        assert (answer.status_code, answer.json()["title"]) == (500, "Database error")


def test_a_report_asked_for_while_cromwell_is_down_is_a_500_and_is_not_kept(service: CarrotService) -> None:
    path = f"/runs/{service.row('testfailed')['run_id']}/reports/{service.report_id()}"
    service.simulator.switches.cromwell_down = True
    answer = service.ask("POST", path, json={})
    assert (answer.status_code, answer.json()["title"]) == (500, "Cromwell error")
    assert service.get(path).status_code == 404


def test_a_deleted_report_is_gone(service: CarrotService) -> None:
    run_id, made = with_report(service, "succeeded")
    path = f"/runs/{run_id}/reports/{made['report_id']}"
    assert service.ask("DELETE", path).json() == {"message": "Successfully deleted 1 row"}
    assert service.get(path).status_code == 404


def test_without_reporting_every_report_route_is_a_422(service: CarrotService) -> None:
    run_id = service.rows()[0]["run_id"]
    service.simulator.switches.reporting = False
    for method, path in (
        ("GET", "/reports"),
        ("GET", f"/runs/{run_id}/reports"),
        ("POST", f"/runs/{run_id}/reports/{NOBODY}"),
        ("DELETE", f"/run-groups/{NOBODY}/reports/{NOBODY}"),
    ):
        answer = service.ask(method, path)
        assert (answer.status_code, answer.json()["title"]) == (422, "Reporting disabled")


def test_a_report_of_a_query_makes_a_group_of_its_runs(service: CarrotService) -> None:
    path = f"/pipelines/{service.pipeline()}/runs/reports/{service.report_id()}"
    made = service.ask("POST", f"{path}?status=succeeded&limit=3", json={"created_by": "alice@lab.org"}).json()
    assert made["entity_type"] == "run_group"
    group = service.get(f"/run-groups/{made['entity_id']}").json()
    assert group["metadata"]["Query"]["query"]["status"] == "succeeded"
    members = [row for row in service.rows() if made["entity_id"] in row["run_group_ids"]]
    assert len(members) == 3
    assert len(service.rows(run_group_id=made["entity_id"])) == 3
    assert service.ask("DELETE", f"/run-groups/{made['entity_id']}").status_code == 403
    empty = service.ask("POST", f"{path}?name=nobody", json={})
    assert (empty.status_code, empty.json()["title"]) == (404, "No run found")
    negative = service.ask("POST", f"{path}?limit=-1", json={})
    assert (negative.status_code, negative.json()["title"]) == (500, "Server error")


def test_pull_requests_have_groups_whose_runs_nobody_created(service: CarrotService) -> None:
    grouped = [row for row in service.rows() if row["run_group_ids"]]
    assert grouped
    assert all(row["created_by"] is None for row in grouped)
    group = service.get(f"/run-groups/{grouped[0]['run_group_ids'][0]}").json()
    assert isinstance(group["metadata"]["Github"]["issue_number"], int)
    number = group["metadata"]["Github"]["issue_number"]
    assert service.get(f"/run-groups?issue_number={number}").status_code == 200


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/pipelines?name=none", "No pipelines found"),
        ("/templates?name=none", "No template found"),
        ("/tests?name=none", "No test found"),
        ("/results?name=none", "No result found"),
        ("/reports?name=none", "No reports found"),
        ("/software?name=none", "No software found"),
        ("/software_versions?commit=none", "No software_version found"),
        ("/software_builds?image_url=none", "No software_build found"),
        ("/subscriptions", "No subscriptions found"),
        ("/run-groups?owner=none", "No run group found"),
        ("/pipelines?created_after=2999-01-01T00:00:00", "No pipelines found"),
    ],
)
def test_empty_tables_are_404s_with_titles_of_their_own(service: CarrotService, path: str, title: str) -> None:
    answer = service.get(path)
    assert (answer.status_code, answer.json()["title"]) == (404, title)


@pytest.mark.parametrize(
    "kind", ["pipelines", "templates", "tests", "results", "reports", "software", "software_versions"]
)
def test_a_row_by_its_id_is_the_row_of_the_list(service: CarrotService, kind: str) -> None:
    key = {"software": "software_id"}.get(kind, f"{kind[:-1]}_id")
    row = service.get(f"/{kind}?sort=asc(created_at)").json()[0]
    assert service.get(f"/{kind}/{row[key]}").json() == row
    assert service.get(f"/{kind}/{NOBODY}").status_code == 404


def test_the_example_of_carrots_own_documentation_is_there(service: CarrotService) -> None:
    (test,) = service.get("/tests?name=Example%20Test&template_name=Example%20Template").json()
    assert test["test_input_defaults"] == {"test_workflow.a": 0.5, "test_workflow.b": 1.5}
    assert test["eval_input_defaults"] == {"eval_workflow.data_file": "test_output:test_workflow.data_file"}
    mapped = service.get(f"/templates/{test['template_id']}/results").json()
    keys = {one["result_key"] for one in mapped}
    assert {"test_workflow.data_file", "eval_workflow.comparison_result"} <= keys
    names = {one["name"]: one["result_type"] for one in service.get("/results").json()}
    assert names["example data file"] == names["example comparison file"] == "file"
    assert names["mean absolute difference"] == "numeric"


def test_without_image_building_software_is_a_422(service: CarrotService) -> None:
    service.simulator.switches.image_building = False
    answer = service.get("/software_builds")
    assert (answer.status_code, answer.json()["title"]) == (422, "Software building disabled")


def test_one_subscribes_and_unsubscribes_by_e_mail(service: CarrotService) -> None:
    path = f"/tests/{service.test_id()}/subscriptions"
    made = service.ask("POST", path, json={"email": "alice@lab.org"}).json()
    assert service.get(f"/subscriptions/{made['subscription_id']}").json() == made
    assert service.ask("DELETE", f"{path}?email=alice@lab.org").json()["message"].startswith("Successfully deleted 1")
    assert service.ask("DELETE", f"{path}?email=alice@lab.org").status_code == 404


def test_the_address_of_cromwell_is_plain_text_and_may_be_missing(service: CarrotService) -> None:
    answer = service.get("/config/cromwell")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == service.urls["url"]
    service.simulator.switches.config_route = False
    assert (service.get("/config/cromwell").status_code, service.get("/config/cromwell").content) == (404, b"")


def test_software_leads_to_its_versions_and_they_to_their_builds(service: CarrotService) -> None:
    (software,) = service.get("/software?name=gatk").json()
    versions = service.get("/software_versions?software_name=gatk").json()
    assert versions == service.get(f"/software_versions?software_id={software['software_id']}").json()
    builds = service.get(f"/software_builds?software_version_id={versions[0]['software_version_id']}").json()
    assert software.keys() == {
        "software_id", "name", "description", "repository_url", "machine_type", "created_at", "created_by"
    }  # fmt: skip
    assert versions[0].keys() == {"software_version_id", "software_id", "commit", "commit_date", "tags", "created_at"}
    assert builds[0].keys() == {
        "software_build_id", "software_version_id", "build_job_id", "status", "image_url", "created_at", "finished_at"
    }  # fmt: skip
    assert service.get("/software_builds?status=none").status_code == 400


def test_reports_of_a_template_say_when_they_are_made(service: CarrotService) -> None:
    paths = [f"/templates/{template['template_id']}/reports" for template in service.get("/templates").json()]
    answers = [service.get(path) for path in paths]
    rows = [row for answer in answers if answer.status_code == 200 for row in answer.json()]
    fields = {"template_id", "report_id", "report_trigger", "created_at", "created_by"}
    assert all(row.keys() == fields for row in rows)
    assert {row["report_trigger"] for row in rows} == {"single", "pr"}
    assert service.get("/templates/x/reports").status_code == 400
    assert service.get(f"/templates/{service.test_id()}/reports").status_code == 404
