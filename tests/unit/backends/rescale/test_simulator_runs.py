"""Runs and files of the simulated service as a raw client sees them."""

import hashlib
import math

import httpx
import msgspec
import pytest

from tests.support.rescale_lists import everything, results
from tests.support.rescale_service import (
    CFX,
    FAILING_SWEEP,
    FINISHED_SWEEP,
    FLUENT,
    KEPT_CLUSTER,
    OPTIMISATION,
    QUEUED,
    RescaleServer,
)

UPLOAD = {"file": ("case.txt", b"hello", "text/plain")}


# runs


def test_a_run_has_its_fields_and_no_status(server: RescaleServer, client: httpx.Client) -> None:
    run = results(client, f"jobs/{server.job(FINISHED_SWEEP)}/runs/")[4]
    assert run.keys() == {
        "id", "displayOrder", "type", "parent", "dateStarted", "dateCompleted", "outputFileCount", "outputFileSize",
        "isOptimal", "variables",
    }  # fmt: skip
    assert (run["id"], run["displayOrder"], run["type"], run["parent"]) == ("5", 5, 3, None)
    variables = msgspec.convert(run["variables"], list[dict[str, object]])
    assert [one["name"] for one in variables] == ["x_velocity", "y_velocity", "Cd", "Cl"]
    assert all(one.keys() == {"name", "value", "displayValue", "isRelative"} for one in variables)
    assert variables[2]["displayValue"] == f"{variables[2]['value']:.6f}"


def test_a_running_run_has_no_size_and_no_end(server: RescaleServer, client: httpx.Client) -> None:
    run = client.get(f"jobs/{server.job(FLUENT)}/runs/1/").json()
    assert (run["dateCompleted"], run["outputFileCount"], run["outputFileSize"], run["variables"]) == (
        None,
        0,
        None,
        [],
    )


def test_runs_do_not_begin_in_the_order_of_their_ids(server: RescaleServer, client: httpx.Client) -> None:
    starts = [str(run["dateStarted"]) for run in results(client, f"jobs/{server.job(FINISHED_SWEEP)}/runs/")]
    assert starts != sorted(starts)


def test_lift_grows_with_the_angle_of_the_stream(server: RescaleServer, client: httpx.Client) -> None:
    rows = []
    for run in results(client, f"jobs/{server.job(FINISHED_SWEEP)}/runs/"):
        values = {
            str(v["name"]): float(str(v["value"])) for v in msgspec.convert(run["variables"], list[dict[str, object]])
        }
        rows.append((math.atan2(values["y_velocity"], values["x_velocity"]), values["Cl"], values["Cd"]))
    rows.sort()
    assert rows[0][1] < rows[60][1] < rows[100][1]
    assert all(0.004 < cd < 0.2 for _, _, cd in rows)


def test_an_optimisation_is_a_tree(server: RescaleServer, client: httpx.Client) -> None:
    runs = results(client, f"jobs/{server.job(OPTIMISATION)}/runs/")
    assert [(run["id"], run["type"], run["parent"]) for run in runs[:4]] == [
        ("1", 1, None), ("2", 2, "1"), ("3", 3, "2"), ("4", 3, "2"),
    ]  # fmt: skip


def test_stopping_a_run_keeps_it_in_progress_until_its_files_are_up(
    server: RescaleServer, client: httpx.Client
) -> None:
    server.simulator.world.advance(135)
    path = f"jobs/{server.job(QUEUED)}/runs/2/"
    assert client.post(path + "stop/").json() == {}
    assert client.get(path).json()["dateCompleted"] is None
    server.simulator.world.advance(10)
    assert client.get(path).json()["dateCompleted"] is not None
    assert client.post(path + "stop/").status_code == 400


def test_a_snapshot_answers_with_the_one_before(server: RescaleServer, client: httpx.Client) -> None:
    server.simulator.world.advance(135)
    path = f"jobs/{server.job(QUEUED)}/runs/2/"
    first = client.post(path + "snapshot/").json()
    assert (first["exitcode"], first["lastSnapshotID"]) == (0, None)
    server.simulator.world.advance(7)
    (archive,) = results(client, path + "files/")
    assert (archive["typeId"], archive["name"]) == (12, f"snapshot_{server.job(QUEUED)}_run2_1.zip")
    assert client.post(path + "snapshot/").json()["lastSnapshotID"] == archive["id"]


# files


def test_the_work_folder_is_a_bare_list_in_byte_order(server: RescaleServer, client: httpx.Client) -> None:
    server.simulator.world.advance(135)
    base = f"jobs/{server.job(QUEUED)}/runs/2"
    listing = client.get(f"{base}/directory-contents/", params={"page_size": 9999}).json()
    paths = [item["path"] for item in listing]
    assert paths == sorted(paths, key=str.encode)
    assert listing[0] == {"path": paths[0], "resource": f"/api/{base}/tail/{paths[0]}"}


def test_stored_files_are_listed_once_the_run_is_over(server: RescaleServer, client: httpx.Client) -> None:
    base = f"jobs/{server.job(KEPT_CLUSTER)}/runs/1"
    files = results(client, f"{base}/files/")
    assert client.get(f"{base}/directory-contents/").status_code == 404
    paths = [str(file["relativePath"]) for file in files]
    assert paths == sorted(paths, key=str.lower)
    file = next(file for file in files if file["relativePath"] == "airFoil2D/system/controlDict")
    assert file["name"] == "controlDict"
    assert str(file["path"]).endswith(f"/output/job_{server.job(KEPT_CLUSTER)}/run1/airFoil2D/system/controlDict")
    assert file["downloadUrl"] == f"{server.url}/api/v2/files/{file['id']}/contents/"
    assert file.keys() >= {"typeId", "dateUploaded", "decryptedSize", "md5", "fileChecksums", "encodedEncryptionKey"}


def test_files_of_a_job_are_those_of_all_its_runs(server: RescaleServer, client: httpx.Client) -> None:
    job_id = server.job(KEPT_CLUSTER)
    counts = [client.get(f"jobs/{job_id}/runs/{n}/files/").json()["count"] for n in range(1, 5)]
    files = everything(client, f"jobs/{job_id}/files/")
    assert len(files) == len({file["id"] for file in files}) == sum(counts)
    found = results(client, f"jobs/{job_id}/files/", search="forceCoeffs.dat")
    assert len(found) == 4


def test_a_file_is_the_same_wherever_it_is_asked_for(server: RescaleServer, client: httpx.Client) -> None:
    file = results(client, f"jobs/{server.job(KEPT_CLUSTER)}/runs/1/files/")[3]
    assert client.get(f"files/{file['id']}/").json() == file


def test_contents_are_what_their_hashes_say(server: RescaleServer, client: httpx.Client) -> None:
    for file in results(client, f"jobs/{server.job(KEPT_CLUSTER)}/runs/2/files/"):
        content = client.get(f"files/{file['id']}/contents/").content
        assert len(content) == file["decryptedSize"]
        assert hashlib.md5(content, usedforsecurity=False).hexdigest() == file["md5"]
        assert file["fileChecksums"] == [{"hashFunction": "sha512", "fileHash": hashlib.sha512(content).hexdigest()}]


def test_the_same_world_has_the_same_bytes(server: RescaleServer, client: httpx.Client) -> None:
    def sums() -> list[object]:
        return [file["md5"] for file in results(client, f"jobs/{server.job(KEPT_CLUSTER)}/runs/2/files/")]

    first = sums()
    server.begin()
    assert sums() == first


def test_files_of_one_name_differ_between_runs(server: RescaleServer, client: httpx.Client) -> None:
    found = results(client, f"jobs/{server.job(KEPT_CLUSTER)}/files/", search="process_output.log")
    assert len({file["md5"] for file in found}) == 4


@pytest.mark.parametrize(
    ("wanted", "code", "said"),
    [
        ("bytes=0-4", 206, "bytes 0-4/{size}"),
        ("bytes=5-", 206, "bytes 5-{last}/{size}"),
        ("bytes=-3", 206, "bytes {third}-{last}/{size}"),
        ("bytes=0-99999999", 206, "bytes 0-{last}/{size}"),
        ("bytes=99999999-", 416, "bytes */{size}"),
        ("bytes=5-4", 200, None),
        ("lines=1-2", 200, None),
    ],
)
def test_ranges_of_contents(
    server: RescaleServer, client: httpx.Client, wanted: str, code: int, said: str | None
) -> None:
    files = results(client, f"jobs/{server.job(KEPT_CLUSTER)}/runs/1/files/")
    file = next(file for file in files if file["name"] == "results.csv")
    size = int(str(file["decryptedSize"]))
    whole = client.get(f"files/{file['id']}/contents/").content
    answer = client.get(f"files/{file['id']}/contents/", headers={"Range": wanted})
    assert answer.status_code == code
    if said is not None:
        assert answer.headers["content-range"] == said.format(size=size, last=size - 1, third=size - 3)
    if code == 206:
        first, last = answer.headers["content-range"][6:].partition("/")[0].split("-")
        assert answer.content == whole[int(first) : int(last) + 1]


def test_lines_of_a_stored_file_keep_their_ends(server: RescaleServer, client: httpx.Client) -> None:
    files = results(client, f"jobs/{server.job(KEPT_CLUSTER)}/runs/1/files/")
    file = next(file for file in files if file["name"] == "results.csv")
    lines = client.get(f"files/{file['id']}/lines/").json()["lines"]
    assert lines[0] == "x_velocity,y_velocity,Cd,Cl\n"
    assert len(lines) == 2


def test_an_upload_is_a_file(client: httpx.Client) -> None:
    sent = client.post("files/contents/", files=UPLOAD)
    assert sent.status_code == 201
    file = sent.json()
    assert (file["name"], file["typeId"], file["decryptedSize"], "relativePath" in file) == ("case.txt", 1, 5, False)
    assert client.get(f"files/{file['id']}/contents/").content == b"hello"
    assert results(client, "files/", search="case")[0]["id"] == file["id"]


def test_an_upload_without_a_file_is_refused(client: httpx.Client) -> None:
    assert client.post("files/contents/", files={"other": b"x"}).status_code == 400
    broken = client.post("files/contents/", content=b"x", headers={"Content-Type": "multipart/form-data; boundary=y"})
    assert broken.status_code == 400
    assert broken.json()["detail"].startswith("Multipart form parse error - ")


# tails


def test_a_tail_is_the_last_lines_without_their_ends(server: RescaleServer, client: httpx.Client) -> None:
    path = f"jobs/{server.job(FLUENT)}/runs/1/tail/process_output.log"
    whole = client.get(path).text
    tail = client.get(path, params={"lines": 4}).json()
    assert tail["lines"] == whole.removesuffix("\n").split("\n")[-4:]
    assert tail["fileType"].endswith("/work/process_output.log: ASCII text")
    assert client.get(path, params={"lines": 0}).json()["lines"] == []


def test_a_log_grows_and_is_never_rewritten(server: RescaleServer, client: httpx.Client) -> None:
    path = f"jobs/{server.job(FLUENT)}/runs/1/tail/process_output.log"
    before = client.get(path).text
    server.simulator.world.advance(5)
    after = client.get(path).text
    assert after.startswith(before)
    assert len(after) > len(before)


@pytest.mark.parametrize(("answer", "code"), [("404", 404), ("text", 200)])
def test_a_tail_of_a_run_that_is_over(server: RescaleServer, client: httpx.Client, answer: str, code: int) -> None:
    server.begin(inactive_tail=answer)
    found = client.get(f"jobs/{server.job(CFX)}/runs/1/tail/process_output.log", params={"lines": 4})
    assert found.status_code == code


def test_a_log_says_what_it_launches_and_how_it_exits(server: RescaleServer, client: httpx.Client) -> None:
    (file,) = results(client, f"jobs/{server.job(CFX)}/files/", search="process_output.log")
    lines = client.get(f"files/{file['id']}/contents/").text.splitlines()
    assert "Launching cfx5solve" in lines[0]
    assert "Working dir:" in lines[0]
    assert lines[-1].endswith("]: Exited with code 2")
    assert all(line.startswith("[20") and line[21:24] == "]: " for line in lines)
    assert 100 < len(lines) < 140


def test_a_diverged_case_tells_its_story(server: RescaleServer, client: httpx.Client) -> None:
    logs = results(client, f"jobs/{server.job(FAILING_SWEEP)}/files/", search="process_output.log")
    texts = [client.get(f"files/{file['id']}/contents/").text for file in logs]
    ended = {text.rstrip().rpartition(" ")[2] for text in texts}
    assert ended == {"0", "1", "136"}
    assert any("FOAM FATAL ERROR" in text for text in texts)
    assert any("Floating point exception" in text and "bounding nuTilda" in text for text in texts)
