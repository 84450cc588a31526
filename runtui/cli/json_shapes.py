"""The JSON of the command line. Scripts rely on it: fields are added, never renamed, and never change their meaning.

Moments are ISO 8601 in UTC with a `Z`, sizes are bytes, spans are seconds. What is not known is null, a text that the
service does not give is empty. Statuses are `queued`, `running`, `stopping`, `succeeded`, `failed`, `stopped`, `ended`
(over, outcome not known) and `unknown`; the service's own word stands beside them in `status_text`. A secret is never
there: its `value` is null. `extra` holds what only this service has, by name, as texts.

run (`list`, `show`, and where a command returns a run)
    reference       profile:id, what every command takes as RUN
    profile, service, id
    job, job_id     name and id of what it is listed under
    name
    status, status_text
    reason          why the status is what it is, where it had to be derived
    created_at, started_at, ended_at
    took_seconds    from start to end, or to now while it lives
    owner
    message         the service's word on what happened
    exit_code
    progress        share done, 0 to 1
    parent_id       id of the run this one is a part of
    is_optimal
    files, bytes    how many output files there are and their size together
    variables       list of variable, in the service's order
    extra

change (`changes`): a run as above, or for one that is gone its reference, profile and id alone, and
    change          failed, ended (and did not fail), changed (lives, with another status), appeared or gone
    before          its status at the last look, null when it was not there

variable
    name
    role            input, parameter, output or result
    type            the service's word
    value           number, true or false, text, or null; a JSON object or list is given as its JSON text
    text            what the service shows for it
    default         text of the default, where it differs from what was set
    secret          whether the value is kept back
    file_id         id of the output file it names

node (`nodes`)
    id, name
    kind            the service's word: model, input, call ...
    status, status_text
    started_at, ended_at, took_seconds
    parent_id       id of the node whose part it is; `depth` says how deep it lies
    depth
    needs           ids of the nodes that come before
    shard, attempt
    exit_code, message
    has_log         whether `logs RUN NODE` can show something
    run_id          id of the run the node is itself, with a log and files of its own; null for most
    extra

file (`files`)
    id
    path            as the service has it, with / between its parts; not always a safe name on this machine
    name            the path's last part
    size
    modified_at
    hashes          object: algorithm (md5, sha256, sha512) -> hex
    kind            output, snapshot, checkpoint, report, log, or the service's word
    location        where it lies when that is not the service itself
    world           running (a live run's folder), gap (ended, not listed anew yet) or finished

report (`report list`, `report show`, `report create`)
    id, name
    status, status_text
    created_at, ended_at
    owner
    files           list of file: id, path, location
    extra

subscription (`subscribe`)
    id
    email           who is told by mail
    job_id, job     of whose runs; kind as in job
    kind
    created_at

report that can be made (`report create` without REPORT)
    id, name
    description

group (`groups`)
    id              what `list --group` takes
    created_at
    about           by what its runs belong together, as far as the service tells
    extra

comparison (`diff`)
    runs            references in the order they were given
    reference       the run the others are measured against
    rows            list of row: name, role (null for what every run has: status, took ..., and for a series), unit
                    (seconds, bytes, moment or empty), pattern (of a series, else empty), differs, and for each run its
                    value (of a series the last), text, delta and share (how far a number is from the reference run's,
                    in seconds for moments, and that as a share)
    series          list of {pattern, name, runs}: runs are {run, log, points} with points as those of a series

transfer (`download --jsonl`, a line for every change)
    run             reference of the run
    file            id of the output file
    path            as the service has it
    target          absolute path of the file on this machine
    state           queued, asking, active, paused, verifying, done, failed, cancelled or skipped (it was there already,
                    and the same, or was to be left alone)
    received, size
    rate            bytes per second
    seconds
    verified        what was compared with the service's word
    error, hint
    note            what a person should know though it is no error: resumed, or begun anew because the file changed

job (`jobs`)
    profile, service, id, name, kind, version, description, owner, created_at, extra
    status, status_text, reason, cluster    where the service tells them
    run_count       the service's own number of runs; null when it says none
    startable       whether a run of it can be started
    inputs          list of: name, role, type, secret, default (null for none and for a secret)

series (`logs --series`)
    run             reference of the run
    pattern, name   as it was written, and what the series is called
    logs            list of {log, points}: points are {line (from 1), time (null where the log does not tell), value
                    (null for what is no finite number), text (nan, inf or -inf, null for a finite one)}

catalogue table (`catalogue PROFILE`): name, help, of (what its entries can be narrowed to), below (the table whose
                entries belong to one of these)
catalogue entry (`catalogue PROFILE TABLE`)
    id, name
    created_at
    facts           object: what the service says of it, by name, as texts
filter (`find PROFILE` without a filter): name, help
allowance (`usage`): name, used, limit (null for none), unit (runs, bytes, seconds or the service's own word)

profile (`profiles`)
    name, service, url
    origin          the file and line it is configured at, or where it was found on this machine
    configured      false for what was found and stands in no configuration
    error           what is wrong with its configuration; null when nothing is
    checked         `profiles --check` only: true when it answers and accepts the credentials
    identity        `profiles --check` only: name, email and organisation, as far as the service tells
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from runtui.config.profile import Profile
from runtui.model.catalogue import CatalogueEntry, CatalogueTable
from runtui.model.changes import Change
from runtui.model.identity import Identity
from runtui.model.inputs import default_text
from runtui.model.job import Job
from runtui.model.moment import format_moment
from runtui.model.node import Node
from runtui.model.output_file import FilesWorld, OutputFile
from runtui.model.report import Report, ReportKind
from runtui.model.run import Run
from runtui.model.run_filter import RunFilter
from runtui.model.run_group import RunGroup
from runtui.model.series_pattern import SeriesPattern
from runtui.model.subscription import Subscription
from runtui.model.transfer import Transfer
from runtui.model.usage import Usage
from runtui.model.variable import Variable
from runtui.services.comparison_forms import points_shape
from runtui.services.found_series import FoundSeries

Shape = dict[str, object]


def run_shape(run: Run, now: datetime) -> Shape:
    """A run. `now` is what a live one's `took_seconds` counts to."""
    return {
        "reference": str(run.reference),
        "profile": run.profile,
        "service": run.service,
        "id": run.id,
        "job": run.job,
        "job_id": run.job_id,
        "name": run.name,
        "status": run.status.value,
        "status_text": run.status_text,
        "reason": run.reason,
        "created_at": format_moment(run.created_at),
        "started_at": format_moment(run.started_at),
        "ended_at": format_moment(run.ended_at),
        "took_seconds": run.took_seconds(now),
        "owner": run.owner,
        "message": run.message,
        "exit_code": run.exit_code,
        "progress": run.progress,
        "parent_id": run.parent_id,
        "is_optimal": run.is_optimal,
        "files": run.output_count,
        "bytes": run.output_bytes,
        "variables": [variable_shape(variable) for variable in run.variables],
        "extra": run.extra,
    }


def change_shape(change: Change, now: datetime) -> Shape:
    """What became of a run; one that is gone has no more than its name."""
    reference = change.reference
    named = {"reference": str(reference), "profile": reference.profile, "id": reference.id}
    return {
        "change": change.kind.value,
        "before": None if change.before is None else change.before.value,
        **(named if change.run is None else run_shape(change.run, now)),
    }


def variable_shape(variable: Variable) -> Shape:
    """A variable; a secret one without its value."""
    return {
        "name": variable.name,
        "role": variable.role.value,
        "type": variable.type,
        "value": None if variable.secret else variable.value,
        "text": variable.text,
        "default": None if variable.secret else variable.default,
        "secret": variable.secret,
        "file_id": variable.file_id,
    }


def node_shape(node: Node, now: datetime) -> Shape:
    """A node. `now` is what a live one's `took_seconds` counts to."""
    return {
        "id": node.id,
        "name": node.name,
        "kind": node.kind,
        "status": node.status.value,
        "status_text": node.status_text,
        "started_at": format_moment(node.started_at),
        "ended_at": format_moment(node.ended_at),
        "took_seconds": node.took_seconds(now),
        "parent_id": node.parent_id,
        "depth": node.depth,
        "needs": node.needs,
        "shard": node.shard,
        "attempt": node.attempt,
        "exit_code": node.exit_code,
        "message": node.message,
        "has_log": node.has_log,
        "run_id": node.run_id or None,
        "extra": node.extra,
    }


def file_shape(file: OutputFile, world: FilesWorld) -> Shape:
    """An output file, and which of the service's listings it comes from."""
    return {
        "id": file.id,
        "path": file.path,
        "name": file.name,
        "size": file.size,
        "modified_at": format_moment(file.modified_at),
        "hashes": {stated.algorithm: stated.hex for stated in file.hashes},
        "kind": file.kind,
        "location": file.location,
        "world": world.value,
    }


def report_shape(report: Report) -> Shape:
    """A report made of a run."""
    return {
        "id": report.id,
        "name": report.name,
        "status": report.status.value,
        "status_text": report.status_text,
        "created_at": format_moment(report.created_at),
        "ended_at": format_moment(report.ended_at),
        "owner": report.owner,
        "files": [{"id": file.id, "path": file.path, "location": file.location} for file in report.files],
        "extra": report.extra,
    }


def run_group_shape(group: RunGroup) -> Shape:
    """Runs a service keeps together."""
    return {
        "reference": group.reference,
        "id": group.id,
        "created_at": format_moment(group.created_at),
        "about": group.about,
        "extra": group.extra,
    }


def subscription_shape(subscription: Subscription) -> Shape:
    """An address that is told when runs of a job are over."""
    return {
        "id": subscription.id,
        "email": subscription.email,
        "job_id": subscription.job_id,
        "job": subscription.job,
        "kind": subscription.kind,
        "created_at": format_moment(subscription.created_at),
    }


def catalogue_table_shape(table: CatalogueTable) -> Shape:
    """A table a service keeps beside jobs and runs."""
    return {"name": table.name, "help": table.help, "of": table.of, "below": table.below}


def catalogue_entry_shape(entry: CatalogueEntry) -> Shape:
    """A line of such a table."""
    return {"id": entry.id, "name": entry.name, "created_at": format_moment(entry.created_at), "facts": entry.facts}


def run_filter_shape(filter: RunFilter) -> Shape:
    """A filter a service has itself."""
    return {"name": filter.name, "help": filter.help}


def job_shape(job: Job) -> Shape:
    """What runs are listed under. `inputs` are those it declares; a secret one tells no default."""
    return {
        "profile": job.profile,
        "service": job.service,
        "id": job.id,
        "name": job.name,
        "kind": job.kind,
        "version": job.version,
        "description": job.description,
        "status": job.status.value,
        "status_text": job.status_text,
        "reason": job.reason,
        "cluster": job.cluster_text,
        "owner": job.owner,
        "created_at": format_moment(job.created_at),
        "run_count": job.run_count,
        "startable": not job.start_form.refusal,
        "inputs": [_declared_shape(variable) for variable in job.inputs],
        "extra": job.extra,
    }


def _declared_shape(variable: Variable) -> Shape:
    return {
        "name": variable.name,
        "role": variable.role.value,
        "type": variable.type,
        "secret": variable.secret,
        "default": None if variable.secret else default_text(variable),
    }


def usage_shape(usage: Usage) -> Shape:
    """An allowance."""
    return {"name": usage.name, "used": usage.used, "limit": usage.limit, "unit": usage.unit}


def report_kind_shape(kind: ReportKind) -> Shape:
    """A report that can be made of a run."""
    return {"id": kind.id, "name": kind.name, "description": kind.description}


def transfer_shape(transfer: Transfer) -> Shape:
    """A transfer as it stands."""
    return {
        "run": str(transfer.run),
        "file": transfer.file.id,
        "path": transfer.file.path,
        "target": str(transfer.target.absolute()),
        "state": transfer.state.value,
        "received": transfer.received,
        "size": transfer.size,
        "rate": transfer.rate,
        "seconds": transfer.seconds,
        "verified": transfer.verified,
        "error": transfer.error,
        "hint": transfer.hint,
        "note": transfer.note,
    }


def profile_shape(profile: Profile, *, configured: bool, error: str | None) -> Shape:
    """A profile, with nothing of it that may be secret."""
    return {
        "name": profile.name,
        "service": profile.service,
        "url": profile_url(profile),
        "origin": str(profile.origin),
        "configured": configured,
        "error": error,
    }


def identity_shape(identity: Identity) -> Mapping[str, str]:
    """Who a service says we are."""
    return {"name": identity.name, "email": identity.email, "organisation": identity.organisation}


def profile_url(profile: Profile) -> str:
    """The address a profile is connected to, without a password or a query one may have written into it; or empty."""
    return profile.address


def series_shape(run: Run, pattern: SeriesPattern, found: Sequence[FoundSeries]) -> Shape:
    """What a pattern found in the logs of a run."""
    return {
        "run": str(run.reference),
        "pattern": pattern.text,
        "name": pattern.name,
        "logs": [{"log": one.log, "points": points_shape(one)} for one in found],
    }
