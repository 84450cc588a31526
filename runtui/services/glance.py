"""One short look at a run: its nodes and the last lines of its most telling log, in as few requests as it takes."""

import msgspec

from runtui.model.capability import Capability
from runtui.model.errors import RuntuiError
from runtui.model.log import LogSource
from runtui.model.node import Node
from runtui.model.run import Run
from runtui.services.connection import Connection
from runtui.services.log_end import read_end

_ENOUGH_BYTES = 16_384


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen. `run` is the value it was seen for; `lines` are the last ones, as they came.

    An error takes the place of what could not be fetched; without a log `source` is None.
    """

    run: Run
    nodes: tuple[Node, ...] = ()
    nodes_error: RuntuiError | None = None
    source: LogSource | None = None
    lines: tuple[str, ...] = ()
    log_error: RuntuiError | None = None


async def glance_at(connection: Connection, run: Run, line_count: int) -> Glance:
    """Look at a run. What its service does not have is left out and what fails is told in the answer, not raised."""
    nodes: tuple[Node, ...] = ()
    lines: tuple[str, ...] = ()
    source: LogSource | None = None
    nodes_error = log_error = None
    if Capability.NODES in connection.capabilities:
        try:
            nodes = await connection.with_nodes.nodes(run)
        except RuntuiError as error:
            nodes_error = error
    if Capability.LOGS in connection.capabilities:
        try:
            source = next(iter(await connection.with_logs.log_sources(run)), None)
            if source is not None:
                lines = await _last_lines(connection, run, source, line_count)
        except RuntuiError as error:
            log_error = error
    return Glance(run=run, nodes=nodes, nodes_error=nodes_error, source=source, lines=lines, log_error=log_error)


async def _last_lines(connection: Connection, run: Run, source: LogSource, line_count: int) -> tuple[str, ...]:
    """The end of a log: from where its size says the end is, or all the service gives."""
    window = await read_end(connection.with_logs, run, source, most_bytes=_ENOUGH_BYTES, lines=line_count)
    if not window.is_text:
        return ()
    content = window.content[-_ENOUGH_BYTES:]
    lines = content.decode("utf-8", "replace").splitlines()
    is_cut = bool(window.offset) or len(content) < len(window.content)
    return tuple(lines[1 if is_cut and len(lines) > 1 else 0 :][-line_count:])
