"""What the simulated service knows at a moment."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from runtui.backends.rescale.simulation.job_record import Event, JobRecord
from runtui.backends.rescale.simulation.plan import Ending, JobPlan, Kind, letters
from runtui.backends.rescale.simulation.scenario import Scenario
from runtui.backends.rescale.simulation.store import FileStore, RunFile
from runtui.backends.rescale.simulation.switches import Switches
from runtui.simulation.world import World

_CREATED_FROM = 2_000_000
OWNER = "ada@aero.example"


class Upload(NamedTuple):
    """A file a client sent."""

    id: str
    name: str
    content: bytes
    at: datetime


class RunState(NamedTuple):
    """A run at a moment. `is_active` is from the start of its process until its files are uploaded."""

    run_index: int
    started_at: datetime | None
    completed_at: datetime | None
    has_results: bool

    @property
    def is_active(self) -> bool:
        """Whether it is in progress, as the API means it."""
        return self.started_at is not None and self.completed_at is None


class ServiceState:
    """All jobs, runs and files, read at the world's time."""

    def __init__(self, world: World, switches: Switches, runs: int | None, live: int | None) -> None:
        self.world = world
        self.switches = switches
        self.scenario = Scenario(world, runs, live)
        self.uploads: dict[str, Upload] = {}
        self._records: dict[str, JobRecord] = {}
        self._by_number: dict[int, JobRecord] = {}
        self._newest_first: list[JobRecord] = []
        self._known_coming = 0
        self._created = 0
        self._optimal: dict[str, int | None] = {}
        self._settled: dict[tuple[str, str, object], JobFiles] = {}
        for plan in self.scenario.history():
            self._add(plan)
        self._newest_first.sort(key=lambda record: record.plan.created_at, reverse=True)
        self.files = FileStore(self._by_number, switches)

    def _add(self, plan: JobPlan) -> JobRecord:
        record = JobRecord(plan)
        self._records[plan.id] = record
        self._by_number[plan.number] = record
        self._newest_first.insert(0, record)
        return record

    def _let_come(self, now: datetime) -> None:
        due = self.scenario.coming_count(now)
        while self._known_coming < due:
            self._add(self.scenario.coming(self._known_coming))
            self._known_coming += 1

    def jobs(self, now: datetime) -> list[JobRecord]:
        """Every job there is, newest first."""
        self._let_come(now)
        return self._newest_first

    def job(self, job_id: str, now: datetime) -> JobRecord | None:
        """One job by its id, or None."""
        self._let_come(now)
        return self._records.get(job_id)

    def create(self, body: dict[str, object], now: datetime) -> JobRecord:
        """A draft with what a client sent."""
        self._created += 1
        number = _CREATED_FROM + self._created
        code, runs = _solver(body), _expected_runs(body)
        plan = JobPlan(
            number=number, id=letters(number * 7919 + self.world.seed, 6), name=str(body.get("name") or "Untitled"),
            owner=OWNER, kind=Kind.BASIC if runs == 1 else Kind.SWEEP, solver=code, created_at=now, submitted_at=None,
            salt=number, queue_seconds=6.0, run_count=runs, slots=runs, period=24.0, cluster_lingers=12.0, body=body,
            description=str(body.get("description") or ""),
        )  # fmt: skip
        return self._add(plan)

    def delete(self, record: JobRecord) -> None:
        """Forget a job."""
        record.is_deleted = True
        del self._records[record.plan.id]
        del self._by_number[record.plan.number]
        self._newest_first.remove(record)

    def upload(self, name: str, content: bytes, now: datetime) -> Upload:
        """Keep a file a client sent."""
        upload = Upload(letters(len(self.uploads) * 7_368_787 + 380_204_032 * 3, 6), name, content, now)
        self.uploads[upload.id] = upload
        return upload

    # what is so at a moment

    def events(self, record: JobRecord, now: datetime) -> list[Event]:
        """The statuses a job had until now, oldest first."""
        events = record.events(force_stop_completes=self.switches.force_stop_completes)
        events = [event for event in events if event.at <= now]
        if self.switches.status_word and events and events[-1].word == "Executing":
            events[-1] = events[-1]._replace(word=self.switches.status_word)
        return events

    def cluster_events(self, record: JobRecord, now: datetime) -> list[Event]:
        """The statuses its cluster had until now, oldest first."""
        return [event for event in record.cluster_events() if event.at <= now]

    def run(self, record: JobRecord, index: int, now: datetime) -> RunState:
        """One run."""
        times = record.times(index)
        if times is None or now < times.started_at:
            return RunState(index, None, None, False)
        lost = record.plan.ending is Ending.RESTARTS and not record.is_cut
        if lost or now < times.completed_at:
            return RunState(index, times.started_at, None, False)
        return RunState(index, times.started_at, times.completed_at, times.outcome.value == "success")

    def optimal(self, record: JobRecord) -> int | None:
        """The index of the run an optimisation found to be the best."""
        if record.plan.id not in self._optimal:
            self._optimal[record.plan.id] = record.plan.optimal()
        return self._optimal[record.plan.id]

    def run_indices(self, record: JobRecord, now: datetime) -> range | list[int]:
        """The runs that are listed, in the order of `displayOrder`."""
        every = range(record.plan.run_count)
        if self.switches.lists_unstarted_runs:
            return every
        return [index for index in every if self.run(record, index, now).started_at is not None]

    def is_indexed(self, record: JobRecord, index: int, now: datetime) -> bool:
        """Whether the files of a run that is over are listed."""
        state = self.run(record, index, now)
        if state.completed_at is None:
            return False
        if self.switches.hold_indexing and state.completed_at > self.world.start:
            return False
        return now >= state.completed_at + timedelta(seconds=self.switches.indexing_gap)

    def run_files(self, record: JobRecord, index: int, now: datetime) -> list[RunFile]:
        """The stored files of a run: those of its end once they are indexed, and its snapshots."""
        indexed = self.is_indexed(record, index, now)
        files = self.files.final(record, index) if indexed else []
        if indexed or self.switches.snapshot_listed_early:
            files = files + [self.files.snapshot(record, index, at) for at in record.snapshots_at(index, now)]
        return files

    def job_files(self, record: JobRecord, now: datetime, search: str) -> "JobFiles":
        """The stored files of all runs of a job whose name holds `search`; kept for jobs where no more will come."""
        completed_at = record.completed_at
        rest = timedelta(seconds=self.switches.indexing_gap + 60)
        if completed_at is None or now < completed_at + rest or self.switches.hold_indexing or record.snapshots:
            return JobFiles(self, record, now, search)
        key = (record.plan.id, search, self.files.variant)
        if key not in self._settled:
            if len(self._settled) > 64:
                self._settled.clear()
            self._settled[key] = JobFiles(self, record, now, search)
        return self._settled[key]


class JobFiles:
    """The stored files of a job, counted without making them: a page costs what is on the page."""

    def __init__(self, state: ServiceState, record: JobRecord, now: datetime, search: str) -> None:
        self._state = state
        self._record = record
        self._now = now
        self._search = search
        counts = (self._count(index) for index in range(record.plan.run_count))
        self._ends = list(accumulate(counts))
        self.total = self._ends[-1] if self._ends else 0

    def _count(self, index: int) -> int:
        state, record = self._state, self._record
        found = 0
        if state.is_indexed(record, index, self._now):
            found = state.files.count(record, index, self._search)
        if index in record.snapshots:
            files = state.run_files(record, index, self._now)
            found += sum(file.is_snapshot and self._search in file.name for file in files)
        return found

    def page(self, start: int, end: int) -> Iterator[RunFile]:
        """The files from one place to another."""
        for index in range(bisect_right(self._ends, start), len(self._ends)):
            begins = self._ends[index - 1] if index else 0
            if begins >= end:
                return
            files = self._state.run_files(self._record, index, self._now)
            matching = [file for file in files if self._search in file.name]
            yield from matching[max(0, start - begins) : end - begins]


def _solver(body: dict[str, object]) -> str:
    analyses = body.get("jobanalyses")
    first = analyses[0] if isinstance(analyses, list) and analyses else {}
    analysis = first.get("analysis") if isinstance(first, dict) else {}
    code = str(analysis.get("code", "")) if isinstance(analysis, dict) else ""
    known = {"openfoam": "openfoam", "fluent": "fluent", "starccm": "starccm", "star-ccm": "starccm", "cfx": "cfx"}
    return next((solver for part, solver in known.items() if part in code.lower()), code or "user_included")


def _expected_runs(body: dict[str, object]) -> int:
    expected = body.get("expectedRuns")
    return min(2000, max(1, expected)) if isinstance(expected, int) else 1
