"""One simulated run: who started what, how long it takes and how it ends."""

from datetime import datetime
from enum import StrEnum
from uuid import NAMESPACE_URL, uuid5

import msgspec

from runtui.backends.deltatwin.simulator_twins import Step, Twin
from runtui.simulation.script import Outcome, Phase, Script

_CREATED_SECONDS = 2.0


class Word(StrEnum):
    """The service's statuses, of runs and of nodes."""

    CREATED = "created"
    PENDING = "pending"
    RUNNING = "running"
    SUCCESS = "success"
    ERROR = "error"
    CANCELLED = "cancelled"


class Failure(msgspec.Struct, frozen=True):
    """How a run fails: the engine's return code, the step that fails (None: before any), and the manner of it."""

    code: int
    step: Step | None
    manner: str = ""


class Plan(msgspec.Struct, kw_only=True):
    """One run's plan. `full_seconds` is how long it would run if nothing failed; times of nodes are shares of that."""

    id: str
    owner: str
    twin: Twin
    version: str
    inputs: object
    """As the service shows them: without secret values."""
    sent_inputs: object
    """As they were sent."""
    script: Script
    full_seconds: float
    failure: Failure | None = None

    def word(self, now: datetime) -> Word:
        """The run's status."""
        match self.script.phase(now):
            case Phase.ABSENT | Phase.QUEUED:
                waited = (now - self.script.created_at).total_seconds()
                return Word.CREATED if waited < _CREATED_SECONDS else Word.PENDING
            case Phase.RUNNING | Phase.STOPPING:
                return Word.RUNNING
            case Phase.OVER:
                return _FINAL_WORDS[self.script.outcome]

    def started_at(self, now: datetime) -> datetime | None:
        """When it left the queue, if it did."""
        return self.script.started_at if self.script.has_started(now) else None

    def ended_at(self, now: datetime) -> datetime | None:
        """When it ended, if it did."""
        return self.script.ended_at if self.script.phase(now) is Phase.OVER else None

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its nodes, in the order of the workflow."""
        return self.twin.steps_of(self.version)

    def node_id(self, step: Step) -> str:
        """The id of a node's execution: another one in each run."""
        return str(uuid5(NAMESPACE_URL, f"{self.id}/{step.workflow_id}"))

    def step(self, node_id: str) -> Step | None:
        """The step with that node id."""
        return next((step for step in self.steps if self.node_id(step) == node_id), None)

    def seconds_at(self, now: datetime) -> float:
        """Seconds it has worked by that moment; negative while it waits, still once it is over."""
        return (min(now, self.script.work_ended_at) - self.script.started_at).total_seconds()

    def node_word(self, step: Step, now: datetime) -> Word:
        """A node's status. After a failure, and after an end from outside, later nodes stay `created`."""
        if self.failure is not None and self.failure.step is None:
            return Word.CREATED
        worked = self.seconds_at(now)
        if worked < step.begins * self.full_seconds or not self.script.has_started(now):
            return Word.CREATED
        over = self.script.phase(now) is Phase.OVER
        if worked >= step.ends * self.full_seconds or (over and self.script.outcome is Outcome.SUCCESS):
            return Word.SUCCESS
        if not over:
            return Word.RUNNING
        if self.script.outcome is Outcome.STOPPED:
            return Word.CANCELLED
        return Word.ERROR

    def step_seconds(self, step: Step, now: datetime) -> float:
        """Seconds a node has worked by that moment; negative before it starts."""
        return self.seconds_at(now) - step.begins * self.full_seconds

    def step_length(self, step: Step) -> float:
        """Seconds a node takes if nothing fails."""
        return (step.ends - step.begins) * self.full_seconds


_FINAL_WORDS = {Outcome.SUCCESS: Word.SUCCESS, Outcome.FAILURE: Word.ERROR, Outcome.STOPPED: Word.CANCELLED}


def failing_script(created_at: datetime, queue_seconds: float, full_seconds: float, failure: Failure) -> Script:
    """The script of a run that fails in a step, three quarters through it, or at once when no step is to blame."""
    step = failure.step
    reached = 0.004 if step is None else step.begins + 0.75 * (step.ends - step.begins)
    return Script(
        created_at=created_at,
        queue_seconds=queue_seconds,
        run_seconds=reached * full_seconds,
        outcome=Outcome.FAILURE,
    )
