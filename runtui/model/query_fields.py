"""The fields of a run the filter language knows by name."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from runtui.model.query_context import QueryContext
from runtui.model.run import Run
from runtui.model.status import FINAL, LIVE, Status

TEXT_FIELDS: Mapping[str, Callable[[Run], tuple[str, ...]]] = MappingProxyType(
    {
        "service": lambda run: (run.service,),
        "profile": lambda run: (run.profile,),
        "job": lambda run: (run.job, run.job_id),
        "owner": lambda run: (run.owner,),
        "message": lambda run: (run.message,),
        "reason": lambda run: (run.reason,),
        "id": lambda run: (run.id, f"{run.profile}:{run.id}"),
        "name": lambda run: (run.name,),
        "group": lambda run: tuple(filter(None, run.extra.get("run_groups", "").split(", "))),
    }
)
"""Fields compared as texts; where there are several texts, any of them may match."""

MOMENT_FIELDS: Mapping[str, Callable[[Run], datetime | None]] = MappingProxyType(
    {
        "started": lambda run: run.started_at,
        "ended": lambda run: run.ended_at,
        "created": lambda run: run.created_at,
        "age": lambda run: run.sort_moment,
    }
)

NUMBER_FIELDS: Mapping[str, Callable[[QueryContext], Callable[[Run], float | None]]] = MappingProxyType(
    {
        "took": lambda context: lambda run: run.took_seconds(context.now),
        "progress": lambda _: lambda run: run.progress,
        "exit": lambda _: lambda run: run.exit_code,
        "files": lambda _: lambda run: run.output_count,
        "size": lambda _: lambda run: run.output_bytes,
    }
)

STATUS, NODE, HAS = "status", "node", "has"

EXTRA = "extra."
"""What stands before the name of a fact only one service has, as a field."""

FIELDS = (STATUS, "service", "profile", "job", "owner", NODE, "message", "name", "id", "reason", "group")
"""Fields that take texts, in the order in which they are suggested."""

ORDERED_FIELDS = (*MOMENT_FIELDS, *NUMBER_FIELDS)
"""Fields that take comparisons."""

STATUS_GROUPS: Mapping[str, frozenset[Status]] = MappingProxyType({"live": LIVE, "final": FINAL})

FACTS: Mapping[str, Callable[[Run], bool]] = MappingProxyType(
    {
        "variable": lambda run: bool(run.variables),
        "variables": lambda run: bool(run.variables),
        "message": lambda run: bool(run.message),
        "reason": lambda run: bool(run.reason),
        "owner": lambda run: bool(run.owner),
        "job": lambda run: bool(run.job),
        "name": lambda run: bool(run.name),
        "exit": lambda run: run.exit_code is not None,
        "progress": lambda run: run.progress is not None,
        "files": lambda run: bool(run.output_count),
        "size": lambda run: bool(run.output_bytes),
        "started": lambda run: run.started_at is not None,
        "ended": lambda run: run.ended_at is not None,
        "created": lambda run: run.created_at is not None,
        "parent": lambda run: run.parent_id is not None,
        "optimal": lambda run: run.is_optimal,
    }
)
"""What `has:` may ask beside `node` and the names of variables."""
