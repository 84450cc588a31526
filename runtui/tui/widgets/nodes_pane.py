"""The nodes of a run: status, time taken, and where in the run's time each stood."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final, TypeAlias

from textual.binding import Binding, BindingType

from runtui.model.node import Node
from runtui.model.status import Status
from runtui.render.cell import EMPTY, Cell, Tone
from runtui.render.column_layout import GAP
from runtui.render.columns import Column, DrawContext
from runtui.render.node_rows import NodeRow, node_bar, node_rows, run_span
from runtui.render.widths import Align, cell_width
from runtui.tui.widgets.virtual_table import VirtualTable

_BAR_WIDEST: Final = 32
_BAR_LEAST: Final = 6
"""With less room than this there are no bars."""
_TOOK_WIDTH: Final = 7


class NodesPane(VirtualTable[str, NodeRow]):
    """Nodes as indented lines; shards of one call stand together until they are opened.

    Enter on a node is told as `RowOpened` with the node row's key (the node's id unless it stands for shards, see
    `node`); Right opens shards and Left closes them.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "open_shards(True)", "show shards", id="tree.open", show=False),
        Binding("left", "open_shards(False)", "hide shards", id="tree.close", show=False),
    ]

    def __init__(self, context: DrawContext, *, id: str | None = None) -> None:
        self._by_key: dict[str, NodeRow] = {}
        super().__init__((), self._row_of, context, id=id)
        self._shown_nodes: tuple[Node, ...] = ()
        self._opened: set[str] = set()
        self._whole: tuple[float, float] | None = None
        self._bar_width = -1
        self.set_title("Nodes")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing acts on several of them, so there is nothing to mark."""
        if action in ("toggle_mark", "toggle_range", "toggle_all"):
            return False
        return super().check_action(action, parameters)

    def _row_of(self, key: str) -> NodeRow | None:
        return self._by_key.get(key)

    def show_nodes(self, nodes: Sequence[Node]) -> None:
        """Show these nodes, in the order of what needs what; the cursor stays on its node."""
        self._shown_nodes = tuple(nodes)
        self._lay_out()

    def node(self, key: str | None = None) -> Node | None:
        """The node of a line, the cursor's by default; of shards the one to look at first."""
        key = self.cursor_key if key is None else key
        row = self._by_key.get(key) if key is not None else None
        return None if row is None else row.node

    def set_context(self, context: DrawContext) -> None:
        """Draw with another context, because time passed: bars of running nodes grow."""
        self._whole = run_span(self._shown_nodes, context.now)
        super().set_context(context)

    def resized(self) -> None:
        """Give the bars what room there is."""
        self._set_columns()
        super().resized()

    def _lay_out(self) -> None:
        rows = {row.key: row for row in node_rows(self._shown_nodes, self._opened, self.context.glyphs)}
        self._by_key = {key: self._by_key[key] if self._by_key.get(key) == row else row for key, row in rows.items()}
        self._whole = run_span(self._shown_nodes, self.context.now)
        self._set_columns()
        self.show_keys(list(rows))

    def _set_columns(self) -> None:
        """Columns with bars as wide as the other columns leave room for, or without."""
        rows = self._by_key.values()
        names = max((cell_width(_name(row, self.context).text) for row in rows), default=0)
        notes = max((cell_width(row.note) for row in rows), default=0)
        beside = 1 + names + _TOOK_WIDTH + notes + 4 * GAP
        room = min(_BAR_WIDEST, self.room - beside)
        bar_width = room if self._whole and room >= _BAR_LEAST else 0
        if bar_width != self._bar_width:
            self._bar_width = bar_width
            self.set_columns(_columns(self._bar if bar_width else None, bar_width))

    def _bar(self, row: NodeRow, context: DrawContext) -> Cell:
        if self._whole is None:
            return EMPTY
        return node_bar(row, self._whole, self._bar_width, context.now, context.glyphs)

    def action_open_row(self) -> None:
        """Open the shards of a call, or say that the node is to be opened."""
        row = self._by_key.get(self.cursor_key or "")
        if row is not None and row.is_group:
            self.action_open_shards(not row.is_open)
        else:
            super().action_open_row()

    def action_open_shards(self, is_open: bool) -> None:
        """Show the shards of the call under the cursor, or hide them."""
        row = self._by_key.get(self.cursor_key or "")
        if row is None or not row.is_group or row.is_open == is_open:
            return
        self._opened ^= {row.key}
        self._lay_out()


Draw: TypeAlias = Callable[[NodeRow, DrawContext], Cell]


def _columns(bar: Draw | None, bar_width: int) -> list[Column[NodeRow]]:
    columns = [
        _column("status", _status, width=1, min_width=1),
        _column("name", _name, width=32, min_width=8, grows=True),
        _column(
            "took", lambda row, context: row.took_cell(context.now), width=_TOOK_WIDTH, min_width=5, align=Align.RIGHT
        ),
        _column(
            "note",
            lambda row, _: Cell(row.note, Tone.MUTED if row.status is Status.RUNNING else Tone.ERROR),
            width=16,
            min_width=4,
        ),
    ]
    if bar is not None:
        columns.insert(3, _column("bar", bar, width=bar_width, min_width=bar_width))
    return columns


def _status(row: NodeRow, context: DrawContext) -> Cell:
    return row.status_cell(context.glyphs)


def _name(row: NodeRow, context: DrawContext) -> Cell:
    glyphs = context.glyphs
    fold = f"{glyphs.folder_open if row.is_open else glyphs.folder_closed} " if row.is_group else ""
    return Cell(f"{row.guide}{fold}{row.name}{'  ' if row.shards else ''}{row.shards}")


def _column(
    key: str,
    cell: Draw,
    *,
    width: int,
    min_width: int,
    align: Align = Align.LEFT,
    grows: bool = False,
) -> Column[NodeRow]:
    return Column(
        key=key,
        title="",
        cell=cell,
        sort_value=lambda row, _: None,
        align=align,
        width=width,
        min_width=min_width,
        grows=grows,
    )


def _took(row: NodeRow, context: DrawContext) -> Cell:
    return row.took_cell(context.now)
