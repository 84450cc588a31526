"""Screens made of the widgets alone, as the dashboard puts them together, to look at and to test.

`python -m tests.support.gallery runs|run|files|log [THEME]`
"""

import sys
from collections.abc import Sequence
from datetime import UTC, timedelta
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from runtui.model.delta import FeedState, ProfileHealth
from runtui.model.lines import Line, StaticLines
from runtui.model.node import Node
from runtui.model.output_file import FileHash, OutputFile
from runtui.model.reference import RunReference
from runtui.model.status import Status
from runtui.model.transfer import Transfer, TransferState
from runtui.model.variable import Role, Variable
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.file_tree import FileTree
from runtui.render.glyphs import UNICODE
from runtui.render.run_columns import run_column
from runtui.render.status_cells import status_cell, status_chips
from runtui.styles_folder import styles_folder
from runtui.tui.widgets.calm_screen import CalmScreen
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.file_tree_view import FileTreeView
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.inks import ChoosesGlyphs
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.log_view import LogView
from runtui.tui.widgets.nodes_pane import NodesPane
from runtui.tui.widgets.profile_badges import ProfileBadges
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.rule import Rule
from runtui.tui.widgets.status_chips import CHIP_KEYS, StatusChips
from runtui.tui.widgets.text_pane import TextPane
from runtui.tui.widgets.themes import THEMES
from runtui.tui.widgets.variables_pane import VariablesPane
from runtui.tui.widgets.virtual_table import VirtualTable
from tests.support.log_app import CountedLines, gap
from tests.support.table_app import COLUMNS, NOW, some_runs
from tests.support.wire import WeighedApp

CONTEXT = DrawContext(now=NOW, zone=UTC)
COUNTS = {
    Status.RUNNING: 12,
    Status.QUEUED: 4,
    Status.SUCCEEDED: 1190,
    Status.FAILED: 61,
    Status.STOPPED: 9,
    Status.ENDED: 0,
}


def healths() -> list[ProfileHealth]:
    """Two profiles that do well, one offline, one that needs its owner."""
    fresh = ProfileHealth(
        profile="destine", service="deltatwin", state=FeedState.FRESH, refreshed_at=NOW - timedelta(seconds=4)
    )
    return [
        fresh,
        ProfileHealth(profile="hpc", service="rescale", state=FeedState.FRESH, refreshed_at=NOW - timedelta(seconds=2)),
        ProfileHealth(
            profile="carrot", service="carrot", state=FeedState.OFFLINE, refreshed_at=NOW - timedelta(minutes=12)
        ),
        ProfileHealth(profile="local", service="local", state=FeedState.STARTING),
    ]


def variables() -> list[Variable]:
    """Inputs with a default that was changed, outputs that are numbers, a file and a secret."""
    return [
        Variable(name="x_velocity", role=Role.INPUT, type="float", value=20.0, text="20"),
        Variable(name="y_velocity", role=Role.INPUT, type="float", value=3.5, text="3.5", default="3"),
        Variable(name="mesh", role=Role.INPUT, type="file", text="airfoil_fine.msh", value="x", file_id="f1"),
        Variable(name="token", role=Role.INPUT, type="secret", secret=True),
        Variable(name="Cd", role=Role.OUTPUT, type="float", value=-0.01876, text="-0.01876"),
        Variable(name="Cl", role=Role.OUTPUT, type="float", value=0.14074, text="0.14074"),
    ]


def nodes() -> list[Node]:
    """A workflow of five nodes, one of them in shards."""
    at = NOW - timedelta(minutes=5)

    def node(name: str, status: Status, start: int | None, end: int | None, **more: object) -> Node:
        return Node(
            id=str(more.pop("id", name)),
            name=name,
            status=status,
            started_at=None if start is None else at + timedelta(seconds=start),
            ended_at=None if end is None else at + timedelta(seconds=end),
            **more,  # type: ignore[arg-type]  # fields of Node by name
        )

    shards = [
        node("decompose", Status.SUCCEEDED, 14, 17 + shard, shard=shard, id=f"decompose{shard}", needs=("mesh",))
        for shard in range(8)
    ]
    return [
        node("mesh", Status.SUCCEEDED, 0, 14),
        *shards,
        node("solve", Status.FAILED, 25, 137, needs=("decompose0",), exit_code=1),
        node("sample", Status.QUEUED, None, None, needs=("solve",)),
        node("monitor", Status.RUNNING, 25, None, needs=("mesh",)),
    ]


def output_files() -> list[OutputFile]:
    """A solver's folder: time steps, logs, a name with wide characters and one with an escape sequence."""
    files = [
        OutputFile(id=f"{step}/{name}", path=f"airFoil2D/{step}/{name}", size=1000 * (step + 3) * len(name))
        for step in (0, 100, 200)
        for name in ("U", "p", "nut", "phi")
    ]
    return [
        *files,
        OutputFile(
            id="log",
            path="airFoil2D/process_output.log",
            size=61_000,
            modified_at=NOW - timedelta(days=2),
            hashes=(FileHash("md5", "00" * 16),),
        ),
        OutputFile(id="wide", path="airFoil2D/結果/翼型.csv", size=1234),
        OutputFile(id="bad", path="airFoil2D/\x1b[31mred\x07.txt", size=None),
        OutputFile(id="up", path="../etc/passwd", size=10),
    ]


class GalleryScreen(CalmScreen[None]):
    """A screen of the gallery; its app chooses the signs."""

    @property
    def context(self) -> DrawContext:
        """What is drawn with beside the rows."""
        return DrawContext(
            now=NOW, zone=UTC, glyphs=self.app.glyphs if isinstance(self.app, ChoosesGlyphs) else UNICODE
        )


class RunsGallery(GalleryScreen):
    """The home screen's parts."""

    BINDINGS = [  # noqa: RUF012  # Textual's own shape of bindings
        *CHIP_KEYS,
        Binding("l", "bell", "log", id="run.log"),
        Binding("f", "bell", "files", id="run.files"),
        Binding("slash", "filter", "filter", id="runs.filter", key_display="/"),
        Binding("s", "bell", "sort", id="runs.sort"),
        Binding("D", "ask_delete", "delete", id="run.delete", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Header, chips, filter, table, footer."""
        runs = some_runs(300)
        yield ProfileBadges()
        yield StatusChips()
        yield FilterLine("text  !not  status:failed  Cd<0  started>2d", id="filter")
        self.table = VirtualTable([run_column(key) for key in COLUMNS], runs.get, self.context, id="runs")
        self.runs = runs
        yield self.table
        yield KeyFooter(["list.open", "run.log", "run.files", "list.mark", "runs.filter", "runs.sort"])

    def on_mount(self) -> None:
        """Fill them."""
        badges = self.query_one(ProfileBadges)
        badges.show_profiles(healths(), NOW)
        badges.show_gauge(Cell("↓ 3 of 12", Tone.ACCENT), Cell("  41%  8.2 MB/s", Tone.MUTED))
        self.query_one(StatusChips).show_chips(status_chips(COUNTS), "1")
        self.query_one(FilterLine).show_summary(
            Cell("37", Tone.STRONG), Cell(" of 1284  ·  ", Tone.MUTED), Cell("3 marked", Tone.ACCENT)
        )
        self.table.show_keys(list(self.runs))
        self.table.set_sort("started", descending=True)
        self.table.set_marks(list(self.runs)[3:6])
        self.table.focus()

    def action_choose_chip(self, key: str) -> None:
        """Choose a chip."""
        self.query_one(StatusChips).choose(key)

    def action_ask_delete(self) -> None:
        """Ask before the marked runs are deleted."""
        self.app.push_screen(a_dialog([str(key) for key in self.table.marked_keys]))

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterLine).begin()

    def on_filter_line_filter_accepted(self) -> None:
        """Back to the table."""
        self.table.focus()

    def on_filter_line_filter_cancelled(self) -> None:
        """Back to the table."""
        self.table.focus()


class RunGallery(GalleryScreen):
    """The run screen's parts."""

    CSS = "Horizontal { height: 1fr; } Vertical { width: 2fr; } #variables { width: 1fr; } #nodes { height: 10; }"

    def compose(self) -> ComposeResult:
        """Header of two lines, variables beside nodes above a tail, footer."""
        yield DetailLine(id="facts")
        yield DetailLine(id="message")
        with Horizontal():
            yield VariablesPane(self.context, id="variables")
            with Vertical():
                yield NodesPane(self.context, id="nodes")
                yield Rule(id="tail_title")
                yield LogView(CountedLines(5000), numbers=False, id="tail")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Fill them."""
        self.query_one("#facts", DetailLine).show_facts(
            Cell("hpc:aBcDeF/13", Tone.STRONG),
            Cell("airfoil sweep"),
            [status_cell(Status.FAILED), Cell(" 2m ago", Tone.MUTED)],
            [Cell("took ", Tone.MUTED), Cell("02:11")],
            Cell("exit code 1", Tone.ERROR),
        )
        self.query_one("#message", DetailLine).show_facts(
            Cell("Divergence at t = 240: see process_output.log:1187"),
            right=Cell("why: the log's last line says so", Tone.MUTED),
        )
        self.query_one("#variables", VariablesPane).show_variables(variables())
        self.query_one("#nodes", NodesPane).show_nodes(nodes())
        self.query_one("#tail_title", Rule).show_title("solve · stdout", Cell("following, 3s", Tone.MUTED))
        self.query_one("#tail", LogView).follow()
        self.query_one("#nodes", NodesPane).focus()


class FilesGallery(GalleryScreen):
    """The files screen's parts."""

    CSS = "#tree { width: 3fr; } #preview { width: 2fr; margin: 0 0 0 1; } Horizontal { height: 1fr; }"

    def compose(self) -> ComposeResult:
        """Facts, the tree beside a preview, footer."""
        yield DetailLine(id="facts")
        with Horizontal():
            yield FileTreeView(self.context, id="tree")
            yield TextPane("# time  Cd        Cl\n1      -0.01871   0.14002\n2      -0.01874   0.14055\n", id="preview")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Fill them."""
        self.query_one("#facts", DetailLine).show_facts(
            [Cell("hpc:aBcDeF/13", Tone.STRONG), Cell(" › files", Tone.MUTED)],
            Cell("66 files · 8.0 MB · finished run", Tone.MUTED),
            right=[Cell("3 marked", Tone.ACCENT), Cell(" · 412 KB → ~/runs/hpc/aBcDeF/13", Tone.MUTED)],
        )
        tree = self.query_one("#tree", FileTreeView)
        files = output_files()
        log = next(file for file in files if file.id == "log")
        run = RunReference("hpc", "aBcDeF/13")
        done = TransferState.DONE
        tree.show_transfers([Transfer(id=1, run=run, file=log, target=Path("log"), state=done, verified="md5")])
        tree.show_tree(FileTree(files))
        marked = ("0/U", "100/U", "100/p", "100/nut", "100/phi")
        tree.mark_files([file for file in files if file.id in marked])
        tree.focus()


class LogGallery(GalleryScreen):
    """The log screen's parts, with every kind of line."""

    def compose(self) -> ComposeResult:
        """Facts, the pager, the search, footer."""
        yield DetailLine(id="facts")
        yield LogView(StaticLines(log_lines()), id="log")
        yield FilterLine(id="search")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Fill them."""
        import re

        self.query_one("#facts", DetailLine).show_facts(
            [Cell("hpc:aBcDeF/13 › solve › ", Tone.MUTED), Cell("stdout", Tone.STRONG)],
            Cell("1 204 311 lines · 103 MB", Tone.MUTED),
            Cell("error 3 of 17", Tone.ERROR),
            Cell("‖ paused, 312 new: F follows", Tone.WARNING),
        )
        log = self.query_one("#log", LogView)
        log.set_pattern(re.compile("residual", re.IGNORECASE))
        hits = [number for number, line in enumerate(log_lines()) if "residual" in str(line)]
        log.set_hits(hits)
        log.focus()
        search = self.query_one("#search", FilterLine)
        search.set_text("residual.*nan")
        search.show_summary(Cell(f"{len(hits)} hits", Tone.MUTED))


def log_lines() -> list[str | Line]:
    """A solver's log that fails."""
    lines: list[str | Line] = [
        f"12:01:{step:02}  Time = {200 + step}  residual = {3e-4 * step:.2e}" for step in range(9)
    ]
    lines += [
        "12:01:09  WARNING  bounding k, min: -1.2e-05",
        "12:01:10  \x1b[32mcoloured\x1b[0m by the program, \x07 and 翼型 解析",
        "12:01:10  ERROR  FOAM FATAL ERROR: Floating point exception in residual",
        "              From function solve()",
        "              in file solver.C at line 112",
        gap("between 48 and 310 lines are missing here: the service keeps the last 1,000 and 3 polls failed"),
        "12:01:41  mpirun: process 3 exited with code 1",
        "12:01:41  DEBUG  cleaning up " + "/very/long/path" * 20,
    ]
    return lines


def _solver_step(step: int) -> str:
    return f"12:01:{step:02}  Time = {200 + step}  residual = {3e-4 * step:.2e}"


SCREENS: dict[str, type[Screen[None]]] = {
    "runs": RunsGallery,
    "run": RunGallery,
    "files": FilesGallery,
    "log": LogGallery,
}


class GalleryApp(WeighedApp):
    """One of the screens above."""

    CSS_PATH = sorted(styles_folder().glob("widgets.tcss"))
    BINDINGS = [  # noqa: RUF012  # Textual's own shape of bindings
        Binding("question_mark", "bell", "help", id="app.help", key_display="?")
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, screen: str, theme: str = "runtui-dark") -> None:
        # How colours are left out under NO_COLOR is settled here, before a theme can be.
        super().__init__(ansi_color=theme.startswith("ansi") or None)
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme
        self._first = SCREENS[screen]
        self.opened: list[object] = []
        """Keys of the rows that were opened."""

    def on_mount(self) -> None:
        """Show the screen."""
        self.push_screen(self._first())

    def on_row_view_row_opened(self, message: RowView.RowOpened) -> None:
        """Note it."""
        self.opened.append(message.key)


def a_dialog(objects: Sequence[str]) -> ConfirmDialog:
    """The dialog before runs are deleted."""
    return ConfirmDialog(
        f"Delete {len(objects)} runs?",
        objects,
        "Their files and logs are deleted at the service. This cannot be undone.",
        confirm="Delete",
        again="D",
    )


if __name__ == "__main__":
    name = sys.argv[1] if len(sys.argv) > 1 else "runs"
    theme_name = sys.argv[2] if len(sys.argv) > 2 else "runtui-dark"
    GalleryApp(name, theme_name).run()
