"""The nodes of a run as indented lines: parents before their children, what comes first in the workflow first.

Shards of one call stand together as one line that can be opened.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from runtui.model.node import Node
from runtui.model.status import Status
from runtui.render import units
from runtui.render.bars import span_bar
from runtui.render.cell import Cell, Tone
from runtui.render.glyphs import UNICODE, Glyphs
from runtui.render.sanitise import one_line
from runtui.render.status_cells import STATUS_TONES

LOAD = ("cpu", "memory")
"""The facts of a node that tell what it uses now."""
_NAME_LIMIT = 200
_DEEPEST = 40
_GROUP_STATUS = (
    Status.FAILED,
    Status.RUNNING,
    Status.STOPPING,
    Status.QUEUED,
    Status.UNKNOWN,
    Status.STOPPED,
    Status.ENDED,
    Status.SUCCEEDED,
)


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One line: a node, or the shards of a call together. All texts are safe.

    `key` is the node's id, or `name` of the call in its parent for shards. `shards` reads `12/40`: done of all.
    """

    key: str
    nodes: tuple[Node, ...]
    guide: str
    name: str
    status: Status
    shards: str = ""
    is_open: bool = False
    note: str = ""

    @property
    def node(self) -> Node:
        """The node itself; of shards the one to look at first: a failed one, else one that lives."""
        return min(self.nodes, key=lambda node: _GROUP_STATUS.index(node.status))

    @property
    def is_group(self) -> bool:
        """Whether it stands for several shards."""
        return len(self.nodes) > 1

    def status_cell(self, glyphs: Glyphs = UNICODE) -> Cell:
        """The sign of the status alone: the word stands in the note when it is needed."""
        return Cell(glyphs.status[self.status], STATUS_TONES[self.status])

    def took_cell(self, now: datetime) -> Cell:
        """From the first start to the last end, or to now while any of them lives."""
        span = _span(self.nodes, now)
        return Cell(units.UNKNOWN, Tone.FAINT) if span is None else Cell(units.duration(span[1] - span[0]))


def node_rows(nodes: Sequence[Node], opened: Collection[str] = (), glyphs: Glyphs = UNICODE) -> list[NodeRow]:
    """The lines for the nodes; `opened` are keys of those shown with their shards.

    Siblings are ordered by what needs what, and where that says nothing as the service gave them. Needs that go in a
    circle and parents that do not exist are tolerated: every node is shown, once.
    """
    layout = _Layout(nodes, frozenset(opened), glyphs)
    return layout.rows


@dataclass(slots=True)
class _Layout:
    """Walks the tree of nodes and collects its lines."""

    nodes: Sequence[Node]
    opened: frozenset[str]
    glyphs: Glyphs
    rows: list[NodeRow] = field(default_factory=list)
    children: dict[str | None, list[Node]] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        ids = {node.id for node in self.nodes}
        for node in self.nodes:
            parent = node.parent_id if node.parent_id in ids and node.parent_id != node.id else None
            self.children.setdefault(parent, []).append(node)
        self._add_level(None, "", 0)
        left_over = [node for node in self.nodes if id(node) not in self.seen]
        for node in left_over:  # parents in a circle: no root leads to them
            if id(node) not in self.seen:
                self._add_groups([[node]], "", 0)

    def _add_level(self, parent: str | None, trunk: str, depth: int) -> None:
        siblings = [node for node in in_order(self.children.get(parent, ())) if id(node) not in self.seen]
        self._add_groups(_calls(siblings), trunk, depth)

    def _add_groups(self, groups: list[list[Node]], trunk: str, depth: int) -> None:
        self.seen.update(id(node) for group in groups for node in group)
        for index, group in enumerate(groups):
            is_last = index == len(groups) - 1
            guide = "" if depth == 0 else trunk + (self.glyphs.last_branch if is_last else self.glyphs.branch)
            below = "" if depth == 0 else trunk + ("  " if is_last else self.glyphs.trunk)
            self._add_group(group, guide, below, depth)

    def _add_group(self, group: list[Node], guide: str, below: str, depth: int) -> None:
        if len(group) == 1:
            self._add_node(group[0], guide, below, depth)
            return
        row = _group_row(group, guide, self.opened)
        self.rows.append(row)
        if row.is_open:
            for index, node in enumerate(group):
                is_last = index == len(group) - 1
                branch = self.glyphs.last_branch if is_last else self.glyphs.branch
                self._add_node(node, below + branch, below + ("  " if is_last else self.glyphs.trunk), depth + 1)

    def _add_node(self, node: Node, guide: str, below: str, depth: int) -> None:
        indent = "  " * min(node.depth, _DEEPEST) if not guide and depth == 0 and node.parent_id is None else ""
        self.rows.append(NodeRow(node.id, (node,), indent + guide, _name(node), node.status, note=_note(node)))
        if depth < _DEEPEST:
            self._add_level(node.id, below, depth + 1)


def _calls(siblings: Iterable[Node]) -> list[list[Node]]:
    """The siblings, shards of one call together at the place of the first."""
    calls: dict[tuple[str, int | None], list[Node]] = {}
    for index, node in enumerate(siblings):
        calls.setdefault((node.name, None) if node.shard is not None else ("", index), []).append(node)
    return list(calls.values())


def _group_row(group: list[Node], guide: str, opened: frozenset[str]) -> NodeRow:
    first = group[0]
    key = f"{first.parent_id or ''}/{first.name}"
    done = sum(node.status.is_final for node in group)
    failed = sum(node.status is Status.FAILED for node in group)
    return NodeRow(
        key,
        tuple(group),
        guide,
        one_line(first.name, _NAME_LIMIT),
        group_status(node.status for node in group),
        shards=f"{done}/{len(group)}",
        is_open=key in opened,
        note=f"{failed} failed" if failed else "",
    )


def group_status(statuses: Iterable[Status]) -> Status:
    """One status for several: failed if any failed, else the liveliest, else succeeded if all did."""
    present = set(statuses)
    return next((status for status in _GROUP_STATUS if status in present), Status.UNKNOWN)


def _name(node: Node) -> str:
    shard = f" [{node.shard}]" if node.shard is not None else ""
    attempt = f" #{node.attempt}" if node.attempt is not None and node.attempt > 1 else ""
    return one_line(node.name or node.id, _NAME_LIMIT) + shard + attempt


def _note(node: Node) -> str:
    if node.exit_code:
        return f"exit {node.exit_code}"
    if node.status is Status.UNKNOWN and node.status_text:
        return one_line(node.status_text, 40)
    if node.status is Status.RUNNING:
        return one_line(" ".join(node.extra[name] for name in LOAD if name in node.extra), 40)
    return ""


def in_order(nodes: Sequence[Node]) -> list[Node]:
    """The nodes so that each comes after those it needs; otherwise, and in a circle of needs, as they were given."""
    by_id = {node.id: node for node in nodes}
    ordered: list[Node] = []
    begun: set[int] = set()
    for node in nodes:
        path = [node]  # a stack of our own, because a chain of needs may be longer than Python's
        while path:
            begun.add(id(path[-1]))
            need = next(
                (by_id[need] for need in path[-1].needs if need in by_id and id(by_id[need]) not in begun), None
            )
            if need is not None:
                path.append(need)
            else:
                ordered.append(path.pop())
    return list({id(node): node for node in ordered}.values())


def run_span(nodes: Iterable[Node], now: datetime) -> tuple[float, float] | None:
    """From the first start to the last end of any node, in seconds since the epoch; None when none has started."""
    return _span(tuple(nodes), now)


def node_bar(row: NodeRow, whole: tuple[float, float], width: int, now: datetime, glyphs: Glyphs = UNICODE) -> Cell:
    """Where the row stands in its run's time; blank while it has not started."""
    span = _span(row.nodes, now)
    if span is None:
        return Cell(" " * width, Tone.FAINT)
    is_open = any(node.started_at is not None and not node.status.is_final for node in row.nodes)
    return Cell(span_bar(*span, whole, width, is_open=is_open, glyphs=glyphs), STATUS_TONES[row.status])


def _span(nodes: Sequence[Node], now: datetime) -> tuple[float, float] | None:
    starts, ends = [], []
    for node in nodes:
        took = node.took_seconds(now)
        if node.started_at is not None and took is not None:
            start = node.started_at.timestamp()
            starts.append(start)
            ends.append(start + took)
    return (min(starts), max(ends)) if starts else None
