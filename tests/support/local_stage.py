"""This machine as a service for the contract suite: real runs under real supervisors, whose programs live in the time
of a world that is moved by hand.

What is over is made once and copied; what runs, waits or is to be stopped is started anew for every world.
"""

import atexit
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from runtui.backends.local.launching import launch_runs
from runtui.backends.local.planning import launch_of
from runtui.backends.local.record_file import NAME
from runtui.backends.local.records import RunRecord, load_record
from runtui.model.command_wish import CommandWish
from runtui.simulation.faults import FaultLine, Receive, Scope, Send
from runtui.simulation.world import World
from tests.support.local_runs import OVER, LocalRuns, end_all_runs, until

SERVICE = "local"
_PACED = Path(__file__).parent / "paced.py"
_NEW_EVERY = 120.0
_LIVE = 6


class LocalWorld(World):
    """A world that has moved once every program in it has seen its time. Others start runs in it now and then."""

    def __init__(self, folder: Path) -> None:
        super().__init__(speed=0, start=datetime.now(UTC))
        self.runs = LocalRuns(folder)
        self.clock = folder / "clock"
        self._told = 0.0
        self._over: set[str] = set()
        self.tell()

    def tell(self, seconds: float | None = None) -> None:
        """Write down what time it is."""
        written = self.clock.with_suffix(".new")
        written.write_text(repr(self.elapsed if seconds is None else seconds))
        written.replace(self.clock)

    def advance(self, seconds: float) -> None:
        """Move on, and wait until everything has come to rest."""
        before = self.elapsed
        super().advance(seconds)
        self.tell()
        self.settle()
        for _ in range(min(3, int(self.elapsed // _NEW_EVERY - before // _NEW_EVERY))):
            start(self, length=200, mesh="new")
            self.settle()

    def settle(self) -> None:
        """Wait until every run is over, has seen the time, or waits for one that goes on."""
        now = self.clock.read_text()
        until(lambda: all(self._is_at_rest(record, now) for record in self._alive()))

    def _alive(self) -> Iterator[RunRecord]:
        records = []
        for folder in self.runs.folders.runs.iterdir():
            if folder.name not in self._over:
                with suppress(OSError, ValueError):
                    records.append(load_record(folder))
        self._over.update(record.id for record in records if record.status in OVER)
        busy = {record.sweep for record in records if record.status in ("running", "stopping")}
        return (
            record for record in records if record.status != "queued" or record.sweep not in busy or not record.sweep
        )

    def _is_at_rest(self, record: RunRecord, now: str) -> bool:
        if record.status in OVER:
            return True
        if record.status != "running" or (self.runs.folders.runs / record.id / "stop").exists():
            return False
        with suppress(OSError):
            return Path(f"{self.clock}.{record.id}").read_text() == now
        return False


def start(world: LocalWorld, *, length: int, code: int = 0, **wish: Any) -> None:
    """Start a run of two nodes, of which the second goes on for so many seconds; with `sweep` a sweep of one."""
    mesh = str(wish.pop("mesh", "fine"))
    python = f"{sys.executable} -I -S {_PACED}"
    plan = world.runs.write(
        f"{mesh}-{length}-{code}.toml",
        f"""
        name = "airfoil {mesh}"
        grace = 0.5
        [variables]
        mesh = "{mesh}"
        angle = 4.0
        [nodes.mesh]
        command = "echo making a {{mesh}} mesh; echo cells > cells.txt"
        [nodes.solve]
        command = "exec {python} {length} {code}"
        needs = ["mesh"]
        """,
    )
    fields = {"file": str(plan), "start_folder": str(world.runs.start_folder), **wish}
    launch_runs(world.runs.folders, launch_of(CommandWish(**fields)))


async def _nobody(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("this machine is not asked over HTTP")


class LocalSimulator:
    """What the suite asks of a simulator. Nobody asks its application anything: what is looked at are files."""

    service = SERVICE

    def __init__(self, folder: Path, world: LocalWorld) -> None:
        self.world: World = world
        self.application = FaultLine(_nobody)
        self._folder = folder
        self._root = world.runs.folders.root

    @property
    def extra_applications(self) -> Mapping[str, FaultLine]:
        """None."""
        return {}

    @property
    def credentials(self) -> Mapping[str, str]:
        """None are needed."""
        return {}

    def profile_options(self, url: str, extra_urls: Mapping[str, str]) -> dict[str, object]:
        """The table of a profile of it."""
        return {"folder": str(self._root)}

    def close(self) -> None:
        """End what runs, and remove everything."""
        end_all_runs(self._root)
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def local_simulator(runs: int | None = None) -> Iterator[LocalSimulator]:
    """A folder with runs of every kind, some alive, until the block is left; about `runs` where that is said."""
    folder = Path(tempfile.mkdtemp(prefix="runtui-local-"))
    shutil.copytree(_history(), folder, symlinks=True, dirs_exist_ok=True)
    world = LocalWorld(folder)
    if runs is not None:
        _make_many(world.runs.folders.runs, max(0, runs - _LIVE))
    start(world, length=900, mesh="long")
    start(world, length=45, mesh="short")
    start(world, length=100, mesh="polar", sweep={"angle": "1:4"}, parallel=1)
    world.settle()
    world.start = datetime.now(UTC)
    simulator = LocalSimulator(folder, world)
    try:
        yield simulator
    finally:
        simulator.close()


def _make_many(runs: Path, count: int) -> None:
    """Let there be so many runs that are over, by leaving some out or by having them twice."""
    there = sorted(runs.iterdir())
    for surplus in there[count:]:
        shutil.rmtree(surplus)
    for number in range(len(there), count):
        copy = runs / f"{number:08x}"
        shutil.copytree(there[number % len(there)], copy, symlinks=True)
        record = copy / NAME
        record.write_text(
            record.read_text().replace(f'"id":"{there[number % len(there)].name}"', f'"id":"{copy.name}"')
        )


@cache
def _history() -> Path:
    """Runs that are over, made once for all worlds."""
    folder = Path(tempfile.mkdtemp(prefix="runtui-local-history-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    world = LocalWorld(folder)
    for mesh in ("coarse", "fine", "finest"):
        start(world, length=20, mesh=mesh)
        start(world, length=20, mesh=mesh, code=1)
    start(world, length=30, mesh="swept", sweep={"angle": "0:8:2"}, parallel=5)
    start(world, length=1_000_000, mesh="stopped")
    world.settle()
    stopped = max(world.runs.folders.runs.iterdir(), key=lambda one: load_record(one).created_at)
    (stopped / "stop").touch()
    os.kill(load_record(stopped).supervisor.pid, signal.SIGUSR1)
    world.tell(100.0)
    until(lambda: all(load_record(one).status in OVER for one in world.runs.folders.runs.iterdir()))
    return folder
