"""`runtui simulate`."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.support.command_line import CommandLine


@contextmanager
def simulated(shell: CommandLine, *words: str) -> Iterator[tuple[Any, "subprocess.Popen[bytes]"]]:
    """A simulated service with what it announces, ended whatever happens."""
    with shell.begin("simulate", *words) as program:
        assert program.stdout is not None
        try:
            yield json.loads(program.stdout.readline()), program
        finally:
            program.kill()


@pytest.mark.parametrize(
    ("service", "credentials"),
    [
        ("deltatwin", {"username", "password"}),
        ("rescale", {"token"}),
        ("carrot", {"email", "cromwell_url"}),
    ],
)
def test_the_first_line_says_where_it_is_and_what_one_logs_in_with(
    shell: CommandLine, service: str, credentials: set[str]
) -> None:
    with simulated(shell, service, "--runs", "20") as (said, _):
        assert said["service"] == service
        assert said["url"].startswith("http://127.0.0.1:")
        assert credentials <= said["credentials"].keys()
        assert httpx.get(said["url"]).status_code < 500
        shell.add_profile("simulated", service, {"url": said["url"], **said["credentials"]})
        listed = shell.run("list", "--json", "--limit", "3")
        assert (listed.code, len(listed.json)) == (0, 3)


def test_a_second_service_has_an_address_of_its_own(shell: CommandLine) -> None:
    with simulated(shell, "carrot", "--runs", "5") as (said, _):
        assert said["cromwell_url"] == said["credentials"]["cromwell_url"] != said["url"]
        assert httpx.get(f"{said['cromwell_url']}/engine/v1/version").status_code == 200


def test_what_it_wrote_is_gone_when_it_ends(shell: CommandLine) -> None:
    with simulated(shell, "carrot", "--runs", "5") as (_, program):
        assert list(shell.scratch.iterdir())
        program.terminate()
        assert program.wait(timeout=20) == 0
    assert not list(shell.scratch.iterdir())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130), (signal.SIGHUP, 0)])
def test_it_serves_until_it_is_told_to_end(shell: CommandLine, number: signal.Signals, code: int) -> None:
    with simulated(shell, "rescale", "--runs", "5") as (said, program):
        program.send_signal(number)
        assert program.wait(timeout=20) == code
        with pytest.raises(httpx.ConnectError):
            httpx.get(said["url"])


def test_the_port_is_the_one_that_was_asked_for_and_a_taken_one_ends_with_2(shell: CommandLine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = shell.start("simulate", "rescale", "--port", str(port), "--runs", "5")
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert f"port {port} cannot be used" in refused.stderr.decode()
    with simulated(shell, "rescale", "--port", str(port), "--runs", "5") as (said, _):
        assert said["url"] == f"http://127.0.0.1:{port}"


def test_a_service_that_is_none_is_named_with_those_there_are(shell: CommandLine) -> None:
    ended = shell.run("simulate", "slurm")
    assert (ended.code, ended.out) == (2, "")
    assert "'slurm'" in ended.err
    assert "carrot, deltatwin" in ended.err


def test_its_switches_are_listed_and_can_be_set(shell: CommandLine) -> None:
    listed = shell.run("simulate", "rescale", "--runs", "5", "--fault", "help")
    assert listed.code == 0
    assert "token_expired=false" in listed.lines
    with simulated(shell, "rescale", "--runs", "5", "--fault", "token-expired") as (said, _):
        headers = {"Authorization": f"Token {said['credentials']['token']}"}
        assert httpx.get(f"{said['url']}/api/v2/jobs/", headers=headers).status_code == 401


@pytest.mark.parametrize("service", ["deltatwin", "rescale", "carrot"])
@pytest.mark.parametrize(
    ("fault", "named"), [("no_such_thing", "'no_such_thing'"), ("hostile_names=perhaps", "'hostile_names' cannot be")]
)
def test_a_fault_it_does_not_have_ends_with_2(shell: CommandLine, service: str, fault: str, named: str) -> None:
    ended = shell.run("simulate", service, "--runs", "5", "--fault", fault)
    assert (ended.code, ended.out) == (2, "")
    assert named in ended.err


def test_without_the_packages_it_needs_it_says_how_to_get_them(shell: CommandLine) -> None:
    (shell.folder / "uvicorn.py").write_text("raise ImportError\n")
    (shell.folder / "sitecustomize.py").write_text(
        "import importlib.util as u\nf = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'uvicorn' else f(name, *rest)\n"
    )
    environ = {"PYTHONPATH": f"{shell.folder}:{shell.environ['PYTHONPATH']}"}
    ended = shell.start("simulate", "rescale", **environ)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert b"pip install 'runtui[demo]'" in ended.stderr
