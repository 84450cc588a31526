"""Finding runs by the filters a service has itself."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from runtui.model.capability import Capability
from runtui.model.errors import InputError, RuntuiError
from runtui.model.report import ReportKind
from runtui.render.cell import Cell, Tone
from runtui.render.sanitise import one_line
from runtui.services.session import RunList, Session
from runtui.styles_folder import style_sheets
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.screens.found_runs import FoundRunsScreen
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.input_form import FieldForm, FormField
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.notice import Notice
from runtui.tui.widgets.push_button import PushButton


class FindScreen(RuntuiScreen):
    """One line a filter. What was typed stays for the next question."""

    CSS_PATH = style_sheets("find", "forms")

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "find", "find", id="find.find", tooltip="ask for the runs that fit", priority=True),
        Binding("ctrl+r", "report", "report on them", id="find.report",
                tooltip="have one report made of all runs that fit", priority=True),
    ]  # fmt: skip

    def __init__(self, profile: str) -> None:
        super().__init__()
        self.profile = profile

    def compose(self) -> ComposeResult:
        """Whose filters, what is wrong, the fields, the button, the footer."""
        yield DetailLine(id="head")
        yield Notice(id="message")
        with Vertical(id="body"):
            yield FieldForm(id="form")
            yield PushButton("Find", id="find")
        yield KeyFooter(("find.find", "find.report", "form.press", "screen.back"), id="footer")

    def on_mount(self) -> None:
        """Ask which filters there are."""
        title = Cell("Find runs", Tone.STRONG)
        self.query_one("#head", DetailLine).show_facts(title, Cell(one_line(self.profile), Tone.ACCENT))
        self._fetch()

    @property
    def form(self) -> FieldForm:
        """The filters."""
        return self.query_one(FieldForm)

    def profile_shown(self) -> str | None:
        """The profile whose service is asked."""
        return self.profile

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A report of what is found only where the service makes a group of it."""
        can = self.dashboard.capabilities.get(self.profile, frozenset())
        return action != "report" or {Capability.GROUPS, Capability.REPORTS} <= can

    @work(exclusive=True, group="filters")
    async def _fetch(self) -> None:
        try:
            filters = await self.ask(lambda session: session.run_filters(self.profile))
        except RuntuiError as error:
            self._say(error)
            return
        await self.form.show_fields([FormField(key=one.name, label=one.name, note=one.help) for one in filters])
        self.query_one("#message", Notice).show_facts(
            Cell("The service itself looks, also for runs that are not in the list. All filters must fit.", Tone.MUTED)
        )
        self.form.focus_field()

    def _say(self, error: RuntuiError) -> None:
        message = one_line(error.message.replace("\n", "; "))
        self.query_one("#message", Notice).show_facts(Cell(message, Tone.ERROR), Cell(one_line(error.hint), Tone.MUTED))

    @property
    def _filters(self) -> dict[str, str]:
        return {name: text.strip() for name, text in self.form.texts.items() if text.strip()}

    @on(FieldForm.FieldChanged)
    def _field_changed(self, message: FieldForm.FieldChanged) -> None:
        if self.form.has_field(message.key):
            self.form.say(message.key, None)

    @on(FieldForm.FormEntered)
    @on(PushButton.Pressed)
    def _entered(self) -> None:
        self.action_find()

    @work(exclusive=True, group="find")
    async def action_find(self) -> None:
        """Ask the service, and show what it finds; a filter that is wrong is pointed at."""
        filters = self._filters
        try:
            listed = await self.ask(lambda session: session.found_runs(self.profile, filters))
        except InputError as error:
            self._point_at(error)
        except RuntuiError as error:
            self._say(error)
        else:
            self.app.push_screen(
                FoundRunsScreen(self.profile, _title(filters), _Answered(self.profile, filters, listed))
            )

    def _point_at(self, error: InputError) -> None:
        for problem in reversed(error.problems):
            if self.form.has_field(problem.name):
                self.form.say(problem.name, Cell(problem.sentence, Tone.ERROR))
                self.form.focus_field(problem.name)
        self._say(InputError.of(error.problems))  # its hint is for the command line: the filters stand here

    def action_report(self) -> None:
        """Choose a report to be made of all that fits."""
        from runtui.tui.screens.report_kinds import ReportKindsScreen

        filters = self._filters

        async def make(session: Session, kind: ReportKind, *, replace_failed: bool) -> None:
            group_id, _ = await session.actions.report_on_found(self.profile, kind.id, filters)
            self.notify(f"Made a group of them: {group_id}. B lists the groups.", markup=False, timeout=8)

        self.app.push_screen(ReportKindsScreen(self.profile, f"of all {_title(filters)}", {}, make))


class _Answered:
    """A question whose first answer is here already."""

    def __init__(self, profile: str, filters: dict[str, str], answer: RunList) -> None:
        self._profile = profile
        self._filters = filters
        self._answer: RunList | None = answer

    async def __call__(self, session: Session) -> RunList:
        answer, self._answer = self._answer, None
        return answer or await session.found_runs(self._profile, self._filters)


def _title(filters: dict[str, str]) -> str:
    return "runs" + (" with " if filters else "") + ", ".join(f"{name} {text}" for name, text in filters.items())
