"""The reports made of a run or of a group of runs."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.delta import Delta
from runtui.model.errors import InputError, InputProblem, NotFoundError, RuntuiError
from runtui.model.report import Report, ReportKind
from runtui.model.run import Run
from runtui.model.run_group import Reportable
from runtui.model.transfer import Transfer
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.report_columns import REPORT_COLUMNS
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_cell, status_word
from runtui.render.units import counted, size
from runtui.services.session import Session
from runtui.styles_folder import style_sheets
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.transfer_gauge import transfer_gauge
from runtui.tui.widgets.cell_lines import CellLines, Made
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.notice import Notice
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.rule import Rule
from runtui.tui.widgets.virtual_table import VirtualTable

LOOK_EVERY = 5.0
"""Seconds between two looks while a report is being made."""


class ReportsTable(VirtualTable[str, Report]):
    """One line a report, the newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_row", "download", id="list.open", key_display="Enter"),
    ]


class ReportsScreen(RuntuiScreen):
    """A table of reports, below it the files of the one under the cursor."""

    CSS_PATH = style_sheets("reports")

    AUTO_FOCUS = "#reports"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "download", "download", id="reports.download", tooltip="download the files of the report"),
        Binding("N", "make", "make a report", id="reports.make", tooltip="have a report made of the run"),
        Binding("D", "delete", "delete", id="reports.delete", tooltip="delete the chosen reports"),
        Binding("slash", "edit_filter", "filter", id="reports.filter", key_display="/",
                tooltip="only reports that fit the service's own filters"),
        Binding("y,c", "copy_id", "copy", id="reports.copy", tooltip="copy the ids of the chosen reports"),
        Binding("r,ctrl+r", "fetch", "refresh", id="reports.refresh", show=False, tooltip="ask for the reports again"),
    ]  # fmt: skip

    def __init__(self, subject: Reportable) -> None:
        super().__init__()
        self.subject = subject
        self._reports: dict[str, Report] = {}
        self._filter = ""

    def compose(self) -> ComposeResult:
        """Which run, a filter, the reports, the files of one, the footer."""
        yield DetailLine(id="head")
        yield FilterLine("filters of the service: status=failed created_after=2d sort=-finished_at", id="filter")
        yield Notice(id="message")
        yield ReportsTable(REPORT_COLUMNS, self._find, self._drawing(), id="reports")
        yield Rule("Files", id="files-rule")
        yield CellLines(self._file_lines, id="report-files")
        yield KeyFooter(
            (
                "list.open",
                "reports.make",
                "reports.delete",
                "reports.copy",
                "reports.filter",
                "list.mark",
                "screen.back",
            ),
            id="footer",
        )

    def on_mount(self) -> None:
        """Ask for the reports, and again while one is being made."""
        self.table.set_waiting(True, "Asking for reports …")
        self._show_head()
        self._say()
        self.action_fetch()
        self.set_interval(LOOK_EVERY, self._look_again)

    @property
    def table(self) -> ReportsTable:
        """The table of reports."""
        return self.query_one(ReportsTable)

    def _known(self) -> Reportable | None:
        """What they are of as it is known now; None for a run that is gone."""
        return self.dashboard.index.run(self.subject.reference) if isinstance(self.subject, Run) else self.subject

    def profile_shown(self) -> str | None:
        """The profile of the run or group."""
        return self.subject.profile

    def _find(self, report_id: str) -> Report | None:
        return self._reports.get(report_id)

    def _drawing(self) -> DrawContext:
        return DrawContext(now=self.dashboard.now(), glyphs=self.dashboard.glyphs)

    # what is shown

    def action_fetch(self) -> None:
        """Ask for the reports."""
        self._fetch()

    def _look_again(self) -> None:
        if self.is_current and any(not report.status.is_final for report in self._reports.values()):
            self._fetch()

    @work(exclusive=True, group="reports")
    async def _fetch(self) -> None:
        subject = self._known()
        if subject is None:
            return
        try:
            filters = _filters_of(self._filter)
            reports = await self.ask(lambda session: session.reports(subject, filters))
        except RuntuiError as error:
            self.table.set_empty(one_line(error.message), one_line(error.hint))
            self._show_head()
            self._say(
                Cell(one_line(error.message.replace("\n", "; ")), Tone.WARNING), Cell(one_line(error.hint), Tone.MUTED)
            )
        else:
            none = "No report of it fits." if filters else "No report was made of it."
            self.table.set_empty(none, "N has one made.")
            self._take(reports)
            self._show_head()
            self._say()
        self.table.set_waiting(False)

    def _say(self, *cells: Cell) -> None:
        notice = self.query_one("#message", Notice)
        notice.display = bool(cells)
        notice.show_facts(*cells)

    def _take(self, reports: tuple[Report, ...]) -> None:
        found = {report.id: report for report in reports}
        for report_id, report in found.items():
            if self._reports.get(report_id) == report:
                found[report_id] = self._reports[report_id]
        self.table.forget(self._reports.keys() - found.keys())
        self._reports = found
        self.table.set_context(self._drawing())
        self.table.show_keys(list(found))
        self.table.refresh_rows(found)
        self.refresh_bindings()
        self.table.styles.height = min(len(found) + 1, max(4, self.size.height // 2)) if found else "1fr"
        self._show_files()

    @property
    def _subject_name(self) -> str:
        return self.short_name(self.subject.reference) if isinstance(self.subject, Run) else self.subject.reference

    def _show_head(self, *more: Cell) -> None:
        known = self._known()
        facts = [Cell(one_line(f"{self._subject_name} › reports"), Tone.STRONG)]
        if known is None:
            facts.append(Cell("gone: the service no longer has it", Tone.WARNING))
        elif isinstance(known, Run):
            facts += [Cell(one_line(known.job)), status_cell(known.status, known.status_text, self.dashboard.glyphs)]
        else:
            facts.append(Cell(one_line(known.about)))
        gauge = transfer_gauge(self.dashboard.transfers.values(), self.dashboard.glyphs)
        self.query_one("#head", DetailLine).show_facts(*facts, *more, right=gauge)

    def runs_changed(self, delta: Delta) -> None:
        """The run changed; back in sight, other reports may be there."""
        self._show_head()
        if delta.is_empty and self.table.is_mounted:
            self._fetch()

    def transfers_changed(self, transfers: Sequence[Transfer]) -> None:
        """Show the gauge."""
        self._show_head()

    def time_passed(self, now: datetime) -> None:
        """Ages move on."""
        self.table.set_context(self._drawing())
        self.table.refresh_times()

    @on(RowView.CursorMoved, "#reports")
    def _cursor_moved(self) -> None:
        self._show_files()

    def _show_files(self) -> None:
        report = self._find(self.table.cursor_key or "")
        title = "" if report is None else f"Files of {one_line(report.name or report.id)}"
        self.query_one("#files-rule", Rule).show_title(title)
        self.query_one("#report-files", CellLines).make_again()

    def _file_lines(self, width: int) -> Made:
        report = self._find(self.table.cursor_key or "")
        if report is None:
            return []
        if not report.files:
            word = "none yet" if not report.status.is_final else "none"
            return [(Cell(f"   {word}", Tone.MUTED),)]
        return [
            (Cell(f"   {one_line(file.path)}"), Cell("" if file.size is None else f"   {size(file.size)}", Tone.MUTED))
            for file in report.files
        ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What acts on reports only where there are some."""
        return action not in ("download", "delete", "copy_id") or bool(self._reports)

    def action_back(self) -> None:
        """Clear the marks, else the filter, else go back."""
        if self.table.clear_marks():
            return
        if self.query_one(FilterLine).clear():
            self._ask_with("")
        else:
            super().action_back()

    # filter

    def action_edit_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterLine).begin()

    @on(FilterLine.FilterAccepted)
    def _filter_entered(self, message: FilterLine.FilterAccepted) -> None:
        self._ask_with(message.text)
        self.table.focus()

    @on(FilterLine.FilterCancelled)
    def _filter_left(self) -> None:
        self.table.focus()

    def _ask_with(self, filter: str) -> None:
        self._filter = filter
        self._fetch()

    # actions

    def _chosen(self) -> list[Report]:
        keys = self.table.marked_keys or ([self.table.cursor_key] if self.table.cursor_key else [])
        return [self._reports[key] for key in keys if key in self._reports]

    @on(RowView.RowOpened, "#reports")
    def _opened(self) -> None:
        self.action_download()

    def action_make(self) -> None:
        """Choose a report to be made."""
        from runtui.tui.screens.report_kinds import ReportKindsScreen

        subject = self._known()
        if subject is None:
            return

        async def make(session: Session, kind: ReportKind, *, replace_failed: bool) -> None:
            await session.actions.create_report(subject, kind.id, replace_failed=replace_failed)

        about = subject.job if isinstance(subject, Run) else subject.about
        named = f"of {subject.reference}  {about}"
        self.app.push_screen(ReportKindsScreen(subject.profile, named, dict(self._reports), make))

    @work(group="download")
    async def action_download(self) -> None:
        """Download the files of the chosen reports."""
        subject = self._known()
        files = [file for report in self._chosen() for file in report.files]
        if subject is None or not files:
            if self._chosen():
                self.notify("There is no file yet.", severity="warning")
            return
        owner = subject if isinstance(subject, Run) else subject.as_run
        root = self.dashboard.opening.config.interface.download_dir.absolute()

        async def queue(session: Session) -> tuple[Transfer, ...]:
            return session.download(owner, files, root)

        try:
            added = await self.ask(queue)
        except RuntuiError as error:
            self.show_error(error)
            return
        self.dashboard.transfers.update((transfer.id, transfer) for transfer in added)
        self.table.clear_marks()
        many = counted(len(added), "file")
        self.notify(f"Downloading {many}. T shows the transfers.")

    @work(group="delete")
    async def action_delete(self) -> None:
        """Ask, then delete the chosen reports one by one, and say what became of each."""
        subject, chosen = self._known(), self._chosen()
        if subject is None or not chosen:
            return
        if self.dashboard.opening.read_only:
            self.notify("This session is read-only: nothing is deleted.", severity="warning")
        elif await self.app.push_screen_wait(_delete_dialog(chosen, self._subject_name)):
            lines = [await self._delete(subject, report) for report in chosen]
            failed = any(is_failure for _, is_failure in lines)
            said = "\n".join(line for line, _ in lines)
            self.notify(said, severity="error" if failed else "information", markup=False, timeout=8)
            self._fetch()

    async def _delete(self, subject: Reportable, report: Report) -> tuple[str, bool]:
        """Delete one; gives the line about it, and whether it failed. One that is gone already is no failure."""
        name = one_line(report.name or report.id)
        try:
            said = await self.ask(lambda session: session.actions.delete_report(subject, report.id))
        except NotFoundError:
            return f"{name}: it was gone already", False
        except RuntuiError as error:
            return f"{name}: {one_line(error.message)} {one_line(error.hint)}".strip(), True
        return f"{name}: {one_line(said)}", False

    def action_copy_id(self) -> None:
        """Copy the ids of the chosen reports."""
        chosen = self._chosen()
        if chosen:
            self.app.copy_to_clipboard("\n".join(report.id for report in chosen))
            self.notify(f"Copied {chosen[0].id if len(chosen) == 1 else f'{len(chosen)} ids'}", markup=False)


def _filters_of(text: str) -> dict[str, str]:
    """`NAME=VALUE` words as filters. Raises InputError for a word that is none."""
    words = [word.partition("=") for word in text.split()]
    wrong = [InputProblem(name, "write NAME=VALUE, such as status=failed") for name, equals, _ in words if not equals]
    if wrong:
        raise InputError.of(wrong)
    return {name: value for name, _, value in words}


def _delete_dialog(reports: list[Report], subject: str) -> ConfirmDialog:
    what = "report" if len(reports) == 1 else counted(len(reports), "report")
    named = [
        f"{report.name or report.id} of {subject}  {status_word(report.status, report.status_text)}"
        for report in reports
    ]
    effect = "The service forgets it; files it wrote to a storage may stay there. It can be made again."
    return ConfirmDialog(f"Delete {what}?", named, effect, confirm="Delete", again="D")
