"""What clients did, kept beside the script: runs started and deleted, workflows aborted, reports made."""

import threading
from datetime import datetime
from typing import Any

import msgspec

from runtui.backends.carrot.simulation.catalogue import Test
from runtui.backends.carrot.simulation.identity import RunKey


class StartedRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run a client started, with the inputs that came of its defaults and what was sent."""

    test: Test
    name: str
    created_at: datetime
    created_by: str | None
    test_input: dict[str, Any]
    eval_input: dict[str, Any]
    test_options: dict[str, Any] | None
    eval_options: dict[str, Any] | None
    never_submitted: bool = False


class MapKey(msgspec.Struct, frozen=True, gc=False):
    """What names one generation of a report: `run` or `run_group`, its id and the report's id."""

    entity_type: str
    entity_id: str
    report_id: str


class CreatedMap(msgspec.Struct, frozen=True, kw_only=True):
    """A report a client asked for. `number` and `owner` name its workflow."""

    created_at: datetime
    created_by: str | None
    number: int
    owner: RunKey


class QueryGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A group made of the runs of a query."""

    id: str
    created_at: datetime
    query: dict[str, Any]
    run_ids: tuple[str, ...]


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told when runs of something end."""

    id: str
    entity_type: str
    entity_id: str
    email: str
    created_at: datetime


class Ledger:
    """The records. Written by the servers' threads under `lock`, read by anyone."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.started: dict[RunKey, StartedRun] = {}
        self.names: dict[str, RunKey] = {}
        self.deleted: set[RunKey] = set()
        self.aborted: dict[str, datetime] = {}
        """When each workflow was asked to stop, by its id."""
        self.maps: dict[MapKey, CreatedMap] = {}
        self.report_workflows: dict[str, CreatedMap] = {}
        """The reports clients ever asked for, by their workflow's id."""
        self.deleted_maps: set[MapKey] = set()
        self.groups: dict[str, QueryGroup] = {}
        self.deleted_groups: set[str] = set()
        self.subscriptions: list[Subscription] = []
