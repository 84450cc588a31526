"""Which report to make of a run."""

from collections.abc import Awaitable, Mapping
from typing import ClassVar, Protocol

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.errors import RuntuiError
from runtui.model.report import Report, ReportKind
from runtui.model.status import Status
from runtui.render.cell import Cell, Tone
from runtui.render.columns import Column, DrawContext
from runtui.render.report_columns import REPORT_KIND_COLUMNS
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_cell
from runtui.services.session import Session
from runtui.styles_folder import style_sheets
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.notice import Notice
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.virtual_table import VirtualTable

REPLACEABLE = frozenset({Status.FAILED, Status.STOPPED})
"""Statuses of a report that is made anew in place of the one there is."""


class MakeReport(Protocol):
    """Has a report made; called with the session."""

    def __call__(self, session: Session, kind: ReportKind, *, replace_failed: bool) -> Awaitable[None]: ...


class ReportKindsTable(VirtualTable[str, ReportKind]):
    """One line a report that can be made."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_row", "make it", id="list.open", key_display="Enter"),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One is made at a time, so there is nothing to mark."""
        return action not in ("toggle_mark", "toggle_range", "toggle_all") and super().check_action(action, parameters)


class ReportKindsScreen(RuntuiScreen):
    """Choose a report; one that is there already is told from those that can be made."""

    CSS_PATH = style_sheets("reports")

    AUTO_FOCUS = "#kinds"

    def __init__(self, profile: str, subject: str, reports: Mapping[str, Report], make: MakeReport) -> None:
        """`subject` says of what, `reports` are those there are already, by id, and `make` has one made."""
        super().__init__()
        self.profile = profile
        self._subject = subject
        self._make_report = make
        self._reports = reports
        self._kinds: dict[str, ReportKind] = {}
        self._is_making = False

    def compose(self) -> ComposeResult:
        """What is asked, the reports, the footer."""
        yield DetailLine(id="head")
        yield Notice(id="message")
        yield ReportKindsTable(self._columns(), self._kinds.get, self._drawing(), id="kinds")
        yield KeyFooter(("list.open", "screen.back"), id="footer")

    def on_mount(self) -> None:
        """Ask what can be made."""
        self.query_one("#head", DetailLine).show_facts(
            [Cell("Make a report", Tone.STRONG), Cell(f"   {one_line(self._subject)}")]
        )
        self.table.set_waiting(True, "Asking which reports there are …")
        self._fetch()

    @property
    def table(self) -> ReportKindsTable:
        """The table of reports."""
        return self.query_one(ReportKindsTable)

    def _drawing(self) -> DrawContext:
        return DrawContext(now=self.dashboard.now(), glyphs=self.dashboard.glyphs)

    def _columns(self) -> tuple[Column[ReportKind], ...]:
        name, *others = REPORT_KIND_COLUMNS
        there: Column[ReportKind] = Column(
            key="there", title="THERE IS", cell=self._standing, sort_value=lambda kind, _: None, width=14
        )
        return (name, there, *others)

    def _standing(self, kind: ReportKind, context: DrawContext) -> Cell:
        report = self._reports.get(kind.id)
        return Cell("") if report is None else status_cell(report.status, report.status_text, context.glyphs)

    @work(exclusive=True, group="kinds")
    async def _fetch(self) -> None:
        try:
            kinds = await self.ask(lambda session: session.report_kinds(self.profile))
        except RuntuiError as error:
            self.table.set_empty(one_line(error.message), one_line(error.hint))
            kinds = ()
        else:
            self.table.set_empty("The service has no reports that could be made.")
        self.table.set_waiting(False)
        self._kinds.update((kind.id, kind) for kind in kinds)
        self.table.show_keys([kind.id for kind in kinds])

    @on(RowView.RowOpened, "#kinds")
    def _chosen(self) -> None:
        kind = self._kinds.get(self.table.cursor_key or "")
        if kind is not None and not self._is_making:
            self._make(kind)

    @work(exclusive=True, group="make")
    async def _make(self, kind: ReportKind) -> None:
        known = self._reports.get(kind.id)
        replaces = known is not None and known.status in REPLACEABLE
        if self.dashboard.opening.read_only:
            self._say(Cell("This session is read-only: no report is made.", Tone.WARNING))
        elif known is not None and not replaces:
            self._say(Cell("There is one already: delete it first, with D in the list of reports.", Tone.WARNING))
        elif not replaces or await self.app.push_screen_wait(self._dialog(kind)):
            await self._send(kind, replace_failed=replaces)

    async def _send(self, kind: ReportKind, *, replace_failed: bool) -> None:
        self._is_making = True
        self._say(Cell("asking for it …", Tone.ACCENT))
        try:
            await self.ask(lambda session: self._make_report(session, kind, replace_failed=replace_failed))
        except RuntuiError as error:
            message = one_line(error.message.replace("\n", "; "))
            self._say(Cell(message, Tone.ERROR), Cell(one_line(error.hint), Tone.MUTED))
        else:
            self.app.pop_screen()
        finally:
            self._is_making = False

    def _say(self, *cells: Cell) -> None:
        self.query_one("#message", Notice).show_facts(*cells)

    def _dialog(self, kind: ReportKind) -> ConfirmDialog:
        return ConfirmDialog(
            "Make the report anew?",
            [kind.name or kind.id],
            "The one that failed is replaced, with what it left behind.",
            confirm="Make it",
        )
