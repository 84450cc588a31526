"""The commands that change something, and those that wait for or compare runs."""

import csv
import json
import os
import pty
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from runtui.cli.wait import exit_code_of_runs
from runtui.model.run import Run
from runtui.model.status import Status
from tests.support.command_line import CommandLine, until
from tests.support.stage import ServedSimulator, Stage

Services = dict[str, ServedSimulator]


@pytest.fixture
def moving(stage: Stage, shell: CommandLine, request: pytest.FixtureRequest) -> Iterator[ServedSimulator]:
    """A service in a world of the test's own, as the profile `moving`."""
    service = getattr(request, "param", "deltatwin")
    with stage.serving(service, runs=40) as served:
        shell.add_profile("moving", service, served.options)
        yield served


def one(shell: CommandLine, status: str, profile: str = "moving") -> Any:
    """A run of this status as `list` gives it."""
    return shell.run("list", "-p", profile, "-s", status, "--json", "--limit", "1").json[0]


# wait


@pytest.mark.parametrize(
    ("statuses", "code"), [(["succeeded"], 0), (["succeeded", "failed"], 8), (["stopped"], 8), (["succeeded"] * 2, 0)]
)
def test_waiting_for_what_is_over_tells_how_it_ended(connected: CommandLine, statuses: list[str], code: int) -> None:
    runs = [one(connected, status, "destine")["reference"] for status in statuses]
    ended = connected.run("wait", *runs)
    assert (ended.code, ended.err) == (code, "")
    assert ended.lines == [f"{run} {status}" for run, status in dict(zip(runs, statuses, strict=True)).items()]


@pytest.mark.parametrize(
    ("statuses", "code"),
    [("succeeded ended", 9), ("ended", 9), ("ended failed", 8), ("ended stopped", 8), ("succeeded", 0)],
)
def test_a_failure_weighs_more_than_an_outcome_nobody_knows(statuses: str, code: int) -> None:
    runs = [Run(profile="p", service="s", id=word, status=Status(word)) for word in statuses.split()]
    assert exit_code_of_runs(runs) == code


def test_a_live_run_is_waited_for_until_it_is_over(shell: CommandLine, moving: ServedSimulator) -> None:
    run = one(shell, "running")
    moving.behave()
    with shell.begin("wait", run["reference"], "--jsonl") as program:
        until(lambda: moving.requests)
        moving.world.advance(4000)
        assert program.stdout is not None
        over = json.loads(program.stdout.read())
        code = program.wait(timeout=30)
    assert over["id"] == run["id"]
    assert code == (0 if over["status"] == "succeeded" else 8)


# start, stop, delete, snapshot


def test_a_run_is_started_with_inputs_and_named(shell: CommandLine, moving: ServedSimulator) -> None:
    (shell.folder / "inputs.json").write_text('{"angle": 30, "image": "https://example.org/a.jpg"}')
    ended = shell.run("start", "moving", "image-rotation", "-i", "inputs.json")
    assert ended.code == 0
    (reference,) = ended.lines
    shown = shell.run("show", reference, "--json").json
    assert {v["name"]: v["value"] for v in shown["variables"]}["angle"] == 30


@pytest.mark.parametrize(
    ("job", "text", "code", "named"),
    [
        ("image-rotation", '{"angle": ', 2, "line 1"),
        ("image-rotation", '{"angle": "steep"}', 2, "angle"),
        ("image-rotation", '{"angel": 30}', 2, "angel"),
        ("image-rotatoin", "{}", 3, "image-rotation"),
    ],
)
def test_what_cannot_be_started_is_named_and_nothing_is_sent(
    shell: CommandLine, moving: ServedSimulator, job: str, text: str, code: int, named: str
) -> None:
    (shell.folder / "inputs.json").write_text(text)
    moving.behave()
    ended = shell.run("start", "moving", job, "-i", "inputs.json")
    assert (ended.code, ended.out) == (code, "")
    assert named in ended.err
    assert not [request for request in moving.requests if request.startswith("POST") and "/runs" in request]


def test_inputs_that_are_not_there_are_named(shell: CommandLine, moving: ServedSimulator) -> None:
    ended = shell.run("start", "moving", "image-rotation", "-i", "gone.json")
    assert (ended.code, ended.out) == (2, "")
    assert "gone.json cannot be read" in ended.err


def test_a_read_only_session_starts_nothing(shell: CommandLine, moving: ServedSimulator) -> None:
    ended = shell.run("--readonly", "start", "moving", "image-rotation")
    assert (ended.code, ended.out) == (6, "")
    assert "read-only" in ended.err


@pytest.mark.parametrize("moving", ["rescale"], indirect=True)
def test_a_live_run_is_stopped(shell: CommandLine, moving: ServedSimulator) -> None:
    moving.world.advance(20)
    run = one(shell, "running")
    ended = shell.run("stop", run["reference"], "--yes")
    assert (ended.code, ended.out) == (0, f"{run['reference']}\n")
    moving.world.advance(60)
    assert shell.run("show", run["reference"], "--json").json["status"] in ("stopped", "ended")


def test_what_a_service_cannot_do_ends_with_6(shell: CommandLine, moving: ServedSimulator) -> None:
    run = one(shell, "running")
    for command in ("stop", "snapshot"):
        ended = shell.run(command, run["reference"], "--yes")
        assert (ended.code, ended.out) == (6, "")
        assert "deltatwin" in ended.err


def test_without_a_person_nothing_is_deleted_unless_it_is_sure(shell: CommandLine, moving: ServedSimulator) -> None:
    run = shell.run("list", "-s", "failed", "--where", "owner:alice", "--json").json[0]["reference"]
    asked = shell.start("delete", run)
    assert (asked.returncode, asked.stdout) == (2, b"")
    assert b"--yes" in asked.stderr
    assert shell.run("show", run).code == 0
    assert shell.run("delete", run, "--yes").lines == [run]
    assert shell.run("show", run).code == 3


@pytest.mark.parametrize(("answer", "code", "after"), [(b"n\n", 1, 0), (b"\n", 1, 0), (b"y\n", 0, 3)])
def test_a_person_is_asked_and_only_yes_is_yes(
    shell: CommandLine, moving: ServedSimulator, answer: bytes, code: int, after: int
) -> None:
    run = shell.run("list", "-s", "failed", "--where", "owner:alice", "--json").json[0]["reference"]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        shell.words("delete", run), env=shell.environ, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        os.write(ours, answer)
        out, err = program.communicate(timeout=30)
    os.close(ours)
    os.close(theirs)
    assert program.returncode == code, err
    assert run.encode() in err
    assert b"It cannot be brought back" in err
    assert out == (f"{run}\n".encode() if code == 0 else b"")
    assert shell.run("show", run).code == after


def test_nothing_is_done_before_every_run_is_found(shell: CommandLine, moving: ServedSimulator) -> None:
    run = shell.run("list", "-s", "failed", "--where", "owner:alice", "--json").json[0]["reference"]
    assert shell.run("delete", run, "moving:nosuch", "--yes").code == 3
    assert shell.run("show", run).code == 0


# reports


@pytest.mark.parametrize("moving", ["carrot"], indirect=True)
def test_a_report_is_made_listed_shown_and_deleted(shell: CommandLine, moving: ServedSimulator) -> None:
    run = one(shell, "succeeded")["reference"]
    report = shell.run("report", "list", run, "--json").json[0]
    assert shell.run("report", "show", run, report["name"], "--json").json["id"] == report["id"]
    refused = shell.run("report", "create", run, report["id"])
    assert (refused.code, refused.out) == (6, "")
    assert shell.run("report", "delete", run, report["name"], "--yes").code == 0
    assert report["id"] not in [each["id"] for each in shell.run("report", "list", run, "--json").json]
    assert report["id"] in [kind["id"] for kind in shell.run("report", "create", run, "--json").json]
    made = shell.run("report", "create", run, report["name"], "--json")
    assert (made.code, made.json["id"]) == (0, report["id"])
    moving.world.advance(2000)
    again = {each["id"]: each["status"] for each in shell.run("report", "list", run, "--json").json}
    assert again[report["id"]] in ("succeeded", "failed")


def test_reports_of_a_service_without_reports_end_with_6(connected: CommandLine) -> None:
    ended = connected.run("report", "list", one(connected, "succeeded", "hpc")["reference"])
    assert (ended.code, ended.out) == (6, "")
    assert "makes no reports" in ended.err


# diff, login, doctor


def test_only_what_differs_is_shown(connected: CommandLine) -> None:
    runs = connected.run("list", "-p", "hpc", "-s", "succeeded", "--where", "has:Cd", "--json").json[:3]
    words = [run["reference"] for run in runs]
    compared = connected.run("diff", *words, "--json").json
    assert compared["runs"] == words
    values = {row["name"]: [one["value"] for one in row["values"]] for row in compared["rows"]}
    assert values["Cd"] == [next(v["value"] for v in run["variables"] if v["name"] == "Cd") for run in runs]
    assert all(row["differs"] for row in compared["rows"])
    assert "owner" not in values
    text = connected.run("diff", *words)
    assert [line.split("  ")[0].strip() for line in text.lines[1:]] == list(values)
    assert len(connected.run("diff", *words, "--all").lines) > len(text.lines)


def airfoils(shell: CommandLine, count: int) -> list[str]:
    """The references of succeeded runs that have results and logs."""
    listed = shell.run("list", "-p", "hpc", "-s", "succeeded", "--where", "has:Cd", "--json").json
    return [run["reference"] for run in listed[:count]]


def test_others_are_measured_against_the_run_one_names(connected: CommandLine) -> None:
    words = airfoils(connected, 3)
    compared = connected.run("diff", *words, "--reference", words[2], "--all", "--json").json
    assert compared["reference"] == words[2]
    (drag,) = (row["values"] for row in compared["rows"] if row["name"] == "Cd")
    assert drag[2]["delta"] is None
    assert drag[0]["delta"] == pytest.approx(drag[0]["value"] - drag[2]["value"])
    assert "(base)" in connected.run("diff", *words, "-r", words[1]).lines[0]


@pytest.mark.parametrize("reference", ["hpc:nowhere", "hpc:"])
def test_a_reference_that_is_none_of_the_runs_or_several_is_refused(connected: CommandLine, reference: str) -> None:
    words = airfoils(connected, 2)
    ended = connected.run("diff", *words, "--reference", reference)
    assert (ended.code, ended.out) == (2, "")
    assert words[1] in ended.err


def test_a_run_cannot_be_compared_with_itself(connected: CommandLine) -> None:
    (word,) = airfoils(connected, 1)
    ended = connected.run("diff", word, word)
    assert (ended.code, ended.out) == (2, "")
    assert "named twice" in ended.err


def test_a_comparison_is_read_by_a_spreadsheet(connected: CommandLine) -> None:
    words = airfoils(connected, 2)
    rows = list(csv.reader(connected.run("diff", *words, "--csv").lines))
    assert rows[0] == ["kind", "name", *words, f"{words[1]} delta", f"{words[1]} share"]
    (drag,) = (row for row in rows if row[1] == "Cd")
    assert float(drag[4]) == pytest.approx(float(drag[3]) - float(drag[2]))


def test_series_of_the_logs_are_compared_by_their_last_value(connected: CommandLine) -> None:
    words, pattern = airfoils(connected, 2), "Ux, Initial residual = {}"
    compared = connected.run("diff", *words, "--series", pattern, "--json").json
    (row,) = (row for row in compared["rows"] if row["pattern"])
    (series,) = compared["series"]
    assert [one["run"] for one in series["runs"]] == words
    assert [one["points"][-1]["value"] for one in series["runs"]] == [one["value"] for one in row["values"]]
    alone = connected.run("logs", words[0], "--series", pattern, "--json").json
    assert alone["logs"][0]["points"] == series["runs"][0]["points"]


def test_a_series_that_means_nothing_is_refused_before_anything_is_asked(connected: CommandLine) -> None:
    ended = connected.run("diff", "hpc:a", "hpc:b", "--series", r"loss=(\S+")
    assert (ended.code, ended.out) == (2, "")


def test_one_run_cannot_be_compared(connected: CommandLine) -> None:
    ended = connected.run("diff", "hpc:x")
    assert (ended.code, ended.out) == (2, "")


def test_login_says_who_we_are(connected: CommandLine) -> None:
    ended = connected.run("login", "destine")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("alice")


def test_login_that_fails_says_where_the_secret_comes_from(connected: CommandLine, services: Services) -> None:
    connected.add_profile("wrong", "rescale", {**services["hpc"].options, "token": {"env": "MY_KEY"}})
    connected.configure(connected.config.read_text().replace('{"env": "MY_KEY"}', '{ env = "MY_KEY" }'))
    ended = connected.run("login", "wrong", MY_KEY="00ff" * 10)
    assert (ended.code, ended.out) == (4, "")
    assert "token comes from the environment variable 'MY_KEY'" in ended.err
    assert "00ff" not in ended.err


def test_the_doctor_looks_at_everything(connected: CommandLine) -> None:
    ended = connected.run("doctor", TERM="xterm-256color")
    assert (ended.code, ended.err) == (0, "")
    for about in ("runtui", "terminal", "encoding", "extra demo", "config", "data", "cache", "profile destine"):
        assert any(about in line for line in ended.lines), about


def test_the_doctor_finds_what_fails(connected: CommandLine, services: Services) -> None:
    services["hpc"].simulator.application.fail(status=401)
    ended = connected.run("doctor", TERM="dumb")
    assert ended.code == 4
    assert any(line.startswith("✖ profile hpc") for line in ended.lines)
    assert any(line.startswith("✖ terminal") for line in ended.lines)
    connected.configure("[")
    assert connected.run("doctor").code == 2


# whole jobs


def a_job(shell: CommandLine, *, is_live: bool) -> tuple[str, list[Any]]:
    """A job of several runs, some of which live or none does, and its runs."""
    by_job: dict[str, list[Any]] = {}
    for run in shell.run("list", "-p", "moving", "--json").json:
        by_job.setdefault(run["job_id"], []).append(run)
    live = ("running", "queued", "stopping")
    return next(
        (f"moving:{job}", runs)
        for job, runs in by_job.items()
        if len(runs) > 1 and any(run["status"] in live for run in runs) is is_live
    )


@pytest.mark.parametrize("moving", ["rescale"], indirect=True)
def test_a_job_is_deleted_with_all_its_runs(shell: CommandLine, moving: ServedSimulator) -> None:
    job, runs = a_job(shell, is_live=False)
    ended = shell.run("delete", "--job", job, "--yes")
    assert (ended.code, ended.lines) == (0, [job])
    assert "all its runs" in ended.err
    left = {run["id"] for run in shell.run("list", "-p", "moving", "--json").json}
    assert not left & {run["id"] for run in runs}


@pytest.mark.parametrize("moving", ["rescale"], indirect=True)
def test_a_job_is_stopped_by_its_id_and_one_that_lives_is_not_deleted(
    shell: CommandLine, moving: ServedSimulator
) -> None:
    job, _ = a_job(shell, is_live=True)
    assert shell.run("delete", "--job", job, "--yes").code == 6
    ended = shell.run("stop", "--job", job, "--yes")
    assert (ended.code, ended.lines) == (0, [job])
    assert any(one.startswith("POST ") and one.endswith("/stop/") for one in moving.requests)


@pytest.mark.parametrize("moving", ["rescale"], indirect=True)
def test_nobody_asked_means_no_job_is_ended_and_how_many_runs_it_has_is_told(
    shell: CommandLine, moving: ServedSimulator
) -> None:
    job, runs = a_job(shell, is_live=False)
    ended = shell.run("delete", "--job", job)
    assert ended.code == 2
    assert f"{len(runs)} runs, 0 live" in ended.err
    assert not any(one.startswith("DELETE ") for one in moving.requests)


@pytest.mark.parametrize(
    ("written", "code", "said"),
    [("hpc", 2, "names no job"), ("hpc:nope", 3, "no job called"), ("destine:image-rotation", 6, "whole jobs")],
)
def test_what_is_no_job_or_cannot_be_ended_is_said(connected: CommandLine, written: str, code: int, said: str) -> None:
    ended = connected.run("stop", "--job", written, "--yes")
    assert ended.code == code
    assert said in ended.err
