"""What will happen to one run or node: a plan, read at a moment."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec


class Phase(StrEnum):
    """Where a plan stands at a moment."""

    ABSENT = "absent"
    """Not created yet."""
    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    OVER = "over"


class Outcome(StrEnum):
    """How a plan ends if nobody interferes."""

    SUCCESS = "success"
    FAILURE = "failure"
    STOPPED = "stopped"


class Script(msgspec.Struct, kw_only=True):
    """One execution's plan. Moments are aware UTC, spans in seconds.

    A plan is read, never stepped: `phase(now)` is a pure function of the moment. `stop` rewrites the plan once.
    """

    created_at: datetime
    queue_seconds: float
    run_seconds: float
    outcome: Outcome = Outcome.SUCCESS
    stop_asked_at: datetime | None = None
    stopping_seconds: float = 0.0

    @property
    def started_at(self) -> datetime:
        """When it leaves the queue."""
        return self.created_at + timedelta(seconds=self.queue_seconds)

    @property
    def planned_end(self) -> datetime:
        """When it would end if nobody interfered."""
        return self.started_at + timedelta(seconds=self.run_seconds)

    @property
    def ended_at(self) -> datetime:
        """When it ends, with a stop taken into account."""
        if self.stop_asked_at is None or self.stop_asked_at >= self.planned_end:
            return self.planned_end
        return self.stop_asked_at + timedelta(seconds=self.stopping_seconds)

    @property
    def work_ended_at(self) -> datetime:
        """When it last did anything: its log and files stop growing there."""
        return self.planned_end if self.stop_asked_at is None else min(self.planned_end, self.stop_asked_at)

    def phase(self, now: datetime) -> Phase:
        """Where it stands at a moment."""
        if now < self.created_at:
            return Phase.ABSENT
        if now >= self.ended_at:
            return Phase.OVER
        if self.stop_asked_at is not None and now >= self.stop_asked_at:
            return Phase.STOPPING
        return Phase.QUEUED if now < self.started_at else Phase.RUNNING

    def has_started(self, now: datetime) -> bool:
        """Whether it ever left the queue by that moment."""
        is_stopped_before = self.stop_asked_at is not None and self.stop_asked_at <= self.started_at
        return now >= self.started_at and not is_stopped_before

    def share_done(self, now: datetime) -> float:
        """How much of the planned work is done, 0 to 1; stands still after a stop."""
        reached = min(now, self.work_ended_at)
        if reached >= self.planned_end:
            return 1.0
        return max(0.0, (reached - self.started_at).total_seconds() / self.run_seconds) if self.run_seconds else 0.0

    def stop(self, now: datetime, stopping_seconds: float = 4.0) -> bool:
        """Ask it to stop now; False when it is over or already asked."""
        if self.phase(now) in (Phase.OVER, Phase.ABSENT) or self.stop_asked_at is not None:
            return False
        self.stop_asked_at = now
        self.stopping_seconds = stopping_seconds
        self.outcome = Outcome.STOPPED
        return True
