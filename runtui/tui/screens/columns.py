"""Choosing the columns of the list: what one does is seen in the list beside it at once."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from runtui.model.list_view import ChosenColumn
from runtui.model.run import Run
from runtui.render.cell import EMPTY, MISSING, Cell, Tone
from runtui.render.columns import Column, DrawContext
from runtui.render.sanitise import one_line
from runtui.render.units import count
from runtui.render.widths import Align
from runtui.tui.column_list import ColumnLine, ColumnList, SeenVariable, seen_variables
from runtui.tui.slices import Unfinished, begin
from runtui.tui.widgets.calm_screen import CalmDialog
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.virtual_table import VirtualTable

Choose = Callable[[tuple[ChosenColumn, ...]], None]


def _sign(line: ColumnLine, context: DrawContext) -> Cell:
    return Cell(context.glyphs.mark, Tone.ACCENT) if line.is_shown else EMPTY


def _name(line: ColumnLine, _: DrawContext) -> Cell:
    return Cell(one_line(line.name), Tone.TEXT if line.is_shown else Tone.MUTED)


def _runs(line: ColumnLine, _: DrawContext) -> Cell:
    return EMPTY if line.runs is None else Cell(count(line.runs), Tone.MUTED)


def _width(line: ColumnLine, _: DrawContext) -> Cell:
    return MISSING if line.width is None else Cell(str(line.width))


def _column(
    key: str, title: str, cell: Callable[[ColumnLine, DrawContext], Cell], **looks: object
) -> Column[ColumnLine]:
    return Column(key=key, title=title, cell=cell, sort_value=lambda line, _: None, **looks)  # type: ignore[arg-type]  # fields by name


_COLUMNS = (
    _column("sign", "", _sign, width=1, min_width=1),
    _column("name", "COLUMN", _name, width=30, min_width=8, cut_middle=True),
    _column("kind", "KIND", lambda line, _: Cell(line.kind, Tone.MUTED), width=9, min_width=5),
    _column("width", "WIDTH", _width, align=Align.RIGHT, width=5, min_width=5),
    _column("runs", "RUNS", _runs, align=Align.RIGHT, width=9, min_width=4),
    _column("example", "SUCH AS", lambda line, _: Cell(line.example, Tone.MUTED), width=14, min_width=6, grows=True),
)


class ColumnsTable(VirtualTable[str, ColumnLine]):
    """One line a column. The keys of a list of runs act on columns here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.close", "done", id="columns.done", key_display="Enter"),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing acts on several columns at once."""
        if action in ("toggle_mark", "toggle_range", "toggle_all", "open_row"):
            return False
        return super().check_action(action, parameters)


class ColumnsScreen(CalmDialog[None]):
    """Every built-in column, every variable of the listed runs and every series of their logs that was picked, by the
    keys of their columns: shown or not, where, and how wide.

    `choose` is called with the columns after each change; with none when the list is to choose them itself.
    """

    AUTO_FOCUS = "#columns"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "toggle_column", "show or hide", id="columns.toggle", key_display="Space"),
        Binding("K,shift+up", "move(-1)", "move up", id="columns.up", tooltip="move the column to the left"),
        Binding("J,shift+down", "move(1)", "move down", id="columns.down", tooltip="move the column to the right"),
        Binding("plus,equals_sign", "resize(1)", "wider", id="columns.wider", tooltip="make the column wider"),
        Binding("minus", "resize(-1)", "narrower", id="columns.narrower", tooltip="make the column narrower"),
        Binding("0", "fit", "fit", id="columns.fit", tooltip="let the content say how wide the column is"),
        Binding("slash", "edit_filter", "find", id="columns.filter", key_display="/"),
        Binding("a", "automatic", "automatic", id="columns.automatic", tooltip="let the list choose its columns"),
        Binding("u", "undo", "undo", id="columns.undo", tooltip="the columns as they were before this dialog"),
        Binding("escape,q,C", "close", "done", id="screen.back", key_display="Esc"),
    ]
    DEFAULT_CSS = """
    ColumnsScreen { align: right middle; background: transparent; }
    ColumnsScreen > Vertical { width: 66; max-width: 100%; height: 80%; padding: 0 1; background: $panel; }
    ColumnsScreen #columns { height: 1fr; }
    """

    def __init__(
        self,
        chosen: Sequence[ChosenColumn],
        runs: Iterable[Run],
        *,
        choose: Choose,
        width_of: Callable[[str], int | None],
        context: DrawContext,
        is_automatic: bool,
        series: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._before = () if is_automatic else tuple(chosen)
        self._first = tuple(chosen)
        self._series = tuple(series)
        self._columns = ColumnList(self._first, self._series)
        self._runs = runs
        self._choose = choose
        self._width_of = width_of
        self._drawing = context
        self._seen: list[SeenVariable] = []
        self._lines: dict[str, ColumnLine] = {}

    def compose(self) -> ComposeResult:
        """A filter, the columns, the keys."""
        with Vertical():
            yield FilterLine("find a column by its name", id="filter")
            yield ColumnsTable(_COLUMNS, lambda key: self._lines.get(key), self._drawing, id="columns")
            yield KeyFooter(("columns.toggle", "columns.up", "columns.down"), last=("screen.back",), id="footer")

    @property
    def table(self) -> ColumnsTable:
        """The columns."""
        return self.query_one(ColumnsTable)

    @property
    def filter_line(self) -> FilterLine:
        """The prompt above them."""
        return self.query_one(FilterLine)

    def on_mount(self) -> None:
        """Show what is known, and look for variables in every listed run."""
        self._show()
        begun = begin(seen_variables(self._runs))
        if isinstance(begun, Unfinished):
            self._look_on(begun)
        else:
            self._know(begun[0])

    @work(group="variables")
    async def _look_on(self, looking: Unfinished[list[SeenVariable]]) -> None:
        self.filter_line.show_summary(Cell("looking through the runs …", Tone.MUTED))
        done = await looking.finish()
        if done is not None:
            self._know(done[0])

    def _know(self, seen: list[SeenVariable]) -> None:
        self._seen = seen
        self._columns.know(seen)
        self._show()

    def _show(self) -> None:
        lines = self._columns.lines(self.filter_line.text)
        self._lines = {key: self._lines[key] if self._lines.get(key) == line else line for key, line in lines.items()}
        self.table.set_empty("No column has such a name.")
        self.table.show_keys(list(lines))
        shown = len(self._columns.chosen)
        self.filter_line.show_summary(Cell(f"{shown} shown", Tone.MUTED))

    def _changed(self) -> None:
        self._show()
        self._choose(self._columns.chosen)

    def action_toggle_column(self) -> None:
        """Show the column under the cursor, or hide it."""
        key = self.table.cursor_key
        if key is not None and (not self._lines[key].is_shown or len(self._columns.chosen) > 1):
            self._columns.toggle(key)
            self._changed()

    def action_move(self, step: int) -> None:
        """Move the column under the cursor to another place."""
        if self.table.cursor_key is not None and not self.filter_line.text:
            self._columns.move(self.table.cursor_key, step)
            self._changed()
            self.table.move_to_key(self.table.cursor_key)

    def action_resize(self, by: int) -> None:
        """Make the column under the cursor wider or narrower."""
        key = self.table.cursor_key
        if key is not None and self._lines[key].is_shown:
            now = self._lines[key].width or self._width_of(key) or 12
            self._columns.resize(key, now + by)
            self._changed()

    def action_fit(self) -> None:
        """Let the content say how wide the column under the cursor is."""
        if self.table.cursor_key is not None:
            self._columns.resize(self.table.cursor_key, None)
            self._changed()

    def action_automatic(self) -> None:
        """Let the list choose its columns."""
        self._choose(())
        self.dismiss()

    def action_undo(self) -> None:
        """Go back to the columns there were before this dialog."""
        self._columns = ColumnList(self._first, self._series)
        self._columns.know(self._seen)
        self._show()
        self._choose(self._before)

    def action_close(self) -> None:
        """Keep the columns as they are now."""
        self.dismiss()

    def action_edit_filter(self) -> None:
        """Find a column by its name."""
        self.filter_line.begin()

    @on(FilterLine.FilterChanged)
    def _filter_typed(self) -> None:
        self._show()

    @on(FilterLine.FilterAccepted)
    @on(FilterLine.FilterCancelled)
    def _filter_left(self) -> None:
        self.table.focus()
