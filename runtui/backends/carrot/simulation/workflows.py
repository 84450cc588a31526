"""Cromwell's workflows and calls as they stand at a moment."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from runtui.backends.carrot.simulation.plans import RunPlan
from runtui.backends.carrot.simulation.shapes import CallPlan, WorkflowShape
from runtui.simulation.script import Outcome, Phase, Script


class Workflow(msgspec.Struct, frozen=True, kw_only=True):
    """One workflow: its calls, its script and where its files lie.

    `owner` is the run it belongs to, `phase` one of `test`, `eval`, `report`, `build`. `folder` is relative to the
    folder of all executions. A sub-workflow has its parent and the call that started it.
    """

    id: str
    shape: WorkflowShape
    script: Script
    owner: RunPlan
    phase: str
    folder: str
    parent_id: str | None = None
    root_id: str = ""
    seconds: float
    """What the calls' times are shares of."""

    def status(self, now: datetime) -> str:
        """Cromwell's word for it."""
        match self.script.phase(now):
            case Phase.ABSENT | Phase.QUEUED:
                return "Submitted"
            case Phase.RUNNING:
                return "Running"
            case Phase.STOPPING:
                return "Aborting"
            case Phase.OVER:
                return _OVER[self.script.outcome]

    def is_known(self, now: datetime) -> bool:
        """Whether it was submitted by that moment."""
        return now >= self.script.created_at

    @property
    def begun_at(self) -> datetime:
        """When its first call could begin."""
        return self.script.started_at

    def calls(self, now: datetime) -> Iterator["Call"]:
        """The calls that exist by that moment, in the order in which they begin."""
        if not self.script.has_started(now):
            return
        for number, plan in enumerate(self.shape.calls):
            call = Call(workflow=self, plan=plan, number=number)
            if call.begins_at - timedelta(seconds=_QUEUED_FOR) <= min(now, self.script.work_ended_at):
                yield call


class CallState(StrEnum):
    """Cromwell's words for what a call does."""

    QUEUED = "QueuedInCromwell"
    STARTING = "Starting"
    RUNNING = "Running"
    ABORTING = "Aborting"
    ABORTED = "Aborted"
    RETRYABLE = "RetryableFailure"
    FAILED = "Failed"
    DONE = "Done"


_QUEUED_FOR = 1.0
_STARTING_FOR = 0.7
_OVER = {Outcome.SUCCESS: "Succeeded", Outcome.FAILURE: "Failed", Outcome.STOPPED: "Aborted"}


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call of a workflow. `number` is its place among the workflow's calls."""

    workflow: Workflow
    plan: CallPlan
    number: int

    @property
    def name(self) -> str:
        """`workflow.task`."""
        return f"{self.workflow.shape.name}.{self.plan.task}"

    @property
    def begins_at(self) -> datetime:
        """When its command starts."""
        return self.workflow.begun_at + timedelta(seconds=self.plan.begins * self.workflow.seconds)

    @property
    def planned_end(self) -> datetime:
        """When its command would end if nobody interfered."""
        return self.workflow.begun_at + timedelta(seconds=self.plan.ends * self.workflow.seconds)

    @property
    def work_ended_at(self) -> datetime:
        """When it last did anything."""
        return min(self.planned_end, max(self.begins_at, self.workflow.script.work_ended_at))

    @property
    def is_cut_short(self) -> bool:
        """Whether a stop of the workflow reaches it before its end."""
        return self.workflow.script.work_ended_at < self.planned_end

    def ended_at(self, now: datetime) -> datetime | None:
        """When it ended, or None while it lives."""
        ended = self.workflow.script.ended_at if self.is_cut_short else self.planned_end
        return ended if now >= ended else None

    def state(self, now: datetime) -> CallState:
        """What it does at a moment."""
        if now >= self.work_ended_at:
            return self._state_after_work(now)
        if now < self.begins_at:
            return CallState.QUEUED
        starting = now < self.begins_at + timedelta(seconds=_STARTING_FOR)
        return CallState.STARTING if starting else CallState.RUNNING

    def has_begun(self, now: datetime) -> bool:
        """Whether its command has run at all: only then there are files."""
        return now >= self.begins_at and self.workflow.script.work_ended_at > self.begins_at

    @property
    def folder(self) -> str:
        """Where its files lie, relative to the folder of all executions, without `execution`."""
        folder = f"{self.workflow.folder}/call-{self.plan.task}"
        if self.plan.shard >= 0:
            folder += f"/shard-{self.plan.shard}"
        return folder + (f"/attempt-{self.plan.attempt}" if self.plan.attempt > 1 else "")

    @property
    def seconds(self) -> float:
        """How long its command would run."""
        return (self.planned_end - self.begins_at).total_seconds()

    def _state_after_work(self, now: datetime) -> CallState:
        if self.is_cut_short:
            return CallState.ABORTED if now >= self.workflow.script.ended_at else CallState.ABORTING
        if self.plan.outcome is Outcome.FAILURE:
            return CallState.RETRYABLE if self.plan.retried else CallState.FAILED
        return CallState.DONE
