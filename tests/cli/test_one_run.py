"""`runtui show`, `nodes` and `files`, and how a run is meant by what is written."""

import re
from typing import Any

import pytest

from tests.support.command_line import CommandLine
from tests.support.stage import ServedSimulator

Services = dict[str, ServedSimulator]


def one(shell: CommandLine, profile: str, status: str) -> Any:
    """A run of this status as `list` gives it."""
    return shell.run("list", "-p", profile, "-s", status, "--json").json[0]


def test_show_gives_status_times_message_and_variables_by_role(connected: CommandLine) -> None:
    run = one(connected, "destine", "failed")
    ended = connected.run("show", run["reference"])
    assert (ended.code, ended.err) == (0, "")
    assert ended.lines[0].split() == [run["reference"], "✖", "failed"]
    facts = dict(re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in ended.lines[1:7])
    assert facts["job"] == run["job"]
    assert facts["service"].startswith("deltatwin")
    assert any(line.endswith(run["message"].split("\n")[0]) for line in ended.lines)
    assert "inputs" in ended.lines


def test_show_as_json_is_the_run_of_the_list_with_all_that_is_known(connected: CommandLine) -> None:
    listed = one(connected, "hpc", "succeeded")
    shown = connected.run("show", listed["reference"], "--json").json
    assert shown.keys() == listed.keys()
    for key in ("reference", "status", "job", "started_at", "ended_at"):
        assert shown[key] == listed[key]
    assert shown["files"] > 0


@pytest.mark.parametrize("profile", ["destine", "hpc"])
def test_a_beginning_that_is_enough_means_the_run(connected: CommandLine, profile: str) -> None:
    runs = connected.run("list", "-p", profile, "--json").json
    run = runs[0]
    ids = [other["id"] for other in runs if other is not run]
    size = next(n for n in range(1, 50) if not any(other.startswith(run["id"][:n]) for other in ids))
    assert connected.run("show", f"{profile}:{run['id'][:size]}", "--json").json["id"] == run["id"]
    assert connected.run("show", run["id"], "--json").json["id"] == run["id"]


def test_a_beginning_that_is_not_enough_names_who_may_be_meant(connected: CommandLine) -> None:
    ended = connected.run("show", "hpc:")
    assert (ended.code, ended.out) == (2, "")
    assert "may mean hpc:" in ended.err
    assert "Write more of the id." in ended.err


@pytest.mark.parametrize("command", ["show", "nodes", "files", "logs", "download"])
@pytest.mark.parametrize("written", ["destine:no-such-run", "hpc:NoSuch/1", "hpc:nosuch"])
def test_a_run_that_nobody_knows_ends_with_3(connected: CommandLine, command: str, written: str) -> None:
    ended = connected.run(command, written)
    assert (ended.code, ended.out) == (3, "")
    assert "runtui: " in ended.err


def test_a_reference_asks_only_the_profile_it_names(connected: CommandLine, services: Services) -> None:
    run = one(connected, "destine", "failed")
    services["hpc"].behave()
    connected.run("show", run["reference"])
    assert services["hpc"].requests == []


def test_nodes_are_a_table_in_the_order_of_the_workflow(connected: CommandLine) -> None:
    run = one(connected, "destine", "failed")
    nodes = connected.run("nodes", run["reference"], "--json").json
    ended = connected.run("nodes", run["reference"])
    assert ended.lines[0].split()[:2] == ["NODE", "STATUS"]
    assert [line.split()[0] for line in ended.lines[1:]] == [node["name"] for node in nodes]
    assert "failed" in {node["status"] for node in nodes}


def test_a_run_that_holds_no_others_is_its_own_only_node(connected: CommandLine) -> None:
    run = next(
        run
        for run in connected.run("list", "-p", "hpc", "-s", "succeeded", "--json").json
        if run["extra"]["type"] == "case"
    )
    (node,) = connected.run("nodes", run["reference"], "--json").json
    assert (node["status"], node["started_at"]) == ("succeeded", run["started_at"])


def test_files_are_listed_with_sizes_and_hashes(connected: CommandLine) -> None:
    run = one(connected, "hpc", "succeeded")
    files = connected.run("files", run["reference"], "--json").json
    ended = connected.run("files", run["reference"])
    assert [line.split("  ")[0].strip() for line in ended.lines[1:]] == [file["path"] for file in files]
    assert {file["world"] for file in files} == {"finished"}
    assert all(file["size"] >= 0 and "sha512" in file["hashes"] for file in files)


def test_names_of_a_service_cannot_steer_the_terminal(connected: CommandLine, services: Services) -> None:
    switches = services["hpc"].simulator.switches  # type: ignore[attr-defined]
    switches.hostile_names = True
    try:
        run = one(connected, "hpc", "succeeded")
        text = connected.run("files", run["reference"])
        data = connected.run("files", run["reference"], "--json")
    finally:
        switches.hostile_names = False
    assert "\x1b" not in text.out + data.out
    assert any("\x1b" in file["path"] for file in data.json), "JSON says what the name really is"
    assert data.out.isascii()
    assert all(line.isprintable() for line in text.lines)
