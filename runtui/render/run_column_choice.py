"""Which columns the run list shows when nobody has chosen: what fits, and the variables most runs have."""

from collections.abc import Iterable, Sequence
from itertools import islice

import msgspec

from runtui.model.list_view import ChosenColumn
from runtui.model.run import Run
from runtui.model.variable import Role, Variable
from runtui.render.column_layout import GAP, lay_out, total_width
from runtui.render.columns import Column, DrawContext
from runtui.render.run_columns import VARIABLE_WIDTH, has_column, run_column, variable_column
from runtui.render.series_columns import SERIES_WIDTH
from runtui.render.variables import is_number, value_text
from runtui.render.widths import cell_width, is_number_text

SAMPLE = 300
"""How many runs are looked at to choose variables."""

_NARROW = ("run", "job", "status", "started")
_NORMAL = (*_NARROW, "took")
_LONGEST_TEXT = 16
_MOST_SERIES = 2
_SERIES_ROOM = SERIES_WIDTH + GAP
_LEAST_WIDTH = 6
_ROLE_RANK = {Role.RESULT: 0, Role.OUTPUT: 1, Role.PARAMETER: 2, Role.INPUT: 3}


def default_keys(width: int) -> tuple[str, ...]:
    """The keys of the columns for a list `width` cells wide; `var:*` stands where variables go."""
    if width < 68:
        return _NARROW
    if width < 100:
        return (*_NORMAL, "var:*")
    if width < 136:
        return (*_NORMAL, "var:*", "owner")
    return (*_NORMAL, "var:*", "owner", "message")


def default_columns(
    runs: Sequence[Run], width: int, context: DrawContext, series: Sequence[str] = ()
) -> list[Column[Run]]:
    """The columns for these runs on `width` cells: the default ones, and as many of the `series` somebody picked, by
    the keys of their columns, and then of the variables as there is room for.

    Only the first `SAMPLE` runs are looked at.
    """
    keys = default_keys(width)
    fixed = {key: run_column(key) for key in keys if key != "var:*"}
    room = _room(list(fixed.values()), runs, width, context)
    if series and "owner" in fixed and room < _SERIES_ROOM:
        # what somebody picked says more than whose each run is
        del fixed["owner"]
        room = _room(list(fixed.values()), runs, width, context)
    columns: list[Column[Run]] = []
    for key in keys:
        if key == "var:*":
            picked = [run_column(key) for key in series[: min(_MOST_SERIES, max(0, room // _SERIES_ROOM))]]
            columns.extend(picked)
            columns.extend(_fitting_variables(runs, room - len(picked) * _SERIES_ROOM))
        elif key in fixed:
            columns.append(fixed[key])
    if any(run.is_optimal for run in runs[:SAMPLE]):
        columns.append(run_column("optimal"))
    return columns


def chosen_columns(chosen: Iterable[ChosenColumn]) -> list[Column[Run]]:
    """The columns somebody chose, in that order and width; keys no column has are passed over."""
    columns = [(run_column(each.key), each.width) for each in chosen if has_column(each.key)]
    return [column if width is None else column.fixed(max(1, width)) for column, width in columns]


def unknown_columns(chosen: Iterable[ChosenColumn]) -> list[str]:
    """The keys among those chosen that no column has."""
    return [each.key for each in chosen if not has_column(each.key)]


class _Tally(msgspec.Struct):
    """What the sample shows of one variable."""

    path: str
    role: Role
    count: int
    width: int
    is_number: bool
    texts: set[str]

    @property
    def rank(self) -> tuple[int, bool, int]:
        """The lowest first: what most runs have, is a number, and came out of the run."""
        return (-self.count, not self.is_number, _ROLE_RANK[self.role])

    @property
    def tells(self) -> bool:
        """Whether a column of it would say anything: its texts are short, and not all the same."""
        return self.width <= _LONGEST_TEXT and (self.count < 2 or len(self.texts) > 1)


def common_variables(runs: Iterable[Run], limit: int = 8) -> list[str]:
    """Paths of the variables worth a column, the best first: had by many of the runs, short, and not all the same.

    Secrets, files and long texts are no columns. A name two roles share is given with its role.
    """
    return [tally.path for tally in _ranked(runs)[:limit]]


def _ranked(runs: Iterable[Run]) -> list[_Tally]:
    tallies: dict[tuple[Role, str], _Tally] = {}
    for run in islice(runs, SAMPLE):
        for variable in run.variables:
            if not variable.secret and variable.file_id is None:
                _count(tallies, variable)
    for tally in _ambiguous(tallies):
        tally.path = f"{tally.role.value}s.{tally.path}"
    return sorted((tally for tally in tallies.values() if tally.tells), key=lambda tally: tally.rank)


def _count(tallies: dict[tuple[Role, str], _Tally], variable: Variable) -> None:
    text = value_text(variable)
    tally = tallies.get((variable.role, variable.name))
    if tally is None:
        tally = tallies[variable.role, variable.name] = _Tally(variable.name, variable.role, 0, 0, True, set())
    tally.count += 1
    tally.width = max(tally.width, cell_width(text))
    tally.is_number = tally.is_number and (is_number(variable) or is_number_text(text))
    tally.texts.add(text)


def _ambiguous(tallies: dict[tuple[Role, str], _Tally]) -> list[_Tally]:
    roles_of: dict[str, int] = {}
    for _, name in tallies:
        roles_of[name] = roles_of.get(name, 0) + 1
    return [tally for tally in tallies.values() if roles_of[tally.path] > 1]


def _room(columns: Sequence[Column[Run]], runs: Sequence[Run], width: int, context: DrawContext) -> int:
    texts = [[column.cell(run, context).text for run in runs[:SAMPLE]] for column in columns if not column.grows]
    firm = [column for column in columns if not column.grows]
    growing = [column for column in columns if column.grows]
    return width - total_width(lay_out(firm, texts, width)) - sum(column.width + GAP for column in growing)


def _fitting_variables(runs: Sequence[Run], room: int) -> list[Column[Run]]:
    chosen: list[Column[Run]] = []
    for tally in _ranked(runs):
        room -= min(VARIABLE_WIDTH, max(_LEAST_WIDTH, tally.width, cell_width(tally.path))) + GAP
        if room < 0:
            break
        chosen.append(variable_column(tally.path))
    return chosen
