"""Publishing an output file: what it is called, who sees it, what is said of it."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from runtui.model.errors import InputProblem, RuntuiError, TemporaryError
from runtui.model.output_file import OutputFile
from runtui.model.publication import Publication, Visibility, publication_of
from runtui.model.run import Run
from runtui.render.cell import Cell, Tone
from runtui.render.sanitise import one_line
from runtui.styles_folder import style_sheets
from runtui.tui.error_cells import error_cell
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.input_form import FieldForm, FormField
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.notice import Notice
from runtui.tui.widgets.push_button import PushButton


class PublishScreen(RuntuiScreen):
    """A line for each thing one may say. Sent once; what was typed stays until it was taken."""

    CSS_PATH = style_sheets("publish", "forms")

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "publish", "publish", id="publish.publish", tooltip="publish the file", priority=True),
    ]

    def __init__(self, run: Run, file: OutputFile) -> None:
        super().__init__()
        self._run = run
        self._file = file
        self._is_sending = False
        self._may_be_sent = False

    def compose(self) -> ComposeResult:
        """What is published, what is wrong, the fields, the button, the footer."""
        yield DetailLine(id="head")
        yield Notice(id="message")
        with Vertical(id="body"):
            yield FieldForm(id="form")
            yield PushButton("Publish", id="publish")
        yield KeyFooter(("publish.publish", "form.press", "screen.back"), id="footer")

    async def on_mount(self) -> None:
        """Show the fields."""
        run, file = self._run, self._file
        self.query_one("#head", DetailLine).show_facts(
            Cell("Publish an output", Tone.STRONG),
            Cell(one_line(f"{self.short_name(run.reference)} › {file.path}"), Tone.ACCENT),
            Cell(one_line(run.job), Tone.MUTED),
        )
        await self.form.show_fields(
            [
                FormField(key="name", label="name", text=one_line(file.id)),
                FormField(
                    key="visibility", label="visibility", hint="private", note="private, or public: for everybody"
                ),
                FormField(key="topics", label="topics", note="words, with commas between them"),
                FormField(key="description", label="description"),
            ]
        )
        self._say(Cell("The service keeps it beside the run, where others can use it.", Tone.MUTED))
        self.form.focus_field()

    @property
    def form(self) -> FieldForm:
        """The fields."""
        return self.query_one(FieldForm)

    def profile_shown(self) -> str | None:
        """The profile the file is of."""
        return self._run.profile

    def _say(self, *cells: Cell) -> None:
        self.query_one("#message", Notice).show_facts(*cells)

    @on(FieldForm.FieldChanged)
    def _field_changed(self) -> None:
        _, problems = publication_of(self.form.texts)
        self._point_at(problems)

    @on(FieldForm.FormEntered)
    def _form_entered(self) -> None:
        self.query_one("#publish", PushButton).focus()

    @on(PushButton.Pressed)
    def _pressed(self) -> None:
        self.action_publish()

    def _point_at(self, problems: list[InputProblem]) -> None:
        wrong = {problem.name: problem.sentence for problem in problems}
        for key in self.form.texts:
            self.form.say(key, Cell(wrong[key], Tone.ERROR) if key in wrong else None)

    @work(exclusive=True, group="publish")
    async def action_publish(self) -> None:
        """Send it, after a question where everybody will see it, and go back."""
        wish, problems = publication_of(self.form.texts)
        if problems:
            self._point_at(problems)
            self.form.focus_field(problems[0].name)
            self._say(Cell("Nothing was sent: look at the fields with an error.", Tone.ERROR))
        elif self.dashboard.opening.read_only:
            self._say(Cell("This session is read-only: nothing is published.", Tone.WARNING))
        elif not self._is_sending and await self._is_meant(wish):
            await self._send(wish)

    async def _is_meant(self, wish: Publication) -> bool:
        is_public = wish.visibility is Visibility.PUBLIC
        if not (is_public or self._may_be_sent):
            return True
        effect = [f"It is published as {wish.name}{', for everybody to see' if is_public else ''}."]
        if self._may_be_sent:
            effect.append("It is not known whether the last try was taken: there may be one already.")
        named = [f"{self._run.reference}  {self._run.job}  {self._file.path}"]
        dialog = ConfirmDialog("Publish the output?", named, " ".join(effect), confirm="Publish")
        return await self.app.push_screen_wait(dialog)

    async def _send(self, wish: Publication) -> None:
        run, file = self._run, self._file
        self._is_sending = True
        self._say(Cell("asking for it …", Tone.ACCENT))
        try:
            sentence = await self.ask(lambda session: session.actions.publish(run, file, wish))
        except RuntuiError as error:
            self._may_be_sent = isinstance(error, TemporaryError) and error.code != 429
            self._say(error_cell(error), Cell(one_line(error.hint), Tone.MUTED))
        else:
            self.notify(one_line(sentence), markup=False, timeout=8)
            self.app.pop_screen()
        finally:
            self._is_sending = False
