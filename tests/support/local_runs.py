"""Runs of this machine in a folder of the test's own, and waiting for what becomes of them."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from runtui.backends.local.backend import LocalBackend
from runtui.backends.local.folders import Folders
from runtui.backends.local.programs import signal_run
from runtui.backends.local.records import RunRecord, load_record
from runtui.backends.local.signs_of_life import is_alive
from runtui.backends.protocol import BackendContext
from runtui.model.clock import SystemClock
from runtui.model.command_wish import CommandWish
from runtui.model.run import Run
from runtui.model.secret import Secret, SecretRef

OVER = frozenset({"succeeded", "failed", "stopped", "ended"})
_LONGEST = 30.0


async def _no_secret(reference: SecretRef) -> Secret:
    raise AssertionError("this machine has no secrets")


class LocalRuns:
    """A backend on a folder, the wishes it was given, and what its records say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folders = Folders(folder / "local")
        self.start_folder = folder / "here"
        self.start_folder.mkdir(exist_ok=True)
        self.backend = self.opened()

    def opened(self, *, read_only: bool = False) -> LocalBackend:
        """One more backend on the same folder, as another program would have it."""
        context = BackendContext(profile="local", clock=SystemClock(), reveal=_no_secret, read_only=read_only)
        return LocalBackend(context, self.folders, 1.0)

    async def start(self, *words: str, **wish: object) -> Run:
        """Start words, or what the fields of a wish say."""
        return (await self.start_all(*words, **wish))[0]

    async def start_all(self, *words: str, **wish: object) -> tuple[Run, ...]:
        """The same for a sweep."""
        fields = {"words": words, "start_folder": str(self.start_folder), **wish}
        return await self.backend.run_command(CommandWish(**fields))  # type: ignore[arg-type]

    def write(self, name: str, text: str) -> Path:
        """A file in the folder runs are started in."""
        path = self.start_folder / name
        path.write_text(text)
        return path

    def path(self, run: Run, *parts: str) -> Path:
        """Something in a run's folder."""
        return self.folders.runs.joinpath(run.id, *parts)

    def record(self, run: Run) -> RunRecord:
        """What the record says by itself."""
        return load_record(self.path(run))

    def ended(self, run: Run) -> RunRecord:
        """The record once the run is over and nobody keeps it any more."""
        until(lambda: self.record(run).status in OVER)
        return self.record(run)

    def until_running(self, run: Run) -> RunRecord:
        """The record once every node that may run does."""
        until(lambda: any(node.pid for node in self.record(run).nodes))
        return self.record(run)


def until(condition: Callable[[], object], longest: float = _LONGEST) -> None:
    """Wait until the condition holds; fails the test when it does not in time."""
    deadline = time.monotonic() + longest
    while not condition():
        assert time.monotonic() < deadline, "never came true"
        time.sleep(0.01)


def end_all_runs(root: Path) -> None:
    """Kill whatever still runs of the runs below a root, supervisors first."""
    for path in [*root.glob("sweeps/*"), *root.glob("runs/*")]:
        with suppress(OSError):
            (path / "stop").touch()
    for folder in root.glob("runs/*"):
        with suppress(OSError, ValueError):
            _end(load_record(folder))
        signal_run(str(folder), (), signal.SIGKILL)


def _end(record: RunRecord) -> None:
    if record.adopted is not None:
        return
    owner = record.supervisor
    if owner.pid != os.getpid() and is_alive(owner.pid, owner.start):
        with suppress(ProcessLookupError):
            os.kill(owner.pid, signal.SIGKILL)
    for node in record.nodes:
        # whatever the record says by now: a test may have let it say that all of this is over
        if node.start and is_alive(node.pid, node.start):
            with suppress(ProcessLookupError):
                os.killpg(node.pid, signal.SIGKILL)
