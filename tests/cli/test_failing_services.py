"""A service that fails: one line on what happened, one on what to do, and the exit code that says which kind."""

import pytest

from runtui.simulation.faults import Fault
from tests.support.command_line import CommandLine
from tests.support.stage import ServedSimulator

Services = dict[str, ServedSimulator]

PAGE = b"<!doctype html><html><title>Log in</title>" + b" " * 500


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(status=401, body=b'{"detail":"no"}'), 4),
        (Fault(match="GET", status=403, body=b'{"detail":"no"}'), 6),
        (Fault(status=200, body=PAGE, content_type="text/html"), 5),
        (Fault(status=502, body=PAGE, content_type="text/html", headers={"retry-after": "0"}), 5),
        (Fault(drop_answer=True), 5),
    ],
    ids=["401", "403", "page", "502", "dropped"],
)
def test_each_kind_of_failure_has_its_code_at_every_service(
    connected: CommandLine, services: Services, fault: Fault, code: int
) -> None:
    for served in services.values():
        for line in served.fault_lines:
            line.add(fault)
    ended = connected.run("list", "--json")
    assert ended.code == code, ended.err
    assert ended.json == []
    complaints = [line for line in ended.err.splitlines() if line.startswith("runtui: ")]
    assert [line.split(": ")[1] for line in complaints] == list(services)
    assert "Traceback" not in ended.err


def test_hosts_that_cannot_be_reached_end_with_5(shell: CommandLine, services: Services) -> None:
    for name, served in services.items():
        shell.add_profile(name, served.simulator.service, {**served.options, "url": "http://127.0.0.1:9"})
    ended = shell.run("list")
    assert (ended.code, ended.out) == (5, "")
    assert ended.err.count("127.0.0.1:9 cannot be reached") == len(services)


def test_a_wrong_token_ends_with_4_and_is_not_shown(connected: CommandLine, services: Services) -> None:
    connected.add_profile("wrong", "rescale", {**services["hpc"].options, "token": "00ff" * 10})
    ended = connected.run("list", "-p", "wrong")
    assert (ended.code, ended.out) == (4, "")
    assert "00ff" not in ended.err
    assert "does not accept the key" in ended.err


def test_a_cut_off_answer_ends_with_5(connected: CommandLine, services: Services) -> None:
    services["hpc"].simulator.application.add(Fault(match="/jobs/", cut_after=40))
    ended = connected.run("list", "-p", "hpc")
    assert (ended.code, ended.out) == (5, "")


def test_items_that_cannot_be_read_are_told_and_the_others_listed(connected: CommandLine, services: Services) -> None:
    switches = services["destine"].simulator.switches  # type: ignore[attr-defined]
    before = connected.run("list", "-p", "destine", "--json").json
    switches.bad_items = True
    try:
        ended = connected.run("list", "-p", "destine", "--json")
    finally:
        switches.bad_items = False
    assert ended.code == 0
    assert {run["id"] for run in before} <= {run["id"] for run in ended.json}
    assert "cannot read $" in ended.err


def test_a_vanished_run_ends_with_3(connected: CommandLine, services: Services) -> None:
    run = connected.run("list", "-p", "destine", "-s", "failed", "--json").json[0]
    services["destine"].simulator.application.fail(f"/runs/{run['id']}", status=404, body=b'{"error":"gone"}')
    services["destine"].simulator.application.fail(r"/runs\?", status=200, body=b"[]")
    ended = connected.run("show", run["reference"])
    assert (ended.code, ended.out) == (3, "")


def test_what_a_service_says_cannot_steer_the_terminal(connected: CommandLine, services: Services) -> None:
    body = b'{"detail":"\\u001b]0;owned\\u0007\\u202e\\nrunning"}'
    services["hpc"].simulator.application.fail(status=400, body=body)
    ended = connected.run("list", "-p", "hpc")
    assert ended.code == 6
    assert all(line.isprintable() for line in ended.err.splitlines())
