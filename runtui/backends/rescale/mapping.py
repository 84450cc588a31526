"""Rescale's words in ours.

    Rescale                           here
    job                               Job; also the scope runs are listed in
    run (1 optimisation, 2 iteration, 3 case)   Run, with the id `JOB/RUN`; `parent` is its parent
    variable (Param, Design, Case)    Variable, input
    variable (Output)                 Variable, output
    variable (Objective, Constraint)  Variable, result
    status of a job                   `JOB_PHASES` below; a run's status is derived in `derivation`
    statusReason                      Job.reason, and part of Run.reason
    cluster status                    Job.cluster_text, and `cluster` among a run's extras
    file with typeId 5 / 11 / 12      OutputFile of kind output / checkpoint / snapshot
    process_output.log                the first log source: the command's stdout and stderr

A job's word is written as `Waiting for Cluster` or `WAITING_FOR_CLUSTER`: cases and underscores are no difference.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from runtui.backends.rescale.wire import (
    WireFile,
    WireJob,
    WireJobDetail,
    WireJobVariable,
    WireRun,
    WireStatus,
    WireUser,
    WireVariable,
)
from runtui.model.identity import Identity
from runtui.model.job import Job
from runtui.model.moment import format_moment, parse_moment
from runtui.model.output_file import FileHash, OutputFile
from runtui.model.run import Run
from runtui.model.secret_names import is_secret_name
from runtui.model.start_form import InputForm, StartForm
from runtui.model.status import Status
from runtui.model.variable import Role, Variable
from runtui.transport.decoding import Item, extra_texts

SERVICE: Final = "rescale"


class JobPhase(StrEnum):
    """Where a job stands, as far as its word tells. `Completed` is no success: only its reason tells."""

    DRAFT = "draft"
    QUEUED = "queued"
    STARTING = "starting"
    EXECUTING = "executing"
    STOPPING = "stopping"
    FORCE_STOP = "force stop"
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"
    UNKNOWN = "unknown"

    @property
    def is_early(self) -> bool:
        """Whether it has not executed yet, as far as the word tells: it may have, and gone back to the queue."""
        return self in (JobPhase.QUEUED, JobPhase.STARTING)

    @property
    def is_final(self) -> bool:
        """Whether nothing follows. A Force Stop may be the last word or not: `derivation` decides by its age."""
        return self in (JobPhase.COMPLETED, JobPhase.FAILED, JobPhase.STOPPED)


JOB_PHASES: Final[Mapping[str, JobPhase]] = {
    "": JobPhase.DRAFT,
    "not submitted": JobPhase.DRAFT,
    "pending": JobPhase.QUEUED,
    "queued": JobPhase.QUEUED,
    "waiting for queue": JobPhase.QUEUED,
    "waiting for cluster": JobPhase.QUEUED,
    "started": JobPhase.STARTING,
    "validated": JobPhase.STARTING,
    "executing": JobPhase.EXECUTING,
    "stopping": JobPhase.STOPPING,
    "force stop": JobPhase.FORCE_STOP,
    "force stopped": JobPhase.STOPPED,
    "stopped": JobPhase.STOPPED,
    "terminated": JobPhase.STOPPED,
    "completed": JobPhase.COMPLETED,
    "failed": JobPhase.FAILED,
}
"""Every word that was seen, in lower case; any other is unknown."""

_PHASE_STATUSES: Final[Mapping[JobPhase, Status]] = {
    JobPhase.DRAFT: Status.UNKNOWN,
    JobPhase.QUEUED: Status.QUEUED,
    JobPhase.STARTING: Status.QUEUED,
    JobPhase.EXECUTING: Status.RUNNING,
    JobPhase.STOPPING: Status.STOPPING,
    JobPhase.FORCE_STOP: Status.STOPPING,
    JobPhase.COMPLETED: Status.ENDED,
    JobPhase.FAILED: Status.FAILED,
    JobPhase.STOPPED: Status.STOPPED,
    JobPhase.UNKNOWN: Status.UNKNOWN,
}
_REASONS: Final[tuple[tuple[str, Status], ...]] = (
    ("success", Status.SUCCEEDED),
    ("run failed", Status.FAILED),
    ("exceeded", Status.FAILED),
    ("could not allocate", Status.FAILED),
    ("terminated", Status.STOPPED),
)
"""What a reason of a completed job says, by the first words found in it."""

_INPUT_TYPES: Final = frozenset({"param", "design", "case"})
_RESULT_TYPES: Final = frozenset({"objective", "constraint"})
_KINDS: Final = {
    1: "input", 2: "template", 3: "parameter", 4: "script", 5: "output", 7: "design variables", 8: "case",
    9: "optimizer", 10: "temporary", 11: "checkpoint", 12: "snapshot",
}  # fmt: skip
SNAPSHOT: Final = "snapshot"
_RUN_TYPES: Final = {1: "optimization", 2: "iteration", 3: "case"}
_ALGORITHMS: Final = frozenset({"md5", "sha1", "sha256", "sha384", "sha512"})
_OUR_ID: Final = re.compile(r"([A-Za-z0-9_-]+)/([A-Za-z0-9_-]+)")
RUN_TYPE: Final = "type"
CLUSTER: Final = "cluster"


def phase_of(word: str) -> JobPhase:
    """What a job's word means."""
    return JOB_PHASES.get(" ".join(word.replace("_", " ").lower().split()), JobPhase.UNKNOWN)


def status_of_reason(reason: str) -> Status | None:
    """What the reason of a completed job says of it; None when it says nothing we know."""
    lower = reason.lower()
    return next((status for words, status in _REASONS if words in lower), None)


class JobState(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of how a job stands. `changed_at` is when it took its latest word on, aware UTC."""

    word: str = ""
    reason: str = ""
    changed_at: datetime | None = None
    cluster: str = ""

    @property
    def phase(self) -> JobPhase:
        """What the word means."""
        return phase_of(self.word)

    @property
    def status(self) -> Status:
        """The job's own status: a completed one has only ended until its reason says more.

        A Force Stop whose cluster has stopped is over, even if no further word ever comes.
        """
        if self.phase is JobPhase.COMPLETED:
            return status_of_reason(self.reason) or Status.ENDED
        if self.phase is JobPhase.FORCE_STOP and self.has_stopped_cluster:
            return Status.STOPPED
        return _PHASE_STATUSES[self.phase]

    @property
    def has_stopped_cluster(self) -> bool:
        """Whether its machines are given back: nothing of it runs, and nothing more is billed."""
        return self.cluster.strip().lower() == "stopped"

    @property
    def spoken(self) -> str:
        """The job's state as part of a sentence: `Completed: A run failed`."""
        return f"{self.word}: {self.reason}" if self.reason else self.word


def job_state(statuses: Iterable[WireStatus], cluster: str = "") -> JobState:
    """The state a history of statuses tells. Its order is not relied on; a reason may stand before the last word."""
    dated = [(parse_moment(status.status_date), place, status) for place, status in enumerate(statuses)]
    if not dated:
        return JobState(cluster=cluster)
    # newest first; of those at one moment, the service's order
    dated.sort(key=lambda entry: (entry[0] is None, -entry[0].timestamp() if entry[0] else 0.0, entry[1]))
    changed_at, _, latest = dated[0]
    reason = latest.status_reason or ""
    if not reason and phase_of(latest.status).is_final:
        endings = [s for _, _, s in dated[1:] if phase_of(s.status) in (JobPhase.STOPPING, JobPhase.FORCE_STOP)]
        reason = next((status.status_reason for status in endings if status.status_reason), "")
    return JobState(word=latest.status, reason=reason, changed_at=changed_at, cluster=cluster)


def listed_state(wire: WireJob) -> JobState:
    """The state a list of jobs tells: a word and the cluster, rarely the reason, never since when."""
    label, cluster = wire.job_status, wire.cluster_status_display
    return JobState(
        word=(label.content or "") if label else "",
        reason=(label.status_reason or "") if label else "",
        cluster=(cluster.content or "") if cluster else "",
    )


def job_of(profile: str, item: Item[WireJob], state: JobState) -> Job:
    """A job of a list."""
    wire = item.value
    extra = extra_texts(item.unknown)
    if wire.analysis_names:
        extra["software"] = ", ".join(wire.analysis_names)
    if wire.storage is not None:
        extra["storage_bytes"] = str(wire.storage)
    return Job(
        profile=profile,
        service=SERVICE,
        id=wire.id,
        name=wire.name or wire.id,
        status=state.status,
        status_text=state.word or "draft",
        reason=_job_reason(state),
        cluster_text=state.cluster,
        owner=wire.owner or "",
        created_at=parse_moment(wire.date_inserted),
        start_form=_start_form(state),
        extra=extra,
    )


def _start_form(state: JobState) -> StartForm:
    """A draft is submitted as it is; a job that was submitted runs no second time (Rescale API reference, Jobs)."""
    is_draft = state.phase is JobPhase.DRAFT
    refusal = "" if is_draft else "It was submitted before, and a job runs once: clone it on the web page."
    return StartForm(inputs=InputForm.NONE, refusal=refusal)


def new_job(profile: str) -> Job:
    """What is started to create a job: the inputs are the body of `POST jobs/`."""
    return Job(
        profile=profile,
        service=SERVICE,
        id="",
        name="a new job",
        description="One JSON object: its name, and jobanalyses, each with analysis, command and hardware.",
        start_form=StartForm(inputs=InputForm.DOCUMENT, has_name=True),
    )


def _job_reason(state: JobState) -> str:
    return "a draft: it has not been submitted" if state.phase is JobPhase.DRAFT else state.reason


def job_of_detail(profile: str, item: Item[WireJobDetail], state: JobState) -> Job:
    """A job with its declared inputs."""
    wire = item.value
    return Job(
        profile=profile,
        service=SERVICE,
        id=wire.id,
        name=wire.name or wire.id,
        description=wire.description or "",
        status=state.status,
        status_text=state.word or "draft",
        reason=_job_reason(state),
        cluster_text=state.cluster,
        owner=wire.owner or "",
        created_at=parse_moment(wire.date_inserted),
        run_count=wire.expected_runs,
        inputs=tuple(_declared(variable) for variable in wire.jobvariables or ()),
        start_form=_start_form(state),
        extra=extra_texts(item.unknown) | _made_of(wire),
    )


def _declared(wire: WireJobVariable) -> Variable:
    kinds = " ".join(part for part in (wire.variable_type, wire.value_generator_type) if part)
    return Variable(name=wire.name, role=role_of_type(wire.variable_type), type=kinds)


def _made_of(wire: WireJobDetail) -> dict[str, str]:
    """Software, command and machine of each step, and the kind of job, which the service does not say itself."""
    made = {"kind": job_kind(wire)}
    for number, step in enumerate(wire.jobanalyses or (), 1):
        suffix = "" if number == 1 else f"_{number}"
        if step.analysis is not None:
            software = (step.analysis.name or step.analysis.code, step.analysis.version_name or step.analysis.version)
            made["software" + suffix] = " ".join(part for part in software if part)
        if step.command:
            made["command" + suffix] = step.command
        if step.hardware is not None:
            core = step.hardware.core_type
            code = core.get("code") if isinstance(core, dict) else core
            named = {"core_type": code, "cores_per_slot": step.hardware.cores_per_slot, "slots": step.hardware.slots,
                     "walltime_hours": step.hardware.walltime}  # fmt: skip
            made |= {name + suffix: str(value) for name, value in named.items() if value is not None}
    return made


def job_kind(wire: WireJobDetail) -> str:
    """`optimization`, `doe` or `basic`: derived, no field says it."""
    if wire.optimizer:
        return "optimization"
    if wire.param_file or wire.case_file or wire.jobvariables or (wire.expected_runs or 0) > 1:
        return "doe"
    return "basic"


def role_of_type(variable_type: str | None) -> Role:
    """What a job's variable is to its runs."""
    lower = (variable_type or "").lower()
    if lower in _RESULT_TYPES:
        return Role.RESULT
    return Role.OUTPUT if lower == "output" else Role.INPUT


def run_id(job_id: str, number: str) -> str:
    """Our id of a run: its own is unique within its job only."""
    return f"{job_id}/{number}"


def parts_of(our_id: str) -> tuple[str, str] | None:
    """Job and run of our id, or None for a text that is no such id."""
    match = _OUR_ID.fullmatch(our_id)
    return (match[1], match[2]) if match else None


def run_of(profile: str, job: Job, item: Item[WireRun], roles: Mapping[str, Role]) -> Run:
    """A run without its status, which `derivation` tells. `roles` are those of variables by name."""
    wire = item.value
    extra = extra_texts(item.unknown)
    if wire.type is not None:
        extra[RUN_TYPE] = _RUN_TYPES.get(wire.type, str(wire.type))
    if wire.display_order is not None:
        extra["order"] = str(wire.display_order)
    if job.cluster_text:
        extra[CLUSTER] = job.cluster_text
    return Run(
        profile=profile,
        service=SERVICE,
        id=run_id(job.id, wire.id),
        job=job.name,
        job_id=job.id,
        name=f"run {wire.id}",
        created_at=job.created_at,
        started_at=parse_moment(wire.started),
        ended_at=parse_moment(wire.date_completed),
        owner=job.owner,
        parent_id=run_id(job.id, wire.parent) if wire.parent else None,
        is_optimal=bool(wire.is_optimal),
        output_count=wire.output_file_count,
        output_bytes=wire.output_file_size,
        variables=tuple(_variable(variable, roles) for variable in wire.variables or ()),
        extra=extra,
    )


def _variable(wire: WireVariable, roles: Mapping[str, Role]) -> Variable:
    role = roles.get(wire.name, Role.INPUT)
    if is_secret_name(wire.name):
        return Variable(name=wire.name, role=role, text="***", secret=True)
    text = wire.display_value if wire.display_value is not None else _plain(wire.value)
    kind = "number" if isinstance(wire.value, float) else ""
    if wire.is_relative:
        kind = f"{kind}, relative to the default".removeprefix(", ")
    return Variable(name=wire.name, role=role, type=kind, value=wire.value, text=text)


def _plain(value: float | str | None) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else value


def guessed_roles(runs: Iterable[WireRun]) -> dict[str, Role]:
    """Roles where the job declares none: what is missing from runs that are not over is an output."""
    before: set[str] = set()
    after: set[str] = set()
    pending = False
    for run in runs:
        names = {variable.name for variable in run.variables or ()}
        if run.date_completed is None:
            pending = True
            before |= names
        else:
            after |= names
    return dict.fromkeys(after - before, Role.OUTPUT) if pending and before else {}


def file_of(item: Item[WireFile]) -> OutputFile:
    """A stored file of a run."""
    wire = item.value
    hashes = [FileHash("md5", wire.md5.lower())] if wire.md5 else []
    for checksum in wire.file_checksums or ():
        algorithm = (checksum.hash_function or "").lower().replace("-", "")
        if checksum.file_hash and algorithm in _ALGORITHMS:
            hashes.append(FileHash(algorithm, checksum.file_hash.lower()))
    return OutputFile(
        id=wire.id,
        path=wire.relative_path or wire.name or wire.id,
        size=wire.decrypted_size,
        modified_at=parse_moment(wire.date_uploaded),
        hashes=tuple(sorted(hashes, key=lambda one: one.algorithm, reverse=True)),
        kind=_KINDS.get(wire.type_id or 5, str(wire.type_id)),
    )


def run_number_of(job_id: str, storage_key: str) -> str | None:
    """The run a stored file belongs to, told from its key `.../job_JOB/runN/...`; None when it does not say."""
    _, found, rest = storage_key.partition(f"job_{job_id}/run")
    number = rest.partition("/")[0]
    return number if found and number else None


def identity_of(wire: WireUser) -> Identity:
    """Who the service says we are."""
    company = wire.company or {}
    workspace = wire.workspace or {}
    places = [str(place) for place in (company.get("name") or company.get("code"), workspace.get("name")) if place]
    return Identity(name=wire.full_name or "", email=wire.email or "", organisation=", ".join(places))


def moment_note(moment: datetime | None) -> str:
    """A moment for a sentence or an extra; empty for none."""
    return format_moment(moment) or ""
