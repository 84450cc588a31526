"""What can be switched on at the simulated service, as a raw client sees it."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from urllib.parse import quote

import httpx
import pytest

from tests.support.rescale_lists import everything, results
from tests.support.rescale_service import FINISHED_SWEEP, FLUENT, KEPT_CLUSTER, QUEUED, SWEEP, RescaleServer

GIB = 1024**3
BODY = {"name": "n", "jobanalyses": [{"analysis": {"code": "openfoam_plus", "version": "x"}, "command": "./Allrun"}]}


def test_answers_may_take_their_time(server: RescaleServer, client: httpx.Client) -> None:
    server.simulator.switches.latency = 0.05
    begun = time.monotonic()
    client.get("jobs/")
    assert time.monotonic() - begun >= 0.05


def test_next_may_drop_every_filter(server: RescaleServer, client: httpx.Client) -> None:
    server.simulator.switches.next_drops_filters = True
    page = client.get("jobs/", params={"page_size": 2, "state": "completed"}).json()
    assert page["next"] == f"{server.url}/api/v2/jobs/?page=2"


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "http://127.0.0.1:1"])
def test_next_may_point_to_another_origin(server: RescaleServer, client: httpx.Client, origin: str) -> None:
    server.simulator.switches.next_origin = origin
    assert client.get("jobs/").json()["next"] == f"{origin}/api/v2/jobs/?page=2"


def test_next_may_lack_its_slash(server: RescaleServer, client: httpx.Client) -> None:
    server.simulator.switches.next_without_slash = True
    assert client.get("jobs/").json()["next"] == f"{server.url}/api/v2/jobs?page=2"


def test_next_is_of_the_host_that_was_asked(client: httpx.Client) -> None:
    page = client.get("jobs/", headers={"Host": "rescale.example:8443"}).json()
    assert page["next"] == "http://rescale.example:8443/api/v2/jobs/?page=2"


@pytest.mark.parametrize(("switch", "code"), [("empty", 200), ("404", 404), ("405", 405)])
def test_runs_of_a_job_that_waits(server: RescaleServer, client: httpx.Client, switch: str, code: int) -> None:
    server.begin(early_runs=switch)
    answer = client.get(f"jobs/{server.job(QUEUED)}/runs/")
    assert answer.status_code == code
    assert code != 200 or answer.json() == {"count": 0, "previous": None, "results": [], "next": None}


@pytest.mark.parametrize("listed", [True, False])
def test_runs_that_have_not_started_may_be_listed(server: RescaleServer, client: httpx.Client, listed: bool) -> None:
    server.begin(lists_unstarted_runs=listed)
    runs = everything(client, f"jobs/{server.job(SWEEP)}/runs/")
    assert any(run["dateStarted"] is None for run in runs) == listed


def test_sizes_of_finished_runs_may_be_null(server: RescaleServer, client: httpx.Client) -> None:
    server.simulator.switches.null_output_size = True
    run = results(client, f"jobs/{server.job(FINISHED_SWEEP)}/runs/")[0]
    assert (run["outputFileSize"], run["dateCompleted"] is None) == (None, False)


def test_files_may_lack_hashes_and_have_sizes_as_texts(server: RescaleServer, client: httpx.Client) -> None:
    server.begin(no_hashes=True, string_sizes=True)
    for file in results(client, f"jobs/{server.job(KEPT_CLUSTER)}/runs/1/files/"):
        assert not {"md5", "fileChecksums"} & file.keys()
        assert str(file["decryptedSize"]).isdigit()
        assert isinstance(file["decryptedSize"], str)


def test_a_file_may_be_larger_than_4_gib_and_its_end_is_had_at_once(
    server: RescaleServer, client: httpx.Client
) -> None:
    server.begin(huge_files=True)
    files = everything(client, f"jobs/{server.job(KEPT_CLUSTER)}/runs/1/files/")
    (huge,) = [file for file in files if int(str(file["decryptedSize"])) > 4 * GIB]
    size = int(str(huge["decryptedSize"]))
    end = client.get(f"files/{huge['id']}/contents/", headers={"Range": "bytes=-16"})
    assert (end.status_code, len(end.content)) == (206, 16)
    assert end.headers["content-range"] == f"bytes {size - 16}-{size - 1}/{size}"
    assert client.get(f"files/{huge['id']}/lines/").status_code == 400


def test_hostile_names_are_tailed_and_fetched_by_their_escaped_paths(
    server: RescaleServer, client: httpx.Client
) -> None:
    server.begin(hostile_names=True)
    base = f"jobs/{server.job(FLUENT)}/runs/1"
    names = [item["path"] for item in client.get(f"{base}/directory-contents/").json()]
    for sign in (" ", "#", "?", "%", "\n", "\x1b"):
        assert any(sign in name for name in names), repr(sign)
    assert any(not name.isascii() for name in names)
    for name in names:
        if ".." in name.split("/") or name.startswith("/"):
            continue
        answer = client.get(f"{base}/tail/{quote(name, safe='/')}", params={"lines": 3})
        assert answer.status_code == 200, repr(name)


@pytest.mark.parametrize("form", ["truncated", "rotated"])
def test_a_log_may_begin_anew(server: RescaleServer, client: httpx.Client, form: str) -> None:
    server.begin(log_rewind=form, log_rewind_seconds=20.0)
    path = f"jobs/{server.job(FLUENT)}/runs/1"
    sizes = []
    for _ in range(24):
        sizes.append(len(client.get(f"{path}/tail/process_output.log").content))
        server.simulator.world.advance(2)
    assert any(after < before for before, after in pairwise(sizes))
    names = [item["path"] for item in client.get(f"{path}/directory-contents/").json()]
    assert ("process_output.log.1" in names) == (form == "rotated")


def test_logs_may_hold_bytes_that_are_no_text(server: RescaleServer, client: httpx.Client) -> None:
    server.begin(dirty_logs=True)
    log = client.get(f"jobs/{server.job(FLUENT)}/runs/1/tail/process_output.log").content
    assert b"\x1b" in log
    with pytest.raises(UnicodeDecodeError):
        log.decode("utf-8")


@pytest.mark.parametrize("lines", ["", "-1", "x"])
def test_a_number_of_lines_is_a_number(server: RescaleServer, client: httpx.Client, lines: str) -> None:
    answer = client.get(f"jobs/{server.job(FLUENT)}/runs/1/tail/process_output.log?lines={lines}")
    assert (answer.status_code, answer.json()) == (400, {"lines": ["A valid integer is required."]})


def test_jobs_made_at_once_are_jobs_of_their_own(client: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = [made.result() for made in [pool.submit(client.post, "jobs/", json=BODY) for _ in range(16)]]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 16


def test_a_part_of_an_upload_may_have_a_content_type_that_is_none(client: httpx.Client) -> None:
    lines = [
        b"--b", b'Content-Disposition: form-data; name="file"; filename="a.txt"',
        b"Content-Type: {'Content-Type': 'x'}", b"", b"hello", b"--b--", b"",
    ]  # fmt: skip
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    sent = client.post("files/contents/", content=b"\r\n".join(lines), headers=headers)
    assert (sent.status_code, sent.json()["decryptedSize"]) == (201, 5)
