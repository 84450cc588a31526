"""The client people use on Cromwell, really installed, against the simulated one.

CARROT's own client is not on PyPI: `tests/unit/backends/carrot/test_client_requests.py` sends what it sends.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.carrot_service import CarrotService

pytestmark = pytest.mark.clients

CLIENT = "cromshell==2.1.1"
GERMLINE = "Germline Variant Calling"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client in an environment of its own."""
    folder = tmp_path_factory.mktemp("cromshell")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install: list[str | Path] = [folder / "bin" / "pip", "install", "--quiet", CLIENT]
    installed = subprocess.run(install, capture_output=True, text=True)
    if installed.returncode:
        pytest.skip(f"{CLIENT} cannot be installed: {installed.stderr.strip().splitlines()[-1]}")
    return folder / "bin" / "cromshell"


@pytest.fixture(scope="module")
def sockets() -> Iterator[CarrotService]:
    with CarrotService() as service:
        yield service


class Client:
    """The client in a home of its own, on one world."""

    def __init__(self, program: Path, home: Path, service: CarrotService) -> None:
        self.service = service
        self._program = program
        self._home = home

    def run(self, *arguments: str, code: int = 0) -> str:
        """Its standard output, and what it says of errors after it."""
        environment = {
            **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
            "HOME": str(self._home),
        }
        url = self.service.urls["cromwell_url"]
        done = subprocess.run(
            [self._program, "--no_turtle", "-mc", "-cu", url, *arguments],
            cwd=self._home,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def json(self, *arguments: str) -> dict[str, Any]:
        """What it prints as JSON."""
        printed = self.run(*arguments)
        return dict(json.loads(printed[printed.index("{") : printed.rindex("}") + 1]))


@pytest.fixture
def client(program: Path, tmp_path: Path, sockets: CarrotService) -> Client:
    sockets.begin()
    (tmp_path / ".cromshell").mkdir()
    return Client(program, tmp_path, sockets)


def workflow(client: Client, status: str, phase: str = "test") -> str:
    return str(client.service.row(status, GERMLINE)[f"{phase}_cromwell_job_id"])


def test_status(client: Client) -> None:
    for carrots, cromwells in (("testrunning", "Running"), ("testfailed", "Failed"), ("succeeded", "Succeeded")):
        found = client.service.row(carrots)["test_cromwell_job_id"]
        assert client.json("status", found) == {"status": cromwells, "id": found}


def test_a_doomed_workflow_is_called_that(client: Client) -> None:
    service = client.service
    for _ in range(25):
        for row in service.rows(GERMLINE, status="testrunning"):
            calls = service.cromwell(f"/{row['test_cromwell_job_id']}/metadata").json()["calls"]
            if "Failed" in {call["executionStatus"] for listed in calls.values() for call in listed}:
                assert client.json("status", row["test_cromwell_job_id"])["status"] == "DOOMED"
                return
        service.world.advance(5)
    pytest.fail("no doomed workflow was met")


def test_counts(client: Client) -> None:
    printed = client.run("counts", workflow(client, "succeeded"))
    assert "HaplotypeCallerBenchmark.HaplotypeCaller" in printed
    assert "SubWorkflow HaplotypeCallerBenchmark.JointGenotyping" in printed
    failed = client.json("counts", "-j", workflow(client, "testfailed"))
    assert failed["HaplotypeCallerBenchmark.HaplotypeCaller"]["Failed"] == 1


def test_metadata(client: Client) -> None:
    found = workflow(client, "succeeded", "eval")
    assert client.json("metadata", found)["workflowName"] == "BenchmarkVCFs"
    slim = client.json("slim-metadata", found)
    assert set(slim["calls"]) == {
        "BenchmarkVCFs.NormaliseCalls", "BenchmarkVCFs.Vcfeval", "BenchmarkVCFs.SummariseMetrics",
    }  # fmt: skip
    assert "workflowName" not in slim


def test_logs(client: Client) -> None:
    assert "HaplotypeCallerBenchmark.SplitIntervals" in client.run("logs", "-s", "ALL", workflow(client, "succeeded"))
    client.service.simulator.switches.google_paths = True
    printed = client.run("logs", workflow(client, "testfailed"))
    assert "gs://carrot-cromwell/cromwell-execution/HaplotypeCallerBenchmark/" in printed
    assert printed.strip().endswith("HaplotypeCaller-1.log")


def test_list_outputs(client: Client) -> None:
    found = workflow(client, "succeeded", "eval")
    printed = client.run("list-outputs", found)
    place = printed.split("BenchmarkVCFs.summary: ")[1].splitlines()[0]
    assert Path(place).read_text().startswith("type\tprecision")
    detailed = client.json("list-outputs", "-d", "-j", found)
    assert detailed["BenchmarkVCFs.SummariseMetrics"][0]["snp_f1"] > 0.9


def test_abort(client: Client) -> None:
    found = workflow(client, "testrunning")
    client.service.world.advance(1)
    assert client.json("abort", found) == {"id": found, "status": "Aborting"}
    assert client.json("status", found)["status"] == "Aborting"


def test_a_workflow_there_is_not_is_told_of(client: Client) -> None:
    printed = client.run("metadata", "00000000-0000-4000-8000-000000000000", code=1)
    assert "Unrecognized workflow ID" in printed
