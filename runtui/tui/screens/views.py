"""Saved views: what the list shows now under a name, and the names there are."""

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from runtui.model.errors import StorageError
from runtui.model.list_view import EVERY_STATUS, ListView
from runtui.render.cell import Cell, Tone
from runtui.render.columns import Column, DrawContext
from runtui.render.sanitise import one_line
from runtui.tui.widgets.calm_screen import CalmDialog
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.virtual_table import VirtualTable

LONGEST_NAME = 60

Save = Callable[[ListView], Awaitable[Sequence[ListView]]]
Remove = Callable[[str], Awaitable[Sequence[ListView]]]


class ViewLine(ListView, frozen=True, kw_only=True):
    """One line of the dialog: a view, and the key that opens it from the list."""

    shortcut: str = ""


def _shows(line: ViewLine, _: DrawContext) -> Cell:
    status = "" if line.status == EVERY_STATUS else line.status
    return Cell(one_line("  ".join(filter(None, (status, line.where)))) or "every run", Tone.MUTED)


def _order(line: ViewLine, _: DrawContext) -> Cell:
    return Cell(one_line(f"{line.sort}{' down' if line.descending else ''}"), Tone.MUTED)


def _columns(line: ViewLine, _: DrawContext) -> Cell:
    return Cell(f"{len(line.columns)}" if line.columns else "automatic", Tone.MUTED)


def _column(key: str, title: str, cell: Callable[[ViewLine, DrawContext], Cell], width: int) -> Column[ViewLine]:
    return Column(
        key=key, title=title, cell=cell, sort_value=lambda line, _: None, width=width, min_width=4, grows=key == "shows"
    )


_COLUMNS = (
    _column("key", "KEY", lambda line, _: Cell(line.shortcut, Tone.ACCENT), 5),
    _column("name", "VIEW", lambda line, _: Cell(one_line(line.name), Tone.STRONG), 24),
    _column("shows", "SHOWS", _shows, 20),
    _column("order", "ORDER", _order, 14),
    _column("columns", "COLUMNS", _columns, 9),
)


class ViewsTable(VirtualTable[str, ViewLine]):
    """One line a view."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_row", "open", id="list.open", key_display="Enter"),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing acts on several views at once."""
        return action not in ("toggle_mark", "toggle_range", "toggle_all") and super().check_action(action, parameters)


class ViewsScreen(CalmDialog[ListView | None]):
    """Open, save, save over and delete views. Gives the view that is to be opened.

    `save` and `remove` change the file in a thread and give all views as they are then; they raise StorageError.
    """

    AUTO_FOCUS = "#views"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "save_new", "save the list as", id="views.save", tooltip="save what the list shows under a name"),
        Binding("u", "save_over", "save over", id="views.update", tooltip="let the view be what the list shows now"),
        Binding("D", "remove", "delete", id="views.delete", tooltip="delete the view"),
        Binding("escape,q,V", "close", "close", id="screen.back", key_display="Esc"),
    ]
    DEFAULT_CSS = """
    ViewsScreen { align: center middle; background: transparent; }
    ViewsScreen > Vertical {
        width: 92; max-width: 100%; height: 60%; min-height: 10; padding: 0 1; background: $panel;
    }
    ViewsScreen #views { height: 1fr; }
    """

    def __init__(
        self,
        views: Sequence[ListView],
        current: ListView,
        *,
        save: Save,
        remove: Remove,
        shortcuts: Sequence[str],
        context: DrawContext,
        problem: str = "",
    ) -> None:
        super().__init__()
        self._views = tuple(views)
        self._current = current
        self._save = save
        self._remove = remove
        self._shortcuts = shortcuts
        self._drawing = context
        self._problem = problem
        self._lines: dict[str, ViewLine] = {}

    def compose(self) -> ComposeResult:
        """A prompt for a name, the views, the keys."""
        with Vertical():
            yield FilterLine("name for what the list shows now", sign="+", id="name")
            yield ViewsTable(_COLUMNS, lambda name: self._lines.get(name), self._drawing, id="views")
            yield KeyFooter(("list.open", "views.save", "views.update"), last=("screen.back",), id="footer")

    @property
    def table(self) -> ViewsTable:
        """The views."""
        return self.query_one(ViewsTable)

    @property
    def prompt(self) -> FilterLine:
        """Where a name is typed."""
        return self.query_one(FilterLine)

    def on_mount(self) -> None:
        """Show the views there are."""
        self.table.set_empty(
            "No view is saved yet.", "s saves the filter, chip, order and columns of the list under a name."
        )
        self._show(self._views)
        if self._problem:
            self.prompt.show_summary(Cell(one_line(self._problem), Tone.WARNING))

    def _show(self, views: Sequence[ListView]) -> None:
        self._views = tuple(views)
        shortcuts = [*self._shortcuts, *[""] * len(views)]
        self._lines = {
            view.name: ViewLine(shortcut=shortcuts[place], **msgspec.structs.asdict(view))
            for place, view in enumerate(views)
        }
        self.table.show_keys(list(self._lines))

    def _view(self) -> ListView | None:
        return next((view for view in self._views if view.name == self.table.cursor_key), None)

    @on(ViewsTable.RowOpened)
    def _opened(self) -> None:
        self.dismiss(self._view())

    def action_close(self) -> None:
        """Leave the list as it is."""
        self.dismiss(None)

    def action_save_new(self) -> None:
        """Type a name for what the list shows."""
        self.prompt.set_text("")
        self.prompt.begin()

    @on(FilterLine.FilterAccepted)
    def _named(self, message: FilterLine.FilterAccepted) -> None:
        name = one_line(message.text.strip(), LONGEST_NAME)
        if not name:
            self.prompt.show_error("a view needs a name", 0)
            return
        self.prompt.clear_error()
        self.prompt.set_text("")
        self.table.focus()
        self._keep(name)

    @on(FilterLine.FilterCancelled)
    def _not_named(self) -> None:
        self.prompt.clear_error()
        self.table.focus()

    def action_save_over(self) -> None:
        """Let the view under the cursor be what the list shows now."""
        if self.table.cursor_key is not None:
            self._keep(self.table.cursor_key)

    @work(group="views")
    async def _keep(self, name: str) -> None:
        try:
            self._show(await self._save(msgspec.structs.replace(self._current, name=name)))
        except StorageError as error:
            self._say(error)
        else:
            self.table.move_to_key(name)
            self.prompt.show_summary(Cell(f"saved {name}", Tone.MUTED))

    @work(group="views")
    async def action_remove(self) -> None:
        """Delete the view under the cursor, after a question."""
        name = self.table.cursor_key
        if name is None:
            return
        question = ConfirmDialog("Delete the view?", [name], "Runs are not touched.", confirm="Delete", again="D")
        if await self.app.push_screen_wait(question):
            try:
                self._show(await self._remove(name))
            except StorageError as error:
                self._say(error)

    def _say(self, error: StorageError) -> None:
        self.prompt.show_summary(Cell(one_line(error.message), Tone.ERROR))
