"""From the record of a run of this machine to the values everything else works with.

record            run               node
queued            queued            queued: waits for what it needs, or for room
running           running           running
stopping          stopping          (nodes stay running until they end)
succeeded         succeeded         succeeded
failed            failed            failed
stopped           stopped           stopped, also when it was never started
ended             ended             ended: over, and nobody saw how
"""

from datetime import UTC, datetime
from typing import Final

from runtui.backends.local.records import InputRecord, NodeRecord, RunRecord
from runtui.model.job import Job
from runtui.model.node import Node
from runtui.model.run import Run
from runtui.model.start_form import StartForm
from runtui.model.status import Status
from runtui.model.variable import Role, Variable

SERVICE: Final = "local"

_STATUSES: Final = {
    "queued": Status.QUEUED,
    "running": Status.RUNNING,
    "stopping": Status.STOPPING,
    "succeeded": Status.SUCCEEDED,
    "failed": Status.FAILED,
    "stopped": Status.STOPPED,
    "ended": Status.ENDED,
}
_MASK: Final = "***"


def moment_of(seconds: float | None) -> datetime | None:
    """Seconds since the epoch as a moment; None for none, and for what no calendar has."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def run_of(record: RunRecord, profile: str) -> Run:
    """The run of a record that was judged."""
    return Run(
        profile=profile,
        service=SERVICE,
        id=record.id,
        job=record.job or record.job_id,
        job_id=record.job_id,
        name=record.name,
        status=_STATUSES.get(record.status, Status.UNKNOWN),
        status_text=record.status,
        reason=record.message if record.status == "ended" else "",
        created_at=moment_of(record.created_at),
        started_at=moment_of(record.started_at),
        ended_at=moment_of(record.ended_at),
        owner=record.owner,
        message=record.message,
        exit_code=record.exit_code,
        progress=_progress(record),
        variables=variables_of(record),
        extra=_extra(record),
    )


def _progress(record: RunRecord) -> float | None:
    if len(record.nodes) < 2:
        return None
    return sum(node.status == "succeeded" for node in record.nodes) / len(record.nodes)


def variables_of(record: RunRecord) -> tuple[Variable, ...]:
    """The inputs in the order they were given, then the results."""
    return (
        *(input_variable(one) for one in record.inputs),
        *(
            Variable(name=name, role=Role.RESULT, type=type_of(value), value=value, text=text_of(value))
            for name, value in record.results.items()
        ),
    )


def input_variable(given: InputRecord) -> Variable:
    """One variable a run was started with. A secret one shows a mask."""
    if given.secret:
        return Variable(name=given.name, role=Role.INPUT, type="secret", text=_MASK, secret=True)
    kind = given.type or type_of(given.value)
    return Variable(name=given.name, role=Role.INPUT, type=kind, value=given.value, text=text_of(given.value))


def type_of(value: object) -> str:
    """The type a value is of, as inputs of runs name it."""
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "number" if isinstance(value, float) else "string"


def text_of(value: object) -> str:
    """A value as a person writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _extra(record: RunRecord) -> dict[str, str]:
    facts = {
        "host": record.host,
        "command": record.command,
        "folder": record.folder if record.folder.startswith("/") else "",
        "started in": record.start_folder,
        "commit": record.commit,
        "signal": record.signal or "",
        "cpu time": "" if record.cpu_seconds is None else f"{record.cpu_seconds:g} s",
        "peak memory": "" if not record.peak_bytes else f"{record.peak_bytes / 1e6:.1f} MB",
        "supervisor": str(record.supervisor.pid) if record.supervisor.pid and record.status == "running" else "",
    }
    return {name: text for name, text in facts.items() if text}


def node_of(node: NodeRecord, load: dict[str, str]) -> Node:
    """One node. `load` is what it uses now, by name, as texts."""
    facts = dict(load)
    if node.cpu_seconds is not None:
        facts["cpu time"] = f"{node.cpu_seconds:g} s"
    if node.peak_bytes:
        facts["peak memory"] = f"{node.peak_bytes / 1e6:.1f} MB"
    if node.signal:
        facts["signal"] = node.signal
    if node.status == "running" and node.pid:
        facts["pid"] = str(node.pid)
    return Node(
        id=node.id,
        name=node.name,
        kind="command",
        status=_STATUSES.get(node.status, Status.UNKNOWN),
        status_text=node.status,
        started_at=moment_of(node.started_at),
        ended_at=moment_of(node.ended_at),
        needs=node.needs,
        exit_code=node.exit_code,
        message=node.message,
        has_log=node.started_at is not None,
        extra=facts,
    )


def job_of(
    record: RunRecord, profile: str, run_count: int | None, command: str = "", more: tuple[Variable, ...] = ()
) -> Job:
    """What runs like this one are listed under; `command` is theirs before any variable is put in, and `more` is asked
    for beside the variables.

    Its inputs are those of this run, as defaults: where nobody said that one is a whole number, any number will do.
    """
    inputs = tuple(
        Variable(
            name=variable.name,
            role=Role.INPUT,
            type="number" if variable.type == "integer" and not typed else variable.type,
            value=variable.value,
            text=variable.text,
            default=None if variable.secret else variable.text,
            secret=variable.secret,
        )
        for variable, typed in ((input_variable(one), one.type) for one in record.inputs)
    )
    return Job(
        profile=profile,
        service=SERVICE,
        id=record.job_id,
        name=record.job,
        description=command or record.command,
        owner=record.owner,
        created_at=moment_of(record.created_at),
        run_count=run_count,
        inputs=(*more, *inputs),
        start_form=StartForm(has_name=True, refusal=_REFUSAL if record.adopted is not None else ""),
        extra={"started in": record.start_folder} if record.start_folder else {},
    )


_REFUSAL: Final = "This folder was made elsewhere: how to start a run of it is not known."
