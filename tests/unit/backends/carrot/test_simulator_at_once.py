"""The simulated services, asked for several things at the same time, and at the edges of what they take."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from runtui.backends.carrot.simulation.query_text import RUN_STATUSES
from tests.support.carrot_service import CarrotService

JSON = {"Content-Type": "application/json"}


def started_at_once(service: CarrotService, body: dict[str, Any], times: int) -> list[httpx.Response]:
    path = f"/tests/{service.test_id()}/runs"
    with ThreadPoolExecutor(times) as pool:
        asked = [pool.submit(lambda: service.ask("POST", path, json=body)) for _ in range(times)]
        return [answer.result() for answer in asked]


def test_runs_started_at_once_are_runs_of_their_own(service: CarrotService) -> None:
    answers = started_at_once(service, {}, 12)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["run_id"] for answer in answers}) == 12
    assert len({answer.json()["name"] for answer in answers}) == 12


def test_of_starts_with_one_name_at_once_one_is_taken(service: CarrotService) -> None:
    codes = [answer.status_code for answer in started_at_once(service, {"name": "mine"}, 8)]
    assert sorted(codes) == [200] + [400] * 7
    assert len(service.rows(name="mine")) == 1


@pytest.mark.parametrize("status", RUN_STATUSES)
def test_each_of_the_21_words_is_a_filter(service: CarrotService, status: str) -> None:
    assert len(RUN_STATUSES) == 21
    answer = service.get(f"/pipelines/{service.pipeline()}/runs?status={status}")
    assert answer.status_code in (200, 404)
    if answer.status_code == 200:
        assert {row["status"] for row in answer.json()} == {status}


@pytest.mark.parametrize(("size", "code"), [(32_768, 200), (32_769, 413)])
def test_a_body_has_at_most_32_kib(service: CarrotService, size: int, code: int) -> None:
    path = f"/tests/{service.test_id()}/runs"
    answer = service.ask("POST", path, content=b"{}".ljust(size), headers=JSON)
    assert answer.status_code == code


def test_dependencies_of_a_run_are_at_no_address(service: CarrotService) -> None:
    run_id = service.rows()[0]["run_id"]
    for which in ("test", "eval"):
        answer = service.get(f"/runs/{run_id}/{which}_wdl_dependencies")
        assert (answer.status_code, answer.content) == (404, b"")


def test_there_is_no_list_of_all_runs(service: CarrotService) -> None:
    assert service.get("/runs").status_code == 404
    assert service.get("/runs/").status_code == 404


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PATCH", "PUT"])
def test_a_known_path_and_another_verb_is_an_empty_405(service: CarrotService, method: str) -> None:
    answer = service.ask(method, f"/runs/{service.rows()[0]['run_id']}")
    assert (answer.status_code, answer.content) == (405, b"")


def test_numbers_of_a_page_are_64_bit(service: CarrotService) -> None:
    path = f"/pipelines/{service.pipeline()}/runs"
    assert service.get(f"{path}?limit={2**63 - 1}").status_code == 200
    assert service.get(f"{path}?offset={2**63 - 1}").status_code == 404
    beyond = service.get(f"{path}?limit={2**63}")
    assert beyond.text == "Query deserialize error: number too large to fit in target type"


def test_an_archived_workflow_has_a_message_and_no_calls(service: CarrotService) -> None:
    workflow = service.row("succeeded")["test_cromwell_job_id"]
    service.simulator.switches.archived_workflows = True
    found = service.cromwell(f"/{workflow}/metadata")
    assert found.status_code == 200
    assert found.json().keys() >= {"metadataArchiveStatus", "message"}
    assert not found.json().get("calls")


def test_without_its_parts_a_server_says_which_is_off(service: CarrotService) -> None:
    run_id = service.row("succeeded")["run_id"]
    service.simulator.switches.reporting = False
    service.simulator.switches.image_building = False
    reports, software = service.get(f"/runs/{run_id}/reports"), service.get("/software")
    assert (reports.status_code, reports.json()["title"]) == (422, "Reporting disabled")
    assert (software.status_code, software.json()["title"]) == (422, "Software building disabled")
