"""What a backend can do, and which actions a run allows now."""

from collections.abc import Set
from enum import StrEnum

from runtui.model.run import Run
from runtui.model.status import Status


class Capability(StrEnum):
    """One thing a backend may be able to do. The list for a backend is derived from the protocols it satisfies."""

    NODES = "nodes"
    LOGS = "logs"
    FILES = "files"
    READ_FILE = "read_file"
    JOBS = "jobs"
    WHOLE_JOBS = "whole_jobs"
    START = "start"
    STOP = "stop"
    DELETE = "delete"
    SNAPSHOT = "snapshot"
    REPORTS = "reports"
    TABLES = "tables"
    GROUPS = "groups"
    FIND = "find"
    USAGE = "usage"
    PUBLISH = "publish"
    SUBSCRIBE = "subscribe"
    CATALOGUE = "catalogue"


_DEEDS = {
    Capability.STOP: "stops runs",
    Capability.DELETE: "deletes runs",
    Capability.SNAPSHOT: "packs work folders",
    Capability.TABLES: "packs tables of runs",
}
_NEEDS_LIVE = frozenset({Capability.STOP, Capability.SNAPSHOT})


def allowed_actions(run: Run, capabilities: Set[Capability]) -> frozenset[Capability]:
    """Which of the capabilities make sense for this run now, from its status alone."""
    return frozenset(action for action in capabilities if not _refusal_now(run, action))


def refusal(run: Run, action: Capability, capabilities: Set[Capability]) -> str:
    """Why an action cannot be done to this run now, as a phrase; empty where it can."""
    if action not in capabilities:
        return f"{run.service} has no call that {_DEEDS.get(action, 'does this')}"
    return _refusal_now(run, action)


def _refusal_now(run: Run, action: Capability) -> str:
    if run.status.is_final and action in _NEEDS_LIVE:
        return "it is over"
    if run.status is Status.STOPPING and action is Capability.STOP:
        return "it is being stopped already"
    if run.status is Status.QUEUED and action is Capability.SNAPSHOT:
        return "it does not run yet"
    return ""
