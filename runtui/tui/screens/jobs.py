"""The jobs of a profile: what a run can be started of."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.capability import Capability
from runtui.model.errors import RuntuiError
from runtui.model.job import Job
from runtui.model.query_completion import in_quotes
from runtui.model.run import Run
from runtui.render.cell import Cell, Tone
from runtui.render.job_columns import JOB_COLUMNS, job_columns
from runtui.render.sanitise import one_line
from runtui.render.units import count
from runtui.services.session import Session
from runtui.tui.error_cells import error_lines
from runtui.tui.screens.filtered_list import FilteredListScreen
from runtui.tui.screens.start import StartScreen
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
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


class JobsScreen(FilteredListScreen):
    """Choose a job, or another profile's jobs."""

    AUTO_FOCUS = "#jobs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("N", "start_new", "new job", id="jobs.new", tooltip="start a job that does not exist yet"),
        Binding("l", "list_runs", "its runs", id="jobs.runs", tooltip="list the runs of the job"),
        Binding("X", "end_job('stop')", "stop", id="jobs.stop", tooltip="stop the job with all its runs"),
        Binding("D", "end_job('delete')", "delete", id="jobs.delete", tooltip="delete the job with all its runs"),
        Binding("m", "tell_by_mail", "mail", id="jobs.mail", tooltip="mail when runs of the job are over, or no more"),
        Binding("right_square_bracket", "step(1)", "next profile", id="jobs.next", tooltip="jobs of the next profile"),
        Binding("left_square_bracket", "step(-1)", "profile before", id="jobs.previous", show=False),
    ]

    def __init__(self, profile: str) -> None:
        super().__init__(profile)
        self._jobs: dict[str, Job] = {}
        self._new: Job | None = None

    def compose(self) -> ComposeResult:
        """Whose jobs, a filter, the table, the footer."""
        yield DetailLine(id="head")
        yield FilterLine("filter: words of a job's name, owner or description", id="filter")
        yield JobsTable(JOB_COLUMNS, lambda job_id: self._jobs.get(job_id), self.drawing(), id="jobs")
        yield KeyFooter(
            ("list.open", "jobs.runs", "jobs.new", "jobs.stop", "jobs.delete", "jobs.mail", "list.filter", "jobs.next"),
            id="footer",
        )

    @property
    def job_at_cursor(self) -> Job | None:
        """The job under the cursor, if there is one."""
        return self._jobs.get(self.table.cursor_key or "")

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
            self.table.set_empty(*error_lines(error))
            jobs = ()
        else:
            self.table.set_empty("No job matches." if jobs else "No jobs.")
        self.table.set_waiting(False)
        self._show(jobs)
        self.refresh_bindings()

    def _show(self, jobs: Sequence[Job]) -> None:
        self._jobs = {job.id: job for job in jobs}
        self.table.set_columns(job_columns(jobs, self.drawing()))
        self.show_rows()

    def show_rows(self) -> None:
        """Show the jobs that have all the words."""
        words = self.words
        shown = [job.id for job in self._jobs.values() if all(word in _text_of(job) for word in words)]
        self.table.set_context(self.drawing())
        self.table.show_keys(shown)
        facts = [Cell("Jobs", Tone.STRONG), Cell(one_line(self.profile), Tone.ACCENT)]
        self.query_one("#head", DetailLine).show_facts(*facts, self.how_many(len(shown), len(self._jobs)))

    # profile

    def action_step(self, step: int) -> None:
        """Show the jobs of the next profile, or the one before."""
        names = list(self.dashboard.index.health)
        if self.profile in names:
            self.profile = names[(names.index(self.profile) + step) % len(names)]
            self._new = None
            self.action_fetch()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A new job, and an end of one, only where the service takes that; another profile only where there is one."""
        if action == "start_new":
            return self._new is not None
        if action == "end_job":
            return Capability.WHOLE_JOBS in self.dashboard.capabilities.get(self.profile, frozenset())
        if action == "tell_by_mail":
            return Capability.SUBSCRIBE in self.dashboard.capabilities.get(self.profile, frozenset())
        if action == "step":
            return len(self.dashboard.index.health) > 1
        return True

    # stopping and deleting

    @work(group="end")
    async def action_end_job(self, name: str) -> None:
        """Ask, naming the job and its runs, then stop or delete all of it and say what became of it."""
        action, job, profile = Capability(name), self.job_at_cursor, self.profile
        if job is None:
            return
        if self.dashboard.opening.read_only:
            self.notify(f"This session is read-only: nothing is {_DONE[action]}.", severity="warning")
            return
        try:
            runs = await self.ask(lambda session: session.runs_of_job(profile, job.id))
            if await self.app.push_screen_wait(_end_dialog(action, job, runs)):
                said = await self.ask(lambda session: session.actions.perform_on_job(action, profile, job.id))
                self.notify(one_line(said), markup=False, timeout=8)
                self._fetch()
        except RuntuiError as error:
            self.show_error(error)

    # mail

    @work(group="mail")
    async def action_tell_by_mail(self) -> None:
        """Ask, then have the service tell the profile's address of the job's runs, or no more where it does."""
        job, profile = self.job_at_cursor, self.profile
        if job is None:
            return
        if self.dashboard.opening.read_only:
            self.notify("This session is read-only: no mail is asked for.", severity="warning")
            return
        try:
            own = (await self.ask(lambda session: session.check(profile))).email
            there = await self.ask(lambda session: session.subscriptions(profile))
            is_told = any((one.job_id, one.email) == (job.id, own) for one in there)
            if await self.app.push_screen_wait(_mail_dialog(job, own, is_told=is_told)):
                self.notify(one_line(await self._told_or_not(profile, job, is_told=is_told)), markup=False, timeout=6)
        except RuntuiError as error:
            self.show_error(error)

    async def _told_or_not(self, profile: str, job: Job, *, is_told: bool) -> str:
        if is_told:
            return await self.ask(lambda session: session.actions.unsubscribe(profile, job.id))
        made = await self.ask(lambda session: session.actions.subscribe(profile, job.id))
        return f"{made.email} is told when runs of {job.name or job.id} are over."

    # starting

    @on(RowView.RowOpened, "#jobs")
    def _job_chosen(self) -> None:
        job_id = self.table.cursor_key
        if job_id is not None:
            self.app.push_screen(StartScreen(self.profile, job_id))

    def action_list_runs(self) -> None:
        """Go to the list of runs, narrowed to those of the job under the cursor."""
        job = self.job_at_cursor
        if job is not None:
            self.dashboard.list_runs_of(self.profile, _query_of(job))

    def action_start_new(self) -> None:
        """Start a job that does not exist yet."""
        if self._new is not None:
            self.app.push_screen(StartScreen(self.profile, self._new.id, job=self._new))


_DONE = {Capability.STOP: "stopped", Capability.DELETE: "deleted"}
_END_EFFECTS = {
    Capability.STOP: "The processes of all its runs are ended, and runs that wait never start. Files so far are kept.",
    Capability.DELETE: "The job, all its runs and all their files are removed at the service. "
    "This cannot be taken back.",
}


def _end_dialog(action: Capability, job: Job, runs: Sequence[Run]) -> ConfirmDialog:
    live = sum(not run.status.is_final for run in runs)
    many = "no runs" if not runs else "its only run" if len(runs) == 1 else f"all its {count(len(runs))} runs"
    alive = f", {count(live)} of them live" if live and len(runs) > 1 else ""
    named = [f"{job.profile}:{job.id}  {job.name}  {job.status_text}", f"with {many}{alive}"]
    verb, key = ("Stop", "X") if action is Capability.STOP else ("Delete", "D")
    return ConfirmDialog(f"{verb} the whole job?", named, _END_EFFECTS[action], confirm=verb, again=key)


def _mail_dialog(job: Job, email: str, *, is_told: bool) -> ConfirmDialog:
    title = "End the mail about this job?" if is_told else "Mail when runs of this job are over?"
    effect = "is told of its runs and reports, and would be no more." if is_told else "is told of its runs and reports."
    named = [" ".join(part for part in (f"{job.profile}:{job.id}", job.kind, job.name) if part)]
    return ConfirmDialog(title, named, f"{email or 'The address of the profile'} {effect}", confirm="Yes", again="m")


def _query_of(job: Job) -> str:
    """The filter its runs, and no others of the profile, get through."""
    return f"extra.{job.kind}={in_quotes(job.name)}" if job.kind else f"job={in_quotes(job.id)}"


def _text_of(job: Job) -> str:
    return " ".join((job.name, job.id, job.owner, job.description, job.version, job.status_text, job.kind)).casefold()
