"""Running a component through the service's own client on this machine, before the client itself comes in."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtui.backends.deltatwin.containers import EngineError, containers_of, end_containers
from runtui.backends.deltatwin.here import command_here
from runtui.model.command_wish import CommandWish
from runtui.model.errors import ConfigError, InputError
from tests.support.container_engine import ContainerEngine
from tests.support.local_runs import LocalRuns, end_all_runs, until

CLIENT = """\
#!/bin/sh
# stands where the client does: takes its arguments, leaves an output beside the configuration, and may fail quietly
case "$8" in /*) ;; *) echo "no whole path: $8"; exit 3 ;; esac
cat "$6" > seen.json
test -r "$8" || exit 2
mkdir -p "$(dirname "$8")/runs/1234/2"
echo rotated > "$(dirname "$8")/runs/1234/2/rotated.txt"
while [ -e "$4/goes-on" ]; do sleep 0.02; done
echo "status: RunStatus.$(cat "$4/outcome")"
"""


@pytest.fixture
def component(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A component, a client in the search path, and a login."""
    folder = tmp_path / "image-rotation"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"name": "image-rotation"}))
    (folder / "workflow.yml").write_text("nodes: []\n")
    (folder / "outcome").write_text("SUCCESS")
    client = tmp_path / "bin" / "deltatwin"
    client.parent.mkdir()
    client.write_text(CLIENT)
    client.chmod(0o755)
    conf = tmp_path / ".deltatwin" / "conf.ini"
    conf.parent.mkdir()
    conf.write_text("[SERVICES]\nusername = planted-name\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{client.parent}:/usr/bin:/bin")
    return folder


@pytest.fixture
def here(tmp_path: Path) -> Iterator[LocalRuns]:
    """Runs of this machine."""
    made = LocalRuns(tmp_path)
    yield made
    end_all_runs(made.folders.root)


ANGLE = {"angle": {"type": "integer", "value": 45}, "image": {"type": "Data", "url": "https://example.org/a.jpg"}}


async def test_the_client_gets_the_inputs_as_they_were_given_and_its_outputs_are_found(
    here: LocalRuns, component: Path
) -> None:
    (run,) = await here.backend.run_command(command_here(component, CommandWish(inputs=ANGLE)))
    record = here.ended(run)
    assert (record.status, record.job) == ("succeeded", "image-rotation here")
    assert json.loads(here.path(run, "work", "seen.json").read_text()) == ANGLE
    files = {file.path for file in (await here.backend.output_files(run)).files}
    assert files == {"inputs.json", "seen.json", "deltatwin/runs/1234/2/rotated.txt"}


async def test_an_exit_code_of_zero_after_a_failure_is_not_believed(here: LocalRuns, component: Path) -> None:
    (component / "outcome").write_text("ERROR")
    (run,) = await here.backend.run_command(command_here(component, CommandWish(inputs=ANGLE)))
    record = here.ended(run)
    assert (record.status, record.exit_code) == ("failed", 0)
    assert "RunStatus.ERROR" in record.message


async def test_what_the_client_logged_in_with_is_not_copied(here: LocalRuns, component: Path) -> None:
    (run,) = await here.backend.run_command(command_here(component, CommandWish(inputs=ANGLE)))
    here.ended(run)
    copies = [path for path in here.folders.root.rglob("*") if path.is_file() and not path.is_symlink()]
    assert not [path for path in copies if b"planted-name" in content_of(path)]


def content_of(path: Path) -> bytes:
    """Nothing where the file is gone: whoever keeps the record of a run still tidies up when it has ended."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[ContainerEngine]:
    """A container engine where the client would find it."""
    with ContainerEngine() as made:
        monkeypatch.setenv("DOCKER_HOST", made.address)
        yield made


async def test_stopping_it_ends_the_containers_it_began_and_those_of_no_other_run(
    here: LocalRuns, component: Path, engine: ContainerEngine
) -> None:
    (component / "goes-on").touch()
    (run,) = await here.backend.run_command(command_here(component, CommandWish(inputs=ANGLE)))
    made = here.path(run, "work", "deltatwin", "runs", "1234", "2", "rotated.txt")
    until(made.exists)
    ours = engine.begin(mounts=[str(made.parent)])
    others = [
        engine.begin(mounts=[str(here.path(run).parent / "another" / "work" / "deltatwin")]),
        engine.begin(mounts=[str(made.parent)], label="app=another"),
        engine.begin(mounts=[]),
    ]
    await here.backend.stop(await here.backend.fetch_run(run.id))
    record = here.ended(run)
    assert (record.status, record.message) == ("stopped", "stopped on request; its 1 container ended too")
    assert ours not in engine.running
    assert engine.running.keys() == set(others)


async def test_an_engine_that_does_not_answer_is_said(
    here: LocalRuns, component: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    (component / "goes-on").touch()
    (run,) = await here.backend.run_command(command_here(component, CommandWish(inputs=ANGLE)))
    here.until_running(run)
    await here.backend.stop(await here.backend.fetch_run(run.id))
    assert "its containers may go on: the container engine does not answer" in here.ended(run).message


def test_an_engine_is_asked_over_its_socket_too(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as short, ContainerEngine(Path(short, "engine.sock")) as engine:
        begun = engine.begin(mounts=[str(tmp_path / "work" / "deltatwin" / "runs")])
        assert containers_of(str(tmp_path / "work"), engine.address) == [begun]
        assert end_containers(str(tmp_path / "work"), engine.address) == 1
        assert not engine.running


def test_an_engine_that_wants_keys_or_refuses_is_an_error(tmp_path: Path, engine: ContainerEngine) -> None:
    with pytest.raises(EngineError, match="cannot be asked without its keys"):
        containers_of(str(tmp_path), "ssh://host")
    engine.refuses = True
    with pytest.raises(EngineError, match="refused GET with 500"):
        containers_of(str(tmp_path), engine.address)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"type": "DriveData", "drive_id": "5e8f6a00-0000-4000-8000-000000000000"}, "drive"),
        ({"type": "secret", "secret_value": "planted-42"}, "secrets cannot be used"),
        ({"type": "Secret", "secret_value": "planted-42"}, "secrets cannot be used"),
        ({"type": "Data", "url": "https://x/y", "auth": {"type": "SesamEO", "api_key": "planted-42"}}, "SesamEO"),
        (45, "expected the service's form"),
    ],
)
def test_what_cannot_be_used_here_is_refused_by_name(component: Path, given: object, said: str) -> None:
    with pytest.raises(InputError, match=said) as raised:
        command_here(component, CommandWish(inputs={**ANGLE, "scene": given}))
    assert [problem.name for problem in raised.value.problems] == ["scene"]
    assert "planted-42" not in str(raised.value)


def test_a_folder_that_is_no_component_is_refused(component: Path) -> None:
    (component / "workflow.yml").unlink()
    with pytest.raises(ConfigError, match=r"it has no workflow\.yml"):
        command_here(component, CommandWish())


def test_a_client_that_is_missing_or_has_not_logged_in_is_said(
    component: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".deltatwin" / "conf.ini").unlink()
    with pytest.raises(ConfigError, match="has not logged in"):
        command_here(component, CommandWish())
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ConfigError, match="is not installed"):
        command_here(component, CommandWish())
