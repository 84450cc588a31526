"""What a session remembers of each job, so that what cannot have changed is not asked again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from runtui.backends.rescale.derivation import (
    PLACEHOLDER,
    Evidence,
    LastWords,
    Setting,
    is_over,
    judged,
    with_parts_judged,
)
from runtui.backends.rescale.mapping import JobPhase, JobState, parts_of
from runtui.model.job import Job
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Role

_MOST_LOOKS = 4
_ALL_KNOWN_AFTER = timedelta(minutes=10)
_UNKNOWN = LastWords()


class JobMemory:
    """One job: its latest state, its runs as they were last given out, and what their logs said at the end."""

    def __init__(self, job: Job, state: JobState) -> None:
        self.job = job
        self.state = state
        self.runs: dict[str, Run] = {}
        self.words: dict[str, LastWords] = {}
        self.told_to_stop: set[str] = set()
        """Runs this session asked to stop: the service shows no difference until their files are up."""
        self.roles: dict[str, Role] | None = None
        """Roles of the variables by name; None until they were asked for."""
        self.is_reason_known = False
        self.runs_listed_for: str | None = None
        """The job's word when its runs were last listed whole; None when they never were."""
        self.is_settled = False
        """The job was over when its runs were listed: they are not listed again."""
        self.unexplained: list[str] = []
        """Ids of runs that have ended and whose log nobody has read, except where that failed too often."""
        self._looks: dict[str, int] = {}

    def note(self, job: Job, state: JobState) -> bool:
        """Take over what a list of jobs says; True when that is anything new. A known reason is kept."""
        if state.word != self.state.word:
            self.is_reason_known = False
        elif self.is_reason_known:
            state = JobState(
                word=state.word, reason=self.state.reason, changed_at=self.state.changed_at, cluster=state.cluster
            )
        is_new = state != self.state or job.name != self.job.name
        self.job, self.state = job, state
        return is_new

    def is_over(self, now: datetime) -> bool:
        """Whether nothing more will happen to the job."""
        return is_over(self.state, now)

    @property
    def real_runs(self) -> list[Run]:
        """The runs the service lists."""
        return [run for run in self.runs.values() if PLACEHOLDER not in run.extra]

    def judge(self, runs: Iterable[Run], now: datetime, *, is_only_run: bool) -> list[Run]:
        """The runs with their statuses, from all that is known."""
        setting = Setting(state=self.state, is_over=self.is_over(now), is_only_run=is_only_run)
        fresh = [judged(run, setting, self.words.get(run.id, _UNKNOWN)) for run in runs]
        return [_told_to_stop(run) if run.id in self.told_to_stop else run for run in fresh]

    def judge_again(self, now: datetime) -> list[Run]:
        """Judge the remembered runs anew; gives those that are other than before."""
        runs = self.real_runs
        fresh = with_parts_judged(self.judge(runs, now, is_only_run=len(runs) == 1))
        changed = [run for run in fresh if run != self.runs[run.id]]
        self.runs |= {run.id: run for run in changed}
        self._note_unexplained()
        return changed

    def hold(self, runs: Iterable[Run]) -> None:
        """Remember these as the job's runs, in place of those before."""
        self.runs = {run.id: run for run in runs}
        self._note_unexplained()

    def _note_unexplained(self) -> None:
        self.unexplained = [
            run.id
            for run in self.runs.values()
            if run.status is Status.ENDED
            and self.words.get(run.id, _UNKNOWN).evidence is Evidence.NONE
            and self._looks.get(run.id, 0) < _MOST_LOOKS
            and PLACEHOLDER not in run.extra
        ]

    def count_look(self, run_id: str) -> None:
        """Remember that looking at a run's log led to nothing once more."""
        self._looks[run_id] = self._looks.get(run_id, 0) + 1

    def is_complete(self, now: datetime) -> bool:
        """Whether nothing about the runs of a job that is over can still come: reason, ends, lists of files."""
        if not self.is_reason_known and self.state.phase is not JobPhase.DRAFT:
            return False
        since = None if self.state.changed_at is None else now - self.state.changed_at
        if since is None or since > _ALL_KNOWN_AFTER:
            return True
        return not any(
            run.started_at is not None and (run.ended_at is None or not run.output_count) for run in self.real_runs
        )


def _told_to_stop(run: Run) -> Run:
    if run.status is not Status.RUNNING:
        return run
    return replace(run, status=Status.STOPPING, reason="it was asked to stop; its files are still being uploaded")


class Memory:
    """Every job of the session."""

    def __init__(self) -> None:
        self.jobs: dict[str, JobMemory] = {}

    def noted(self, job: Job, state: JobState) -> tuple[JobMemory, bool]:
        """The memory of a job, and whether the job is new or has changed."""
        known = self.jobs.get(job.id)
        if known is None:
            known = self.jobs[job.id] = JobMemory(job, state)
            return known, True
        return known, known.note(job, state)

    def run(self, run_id: str) -> Run | None:
        """A run as it was last given out."""
        parts = parts_of(run_id)
        job = self.jobs.get(parts[0]) if parts else None
        return job.runs.get(run_id) if job else None
