"""`runtui download`."""

import hashlib
import json
import os
import pty
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import msgspec
import pytest

from runtui.services.machine import own_mark
from runtui.simulation.faults import Fault
from tests.support.command_line import CommandLine
from tests.support.stage import ServedSimulator, Stage

Services = dict[str, ServedSimulator]


@pytest.fixture
def run(connected: CommandLine) -> Any:
    """A run with output files."""
    return connected.run("list", "-p", "hpc", "-s", "succeeded", "--json").json[0]


def served_bytes(service: ServedSimulator, file_id: str) -> bytes:
    """What the service itself gives for a file."""
    token = service.simulator.credentials["token"]
    answer = httpx.get(f"{service.url}/api/v2/files/{file_id}/contents/", headers={"Authorization": f"Token {token}"})
    return answer.content


def test_a_downloaded_file_equals_what_the_service_gives(connected: CommandLine, services: Services, run: Any) -> None:
    file = next(one for one in connected.run("files", run["reference"], "--json").json if one["name"] == "U")
    ended = connected.run("download", run["reference"], file["path"], "-o", "out")
    assert (ended.code, ended.err) == (0, "")
    (path,) = [connected.folder / line for line in ended.lines]
    content = path.read_bytes()
    assert content == served_bytes(services["hpc"], file["id"])
    assert hashlib.sha512(content).hexdigest() == file["hashes"]["sha512"]
    assert path.is_relative_to(connected.folder / "out" / "hpc")


def test_all_files_come_without_a_glob_and_a_second_time_none_is_fetched(
    connected: CommandLine, services: Services, run: Any
) -> None:
    files = connected.run("files", run["reference"], "--json").json
    first = connected.run("download", run["reference"], "-o", "out")
    assert (first.code, len(first.lines)) == (0, len(files))
    services["hpc"].behave()
    again = connected.run("download", run["reference"], "-o", "out")
    assert sorted(again.lines) == sorted(first.lines)
    log = next(file["id"] for file in files if file["name"] == "process_output.log")
    asked = {request for request in services["hpc"].requests if "/contents/" in request}
    assert asked <= {f"GET /api/v2/files/{log}/contents/"}, (
        "its last line alone is read anew: it says how the run ended"
    )


def test_a_glob_means_names_and_paths(connected: CommandLine, run: Any) -> None:
    ended = connected.run("download", run["reference"], "*.log", "**/100/U", "-o", "out")
    assert ended.code == 0
    assert sorted({line.rpartition("/")[2] for line in ended.lines}) == ["U", "process_output.log"]


def test_a_glob_that_means_nothing_ends_with_3_and_says_what_there_is(connected: CommandLine, run: Any) -> None:
    ended = connected.run("download", run["reference"], "*.nothing", "-o", "out")
    assert (ended.code, ended.out) == (3, "")
    assert "'*.nothing'" in ended.err
    assert "There are airFoil2D/" in ended.err
    assert not (connected.folder / "out").exists()


def test_one_glob_that_means_nothing_does_not_keep_the_others(connected: CommandLine, run: Any) -> None:
    ended = connected.run("download", run["reference"], "*.nothing", "*.log", "-o", "out")
    assert (ended.code, len(ended.lines)) == (3, 1)
    assert "no output file matches '*.nothing'" in ended.err


def test_every_change_is_a_line_of_json_when_asked(connected: CommandLine, run: Any) -> None:
    ended = connected.run("download", run["reference"], "*.log", "-o", "out", "--jsonl")
    changes = [json.loads(line) for line in ended.lines]
    assert [changes[0]["state"], changes[-1]["state"]] == ["queued", "done"]
    assert changes[-1]["received"] == changes[-1]["size"] > 0
    assert "sha512" in changes[-1]["verified"]


def test_wrong_bytes_never_get_the_final_name_and_end_with_7(
    connected: CommandLine, services: Services, run: Any
) -> None:
    file = next(one for one in connected.run("files", run["reference"], "--json").json if one["name"] == "p")
    services["hpc"].simulator.application.fail(
        f"/files/{file['id']}/contents/", status=200, body=b"?" * file["size"], content_type="application/octet-stream"
    )
    ended = connected.run("download", run["reference"], file["path"], "-o", "out")
    assert (ended.code, ended.out) == (7, "")
    assert "sha512 differs" in ended.err
    assert [path.name for path in (connected.folder / "out").rglob("*") if path.is_file()] == ["p.rejected"]


def test_another_file_in_the_way_is_kept_unless_overwriting_is_asked(connected: CommandLine, run: Any) -> None:
    (line,) = connected.run("download", run["reference"], "*.log", "-o", "out").lines
    path = connected.folder / line
    path.write_text("mine")
    refused = connected.run("download", run["reference"], "*.log", "-o", "out")
    assert (refused.code, refused.out, path.read_text()) == (1, "", "mine")
    assert "is there already" in refused.err
    assert connected.run("download", run["reference"], "*.log", "-o", "out", "--overwrite").code == 0
    assert path.read_text() != "mine"


def test_names_of_a_service_stay_below_the_folder(connected: CommandLine, services: Services, run: Any) -> None:
    switches = services["hpc"].simulator.switches  # type: ignore[attr-defined]
    switches.hostile_names = True
    try:
        ended = connected.run("download", run["reference"], "-o", "out")
    finally:
        switches.hostile_names = False
    assert ended.lines
    out = (connected.folder / "out").resolve()
    assert all((connected.folder / line).resolve().is_relative_to(out) for line in ended.lines)
    assert "\x1b" not in ended.out + ended.err
    assert {path.name for path in connected.folder.iterdir()} <= {"out", "home", "scratch", "cache", "config.toml"}


def test_a_folder_that_cannot_be_made_is_named(connected: CommandLine, run: Any) -> None:
    ended = connected.run("download", run["reference"], "*.log", "-o", "config.toml")
    assert (ended.code, ended.out) == (1, "")
    assert "config.toml" in ended.err


def test_what_keeps_every_file_from_coming_is_said_once(connected: CommandLine, run: Any) -> None:
    count = len(connected.run("files", run["reference"], "--json").json)
    ended = connected.run("download", run["reference"], "-o", "config.toml")
    assert ended.code == 1
    assert ended.err.count("config.toml is a file") == 1
    assert f" and {count - 1} more: " in ended.err


def test_what_a_download_waits_for_is_said(connected: CommandLine, run: Any) -> None:
    (line,) = connected.run("download", run["reference"], "*.log", "-o", "out").lines
    there = connected.folder / line
    there.unlink()
    other = msgspec.structs.replace(own_mark(), host="elsewhere")
    lock = there.with_name(f"{there.name}.part.lock")
    lock.write_bytes(msgspec.json.encode(other))
    with connected.begin("download", run["reference"], "*.log", "-o", "out") as program:
        assert program.stderr is not None
        said = program.stderr.readline().decode()
        lock.unlink()
        program.wait(timeout=30)
    assert said.rstrip().endswith(f"process_output.log: waits: it is being fetched by process {other.pid} on elsewhere")
    assert there.exists()


def test_the_configured_folder_is_the_usual_one(connected: CommandLine, run: Any) -> None:
    connected.configure(connected.config.read_text().replace("[interface]", '[interface]\ndownload_dir = "runs"'))
    ended = connected.run("download", run["reference"], "*.log")
    assert ended.code == 0, ended
    (line,) = ended.lines
    assert (connected.folder / line).is_relative_to(connected.folder / "runs" / "hpc")


@pytest.fixture
def moving(stage: Stage, shell: CommandLine) -> Iterator[ServedSimulator]:
    """A service in a world of the test's own, as the profile `moving`."""
    with stage.serving("rescale", runs=40) as served:
        shell.add_profile("moving", "rescale", served.options)
        yield served


def test_watched_files_come_as_they_appear_and_are_whole_in_the_end(
    shell: CommandLine, moving: ServedSimulator
) -> None:
    moving.world.advance(20)
    run = shell.run("list", "-s", "running", "--json").json[0]
    with shell.begin("download", run["reference"], "*.log", "--watch", "-o", "out") as program:
        assert program.stdout is not None
        path = shell.folder / program.stdout.readline().decode().rstrip()
        early = path.read_bytes()
        moving.world.advance(4000)
        program.stdout.read()
        program.wait(timeout=30)
    assert program.returncode == 0
    assert len(path.read_bytes()) > len(early)
    (file,) = (one for one in shell.run("files", run["reference"], "--json").json if one["path"] == path.name)
    assert hashlib.sha512(path.read_bytes()).hexdigest() == file["hashes"]["sha512"]


def test_a_person_sees_how_far_it_is_and_the_line_goes_away(connected: CommandLine, run: Any) -> None:
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        connected.words("download", run["reference"], "-o", "out"),
        env={**connected.environ, "TERM": "xterm"}, cwd=connected.folder, stdout=subprocess.PIPE, stderr=theirs,
    )  # fmt: skip
    with program:
        out, _ = program.communicate(timeout=30)
    os.close(theirs)
    drawn = os.read(ours, 65536).decode()
    os.close(ours)
    assert program.returncode == 0
    assert b"\x1b" not in out
    assert re.search(r"\d+ of \d+  [\d.]+ \w?B", drawn)
    line, cleared, summary = drawn.rpartition("\r\x1b[K")
    assert (line != "", cleared) == (True, "\r\x1b[K")
    assert re.fullmatch(r"\d+ files, [\d.]+ \wB in [\d.]+ s; \d+ verified by size and sha512\r\n", summary)


def test_who_interrupts_it_is_told_that_it_goes_on(connected: CommandLine, services: Services, run: Any) -> None:
    file = next(one for one in connected.run("files", run["reference"], "--json").json if one["name"] == "results.csv")
    services["hpc"].simulator.application.add(Fault(match=f"{file['id']}/contents/", hang=True, times=1))
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        connected.words("download", run["reference"], "*.csv", "-o", "out"),
        env={**connected.environ, "TERM": "xterm"}, cwd=connected.folder, stdout=subprocess.PIPE, stderr=theirs,
    )  # fmt: skip
    with program:
        drawn = b""
        while b"results.csv" not in drawn:
            drawn += os.read(ours, 65536)
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=30)
    os.close(theirs)
    with suppress(OSError):
        while piece := os.read(ours, 65536):
            drawn += piece
    os.close(ours)
    assert program.returncode == 130
    assert drawn.endswith(b"\r\x1b[K1 file unfinished: the same command goes on where this one stopped\r\n")


@pytest.mark.parametrize(("key", "names"), [(b"r\n", 2), (b"s\n", 1)])
def test_a_person_is_asked_what_becomes_of_a_file_that_is_there(
    connected: CommandLine, run: Any, key: bytes, names: int
) -> None:
    (line,) = connected.run("download", run["reference"], "*.log", "-o", "out").lines
    there = connected.folder / line
    there.write_text("mine")
    ours, theirs = pty.openpty()
    words = connected.words("download", run["reference"], "*.log", "-o", "out", "--on-conflict", "ask")
    environ = {**connected.environ, "TERM": "xterm"}
    with subprocess.Popen(
        words, env=environ, cwd=connected.folder, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs
    ) as program:
        said = b""
        while b"[s/o/r/c" not in said:
            said += os.read(ours, 65536)
        os.write(ours, key)
        program.communicate(timeout=30)
    os.close(theirs)
    os.close(ours)
    assert b"is there already (4 B)" in said
    assert program.returncode == 0
    assert (len(list(there.parent.glob("*.log"))), there.read_text()) == (names, "mine")


def test_a_watch_that_is_refused_says_why_on_stderr(shell: CommandLine, moving: ServedSimulator) -> None:
    moving.world.advance(20)
    run = shell.run("list", "-s", "running", "--json").json[0]
    with shell.begin("download", run["reference"], "*.log", "--watch", "-o", "out") as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.readline()
        moving.simulator.application.add(Fault(status=403))
        said = program.stderr.read().decode()
        program.wait(timeout=30)
    assert program.returncode == 6
    assert "does not allow this" in said
