"""`runtui publish`."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.command_line import CommandLine
from tests.support.stage import ServedSimulator, Stage


@pytest.fixture
def moving(stage: Stage, shell: CommandLine) -> Iterator[ServedSimulator]:
    """DeltaTwin in a world of the test's own, as the profile `moving`."""
    with stage.serving("deltatwin", runs=40) as served:
        shell.add_profile("moving", "deltatwin", served.options)
        yield served


def output_of(shell: CommandLine) -> tuple[str, Any]:
    """Some run with an output file, and that file."""
    for run in shell.run("list", "-s", "succeeded", "--json").json:
        files = shell.run("files", run["reference"], "--json").json
        if files:
            return run["reference"], files[0]
    raise AssertionError("no run has files")


def posted(served: ServedSimulator) -> list[str]:
    return [one for one in served.requests if one.startswith("POST ") and "artifacts" in one]


def test_an_output_is_published_under_a_name(shell: CommandLine, moving: ServedSimulator) -> None:
    run, file = output_of(shell)
    ended = shell.run("publish", run, file["id"], "--name", "quicklook", "--topic", "sea", "--topic", "ice")
    assert (ended.code, ended.lines) == (0, ["quicklook"])
    assert "is being made" in ended.err
    assert len(posted(moving)) == 1


def test_nobody_asked_means_nothing_becomes_public(shell: CommandLine, moving: ServedSimulator) -> None:
    run, file = output_of(shell)
    refused = shell.run("publish", run, file["id"], "--visibility", "public")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert posted(moving) == []
    assert shell.run("publish", run, file["id"], "--visibility", "public", "--yes").code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [(["no-such-output"], 3, "no-such-output"), (["x", "--visibility", "secret"], 2, "visibility: 'secret'")],
)
def test_what_is_wrong_is_named_and_nothing_is_sent(
    shell: CommandLine, moving: ServedSimulator, words: list[str], code: int, said: str
) -> None:
    run, _ = output_of(shell)
    ended = shell.run("publish", run, *words)
    assert ended.code == code
    assert said in ended.err
    assert posted(moving) == []


def test_a_service_that_publishes_nothing_says_so(connected: CommandLine) -> None:
    run = connected.run("list", "-p", "hpc", "-s", "succeeded", "--json", "--limit", "1").json[0]
    ended = connected.run("publish", run["reference"], "process_output.log")
    assert ended.code == 6
    assert "publishes no output files" in ended.err
