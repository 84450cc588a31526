"""What a service keeps beside jobs and runs."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.catalogue import CatalogueEntry, CatalogueTable
from runtui.model.errors import RuntuiError
from runtui.model.job import Job
from runtui.render.catalogue_columns import catalogue_columns
from runtui.render.cell import Cell, Tone
from runtui.render.sanitise import one_line
from runtui.styles_folder import style_sheets
from runtui.tui.error_cells import error_lines
from runtui.tui.screens.facts import FactsScreen
from runtui.tui.screens.filtered_list import FilteredListScreen
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


class LeafList(VirtualTable[str, CatalogueEntry]):
    """The same where nothing belongs to an entry."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_row", "all facts", id="list.open", key_display="Enter"),
    ]


class CatalogueScreen(FilteredListScreen):
    """The tables there are; `Enter` shows the entries of one, on those what belongs to them, and last all facts."""

    CSS_PATH = style_sheets("find")

    AUTO_FOCUS = "#catalogue"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "show_facts", "all facts", id="catalogue.facts", tooltip="all facts of the entry, uncut"),
        Binding("y,c", "copy_id", "copy", id="catalogue.copy", tooltip="copy the ids of the chosen entries"),
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
        super().__init__(profile)
        self._job = job
        self._table = table
        self._of = of
        self._tables: dict[str, CatalogueTable] = {}
        self._entries: dict[str, CatalogueEntry] = {}

    def compose(self) -> ComposeResult:
        """What of, a filter, the entries, the footer."""
        yield DetailLine(id="head")
        yield FilterLine("filter: words an entry has anywhere", id="filter")
        entries = LeafList if self._is_last else CatalogueList
        yield entries(catalogue_columns(()), self._entries.get, self.drawing(), id="catalogue")
        footer = ("list.open", "list.filter", "catalogue.facts", "catalogue.copy", "list.mark", "screen.back")
        yield KeyFooter(footer, id="footer")

    @property
    def _is_last(self) -> bool:
        """Whether nothing belongs to the entries."""
        return self._table is not None and not self._table.below

    # what is shown

    def action_fetch(self) -> None:
        """Ask for the entries."""
        self.table.set_waiting(True, "Asking for them …")
        self._show_head()
        self._fetch()

    @work(exclusive=True, group="catalogue")
    async def _fetch(self) -> None:
        try:
            tables = await self.ask(lambda session: session.catalogue_tables(self.profile))
            found = await self._found(tables)
        except RuntuiError as error:
            self.table.set_empty(*error_lines(error))
            tables, found = (), ()
        else:
            self.table.set_empty("Nothing matches." if found else "Nothing is there.")
        self._tables = {table.name: table for table in tables}
        self.table.set_waiting(False)
        self.table.forget(self._entries.keys() - {entry.id for entry in found})
        self._entries.clear()
        self._entries.update((entry.id, entry) for entry in found)
        self.table.set_columns(catalogue_columns(found))
        self.show_rows()
        self.refresh_bindings()

    async def _found(self, tables: tuple[CatalogueTable, ...]) -> tuple[CatalogueEntry, ...]:
        table = self._table
        if table is not None:
            of = self._of.id if self._of else ""
            return await self.ask(lambda session: session.catalogue(self.profile, table.name, of))
        about_job = [one for one in tables if self._job is not None and one.of == self._job.kind]
        shown = about_job or tables
        return tuple(CatalogueEntry(id=one.name, name=one.name, facts={"description": one.help}) for one in shown)

    def show_rows(self) -> None:
        """Show the entries that have all the words."""
        words = self.words
        shown = [id for id, entry in self._entries.items() if all(word in _text_of(entry) for word in words)]
        self.table.set_context(self.drawing())
        self.table.show_keys(shown)
        self._show_head(self.how_many(len(shown), len(self._entries)))

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Copying only where there is something, and a key for all facts where `Enter` does not show them."""
        if action == "show_facts":
            return bool(self._entries) and self._table is not None and not self._is_last
        return action != "copy_id" or bool(self._entries)

    # actions

    @on(RowView.RowOpened, "#catalogue")
    def _opened(self) -> None:
        entry = self._entry
        if entry is None:
            return
        if self._table is None:
            of = CatalogueEntry(id=self._job.id, name=self._job.name) if self._job and self._tells_of_job else None
            self.app.push_screen(CatalogueScreen(self.profile, table=self._tables[entry.id], of=of))
        elif self._is_last:
            self.action_show_facts()
        else:
            self.app.push_screen(CatalogueScreen(self.profile, table=self._tables[self._table.below], of=entry))

    @property
    def _entry(self) -> CatalogueEntry | None:
        """The entry under the cursor, if there is one."""
        return self._entries.get(self.table.cursor_key or "")

    def action_show_facts(self) -> None:
        """Show everything the service says of the entry."""
        entry = self._entry
        if entry is not None:
            self.app.push_screen(FactsScreen((Cell(one_line(entry.name or entry.id), Tone.STRONG),), entry))

    def action_copy_id(self) -> None:
        """Copy the ids of the chosen entries."""
        self.copy(self.chosen_keys)


def _text_of(entry: CatalogueEntry) -> str:
    return " ".join((entry.id, entry.name, *entry.facts.values())).casefold()
