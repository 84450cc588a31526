"""In which order several logs of a run are read as one, where their lines do not tell."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from runtui.model.capability import Capability
from runtui.model.errors import RuntuiError
from runtui.model.log import LogSource
from runtui.model.node import Node
from runtui.model.run import Run
from runtui.services.session import Session

_NOT_YET: Final = datetime.max.replace(tzinfo=UTC)


async def as_written(session: Session, run: Run, sources: Sequence[LogSource]) -> list[LogSource]:
    """Sources of a run in the order in which their nodes began. As they were where the nodes cannot be asked for."""
    if len({source.node_id for source in sources}) < 2 or Capability.NODES not in session.capabilities(run.profile):
        return list(sources)
    try:
        nodes = await session.nodes(run)
    except RuntuiError:
        return list(sources)
    return by_beginning(sources, nodes)


def by_beginning(sources: Sequence[LogSource], nodes: Sequence[Node]) -> list[LogSource]:
    """Sources in the order in which their nodes began, those of no node first; of one node as they were."""
    began = sorted(nodes, key=lambda node: node.started_at or _NOT_YET)
    places = {node.id: place for place, node in enumerate(began)}
    return sorted(sources, key=lambda source: places.get(source.node_id or "", -1))
