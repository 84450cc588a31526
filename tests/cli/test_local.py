"""`runtui start local`, `runtui adopt`, and the other commands on runs of this machine."""

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from runtui.config.this_machine import NAME
from tests.support.command_line import ROOT, CommandLine, Ended, until

LOADED = """
import sys
from runtui.cli.main import run
run(sys.argv[1:])
print("|", *sys.modules)
"""


def started(shell: CommandLine, *words: str) -> str:
    """Start what the words say, wait until it is over, and give its reference."""
    ended = shell.run("start", "local", *words)
    assert (ended.code, ended.err) == (0, ""), ended
    reference = ended.lines[0]
    shell.run("wait", reference)
    return reference


def shown(shell: CommandLine, reference: str) -> dict[str, object]:
    """A run as JSON."""
    found: dict[str, object] = shell.run("show", reference, "--json").json
    return found


def test_the_profile_of_this_machine_is_there_without_being_configured(here: CommandLine) -> None:
    (profile,) = here.run("profiles", "--check", "--json").json
    assert (profile["name"], profile["service"], profile["checked"]) == (NAME, "local", True)
    assert here.run("list", "--json").json == []
    assert "profile local" in here.run("doctor").out


def test_starting_a_command_brings_in_nothing_of_a_session(here: CommandLine) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, "start", "local", "--", "true"],
        env=here.environ, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    brought = set(ended.stdout.rpartition("|")[2].split())
    assert "runtui.backends.local.backend" in brought
    assert not brought & {"runtui.services.session", "runtui.services.transfers", "rich.console", "httpx", "textual"}


def test_it_can_be_switched_off(here: CommandLine) -> None:
    here.configure("[interface]\nlocal = false\n")
    assert here.run("profiles", "--json").json == []
    assert here.run("start", "local", "--", "true").code == 2


def test_a_configured_one_takes_its_place(here: CommandLine) -> None:
    here.add_profile("mine", "local", {"folder": str(here.folder / "elsewhere")})
    assert [profile["name"] for profile in here.run("profiles", "--json").json] == ["mine"]
    assert here.run("start", "mine", "--", "true").code == 0
    assert (here.folder / "elsewhere" / "runs").is_dir()


def test_a_command_is_started_waited_for_shown_and_read(here: CommandLine) -> None:
    reference = started(here, "--var", "x=20", "--name", "try", "--", "sh", "-c", "echo Cd = {x}; echo bad >&2; exit 3")
    run = shown(here, reference)
    assert (run["status"], run["exit_code"], run["job"], run["message"]) == ("failed", 3, "try", "exit code 3")
    assert [(one["role"], one["name"], one["value"]) for one in run["variables"]] == [  # type: ignore[attr-defined]
        ("input", "x", 20),
        ("result", "Cd", 20),
    ]
    assert here.run("logs", reference, "main", "--stderr").out == "bad\n"
    assert here.run("wait", reference).code == 8


def test_the_words_behind_two_dashes_are_the_commands_own(here: CommandLine) -> None:
    reference = started(here, "--", "echo", "--name", "x", "--", "-i", "{{}}")
    assert here.run("logs", reference).out.splitlines()[-1] == "--name x -- -i {}"


def test_a_sweep_prints_every_run_and_they_are_compared(here: CommandLine) -> None:
    ended = here.run("start", "local", "--sweep", "x=1:2", "--parallel", "2", "--", "echo", "y = {x}")
    first, second = ended.lines
    assert here.run("wait", first, second).code == 0
    listed = here.run("list", "--where", "y=2", "--json").json
    assert [run["reference"] for run in listed] == [second]
    assert here.run("diff", first, second).code == 0


def test_files_are_listed_downloaded_and_packed(here: CommandLine) -> None:
    reference = started(here, "--", "sh", "-c", "mkdir a; echo one > a/b.txt")
    assert [file["path"] for file in here.run("files", reference, "--json").json] == ["a/b.txt"]
    assert here.run("download", reference, "-o", "got").code == 0
    (got,) = (here.folder / "got").rglob("b.txt")
    assert got.read_text() == "one\n"


def test_a_live_run_is_packed_stopped_and_then_moved_to_the_trash(here: CommandLine) -> None:
    (reference,) = here.run("start", "local", "--", "sh", "-c", "echo x > made; sleep 600").lines
    folder = here.folder / "data" / "local" / "runs" / reference.partition(":")[2]
    until((folder / "work" / "made").exists)
    assert here.run("snapshot", reference, "--yes").code == 0
    until(lambda: list((folder / "snapshots").glob("*.tar.gz")))
    (packed,) = (folder / "snapshots").glob("*.tar.gz")
    with tarfile.open(packed) as archive:
        assert [Path(name).name for name in archive.getnames()] == ["made"]
    assert here.run("delete", reference, "--yes").code == 6
    assert here.run("stop", reference, "--yes").code == 0
    here.run("wait", reference)
    assert shown(here, reference)["status"] == "stopped"
    assert here.run("delete", reference, "--yes").code == 0
    assert here.run("show", reference).code == 3
    (kept,) = (here.folder / "data" / "local" / "trash").iterdir()
    assert (kept / "work" / "made").read_text() == "x\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "runtui start local -- python"),
        (["--"], "a command is missing"),
        (["--", "no-such-program-7"], "there is no program 'no-such-program-7'"),
        (["--var", "x", "--", "true"], "--var takes NAME=VALUE, not 'x'"),
        (["--var", "x=1", "--var", "x=2", "--", "true"], "--var gives x twice"),
        (["--sweep", "x=1:0:1", "--", "true"], "never lead from 1 to 0"),
        (["--parallel", "0", "--", "true"], "--parallel is at least 1"),
        (["gone.toml"], "gone.toml cannot be read"),
        (["nothing-of-mine"], "local has no job called 'nothing-of-mine'"),
        (["./gone.sh"], "there is no file"),
        (["x.toml", "--", "true"], "both 'x.toml' and a command"),
        (["--", "echo", "{y}"], "there is no variable 'y'"),
    ],
)
def test_what_cannot_be_started_is_said_and_leaves_nothing(here: CommandLine, words: list[str], said: str) -> None:
    ended = here.run("start", "local", *words)
    assert ended.code in (2, 3)
    assert said in ended.err
    assert here.run("list", "--json").json == []


def test_a_command_without_two_dashes_is_told_about_them(here: CommandLine) -> None:
    ended = here.run("start", "local", "python", "solver.py")
    assert ended.code == 2
    assert "a command is written behind --: ... -- python solver.py" in ended.err


def test_a_service_that_runs_no_commands_says_so(connected: CommandLine) -> None:
    ended = connected.run("start", "hpc", "--", "true")
    assert (ended.code, "rescale runs no commands" in ended.err) == (6, True)


def test_a_job_is_run_again_with_another_value(here: CommandLine) -> None:
    started(here, "--var", "x=1", "--name", "twice", "--", "echo", "x", "is", "{x}")
    again = started(here, "twice", "--var", "x=2.5")
    assert here.run("logs", again, "main").out == "x is 2.5\n"
    assert here.run("start", "local", "twice", "--var", "y=1").code == 0


def test_a_job_of_a_service_is_not_taken_for_a_file_of_its_name(connected: CommandLine) -> None:
    (connected.folder / "nothing-of-mine").touch()
    ended = connected.run("start", "destine", "nothing-of-mine")
    assert ended.code == 3


def test_a_component_is_refused_by_name_before_anything_starts(here: CommandLine) -> None:
    folder = here.folder / "twin"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"name": "twin"}')
    (folder / "workflow.yml").touch()
    (here.folder / "in.json").write_text('{"scene": {"type": "DriveData", "drive_id": "x"}}')
    ended = here.run("start", "local", "--deltatwin", "twin", "-i", "in.json")
    assert ended.code == 2
    assert "scene: data of the drive (DriveData) cannot be used on this machine" in ended.err
    assert here.run("list", "--json").json == []


def test_inputs_come_from_a_file_and_a_workflow_uses_them(here: CommandLine) -> None:
    (here.folder / "flow.json").write_text(json.dumps({"nodes": {"a": {"command": "echo {n}"}}, "variables": {"n": 1}}))
    (here.folder / "in.json").write_text(json.dumps({"n": {"type": "integer", "value": 7}}))
    reference = started(here, "flow.json", "-i", "in.json")
    assert here.run("logs", reference, "a").out == "7\n"


def test_a_file_that_is_no_log_is_printed_once_the_run_that_was_followed_is_over(here: CommandLine) -> None:
    reference = here.run("start", "local", "--", "sh", "-c", "sleep 0.5; echo 1,2 > table.csv").out.strip()
    followed = here.run("logs", reference, "table.csv", "-f")
    assert (followed.code, followed.out) == (0, "1,2\n"), followed.err


def test_logs_without_times_are_written_in_the_order_of_their_nodes(here: CommandLine) -> None:
    nodes = {"z": {"command": "echo one"}, "m": {"command": "echo two", "needs": ["z"]}}
    nodes["a"] = {"command": "echo three", "needs": ["m"]}
    (here.folder / "flow.json").write_text(json.dumps({"nodes": nodes}))
    reference = started(here, "flow.json")
    said = [line for line in here.run("logs", reference).out.splitlines() if not line.startswith("==>")]
    assert said == ["one", "two", "three"]


def test_a_run_outlives_the_program_that_started_it_and_its_kill(here: CommandLine) -> None:
    with here.begin("start", "local", "--", "sh", "-c", "sleep 0.2; echo survived") as program:
        assert program.stdout is not None
        reference = program.stdout.readline().decode().strip()
        program.kill()
    here.run("wait", reference)
    assert here.run("logs", reference, "main").out == "survived\n"


def adopted(shell: CommandLine, *words: str) -> dict[str, object]:
    """Adopt the folder `made` and show it."""
    ended: Ended = shell.run("adopt", "made", *words)
    assert (ended.code, ended.err) == (0, "")
    return shown(shell, ended.lines[0])


@pytest.fixture
def made(here: CommandLine) -> Path:
    """A folder something else left, an hour ago."""
    folder = here.folder / "made"
    folder.mkdir()
    for name, text in (("solver.log", "residual\nCd = 0.4\n"), ("out.dat", "1 2\n")):
        (folder / name).write_text(text)
        os.utime(folder / name, (1_700_000_000, 1_700_000_000))
    os.utime(folder, (1_700_000_000, 1_700_000_000))
    return folder


def test_a_silent_folder_has_ended_and_its_log_and_files_are_there(here: CommandLine, made: Path) -> None:
    run = adopted(here)
    assert (run["status"], run["job"], run["message"]) == ("ended", "made", "nothing was written for 120 s")
    reference = str(run["reference"])
    assert here.run("logs", reference).out.splitlines()[-1] == "Cd = 0.4"
    assert {file["path"] for file in here.run("files", reference, "--json").json} == {"out.dat", "solver.log"}
    assert [one["value"] for one in run["variables"]] == [0.4]  # type: ignore[attr-defined]
    assert here.run("delete", reference, "--yes").code == 0
    assert made.is_dir()


def test_a_folder_runs_while_it_is_written_to(here: CommandLine, made: Path) -> None:
    (made / "new.dat").write_text("x")
    assert adopted(here)["status"] == "running"


def test_a_file_that_says_so_is_success(here: CommandLine, made: Path) -> None:
    (made / "DONE").touch()
    assert adopted(here, "--done", "DONE")["status"] == "succeeded"


def test_a_process_tells_whether_it_runs(here: CommandLine, made: Path) -> None:
    with subprocess.Popen(["sleep", "50"]) as program:
        run = adopted(here, "--pid", str(program.pid))
        assert run["status"] == "running"
        assert here.run("stop", str(run["reference"]), "--yes").code == 0
        program.wait()
    assert shown(here, str(run["reference"]))["status"] == "ended"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gone"], "is no folder"),
        (["made", "--log", "no.log"], "there is no log"),
        (["made", "--log", "../config.toml"], "is not below"),
        (["made", "--pid", "999999999"], "there is no process 999999999"),
    ],
)
def test_what_cannot_be_adopted_is_said(here: CommandLine, made: Path, words: list[str], said: str) -> None:
    ended = here.run("adopt", *words)
    assert (ended.code, said in ended.err) == (2, True), ended
