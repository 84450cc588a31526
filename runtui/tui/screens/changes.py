"""What changed since one last looked."""

from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.changes import Change
from runtui.model.delta import Delta
from runtui.model.reference import RunReference
from runtui.render.cell import Cell, Tone
from runtui.render.change_columns import CHANGE_COLUMNS
from runtui.render.columns import DrawContext
from runtui.render.units import age_of, count
from runtui.services.news import NewsList
from runtui.services.session import Session
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.virtual_table import VirtualTable


class ChangesTable(VirtualTable[RunReference, Change]):
    """One line a run, failures first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_row", "open", id="list.open", key_display="Enter"),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing acts on several changes, so there is nothing to mark."""
        return action not in ("toggle_mark", "toggle_range", "toggle_all") and super().check_action(action, parameters)


class ChangesScreen(RuntuiScreen):
    """Runs that failed, ended, changed, appeared or went away. They stay until one says that they are seen."""

    AUTO_FOCUS = "#changes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "open_log", "log", id="changes.log", tooltip="log of the run, a failed node's first"),
        Binding("a", "look", "mark as seen", id="changes.seen", tooltip="all of this is seen: begin anew"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._changes: dict[RunReference, Change] = {}
        self._seen_at: datetime | None = None

    def compose(self) -> ComposeResult:
        """How many, the table, the footer."""
        yield DetailLine(id="head")
        yield ChangesTable(CHANGE_COLUMNS, self._changes.get, self._drawing(), id="changes")
        yield KeyFooter(("list.open", "changes.log", "changes.seen", "screen.back"), id="footer")

    def on_mount(self) -> None:
        """Ask for them."""
        self.table.set_waiting(True, "Comparing …")
        self._fetch()

    @property
    def table(self) -> ChangesTable:
        """The table of changes."""
        return self.query_one(ChangesTable)

    def profile_shown(self) -> str | None:
        """The profile of the run under the cursor."""
        reference = self.table.cursor_key
        return None if reference is None else reference.profile

    def _drawing(self) -> DrawContext:
        dashboard = self.dashboard
        return DrawContext(dashboard.now(), dashboard.glyphs, short_ids=dashboard.index.short_ids)

    # what is shown

    def runs_changed(self, delta: Delta) -> None:
        """Something may have changed just now."""
        self._fetch()

    def time_passed(self, now: datetime) -> None:
        """Ages move on."""
        self.table.set_context(self._drawing())
        self.table.refresh_times()
        self._show_head()

    @work(exclusive=True, group="changes")
    async def _fetch(self) -> None:
        async def changes(session: Session) -> NewsList:
            return session.changes()

        self._show(await self.ask(changes))

    def _show(self, news: NewsList) -> None:
        before = dict(self._changes)
        self._changes.clear()
        self._changes.update({change.reference: change for change in news.changes})
        self._seen_at = news.seen_at
        table = self.table
        table.set_waiting(False)
        age = "" if news.seen_at is None else age_of(news.seen_at, self.dashboard.now())
        since = f" since you last looked, {age} ago" if age else ""
        table.set_empty(f"Nothing changed{since}.", "Runs that end, fail, appear or go away are listed here.")
        table.set_context(self._drawing())
        table.show_keys(list(self._changes))
        table.refresh_rows([key for key, change in self._changes.items() if before.get(key, change) != change])
        self._show_head()
        self.refresh_bindings()

    def _show_head(self) -> None:
        facts = [Cell("Changes", Tone.STRONG), Cell(count(len(self._changes)), Tone.ACCENT)]
        if self._seen_at is not None:
            age = age_of(self._seen_at, self.dashboard.now())
            facts.append(Cell(f"since you last looked, {age} ago", Tone.MUTED))
        self.query_one("#head", DetailLine).show_facts(*facts)

    # keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what there is something for."""
        if action == "look":
            return bool(self._changes)
        return action != "open_log" or (self.is_mounted and self._run_under_cursor is not None)

    @property
    def _run_under_cursor(self) -> RunReference | None:
        """The run under the cursor, unless it is gone."""
        reference = self.table.cursor_key
        return reference if reference in self.dashboard.index.runs else None

    @on(RowView.CursorMoved, "#changes")
    def _cursor_moved(self) -> None:
        self.refresh_bindings()

    @on(RowView.RowOpened, "#changes")
    def _row_opened(self) -> None:
        reference = self._run_under_cursor
        if reference is not None:
            self.dashboard.open_run(reference)
        elif self.table.cursor_key is not None:
            self.notify("The service does not have this run any more.", markup=False)

    def action_open_log(self) -> None:
        """Show the log of the run under the cursor."""
        reference = self._run_under_cursor
        if reference is not None:
            self.dashboard.open_log(self.dashboard.index.runs[reference])

    def action_look(self) -> None:
        """All of this is seen."""
        self.dashboard.tell(Session.look)
        self._fetch()
