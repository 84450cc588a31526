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


_NEEDS_LIVE = frozenset({Capability.STOP, Capability.SNAPSHOT})


def allowed_actions(run: Run, capabilities: Set[Capability]) -> frozenset[Capability]:
    """Which of the capabilities make sense for this run now, from its status alone."""
    refused: set[Capability] = set()
    if run.status.is_final:
        refused |= _NEEDS_LIVE
    if run.status is Status.STOPPING:
        refused.add(Capability.STOP)
    if run.status is Status.QUEUED:
        refused.add(Capability.SNAPSHOT)
    return frozenset(capabilities) - refused
