"""Runs a service gave in answer to one question: those of a group, or those its own filters find."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.delta import Delta
from runtui.model.errors import RuntuiError
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.run_column_choice import SAMPLE, default_columns
from runtui.render.sanitise import one_line
from runtui.render.units import counted
from runtui.services.session import RunList, Session
from runtui.styles_folder import style_sheets
from runtui.tui.error_cells import error_lines
from runtui.tui.run_actions import ActsOnRuns
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.virtual_table import VirtualTable

Question = Callable[[Session], Awaitable[RunList]]


class FoundRunsScreen(ActsOnRuns):
    """The runs in the service's order; all that can be done to runs can be done to them."""

    CSS_PATH = style_sheets("find")

    AUTO_FOCUS = "#found"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "open_log", "log", id="runs.log", tooltip="log of the run, a failed node's first"),
        Binding("f", "open_files", "files", id="runs.files", tooltip="output files of the run"),
        Binding("y,c", "copy_reference", "copy the run's reference", id="runs.copy", show=False),
        Binding("r,ctrl+r", "fetch", "refresh", id="runs.ask_again", show=False, tooltip="ask the service again"),
    ]

    def __init__(self, profile: str, title: str, question: Question) -> None:
        """`title` says by what they were found."""
        super().__init__()
        self.profile = profile
        self._title = title
        self._question = question
        self._found: list[RunReference] = []

    def compose(self) -> ComposeResult:
        """By what they were found, the table, the footer."""
        yield DetailLine(id="head")
        yield VirtualTable[RunReference, Run]([], self.dashboard.index.run, self._drawing(), id="found")
        yield KeyFooter(("list.open", "runs.log", "runs.files", "list.mark", "runs.export", "screen.back"), id="footer")

    def on_mount(self) -> None:
        """Ask the service."""
        self.action_fetch()

    @property
    def table(self) -> VirtualTable[RunReference, Run]:
        """The table of runs."""
        return self.query_one("#found", VirtualTable)

    def profile_shown(self) -> str | None:
        """The profile they are of."""
        return self.profile

    def chosen_runs(self) -> list[Run]:
        """The marked runs, else the one under the cursor."""
        references = self.table.marked_keys or ([self.table.cursor_key] if self.table.cursor_key else [])
        runs = self.dashboard.index.runs
        return [runs[reference] for reference in references if reference in runs]

    def _drawing(self) -> DrawContext:
        return DrawContext(self.dashboard.now(), self.dashboard.glyphs, short_ids=self.dashboard.index.short_ids)

    # what is shown

    def action_fetch(self) -> None:
        """Ask the service."""
        self.table.set_waiting(True, "Asking for runs …")
        self._fetch()

    @work(exclusive=True, group="found")
    async def _fetch(self) -> None:
        try:
            listed = await self.ask(self._question)
        except RuntuiError as error:
            self.table.set_empty(*error_lines(error))
            problems: tuple[str, ...] = ()
        else:
            self.dashboard.index.apply(Delta(changed={run.reference: run for run in listed.runs}))
            self._found = [run.reference for run in listed.runs]
            self.table.set_empty("The service finds no run.")
            problems = listed.problems
        self.table.set_waiting(False)
        self._show(*(Cell(one_line(problem), Tone.WARNING) for problem in problems[:1]))

    def _show(self, *more: Cell) -> None:
        runs = self.dashboard.index.runs
        shown = [reference for reference in self._found if reference in runs]
        context = self._drawing()
        self.table.set_context(context)
        self.table.set_columns(default_columns([runs[one] for one in shown[:SAMPLE]], self.size.width, context))
        self.table.show_keys(shown)
        facts = [Cell(one_line(self._title), Tone.STRONG), Cell(one_line(self.profile), Tone.ACCENT)]
        self.query_one("#head", DetailLine).show_facts(*facts, Cell(counted(len(shown), "run"), Tone.MUTED), *more)

    def runs_changed(self, delta: Delta) -> None:
        """Show new values of the runs that were found."""
        self.table.forget(delta.removed)
        if delta.is_empty or delta.removed:
            self._show()
        else:
            self.table.refresh_rows(delta.changed)

    def time_passed(self, now: datetime) -> None:
        """Ages move on."""
        self.table.set_context(self._drawing())
        self.table.refresh_times()

    def action_back(self) -> None:
        """Clear the marks, else go back."""
        if not self.table.clear_marks():
            super().action_back()

    # going on

    def _run(self) -> Run | None:
        reference = self.table.cursor_key
        return None if reference is None else self.dashboard.index.run(reference)

    @on(RowView.RowOpened, "#found")
    def _opened(self) -> None:
        run = self._run()
        if run is not None:
            self.dashboard.open_run(run.reference)

    def action_open_log(self) -> None:
        """Show the log of the run under the cursor."""
        run = self._run()
        if run is not None:
            self.dashboard.open_log(run)

    def action_open_files(self) -> None:
        """Show the output files of the run under the cursor."""
        run = self._run()
        if run is not None:
            self.dashboard.open_files(run)

    def action_copy_reference(self) -> None:
        """Copy the references of the chosen runs."""
        chosen = self.chosen_runs()
        self.app.copy_to_clipboard("\n".join(str(run.reference) for run in chosen))
        self.notify("Copied 1 reference" if len(chosen) == 1 else f"Copied {len(chosen)} references")
