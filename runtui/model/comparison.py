"""Runs side by side: each fact and each variable, how far numbers are from one run's, and what differs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from math import isfinite

import msgspec

from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.variable import Role, Variable

Value = float | int | bool | str | datetime | None


class Unit(StrEnum):
    """What the numbers of a row count. Moments are no numbers, but how far they are apart is one, in seconds."""

    NONE = ""
    SECONDS = "seconds"
    BYTES = "bytes"
    MOMENT = "moment"


class ComparedValue(msgspec.Struct, frozen=True, kw_only=True):
    """One run's value in a row.

    `value` is None where the run has none, or none that may be shown; `text` is what is shown for it, of a variable
    the service's own. For a number `delta` is how far it is from the reference run's and `share` that as a share of
    it; None for the reference run itself, and where either is no number.
    """

    value: Value = None
    text: str = ""
    delta: float | None = None
    share: float | None = None
    is_missing: bool = False
    """Whether the run has no such thing at all: an empty text and a secret are something."""


class ComparedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One fact, variable or log series of all runs, in their order.

    `role` is None for a fact every run has, and for a series; `pattern` is what finds the series, of which the last
    value is compared, and empty for all else.
    """

    name: str
    role: Role | None
    values: tuple[ComparedValue, ...]
    unit: Unit = Unit.NONE
    pattern: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from all other rows of the same comparison."""
        return (self.role or "", self.name, self.pattern)

    @property
    def kind(self) -> str:
        """`input`, `result` and so on, `log` for a series found in logs, `run` for what every run has."""
        if self.role is not None:
            return self.role.value
        return "log" if self.pattern else "run"

    @property
    def differs(self) -> bool:
        """Whether the runs are told apart by it. Secrets never tell."""
        return len({(type(one.value) is bool, _same(one.value)) for one in self.values}) > 1

    @property
    def numbers(self) -> tuple[float | None, ...]:
        """The value of each run that is a finite number; moments are none."""
        return tuple(as_number(one.value) for one in self.values)


def compare(
    runs: Sequence[Run],
    now: datetime,
    *,
    reference: int = 0,
    series: Mapping[str, tuple[str, Mapping[RunReference, float]]] | None = None,
) -> tuple[ComparedRow, ...]:
    """The facts, the variables by role, each where the first run that has it has it, what only some services tell, and
    the series of their logs.

    Numbers are measured against those of the run at index `reference`. A time that still runs is counted to `now`. A
    variable that only some runs have is missing in the others. `series` are, by pattern, its name and the last value
    of each run that has one.
    """
    facts = (_row(name, [_fact(read(run, now)) for run in runs], reference, unit=unit) for name, unit, read in _FACTS)
    found = [row for row in facts if any(one.value is not None for one in row.values)]
    told = (
        _row(name, [_last(values.get(run.reference)) for run in runs], reference, pattern=pattern)
        for pattern, (name, values) in (series or {}).items()
    )
    return (*found, *_variable_rows(runs, reference), *_extra_rows(runs, reference), *told)


_FACTS: tuple[tuple[str, Unit, Callable[[Run, datetime], Value]], ...] = (
    ("status", Unit.NONE, lambda run, _: run.status.value),
    ("job", Unit.NONE, lambda run, _: run.job or None),
    ("started", Unit.MOMENT, lambda run, _: run.started_at),
    ("ended", Unit.MOMENT, lambda run, _: run.ended_at),
    ("waited", Unit.SECONDS, lambda run, now: _waited(run, now)),
    ("took", Unit.SECONDS, lambda run, now: run.took_seconds(now)),
    ("exit code", Unit.NONE, lambda run, _: run.exit_code),
    ("owner", Unit.NONE, lambda run, _: run.owner or None),
    ("message", Unit.NONE, lambda run, _: run.message or None),
    ("files", Unit.NONE, lambda run, _: run.output_count),
    ("bytes", Unit.BYTES, lambda run, _: run.output_bytes),
)


def _waited(run: Run, now: datetime) -> float | None:
    """Seconds from when it was made to its start."""
    if run.created_at is None:
        return None
    begun = run.started_at or (None if run.status.is_final else now)
    return None if begun is None else max(0.0, (begun - run.created_at).total_seconds())


def _fact(value: Value) -> ComparedValue:
    return ComparedValue(value=value, text="" if value is None else str(value), is_missing=value is None)


def _last(value: float | None) -> ComparedValue:
    return ComparedValue(is_missing=True) if value is None else ComparedValue(value=value, text=f"{value:.6g}")


def _variable_rows(runs: Sequence[Run], reference: int) -> list[ComparedRow]:
    keys = dict.fromkeys((variable.role, variable.name) for run in runs for variable in run.variables)
    ordered = sorted(keys, key=lambda key: list(Role).index(key[0]))
    found = [{(variable.role, variable.name): variable for variable in reversed(run.variables)} for run in runs]
    return [_row(key[1], [_variable(one.get(key)) for one in found], reference, role=key[0]) for key in ordered]


def _extra_rows(runs: Sequence[Run], reference: int) -> list[ComparedRow]:
    names = dict.fromkeys(name for run in runs for name in run.extra)
    known = {name for name, _, _ in _FACTS}
    return [_row(name, [_fact(run.extra.get(name)) for run in runs], reference) for name in names if name not in known]


def _variable(variable: Variable | None) -> ComparedValue:
    if variable is None:
        return ComparedValue(is_missing=True)
    if variable.secret:
        return ComparedValue(text=variable.text)
    value = variable.text if variable.value is None else variable.value
    return ComparedValue(value=value, text=variable.text or str(value))


def _row(
    name: str,
    values: Sequence[ComparedValue],
    reference: int,
    *,
    role: Role | None = None,
    unit: Unit = Unit.NONE,
    pattern: str = "",
) -> ComparedRow:
    base = values[reference].value if values else None
    measured = (one if place == reference else _measured(one, base) for place, one in enumerate(values))
    return ComparedRow(name=name, role=role, values=tuple(measured), unit=unit, pattern=pattern)


def _measured(one: ComparedValue, base: Value) -> ComparedValue:
    if isinstance(one.value, datetime) and isinstance(base, datetime):
        return msgspec.structs.replace(one, delta=(one.value - base).total_seconds())
    number, against = as_number(one.value), as_number(base)
    if number is None or against is None:
        return one
    delta = number - against
    share = delta / abs(against) if against else None
    return msgspec.structs.replace(one, delta=delta, share=share)


def as_number(value: Value) -> float | None:
    """The finite number a value is. A truth value is none, and neither is a whole number beyond all others."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None


def _same(value: Value) -> Value:
    """The value, nan as one that is the same as any other nan."""
    return "nan" if isinstance(value, float) and value != value else value
