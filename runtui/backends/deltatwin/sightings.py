"""When nodes were seen to start and end. The service gives no times of nodes, so those who watch make their own."""

from collections import OrderedDict
from datetime import datetime

import msgspec

from runtui.model.node import Node
from runtui.model.status import Status

_RUNS_KEPT = 500
SEEN = "as seen here"


class _Sighting(msgspec.Struct):
    status: Status
    started_at: datetime | None = None
    ended_at: datetime | None = None


class Sightings:
    """Remembers, for the runs looked at last, which status each node had and when that changed before our eyes.

    Such a time is as exact as the pause between two looks; a node that was running at the first look has no start.
    """

    def __init__(self) -> None:
        self._runs: OrderedDict[str, dict[str, _Sighting]] = OrderedDict()

    def dated(self, run_id: str, nodes: tuple[Node, ...], now: datetime) -> tuple[Node, ...]:
        """The nodes with the times at which they were seen to start and end. `now` is the service's clock."""
        seen = self._runs.setdefault(run_id, {})
        self._runs.move_to_end(run_id)
        while len(self._runs) > _RUNS_KEPT:
            self._runs.popitem(last=False)
        return tuple(self._dated(seen, node, now) for node in nodes)

    def is_over(self, run_id: str, node_id: str | None) -> bool:
        """Whether the node was final when it was last seen."""
        sighting = self._runs.get(run_id, {}).get(node_id or "")
        return sighting is not None and sighting.status.is_final

    def forget(self, run_id: str) -> None:
        """The run is gone."""
        self._runs.pop(run_id, None)

    @staticmethod
    def _dated(seen: dict[str, _Sighting], node: Node, now: datetime) -> Node:
        sighting = seen.setdefault(node.id, _Sighting(node.status))
        before, sighting.status = sighting.status, node.status
        if before is Status.QUEUED and node.status is Status.RUNNING:
            sighting.started_at = now
        if before.is_live and node.status.is_final and node.status is not Status.ENDED:
            sighting.ended_at = now
        if sighting.started_at is None and sighting.ended_at is None:
            return node
        return msgspec.structs.replace(
            node,
            started_at=sighting.started_at,
            ended_at=sighting.ended_at,
            extra={**node.extra, "times": SEEN},
        )
