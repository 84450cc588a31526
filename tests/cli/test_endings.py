"""Ends nobody planned: a reader that leaves, an interrupt, a bug."""

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from runtui.cli.crash import crash_report
from runtui.simulation.faults import Fault
from tests.support.command_line import ROOT, CommandLine, until
from tests.support.stage import ServedSimulator

Services = dict[str, ServedSimulator]


def test_a_reader_that_has_enough_is_no_error(connected: CommandLine) -> None:
    words = " ".join(f"'{word}'" for word in connected.words("list", "--jsonl"))
    ended = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {words} | head -n 1"],
        env=connected.environ, cwd=connected.folder, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.count(b"\n") == 1


def test_a_closed_output_is_no_error(connected: CommandLine) -> None:
    with connected.begin("list") as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert (program.stderr.read(), program.wait(timeout=30)) == (b"", 0)


def in_a_shell(connected: CommandLine, words: str, redirection: str) -> subprocess.CompletedProcess[bytes]:
    line = " ".join(f"'{word}'" for word in connected.words(*words.split()))
    return subprocess.run(
        ["bash", "-c", f"{line} {redirection}"],
        env=connected.environ, cwd=connected.folder, capture_output=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("words", ["list", "list --jsonl", "profiles --json"])
def test_no_room_for_the_data_is_said_and_is_no_bug(connected: CommandLine, words: str) -> None:
    ended = in_a_shell(connected, words, ">/dev/full")
    assert (ended.returncode, ended.stderr) == (1, b"runtui: stdout cannot be written: No space left on device\n")


@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_were_closed_from_the_beginning_are_no_error(connected: CommandLine, redirection: str) -> None:
    ended = in_a_shell(connected, "list", redirection)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert bool(ended.stdout) == (redirection == "2>&-")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_command_says_nothing_leaves_nothing_and_ends_with_130(
    connected: CommandLine, services: Services, number: signal.Signals
) -> None:
    run = connected.run("list", "-p", "destine", "-s", "succeeded", "--json").json[0]
    services["destine"].simulator.application.add(Fault(match="stdout|stderr", hang=True))
    with connected.begin("logs", run["reference"]) as program:
        until(lambda: any("std" in request for request in services["destine"].requests))
        assert list(connected.scratch.iterdir())
        program.send_signal(number)
        out, err = program.communicate(timeout=30)
    assert (program.returncode, out, err) == (130, b"", b"")
    assert not list(connected.scratch.iterdir())


BROKEN = """
import sys
import runtui.cli.config
def places(options):
    password = "local-secret"
    raise RuntimeError("Bearer abcdefgh12345678 and " + "env-secret-value")
runtui.cli.config.places = places
from runtui.cli.main import run
sys.exit(run(["config", "path"]))
"""


def test_a_bug_ends_with_1_and_a_report_that_only_its_owner_can_read_and_that_holds_no_secret(
    shell: CommandLine,
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", BROKEN],
        env={**shell.environ, "RESCALE_API_KEY": "env-secret-value"},
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (1, "")
    first, second = ended.stderr.splitlines()
    assert first == "runtui: a bug in runtui: RuntimeError"
    report = Path(second.split()[-1])
    assert report.parent == shell.folder / "cache"
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    text = report.read_text()
    assert "command: config" in text
    assert "in places" in text
    for secret in ("abcdefgh12345678", "env-secret-value", "local-secret"):
        assert secret not in text + ended.stderr


def test_a_report_names_every_frame_and_no_value() -> None:
    def fail(token: str) -> None:
        raise ValueError("broken")

    try:
        fail("tok-" + "secret")
    except ValueError as error:
        report = crash_report(error, "")
    assert "in fail" in report
    assert "ValueError: broken" in report
    assert "command: dashboard" in report
    assert "tok-secret" not in report
