"""`runtui nodes`: the steps of a run."""

from collections.abc import Callable
from datetime import datetime

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import node_shape
from runtui.cli.json_text import write_json_list
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.cli.table import table_lines
from runtui.model.node import Node
from runtui.render import units
from runtui.render.cell import EMPTY, MISSING, Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue
from runtui.render.node_rows import LOAD
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_cell
from runtui.render.widths import Align
from runtui.services.session import Session


def run(options: CommonOptions, *, written: str, as_json: bool) -> int:
    """Show the nodes of the run a person means."""

    async def work(session: Session) -> int:
        nodes = await session.nodes(await session.find_run(written))
        now = session.clock.now()
        if as_json:
            write_json_list(node_shape(node, now) for node in nodes)
        elif nodes:
            _write_table(nodes, now)
        else:
            output.say("no nodes yet")
        return ExitCode.DONE

    return in_session(options, work, written=[written])


def _write_table(nodes: tuple[Node, ...], now: datetime) -> None:
    columns = [*_COLUMNS, *(column for column, has in _WHEN_THERE if any(has(node) for node in nodes))]
    output.write_lines(table_lines(nodes, columns, DrawContext(now=now, glyphs=output.glyphs())))


def _name(node: Node, _: DrawContext) -> Cell:
    shard = "" if node.shard is None else f"[{node.shard}]"
    attempt = f" (attempt {node.attempt})" if node.attempt is not None and node.attempt > 1 else ""
    return Cell(one_line("  " * node.depth + node.name + shard + attempt))


def _took(node: Node, context: DrawContext) -> Cell:
    seconds = node.took_seconds(context.now)
    return MISSING if seconds is None else Cell(units.duration(seconds))


def _exit(node: Node, _: DrawContext) -> Cell:
    if node.exit_code is None:
        return MISSING
    return Cell(str(node.exit_code), Tone.ERROR if node.exit_code else Tone.TEXT)


def _text(text: str) -> Cell:
    return Cell(one_line(text), Tone.MUTED) if text else EMPTY


def _unsorted(node: Node, _: DrawContext) -> SortValue:
    """Nodes stay in the order of their workflow."""
    return None


_COLUMNS: tuple[Column[Node], ...] = (
    Column(key="node", title="NODE", cell=_name, sort_value=_unsorted, width=60, min_width=12),
    Column(
        key="status", title="STATUS", sort_value=_unsorted, width=20, min_width=11,
        cell=lambda node, context: status_cell(node.status, node.status_text, context.glyphs),
    ),
    Column(key="took", title="TOOK", cell=_took, sort_value=_unsorted, align=Align.RIGHT, width=7, min_width=6),
    Column(
        key="started", title="STARTED", sort_value=_unsorted, align=Align.RIGHT, width=7, min_width=7,
        cell=lambda node, context: Cell(units.age_of(node.started_at, context.now), Tone.MUTED),
    ),
    Column(
        key="kind", title="KIND", sort_value=_unsorted, width=16, min_width=4, cell=lambda node, _: _text(node.kind)
    ),
)  # fmt: skip


def _load(name: str) -> tuple[Column[Node], Callable[[Node], bool]]:
    """What a node uses now, where its service tells."""
    column: Column[Node] = Column(
        key=name, title=name.upper(), sort_value=_unsorted, align=Align.RIGHT, width=9, min_width=6,
        cell=lambda node, _: _text(node.extra.get(name, "")) if node.status.is_live else EMPTY,
    )  # fmt: skip
    return column, lambda node: name in node.extra and node.status.is_live


_WHEN_THERE: tuple[tuple[Column[Node], Callable[[Node], bool]], ...] = (
    *(_load(name) for name in LOAD),
    (
        Column(key="exit", title="EXIT", cell=_exit, sort_value=_unsorted, align=Align.RIGHT, width=5),
        lambda node: node.exit_code is not None,
    ),
    (
        Column(key="id", title="ID", cell=lambda node, _: _text(node.id), sort_value=_unsorted, width=36),
        lambda node: node.id != node.name,
    ),
    (
        Column(
            key="message", title="MESSAGE", cell=lambda node, _: _text(node.message), sort_value=_unsorted,
            width=40, grows=True,
        ),
        lambda node: bool(node.message),
    ),
)  # fmt: skip
