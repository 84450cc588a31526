"""Ending a run: all its programs, wherever they went, and nothing else."""

import json
import sys
from pathlib import Path

import pytest

from runtui.backends.local.programs import programs_of
from runtui.backends.local.signs_of_life import is_alive, start_mark
from runtui.model.run import Run
from runtui.model.status import Status
from tests.support.local_runs import LocalRuns, until
from tests.unit.backends.local.test_supervision import kill

STUBBORN = "trap '' TERM; echo up; while :; do sleep 0.1; done"


def told(here: LocalRuns, run: Run, name: str) -> str:
    """What a program of the run wrote into a file of its work folder, once it did."""
    path = here.path(run, "work", name)
    until(lambda: path.exists() and path.read_text().endswith("\n"))
    return path.read_text().strip()


def patient(here: LocalRuns, command: str, *, grace: float) -> str:
    """A workflow of one command that is given so many seconds to end by itself."""
    plan = {"grace": grace, "nodes": {"main": {"command": command}}}
    return str(here.write("plan.json", json.dumps(plan)))


@pytest.mark.parametrize(
    "begun",
    [
        "sleep 600 & echo $! > child",
        "(sleep 600 & echo $! > child) ; true",
        "setsid sh -c 'echo $$ > child; exec sleep 600' &",
        "(setsid sh -c 'echo $$ > child; exec sleep 600' &) ; true",
    ],
    ids=["child", "forked twice", "own session", "own session, forked twice"],
)
async def test_stopping_ends_whatever_the_run_began(here: LocalRuns, begun: str) -> None:
    run = await here.start("sh", "-c", f"{begun}\nsleep 600")
    child = int(told(here, run, "child"))
    await here.backend.stop(await here.backend.fetch_run(run.id))
    record = here.ended(run)
    assert (record.status, record.signal) == ("stopped", "SIGTERM")
    assert not start_mark(child)


@pytest.mark.parametrize("command", [STUBBORN, f'setsid sh -c "{STUBBORN}" & wait'], ids=["group", "own session"])
async def test_what_ignores_the_request_to_end_is_killed_after_its_grace(here: LocalRuns, command: str) -> None:
    run = await here.start(file=patient(here, command, grace=0.2))
    log = here.path(run, "logs", "main.stdout")
    until(lambda: log.exists() and log.stat().st_size)
    assert "after 0.2 s they are killed" in await here.backend.stop(run)
    record = here.ended(run)
    assert record.status == "stopped"
    assert "did not end by itself within 0.2 s" in record.message
    assert not programs_of(str(here.path(run)))


async def test_each_program_is_asked_once_to_end(here: LocalRuns) -> None:
    counting = "n=0; trap 'n=$((n+1)); echo $n >> asked' TERM; echo up > up; while [ $n -lt 1 ]; do sleep 0.01; done"
    run = await here.start("sh", "-c", f"{counting}; sleep 0.2")
    told(here, run, "up")
    await here.backend.stop(await here.backend.fetch_run(run.id))
    here.ended(run)
    assert told(here, run, "asked") == "1"


async def test_a_run_that_another_run_started_is_not_ended_with_it(here: LocalRuns) -> None:
    program = Path(sys.executable).parent / "runtui"
    command = f"RUNTUI_DATA_DIR={here.folder} {program} start local -- sleep 600 > inner; echo >> inner; sleep 600"
    outer = await here.start("sh", "-c", command)
    inner = told(here, outer, "inner").strip().removeprefix("local:")
    await here.backend.stop(await here.backend.fetch_run(outer.id))
    here.ended(outer)
    record = here.until_running(await here.opened().fetch_run(inner))
    assert record.status == "running"
    assert is_alive(record.supervisor.pid, record.supervisor.start)
    assert is_alive(record.nodes[0].pid, record.nodes[0].start)


async def test_a_run_whose_supervisor_is_gone_can_be_stopped_and_its_stubborn_programs_killed(here: LocalRuns) -> None:
    run = await here.start(file=patient(here, STUBBORN, grace=0.2))
    log = here.path(run, "logs", "main.stdout")
    until(lambda: log.exists() and log.stat().st_size)
    kill(here.until_running(run).supervisor.pid)
    assert "Its supervisor is gone" in await here.opened().stop(run)
    until(lambda: not programs_of(str(here.path(run))))
    assert (await here.opened().fetch_run(run.id)).status is Status.STOPPED


async def test_what_ends_things_elsewhere_is_run_after_a_stop_and_heard(here: LocalRuns) -> None:
    after = ("/bin/sh", "-c", "ls; echo two of them are ended")
    run = await here.start("sh", "-c", "echo here > mine; sleep 600", after_stop=after)
    told(here, run, "mine")
    await here.backend.stop(await here.backend.fetch_run(run.id))
    record = here.ended(run)
    assert record.message == "stopped on request; two of them are ended"
    assert "mine" in here.path(run, "after-stop.log").read_text()


async def test_what_ends_things_elsewhere_is_not_run_when_nobody_stopped_the_run(here: LocalRuns) -> None:
    run = await here.start("true", after_stop=("/bin/sh", "-c", "echo never"))
    assert here.ended(run).status == "succeeded"
    assert not here.path(run, "after-stop.log").exists()


async def test_what_cannot_end_things_elsewhere_is_said(here: LocalRuns) -> None:
    run = await here.start("sleep", "600", after_stop=("/nowhere/at/all",))
    here.until_running(run)
    await here.backend.stop(await here.backend.fetch_run(run.id))
    assert "/nowhere/at/all cannot be run: No such file" in here.ended(run).message
