"""The folder of all executions: real files that grow as the simulated calls write."""

import os
import threading
import time
from collections import OrderedDict
from datetime import datetime
from pathlib import Path

from runtui.backends.carrot.simulation.call_texts import Streams, streams_of
from runtui.backends.carrot.simulation.output_bytes import OutputBytes
from runtui.backends.carrot.simulation.scenario import Scenario
from runtui.backends.carrot.simulation.workflows import Call, Workflow
from runtui.simulation.growing_text import GrowingText
from runtui.simulation.scratch import ScratchFolder

_PAUSE = 0.05
_REST = 20.0
_LONGEST_PAUSE = 0.5
_MOST_TEXTS = 96
_MOST_FOLLOWED = 64


class ExecutionTree:
    """Writes what calls have written by now, for the workflows somebody asked for, and keeps those up to date.

    A thread follows them while they live; `close` ends it and removes the folder.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._home = ScratchFolder("runtui-carrot-")
        self.root = os.path.join(self._home.path, "cromwell-executions")
        self._lock = threading.RLock()
        self._texts: OrderedDict[tuple[str, int, bool], Streams] = OrderedDict()
        self._followed: OrderedDict[str, None] = OrderedDict()
        self._written: dict[str, int] = {}
        self._done: set[str] = set()
        self._caught_up_at: dict[str, float] = {}
        self._wake = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._outputs: OutputBytes | None = None

    def use(self, outputs: OutputBytes) -> None:
        """What makes the output files."""
        self._outputs = outputs

    def follow(self, workflow: Workflow) -> None:
        """Write what a workflow's calls have written by now, and keep at it until they end."""
        with self._lock:
            if not self._closed and not self._sync(workflow):
                self._note(workflow)

    def follow_later(self, workflow: Workflow) -> None:
        """The same, but let the thread do all of the writing."""
        with self._lock:
            if not self._closed and workflow.id not in self._done:
                self._note(workflow)

    def _note(self, workflow: Workflow) -> None:
        self._followed[workflow.id] = None
        while len(self._followed) > _MOST_FOLLOWED:
            self._followed.popitem(last=False)
        if self._thread is None:
            self._thread = threading.Thread(target=self._keep_up, name="carrot-executions", daemon=True)
            self._thread.start()
        self._wake.set()

    def streams(self, call: Call) -> Streams:
        """The texts of a call, made once and remembered for a while."""
        key = (call.workflow.id, call.number, self._scenario.switches.binary_log_bytes)
        with self._lock:
            if key not in self._texts:
                self._texts[key] = streams_of(call, self._scenario)
                while len(self._texts) > _MOST_TEXTS:
                    self._texts.popitem(last=False)
            self._texts.move_to_end(key)
            return self._texts[key]

    def content(self, call: Call, name: str) -> bytes:
        """The bytes of an output file."""
        if self._outputs is None:
            raise RuntimeError("the tree was not told what makes output files")
        return self._outputs.of(call, name)

    def close(self) -> None:
        """Write no more, and remove the folder."""
        self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=5.0)
        with self._lock:
            self._home.close()

    def _keep_up(self) -> None:
        while not self._closed:
            self._wake.wait()
            self._wake.clear()
            while self._is_anything_left():
                began = time.perf_counter()
                self._follow_all()
                # however many are followed, this takes a small share of one core
                self._wake.wait(min(_LONGEST_PAUSE, max(_PAUSE, _REST * (time.perf_counter() - began))))
                self._wake.clear()

    def _is_anything_left(self) -> bool:
        with self._lock:
            return bool(self._followed) and not self._closed

    def _follow_all(self) -> None:
        """Bring every followed workflow up to date, letting others in between."""
        elapsed = self._scenario.world.elapsed
        with self._lock:
            followed = list(self._followed)
        for workflow_id in followed:
            if self._caught_up_at.get(workflow_id) == elapsed:
                continue
            with self._lock:
                self._caught_up_at[workflow_id] = elapsed
                workflow = self._scenario.workflow(workflow_id)
                if workflow is None or self._closed or self._sync(workflow):
                    self._followed.pop(workflow_id, None)
                    self._caught_up_at.pop(workflow_id, None)

    def _sync(self, workflow: Workflow) -> bool:
        """Write what is new; True once nothing more can come."""
        if workflow.id in self._done:
            return True
        now = self._scenario.now()
        Path(self.root, workflow.folder).mkdir(parents=True, exist_ok=True)
        for call in workflow.calls(now):
            sub = self._scenario.sub_workflow(call)
            if sub is not None:
                self._sync(sub)
            elif call.has_begun(now):
                self._write_call(call, now)
        over = now >= workflow.script.ended_at
        if over:
            self._done.add(workflow.id)
        return over

    def _write_call(self, call: Call, now: datetime) -> None:
        folder = Path(self.root, call.folder, "execution")
        if str(folder) in self._done:
            return
        if not folder.exists():
            folder.mkdir(parents=True)
            (folder / "script").write_text(_script(call))
        streams = self.streams(call)
        seconds = (min(now, call.work_ended_at) - call.begins_at).total_seconds()
        self._grow(folder / "stdout", streams.stdout, seconds)
        self._grow(folder / "stderr", streams.stderr, seconds)
        if call.ended_at(now) is not None:
            self._finish(call, folder)
            self._done.add(str(folder))

    def _grow(self, path: Path, text: GrowingText, seconds: float) -> None:
        size, written = text.size_at(seconds), self._written.get(str(path), -1)
        if size > written:
            with path.open("ab") as file:
                file.write(text.bytes_at(seconds)[max(0, written) :])
            self._written[str(path)] = size

    def _finish(self, call: Call, folder: Path) -> None:
        (folder / "rc").write_text(f"{143 if call.is_cut_short else call.plan.return_code}\n")
        if call.is_cut_short:
            return
        for value in call.plan.outputs.values():
            if isinstance(value, str) and value.startswith("file:"):
                name = value.removeprefix("file:")
                (folder / name).write_bytes(self.content(call, name))


def _script(call: Call) -> str:
    return (
        "#!/bin/bash\n\n"
        f"cd {call.folder}/execution\n"
        'tmpDir=$(mktemp -d)\nexport _JAVA_OPTIONS=-Djava.io.tmpdir="$tmpDir"\nexport TMPDIR="$tmpDir"\n\n'
        f"({call.plan.task}) > stdout 2> stderr\necho $? > rc.tmp\nmv rc.tmp rc\n"
    )
