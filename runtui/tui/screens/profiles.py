"""The profiles: how each does, and everything there is to say of the one under the cursor."""

from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.config.profile import Profile
from runtui.model.call_gauge import CallGauge
from runtui.model.delta import Delta, ProfileHealth
from runtui.model.errors import RuntuiError
from runtui.model.identity import Identity
from runtui.render.call_gauge import gauge_lines
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.health import health_lines
from runtui.render.profile_columns import PROFILE_COLUMNS, calls_column
from runtui.render.sanitise import one_line
from runtui.render.wrap import wrap
from runtui.services.session import Session
from runtui.styles_folder import style_sheets
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.cell_lines import CellLines, Made
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.rule import Rule
from runtui.tui.widgets.virtual_table import VirtualTable

_MARGIN = 3
_NOTICE_LINES = 4


class ProfilesTable(VirtualTable[str, ProfileHealth]):
    """One line a profile, in the order of the configuration."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_row", "list its runs", id="list.open"),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing acts on several profiles, so there is nothing to mark."""
        return action not in ("toggle_mark", "toggle_range", "toggle_all") and super().check_action(action, parameters)


class ProfilesScreen(RuntuiScreen):
    """A table, and below it sentences: the error, what to do about it, what is missing, where the profile is from."""

    CSS_PATH = style_sheets("profiles")

    AUTO_FOCUS = "#profiles"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "refresh_profile", "refresh", id="profiles.refresh", tooltip="refresh this profile now"),
        Binding("l", "check", "log in", id="profiles.check", tooltip="log in: ask the service whether it knows us"),
        Binding("N", "jobs", "start a run", id="profiles.jobs", tooltip="jobs of this profile, to start a run of one"),
        Binding("tab", "app.focus_next", "next pane", id="pane.next", show=False),
        Binding("shift+tab", "app.focus_previous", "pane before", id="pane.previous", show=False),
    ]

    def __init__(self, profile: str | None = None) -> None:
        super().__init__()
        self._wanted = profile
        self._answers: dict[str, tuple[Cell, ...]] = {}
        """What came of the last check of a profile, a sentence each."""
        self._asked: dict[str, ProfileHealth] = {}
        """The profiles that were told to refresh, with how they did then."""
        self._gauges: dict[str, CallGauge] = {}

    def compose(self) -> ComposeResult:
        """The table, the sentences, the footer."""
        yield DetailLine(id="head")
        columns = (*PROFILE_COLUMNS[:-1], calls_column(self._gauges.get), *PROFILE_COLUMNS[-1:])
        yield ProfilesTable(columns, self.dashboard.index.health.get, self._drawing(), id="profiles")
        yield Rule(id="about-rule")
        yield CellLines(self._sentences, id="about")
        yield KeyFooter(("list.open", "profiles.jobs", "profiles.refresh", "profiles.check"), id="footer")

    def on_mount(self) -> None:
        """Show what there is."""
        self.table.set_empty("No profile is configured.", f"They are read from {self.dashboard.opening.config.path}.")
        self._show()

    @property
    def table(self) -> ProfilesTable:
        """The table of profiles."""
        return self.query_one(ProfilesTable)

    @property
    def health(self) -> ProfileHealth | None:
        """How the profile under the cursor does."""
        name = self.table.cursor_key
        return None if name is None else self.dashboard.index.health.get(name)

    def profile_shown(self) -> str | None:
        """The profile under the cursor."""
        return self.table.cursor_key

    def action_jobs(self) -> None:
        """Show the jobs of the profile under the cursor."""
        self.dashboard.open_jobs(self.table.cursor_key)

    def _profile(self, name: str) -> Profile | None:
        return next((profile for profile in self.dashboard.opening.profiles if profile.name == name), None)

    def _drawing(self) -> DrawContext:
        return DrawContext(now=self.dashboard.now(), glyphs=self.dashboard.glyphs)

    # what is shown

    def runs_changed(self, delta: Delta) -> None:
        """Some profile does otherwise than before."""
        if delta.health or delta.is_empty:
            self._asked = {name: then for name, then in self._asked.items() if self._is_unchanged(name, then)}
            self._show()

    def _is_unchanged(self, name: str, then: ProfileHealth) -> bool:
        return self.dashboard.index.health.get(name) == then

    def time_passed(self, now: datetime) -> None:
        """Ages move on."""
        self.table.set_context(self._drawing())
        self.table.refresh_times()
        self._show_about()
        self._gauge()

    @work(exclusive=True, group="gauge")
    async def _gauge(self) -> None:
        """Learn how much is asked of the services."""
        gauges = await self.ask(lambda session: session.call_gauges())
        if gauges != self._gauges:
            self._gauges.clear()
            self._gauges.update(gauges)
            self.table.set_context(self._drawing())
            self._show_about()

    def on_resize(self) -> None:
        """Leave room for the sentences."""
        self._fit_table()

    def _show(self) -> None:
        health, table = self.dashboard.index.health, self.table
        table.set_waiting(bool(self.dashboard.opening.profiles), "Opening the profiles …")
        table.show_keys(list(health))
        table.refresh_rows(list(health))
        if self._wanted is not None and table.move_to_key(self._wanted):
            self._wanted = None
        self._fit_table()
        self._show_head()
        self._show_about()

    def _fit_table(self) -> None:
        lines = len(self.table.keys) + 1 if self.table.keys else _NOTICE_LINES
        self.table.styles.height = min(lines, max(4, self.size.height // 2))

    def _show_head(self) -> None:
        configured = Cell(one_line(f"read from {self.dashboard.opening.config.path}"), Tone.MUTED)
        self.query_one("#head", DetailLine).show_facts(Cell("Profiles", Tone.STRONG), configured)

    @on(RowView.CursorMoved, "#profiles")
    def _cursor_moved(self) -> None:
        self._show_about()
        self.query_one("#about", CellLines).scroll_top(0)
        self.refresh_bindings()

    def _show_about(self) -> None:
        health = self.health
        self.query_one("#about-rule", Rule).show_title("" if health is None else health.profile)
        self.query_one("#about", CellLines).make_again()

    def _sentences(self, width: int) -> Made:
        """All there is to say of the profile under the cursor, in lines of the width."""
        health = self.health
        if health is None:
            return []
        cells = health_lines(health, self.dashboard.now())
        gauge = self._gauges.get(health.profile)
        if gauge is not None:
            cells += gauge_lines(gauge, self.dashboard.now(), self.dashboard.glyphs)
        cells += self._origin_lines(health.profile)
        if health.profile in self._asked:
            cells.insert(1, Cell("asking now …", Tone.ACCENT))
        cells += self._answers.get(health.profile, ())
        room = width - 2 * _MARGIN
        return [(Cell(" " * _MARGIN), Cell(line, cell.tone)) for cell in cells for line in wrap(cell.text, room)]

    def _origin_lines(self, name: str) -> list[Cell]:
        profile = self._profile(name)
        if profile is None:
            return []
        at = f"at {one_line(profile.address)}" if profile.address else ""
        origin = f"from {one_line(str(profile.origin))}"
        return [Cell(line, Tone.MUTED) for line in (at, origin) if line]

    # actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what there is a profile for."""
        needs_profile = action in ("refresh_profile", "check", "jobs")
        return not needs_profile or (self.is_mounted and self.health is not None)

    @work(group="refresh")
    async def action_refresh_profile(self) -> None:
        """Ask the profile's service for everything now."""
        health = self.health
        if health is None:
            return
        name = health.profile

        async def refresh(session: Session) -> None:
            session.connection(name)
            session.refresh([name], full=True)

        self._asked[name] = health
        self._show_about()
        try:
            await self.ask(refresh)
        except RuntuiError as error:
            del self._asked[name]
            self._answer(name, *_refusal(error))

    @work(group="check")
    async def action_check(self) -> None:
        """Ask the service whether it knows us; the answer stands below the table."""
        health = self.health
        if health is None:
            return
        name = health.profile
        self._answer(name, Cell("asking whether the service knows us …", Tone.ACCENT))
        try:
            identity = await self.ask(lambda session: session.check(name))
        except RuntuiError as error:
            self._answer(name, *_refusal(error))
        else:
            self._answer(name, Cell(_welcome(identity), Tone.SUCCEEDED))

    def _answer(self, name: str, *cells: Cell) -> None:
        self._answers[name] = cells
        self._show_about()

    @on(RowView.RowOpened, "#profiles")
    def _profile_opened(self) -> None:
        health = self.health
        if health is not None:
            self.dashboard.list_runs_of(health.profile)


def _refusal(error: RuntuiError) -> list[Cell]:
    cells = [Cell(one_line(error.message), Tone.ERROR)]
    return [*cells, Cell(one_line(error.hint))] if error.hint else cells


def _welcome(identity: Identity) -> str:
    """`logged in as alice, alice@lab.org, Lab`."""
    known = ", ".join(one_line(part) for part in identity.words)
    return f"logged in as {known}" if known else "logged in"
