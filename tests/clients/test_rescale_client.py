"""The Python client people use for Rescale, really installed, against the simulator."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtui.backends.rescale.simulator import create_simulator
from runtui.simulation.server import SimulatorServer
from runtui.simulation.world import World

pytestmark = pytest.mark.clients

CLIENT = "rescalepy==0.4.2"
PREAMBLE = """
import json, sys, time
from pathlib import Path
import rescalepy.client as rescale
rescale.ENDPOINT = sys.argv[1] + "/api/v2/"
client = rescale.Client(api_token=sys.argv[2])
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment of its own with the client in it."""
    folder = tmp_path_factory.mktemp("rescalepy")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    install = [str(folder / "bin" / "pip"), "install", "--quiet", CLIENT]
    installed = subprocess.run(install, capture_output=True, text=True)
    if installed.returncode:
        pytest.skip(f"{CLIENT} cannot be installed: {installed.stderr.strip().splitlines()[-1]}")
    return folder / "bin" / "python"


class Scripts:
    """Runs scripts that use the client, in a folder of their own."""

    def __init__(self, python: Path, folder: Path, url: str, token: str) -> None:
        self._python = python
        self._token = token
        self._url = url
        self.folder = folder

    def run(self, script: str, *, token: str = "") -> subprocess.CompletedProcess[str]:
        """What came of a script; `client` is there in it."""
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return subprocess.run(
            [self._python, "-c", PREAMBLE + script, self._url, token or self._token],
            cwd=self.folder,
            env=environment | {"HOME": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def succeed(self, script: str) -> str:
        """What a script that succeeds prints."""
        done = self.run(script)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


@pytest.fixture
def scripts(python: Path, tmp_path: Path) -> Iterator[Scripts]:
    """Against a world that is twenty times as fast as ours."""
    simulator = create_simulator(World(speed=20.0))
    with SimulatorServer(simulator.application) as server:
        yield Scripts(python, tmp_path, server.url, simulator.credentials["token"])


def test_it_logs_in_with_the_right_key_only(scripts: Scripts) -> None:
    scripts.succeed("")
    refused = scripts.run("", token="0" * 40)
    assert refused.returncode != 0
    assert "ValueError" in refused.stderr


def test_it_chooses_software_and_hardware(scripts: Scripts) -> None:
    script = "print(client.get_latest_software_version('openfoam_plus'), client.get_cheapest_core())"
    assert scripts.succeed(script) == "v2212-openmpi onyx"


def test_it_gets_back_what_it_uploads(scripts: Scripts) -> None:
    (scripts.folder / "case.txt").write_text("hello")
    (scripts.folder / "case").mkdir()
    (scripts.folder / "case" / "mesh").write_text("mesh")
    scripts.succeed("""
client.download(client.upload(Path("case.txt")), Path("back.txt"))
assert client.upload(Path("case")).name == "case.zip"
""")
    assert (scripts.folder / "back.txt").read_text() == "hello"


def test_it_runs_a_job_from_draft_to_download(scripts: Scripts) -> None:
    (scripts.folder / "case.txt").write_text("hello")
    scripts.succeed("""
job = client.create_job("by the client", "user_included", [Path("case.txt")], "./solve.sh", n_cores=2)
assert client.get_job_details(job)["name"] == "by the client"
assert client.get_job_status(job) == []
assert client.submit_job(job)
client.wait_for_job(job, interval=0.1)
newest = client.get_job_status(job)[0]
assert (newest["status"], newest["statusReason"]) == ("Completed", "Completed successfully"), newest
(run,) = client.list_job_results(job)
assert run["id"] == "1" and run["dateCompleted"]
time.sleep(0.5)
client.download_all_results(job, Path("results"))
for file in client.list_job_results_files(job):
    assert (Path("results") / file["relativePath"]).stat().st_size == file["decryptedSize"]
""")
    log = (scripts.folder / "results" / "process_output.log").read_text()
    assert "./solve.sh" in log
    assert log.rstrip().endswith("Exited with code 0")


def test_it_follows_the_pages_of_a_sweep(scripts: Scripts) -> None:
    scripts.succeed("""
jobs = client.get(client.endpoint + "jobs/")
(job,) = [job["id"] for job in jobs if "11x11" in job["name"]]
runs = client.list_job_results(job)
assert [run["id"] for run in runs] == [str(number) for number in range(1, 122)]
""")


def test_it_runs_a_batch_of_folders(scripts: Scripts) -> None:
    for name in ("one", "two"):
        (scripts.folder / name).mkdir()
        (scripts.folder / name / "deck.inp").write_text(name)
    scripts.succeed("""
from rescalepy.batch import BatchRunner
runner = BatchRunner(client=client, software_code="user_included", input_files="*.inp", command="./solve.sh",
                     download_patterns=["process_output.log"], poll_interval=1, download_delay=1)
runner.run([Path("one"), Path("two")])
""")
    for name in ("one", "two"):
        assert "Exited with code 0" in (scripts.folder / name / "process_output.log").read_text()
