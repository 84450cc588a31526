"""Several processes over one account: together they ask no more than one may."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtui.backends.registry import simulator_module
from runtui.simulation.faults import Application, Message, Receive, Scope, Send
from runtui.simulation.server import SimulatorServer
from runtui.simulation.world import World
from tests.support.command_line import ROOT, CommandLine, until

PROCESSES = 4
RUNS = 1000
ALLOWED = 4.0
AT_ONCE = 6.0
CALLS = 26

WATCH = """
import asyncio, sys
from runtui.services import open_session
from runtui.services.pace import Pace

async def watch():
    async with open_session(pace=Pace(moving=0.01, still=0.01)) as session:
        session.start_feeds()
        print("begun", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        print(len(session.store.runs), session.store.health["hpc"].error, flush=True)

asyncio.run(watch())
"""


class Counter:
    """Stands before a service, and notes when it was asked and what it answered."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self.answers: list[tuple[float, int]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        asked_at = time.monotonic()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.answers.append((asked_at, message["status"]))
            await send(message)

        await self._application(scope, receive, noting)


@pytest.fixture
def counter() -> Counter:
    limits = {"jobs-usage": ALLOWED * 1.2, "runs-usage": ALLOWED * 1.2}
    simulator: Any = simulator_module("rescale").create_simulator(
        World(seed=1, speed=1), runs=RUNS, live=RUNS, rate_limits=limits
    )
    return Counter(simulator.application)


@pytest.fixture
def shell(counter: Counter, tmp_path: Path) -> Iterator[CommandLine]:
    """A machine with a profile for it, at the rate that is allowed."""
    from runtui.backends.rescale.simulator import TOKEN

    shell = CommandLine(tmp_path)
    with SimulatorServer(counter) as server:
        options = {"url": server.url, "token": TOKEN, "calls_per_second": ALLOWED}
        shell.add_profile("hpc", "rescale", options)
        yield shell


def test_four_dashboards_over_a_thousand_live_runs_stay_below_the_rate_and_are_never_refused(
    shell: CommandLine, counter: Counter
) -> None:
    watching = [
        subprocess.Popen(
            [sys.executable, "-c", WATCH], cwd=ROOT, env=shell.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(PROCESSES)
    ]
    for one in watching:
        assert one.stdout is not None
        assert one.stdout.readline() == b"begun\n"
    until(lambda: len(counter.answers) >= CALLS)
    ends = [one.communicate(timeout=30)[0].decode().strip() for one in watching]
    assert ends == [str(RUNS)] * PROCESSES
    assert {status for _, status in counter.answers} == {200}
    seconds = counter.answers[-1][0] - counter.answers[0][0]
    # a call is counted when it is let go, and seen here up to a second later
    assert len(counter.answers) <= AT_ONCE + ALLOWED * (seconds + 1)
