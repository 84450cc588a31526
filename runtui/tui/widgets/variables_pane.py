"""The variables of a run by role."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from runtui.model.variable import Role, Variable
from runtui.render.cell import EMPTY, Cell, Tone
from runtui.render.columns import Column, DrawContext
from runtui.render.variables import VariableRow, variable_groups
from runtui.tui.widgets.virtual_table import VirtualTable


class VariableKey(NamedTuple):
    """What names a line while values change: a role, and the name of a variable, empty for the role's own line.

    `ordinal` tells variables of the same name apart.
    """

    role: Role
    name: str = ""
    ordinal: int = 0


class VariableLine(NamedTuple):
    """One line: a role's title, or a variable."""

    title: str
    row: VariableRow | None = None


def _name(line: VariableLine, _: DrawContext) -> Cell:
    return Cell(line.title, Tone.MUTED) if line.row is None else Cell(f"  {line.row.name}")


def _value(line: VariableLine, _: DrawContext) -> Cell:
    if line.row is None:
        return EMPTY
    return line.row.value._replace(tone=Tone.ACCENT) if line.row.variable.file_id else line.row.value


def _note(line: VariableLine, _: DrawContext) -> Cell:
    if line.row is None:
        return EMPTY
    return Cell("  ".join(filter(None, (line.row.default, line.row.type))), Tone.MUTED)


_COLUMNS: Final[tuple[Column[VariableLine], ...]] = (
    Column(key="name", title="", cell=_name, sort_value=lambda line, _: line.title, width=28, min_width=5, grows=True),
    Column(key="value", title="", cell=_value, sort_value=lambda line, _: None, width=24, min_width=8, grows=True),
    Column(key="note", title="", cell=_note, sort_value=lambda line, _: None, width=24, min_width=4),
)

_NOTE_FROM: Final = 46
"""Narrower than this the room belongs to names and values."""


class VariablesPane(VirtualTable[VariableKey, VariableLine]):
    """`inputs`, `parameters`, `outputs`, `results`, each with its variables; numbers stand under each other.

    Opening a line (Enter) is told with its key: see `variable` for the value, which may be longer than the line.
    """

    def __init__(self, context: DrawContext, *, id: str | None = None) -> None:
        self._lines: dict[VariableKey, VariableLine] = {}
        super().__init__((), self._line_of, context, id=id)
        self.set_columns(_COLUMNS, hide_below={"note": _NOTE_FROM})
        self.set_title("Variables")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing acts on several of them, so there is nothing to mark."""
        if action in ("toggle_mark", "toggle_range", "toggle_all", "open_row"):
            return False
        return super().check_action(action, parameters)

    def _line_of(self, key: VariableKey) -> VariableLine | None:
        return self._lines.get(key)

    def show_variables(self, variables: Iterable[Variable], containing: str = "") -> None:
        """Show these variables, of them only those in whose name or shown text `containing` occurs, in any case."""
        wanted = containing.casefold()
        kept = [each for each in variables if wanted in each.name.casefold() or wanted in each.text.casefold()]
        lines: dict[VariableKey, VariableLine] = {}
        for group in variable_groups(kept, self.context.glyphs):
            lines[VariableKey(group.role)] = VariableLine(group.title)
            for row in group.rows:
                lines[_free_key(lines, group.role, row.name)] = VariableLine(group.title, row)
        self._keep_unchanged(lines)
        self._lines = lines
        self.show_keys(list(lines))

    def _keep_unchanged(self, lines: dict[VariableKey, VariableLine]) -> None:
        """Use the old object for every line that is equal, so that it is not drawn again."""
        for key, line in lines.items():
            if self._lines.get(key) == line:
                lines[key] = self._lines[key]

    def variable(self, key: VariableKey | None = None) -> Variable | None:
        """The variable of a line, the cursor's by default; None on a role's own line."""
        key = self.cursor_key if key is None else key
        line = self._lines.get(key) if key is not None else None
        return None if line is None or line.row is None else line.row.variable


def _free_key(taken: dict[VariableKey, VariableLine], role: Role, name: str) -> VariableKey:
    key = VariableKey(role, name)
    while key in taken:
        key = key._replace(ordinal=key.ordinal + 1)
    return key
