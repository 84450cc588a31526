"""`runtui logs`."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.command_line import CommandLine
from tests.support.stage import ServedSimulator, Stage

Services = dict[str, ServedSimulator]


def one(shell: CommandLine, profile: str, *statuses: str, where: str = "") -> Any:
    """The run of one of these statuses that took longest, as `list` gives it."""
    words = ["-p", profile, "-s", ",".join(statuses), "--where", where, "--sort", "took", "--limit", "1"]
    return shell.run("list", *words, "--json").json[0]


def model_node(shell: CommandLine, reference: str) -> Any:
    """A node that has a log: the one that failed, or the first."""
    nodes = [node for node in shell.run("nodes", reference, "--json").json if node["kind"] == "model"]
    return next((node for node in nodes if node["status"] == "failed"), nodes[0])


def test_a_nodes_log_is_given_by_its_name_and_by_its_id(connected: CommandLine) -> None:
    run = one(connected, "destine", "succeeded")
    node = model_node(connected, run["reference"])
    by_name = connected.run("logs", run["reference"], node["name"])
    by_id = connected.run("logs", run["reference"], node["id"])
    assert (by_name.code, by_name.err) == (0, "")
    assert by_name.out == by_id.out != ""
    assert "==>" not in by_name.out


def test_a_pipe_and_a_file_get_the_very_bytes(connected: CommandLine, services: Services) -> None:
    services["destine"].simulator.switches.broken_text_logs = True  # type: ignore[attr-defined]
    try:
        run = one(connected, "destine", "failed", where="has:message")
        node = model_node(connected, run["reference"])
        raw = connected.start("logs", run["reference"], node["name"])
        stored = connected.run("logs", run["reference"], node["name"], "--save", "x.log")
    finally:
        services["destine"].simulator.switches.broken_text_logs = False  # type: ignore[attr-defined]
    saved = (connected.folder / "x.log").read_bytes()
    assert raw.returncode == 0
    assert raw.stdout == saved
    with pytest.raises(UnicodeDecodeError):
        saved.decode()
    assert (stored.out, stored.err) == ("", f"x.log: {len(saved)} bytes\n")


def test_stderr_comes_when_it_is_asked_for(connected: CommandLine) -> None:
    run = one(connected, "destine", "failed")
    node = model_node(connected, run["reference"])["name"]
    both = connected.run("logs", run["reference"]).out
    out = connected.run("logs", run["reference"], node).out
    err = connected.run("logs", run["reference"], node, "--stderr").out
    assert err
    assert err != out
    assert out in both
    assert err in both


def test_without_a_node_each_log_has_a_heading(connected: CommandLine) -> None:
    run = one(connected, "destine", "failed")
    node = model_node(connected, run["reference"])["name"]
    headings = [line for line in connected.run("logs", run["reference"]).lines if line.startswith("==> ")]
    assert f"==> {node} stderr <==" in headings


def test_only_the_last_lines_come_when_so_many_are_wanted(connected: CommandLine) -> None:
    run = one(connected, "hpc", "succeeded")
    whole = connected.run("logs", run["reference"], "process_output.log").lines
    assert len(whole) > 50
    assert connected.run("logs", run["reference"], "process_output.log", "-n", "7").lines == whole[-7:]


def test_the_log_of_a_run_is_its_log_and_not_every_file_that_is_text(connected: CommandLine) -> None:
    run = one(connected, "hpc", "succeeded")
    whole = connected.run("logs", run["reference"])
    assert whole.out == connected.run("logs", run["reference"], "process_output.log").out


def test_any_output_file_can_be_printed_by_its_path(connected: CommandLine) -> None:
    run = one(connected, "hpc", "succeeded")
    file = next(f for f in connected.run("files", run["reference"], "--json").json if f["name"] == "p")
    printed = connected.start("logs", run["reference"], file["path"])
    assert (printed.returncode, len(printed.stdout)) == (0, file["size"])


def test_a_name_that_nothing_has_ends_with_3_and_says_what_there_is(connected: CommandLine) -> None:
    run = one(connected, "hpc", "succeeded")
    ended = connected.run("logs", run["reference"], "proces_output.log")
    assert (ended.code, ended.out) == (3, "")
    assert "'proces_output.log'" in ended.err
    assert "process_output.log" in ended.err.splitlines()[-1]


def test_a_file_that_cannot_be_written_is_named(connected: CommandLine) -> None:
    run = one(connected, "hpc", "succeeded")
    ended = connected.run("logs", run["reference"], "--save", "no/such/folder/x.log")
    assert (ended.code, ended.out) == (1, "")
    assert "no/such/folder/x.log cannot be written" in ended.err


def test_an_older_file_stays_when_there_is_nothing_to_write(connected: CommandLine, services: Services) -> None:
    (connected.folder / "x.log").write_text("kept")
    run = one(connected, "hpc", "succeeded")
    services["hpc"].simulator.application.fail("/contents", status=403)
    ended = connected.run("logs", run["reference"], "--save", "x.log")
    assert ended.code == 6
    assert (connected.folder / "x.log").read_text() == "kept"


def test_a_final_run_is_not_followed_but_printed(connected: CommandLine) -> None:
    run = one(connected, "hpc", "succeeded")
    followed = connected.run("logs", run["reference"], "-f")
    assert (followed.code, followed.out) == (0, connected.run("logs", run["reference"]).out)


# series


def test_a_series_is_printed_with_the_lines_it_stands_on_and_as_json(connected: CommandLine) -> None:
    run = one(connected, "hpc", "succeeded")
    log = connected.run("logs", run["reference"], "process_output.log").lines
    times = [(number, line.split(" = ")[-1]) for number, line in enumerate(log, 1) if "]: Time = " in line]
    assert len(times) > 3
    printed = connected.run("logs", run["reference"], "process_output.log", "--series", "]: Time = {}")
    assert printed.code == 0, printed.err
    assert [line.split("\t")[0] for line in printed.lines] == [str(number) for number, _ in times]
    assert [float(line.split("\t")[1]) for line in printed.lines] == [float(value) for _, value in times]
    found = connected.run("logs", run["reference"], "--series", "]: Time = {}", "--json").json
    assert (found["run"], found["pattern"], found["name"]) == (run["reference"], "]: Time = {}", "Time")
    assert found["logs"][0]["points"][0]["line"] == times[0][0]
    assert set(found["logs"][0]["points"][0]) == {"line", "time", "value", "text"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--json"], "--json goes with --series"),
        (["-n", "3", "--series", "x {}"], "-n does not go with --series"),
        (["--series", " "], "a series needs a pattern"),
    ],
)
def test_what_goes_with_no_series_is_refused(connected: CommandLine, words: list[str], said: str) -> None:
    ended = connected.run("logs", "hpc:x", *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


# following


@pytest.fixture
def moving(stage: Stage, shell: CommandLine, request: pytest.FixtureRequest) -> Iterator[ServedSimulator]:
    """A service in a world of the test's own, as the profile `moving`."""
    with stage.serving(request.param, runs=40) as served:
        shell.add_profile("moving", request.param, served.options)
        yield served


def until_line(program: "subprocess.Popen[bytes]", count: int) -> bytes:
    """The first lines a program writes, waited for."""
    assert program.stdout is not None
    return b"".join(program.stdout.readline() for _ in range(count))


def to_end(program: "subprocess.Popen[bytes]") -> tuple[bytes, bytes]:
    """The rest of what a program writes, and what it says; it must end by itself."""
    assert program.stdout is not None
    assert program.stderr is not None
    rest, said = program.stdout.read(), program.stderr.read()
    program.wait(timeout=30)
    return rest, said


@pytest.mark.parametrize("moving", ["deltatwin", "rescale"], indirect=True)
def test_a_live_log_is_followed_to_its_end_without_losing_a_byte(shell: CommandLine, moving: ServedSimulator) -> None:
    moving.world.advance(30)
    run = one(shell, "moving", "running")
    log = "process_output.log" if moving.simulator.service == "rescale" else model_node(shell, run["reference"])["name"]
    with shell.begin("logs", run["reference"], log, "-f") as program:
        first = until_line(program, 3)
        moving.world.advance(40)
        moving.world.advance(4000)
        rest, err = to_end(program)
    assert program.returncode == 0, err
    assert "┄┄".encode() not in first + rest
    assert first + rest == shell.start("logs", run["reference"], log).stdout


@pytest.mark.parametrize("moving", ["deltatwin"], indirect=True)
def test_an_interrupt_ends_following_with_130_and_says_nothing(shell: CommandLine, moving: ServedSimulator) -> None:
    moving.world.advance(30)
    run = one(shell, "moving", "running")
    with shell.begin("logs", run["reference"], "-f") as program:
        until_line(program, 1)
        program.send_signal(2)
        _, err = to_end(program)
    assert (program.returncode, err) == (130, b"")


@pytest.mark.parametrize("moving", ["deltatwin"], indirect=True)
def test_followed_logs_of_several_nodes_say_whose_each_line_is(shell: CommandLine, moving: ServedSimulator) -> None:
    moving.world.advance(30)
    run = one(shell, "moving", "running")
    node = model_node(shell, run["reference"])["name"]
    with shell.begin("logs", run["reference"], "-f") as program:
        until_line(program, 1)
        moving.world.advance(4000)
        rest, err = to_end(program)
    assert program.returncode == 0, err
    assert {line.partition(b" | ")[0] for line in rest.splitlines()} >= {f"{node} stdout".encode()}
    assert all(b" | " in line for line in rest.splitlines())


@pytest.mark.parametrize("moving", ["rescale"], indirect=True)
def test_a_series_is_followed_to_the_end_of_its_log_number_by_number(
    shell: CommandLine, moving: ServedSimulator
) -> None:
    moving.world.advance(30)
    run = one(shell, "moving", "running")
    words = ["logs", run["reference"], "process_output.log", "--series", "]: Time = {}"]
    with shell.begin(*words, "-f") as program:
        first = until_line(program, 1)
        moving.world.advance(40)
        moving.world.advance(4000)
        rest, err = to_end(program)
    assert program.returncode == 0, err
    whole = shell.run(*words)
    assert (first + rest).decode() == whole.out
    assert len(whole.lines) > 3


def test_the_numbers_of_several_logs_come_with_their_names_and_as_json_lines(connected: CommandLine) -> None:
    run = one(connected, "hpc", "succeeded")
    words = ["logs", run["reference"], "--series", "]: Time = {}"]
    followed = connected.run(*words, "-f")
    assert followed.code == 0, followed.err
    values = [json.loads(line) for line in connected.run(*words, "-f", "--json").lines]
    assert [f"{one['log']}\t{one['line']}\t{one['value']!r}" for one in values] == followed.lines
    assert len(values) > 3
