"""The service's own command-line client, really installed, against the simulator."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtui.backends.deltatwin.here import command_here
from runtui.model.command_wish import CommandWish
from runtui.model.log import LogRequest
from tests.support.container_engine import ContainerEngine
from tests.support.deltatwin_service import DeltaTwinServer
from tests.support.local_runs import LocalRuns, end_all_runs, until

pytestmark = pytest.mark.clients

CLIENT = "deltatwin-cli==1.8.1"
INPUTS = {
    "image": {"type": "Data", "url": "https://example.org/a.jpg"},
    "angle": {"type": "integer", "value": 45},
    "key": {"type": "secret", "secret_value": "hush-hush"},
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client in an environment of its own. It wants Python 3.11."""
    python = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which("python3.11")
    if python is None:
        pytest.skip("the client needs Python 3.11")
    folder = tmp_path_factory.mktemp("deltatwin-cli")
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    install = [str(folder / "bin" / "pip"), "install", "--quiet", CLIENT]
    installed = subprocess.run(install, capture_output=True, text=True)
    if installed.returncode:
        pytest.skip(f"{CLIENT} cannot be installed: {installed.stderr.strip().splitlines()[-1]}")
    return folder / "bin" / "deltatwin"


class Client:
    """The client in a home of its own."""

    def __init__(self, program: Path, home: Path, server: DeltaTwinServer) -> None:
        self.home = home
        self.server = server
        self._program = program

    def run(self, *arguments: str, code: int = 0) -> str:
        """Its standard output, and what it says of errors after it."""
        environment = {
            **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
            "HOME": str(self.home),
            "COLUMNS": "250",
        }
        done = subprocess.run(
            [self._program, *arguments], cwd=self.home, env=environment, capture_output=True, text=True, timeout=30
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    @property
    def conf(self) -> Path:
        """The file it keeps its login in."""
        return self.home / ".deltatwin" / "conf.ini"

    def put_token(self) -> None:
        """Write what a login would have left."""
        simulator = self.server.simulator
        username, password = simulator.credentials.values()
        grant = simulator.tokens.log_in(username, password)
        assert grant is not None
        fields = {
            "username": username,
            "password": password,
            "api": self.server.url,
            "token": grant["access_token"],
            "token_created": "2026-01-01 00:00:00",
            "expires_in": 999999999,
            "refresh_token": grant["refresh_token"],
            "refresh_expires_in": 999999999,
        }
        self.conf.parent.mkdir(exist_ok=True)
        self.conf.write_text("\n".join(["[SERVICES]", *(f"{name} = {value}" for name, value in fields.items()), ""]))

    def json(self, *arguments: str) -> list[dict[str, object]]:
        """What it prints as JSON: the items of a list, or the only one."""
        printed = json.loads(self.run(*arguments, "-f", "json"))
        return printed if isinstance(printed, list) else [printed]

    def first_run(self, status: str, twin: str) -> str:
        """The id of the newest run of a component with a status."""
        return str(self.json("run", "list", "-s", status, "-t", twin, "-l", "1")[0]["id"])


@pytest.fixture(scope="module")
def served() -> Iterator[DeltaTwinServer]:
    with DeltaTwinServer() as server:
        yield server


@pytest.fixture
def newcomer(program: Path, tmp_path: Path, served: DeltaTwinServer) -> Client:
    """The client of somebody who never logged in."""
    served.begin()
    return Client(program, tmp_path, served)


@pytest.fixture
def client(newcomer: Client) -> Client:
    """The client of somebody who has logged in."""
    newcomer.put_token()
    return newcomer


def test_it_logs_in_with_the_address_as_its_documentation_has_it(newcomer: Client) -> None:
    server = newcomer.server
    credentials = server.simulator.credentials.values()
    assert "Login to the service token saved" in newcomer.run("login", *credentials, "-a", f"{server.url}/")
    assert server.simulator.application.requests == ["POST //v2.0/connect"]
    assert len(newcomer.json("run", "list")) == 15
    assert "Unauthorized" in newcomer.run("login", "alice", "wrong", "-f", code=1)


def test_it_lists_runs(client: Client) -> None:
    listed = client.json("run", "list")
    assert len(listed) == 15
    assert listed[0].keys() == {"id", "deltatwin", "generation_date", "author", "status"}
    assert {run["status"] for run in client.json("run", "list", "-s", "error", "-o", "2")} == {"error"}
    assert "alice" in client.run("run", "list", "-t", "image-rotation", "-l", "50")
    assert "No run found" in client.run("run", "list", "-s", "nonsense")


def test_it_gets_runs_of_every_status(client: Client) -> None:
    by_status = {str(run["status"]): str(run["id"]) for run in client.json("run", "list", "-l", "72")}
    assert by_status.keys() == {"pending", "running", "success", "error", "cancelled"}
    for status, run_id in by_status.items():
        assert f"Status:{status}" in client.run("run", "get", run_id)


def test_it_starts_watches_and_deletes_a_run(client: Client, tmp_path: Path) -> None:
    (tmp_path / "inputs.json").write_text(json.dumps(INPUTS))
    (started,) = client.json("run", "start", "image-rotation", "-i", "inputs.json")
    run_id = str(started["run_id"])
    assert started["status"] == "created"
    assert "hush-hush" not in client.run("run", "start", "image-rotation", "-i", "inputs.json", "-v", "1.0.0")
    client.server.simulator.world.advance(20)
    nodes = client.json("run", "monitor", "status", run_id)
    model = next(node for node in nodes if node["type"] == "model")
    assert model["status"] == "running"
    logs = json.loads(client.run("run", "monitor", "logs", run_id, str(model["node_id"])))
    assert "starting container" in logs["stdout"]
    client.server.simulator.world.advance(120)
    assert client.json("run", "get", run_id)[0]["status"] == "success"
    assert "successfully deleted" in client.run("run", "delete", run_id)
    assert f"Run {run_id} not found" in client.run("run", "get", run_id, code=1)


def test_it_downloads_exactly_the_bytes(client: Client, tmp_path: Path) -> None:
    run_id = client.first_run("success", "ai-sen2cor-processor")
    said = client.run("run", "download", run_id, "tile_benchmark")
    assert "successfully downloaded" in said
    assert (tmp_path / "tile_benchmark.json").read_bytes() == client.server.simulator.content(run_id, "tile_benchmark")
    client.run("run", "download", run_id, "L2A_B02", "-F", "band.tif")
    assert (tmp_path / "band.tif").read_bytes() == client.server.simulator.content(run_id, "L2A_B02")


def test_it_follows_a_redirect_to_the_storage(client: Client, tmp_path: Path) -> None:
    client.server.simulator.switches.download_redirect = client.server.storage_url
    run_id = client.first_run("success", "image-rotation")
    client.run("run", "download", run_id, "rotatedImage")
    assert (tmp_path / "rotated.jpg").read_bytes() == client.server.simulator.content(run_id, "rotatedImage")


def test_it_shows_the_log_of_a_failed_node(client: Client) -> None:
    run_id = client.first_run("error", "coastal-flood")
    (node,) = (node for node in client.json("run", "monitor", "status", run_id) if node["status"] == "error")
    logs = json.loads(client.run("run", "monitor", "logs", run_id, str(node["node_id"])))
    assert logs["stdout"]
    assert "Message:" in client.run("run", "get", run_id)


def test_it_shows_metrics_components_and_schedules(client: Client) -> None:
    assert "Max parallel runs" in client.run("metrics")
    assert '"number_of_runs"' in client.run("metrics", "-f", "json", "-C", "runs")
    assert len(client.json("component", "list")) == 3
    (twin,) = client.json("component", "get", "ai-sen2cor-processor")
    assert twin["version"] == "1.0.0"
    (schedule,) = client.json("schedule", "list")
    assert "nightly quicklook" in client.run("schedule", "pause", str(schedule["schedule_id"]))


def test_it_publishes_an_output(client: Client) -> None:
    run_id = client.first_run("success", "image-rotation")
    client.run("drive", "artifact", "add", run_id, "rotatedImage", "-a", "turned", "-d", "text", "-t", "images")
    client.server.simulator.world.advance(10)
    assert "turned" in client.run("drive", "artifact", "list")


def test_it_renews_its_token_and_its_renewals_rotate(client: Client) -> None:
    for _ in range(2):
        before = client.conf.read_text()
        client.conf.write_text(re.sub(r"(?m)^(token_created|expires_in) = .*", _long_ago, before))
        client.run("run", "list")
        assert client.conf.read_text() != before
    assert len(client.server.requested("connect")) == 2


def _long_ago(field: re.Match[str]) -> str:
    return "token_created = 2026-01-01 00:00:00" if field[1] == "token_created" else "expires_in = 300"


def test_errors_are_told_as_the_service_means_them(client: Client) -> None:
    simulator = client.server.simulator
    simulator.application.fail("/runs", status=410)
    assert "outdated" in client.run("run", "list", code=3)
    simulator.application.clear()
    simulator.tokens.revoke_access()
    assert "Unauthorized" in client.run("run", "list", code=1)


def component_in(folder: Path) -> Path:
    """A component with one model, as the client wants it."""
    component = folder / "image-rotation"
    component.mkdir()
    manifest = {"name": "image-rotation", "version": "1.0.0", "inputs": {"angle": {"type": "integer"}}, "outputs": {}}
    (component / "manifest.json").write_text(json.dumps(manifest))
    (component / "workflow.yml").write_text("nodes: []\nedges: []\n")
    return component


async def test_a_component_it_cannot_run_here_is_a_run_that_failed_whatever_it_ends_with(
    client: Client, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no Docker for it, or nothing in the component: it says so, and the run holds what it said."""
    monkeypatch.setenv("HOME", str(client.home))
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    here = LocalRuns(client.home)
    wish = command_here(component_in(client.home), CommandWish(inputs={"angle": {"type": "integer", "value": 45}}))
    (run,) = await here.backend.run_command(wish)
    record = here.ended(run)
    assert (record.status, record.job) == ("failed", "image-rotation here")
    fetched = await here.backend.fetch_run(run.id)
    sources = await here.backend.log_sources(fetched)
    told = [await here.backend.read_log(fetched, source, LogRequest()) for source in sources]
    assert any(window.content for window in told)
    assert json.loads(here.path(run, "work", "inputs.json").read_text()) == {"angle": {"type": "integer", "value": 45}}


def rotation_in(folder: Path) -> Path:
    """A component with one model that writes a file, as the client wants it."""
    component = folder / "rotation"
    (component / "models").mkdir(parents=True)
    manifest = {
        "deltaVersion": "1.4", "name": "rotation", "description": "turns", "owner": "alice",
        "license": {"name": "L", "url": "https://example.org", "copyrights": [{"years": [2026], "company": "c"}]},
        "inputs": {"angle": {"type": "integer"}}, "outputs": {"image": {"type": "Data"}},
        "models": {"rotate": {
            "path": "models", "type": "python",
            "parameters": {"pythonVersion": "3.11", "command": "python rotate.py $(inputs.angle)"},
            "inputs": {"angle": {"type": "integer"}}, "outputs": {"image": {"type": "Data", "glob": "rotated.txt"}},
        }},
    }  # fmt: skip
    (component / "manifest.json").write_text(json.dumps(manifest))
    workflow = {
        "nodes": [
            {"id": 1, "ref": "inputs.angle"}, {"id": 2, "ref": "models.rotate"}, {"id": 3, "ref": "outputs.image"}
        ],
        "edges": [
            {"from": {"id": 1}, "to": {"id": 2, "port": "angle"}},
            {"from": {"id": 2, "port": "image"}, "to": {"id": 3}},
        ],
    }  # fmt: skip
    (component / "workflow.yml").write_text(json.dumps(workflow))
    (component / "models" / "rotate.py").write_text("print('turned')\n")
    return component


@pytest.fixture
def here(client: Client, program: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[LocalRuns, ContainerEngine]]:
    """Runs of this machine, and a container engine for the client."""
    monkeypatch.setenv("HOME", str(client.home))
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    made = LocalRuns(client.home)
    with ContainerEngine() as engine:
        monkeypatch.setenv("DOCKER_HOST", engine.address)
        yield made, engine
        end_all_runs(made.folders.root)


ANGLE = {"angle": {"type": "integer", "value": 45}}


async def test_it_runs_a_component_in_containers_here_and_its_output_is_found(
    client: Client, here: tuple[LocalRuns, ContainerEngine]
) -> None:
    runs, engine = here
    (run,) = await runs.backend.run_command(command_here(rotation_in(client.home), CommandWish(inputs=ANGLE)))
    record = runs.ended(run)
    logs = "".join(path.read_text() for path in runs.path(run, "logs").iterdir())
    assert (record.status, record.exit_code) == ("succeeded", 0), logs
    files = {file.path.rpartition("/")[2] for file in (await runs.backend.output_files(run)).files}
    assert "rotated.txt" in files
    assert not engine.running


async def test_stopping_it_ends_the_container_it_began_here(
    client: Client, here: tuple[LocalRuns, ContainerEngine]
) -> None:
    runs, engine = here
    engine.goes_on = True
    (run,) = await runs.backend.run_command(command_here(rotation_in(client.home), CommandWish(inputs=ANGLE)))
    until(lambda: engine.running)
    await runs.backend.stop(await runs.backend.fetch_run(run.id))
    record = runs.ended(run)
    assert (record.status, record.message) == ("stopped", "stopped on request; its 1 container ended too")
    assert not engine.running
