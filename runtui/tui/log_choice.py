"""Which log to show when nobody said which."""

from collections.abc import Sequence

from runtui.model.log import LogSource
from runtui.model.node import Node


def best_source(sources: Sequence[LogSource], nodes: Sequence[Node], node_id: str | None) -> LogSource | None:
    """The most telling source of a node, of the nodes below it, or of the whole run; None when there is none.

    Backends give the most telling first.
    """
    if node_id is not None:
        below = _with_descendants(nodes, node_id)
        for source in sources:
            if source.node_id == node_id:
                return source
        for source in sources:
            if source.node_id in below:
                return source
    return sources[0] if sources else None


def _with_descendants(nodes: Sequence[Node], node_id: str) -> set[str]:
    found = {node_id}
    grown = True
    while grown:
        children = {node.id for node in nodes if node.parent_id in found} - found
        found |= children
        grown = bool(children)
    return found
