"""One run: what it is, what went in and came out, its nodes, and a log."""

from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from runtui.model.capability import Capability
from runtui.model.delta import Delta
from runtui.model.errors import NotFoundError, RuntuiError
from runtui.model.log import LogSource
from runtui.model.node import Node
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.sanitise import one_line
from runtui.render.units import counted, size
from runtui.styles_folder import style_sheets
from runtui.tui.error_cells import error_cell, error_lines
from runtui.tui.followed_log import FollowedLog
from runtui.tui.log_choice import best_source
from runtui.tui.run_facts import head_facts, message_facts, reason_fact
from runtui.tui.run_series import ShowsSeries
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.log_view import LogView
from runtui.tui.widgets.nodes_pane import NodesPane
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.rule import Rule
from runtui.tui.widgets.series_plot import SeriesPlot
from runtui.tui.widgets.variables_pane import VariablesPane

NODES_EVERY = 5.0
"""Seconds between two looks at the nodes of a live run."""
CURSOR_REST = 0.25
"""Seconds the cursor rests on a node before its log is fetched."""


class RunScreen(ShowsSeries):
    """Everything about one run on one screen, each part fetched for itself."""

    CSS_PATH = style_sheets("run")

    AUTO_FOCUS = "#nodes"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (90, "-wide")]  # noqa: RUF012 (the base class declares it so)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "open_log", "log", id="run.log", tooltip="log of the node under the cursor, or of the run"),
        Binding("f", "open_files", "files", id="run.files", tooltip="output files of the run"),
        Binding("R", "open_reports", "reports", id="run.reports", tooltip="reports made of the run"),
        Binding("o", "show_facts", "all facts", id="run.facts", tooltip="everything the service says, as JSON"),
        Binding("y,c", "copy_value", "copy", id="run.copy", tooltip="copy the value under the cursor"),
        Binding("tab", "app.focus_next", "next pane", id="pane.next", show=False),
        Binding("shift+tab", "app.focus_previous", "pane before", id="pane.previous", show=False),
    ]

    def __init__(self, reference: RunReference) -> None:
        super().__init__()
        self.reference = reference
        self.nodes: tuple[Node, ...] = ()
        self.sources: tuple[LogSource, ...] = ()
        self._log: FollowedLog | None = None
        self._problem: RuntuiError | None = None
        self._log_problem: RuntuiError | None = None

    def compose(self) -> ComposeResult:
        """Facts above, variables on the left, nodes over a log on the right."""
        context = self._drawing()
        yield DetailLine(id="head")
        yield DetailLine(id="message")
        with Horizontal(id="panes"):
            yield VariablesPane(context, id="variables")
            with Vertical(id="work"):
                yield NodesPane(context, id="nodes")
                yield Rule("Log", id="log-rule")
                yield LogView(id="log", numbers=False)
                yield SeriesPlot(id="plot")
        yield KeyFooter(("list.open", "run.log", "run.files", "run.copy", "run.facts"), id="footer")

    def on_mount(self) -> None:
        """Show what the list knew, and fetch the rest."""
        self._log = FollowedLog(self.dashboard)
        has_nodes = self._can(Capability.NODES)
        self.query_one(NodesPane).display = has_nodes
        if not has_nodes:
            self.query_one(VariablesPane).focus()
        self.query_one(VariablesPane).set_waiting(True, "Asking for variables …")
        self.query_one(NodesPane).set_waiting(True, "Asking for nodes …")
        self._show_run()
        self._fetch_run()
        self._fetch_work()
        self.set_interval(NODES_EVERY, self._look_again)

    def on_unmount(self) -> None:
        """Let go of the log."""
        if self._log is not None:
            self._log.close()

    @property
    def run(self) -> Run | None:
        """The run as it is known now; None once it is gone."""
        return self.dashboard.index.run(self.reference)

    def chosen_runs(self) -> list[Run]:
        """The run itself."""
        run = self.run
        return [] if run is None else [run]

    def _can(self, capability: Capability) -> bool:
        known = self.dashboard.capabilities.get(self.reference.profile)
        return known is None or capability in known

    def _drawing(self) -> DrawContext:
        index = self.dashboard.index
        return DrawContext(self.dashboard.now(), self.dashboard.glyphs, short_ids=index.short_ids)

    # fetching

    @work(exclusive=True, group="run")
    async def _fetch_run(self) -> None:
        try:
            await self.ask(lambda session: session.fetch_run(self.reference))
        except RuntuiError as error:
            self._problem = error
        else:
            self._problem = None
        variables = self.query_one(VariablesPane)
        variables.set_waiting(False)
        variables.set_empty("No variables." if self._problem is None else error_cell(self._problem))
        self._show_run()

    @work(exclusive=True, group="work")
    async def _fetch_work(self) -> None:
        run = self.run
        if run is None:
            return
        if self._can(Capability.NODES):
            await self._fetch_nodes(run)
        if self._can(Capability.LOGS):
            await self._fetch_sources(run)
        self._show_log()

    async def _fetch_nodes(self, run: Run) -> None:
        pane = self.query_one(NodesPane)
        try:
            self.nodes = await self.ask(lambda session: session.nodes(run))
        except RuntuiError as error:
            pane.set_empty(*error_lines(error))
        else:
            pane.set_empty("No nodes.")
            first_time = not pane.keys
            pane.show_nodes(self.nodes)
            pane.styles.height = min(len(pane.keys) + 1, max(4, self.size.height * 45 // 100))
            if first_time:
                self._go_to_telling_node()
        pane.set_waiting(False)

    async def _fetch_sources(self, run: Run) -> None:
        try:
            self.sources = await self.ask(lambda session: session.log_sources(run))
        except NotFoundError:
            self.sources, self._log_problem = (), None
        except RuntuiError as error:
            self._log_problem = error
        else:
            self._log_problem = None

    def _go_to_telling_node(self) -> None:
        """Put the cursor where the trouble is, else where the work is."""
        telling = best_source(self.sources, self.nodes, None)
        wanted = telling.node_id if telling else next((n.id for n in self.nodes if n.status.is_live), None)
        failed = next((node.id for node in self.nodes if node.status.value == "failed" and node.has_log), None)
        node_id = failed or wanted
        if node_id is not None:
            self.query_one(NodesPane).move_to_key(node_id)

    def _look_again(self) -> None:
        run = self.run
        if run is not None and not run.status.is_final and self.is_current:
            self._fetch_work()

    # showing

    def runs_changed(self, delta: Delta) -> None:
        """Show the run's new value; when it ended, look at its work once more."""
        if delta.is_empty or self.reference in delta.changed or self.reference in delta.removed:
            self._show_run()
            run = delta.changed.get(self.reference)
            if run is not None and run.status.is_final:
                self._fetch_run_again()

    def _fetch_run_again(self) -> None:
        if self._problem is None:
            self._fetch_work()

    def time_passed(self, now: datetime) -> None:
        """Ages and bars move on."""
        self._show_head()
        self._show_log_rule()
        nodes = self.query_one(NodesPane)
        if any(node.status.is_live for node in self.nodes):
            nodes.set_context(self._drawing())
            nodes.refresh_times()

    def _show_run(self) -> None:
        run = self.run
        self._show_head()
        if run is not None:
            self.query_one(VariablesPane).show_variables(run.variables)

    def _show_head(self) -> None:
        run, head, message = self.run, self.query_one("#head", DetailLine), self.query_one("#message", DetailLine)
        if run is None:
            gone = Cell("gone: the service no longer has it", Tone.WARNING)
            head.show_facts(Cell(one_line(str(self.reference)), Tone.STRONG), gone)
            return
        files: list[Cell] = []
        if run.output_count is not None:
            held = "" if run.output_bytes is None else f" · {size(run.output_bytes)}"
            files.append(Cell(f"{counted(run.output_count, 'file')}{held}", Tone.MUTED))
        head.show_facts(*head_facts(run, self._drawing()), *files)
        problem = self._problem
        said = [error_cell(problem)] if problem is not None else message_facts(run)
        message.show_facts(*said, *([reason_fact(run)] if not said else []), right=reason_fact(run) if said else ())

    # the log of the node under the cursor

    @on(RowView.CursorMoved, "#nodes")
    def _node_chosen(self) -> None:
        self.set_timer(CURSOR_REST, self._show_log)

    def _show_log(self) -> None:
        own = self._own_run()
        if own is not None:
            self._follow_own(own)
            return
        run, source = self.run, best_source(self.sources, self.nodes, self._node_id())
        if run is None or source is None:
            problem = self._log_problem
            said = Cell("nothing to follow", Tone.MUTED) if problem is None else error_cell(problem)
            self.query_one("#log-rule", Rule).show_title("Log", said)
            return
        self._follow(run, source)

    def _own_run(self) -> Run | None:
        """The run the node under the cursor is, where that is another one than the one shown."""
        node = self.query_one(NodesPane).node()
        if node is None or node.run_id in ("", self.reference.id):
            return None
        return self.dashboard.index.run(RunReference(self.reference.profile, node.run_id))

    @work(exclusive=True, group="log")
    async def _follow_own(self, run: Run) -> None:
        """Follow the most telling log of the run a node is."""
        try:
            source = best_source(await self.ask(lambda session: session.log_sources(run)), (), None)
        except RuntuiError as error:
            self.query_one("#log-rule", Rule).show_title("Log", error_cell(error))
            return
        if source is None:
            said = Cell(one_line(f"{self.short_name(run.reference)} has nothing to follow"), Tone.MUTED)
            self.query_one("#log-rule", Rule).show_title("Log", said)
        else:
            await self._followed(run, source)

    def _node_id(self) -> str | None:
        node = self.query_one(NodesPane).node()
        return None if node is None else node.id

    @work(exclusive=True, group="log")
    async def _follow(self, run: Run, source: LogSource) -> None:
        await self._followed(run, source)

    async def _followed(self, run: Run, source: LogSource) -> None:
        log = self._log
        if log is None or log.follows(run, source):
            return
        try:
            tail = await log.follow(run, source)
        except RuntuiError as error:
            self.query_one("#log-rule", Rule).show_title("Log", error_cell(error))
            return
        if tail is not None:
            self.query_one("#log", LogView).set_source(tail.spool, follow=True)
            self.follow_series(run, tail.spool)
            self._show_log_rule()

    @on(LogView.Changed, "#log")
    def _show_log_rule(self) -> None:
        log = self._log
        if log is not None and log.tail is not None:
            own = self._own_run()
            name = log.tail.source.name if own is None else f"{self.short_name(own.reference)} · {log.tail.source.name}"
            self.query_one("#log-rule", Rule).show_title(one_line(name), *log.cells())
        self.look_for_series()

    # actions

    @on(RowView.RowOpened, "#nodes")
    def _node_opened(self) -> None:
        self.action_open_log()

    def action_open_log(self) -> None:
        """Show the log of the node under the cursor, or the most telling one."""
        run, own = self.run, self._own_run()
        if own is not None:
            self.dashboard.open_log(own)
        elif run is not None:
            source = best_source(self.sources, self.nodes, self._node_id())
            self.dashboard.open_log(run, node_id=self._node_id(), source=source)

    def action_open_files(self) -> None:
        """Show the output files of the run, or of the one the chosen node is."""
        run = self._own_run() or self.run
        if run is not None:
            self.dashboard.open_files(run)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Reports only where the service makes some."""
        if action == "open_reports":
            return Capability.REPORTS in self.dashboard.capabilities.get(self.reference.profile, ())
        return super().check_action(action, parameters)

    def action_open_reports(self) -> None:
        """Show the reports made of the run."""
        run = self.run
        if run is not None:
            self.dashboard.open_reports(run)

    def action_show_facts(self) -> None:
        """Show everything that is known, as JSON."""
        from runtui.tui.screens.facts import FactsScreen

        run = self.run
        if run is not None:
            self.app.push_screen(FactsScreen(head_facts(run, self._drawing()), run))

    def action_copy_value(self) -> None:
        """Copy the variable's value, the node's id, or the run's reference."""
        text = self._text_under_cursor()
        self.app.copy_to_clipboard(text)
        self.notify(f"Copied {one_line(text, 60)}", markup=False)

    def _text_under_cursor(self) -> str:
        variables, nodes = self.query_one(VariablesPane), self.query_one(NodesPane)
        variable = variables.variable() if variables.has_focus else None
        if variable is not None and not variable.secret:
            return variable.text or str(variable.value)
        node = nodes.node() if nodes.has_focus else None
        return str(self.reference) if node is None else node.id
