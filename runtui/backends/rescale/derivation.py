"""What became of a run, which the service does not say.

A run has two dates, its job a word and a reason, and its log a last line. From these, with the sentence that says why:

    started   completed   job                         status
    no        no          queued, starting, executing queued
    no        no          stopping                    queued, and may never run
    no        no          over                        stopped: it never ran
    yes       no          executing, or unknown       running
    yes       no          stopping, Force Stop        stopping
    yes       no          over                        ended, its end is not known
    any       yes         any                         ended; succeeded, failed or stopped by evidence alone

Evidence is, first, the exit code in the log's last line; then the job's reason if it has this one run. A run that
holds others (an optimisation, an iteration) is judged by those.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from runtui.backends.rescale.mapping import SERVICE, JobPhase, JobState, moment_note, run_id, status_of_reason
from runtui.model.job import Job
from runtui.model.run import Run
from runtui.model.status import Status

FORCED_LONG_AGO: Final = timedelta(minutes=10)
"""A Force Stop that nothing followed for that long is taken for the last word."""

PLACEHOLDER: Final = "placeholder"
"""Among a run's extras: the service lists no run yet, this line stands for the job."""

_EXITED: Final = re.compile(rb"Exited with code (-?\d{1,10})\s*$")
_TERMINATED: Final = frozenset({143, -15})
_KILLED_WITH_JOB: Final = frozenset({130, 137, -2, -9})


class Evidence(StrEnum):
    """What a look at the log of an ended run came to."""

    NONE = "none"
    """Nobody has looked yet."""
    EXIT_CODE = "exit code"
    NO_EXIT_LINE = "no exit line"
    NO_LOG = "no log"


class LastWords(msgspec.Struct, frozen=True):
    """How the log of an ended run ends."""

    evidence: Evidence = Evidence.NONE
    exit_code: int | None = None


def last_words(end_of_log: bytes) -> LastWords:
    """What the last line that is not empty says."""
    lines = [line for line in end_of_log.splitlines() if line.strip()]
    match = _EXITED.search(lines[-1]) if lines else None
    return LastWords(Evidence.NO_EXIT_LINE) if match is None else LastWords(Evidence.EXIT_CODE, int(match[1]))


def is_over(state: JobState, now: datetime) -> bool:
    """Whether nothing more will happen to a job. `now` is the service's clock."""
    if state.phase is not JobPhase.FORCE_STOP:
        return state.phase.is_final
    if state.has_stopped_cluster:
        return True
    return state.changed_at is not None and now - state.changed_at > FORCED_LONG_AGO


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is judged in: its job's state, whether the job is over, and whether the run is its only one."""

    state: JobState
    is_over: bool
    is_only_run: bool


def judged(run: Run, setting: Setting, words: LastWords) -> Run:
    """The run with its status, the job's own word beside it, and the reason."""
    status, reason = _judgement(run, setting, words)
    state = setting.state
    extra = run.extra
    if setting.is_over and run.started_at is not None and run.ended_at is None and state.changed_at is not None:
        extra = extra | {"ended_before": moment_note(state.changed_at)}
    return replace(
        run,
        status=status,
        status_text=state.word,
        reason=reason,
        message=state.reason,
        exit_code=words.exit_code,
        extra=extra,
    )


def _judgement(run: Run, setting: Setting, words: LastWords) -> tuple[Status, str]:
    state = setting.state
    if run.ended_at is not None:
        return _ended(setting, words)
    if run.started_at is None:
        return _not_started(setting)
    if setting.is_over:
        return _ended_unseen(setting, words)
    if state.phase in (JobPhase.STOPPING, JobPhase.FORCE_STOP):
        return Status.STOPPING, f"the job is {state.spoken}; its processes are being ended"
    return Status.RUNNING, "it has started and is not completed"


def _not_started(setting: Setting) -> tuple[Status, str]:
    state = setting.state
    if setting.is_over:
        return Status.STOPPED, f"it never ran: the job was over before its turn ({state.spoken})"
    match state.phase:
        case JobPhase.STOPPING | JobPhase.FORCE_STOP:
            return Status.QUEUED, f"it waits, and will hardly run: the job is {state.spoken}"
        case JobPhase.UNKNOWN:
            return Status.UNKNOWN, f"it has not started, and the job says {state.word!r}"
        case JobPhase.EXECUTING:
            return Status.QUEUED, "the job executes; this run has not started yet"
        case _:
            return Status.QUEUED, f"the job is {state.word or 'not submitted'}"


def _ended_unseen(setting: Setting, words: LastWords) -> tuple[Status, str]:
    said = _by_evidence(setting, words)
    note = "; when it ended is not known"
    if said is not None:
        return said[0], said[1] + note
    return Status.ENDED, f"the job is over ({setting.state.spoken}), this run was never marked completed{note}"


def _ended(setting: Setting, words: LastWords) -> tuple[Status, str]:
    said = _by_evidence(setting, words)
    if said is not None:
        return said
    reason = setting.state.reason
    if status_of_reason(reason) is Status.FAILED:
        return Status.ENDED, f"a run of this job failed ({setting.state.spoken}), and {_unsaid(words)}"
    return Status.ENDED, f"it is completed, and {_unsaid(words)}"


def _unsaid(words: LastWords) -> str:
    match words.evidence:
        case Evidence.NO_EXIT_LINE:
            return "the log's last line gives no exit code"
        case Evidence.NO_LOG:
            return "it left no process_output.log to tell how it ended"
        case _:
            return "its log has not been read to tell how it ended"


def _by_evidence(setting: Setting, words: LastWords) -> tuple[Status, str] | None:
    if words.exit_code is not None:
        return _by_exit_code(setting, words.exit_code)
    state = setting.state
    if setting.is_only_run and setting.is_over:
        status = Status.FAILED if state.phase is JobPhase.FAILED else status_of_reason(state.reason)
        if status is None and state.phase in (JobPhase.FORCE_STOP, JobPhase.STOPPED):
            status = Status.STOPPED
        if status is not None:
            return status, f"it is the job's only run, and the job is {state.spoken}"
    return None


def _by_exit_code(setting: Setting, code: int) -> tuple[Status, str]:
    said = f"the log's last line says exit code {code}"
    if code == 0:
        return Status.SUCCEEDED, said
    if code in _TERMINATED:
        return Status.STOPPED, f"{said}: it was told to stop"
    ended_by_person = setting.state.phase in (JobPhase.STOPPING, JobPhase.FORCE_STOP, JobPhase.STOPPED)
    if code in _KILLED_WITH_JOB and (ended_by_person or status_of_reason(setting.state.reason) is Status.STOPPED):
        return Status.STOPPED, f"{said}, and the job is {setting.state.spoken}"
    return Status.FAILED, said


def judged_by_parts(run: Run, parts: Sequence[Run]) -> Run:
    """A run that holds others, once it has ended without evidence of its own: judged by those it holds."""
    if run.status is not Status.ENDED or not parts or not all(part.status.is_final for part in parts):
        return run
    good = sum(part.status is Status.SUCCEEDED for part in parts)
    if good == len(parts):
        return replace(run, status=Status.SUCCEEDED, reason=f"all {len(parts)} runs below it succeeded")
    return replace(run, reason=f"{good} of the {len(parts)} runs below it succeeded")


def with_parts_judged(runs: Iterable[Run]) -> list[Run]:
    """The runs of a job, those that hold others judged by them: iterations first, then what holds iterations."""
    judged_runs = {run.id: run for run in runs}
    below: dict[str, list[str]] = {}
    for run in judged_runs.values():
        if run.parent_id is not None:
            below.setdefault(run.parent_id, []).append(run.id)
    for _ in range(2):
        for parent_id, ids in below.items():
            if parent_id in judged_runs:
                judged_runs[parent_id] = judged_by_parts(judged_runs[parent_id], [judged_runs[one] for one in ids])
    return list(judged_runs.values())


def placeholder(profile: str, job: Job, state: JobState, *, is_over: bool) -> Run:
    """The line of a submitted job the service lists no run of: it waits, or ended before any run."""
    status, reason = _placeholder_judgement(state, is_over)
    extra = {PLACEHOLDER: "true"}
    if state.cluster:
        extra["cluster"] = state.cluster
    return Run(
        profile=profile,
        service=SERVICE,
        id=run_id(job.id, "1"),
        job=job.name,
        job_id=job.id,
        name=job.name,
        status=status,
        status_text=state.word,
        reason=reason,
        message=state.reason,
        created_at=job.created_at,
        owner=job.owner,
        extra=extra,
    )


def _placeholder_judgement(state: JobState, is_over: bool) -> tuple[Status, str]:
    if is_over:
        said = status_of_reason(state.reason)
        status = Status.ENDED if said in (None, Status.SUCCEEDED) else said
        return status or Status.ENDED, f"the job is {state.spoken}; no run of it ever started"
    match state.phase:
        case JobPhase.STOPPING | JobPhase.FORCE_STOP:
            return Status.STOPPING, f"the job is {state.spoken}; it has no runs yet"
        case JobPhase.STARTING:
            return Status.QUEUED, f"the job is being started ({state.word}); it has no runs yet"
        case JobPhase.EXECUTING:
            return Status.QUEUED, "the job executes; no run of it is listed yet"
        case JobPhase.UNKNOWN:
            return Status.UNKNOWN, f"the job says {state.word!r}; it has no runs yet"
        case _:
            return Status.QUEUED, f"the job waits ({state.word}); it has no runs yet"
