"""Variables of a run by role, as lines of a pane."""

from collections.abc import Iterable

import msgspec

from runtui.model.variable import Role, Variable
from runtui.render import units
from runtui.render.cell import Cell, Tone
from runtui.render.glyphs import UNICODE, Glyphs
from runtui.render.sanitise import one_line
from runtui.render.widths import align_decimals

VALUE_LIMIT = 500
_TITLES = {
    Role.INPUT: "inputs",
    Role.PARAMETER: "parameters",
    Role.OUTPUT: "outputs",
    Role.RESULT: "results",
}


class VariableRow(msgspec.Struct, frozen=True):
    """One variable, all texts safe. `value` is padded so that the numbers of its group are aligned."""

    variable: Variable
    name: str
    value: Cell
    default: str
    """`default 3` when it is known to differ, else empty."""
    type: str


class VariableGroup(msgspec.Struct, frozen=True):
    """The variables of one role, in the service's order."""

    role: Role
    title: str
    rows: tuple[VariableRow, ...]


def is_number(variable: Variable) -> bool:
    """Whether the value is a number one can compute with. A truth value is not."""
    return isinstance(variable.value, int | float) and not isinstance(variable.value, bool)


def value_text(variable: Variable, glyphs: Glyphs = UNICODE, limit: int = VALUE_LIMIT) -> str:
    """What is shown for the value: the service's own text where there is one. A secret is a mask of fixed length."""
    if variable.secret:
        return glyphs.secret
    if variable.text:
        return one_line(variable.text, limit)
    value = variable.value
    if value is None:
        return units.UNKNOWN
    if isinstance(value, bool):
        return "true" if value else "false"
    return units.number(value) if isinstance(value, float) else one_line(str(value), limit)


def value_cell(variable: Variable, glyphs: Glyphs = UNICODE, limit: int = VALUE_LIMIT) -> Cell:
    """The value's text; what is secret or missing is grey."""
    text = value_text(variable, glyphs, limit)
    has_value = bool(variable.text) or variable.value is not None
    return Cell(text, Tone.TEXT if has_value and not variable.secret else Tone.FAINT)


def variable_groups(variables: Iterable[Variable], glyphs: Glyphs = UNICODE) -> list[VariableGroup]:
    """The variables by role, in the order roles are shown. A role nobody has is left out."""
    by_role: dict[Role, list[Variable]] = {role: [] for role in Role}
    for variable in variables:
        by_role[variable.role].append(variable)
    return [_group(role, members, glyphs) for role, members in by_role.items() if members]


def _group(role: Role, members: list[Variable], glyphs: Glyphs) -> VariableGroup:
    cells = [value_cell(variable, glyphs) for variable in members]
    aligned = align_decimals([cell.text for cell in cells])
    rows = tuple(
        VariableRow(
            variable, one_line(variable.name), Cell(text, cell.tone), _default(variable), one_line(variable.type)
        )
        for variable, text, cell in zip(members, aligned, cells, strict=True)
    )
    return VariableGroup(role, _TITLES[role], rows)


def _default(variable: Variable) -> str:
    if variable.default is None or variable.secret or variable.default == variable.text:
        return ""
    return f"default {one_line(variable.default, VALUE_LIMIT)}"
