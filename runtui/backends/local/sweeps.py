"""Sweeps: which values variables take, and every combination of them."""

import itertools
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from runtui.backends.local.harvest import value_of
from runtui.backends.local.substitution import Value
from runtui.model.errors import InputError, InputProblem

MOST_RUNS: Final = 10_000


def values_of(name: str, written: str) -> list[Value]:
    """The values of one variable: `1:5` or `1:5:0.5` from, to (reached when a step does) and step; or `3,4,fine`.

    Raises InputError.
    """
    if "," in written or ":" not in written:
        values = [value_of(part) for part in written.split(",") if part.strip()]
        if not values:
            raise _wrong(name, f"expected values such as 1:5:0.5 or 3,4, got {written!r}")
        return list(values)
    parts = written.split(":")
    try:
        numbers = [Decimal(part.strip()) for part in parts]
    except InvalidOperation:
        raise _wrong(name, f"expected numbers as FROM:TO:STEP, got {written!r}") from None
    if len(numbers) not in (2, 3) or not all(number.is_finite() for number in numbers):
        raise _wrong(name, f"expected FROM:TO or FROM:TO:STEP, got {written!r}")
    return _range(name, *numbers)


def _range(name: str, first: Decimal, last: Decimal, step: Decimal | None = None) -> list[Value]:
    """Computed in decimals, so that steps of 0.1 end where one expects."""
    step = step if step is not None else Decimal(1 if last >= first else -1)
    if step == 0 or (last - first) * step < 0:
        raise _wrong(name, f"steps of {step} never lead from {first} to {last}")
    count = math.floor((last - first) / step) + 1
    if count > MOST_RUNS:
        raise _wrong(name, f"these are {count} values, and {MOST_RUNS} runs are the most")
    return [_number(first + step * index) for index in range(count)]


def _number(value: Decimal) -> Value:
    return int(value) if value == value.to_integral_value() else float(value)


def points_of(sweep: Mapping[str, Sequence[Value]]) -> list[dict[str, Value]]:
    """Every combination, the last variable changing fastest. Raises InputError for too many."""
    count = math.prod(len(values) for values in sweep.values())
    if count > MOST_RUNS:
        raise InputError(f"this sweep has {count} runs, and {MOST_RUNS} are the most", hint="Sweep in parts.")
    return [dict(zip(sweep, point, strict=True)) for point in itertools.product(*sweep.values())]


def _wrong(name: str, sentence: str) -> InputError:
    return InputError.of([InputProblem(name, sentence)], hint="For example --sweep x=1:5:0.5 or --sweep x=3,4.")
