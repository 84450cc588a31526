"""Jobs of the simulated service as a raw client sees them, and how they go on with time."""

from itertools import pairwise

import httpx
import msgspec
import pytest

from tests.support.rescale_lists import results
from tests.support.rescale_service import (
    CFX,
    DRAFT,
    FAILING_SWEEP,
    FINISHED_SWEEP,
    FLUENT,
    FORCED,
    KEPT_CLUSTER,
    NEVER_RAN,
    OPTIMISATION,
    QUEUED,
    RESTARTED,
    SWEEP,
    TERMINATED,
    RescaleServer,
)

NO_RESOURCES = "Could not allocate compute resources from the compute provider"
ANALYSIS = {"analysis": {"code": "openfoam_plus", "version": "x"}, "command": "./Allrun"}
BODY: dict[str, object] = {"name": "new", "jobanalyses": [ANALYSIS]}


# jobs


def test_a_job_of_a_list_has_its_fields(server: RescaleServer, client: httpx.Client) -> None:
    job = next(job for job in results(client, "jobs/") if job["name"] == SWEEP)
    assert job.keys() == {
        "id", "name", "owner", "dateInserted", "analysisNames", "jobStatus", "clusterStatusDisplay", "sharedWith",
        "isVisible", "storage",
    }  # fmt: skip
    assert job["jobStatus"] == {"content": "Executing", "labelClass": "label-info", "useLabel": True}
    assert str(job["id"]).isalpha()
    assert len(str(job["id"])) == 6


def test_a_draft_has_no_status_at_all(server: RescaleServer, client: httpx.Client) -> None:
    job_id = server.job(DRAFT)
    (job,) = [job for job in results(client, "jobs/") if job["id"] == job_id]
    assert job["jobStatus"] == {"content": "", "labelClass": "", "useLabel": False}
    assert client.get(f"jobs/{job_id}/statuses/").json()["results"] == []


def test_jobs_come_newest_first(client: httpx.Client) -> None:
    dates = [str(job["dateInserted"]) for job in results(client, "jobs/")]
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize(
    ("params", "names"),
    [
        (
            {"state": "not_completed"},
            {SWEEP, FLUENT, OPTIMISATION, QUEUED, DRAFT, "nozzle, 20 M cells"},
        ),
        ({"job_status": "EXECUTING"}, {SWEEP, FLUENT, OPTIMISATION}),
        ({"job_status": "WAITING_FOR_CLUSTER"}, {QUEUED}),
        ({"t": "1"}, {SWEEP, FLUENT, OPTIMISATION, QUEUED}),
    ],
)
def test_jobs_are_filtered(client: httpx.Client, params: dict[str, str], names: set[str]) -> None:
    assert {str(job["name"]) for job in results(client, "jobs/", **params)} == names


def test_version_3_ignores_the_filter_by_status(server: RescaleServer) -> None:
    with server.client("v3") as client:
        assert client.get("jobs/", params={"job_status": "EXECUTING"}).json()["count"] == 15


def test_a_whole_job_carries_no_status(server: RescaleServer, client: httpx.Client) -> None:
    job = client.get(f"jobs/{server.job(FINISHED_SWEEP)}/").json()
    assert not [key for key in job if "tatus" in key]
    assert job["expectedRuns"] == 121
    assert [(v["name"], v["variableType"]) for v in job["jobvariables"]] == [
        ("x_velocity", "Param"), ("y_velocity", "Param"), ("Cd", "Output"), ("Cl", "Output"),
    ]  # fmt: skip
    assert job["jobanalyses"][0]["hardware"] == {
        "coreType": {"code": "onyx", "name": "Onyx"}, "coresPerSlot": 18, "slots": 24, "walltime": 48,
    }  # fmt: skip


def test_a_basic_job_expects_no_number_of_runs(server: RescaleServer, client: httpx.Client) -> None:
    job = client.get(f"jobs/{server.job(FLUENT)}/").json()
    assert (job["expectedRuns"], job["jobvariables"], job["optimizer"]) == (None, [], None)


@pytest.mark.parametrize(
    ("name", "words", "reason"),
    [
        (SWEEP, ["Executing", "Validated", "Started", "Waiting for Cluster", "Waiting for Queue", "Queued"], None),
        (FINISHED_SWEEP, ["Completed", "Executing"], "Completed successfully"),
        (TERMINATED, ["Completed", "Stopping", "Executing"], "User Terminated"),
        (FORCED, ["Force Stop", "Executing"], None),
        (FAILING_SWEEP, ["Completed", "Stopping", "Executing"], None),
        (CFX, ["Completed", "Executing"], "A run failed"),
        (NEVER_RAN, ["Completed", "Waiting for Cluster"], NO_RESOURCES),
        (RESTARTED, ["Completed", "Executing", "Started", "Queued", "Executing"], "Exceeded max number of restarts"),
        (QUEUED, ["Waiting for Cluster", "Waiting for Queue"], None),
    ],
)  # fmt: skip
def test_statuses_come_newest_first_with_the_reason(
    server: RescaleServer, client: httpx.Client, name: str, words: list[str], reason: str | None
) -> None:
    statuses = results(client, f"jobs/{server.job(name)}/statuses/")
    assert [status["status"] for status in statuses][: len(words)] == words
    assert statuses[0]["statusReason"] == reason
    assert all(status.keys() == {"status", "statusDate", "statusReason"} for status in statuses)
    dates = [str(status["statusDate"]) for status in statuses]
    assert dates == sorted(dates, reverse=True)


def test_a_failed_run_may_be_told_at_the_stopping_before(server: RescaleServer, client: httpx.Client) -> None:
    statuses = results(client, f"jobs/{server.job(FAILING_SWEEP)}/statuses/")
    assert [status["statusReason"] for status in statuses[:2]] == [None, "A run failed"]


def test_version_3_tells_more_of_a_status(server: RescaleServer) -> None:
    with server.client("v3") as client:
        status = results(client, f"jobs/{server.job(SWEEP)}/statuses/")[0]
    assert status.keys() >= {"id", "jobId", "substatus", "notify"}


def test_there_is_no_cluster_before_there_is_one(server: RescaleServer, client: httpx.Client) -> None:
    assert client.get(f"jobs/{server.job(DRAFT)}/cluster_statuses/").status_code == 404
    statuses = results(client, f"jobs/{server.job(FINISHED_SWEEP)}/cluster_statuses/")
    words = [status["status"] for status in statuses]
    assert words == ["Stopped", "Stopping", "Stop Requested", "Started", "Starting", "Not Started"]


def test_a_cluster_outlives_its_job(server: RescaleServer, client: httpx.Client) -> None:
    (job,) = [job for job in results(client, "jobs/") if job["name"] == KEPT_CLUSTER]
    assert msgspec.convert(job["jobStatus"], dict)["content"] == "Completed"
    assert msgspec.convert(job["clusterStatusDisplay"], dict)["content"] == "Started"
    assert len(results(client, f"jobs/{job['id']}/instances/")) == 2


@pytest.mark.parametrize("path", ["connection_details/", "cluster-load-measurements/?hours=1", "logs/?limit=2"])
def test_undocumented_calls_answer(server: RescaleServer, client: httpx.Client, path: str) -> None:
    assert client.get(f"jobs/{server.job(SWEEP)}/{path}").status_code == 200


def test_a_new_job_is_a_draft_until_it_is_submitted(server: RescaleServer, client: httpx.Client) -> None:
    created = client.post("jobs/", json=BODY)
    assert created.status_code == 201
    path = f"jobs/{created.json()['id']}/"
    assert results(client, path + "statuses/") == []
    submitted = client.post(path + "submit/")
    assert (submitted.status_code, submitted.content) == (200, b"")
    assert [status["status"] for status in results(client, path + "statuses/")] == ["Pending"]
    server.simulator.world.advance(120)
    assert results(client, path + "statuses/")[0]["statusReason"] == "Completed successfully"
    assert client.post(path + "submit/").status_code == 200
    assert results(client, path + "statuses/")[0]["status"] == "Completed"


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({}, {"name": ["This field is required."], "jobanalyses": ["This field is required."]}),
        (
            {"name": "x", "jobanalyses": [ANALYSIS, {"analysis": {"code": "y"}, "command": None}]},
            {"jobanalyses": [{}, {"command": ["This field may not be null."]}]},
        ),
        ([], {"nonFieldErrors": ["Invalid data. Expected a dictionary."]}),
    ],
)
def test_a_wrong_job_is_refused_field_by_field(client: httpx.Client, body: object, answer: object) -> None:
    refused = client.post("jobs/", json=body)
    assert (refused.status_code, refused.json()) == (400, answer)


@pytest.mark.parametrize("body", [b"", b"{", b"NaN", b"\xff", b"[" * 300 + b"]" * 300, b"[" * 100_000])
def test_a_body_that_is_no_json_is_a_parse_error(server: RescaleServer, client: httpx.Client, body: bytes) -> None:
    for answer in (client.post("jobs/", content=body), client.patch(f"jobs/{server.job(DRAFT)}/", content=body)):
        assert answer.status_code == 400
        assert answer.json()["detail"].startswith("JSON parse error - ")


def test_a_name_is_a_text(server: RescaleServer, client: httpx.Client) -> None:
    refused = client.patch(f"jobs/{server.job(DRAFT)}/", json={"name": 5})
    assert (refused.status_code, refused.json()) == (400, {"name": ["Not a valid string."]})


def test_a_job_is_changed_until_it_is_completed(server: RescaleServer, client: httpx.Client) -> None:
    draft, over = server.job(DRAFT), server.job(CFX)
    assert client.patch(f"jobs/{draft}/", json={"projectId": "P1"}).json()["projectId"] == "P1"
    assert client.patch(f"jobs/{over}/", json={"projectId": "P1"}).json()["projectId"] is None


def test_stopping_a_job_goes_over_stopping_to_completed(server: RescaleServer, client: httpx.Client) -> None:
    path = f"jobs/{server.job(SWEEP)}/"
    stopped = client.post(path + "stop/")
    assert (stopped.status_code, stopped.content) == (202, b"")
    assert results(client, path + "statuses/")[0]["status"] == "Stopping"
    server.simulator.world.advance(30)
    newest = results(client, path + "statuses/")[0]
    assert (newest["status"], newest["statusReason"]) == ("Completed", "User Terminated")
    assert any(run["dateStarted"] is None for run in results(client, path + "runs/"))


@pytest.mark.parametrize(("name", "code"), [(DRAFT, 204), (CFX, 204), (SWEEP, 400), (KEPT_CLUSTER, 400)])
def test_only_what_does_not_live_any_more_is_deleted(
    server: RescaleServer, client: httpx.Client, name: str, code: int
) -> None:
    path = f"jobs/{server.job(name)}/"
    assert client.delete(path).status_code == code
    assert client.get(path).status_code == (404 if code == 204 else 200)


def test_software_and_hardware_are_listed(client: httpx.Client) -> None:
    analyses = results(client, "analyses/")
    assert all(
        version["versionCode"]
        for one in analyses
        for version in msgspec.convert(one["versions"], list[dict[str, object]])
    )
    prices = {one["code"]: float(str(one["price"])) for one in results(client, "coretypes/")}
    assert min(prices, key=lambda code: prices[code]) == "onyx"


# time


def test_a_queued_job_begins_runs_and_is_completed(server: RescaleServer, client: httpx.Client) -> None:
    job_id = server.job(QUEUED)
    seen: list[object] = []
    for _ in range(60):
        statuses = results(client, f"jobs/{job_id}/statuses/")
        if not seen or seen[-1] != statuses[0]["status"]:
            seen.append(statuses[0]["status"])
        server.simulator.world.advance(5)
    assert seen == ["Waiting for Cluster", "Started", "Validated", "Executing", "Completed"]


def test_new_jobs_come_while_one_watches(server: RescaleServer, client: httpx.Client) -> None:
    counts = []
    for _ in range(4):
        counts.append(client.get("jobs/").json()["count"])
        server.simulator.world.advance(60)
    assert counts[0] == 15
    assert counts == sorted(set(counts))


def test_something_changes_every_few_seconds(server: RescaleServer, client: httpx.Client) -> None:
    jobs = [server.job(name) for name in (SWEEP, OPTIMISATION, QUEUED)]
    states = []
    for _ in range(12):
        states.append([client.get(f"jobs/{job_id}/runs/?page_size=1000").content for job_id in jobs])
        server.simulator.world.advance(10)
    changes = sum(before != after for before, after in pairwise(states))
    assert changes >= 8
