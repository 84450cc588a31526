"""A workflow's metadata as nodes, and the logs of its calls."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from runtui.backends.carrot.wire import CallWire, FailureWire, MetadataWire
from runtui.backends.carrot.words import CALL_STATUSES, WORKFLOW_STATUSES, status_of
from runtui.model.log import LogSource, Stream
from runtui.model.moment import parse_moment
from runtui.model.node import Node
from runtui.model.status import Status
from runtui.transport.redaction import redact

_MOST_CAUSES = 12
_DEEPEST = 20


class CallNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node with the places of its logs, by stream."""

    node: Node
    logs: tuple[tuple[Stream, str], ...] = ()
    is_over: bool = False


class WorkflowCalls(msgspec.Struct, frozen=True, kw_only=True):
    """The nodes of one workflow, its own first. `doomed` names a failed call of a workflow that still runs."""

    nodes: tuple[CallNode, ...]
    message: str = ""
    doomed: str = ""
    problems: tuple[str, ...] = ()


def calls_of(metadata: MetadataWire, phase: str, title: str, workflow_id: str) -> WorkflowCalls:
    """The nodes of a workflow: a row for itself, its calls below it, a sub-workflow's below the call it is of."""
    problems: list[str] = []
    status = status_of(metadata.status, WORKFLOW_STATUSES)
    calls = tuple(_calls(metadata, phase, phase, 1, problems))
    failed = [call.node for call in calls if _is_failed(call.node)]
    archived = metadata.message if metadata.metadata_archive_status not in (None, "Unarchived") else ""
    own = Node(
        id=phase,
        name=title,
        kind="workflow",
        status=status,
        status_text=metadata.status,
        started_at=parse_moment(metadata.start),
        ended_at=parse_moment(metadata.end),
        message=archived or flattened(metadata.failures),
        has_log=False,
        extra={
            name: value
            for name, value in {"workflow": metadata.workflow_name, "id": metadata.id or workflow_id}.items()
            if value
        },
    )
    doomed = _call_name(failed[0]) if failed and status.is_live else ""
    if doomed:
        own = msgspec.structs.replace(own, message=f"doomed: {doomed} has failed")
    return WorkflowCalls(
        nodes=(CallNode(node=own), *calls), message=own.message, doomed=doomed, problems=tuple(problems)
    )


def flattened(failures: Sequence[FailureWire]) -> str:
    """The sentences of failures and of what caused them, the innermost first: that is the one that helps."""
    found: list[str] = []
    _collect(failures, found, 0)
    sentences = list(dict.fromkeys(redact(text.strip()) for text in found if text.strip()))
    more = len(sentences) - _MOST_CAUSES
    shown = sentences[:_MOST_CAUSES] + ([f"and {more} more"] if more > 0 else [])
    return "\n".join(shown)


def _collect(failures: Sequence[FailureWire], found: list[str], depth: int) -> None:
    for failure in failures:
        if depth < _DEEPEST:
            _collect(failure.causedBy, found, depth + 1)
        found.append(failure.message)


def _calls(metadata: MetadataWire, phase: str, parent: str, depth: int, problems: list[str]) -> Iterator[CallNode]:
    attempts = [(name, wire) for name, listed in metadata.calls.items() for wire in _readable(name, listed, problems)]
    first_start = _first_starts(attempts)
    attempts.sort(key=lambda one: (first_start[one[0]], one[0], one[1].shard_index, one[1].attempt))
    for name, wire in attempts:
        call = _call(name, wire, phase, parent, depth)
        yield call
        if wire.sub_workflow_metadata is not None and depth < _DEEPEST:
            inner = _converted(wire.sub_workflow_metadata, MetadataWire, name, problems)
            if inner is not None:
                yield from _calls(inner, phase, call.node.id, depth + 1, problems)


def _readable(name: str, listed: Any, problems: list[str]) -> Iterator[CallWire]:
    for number, raw in enumerate(listed if isinstance(listed, list) else [listed]):
        wire = _converted(raw, CallWire, f"{name}[{number}]", problems)
        if wire is not None:
            yield wire


def _converted(raw: Any, kind: type[Any], place: str, problems: list[str]) -> Any:
    try:
        return msgspec.convert(raw, kind, strict=False)
    except msgspec.ValidationError as error:
        problems.append(f"cannot read the call {place}: {error}")
        return None


_LATE: Final = "9999"


def _first_starts(attempts: Sequence[tuple[str, CallWire]]) -> dict[str, str]:
    """When the first attempt of each call began: calls come in that order, those not begun last."""
    first: dict[str, str] = {}
    for name, wire in attempts:
        start = parse_moment(wire.start)
        text = start.isoformat() if start else _LATE
        first[name] = min(first.get(name, _LATE), text)
    return first


def _call(name: str, wire: CallWire, phase: str, parent: str, depth: int) -> CallNode:
    task = name.rpartition(".")[2] or name
    shard = wire.shard_index if wire.shard_index >= 0 else None
    status = status_of(wire.execution_status, CALL_STATUSES)
    logs = _logs(wire, status)
    is_sub = wire.sub_workflow_metadata is not None or wire.sub_workflow_id is not None
    node = Node(
        id=f"{parent}/{name}/{wire.shard_index}/{wire.attempt}",
        name=task,
        kind="sub-workflow" if is_sub else "call",
        status=status,
        status_text=wire.execution_status,
        started_at=parse_moment(wire.start),
        ended_at=parse_moment(wire.end),
        parent_id=parent,
        depth=depth,
        shard=shard,
        attempt=wire.attempt if wire.attempt > 1 or wire.execution_status == "RetryableFailure" else None,
        exit_code=wire.return_code,
        message=flattened(wire.failures),
        has_log=bool(logs),
        extra=_call_extra(name, wire, phase),
    )
    return CallNode(node=node, logs=logs, is_over=status.is_final)


def _logs(wire: CallWire, status: Status) -> tuple[tuple[Stream, str], ...]:
    """The places of a call's logs, the most telling first.

    Of a failed call that is stderr. With Google's backends the backend's own log is the only one that grows while
    the call runs, so it comes first until then.
    """
    backend = wire.backend_logs.log if wire.backend_logs else None
    found = {Stream.STDOUT: wire.stdout, Stream.STDERR: wire.stderr, Stream.LOG: backend}
    order = [Stream.STDOUT, Stream.STDERR, Stream.LOG]
    if status in (Status.FAILED, Status.STOPPED):
        order = [Stream.STDERR, Stream.STDOUT, Stream.LOG]
    elif backend and not status.is_final:
        order = [Stream.LOG, Stream.STDOUT, Stream.STDERR]
    return tuple((stream, place) for stream in order if (place := found[stream]))


def _call_extra(name: str, wire: CallWire, phase: str) -> dict[str, str]:
    known = {
        "call": name,
        "phase": phase,
        "backend": wire.backend,
        "backend_status": wire.backend_status,
        "job": wire.job_id,
        "image": wire.docker_image_used,
        "folder": wire.call_root,
        "sub_workflow": wire.sub_workflow_id,
    }
    return {key: redact(value) for key, value in known.items() if value}


def _is_failed(node: Node) -> bool:
    return node.status is Status.FAILED and node.status_text != "RetryableFailure"


def _call_name(node: Node) -> str:
    return node.name if node.shard is None else f"{node.name}[{node.shard}]"


def sources_of(calls: Sequence[CallNode]) -> tuple[LogSource, ...]:
    """The logs of calls, the most telling first: of failed calls, then running ones, then the latest to end."""
    speaking = [call for call in calls if call.logs]
    speaking.sort(key=_started, reverse=True)
    speaking.sort(key=_rank)
    return tuple(_source(call.node, stream, place) for call in speaking for stream, place in call.logs)


def _rank(call: CallNode) -> int:
    node = call.node
    if _is_failed(node):
        return 0
    if not node.status.is_final:
        return 1
    return 2 if node.status is not Status.SUCCEEDED else 3


def _started(call: CallNode) -> str:
    started = call.node.started_at
    return started.isoformat() if started else ""


def _source(node: Node, stream: Stream, place: str) -> LogSource:
    label = _call_name(node) + (f" attempt {node.attempt}" if node.attempt else "")
    return LogSource(
        id=f"{node.id}/{stream.value}",
        name=f"{label} {stream.value}",
        stream=stream,
        node_id=node.id,
        node=label,
        location=place,
    )
