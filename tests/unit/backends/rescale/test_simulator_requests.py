"""The simulated service as a raw client sees it: who may ask, refusals, pages, and the oddities one can switch on."""

from datetime import datetime, timedelta

import httpx
import msgspec
import pytest

from runtui.backends.rescale.simulation.switches import Switches
from runtui.backends.rescale.simulator import JWT, create_simulator
from runtui.simulation.world import World
from tests.support.rescale_lists import everything, results
from tests.support.rescale_service import (
    FINISHED_SWEEP,
    FLUENT,
    FORCED,
    QUEUED,
    SWEEP,
    RescaleServer,
)

# who may ask, and in which words refusals come


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_the_login_check_knows_the_key(server: RescaleServer, version: str) -> None:
    with server.client(version) as client:
        user = client.get("users/me/").json()
    assert user["email"] == "ada@aero.example"
    assert user["company"]["code"]
    assert user["workspace"].keys() == {"id", "name"}


def test_the_root_refuses_only_a_wrong_key(server: RescaleServer, client: httpx.Client) -> None:
    assert client.get("").status_code != 401
    with server.client(token="0" * 40) as stranger:
        assert stranger.get("").status_code == 401


def test_a_wrong_key_is_an_invalid_token(server: RescaleServer) -> None:
    with server.client(token="0" * 40) as stranger:
        answer = stranger.get("jobs/")
    assert (answer.status_code, answer.json()) == (401, {"detail": "Invalid token."})


def test_no_key_is_asked_for(server: RescaleServer) -> None:
    with server.client(token="") as stranger:
        answer = stranger.get("jobs/")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Token"
    assert answer.json() == {"detail": "Authentication credentials were not provided."}


def test_a_signed_token_is_taken_as_a_bearer(server: RescaleServer) -> None:
    answer = httpx.get(f"{server.url}/api/v3/users/me/", headers={"Authorization": f"Bearer {JWT}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["jobs/NoSuch/", "jobs/NoSuch/runs/", "files/NoSuch/", "jobs/NoSuch/statuses/"])
def test_what_there_is_not_is_not_found(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


def test_an_address_nobody_knows_is_a_web_page(client: httpx.Client) -> None:
    answer = client.get("nonsense/")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


def test_a_wrong_verb_is_named(client: httpx.Client) -> None:
    answer = client.put("jobs/")
    assert (answer.status_code, answer.json()) == (405, {"detail": 'Method "PUT" not allowed.'})


def test_an_address_tells_its_verbs(client: httpx.Client) -> None:
    answer = client.options("jobs/")
    assert (answer.status_code, answer.headers["allow"]) == (200, "GET, POST, OPTIONS")


@pytest.mark.parametrize("prefix", ["/api", "/api/v2", "/api/v3"])
def test_all_versions_answer_alike(server: RescaleServer, client: httpx.Client, prefix: str) -> None:
    run = f"/jobs/{server.job(FLUENT)}/runs/1/"
    assert client.get(server.url + prefix + run).json() == client.get(server.url + "/api/v2" + run).json()


def test_an_address_without_its_final_slash_leads_to_the_one_with_it(client: httpx.Client) -> None:
    answer = client.get("jobs", params={"page": 1})
    assert answer.status_code == 301
    assert answer.headers["location"] == "/api/v2/jobs/?page=1"


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_tail_has_no_final_slash_but_may(server: RescaleServer, client: httpx.Client, slash: str) -> None:
    path = f"jobs/{server.job(FLUENT)}/runs/1/tail/process_output.log{slash}"
    answer = client.get(path, params={"lines": 2})
    assert len(answer.json()["lines"]) == 2


def test_answers_carry_the_date_of_the_world(server: RescaleServer, client: httpx.Client) -> None:
    server.simulator.world.advance(3600)
    assert client.get("jobs/").headers["date"] == "Thu, 29 Jan 2026 11:00:00 GMT"


# pages


def test_a_page_has_ten_items_and_an_absolute_next(server: RescaleServer, client: httpx.Client) -> None:
    path = f"jobs/{server.job(FINISHED_SWEEP)}/runs/"
    page = client.get(path).json()
    assert (page["count"], len(page["results"]), page["previous"]) == (121, 10, None)
    assert page["next"] == f"{server.url}/api/v2/{path}?page=2"
    second = client.get(page["next"]).json()
    assert [run["id"] for run in second["results"]][:2] == ["11", "12"]
    assert second["previous"] == f"{server.url}/api/v2/{path}?page=1"


def test_following_next_gives_every_item_once(server: RescaleServer, client: httpx.Client) -> None:
    runs = everything(client, f"jobs/{server.job(FINISHED_SWEEP)}/runs/")
    assert [run["id"] for run in runs] == [str(number) for number in range(1, 122)]


@pytest.mark.parametrize("page", ["14", "0", "-1", "x", ""])
def test_a_page_beyond_the_end_is_invalid(server: RescaleServer, client: httpx.Client, page: str) -> None:
    answer = client.get(f"jobs/{server.job(FINISHED_SWEEP)}/runs/", params={"page": page})
    assert (answer.status_code, answer.json()) == (404, {"detail": "Invalid page."})


def test_a_page_is_cut_to_a_thousand(server: RescaleServer, client: httpx.Client) -> None:
    server.begin(runs=7000, live=0)
    job_id = str(client.get("jobs/").json()["results"][0]["id"])
    page = client.get(f"jobs/{job_id}/runs/", params={"page_size": 9999}).json()
    assert (page["count"], len(page["results"])) == (1848, 1000)
    assert page["next"].endswith("?page_size=9999&page=2")


def test_next_forgets_what_it_does_not_know(client: httpx.Client) -> None:
    page = client.get("jobs/", params={"page_size": 1, "t": 1, "search": ""}).json()
    assert "t=1" not in page["next"]
    assert "page_size=1" in page["next"]


def test_a_hundred_thousand_runs_are_paged_without_making_them(server: RescaleServer, client: httpx.Client) -> None:
    server.begin(runs=100_000)
    jobs = results(client, "jobs/")
    assert sum(client.get(f"jobs/{job['id']}/runs/").json()["count"] for job in jobs[:3]) == 12 + 2 * 1848
    assert len(jobs) == 56


# switches


def test_throttling_tells_when_to_come_back(server: RescaleServer, client: httpx.Client) -> None:
    switches = server.simulator.switches
    switches.throttled = {"runs-usage": 30.0}
    path = f"jobs/{server.job(SWEEP)}/runs/"
    answer = client.get(path)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    assert "Expected available in 30 seconds" in answer.json()["detail"]
    switches.retry_after = "date"
    assert client.get(path).headers["retry-after"] == "Thu, 29 Jan 2026 10:00:30 GMT"
    assert client.get("jobs/").status_code == 200


def test_a_rate_that_is_exceeded_is_throttled(server: RescaleServer, client: httpx.Client) -> None:
    server.simulator.switches.rate_limits = {"jobs-usage": 0.2}
    assert [client.get("jobs/").status_code for _ in range(3)] == [200, 429, 429]


def test_a_key_may_expire_in_the_middle(server: RescaleServer, client: httpx.Client) -> None:
    assert client.get("jobs/").status_code == 200
    server.simulator.switches.token_expired = True
    assert client.get("jobs/").json() == {"detail": "Invalid token."}


def test_a_proxy_may_answer_with_a_web_page(server: RescaleServer, client: httpx.Client) -> None:
    server.simulator.switches.gateway_timeout = "/statuses/$"
    answer = client.get(f"jobs/{server.job(SWEEP)}/statuses/")
    assert answer.status_code == 504
    assert "504 Gateway Time-out" in answer.text


def test_a_count_may_be_too_high(server: RescaleServer, client: httpx.Client) -> None:
    server.simulator.switches.count_too_high = 20
    page = client.get("jobs/", params={"page": 3}).json()
    assert (page["count"], page["results"]) == (35, [])


def test_files_are_indexed_after_a_gap(server: RescaleServer, client: httpx.Client) -> None:
    base = f"jobs/{server.job(QUEUED)}/runs/2"
    server.simulator.switches.indexing_gap = 50.0
    for _ in range(200):
        server.simulator.world.advance(2)
        run = client.get(base + "/")
        if run.status_code == 200 and run.json()["dateCompleted"]:
            break
    ended = datetime.fromisoformat(run.json()["dateCompleted"])
    assert client.get(f"{base}/files/").json()["count"] == 0
    assert client.get(f"{base}/directory-contents/").status_code == 404
    server.simulator.world.advance((ended - server.simulator.world.now() + timedelta(seconds=51)).total_seconds())
    assert client.get(f"{base}/files/").json()["count"] > 60


@pytest.mark.parametrize(("switch", "words"), [(False, ["Force Stop"]), (True, ["Completed", "Force Stop"])])
def test_a_force_stop_may_be_the_last_word(
    server: RescaleServer, client: httpx.Client, switch: bool, words: list[str]
) -> None:
    server.begin(force_stop_completes=switch)
    statuses = results(client, f"jobs/{server.job(FORCED)}/statuses/")
    assert [status["status"] for status in statuses][: len(words)] == words


def test_a_switch_nobody_knows_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        create_simulator(World(speed=0), early_runs="perhaps")


def test_every_switch_is_explained_by_its_default() -> None:
    assert {field.name for field in msgspec.structs.fields(Switches)} >= {
        "latency", "throttled", "retry_after", "gateway_timeout", "token_expired", "count_too_high",
        "next_drops_filters", "next_origin", "indexing_gap", "null_output_size", "no_hashes", "string_sizes",
        "huge_files", "hostile_names", "log_rewind",
    }  # fmt: skip


@pytest.mark.parametrize("runs", [1, 3, 12, 50, 1000])
def test_there_are_as_many_runs_as_are_asked_for(runs: int) -> None:
    simulator = create_simulator(World(speed=0), runs=runs)
    jobs = simulator.state.jobs(simulator.world.now())
    assert sum(record.plan.run_count for record in jobs) == runs
