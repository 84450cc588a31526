"""From the service's words to ours. Pure: no request is made here.

    DeltaTwin                     here
    component, DeltaTwin, twin    job; its id is its name
    run                           run; it has no name of its own
    node                          node; `type` is its kind, and only a `model` has logs
    inputs, outputs               variables (see `parameters`)
    an output of type Data        output file; its id is the output's name
    stdout, stderr of a node      log sources
    owner, author                 owner
    start_at                      started_at (null while a run waits); there is no date of creation
    return_code                   exit_code

Runs and nodes share one vocabulary of statuses. It is open: a word that is not in the table below is shown as it came.
Numbers of `return_code` and their meaning are those of the service's run engine (delta-core).
"""

from runtui.backends.deltatwin.parameters import input_variables, output_files, output_variables
from runtui.backends.deltatwin.values import as_integer, as_moment, as_text
from runtui.backends.deltatwin.wire import NodeWire, RunWire
from runtui.model.node import Node
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.transport.decoding import Item, extra_texts

SERVICE = "deltatwin"

STATUSES: dict[str, Status] = {
    "created": Status.QUEUED,
    "pending": Status.QUEUED,
    "running": Status.RUNNING,
    "success": Status.SUCCEEDED,
    "succeeded": Status.SUCCEEDED,
    "error": Status.FAILED,
    "cancelled": Status.STOPPED,
}
"""Every word the service is known to use, in lower case; `succeeded` is what `success` was called before 2024."""

FILTER_WORDS: dict[Status, tuple[str, ...]] = {
    Status.QUEUED: ("created", "pending"),
    Status.RUNNING: ("running",),
    Status.SUCCEEDED: ("success",),
    Status.FAILED: ("error",),
    Status.STOPPED: ("cancelled",),
}
"""The words to ask the service's list for, one request each: it filters by a single word."""

RETURN_CODES: dict[int, str] = {
    110: "an input has the wrong type",
    120: "a required input is missing",
    210: "the address of an input could not be fetched",
    211: "the address of an input could not be fetched",
    221: "a model failed, or did not produce exactly one file for an output",
    230: "the run of a dependency failed",
    310: "a node of the workflow is missing in the manifest",
    311: "the manifest is not valid",
    410: "the service was restarted while it ran",
}

_LEFT_BEHIND = {
    Status.QUEUED: "not started: the run ended before",
    Status.RUNNING: "still running when the run ended",
}
_KINDS_WITHOUT_LOG = frozenset({"input", "output", "resource", "dependency"})


def status_of(word: object) -> Status:
    """Our status for the service's word, whatever its case; unknown for any other."""
    return STATUSES.get(as_text(word).strip().lower(), Status.UNKNOWN)


def run_of(item: Item[RunWire], profile: str) -> Run:
    """A run, from a list or on its own. Fields the struct does not know are in `extra`, as texts."""
    wire = item.value
    job = as_text(wire.deltatwin_name or wire.dtwin_id)
    files = output_files(wire.outputs)
    sizes = [file.size for file in files if file.size is not None]
    status = status_of(wire.status)
    code = as_integer(wire.return_code)
    return Run(
        profile=profile,
        service=SERVICE,
        id=wire.run_id,
        job=job,
        job_id=job,
        status=status,
        status_text=as_text(wire.status),
        reason=RETURN_CODES.get(code, "") if code and status is Status.FAILED else "",
        started_at=as_moment(wire.start_at) or as_moment(wire.generation_date),
        ended_at=as_moment(wire.end_at),
        owner=as_text(wire.owner or wire.author),
        message=as_text(wire.message),
        exit_code=code or (code if status is Status.SUCCEEDED else None),  # 0 elsewhere is a field nobody set
        parent_id=as_text(wire.parent_run) or None,
        output_count=len(files) if wire.outputs is not None else None,
        output_bytes=sum(sizes) if files and len(sizes) == len(files) else None,
        variables=input_variables(wire.inputs) + output_variables(wire.outputs),
        extra=_extra_of(item),
    )


def _extra_of(item: Item[RunWire]) -> dict[str, str]:
    version = as_text(item.value.deltatwin_version or item.value.dtwin_version)
    return {**({"version": version} if version else {}), **extra_texts(item.unknown)}


def node_of(item: Item[NodeWire], run: Run) -> Node:
    """A node of a run. Once the run is over, the service leaves the nodes that still waited or ran as they were."""
    wire = item.value
    status = status_of(wire.status)
    left_behind = _LEFT_BEHIND.get(status, "") if run.status.is_final else ""
    kind = as_text(wire.type)
    number = as_text(wire.workflow_node_id)
    return Node(
        id=wire.id,
        name=as_text(wire.name) or number or wire.id,
        kind=kind,
        status=Status.ENDED if left_behind else status,
        status_text=as_text(wire.status),
        message=left_behind,
        has_log=kind.lower() not in _KINDS_WITHOUT_LOG,
        extra={**({"workflow_node_id": number} if number else {}), **extra_texts(item.unknown)},
    )
