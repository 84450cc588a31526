"""The simulated service, asked over raw HTTP: codes, forms, oddities."""

import base64
import json
import re
import uuid
from datetime import timedelta

import httpx
import pytest

from runtui.backends.deltatwin.simulator import create_simulator
from runtui.simulation.world import World
from tests.support.deltatwin_service import WORLD_START, DeltaTwinServer

PLAIN_DATE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
URL = {"type": "Data", "url": "https://example.org/a.jpg?sig=1"}
IMAGE = {"image": URL, "angle": {"type": "integer", "value": 45}}
LOGIN = {"username": "alice", "password": "wonderland"}


def asked(server: DeltaTwinServer, method: str, path: str, **more: object) -> httpx.Response:
    with httpx.Client(trust_env=False) as client:
        return client.request(method, server.url + path, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/v2.0/connect", "//v2.0/connect", "///v2.0//connect"])
def test_a_login_gives_the_mandatory_fields(server: DeltaTwinServer, path: str) -> None:
    reply = asked(server, "POST", path, json=LOGIN)
    grant = reply.json()
    assert reply.status_code == 200
    assert grant.keys() == {"access_token", "expires_in", "refresh_expires_in", "refresh_token", "token_type"}
    assert (grant["expires_in"], grant["refresh_expires_in"], grant["token_type"]) == (300, 1800, "Bearer")


def test_a_token_is_a_jwt_that_names_its_user(server: DeltaTwinServer) -> None:
    token = asked(server, "POST", "/v2.0/connect", json=LOGIN).json()["access_token"]
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    assert json.loads(base64.urlsafe_b64decode(head + "=="))["alg"] == "RS256"
    assert (claims["preferred_username"], claims["exp"] - claims["iat"]) == ("alice", 300)
    assert len(signature) > 40


def test_a_refresh_token_is_good_once(server: DeltaTwinServer) -> None:
    first = asked(server, "POST", "/v2.0/connect", json=LOGIN).json()
    renewal = {"refresh_token": first["refresh_token"]}
    second = asked(server, "POST", "/v2.0/connect", json=renewal)
    assert second.status_code == 200
    assert second.json()["refresh_token"] != first["refresh_token"]
    assert asked(server, "POST", "/v2.0/connect", json=renewal).status_code == 401
    server.simulator.switches.rotates_refresh_tokens = False
    again = {"refresh_token": second.json()["refresh_token"]}
    assert [asked(server, "POST", "/v2.0/connect", json=again).status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"username": "alice", "password": "no"}, 401),
        ({"username": "nobody", "password": "wonderland"}, 401),
        ({"refresh_token": "no"}, 401),
        ({"username": "alice"}, 422),
        ([], 422),
    ],
)
def test_a_bad_login_is_refused_with_a_detail(server: DeltaTwinServer, body: object, status: int) -> None:
    reply = asked(server, "POST", "/v2.0/connect", json=body)
    assert reply.status_code == status
    assert reply.json()["detail"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer no"}, {"Authorization": "Basic YTpi"}])
def test_everything_but_the_login_wants_a_token(server: DeltaTwinServer, headers: dict[str, str]) -> None:
    for path in ("runs", "user/metrics", "deltatwins", "artifacts", "registry/url", f"runs/{uuid.uuid4()}"):
        reply = asked(server, "GET", f"/v2.0/{path}", headers=headers)
        assert (reply.status_code, list(reply.json())) == (401, ["detail"])


def test_tokens_die_with_their_time(server: DeltaTwinServer) -> None:
    with server.client() as client:
        server.simulator.world.advance(299)
        assert client.get("/runs").status_code == 200
        server.simulator.world.advance(2)
        assert client.get("/runs").status_code == 401


def test_tokens_live_as_long_for_a_client_in_a_fast_world() -> None:
    simulator = create_simulator(World(speed=1000.0))
    grant = simulator.tokens.log_in("alice", "wonderland")
    assert grant is not None
    simulator.world.advance(100_000)
    assert simulator.tokens.bearer(str(grant["access_token"])) == "alice"


@pytest.mark.parametrize("path", ["/", "/connect", "/run/x/nodes", "/v1.0/runs", "/v2.1/runs", "/v2.00/runs", "//runs"])
def test_whatever_is_not_below_this_version_is_gone(server: DeltaTwinServer, path: str) -> None:
    for method in ("GET", "POST"):
        reply = asked(server, method, path)
        assert (reply.status_code, reply.reason_phrase) == (410, "Gone")


def test_an_unknown_address_below_this_version_is_not_found(server: DeltaTwinServer) -> None:
    with server.client() as client:
        assert client.get("/nonsense").status_code == 404
        assert client.patch("/runs").status_code == 405


def test_a_run_has_the_documents_fields_in_the_documents_types(server: DeltaTwinServer) -> None:
    with server.client() as client:
        runs = client.get("/runs").json()
    for run in runs:
        assert list(run) == [
            "run_id", "owner", "deltatwin_name", "deltatwin_version", "status", "start_at", "end_at", "message",
            "return_code", "inputs", "outputs",
        ]  # fmt: skip
        assert str(uuid.UUID(run["run_id"])) == run["run_id"]
        assert isinstance(run["inputs"], dict)
        for date in (run["start_at"], run["end_at"]):
            assert date is None or PLAIN_DATE.match(date)
        assert (run["end_at"] is not None) == (run["status"] in ("success", "error", "cancelled"))


def test_history_holds_every_status_several_owners_and_all_components(server: DeltaTwinServer) -> None:
    with server.client() as client:
        runs = client.get("/runs").json()
    assert {run["status"] for run in runs} >= {"running", "success", "error", "cancelled"}
    assert {"created", "pending"} & {run["status"] for run in runs}
    assert len({run["owner"] for run in runs}) >= 4
    assert {run["deltatwin_name"] for run in runs} == {"image-rotation", "ai-sen2cor-processor", "coastal-flood"}
    assert {run["return_code"] for run in runs} >= {None, 0, 221, 410}


def test_the_list_is_paged_newest_first(server: DeltaTwinServer) -> None:
    with server.client() as client:
        whole = client.get("/runs").json()
        pages = [client.get("/runs", params={"top": 30, "skip": skip}).json() for skip in (0, 30, 60, 90)]
    assert [run for page in pages for run in page] == whole
    assert [len(page) for page in pages] == [30, 30, 12, 0]
    starts = [run["start_at"] for run in whole if run["start_at"]]
    assert starts[-1] < starts[0]


def test_the_list_is_filtered_by_one_status_and_by_component(server: DeltaTwinServer) -> None:
    with server.client() as client:
        whole = client.get("/runs").json()
        for word in ("success", "error", "running", "cancelled"):
            found = client.get("/runs", params={"status": word}).json()
            assert found == [run for run in whole if run["status"] == word]
        found = client.get("/runs", params={"deltatwin_name": "coastal-flood", "top": 5, "skip": 2}).json()
        assert found == [run for run in whole if run["deltatwin_name"] == "coastal-flood"][2:7]
        assert client.get("/runs", params={"status": ""}).json() == whole
        assert client.get("/runs", params={"status": "running,error"}).json() == []
        assert client.get("/runs", params={"deltatwin_name": "nope"}).json() == []
        assert client.get("/runs", params={"top": 0}).json() == []


@pytest.mark.parametrize("query", ["top=x", "skip=-1", "top=-5"])
def test_a_bad_number_in_the_query_is_a_422_with_a_list(server: DeltaTwinServer, query: str) -> None:
    with server.client() as client:
        reply = client.get(f"/runs?{query}")
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["loc"][0] == "query"


def test_a_run_on_its_own_is_the_one_in_the_list(server: DeltaTwinServer) -> None:
    with server.client() as client:
        for run in client.get("/runs").json():
            assert client.get(f"/runs/{run['run_id']}").json() == run


def test_an_unknown_run_is_a_404_with_a_sentence_and_no_uuid_a_422(server: DeltaTwinServer) -> None:
    unknown = str(uuid.uuid4())
    with server.client() as client:
        for path in ("", "/nodes", "/nodes/x/stdout", "/outputs/x/download"):
            reply = client.get(f"/runs/{unknown}{path}")
            assert (reply.status_code, reply.json()) == (404, {"detail": f"Run {unknown} not found"})
        assert client.delete(f"/runs/{unknown}").status_code == 404
        assert client.get("/runs/abc").status_code == 422


def test_a_start_is_a_201_with_the_run_and_its_nodes_are_there(server: DeltaTwinServer) -> None:
    with server.client() as client:
        reply = client.post("/runs", json={"deltatwin_name": "image-rotation", "inputs": IMAGE})
        run = reply.json()
        nodes = client.get(f"/runs/{run['run_id']}/nodes").json()
        first = client.get("/runs", params={"top": 1}).json()
    assert reply.status_code == 201
    assert (run["status"], run["owner"], run["deltatwin_version"]) == ("created", "alice", "1.1.0")
    assert (run["start_at"], run["end_at"], run["outputs"]) == (None, None, None)
    assert run["inputs"]["image"] == {**URL, "basename": "a.jpg"}
    assert first == [run]
    assert {node["status"] for node in nodes} == {"created"}


def test_nodes_are_five_texts_each(server: DeltaTwinServer) -> None:
    with server.client() as client:
        run = client.get("/runs", params={"deltatwin_name": "image-rotation", "top": 50}).json()
        old = next(item for item in run if item["deltatwin_version"] == "1.0.0")
        nodes = client.get(f"/runs/{old['run_id']}/nodes").json()
    assert [(node["workflow_node_id"], node["name"], node["type"]) for node in nodes] == [
        ("0", "image", "input"),
        ("1", "angle", "input"),
        ("2", "rotation", "model"),
        ("3", "rotatedImage", "output"),
    ]
    for node in nodes:
        assert node.keys() == {"id", "name", "type", "status", "workflow_node_id"}
        assert all(isinstance(value, str) for value in node.values())
        uuid.UUID(node["id"])


def start(client: httpx.Client, name: str, inputs: object, version: str | None = None) -> dict[str, object]:
    body = {"deltatwin_name": name, "inputs": inputs, **({"deltatwin_version": version} if version else {})}
    run: dict[str, object] = client.post("/runs", json=body).raise_for_status().json()
    return run


def test_a_started_run_waits_runs_and_succeeds_with_growing_logs(server: DeltaTwinServer) -> None:
    with server.client() as client:
        run_id = start(client, "image-rotation", IMAGE)["run_id"]
        words, sizes = [], []
        for _ in range(90):
            words.append(client.get(f"/runs/{run_id}").json()["status"])
            model = next(n for n in client.get(f"/runs/{run_id}/nodes").json() if n["type"] == "model")
            text = client.get(f"/runs/{run_id}/nodes/{model['id']}/stdout").text
            sizes.append(len(text))
            server.simulator.world.advance(1)
        run = client.get(f"/runs/{run_id}").json()
    assert list(dict.fromkeys(words)) == ["created", "pending", "running", "success"]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 20
    assert run["outputs"]["rotatedImage"]["basename"] == "rotated.jpg"


@pytest.mark.parametrize(
    ("inputs", "code", "name"),
    [
        (None, 120, "image"),
        ({"angle": IMAGE["angle"]}, 120, "image"),
        ({**IMAGE, "angle": {"type": "integer", "value": "45"}}, 110, "angle"),
        ({**IMAGE, "angle": {"type": "number", "value": 45}}, 110, "angle"),
    ],
)
def test_bad_inputs_make_a_run_that_fails_soon(server: DeltaTwinServer, inputs: object, code: int, name: str) -> None:
    with server.client() as client:
        run_id = start(client, "image-rotation", inputs)["run_id"]
        server.simulator.world.advance(10)
        run = client.get(f"/runs/{run_id}").json()
        nodes = client.get(f"/runs/{run_id}/nodes").json()
    assert (run["status"], run["return_code"]) == ("error", code)
    assert name in run["message"]
    assert {node["status"] for node in nodes} == {"created"}


def test_inputs_with_a_default_need_not_be_given(server: DeltaTwinServer) -> None:
    with server.client() as client:
        run_id = start(client, "coastal-flood", None)["run_id"]
        server.simulator.world.advance(20)
        assert client.get(f"/runs/{run_id}").json()["status"] == "running"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 422),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"deltatwin_name": "image-rotation", "inputs": 5}', 422),
        (b'{"deltatwin_name": "image-rotation", "deltatwin_version": []}', 422),
        (b'{"deltatwin_name": "nope"}', 404),
        (b'{"deltatwin_name": "image-rotation", "deltatwin_version": "9"}', 404),
    ],
)
def test_a_bad_start_is_refused(server: DeltaTwinServer, body: bytes, status: int) -> None:
    with server.client() as client:
        assert client.post("/runs", content=body).status_code == status


@pytest.mark.parametrize("value", [b"NaN", b"1e999", b'"\\ud800"', b"[" * 300 + b"]" * 300, b"[" * 100_000])
def test_inputs_that_could_not_be_given_back_are_refused_and_spoil_no_list(
    server: DeltaTwinServer, value: bytes
) -> None:
    body = b'{"deltatwin_name": "image-rotation", "inputs": {"angle": {"type": "integer", "value": ' + value + b"}}}"
    with server.client() as client:
        reply = client.post("/runs", content=body)
        assert (reply.status_code, reply.json()["detail"][0]["type"]) == (422, "json_invalid")
        assert client.get("/runs", params={"top": 5}).status_code == 200


def test_over_the_quota_is_a_429_with_the_numbers(server: DeltaTwinServer) -> None:
    with server.client() as client:
        used = client.get("/user/metrics").json()[0]["number_of_runs"]
        server.simulator.switches.max_run = used + 1
        start(client, "image-rotation", IMAGE)
        reply = client.post("/runs", json={"deltatwin_name": "image-rotation", "inputs": IMAGE})
    assert reply.status_code == 429
    assert f"({used + 1}/{used + 1})" in reply.json()["detail"]


def test_more_runs_than_may_run_at_once_are_pending_until_a_place_is_free(server: DeltaTwinServer) -> None:
    server.begin(runs=0, max_run_parallel=2, new_runs=False)
    with server.client() as client:
        ids = [start(client, "image-rotation", IMAGE)["run_id"] for _ in range(3)]

        def words() -> list[str]:
            return [client.get(f"/runs/{run_id}").json()["status"] for run_id in ids]

        server.simulator.world.advance(10)
        assert words() == ["running", "running", "pending"]
        client.delete(f"/runs/{ids[0]}")
        ids.pop(0)
        server.simulator.world.advance(2)
        assert words() == ["running", "running"]


def test_a_delete_is_a_204_then_a_404_and_takes_the_outputs_along(server: DeltaTwinServer) -> None:
    with server.client() as client:
        run = client.get("/runs", params={"status": "success", "deltatwin_name": "image-rotation"}).json()[0]
        path = f"/runs/{run['run_id']}"
        assert client.get(f"{path}/outputs/rotatedImage/download").status_code == 200
        reply = client.delete(path)
        assert (reply.status_code, reply.content) == (204, b"")
        assert [client.get(path).status_code, client.delete(path).status_code] == [404, 404]
        assert client.get(f"{path}/outputs/rotatedImage/download").status_code == 404
        assert run["run_id"] not in {other["run_id"] for other in client.get("/runs").json()}
        assert len(client.get("/runs").json()) == 71


def test_a_download_has_its_name_last_and_unquoted(server: DeltaTwinServer) -> None:
    with server.client() as client:
        run = client.get("/runs", params={"status": "success", "deltatwin_name": "image-rotation"}).json()[0]
        reply = client.get(f"/runs/{run['run_id']}/outputs/rotatedImage/download")
    assert reply.headers["content-disposition"] == "attachment; filename=rotated.jpg"
    assert reply.headers["content-type"] == "image/jpeg"
    assert int(reply.headers["content-length"]) == len(reply.content)
    assert (reply.content[:3], reply.content[-2:]) == (b"\xff\xd8\xff", b"\xff\xd9")


def test_ranges_are_honoured(server: DeltaTwinServer) -> None:
    with server.client() as client:
        run = client.get("/runs", params={"status": "success", "deltatwin_name": "ai-sen2cor-processor"}).json()[0]
        path = f"/runs/{run['run_id']}/outputs/L2A_B02/download"
        whole = client.get(path)
        etag = whole.headers["etag"]

        def part(asked: str, **headers: str) -> httpx.Response:
            return client.get(path, headers={"Range": asked, **headers})

        size = len(whole.content)
        assert size > 200_000
        assert (part("bytes=5-9").status_code, part("bytes=5-9").content) == (206, whole.content[5:10])
        assert part("bytes=5-9").headers["content-range"] == f"bytes 5-9/{size}"
        assert part(f"bytes={size - 3}-").content == part("bytes=-3").content == whole.content[-3:]
        assert part(f"bytes={size}-").status_code == 416
        assert part("bytes=5-9", **{"If-Range": etag}).status_code == 206
        assert part("bytes=5-9", **{"If-Range": '"old"'}).status_code == 200
        server.simulator.switches.gives_ranges = False
        assert part("bytes=5-9").status_code == 200


@pytest.mark.parametrize("asked_for", ["bytes=9-5", "bytes=-", "bytes=", "bytes=a-b", "bytes=0-1,4-5", "items=0-1"])
def test_what_is_no_range_is_ignored(server: DeltaTwinServer, asked_for: str) -> None:
    with server.client() as client:
        run = client.get("/runs", params={"status": "success", "deltatwin_name": "image-rotation"}).json()[0]
        path = f"/runs/{run['run_id']}/outputs/rotatedImage/download"
        reply = client.get(path, headers={"Range": asked_for})
        assert (reply.status_code, reply.content) == (200, client.get(path).content)


@pytest.mark.parametrize("form", ["{}", "W/{}", '"old", {}', "*"])
def test_what_is_known_is_not_sent_again(server: DeltaTwinServer, form: str) -> None:
    with server.client() as client:
        run = client.get("/runs", params={"status": "success", "deltatwin_name": "image-rotation"}).json()[0]
        path = f"/runs/{run['run_id']}/outputs/rotatedImage/download"
        etag = client.get(path).headers["etag"]
        reply = client.get(path, headers={"If-None-Match": form.format(etag)})
        assert (reply.status_code, reply.content, reply.headers["etag"]) == (304, b"", etag)
        assert client.get(path, headers={"If-None-Match": '"old"'}).status_code == 200


def test_an_output_that_is_no_file_is_a_500_and_one_of_a_running_run_a_404(server: DeltaTwinServer) -> None:
    with server.client() as client:
        done = client.get("/runs", params={"status": "success", "deltatwin_name": "coastal-flood"}).json()[0]
        busy = client.get("/runs", params={"status": "running"}).json()[0]
        assert done["outputs"]["max_depth"]["type"] == "number"
        assert client.get(f"/runs/{done['run_id']}/outputs/max_depth/download").status_code == 500
        name = "rotatedImage" if busy["deltatwin_name"] == "image-rotation" else "flood_depth"
        assert client.get(f"/runs/{busy['run_id']}/outputs/{name}/download").status_code == 404


def test_a_signed_address_of_the_storage_wants_no_token(server: DeltaTwinServer) -> None:
    server.simulator.switches.download_redirect = server.storage_url
    with server.client() as client:
        run = client.get("/runs", params={"status": "success", "deltatwin_name": "image-rotation"}).json()[0]
        reply = client.get(f"/runs/{run['run_id']}/outputs/rotatedImage/download")
        signed = reply.headers["location"]
        token = client.headers["Authorization"]
    with httpx.Client(trust_env=False) as client:
        assert reply.status_code == 302
        assert client.get(signed).content == server.simulator.content(run["run_id"], "rotatedImage")
        assert client.get(signed, headers={"Authorization": token}).status_code == 400
        assert client.get(signed.partition("?")[0]).status_code == 403


def test_logs_are_plain_text_and_empty_for_nodes_that_write_none(server: DeltaTwinServer) -> None:
    with server.client() as client:
        run = client.get("/runs", params={"status": "success"}).json()[0]
        for node in client.get(f"/runs/{run['run_id']}/nodes").json():
            reply = client.get(f"/runs/{run['run_id']}/nodes/{node['id']}/stdout")
            assert reply.headers["content-type"] == "text/plain; charset=utf-8"
            assert bool(reply.content) == (node["type"] == "model")
        assert client.get(f"/runs/{run['run_id']}/nodes/{node['id']}/stdin").status_code == 404
        assert client.get(f"/runs/{run['run_id']}/nodes/{uuid.uuid4()}/stdout").status_code == 404


def test_logs_are_long_real_and_of_their_run(server: DeltaTwinServer) -> None:
    texts = []
    with server.client() as client:
        for run in client.get("/runs", params={"status": "success", "top": 8}).json():
            model = [n for n in client.get(f"/runs/{run['run_id']}/nodes").json() if n["type"] == "model"]
            texts += [client.get(f"/runs/{run['run_id']}/nodes/{n['id']}/stdout").text for n in model]
    assert all(200 < text.count("\n") < 4000 for text in texts)
    assert len(set(texts)) == len(texts)
    assert all(text.rstrip().endswith("exit code 0") for text in texts)


def test_a_failed_node_says_why_and_the_run_names_it(server: DeltaTwinServer) -> None:
    with server.client() as client:
        failed = [r for r in client.get("/runs", params={"status": "error"}).json() if r["return_code"] == 221]
        for run in failed:
            nodes = client.get(f"/runs/{run['run_id']}/nodes").json()
            (node,) = (node for node in nodes if node["status"] == "error")
            assert f"Node Id: {node['id']}" in run["message"]
            assert run["message"].count("\n") == 3
            assert client.get(f"/runs/{run['run_id']}/nodes/{node['id']}/stderr").text.strip()
    assert failed


def test_every_node_of_a_run_that_succeeded_did_too(server: DeltaTwinServer) -> None:
    now = server.simulator.world.now()
    done = server.simulator.runs.page(top=50, skip=0, status="success")
    assert {plan.node_word(step, now).value for plan in done for step in plan.steps} == {"success"}


def test_components_have_what_a_form_needs(server: DeltaTwinServer) -> None:
    with server.client() as client:
        private = client.get("/deltatwins", params={"visibility": "private"}).json()
        public = client.get("/deltatwins", params={"visibility": "public"}).json()
        twin = client.get("/deltatwins/ai-sen2cor-processor").json()
        versions = client.get("/deltatwins/ai-sen2cor-processor/versions").json()
        manifest = client.get("/deltatwins/ai-sen2cor-processor/files/manifest.json").json()
        workflow = client.get("/deltatwins/ai-sen2cor-processor/files/workflow.yml").text
    assert [item["name"] for item in private] == ["coastal-flood", "image-rotation"]
    assert [item["name"] for item in public] == ["ai-sen2cor-processor"]
    assert public[0]["license"] == {"name": "Apache-2.0"}
    assert [port["name"] for port in twin["inputs"] if port["type"] == "secret"] == ["cdse_key", "cdse_secret"]
    assert [port["name"] for port in twin["outputs"]] == [
        "L2A_B02", "L2A_B03", "L2A_B04", "L2A_TCI", "tile_benchmark"
    ]  # fmt: skip
    assert versions[0].keys() == {"name", "changelog", "publication_date"}
    assert versions[0]["name"] == twin["version"]
    assert list(manifest["models"]) == ["ai-sen2cor-processor"]
    assert "ref: models.ai-sen2cor-processor" in workflow


def test_metrics_are_mixed_by_type(server: DeltaTwinServer) -> None:
    with server.client() as client:
        metrics = client.get("/user/metrics").json()
        before = metrics[0]["number_of_runs"]
        start(client, "image-rotation", IMAGE)
        assert client.get("/user/metrics").json()[0]["number_of_runs"] == before + 1
    with server.client("bob") as client:
        others = client.get("/user/metrics").json()
    assert [metric["type"] for metric in metrics] == ["run", "s3", "cron", "harbor", "harbor"]
    assert [metric["type"] for metric in others] == ["run", "s3", "cron"]


def test_an_output_can_be_published_and_fetched(server: DeltaTwinServer) -> None:
    with server.client() as client:
        run = client.get("/runs", params={"status": "success", "deltatwin_name": "image-rotation"}).json()[0]
        body = {"name": "n", "visibility": "private", "topics": ["t"], "description": "d", "owner": "alice"}
        reply = client.post("/artifacts", json={**body, "run_id": run["run_id"], "output_name": "rotatedImage"})
        assert reply.status_code == 202
        assert client.get("/artifacts").json() == []
        server.simulator.world.advance(6)
        (artifact,) = client.get("/artifacts", params={"visibility": "private"}).json()
        assert client.get("/artifacts", params={"visibility": "public"}).json() == []
        content = client.get(f"/artifacts/{artifact['id']}/download").content
        assert artifact["size"] == len(content)
        assert client.get(f"/artifacts/{artifact['id']}").json() == artifact
        assert client.delete(f"/artifacts/{artifact['id']}").status_code == 204
        assert client.get(f"/artifacts/{artifact['id']}").status_code == 404
        assert client.post("/artifacts", json={**body, "run_id": "x", "output_name": "y"}).status_code == 422


@pytest.mark.parametrize(("body", "field"), [({}, "name"), ({"name": "n", "visibility": "secret"}, "visibility")])
def test_an_artifact_has_a_name_and_one_of_two_visibilities(
    server: DeltaTwinServer, body: dict[str, str], field: str
) -> None:
    with server.client() as client:
        reply = client.post("/artifacts", json=body)
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["loc"] == ["body", field]


def test_schedules_can_be_made_paused_and_deleted(server: DeltaTwinServer) -> None:
    body = {"deltatwin_name": "image-rotation", "type": "date", "schedule": "2026-02-01 10:00:00", "schedule_name": "s"}
    with server.client() as client:
        made = client.post("/schedules", json=body)
        path = f"/schedules/{made.json()['schedule_id']}"
        assert made.status_code == 201
        assert made.json()["next_schedule"] == "2026-02-01 10:00:00+00:00"
        assert client.put(f"{path}/pause").json()["status"] == "paused"
        assert client.put(f"{path}/resume").json()["status"] == "active"
        assert len(client.get("/schedules", params={"owner": "alice"}).json()) == 2
        assert client.delete(path).status_code == 204
        assert client.get(path).status_code == 404
        assert client.post("/schedules", json={**body, "type": "never"}).status_code == 422


def test_the_registry_is_a_text_and_has_credentials(server: DeltaTwinServer) -> None:
    with server.client() as client:
        assert isinstance(client.get("/registry/url").json(), str)
        assert client.get("/registry/credentials").json().keys() == {"username", "password"}


def test_the_same_seed_gives_the_same_world_and_another_one_another(server: DeltaTwinServer) -> None:
    def ids(seed: int) -> list[str]:
        simulator = create_simulator(World(seed=seed, speed=0, start=WORLD_START))
        return [plan.id for plan in simulator.runs.page(top=20, skip=0)]

    assert ids(1) == ids(1) != ids(2)


def test_while_one_watches_something_happens_every_few_seconds(server: DeltaTwinServer) -> None:
    def words() -> list[tuple[object, ...]]:
        now = server.simulator.world.now()
        plans = server.simulator.runs.page(top=30, skip=0)
        return [(plan.id, plan.word(now), *(plan.node_word(step, now) for step in plan.steps)) for plan in plans]

    quiet = longest = 0
    last = words()
    for _ in range(600):
        server.simulator.world.advance(1)
        quiet = quiet + 1 if words() == last else 0
        longest = max(longest, quiet)
        last = words()
    assert longest <= 12


def test_new_runs_keep_coming_for_hours(server: DeltaTwinServer) -> None:
    server.simulator.world.advance(6 * 3600)
    with server.client() as client:
        newest = client.get("/runs", params={"top": 1, "status": "running"}).json()[0]
        recent = client.get("/runs", params={"top": 500}).json()
    assert newest["start_at"] > (WORLD_START + timedelta(hours=5, minutes=50)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert len(recent) == 500


def test_a_switch_there_is_not_is_an_error() -> None:
    with pytest.raises(TypeError, match="colour"):
        create_simulator(World(speed=0), colour="green")


@pytest.mark.parametrize("runs", [0, 1, 3, 14, 64, 1000])
def test_the_number_of_runs_can_be_chosen(runs: int) -> None:
    simulator = create_simulator(World(speed=0), runs=runs)
    plans = simulator.runs.page(top=2000, skip=0)
    assert len(plans) == len({plan.id for plan in plans}) == runs


def test_three_runs_are_one_live_one_done_and_one_failed() -> None:
    simulator = create_simulator(World(speed=0), runs=3)
    now = simulator.world.now()
    assert [plan.word(now).value for plan in simulator.runs.page(top=9, skip=0)] == ["running", "success", "error"]


def test_all_runs_of_history_that_count_as_settled_are_over_in_every_world() -> None:
    for seed in range(12):
        simulator = create_simulator(World(seed=seed, speed=0), runs=40)
        now = simulator.world.now()
        plans = simulator.runs.page(top=40, skip=0)
        assert all(plan.ended_at(now) for plan in plans[20:])
        created = [plan.script.created_at for plan in plans]
        assert created == sorted(created, reverse=True)
