"""The jobs of a profile: what a run can be started of."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.errors import RuntuiError
from runtui.model.job import Job
from runtui.model.query_completion import in_quotes
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.job_columns import JOB_COLUMNS, job_columns
from runtui.render.sanitise import one_line
from runtui.render.units import count
from runtui.services.session import Session
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.screens.start import StartScreen
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.virtual_table import VirtualTable


class JobsTable(VirtualTable[str, Job]):
    """One line a job, in the service's order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_row", "start a run", id="list.open", key_display="Enter"),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing acts on several jobs, so there is nothing to mark."""
        return action not in ("toggle_mark", "toggle_range", "toggle_all") and super().check_action(action, parameters)


class JobsScreen(RuntuiScreen):
    """Choose a job, or another profile's jobs."""

    AUTO_FOCUS = "#jobs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("N", "start_new", "new job", id="jobs.new", tooltip="start a job that does not exist yet"),
        Binding("l", "list_runs", "its runs", id="jobs.runs", tooltip="list the runs of the job"),
        Binding("slash", "edit_filter", "filter", id="jobs.filter", key_display="/"),
        Binding("right_square_bracket", "step(1)", "next profile", id="jobs.next", tooltip="jobs of the next profile"),
        Binding("left_square_bracket", "step(-1)", "profile before", id="jobs.previous", show=False),
        Binding("r,ctrl+r", "fetch", "refresh", id="jobs.refresh", show=False, tooltip="ask for the jobs again"),
    ]

    def __init__(self, profile: str) -> None:
        super().__init__()
        self.profile = profile
        self._jobs: dict[str, Job] = {}
        self._new: Job | None = None

    def compose(self) -> ComposeResult:
        """Whose jobs, a filter, the table, the footer."""
        yield DetailLine(id="head")
        yield FilterLine("filter: words of a job's name, owner or description", id="filter")
        yield JobsTable(JOB_COLUMNS, self._find, self._drawing(), id="jobs")
        yield KeyFooter(("list.open", "jobs.runs", "jobs.filter", "jobs.new", "jobs.next", "screen.back"), id="footer")

    def on_mount(self) -> None:
        """Ask for the jobs."""
        self.action_fetch()

    @property
    def table(self) -> JobsTable:
        """The table of jobs."""
        return self.query_one(JobsTable)

    def profile_shown(self) -> str | None:
        """The profile whose jobs these are."""
        return self.profile

    def _find(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def _drawing(self) -> DrawContext:
        return DrawContext(now=self.dashboard.now(), glyphs=self.dashboard.glyphs)

    # what is shown

    def action_fetch(self) -> None:
        """Ask for the jobs."""
        self.table.set_waiting(True, "Asking for jobs …")
        self._show([])
        self._fetch()

    @work(exclusive=True, group="jobs")
    async def _fetch(self) -> None:
        profile = self.profile

        async def new_job(session: Session) -> Job | None:
            return session.actions.new_job(profile)

        try:
            jobs = await self.ask(lambda session: session.jobs(profile))
            self._new = await self.ask(new_job)
        except RuntuiError as error:
            self.table.set_empty(one_line(error.message), one_line(error.hint))
            jobs = ()
        else:
            self.table.set_empty("No job matches." if jobs else "No jobs.")
        self.table.set_waiting(False)
        self._show(jobs)
        self.refresh_bindings()

    def _show(self, jobs: Sequence[Job]) -> None:
        self._jobs = {job.id: job for job in jobs}
        self.table.set_columns(job_columns(jobs, self._drawing()))
        self._show_rows()

    def _show_rows(self) -> None:
        words = self.query_one(FilterLine).text.casefold().split()
        shown = [job.id for job in self._jobs.values() if all(word in _text_of(job) for word in words)]
        self.table.set_context(self._drawing())
        self.table.show_keys(shown)
        total = len(self._jobs)
        many = f"{count(len(shown))} of {count(total)}" if words else count(total)
        facts = [Cell("Jobs", Tone.STRONG), Cell(one_line(self.profile), Tone.ACCENT), Cell(many, Tone.MUTED)]
        self.query_one("#head", DetailLine).show_facts(*facts)

    def time_passed(self, now: datetime) -> None:
        """Ages move on."""
        self.table.set_context(self._drawing())

    # filter and profile

    def action_edit_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterLine).begin()

    @on(FilterLine.FilterChanged)
    def _filter_typed(self) -> None:
        self._show_rows()

    @on(FilterLine.FilterAccepted)
    @on(FilterLine.FilterCancelled)
    def _filter_left(self) -> None:
        self.table.focus()

    def action_back(self) -> None:
        """Clear the filter, else go back."""
        if not self.query_one(FilterLine).clear():
            super().action_back()

    def action_step(self, step: int) -> None:
        """Show the jobs of the next profile, or the one before."""
        names = list(self.dashboard.index.health)
        if self.profile in names:
            self.profile = names[(names.index(self.profile) + step) % len(names)]
            self._new = None
            self.action_fetch()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A new job only where the service takes one, another profile only where there is one."""
        if action == "start_new":
            return self._new is not None
        if action == "step":
            return len(self.dashboard.index.health) > 1
        return True

    # starting

    @on(RowView.RowOpened, "#jobs")
    def _job_chosen(self) -> None:
        job_id = self.table.cursor_key
        if job_id is not None:
            self.app.push_screen(StartScreen(self.profile, job_id))

    def action_list_runs(self) -> None:
        """Go to the list of runs, narrowed to those of the job under the cursor."""
        job = self._find(self.table.cursor_key or "")
        if job is not None:
            self.dashboard.list_runs_of(self.profile, _query_of(job))

    def action_start_new(self) -> None:
        """Start a job that does not exist yet."""
        if self._new is not None:
            self.app.push_screen(StartScreen(self.profile, self._new.id, job=self._new))


def _query_of(job: Job) -> str:
    """The filter its runs, and no others of the profile, get through."""
    return f"extra.{job.kind}={in_quotes(job.name)}" if job.kind else f"job={in_quotes(job.id)}"


def _text_of(job: Job) -> str:
    return " ".join((job.name, job.id, job.owner, job.description, job.version, job.status_text, job.kind)).casefold()
