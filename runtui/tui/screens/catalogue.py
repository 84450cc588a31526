"""What a service keeps beside jobs and runs."""

from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.catalogue import CatalogueEntry, CatalogueTable
from runtui.model.errors import RuntuiError
from runtui.model.job import Job
from runtui.render.catalogue_columns import catalogue_columns
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.sanitise import one_line
from runtui.render.units import count
from runtui.tui.error_cells import error_lines
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.virtual_table import VirtualTable


class CatalogueList(VirtualTable[str, CatalogueEntry]):
    """One line an entry, in the service's order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_row", "what belongs to it", id="list.open", key_display="Enter"),
    ]


class CatalogueScreen(RuntuiScreen):
    """The tables there are; `Enter` shows the entries of one, and on those what belongs to them."""

    AUTO_FOCUS = "#catalogue"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "edit_filter", "filter", id="catalogue.filter", key_display="/"),
        Binding("y,c", "copy_id", "copy", id="catalogue.copy", tooltip="copy the ids of the chosen entries"),
        Binding("r,ctrl+r", "fetch", "refresh", id="catalogue.refresh", show=False, tooltip="ask for it again"),
    ]

    def __init__(
        self,
        profile: str,
        job: Job | None = None,
        *,
        table: CatalogueTable | None = None,
        of: CatalogueEntry | None = None,
    ) -> None:
        """Without a `table` the tables are shown: those that tell of the job, where it is of a kind some do.

        `of` is what the entries of the table belong to.
        """
        super().__init__()
        self.profile = profile
        self._job = job
        self._table = table
        self._of = of
        self._tables: dict[str, CatalogueTable] = {}
        self._entries: dict[str, CatalogueEntry] = {}

    def compose(self) -> ComposeResult:
        """What of, a filter, the entries, the footer."""
        yield DetailLine(id="head")
        yield FilterLine("filter: words an entry has anywhere", id="filter")
        yield CatalogueList(catalogue_columns(()), self._entries.get, self._drawing(), id="catalogue")
        yield KeyFooter(("list.open", "catalogue.filter", "catalogue.copy", "list.mark", "screen.back"), id="footer")

    def on_mount(self) -> None:
        """Ask for the entries."""
        self.action_fetch()

    @property
    def entries(self) -> CatalogueList:
        """The table on the screen."""
        return self.query_one(CatalogueList)

    def profile_shown(self) -> str | None:
        """The profile whose service is asked."""
        return self.profile

    def _drawing(self) -> DrawContext:
        return DrawContext(now=self.dashboard.now(), glyphs=self.dashboard.glyphs)

    # what is shown

    def action_fetch(self) -> None:
        """Ask for the entries."""
        self.entries.set_waiting(True, "Asking for them …")
        self._show_head()
        self._fetch()

    @work(exclusive=True, group="catalogue")
    async def _fetch(self) -> None:
        try:
            tables = await self.ask(lambda session: session.catalogue_tables(self.profile))
            found = await self._found(tables)
        except RuntuiError as error:
            self.entries.set_empty(*error_lines(error))
            tables, found = (), ()
        else:
            self.entries.set_empty("Nothing matches." if found else "Nothing is there.")
        self._tables = {table.name: table for table in tables}
        self.entries.set_waiting(False)
        self.entries.forget(self._entries.keys() - {entry.id for entry in found})
        self._entries.clear()
        self._entries.update((entry.id, entry) for entry in found)
        self.entries.set_columns(catalogue_columns(found))
        self._show_rows()
        self.refresh_bindings()

    async def _found(self, tables: tuple[CatalogueTable, ...]) -> tuple[CatalogueEntry, ...]:
        table = self._table
        if table is not None:
            of = self._of.id if self._of else ""
            return await self.ask(lambda session: session.catalogue(self.profile, table.name, of))
        about_job = [one for one in tables if self._job is not None and one.of == self._job.kind]
        shown = about_job or tables
        return tuple(CatalogueEntry(id=one.name, name=one.name, facts={"description": one.help}) for one in shown)

    def _show_rows(self) -> None:
        words = self.query_one(FilterLine).text.casefold().split()
        shown = [id for id, entry in self._entries.items() if all(word in _text_of(entry) for word in words)]
        self.entries.set_context(self._drawing())
        self.entries.show_keys(shown)
        total = count(len(self._entries))
        self._show_head(Cell(f"{count(len(shown))} of {total}" if words else total, Tone.MUTED))

    def _show_head(self, *more: Cell) -> None:
        title = one_line(self._table.name).capitalize() if self._table else "Catalogue"
        owner = self._of.name or self._of.id if self._of else self._job.name if self._job and not self._table else ""
        facts = [Cell(title, Tone.STRONG), Cell(one_line(self.profile), Tone.ACCENT)]
        if owner and (self._of or self._tells_of_job):
            facts.append(Cell(f"of {one_line(owner)}"))
        self.query_one("#head", DetailLine).show_facts(*facts, *more)

    @property
    def _tells_of_job(self) -> bool:
        return self._job is not None and any(one.of == self._job.kind for one in self._tables.values())

    def time_passed(self, now: datetime) -> None:
        """Ages move on."""
        self.entries.set_context(self._drawing())
        self.entries.refresh_times()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Copying only where there is something."""
        return action != "copy_id" or bool(self._entries)

    # filter

    def action_edit_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterLine).begin()

    @on(FilterLine.FilterChanged)
    def _filter_typed(self) -> None:
        self._show_rows()

    @on(FilterLine.FilterAccepted)
    @on(FilterLine.FilterCancelled)
    def _filter_left(self) -> None:
        self.entries.focus()

    def action_back(self) -> None:
        """Clear the marks, else the filter, else go back."""
        if not self.entries.clear_marks() and not self.query_one(FilterLine).clear():
            super().action_back()

    # actions

    @on(RowView.RowOpened, "#catalogue")
    def _opened(self) -> None:
        entry = self._entries.get(self.entries.cursor_key or "")
        if entry is None:
            return
        if self._table is None:
            of = CatalogueEntry(id=self._job.id, name=self._job.name) if self._job and self._tells_of_job else None
            self.app.push_screen(CatalogueScreen(self.profile, table=self._tables[entry.id], of=of))
        elif self._table.below:
            self.app.push_screen(CatalogueScreen(self.profile, table=self._tables[self._table.below], of=entry))
        else:
            self.notify("Nothing belongs to it. y copies its id.")

    def action_copy_id(self) -> None:
        """Copy the ids of the chosen entries."""
        chosen = self.entries.marked_keys or ([self.entries.cursor_key] if self.entries.cursor_key else [])
        self.app.copy_to_clipboard("\n".join(chosen))
        self.notify("Copied")


def _text_of(entry: CatalogueEntry) -> str:
    return " ".join((entry.id, entry.name, *entry.facts.values())).casefold()
