"""How the simulated world goes on: CARROT's looks at Cromwell, outages, and what is known for odd."""

from datetime import datetime
from typing import Any

from tests.support.carrot_service import CarrotService

GERMLINE = "Germline Variant Calling"


def started(service: CarrotService) -> dict[str, Any]:
    return dict(service.ask("POST", f"/tests/{service.test_id()}/runs", json={}).json())


def seen(service: CarrotService, run: dict[str, Any]) -> dict[str, Any]:
    return dict(service.get(f"/runs/{run['run_id']}").json())


def stages(service: CarrotService, run: dict[str, Any], seconds: int) -> list[str]:
    """CARROT's words for a run, second by second, each once in a row."""
    words = [seen(service, run)["status"]]
    for _ in range(seconds):
        service.world.advance(1)
        word = seen(service, run)["status"]
        if word != words[-1]:
            words.append(word)
    return words


def test_a_run_goes_through_its_phases(service: CarrotService) -> None:
    assert stages(service, started(service), 120) == [
        "testsubmitted", "testrunning", "evalsubmitted", "evalrunning", "succeeded",
    ]  # fmt: skip


def test_carrots_status_lags_behind_cromwells(service: CarrotService) -> None:
    service.simulator.switches.tick_seconds = 300
    run = started(service)
    service.world.advance(90)
    workflow = run["test_cromwell_job_id"]
    assert service.cromwell(f"/{workflow}/status").json()["status"] == "Succeeded"
    assert seen(service, run)["status"] == "testsubmitted"
    service.world.advance(210)
    assert seen(service, run)["status"] == "evalsubmitted"
    assert seen(service, run)["eval_cromwell_job_id"]


def test_the_end_of_a_run_is_cromwells_end(service: CarrotService) -> None:
    run = started(service)
    service.world.advance(150)
    finished = seen(service, run)
    ended = service.cromwell(f"/{finished['eval_cromwell_job_id']}/metadata").json()["end"]
    assert datetime.fromisoformat(finished["finished_at"]) == datetime.fromisoformat(ended.rstrip("Z"))
    assert finished["results"]["mean absolute difference"]


def test_results_of_the_test_workflow_show_while_the_eval_runs(service: CarrotService) -> None:
    run = started(service)
    while seen(service, run)["status"] != "evalrunning":
        service.world.advance(1)
    assert set(seen(service, run)["results"]) == {"example data file"}


def test_a_waiting_eval_may_show_as_a_submitted_test(service: CarrotService) -> None:
    service.simulator.switches.eval_submitted_glitch = True
    run = started(service)
    while seen(service, run)["eval_cromwell_job_id"] is None:
        service.world.advance(1)
    assert seen(service, run)["status"] == "testsubmitted"


def test_each_look_at_a_cromwell_that_is_down_adds_an_error_and_no_failure(service: CarrotService) -> None:
    run = started(service)
    service.world.advance(6)
    service.simulator.switches.cromwell_down = True
    service.world.advance(21)
    during = seen(service, run)
    assert len(during["errors"]) == 4
    assert during["status"] in ("testsubmitted", "testrunning")
    service.simulator.switches.cromwell_down = False
    service.world.advance(120)
    after = seen(service, run)
    assert (after["status"], len(after["errors"])) == ("succeeded", 4)


def test_a_start_while_cromwell_is_down_fails(service: CarrotService) -> None:
    service.simulator.switches.cromwell_down = True
    assert service.ask("POST", f"/tests/{service.test_id()}/runs", json={}).status_code == 500


def test_inputs_that_are_no_numbers_fail_the_test_workflow(service: CarrotService) -> None:
    body = {"test_input": {"test_workflow.a": "half"}}
    run = service.ask("POST", f"/tests/{service.test_id()}/runs", json=body).json()
    service.world.advance(90)
    assert seen(service, run)["status"] == "testfailed"
    (call,) = service.cromwell(f"/{run['test_cromwell_job_id']}/metadata").json()["calls"].values()
    with open(call[0]["stderr"]) as file:
        assert "ValueError: could not convert string to float: 'half'" in file.read()


def test_stuck_runs_stay_where_they_are(service: CarrotService) -> None:
    service.begin(runs=60, stuck_runs=True)
    service.world.advance(3600)
    words = {row["status"] for row in service.rows()}
    assert "created" in words
    waiting = [row for row in service.rows() if row["status"] == "testrunning" and row["errors"]]
    assert waiting
    assert "Failed to start eval" in waiting[0]["errors"][0]


def test_a_doomed_workflow_still_runs(service: CarrotService) -> None:
    met: set[str] = set()
    for _ in range(20):
        for row in service.rows(GERMLINE, status="testrunning"):
            calls = service.cromwell(f"/{row['test_cromwell_job_id']}/metadata").json()["calls"]
            words = {call["executionStatus"] for listed in calls.values() for call in listed}
            if {"Failed", "Running"} <= words:
                met.add(row["run_id"])
        service.world.advance(5)
    assert met
    service.world.advance(200)
    assert {service.get(f"/runs/{run_id}").json()["status"] for run_id in met} == {"testfailed"}


def test_new_runs_come_for_hours(service: CarrotService) -> None:
    before = len(service.rows())
    service.world.advance(3 * 3600)
    rows = service.rows()
    assert len(rows) - before > 200
    newest = datetime.fromisoformat(rows[0]["created_at"])
    assert (service.world.now().replace(tzinfo=None) - newest).total_seconds() < 60


def test_history_holds_every_way_to_end(service: CarrotService) -> None:
    words = {row["status"] for row in service.rows() + service.rows(GERMLINE)}
    assert {
        "succeeded", "testfailed", "evalfailed", "testaborted", "evalaborted", "buildfailed", "carrotfailed",
        "testrunning", "testsubmitted", "building",
    } <= words  # fmt: skip
