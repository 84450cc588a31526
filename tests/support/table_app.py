"""An app that shows nothing but a table of runs, for Pilot and for a real terminal.

`python -m tests.support.table_app [ROWS] [THEME]`
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from textual.app import ComposeResult
from textual.strip import Strip

from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Role, Variable
from runtui.render.columns import Column, DrawContext
from runtui.render.run_columns import run_column
from runtui.tui.widgets.themes import THEMES
from runtui.tui.widgets.virtual_table import VirtualTable
from tests.support.wire import WeighedApp

NOW = datetime(2026, 1, 29, 12, 0, tzinfo=UTC)
COLUMNS = ("run", "job", "status", "started", "took", "var:Cd", "var:Cl", "owner")
_STATUSES = (Status.RUNNING, Status.FAILED, Status.SUCCEEDED, Status.SUCCEEDED, Status.QUEUED, Status.STOPPED)
_JOBS = ("airfoil sweep", "sen2cor 1.0.0", "Example Test", "sweep x=2.5", "image rotation")


def a_run(number: int, **changes: Any) -> Run:
    """Run `number` of a list, always the same one."""
    status = _STATUSES[number % len(_STATUSES)]
    started = None if status is Status.QUEUED else NOW - timedelta(seconds=12 + number * 37)
    fields: dict[str, Any] = {
        "profile": ("hpc", "destine", "carrot", "local")[number % 4],
        "service": "rescale",
        "id": f"{number * 2654435761 % 16**8:08x}",
        "job": _JOBS[number % len(_JOBS)],
        "status": status,
        "created_at": NOW - timedelta(seconds=60 + number * 37),
        "started_at": started,
        "ended_at": started + timedelta(seconds=131) if started and status.is_final else None,
        "owner": ("me", "alice", "kevin")[number % 3],
        "variables": (
            Variable(name="Cd", role=Role.OUTPUT, value=-0.0188 - number % 7, text=f"{-0.0188 - number % 7:.4f}"),
            Variable(name="Cl", role=Role.OUTPUT, value=0.14 * (number % 99), text=f"{0.14 * (number % 99):.3g}"),
        ),
    }
    return Run(**{**fields, **changes})


def some_runs(count: int) -> dict[RunReference, Run]:
    """The first `count` runs by their reference."""
    runs = (a_run(number) for number in range(count))
    return {run.reference: run for run in runs}


class WatchedTable(VirtualTable[RunReference, Run]):
    """A table that notes which of its lines were made, and which were drawn onto the screen."""

    made: list[int]
    painted: list[int]

    def draw_line(self, y: int) -> Strip:
        """Note the line."""
        self.made.append(y)
        return super().draw_line(y)

    def render_line(self, y: int) -> Strip:
        """Note the line."""
        self.painted.append(y)
        return super().render_line(y)


class TableApp(WeighedApp):
    """A table of runs and nothing else. `runs` is what the table looks rows up in."""

    def __init__(
        self,
        runs: dict[RunReference, Run] | None = None,
        columns: Sequence[Column[Run]] = (),
        theme: str = "runtui-dark",
    ) -> None:
        super().__init__()
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme
        self.runs = some_runs(50) if runs is None else runs
        self.heard: list[object] = []
        self.table = WatchedTable(
            columns or [run_column(key) for key in COLUMNS],
            self.runs.get,
            DrawContext(now=NOW, zone=UTC),
            id="runs",
        )
        self.table.made, self.table.painted = [], []

    def compose(self) -> ComposeResult:
        """The table alone."""
        yield self.table

    def on_mount(self) -> None:
        """Fill the table."""
        self.table.show_keys(list(self.runs))
        self.table.focus()

    def on_row_view_cursor_moved(self, message: VirtualTable.CursorMoved) -> None:
        """Note it."""
        self.heard.append(message)

    def on_row_view_row_opened(self, message: VirtualTable.RowOpened) -> None:
        """Note it."""
        self.heard.append(message)

    def on_row_view_marks_changed(self, message: VirtualTable.MarksChanged) -> None:
        """Note it."""
        self.heard.append(message)

    def on_virtual_table_sort_requested(self, message: VirtualTable.SortRequested) -> None:
        """Note it."""
        self.heard.append(message)


if __name__ == "__main__":
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    TableApp(some_runs(rows), theme=sys.argv[2] if len(sys.argv) > 2 else "runtui-dark").run()
