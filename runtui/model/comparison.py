"""Runs side by side: each fact and each variable, how far numbers are from the first run's, and what differs."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeGuard

import msgspec

from runtui.model.run import Run
from runtui.model.variable import Role, Variable

Value = float | int | bool | str | None


class ComparedValue(msgspec.Struct, frozen=True, kw_only=True):
    """One run's value in a row.

    `value` is None where the run has none, or none that may be shown; `text` is what is shown for it. For a number
    `delta` is how far it is from the first run's and `share` that as a share of it; None for the first run itself,
    and where either is no number.
    """

    value: Value = None
    text: str = ""
    delta: float | None = None
    share: float | None = None


class ComparedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One fact or variable of all runs, in their order. `role` is None for a fact every run has."""

    name: str
    role: Role | None
    values: tuple[ComparedValue, ...]

    @property
    def differs(self) -> bool:
        """Whether the runs are told apart by it. Secrets never tell."""
        return len({(type(one.value) is bool, one.value) for one in self.values}) > 1


def compare(runs: Sequence[Run], now: datetime) -> tuple[ComparedRow, ...]:
    """The facts, then the variables by role, each where the first run that has it has it.

    A time that still runs is counted to `now`. A variable that only some runs have is missing in the others.
    """
    facts = tuple(_row(name, None, [_fact(read(run, now)) for run in runs]) for name, read in _FACTS)
    return (*(row for row in facts if any(one.value is not None for one in row.values)), *_variable_rows(runs))


_FACTS: tuple[tuple[str, Callable[[Run, datetime], Value]], ...] = (
    ("status", lambda run, _: run.status.value),
    ("job", lambda run, _: run.job or None),
    ("took", lambda run, now: run.took_seconds(now)),
    ("exit code", lambda run, _: run.exit_code),
    ("owner", lambda run, _: run.owner or None),
    ("message", lambda run, _: run.message or None),
    ("files", lambda run, _: run.output_count),
    ("bytes", lambda run, _: run.output_bytes),
)


def _fact(value: Value) -> ComparedValue:
    return ComparedValue(value=value, text="" if value is None else str(value))


def _variable_rows(runs: Sequence[Run]) -> list[ComparedRow]:
    keys = dict.fromkeys((variable.role, variable.name) for run in runs for variable in run.variables)
    ordered = sorted(keys, key=lambda key: list(Role).index(key[0]))
    found = [{(variable.role, variable.name): variable for variable in reversed(run.variables)} for run in runs]
    return [_row(name, role, [_variable(one.get((role, name))) for one in found]) for role, name in ordered]


def _variable(variable: Variable | None) -> ComparedValue:
    if variable is None:
        return ComparedValue()
    if variable.secret:
        return ComparedValue(text=variable.text)
    value = variable.text if variable.value is None else variable.value
    return ComparedValue(value=value, text=variable.text or str(value))


def _row(name: str, role: Role | None, values: Sequence[ComparedValue]) -> ComparedRow:
    first = values[0].value if values else None
    others = (_measured(one, first) for one in values[1:])
    return ComparedRow(name=name, role=role, values=(*values[:1], *others))


def _measured(one: ComparedValue, first: Value) -> ComparedValue:
    if not _is_number(one.value) or not _is_number(first):
        return one
    delta = float(one.value) - float(first)
    return msgspec.structs.replace(one, delta=delta, share=delta / abs(float(first)) if first else None)


def _is_number(value: Value) -> TypeGuard[float | int]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value
