"""A run of which there are many, kept small."""

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from msgspec.structs import force_setattr

from runtui.model.run import Run
from runtui.model.run_block import A_SECOND, NEVER, ChoosesVariable, RunBlock
from runtui.model.status import FINAL
from runtui.model.variable import Variable

# Where the values of the fields stand that a kept run hides behind properties of the same names.
_FIELDS: Final[tuple[Any, ...]] = tuple([
    Run.__dict__[field] for field in ("created_at", "started_at", "ended_at", "variables")
])  # fmt: skip
_created_of, _started_of, _ended_of, _variables_of = [field.__get__ for field in _FIELDS]
_values_of = attrgetter(*Run.__struct_fields__)


class KeptRun(Run, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A run whose moments and variables are in a block, shared with others, and made whenever they are asked for.

    In all else it is the run that it was made of, equal to it too. Only what reads a struct's fields by itself
    (`msgspec.to_builtins`, an encoder) has to be given its `whole`.
    """

    row: int = 0
    """Its place in the block; a small number, so that it takes no room of its own."""

    @property  # type: ignore[misc]  # no field of its own
    def created_at(self) -> datetime | None:
        """When it was created."""
        held = _created_of(self)
        return held.created_at[self.row] if held.__class__ is RunBlock else held

    @property  # type: ignore[misc]  # no field of its own
    def started_at(self) -> datetime | None:
        """When it was started."""
        held = _started_of(self)
        return held.started_at[self.row] if held.__class__ is RunBlock else held

    @property  # type: ignore[misc]  # no field of its own
    def ended_at(self) -> datetime | None:
        """When it ended."""
        held = _ended_of(self)
        return held.ended_at[self.row] if held.__class__ is RunBlock else held

    @property  # type: ignore[misc]  # no field of its own
    def variables(self) -> tuple[Variable, ...]:
        """Its variables in the service's order."""
        held = _variables_of(self)
        return held.variables(self.row) if held.__class__ is RunBlock else held

    @classmethod
    def of(cls, run: Run) -> "KeptRun":
        """The same run, to be moved into a block."""
        return cls(**dict(zip(Run.__struct_fields__, _values_of(run), strict=True)))

    # What a list of all runs is filtered and sorted by, without making anything for it

    def chosen_variable(self, choose: ChoosesVariable) -> Variable | None:
        """The variable that is meant, or None."""
        held = _variables_of(self)
        if held.__class__ is RunBlock:
            return held.variable(self.row, choose)
        chosen: Variable | None = choose(held)
        return chosen

    def chosen_value(self, choose: ChoosesVariable) -> float | int | bool | str | None:
        """The value of the variable that is meant; None also when there is none, or it is secret."""
        held = _variables_of(self)
        if held.__class__ is RunBlock:
            return held.value(self.row, choose)
        chosen = choose(held)
        return None if chosen is None or chosen.secret else chosen.value

    @property
    def sort_stamp(self) -> float | None:
        """`sort_moment` in seconds since 1970."""
        held = _started_of(self)
        if held.__class__ is RunBlock:
            since = held.started_at.microseconds[self.row]
            if since != NEVER:
                return since / A_SECOND
        return super().sort_stamp

    def took_seconds(self, now: datetime) -> float | None:
        """Seconds from start to end, as every run says it."""
        held = _started_of(self)
        if held.__class__ is not RunBlock or _ended_of(self) is not held:
            return super().took_seconds(now)
        started, ended = held.started_at.microseconds[self.row], held.ended_at.microseconds[self.row]
        if started != NEVER and ended != NEVER:
            return max(0.0, (ended - started) / A_SECOND)
        moment = None if self.status in FINAL else held.started_at[self.row]
        return None if moment is None else max(0.0, (now - moment).total_seconds())

    def whole(self) -> Run:
        """The same as a plain run."""
        return Run(**dict(zip(Run.__struct_fields__, _values_of(self), strict=True)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Run):
            return NotImplemented
        return self is other or _values_of(self) == _values_of(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __repr__(self) -> str:
        return repr(self.whole())


def keep_in_block(runs: Sequence[KeptRun], held: Callable[[str], str]) -> None:
    """Move what a block keeps of some runs into one; they have variables of the same names and roles in the same order.

    Only of runs that were just made, and are nobody's yet. `held` gives an equal text that is held anyway.
    """
    moments = [(run.created_at, run.started_at, run.ended_at) for run in runs]
    block = RunBlock(moments, [run.variables for run in runs], held)
    for row, run in enumerate(runs):
        force_setattr(run, "row", row)
        for field in _FIELDS:
            field.__set__(run, block)
