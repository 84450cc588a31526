"""The columns there are, those that are shown, in which order and how wide: what the dialog of columns works on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from runtui.model.list_view import ChosenColumn
from runtui.model.run import Run
from runtui.model.variable import Role, Variable
from runtui.render.run_columns import RUN_COLUMNS, VARIABLE_PREFIX, has_column, run_column
from runtui.render.series_columns import LOG_PREFIX
from runtui.render.variables import value_text
from runtui.tui.slices import STEP, Steps

LEAST_WIDTH: Final = 3
MOST_WIDTH: Final = 200


class SeenVariable(NamedTuple):
    """A variable that runs have: the path that names it, how many of them have it, and what one of them shows."""

    path: str
    role: Role
    runs: int
    example: str


class ColumnLine(NamedTuple):
    """One line of the dialog: a column. `runs` is None where every run has something for it, or may have."""

    key: str
    name: str
    kind: str
    is_shown: bool
    width: int | None
    runs: int | None = None
    example: str = ""


def seen_variables(runs: Iterable[Run]) -> Steps[list[SeenVariable]]:
    """Every variable some of the runs have, in the order of roles, then in the services' order.

    A name that two roles share is given with its role.
    """
    counts: dict[tuple[Role, str], int] = {}
    examples: dict[tuple[Role, str], Variable] = {}
    for count, run in enumerate(runs, start=1):
        for variable in run.variables:
            named = (variable.role, variable.name)
            counts[named] = counts.get(named, 0) + 1
            if named not in examples or not examples[named].text:
                examples[named] = variable
        if not count % STEP:
            yield
    roles_of: dict[str, int] = {}
    for _, name in counts:
        roles_of[name] = roles_of.get(name, 0) + 1
    order = list(Role)
    return [
        SeenVariable(
            f"{role.value}s.{name}" if roles_of[name] > 1 else name, role, counts[role, name], value_text(variable)
        )
        for (role, name), variable in sorted(examples.items(), key=lambda each: order.index(each[0][0]))
    ]


class ColumnList:
    """Every column in one order: a column keeps its place when it is hidden and shown again."""

    def __init__(self, chosen: Sequence[ChosenColumn], series: Sequence[str] = ()) -> None:
        self._widths: dict[str, int | None] = {each.key: each.width for each in chosen}
        self._shown = set(self._widths)
        self._order = [*dict.fromkeys((*self._widths, *series, *RUN_COLUMNS))]
        self._variables: Mapping[str, SeenVariable] = {}

    @property
    def chosen(self) -> tuple[ChosenColumn, ...]:
        """The columns that are shown."""
        return tuple(ChosenColumn(key, self._widths.get(key)) for key in self._order if key in self._shown)

    def know(self, variables: Iterable[SeenVariable]) -> None:
        """Offer these variables too."""
        self._variables = {VARIABLE_PREFIX + each.path: each for each in variables}
        self._order += [key for key in self._variables if key not in set(self._order)]

    def lines(self, containing: str = "") -> dict[str, ColumnLine]:
        """A line for each column in whose name or kind a text occurs, in any case, by the column's key."""
        wanted = containing.casefold()
        lines = (self._line(key) for key in self._order)
        return {line.key: line for line in lines if wanted in line.name.casefold() or wanted in line.kind}

    def _line(self, key: str) -> ColumnLine:
        shown, width = key in self._shown, self._widths.get(key)
        seen = self._variables.get(key)
        if seen is not None:
            return ColumnLine(key, seen.path, seen.role.value, shown, width, seen.runs, seen.example)
        if key.startswith(VARIABLE_PREFIX):
            return ColumnLine(key, key.removeprefix(VARIABLE_PREFIX), "variable", shown, width, 0)
        if key.startswith(LOG_PREFIX) and has_column(key):
            return ColumnLine(key, run_column(key).title, "log", shown, width)
        if not has_column(key):
            return ColumnLine(key, key, "not known", shown, width)
        return ColumnLine(key, RUN_COLUMNS[key].title or key.upper(), "built in", shown, width)

    def toggle(self, key: str) -> None:
        """Show the column, or hide it."""
        self._shown ^= {key}

    def move(self, key: str, step: int) -> None:
        """Put a column before or behind its neighbour among all."""
        place = self._order.index(key)
        other = max(0, min(place + step, len(self._order) - 1))
        self._order.insert(other, self._order.pop(place))

    def resize(self, key: str, width: int | None) -> None:
        """Make a column so wide; None lets its content say how wide."""
        self._widths[key] = None if width is None else max(LEAST_WIDTH, min(width, MOST_WIDTH))


def resized(chosen: Iterable[ChosenColumn], key: str, width: int | None) -> tuple[ChosenColumn, ...]:
    """The same columns with one of them so wide."""
    columns = ColumnList(tuple(chosen))
    columns.resize(key, width)
    return columns.chosen
