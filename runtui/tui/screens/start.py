"""Starting a run: a form made from what its job declares."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from runtui.model.capability import Capability
from runtui.model.delta import Delta
from runtui.model.errors import InputError, NotFoundError, RateLimitedError, RejectedError, RuntuiError, TemporaryError
from runtui.model.inputs import Inputs, missing_inputs, read_inputs
from runtui.model.job import Job
from runtui.model.run import Run
from runtui.render.cell import Cell, Tone
from runtui.render.sanitise import one_line
from runtui.render.units import age_of
from runtui.services.session import Session
from runtui.styles_folder import style_sheets
from runtui.tui.input_file import read_input_file, split_hidden
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.start_fields import (
    DOCUMENT,
    NAME,
    VERSION,
    check_text,
    fields_of,
    inputs_of_texts,
    named_field,
    sentence_of,
    texts_of_inputs,
)
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.input_form import FieldForm
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.notice import Notice
from runtui.tui.widgets.push_button import PushButton

_READ_ONLY = "This session is read-only: nothing is started."


class StartScreen(RuntuiScreen):
    """One line an input, checked while one types; sent once. What was typed stays until a run has started."""

    CSS_PATH = style_sheets("start", "forms")

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "start", "start", id="start.start", tooltip="start the run", priority=True),
        Binding("ctrl+o", "load", "inputs from a file", id="start.load", tooltip="take inputs from a JSON file"),
    ]

    def __init__(self, profile: str, job_id: str, *, again: Run | None = None, job: Job | None = None) -> None:
        """`again` is a run whose inputs are taken over; `job` the job itself where it is not to be fetched."""
        super().__init__()
        self.profile = profile
        self.job_id = job_id
        self.job = job
        self._again = again
        self._hidden: Inputs = {}
        """Inputs that are sent without being seen."""
        self._left_out: frozenset[str] = frozenset()
        """Inputs without default that were pointed out once and may be left out now."""
        self._before: tuple[dict[str, str], Inputs] = ({}, {})
        """What stood in the fields, and beside them, before anything was typed."""
        self._is_sending = False
        self._may_be_sent = False

    def compose(self) -> ComposeResult:
        """What is to be started, what is wrong, the fields, the button, the path of a file, the footer."""
        yield DetailLine(id="head")
        yield Notice(id="message")
        with Vertical(id="body"):
            yield FieldForm(id="form")
            yield PushButton("Start", id="start")
        yield FilterLine("path of a JSON file", sign=">", id="path")
        yield KeyFooter(("start.start", "start.load", "form.press", "screen.back"), id="footer")

    def on_mount(self) -> None:
        """Fetch the job, and the inputs of the run to be started again."""
        self.query_one("#path", FilterLine).display = False
        self.query_one("#start", PushButton).display = False
        self._show_head()
        self._fetch()

    def profile_shown(self) -> str | None:
        """The profile a run is to be started on."""
        return self.profile

    @property
    def form(self) -> FieldForm:
        """The fields."""
        return self.query_one(FieldForm)

    def _say(self, *cells: Cell) -> None:
        self.query_one("#message", Notice).show_facts(*cells)

    def _say_error(self, error: RuntuiError) -> None:
        message = one_line(error.message.replace("\n", "; "))
        hint = "A run may have been started: look before you start again." if self._may_be_sent else error.hint
        self._say(Cell(message, Tone.ERROR), Cell(one_line(hint), Tone.MUTED))

    def _show_head(self) -> None:
        job, again = self.job, self._again
        name = (job.name if job else "") or (again.job if again else "") or self.job_id
        facts = [Cell("Start a run", Tone.STRONG), Cell(one_line(f"{self.profile}: {name}"))]
        if job and job.version:
            facts.append(Cell(one_line(job.version), Tone.MUTED))
        if again is not None:
            facts.append(Cell(one_line(f"with the inputs of {again.reference}"), Tone.MUTED))
        self.query_one("#head", DetailLine).show_facts(*facts)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done: nothing where no run can be started, no file where nothing is asked for."""
        if action not in ("start", "load") or not self.is_mounted:
            return True
        return self.query_one("#start", PushButton).display and (action == "start" or bool(self.form.texts))

    # the job and its form

    @work(exclusive=True, group="form")
    async def _fetch(self) -> None:
        self._say(Cell("asking for the job …", Tone.MUTED))
        again = self._again
        try:
            await self._require_start()
            if self.job is None:
                self.job = await self._fetch_job("" if again is None else again.extra.get("version", ""))
            inputs = {} if again is None else await self._inputs_of(again)
        except RuntuiError as error:
            self._say_error(error)
            return
        await self._show_form(self.job, inputs)

    async def _require_start(self) -> None:
        """Raises UnsupportedError, in the service's own sentence, where runs cannot be started."""

        async def starting(session: Session) -> None:
            connection = session.connection(self.profile)
            if Capability.START not in connection.capabilities:
                _ = connection.starting

        await self.ask(starting)

    async def _fetch_job(self, version: str) -> Job:
        job_id = self.job_id
        return await self.ask(lambda session: session.connection(self.profile).with_jobs.fetch_job(job_id, version))

    async def _inputs_of(self, run: Run) -> Mapping[str, object]:
        return await self.ask(lambda session: session.actions.inputs_of(run))

    async def _show_form(self, job: Job, inputs: Mapping[str, object]) -> None:
        self._show_head()
        refusal = _READ_ONLY if self.dashboard.opening.read_only else job.start_form.refusal
        if refusal:
            self._say(Cell(one_line(refusal), Tone.WARNING), Cell(await self._other_way(), Tone.MUTED))
            return
        await self.form.show_fields(fields_of(job))
        self._put(job, inputs)
        if self._again is not None and job.start_form.has_versions:
            self.form.set_text(VERSION, self._again.extra.get("version", ""))
        self._before = (self.form.texts, dict(self._hidden))
        self.query_one("#start", PushButton).display = True
        self.refresh_bindings()
        self._say(Cell(one_line(job.description) or "Empty fields keep their defaults.", Tone.MUTED))
        if self.form.texts:
            asked = [variable.name for variable in job.inputs] if not job.id else []
            self.form.focus_field(next(iter(asked), None))
        else:
            self.query_one("#start", PushButton).focus()

    async def _other_way(self) -> str:
        """What to do where this job cannot be started: a new one, where the service takes that."""

        async def takes_new(session: Session) -> bool:
            return session.actions.new_job(self.profile) is not None

        is_possible = not self.dashboard.opening.read_only and await self.ask(takes_new)
        return "J lists the jobs; N there starts a new one." if is_possible else ""

    def _put(self, job: Job, inputs: Mapping[str, object]) -> None:
        """Fill the fields. What cannot stand in one is kept beside them, and sent as it is."""
        shown, hidden = split_hidden(job, dict(inputs))
        self._hidden |= hidden
        for key, text in texts_of_inputs(job, shown).items():
            if self.form.has_field(key):
                self.form.set_text(key, text)
        for key in {name if self.form.has_field(name) else DOCUMENT for name in hidden}:
            self.form.say(key, Cell("kept as it was given, and not shown", Tone.WARNING))

    # what is typed

    @on(FieldForm.FieldChanged)
    def _field_changed(self, message: FieldForm.FieldChanged) -> None:
        job = self.job
        if job is None or not self.form.has_field(message.key):
            return
        if message.text:
            self._hidden.pop(message.key, None)
        try:
            check_text(job, message.key, message.text)
        except InputError as error:
            self.form.say(message.key, Cell(sentence_of(error), Tone.ERROR))
        else:
            if message.text or message.key not in self._hidden:
                self.form.say(message.key, None)

    @on(FieldForm.FormEntered)
    def _form_entered(self) -> None:
        self.query_one("#start", PushButton).focus()

    @on(PushButton.Pressed)
    def _pressed(self) -> None:
        self.action_start()

    # a file

    def action_load(self) -> None:
        """Type the path of a JSON file."""
        if self.job is None or not self.form.texts:
            return
        line = self.query_one("#path", FilterLine)
        line.display = True
        line.begin()

    @on(FilterLine.FilterCancelled, "#path")
    def _load_cancelled(self) -> None:
        self._leave_path()

    def _leave_path(self) -> None:
        self.query_one("#path", FilterLine).display = False
        self.form.focus_field()

    @on(FilterLine.FilterAccepted, "#path")
    def _path_entered(self, message: FilterLine.FilterAccepted) -> None:
        if message.text.strip():
            self._load(Path(message.text.strip()).expanduser())

    @work(exclusive=True, group="file")
    async def _load(self, path: Path) -> None:
        job = self.job
        if job is None:
            return
        try:
            inputs = read_inputs(await read_input_file(path), job)
        except RuntuiError as error:
            self._say_error(error)
            return
        self._put(job, inputs)
        self._say(Cell(one_line(f"{len(inputs)} inputs from {path}"), Tone.SUCCEEDED))
        self._leave_path()

    # starting

    @work(group="start")
    async def action_start(self) -> None:
        """Send what was typed, once, and show the run."""
        job = self.job
        if job is None or self._is_sending or not self.query_one("#start", PushButton).display:
            return
        self._is_sending = True
        try:
            job = await self._of_version(job)
            inputs = self._checked(job)
            if inputs is not None and await self._may_send():
                await self._send(job, inputs)
        except RuntuiError as error:
            self._say_error(error)
        finally:
            self._is_sending = False

    async def _of_version(self, job: Job) -> Job:
        """The job in the version that was typed: another one may take other inputs."""
        wanted = self.form.texts.get(VERSION, "").strip()
        if not job.start_form.has_versions or wanted in ("", job.version):
            return job
        try:
            self.job = await self._fetch_job(wanted)
        except NotFoundError:
            self._point_at(VERSION, f"there is no version {one_line(wanted)}", Tone.ERROR)
            raise
        await self.form.show_fields(fields_of(self.job))
        self.form.focus_field(VERSION)
        self._show_head()
        return self.job

    def _checked(self, job: Job) -> Inputs | None:
        """The inputs, or None when something is to be looked at first."""
        try:
            inputs = self._hidden | inputs_of_texts(job, self.form.texts)
        except InputError as error:
            for problem in reversed(error.problems):
                self._point_at(problem.name, problem.sentence, Tone.ERROR)
            self._say(Cell("Nothing was sent: look at the fields with an error.", Tone.ERROR))
            return None
        missing = [variable.name for variable in missing_inputs(job, inputs)]
        if set(missing) - self._left_out:
            self._left_out = frozenset(missing)
            self._point_at_missing(missing)
            return None
        return inputs

    def _point_at_missing(self, names: Sequence[str]) -> None:
        for name in reversed(names):
            self._point_at(name, "missing: it has no default", Tone.WARNING)
        count = "An input has" if len(names) == 1 else f"{len(names)} inputs have"
        self._say(Cell(f"{count} no default and no value. Start again leaves them out.", Tone.WARNING))

    def _point_at(self, key: str, sentence: str, tone: Tone) -> None:
        if self.form.has_field(key):
            self.form.say(key, Cell(sentence, tone))
            self.form.focus_field(key)

    async def _may_send(self) -> bool:
        """Whether it is sure, or meant, that no second run is started."""
        if not self._may_be_sent:
            return True
        runs = self.dashboard.index.runs.values()
        known = [run for run in runs if run.profile == self.profile and run.job_id == self.job_id and self.job_id]
        newest = sorted(known, key=lambda run: str(run.sort_moment or ""), reverse=True)[:3]
        dialog = ConfirmDialog(
            "Start once more?",
            [f"{run.reference}  {run.status}  {age_of(run.sort_moment, self.dashboard.now())} ago" for run in newest],
            "It is not known whether the last start was taken. Above are the newest runs of the job.",
            confirm="Start",
        )
        return await self._is_meant(dialog)

    async def _send(self, job: Job, inputs: Inputs) -> None:
        self._say(Cell("starting …", Tone.ACCENT))
        self._may_be_sent = False
        name = self.form.texts.get(NAME, "").strip()
        version = self.form.texts.get(VERSION, "").strip() or (job.version if job.start_form.has_versions else "")
        try:
            run = await self.ask(
                lambda session: session.actions.start(self.profile, job.id, inputs, name=name, version=version)
            )
        except RejectedError as error:
            field = named_field(self.form.texts, error.message)
            if field is not None:
                self._point_at(field, "the service refused it", Tone.ERROR)
            raise
        except TemporaryError as error:
            self._may_be_sent = not isinstance(error, RateLimitedError)
            self.dashboard.tell(lambda session: session.refresh([self.profile]))
            raise
        self.dashboard.index.apply(Delta(changed={run.reference: run}))
        self.notify(f"Started {run.reference}", markup=False)
        self.dashboard.replace_with_run(run.reference)

    async def _is_meant(self, dialog: ConfirmDialog) -> bool:
        return await self.app.push_screen_wait(dialog)

    # leaving

    def action_back(self) -> None:
        """Go back; ask first when something typed would be lost."""
        if (self.form.texts, self._hidden) != self._before:
            self._ask_whether_to_leave()
        else:
            super().action_back()

    def action_leave(self) -> None:
        """The same."""
        self.action_back()

    @work(exclusive=True, group="leave")
    async def _ask_whether_to_leave(self) -> None:
        if await self._is_meant(_leave_dialog()):
            super().action_back()


def _leave_dialog() -> ConfirmDialog:
    return ConfirmDialog("Leave without starting?", [], "What was typed is lost.", confirm="Leave")
