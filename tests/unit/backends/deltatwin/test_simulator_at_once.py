"""The simulated service, asked for several things at the same time, and with its tokens at their end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from runtui.backends.deltatwin.simulator_service import PASSWORDS
from tests.support.deltatwin_service import DeltaTwinServer

LOGIN = {"username": "alice", "password": PASSWORDS["alice"]}


def at_once(ask: Callable[[], httpx.Response], times: int) -> list[httpx.Response]:
    with ThreadPoolExecutor(times) as pool:
        return [answer.result() for answer in [pool.submit(ask) for _ in range(times)]]


def connected(server: DeltaTwinServer, body: dict[str, object]) -> httpx.Response:
    return httpx.post(f"{server.url}/v2.0/connect", json=body, trust_env=False)


def test_runs_started_at_once_are_runs_of_their_own(server: DeltaTwinServer) -> None:
    body = {"deltatwin_name": "coastal-flood", "inputs": None}
    with server.client() as client:
        before = len(client.get("/runs", params={"top": 500}).json())
        answers = at_once(lambda: client.post("/runs", json=body), 12)
        listed = [run["run_id"] for run in client.get("/runs", params={"top": 500}).json()]
    assert {answer.status_code for answer in answers} == {201}
    ids = {answer.json()["run_id"] for answer in answers}
    assert len(ids) == 12
    assert ids <= set(listed)
    assert len(listed) == len(set(listed)) == before + 12


def test_of_renewals_at_once_one_is_granted(server: DeltaTwinServer) -> None:
    renewal = {"refresh_token": connected(server, dict(LOGIN)).json()["refresh_token"]}
    codes = [answer.status_code for answer in at_once(lambda: connected(server, dict(renewal)), 8)]
    assert sorted(codes) == [200] + [401] * 7


def test_a_renewal_dies_with_its_time(server: DeltaTwinServer) -> None:
    server.simulator.switches.refresh_lifetime = 60.0
    renewal = {"refresh_token": connected(server, dict(LOGIN)).json()["refresh_token"]}
    server.simulator.world.advance(61)
    assert connected(server, dict(renewal)).status_code == 401


def test_a_revoked_token_is_a_401_with_a_sentence(server: DeltaTwinServer) -> None:
    with server.client() as client:
        assert client.get("/runs").status_code == 200
        server.simulator.tokens.revoke_access()
        answer = client.get("/runs")
    assert (answer.status_code, answer.reason_phrase) == (401, "Unauthorized")
    assert answer.json() == {"detail": "Invalid or expired token"}


def test_null_in_place_of_a_renewal_is_a_login(server: DeltaTwinServer) -> None:
    assert connected(server, {**LOGIN, "refresh_token": None}).status_code == 200


def test_numbers_beyond_all_runs_are_an_empty_page_and_not_an_error(server: DeltaTwinServer) -> None:
    huge = 10**25
    with server.client() as client:
        assert client.get("/runs", params={"skip": huge}).json() == []
        assert len(client.get("/runs", params={"top": huge}).json()) == len(client.get("/runs").json())
        assert client.get("/runs?top=").status_code == 422


def test_a_secret_that_was_sent_does_not_come_back(server: DeltaTwinServer) -> None:
    inputs = {"cdse_secret": {"type": "secret", "secret_value": "hush-hush"}}
    with server.client() as client:
        made = client.post("/runs", json={"deltatwin_name": "ai-sen2cor-processor", "inputs": inputs})
        alone = client.get(f"/runs/{made.json()['run_id']}")
        listed = client.get("/runs", params={"top": 5})
    assert made.status_code == 201
    assert not any("hush-hush" in answer.text for answer in (made, alone, listed))


def test_no_error_has_the_form_the_services_own_client_cannot_read(server: DeltaTwinServer) -> None:
    """A text under `error` that holds the word message ends it."""
    with server.client() as client:
        answers = [
            client.get("/nothing"),
            client.get("/runs/5e8f6a00-0000-4000-8000-000000000000"),
            client.get("/runs", params={"top": "x"}),
            client.post("/runs", json={}),
            client.post("/runs", json={"deltatwin_name": "message"}),
            connected(server, {"username": "alice", "password": "message"}),
        ]
    for answer in answers:
        assert answer.status_code >= 400
        assert not isinstance(answer.json().get("error"), str)
