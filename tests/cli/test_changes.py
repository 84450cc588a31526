"""`runtui changes`."""

from collections.abc import Iterator

import pytest

from tests.support.command_line import CommandLine
from tests.support.stage import ServedSimulator, Stage


@pytest.fixture
def moving(stage: Stage) -> Iterator[ServedSimulator]:
    with stage.serving("deltatwin", runs=20) as served:
        yield served


@pytest.fixture
def lab(shell: CommandLine, moving: ServedSimulator) -> CommandLine:
    """A command line with a profile whose service moves when it is told to."""
    shell.add_profile("lab", "deltatwin", moving.options)
    return shell


def statuses(lab: CommandLine) -> dict[str, str]:
    return {run["reference"]: run["status"] for run in lab.run("list", "-p", "lab", "--json").json}


def test_the_first_time_nothing_is_told_and_then_exactly_what_changed(
    lab: CommandLine, moving: ServedSimulator
) -> None:
    first = lab.run("changes", "-p", "lab")
    assert (first.code, first.out) == (0, "")
    assert "nobody looked before" in first.err
    before = statuses(lab)
    moving.world.advance(120)
    after = statuses(lab)
    differing = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert differing
    told = lab.run("changes", "-p", "lab", "--json").json
    assert {change["reference"] for change in told} == differing
    assert all(change["before"] == before.get(change["reference"]) for change in told)
    assert all(change["status"] == after[change["reference"]] for change in told)


def test_what_is_told_stays_until_it_is_said_to_be_seen(lab: CommandLine, moving: ServedSimulator) -> None:
    lab.run("changes", "-p", "lab")
    moving.world.advance(120)
    told = lab.run("changes", "-p", "lab", "--json").json
    again = lab.run("changes", "-p", "lab", "--json", "--seen").json
    assert [change["reference"] for change in again] == [change["reference"] for change in told]
    ended = lab.run("changes", "-p", "lab")
    assert (ended.out, ended.err.strip()) == ("", "nothing changed")


def test_as_a_table_failures_come_first(lab: CommandLine, moving: ServedSimulator) -> None:
    lab.run("changes", "-p", "lab")
    moving.world.advance(600)
    lines = lab.run("changes", "-p", "lab").lines
    assert lines[0].split()[:3] == ["WHAT", "RUN", "JOB"]
    words = [line.split()[0] for line in lines[1:]]
    assert words == sorted(words, key=["failed", "ended", "changed", "appeared", "gone"].index)


def test_since_a_moment_needs_no_look(lab: CommandLine) -> None:
    recent = lab.run("changes", "-p", "lab", "--since", "2000-01-01", "--json").json
    dated = [run["reference"] for run in lab.run("list", "-p", "lab", "--json").json if run["started_at"]]
    assert {change["reference"] for change in recent} == set(dated)
    assert lab.run("changes", "-p", "lab", "--since", "0s", "--json").json == []


def test_a_moment_that_is_none_is_refused(lab: CommandLine) -> None:
    ended = lab.run("changes", "-p", "lab", "--since", "yesterday")
    assert (ended.code, ended.out) == (2, "")
    assert "'yesterday'" in ended.err


def test_a_profile_that_cannot_be_asked_loses_nothing(lab: CommandLine, moving: ServedSimulator) -> None:
    lab.run("changes", "-p", "lab")
    moving.simulator.application.fail(status=503)
    ended = lab.run("changes", "-p", "lab", "--seen", "--json")
    assert (ended.code, ended.json) == (5, [])
    moving.behave()
    assert lab.run("changes", "-p", "lab", "--json").json == []
