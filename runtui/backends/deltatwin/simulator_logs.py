"""What the model nodes of simulated runs write: stdout and stderr, growing while they work."""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from runtui.backends.deltatwin.simulator_plan import Plan
from runtui.backends.deltatwin.simulator_texts import Texts, texts_of
from runtui.backends.deltatwin.simulator_twins import Step
from runtui.simulation.growing_text import GrowingText
from runtui.simulation.script import Outcome
from runtui.simulation.world import World

_NODES_KEPT = 128
_BROKEN = (
    b"\xff\xfe\x00r\x00e\x00s\x00t\x00 latin-1: temp\xe9rature 21\xb0C, cut \xe2\x82",
    b"\x1b]0;owned\x07\x1b[2J\x1b[31mred\x1b[0m and \x1b[8mhidden\x1b[0m \x00 NUL \x9b31m C1",
    b"progress  10%\rprogress  50%\rprogress 100%",
)


class SimulatedLogs:
    """The texts of the nodes looked at last. Safe to use from several threads."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, datetime], tuple[GrowingText, GrowingText]] = OrderedDict()

    def text(self, plan: Plan, step: Step, stream: str, now: datetime) -> bytes:
        """All that the node has written to `stdout` or `stderr` by that moment. Only models write."""
        seconds = plan.step_seconds(step, now)
        if step.kind != "model" or seconds < 0 or not plan.script.has_started(now):
            return b""
        stdout, stderr = self._texts(plan, step)
        return (stdout if stream == "stdout" else stderr).bytes_at(seconds)

    @staticmethod
    def broken(text: bytes) -> bytes:
        """The text with lines in it that are no text."""
        return b"\n".join((*_BROKEN, text)) if text else text

    def _texts(self, plan: Plan, step: Step) -> tuple[GrowingText, GrowingText]:
        key = (plan.id, step.workflow_id, plan.script.started_at)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._written(plan, step)
                if len(self._kept) > _NODES_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    def _written(self, plan: Plan, step: Step) -> tuple[GrowingText, GrowingText]:
        began = plan.script.started_at + timedelta(seconds=step.begins * plan.full_seconds)
        length = plan.step_length(step)
        texts = texts_of(plan, step, self._world.chance("log", plan.id, step.workflow_id), began, length)
        fails_at = self._fails_at(plan, step)
        if fails_at is None:
            return GrowingText(_in_order(texts.stdout)), GrowingText(_in_order(texts.stderr))
        return _cut(texts, fails_at)

    @staticmethod
    def _fails_at(plan: Plan, step: Step) -> float | None:
        """The second of the node at which it fails, if it is the one that fails."""
        if plan.script.outcome is not Outcome.FAILURE or plan.failure is None or plan.failure.step != step:
            return None
        # a moment before: dates have whole microseconds, seconds do not
        return plan.script.run_seconds - step.begins * plan.full_seconds - 0.001


def _in_order(lines: list[tuple[float, str]]) -> list[tuple[float, str | bytes]]:
    return [(at, line) for at, line in lines]


def _cut(texts: Texts, fails_at: float) -> tuple[GrowingText, GrowingText]:
    """Both streams up to the failure, then what a failing node writes last."""
    stdout = [(at, line) for at, line in texts.stdout if at < fails_at]
    stderr = [(at, line) for at, line in texts.stderr if at < fails_at]
    stdout += [(fails_at, line) for line in texts.last_stdout]
    stderr += [(fails_at, line) for line in texts.last_stderr]
    return GrowingText(_in_order(stdout)), GrowingText(_in_order(stderr))
