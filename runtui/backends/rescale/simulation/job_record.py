"""One simulated job: its plan, and what clients did to it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from runtui.backends.rescale.simulation.plan import Ending, JobPlan, RunTimes, run_times

_STOPPING_SECONDS = 8.0
_SNAPSHOT_SECONDS = 6.0


class Event(NamedTuple):
    """A status a job or its cluster took on."""

    word: str
    at: datetime
    reason: str | None = None


class JobRecord:
    """A job that exists. Everything about it follows from its plan and the moments at which clients acted."""

    def __init__(self, plan: JobPlan) -> None:
        self.plan = plan
        self.stop_asked_at: datetime | None = None
        self.run_stops: dict[int, datetime] = {}
        self.snapshots: dict[int, list[datetime]] = {}
        self.is_deleted = False
        self._last_times: tuple[tuple[int, datetime | None, datetime | None, datetime | None], RunTimes | None] | None
        self._last_times = None

    @property
    def stopped_at(self) -> datetime | None:
        """When its owner stopped it, by the script or through the API."""
        executing_at = self.plan.executing_at
        scripted = None
        if self.plan.stopped_after is not None and executing_at is not None:
            scripted = executing_at + timedelta(seconds=self.plan.stopped_after)
        moments = [moment for moment in (scripted, self.stop_asked_at) if moment is not None]
        return min(moments) if moments else None

    def times(self, index: int) -> RunTimes | None:
        """When a run begins and ends; None when it never begins. The last answer is kept: it is asked for in rows."""
        key = (index, self.run_stops.get(index), self.stopped_at, self.plan.submitted_at)
        if self._last_times is None or self._last_times[0] != key:
            self._last_times = (key, run_times(self.plan, index, key[1], key[2]))
        return self._last_times[1]

    @property
    def natural_end(self) -> datetime | None:
        """When the job is completed if it is not stopped as a whole."""
        plan = self.plan
        if plan.submitted_at is None:
            return None
        if plan.executing_at is None:
            return plan.submitted_at + timedelta(seconds=plan.queue_seconds)
        if self.run_stops and plan.run_count <= 4096:
            runs = (run_times(plan, index, self.run_stops.get(index), None) for index in range(plan.run_count))
            return max(run.completed_at for run in runs if run is not None) + timedelta(seconds=2)
        return plan.executing_at + timedelta(seconds=plan.planned_seconds)

    @property
    def is_cut(self) -> bool:
        """Whether a stop of the whole job comes before its own end."""
        stopped_at, end = self.stopped_at, self.natural_end
        return stopped_at is not None and end is not None and stopped_at < end

    @property
    def completed_at(self) -> datetime | None:
        """When it is over; None for a draft."""
        stopped_at = self.stopped_at
        if self.is_cut and stopped_at is not None:
            return stopped_at + timedelta(seconds=_STOPPING_SECONDS)
        return self.natural_end

    def is_over(self, now: datetime) -> bool:
        """Whether it is completed."""
        completed_at = self.completed_at
        return completed_at is not None and now >= completed_at

    def executes(self, now: datetime) -> bool:
        """Whether it got as far as executing, now or before."""
        executing_at, stopped_at = self.plan.executing_at, self.stopped_at
        if executing_at is None or (stopped_at is not None and stopped_at <= executing_at):
            return False
        return now >= executing_at

    def reason(self) -> str:
        """Why the job is completed, in the service's words."""
        if self.is_cut:
            return "User Terminated"
        if self.plan.ending is Ending.NO_RESOURCES:
            return "Could not allocate compute resources from the compute provider"
        if self.plan.ending is Ending.RESTARTS:
            return "Exceeded max number of restarts"
        return "A run failed" if self.plan.any_fails else "Completed successfully"

    def events(self, *, force_stop_completes: bool = False) -> list[Event]:
        """Every status the job takes on if nobody interferes further, oldest first."""
        plan = self.plan
        if plan.submitted_at is None:
            return []
        events = [*self._queue_events(plan.submitted_at), *self._end_events(force_stop_completes)]
        cut = self.stopped_at if self.is_cut else None
        kept = [
            event
            for event in events
            if cut is None or event.at < cut or event.word in ("Stopping", "Force Stop", "Completed")
        ]
        return sorted(kept, key=lambda event: event.at)

    def _queue_events(self, submitted_at: datetime) -> list[Event]:
        plan = self.plan
        steps = [(0.0, "Pending"), (0.06, "Queued")]
        if plan.waits_for_cluster:
            steps += [(0.15, "Waiting for Queue"), (0.3, "Waiting for Cluster")]
        if plan.executing_at is not None:
            steps += [(0.75, "Started"), (0.9, "Validated"), (1.0, "Executing")]
        events = [Event(word, submitted_at + timedelta(seconds=share * plan.queue_seconds)) for share, word in steps]
        if plan.ending is Ending.RESTARTS and plan.executing_at is not None:
            third = plan.planned_seconds / 3
            for lost in (1, 2):
                at = plan.executing_at + timedelta(seconds=third * lost)
                events += [
                    Event("Queued", at, "The instance was reclaimed"),
                    Event("Started", at + timedelta(seconds=9)),
                ]
                events.append(Event("Executing", at + timedelta(seconds=14)))
        return events

    def _end_events(self, force_stop_completes: bool) -> list[Event]:
        completed_at, stopped_at = self.completed_at, self.stopped_at
        if completed_at is None:
            return []
        if not self.is_cut or stopped_at is None:
            # the cause may stand in either of the two
            if self.plan.any_fails and self.plan.number % 2:
                stopping = Event("Stopping", completed_at - timedelta(seconds=3), self.reason())
                return [stopping, Event("Completed", completed_at)]
            return [Event("Completed", completed_at, self.reason())]
        if not self.plan.forced:
            return [Event("Stopping", stopped_at, self.reason()), Event("Completed", completed_at, self.reason())]
        forced = [Event("Force Stop", stopped_at)]
        return [*forced, Event("Completed", completed_at, self.reason())] if force_stop_completes else forced

    def cluster_events(self) -> list[Event]:
        """Every status of the cluster, oldest first; none before there is one."""
        plan, completed_at = self.plan, self.completed_at
        if plan.submitted_at is None or completed_at is None:
            return []
        begins = [(0.35, "Not Started"), (0.5, "Starting"), (0.74, "Started")]
        events = [
            Event(word, plan.submitted_at + timedelta(seconds=share * plan.queue_seconds))
            for share, word in begins
            if plan.ending is not Ending.NO_RESOURCES or word != "Started"
        ]
        ends = [(0.2, "Stop Requested"), (0.3, "Stopping"), (1.0, "Stopped")]
        events = [event for event in events if event.at < completed_at]
        if events:
            events += [
                Event(word, completed_at + timedelta(seconds=share * plan.cluster_lingers)) for share, word in ends
            ]
        return events

    def snapshots_at(self, index: int, now: datetime) -> list[int]:
        """The places, in the order of asking, of the snapshots of a run that are packed and uploaded by now."""
        asked = self.snapshots.get(index, [])
        return [place for place, at in enumerate(asked) if now >= at + timedelta(seconds=_SNAPSHOT_SECONDS)]
