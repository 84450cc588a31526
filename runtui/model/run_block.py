"""The moments and variables of many runs column by column, where they take a fraction of what single values do."""

from array import array
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, cast

from runtui.model.variable import Variable

Value = float | int | bool | str | None
ChoosesVariable = Callable[[Sequence[Variable]], Variable | None]
"""Gives that of the variables that is meant, by names and roles alone; None when it is not among them."""

NEVER: Final = -(2**63)
"""Instead of the microseconds of a moment that is not."""
A_SECOND: Final = 1_000_000
_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_INTEGERS: Final = range(-(2**63), 2**63)


class Column(Protocol):
    """One variable of each row."""

    def variable(self, row: int) -> Variable:
        """The variable in a row."""

    def value(self, row: int) -> Value:
        """Its value, as far as it is open."""


class RunBlock:
    """What is kept of some runs that have variables of the same names and roles in the same order; each is a row.

    Every value comes out as it went in, of the same type; those that are made when asked for are others each time.
    """

    __slots__ = ("_columns", "_found", "created_at", "ended_at", "started_at")

    def __init__(
        self,
        moments: Sequence[tuple[datetime | None, datetime | None, datetime | None]],
        variables: Sequence[tuple[Variable, ...]],
        held: Callable[[str], str],
    ) -> None:
        """Each run's creation, start and end, and its variables. `held` gives an equal text that is held anyway."""
        created, started, ended = zip(*moments, strict=True)
        self.created_at = _moments(created)
        self.started_at = self.created_at if started == created else _moments(started)
        self.ended_at = _moments(ended)
        self._columns = tuple([_variable_column(column, held) for column in zip(*variables, strict=True)])
        self._found: tuple[ChoosesVariable | None, int | None] = (None, None)

    def variables(self, row: int) -> tuple[Variable, ...]:
        """The variables of a row."""
        return tuple([column.variable(row) for column in self._columns])

    def variable(self, row: int, choose: ChoosesVariable) -> Variable | None:
        """The chosen variable of a row, the others of which are not made."""
        place = self._place(choose)
        return None if place is None else self._columns[place].variable(row)

    def value(self, row: int, choose: ChoosesVariable) -> Value:
        """The value of the chosen variable of a row; None also when it has no such variable, or it is secret."""
        place = self._place(choose)
        return None if place is None else self._columns[place].value(row)

    def _place(self, choose: ChoosesVariable) -> int | None:
        """Which column is chosen: the same in each row, and mostly asked for of one row after another."""
        asked, place = self._found
        if asked is not choose:
            first = self.variables(0)
            chosen = choose(first)
            place = next((place for place, variable in enumerate(first) if variable is chosen), None)
            self._found = (choose, place)
        return place


class Moments:
    """Moments in UTC, or none, to the microsecond."""

    __slots__ = ("microseconds",)

    def __init__(self, microseconds: "array[int]") -> None:
        self.microseconds = microseconds
        """Since the beginning of 1970; `NEVER` where there is none."""

    def __getitem__(self, row: int) -> datetime | None:
        """The moment in a row."""
        since = self.microseconds[row]
        return None if since == NEVER else _EPOCH + since * _MICROSECOND


class ZonedMoments(Moments):
    """Moments that do not all say that they are in UTC, as they came."""

    __slots__ = ("_moments",)

    def __init__(self, microseconds: "array[int]", moments: Sequence[datetime | None]) -> None:
        super().__init__(microseconds)
        self._moments = tuple(moments)

    def __getitem__(self, row: int) -> datetime | None:
        """The moment in a row."""
        return self._moments[row]


class Repeated:
    """Variables of which many are equal."""

    __slots__ = ("_variables",)

    def __init__(self, variables: Sequence[Variable]) -> None:
        self._variables = variables

    def variable(self, row: int) -> Variable:
        """The variable in a row."""
        return self._variables[row]

    def value(self, row: int) -> Value:
        """Its value, as far as it is open."""
        variable = self._variables[row]
        return None if variable.secret else variable.value


class Constant:
    """The same variable in every row."""

    __slots__ = ("_variable",)

    def __init__(self, variable: Variable) -> None:
        self._variable = variable

    def variable(self, row: int) -> Variable:
        """The variable in a row."""
        return self._variable

    def value(self, row: int) -> Value:
        """Its value, as far as it is open."""
        return None if self._variable.secret else self._variable.value


class Numbers:
    """Variables that differ in their number and its text alone."""

    __slots__ = ("_numbers", "_pattern", "_texts")

    def __init__(self, pattern: Variable, numbers: "array[float] | array[int]", texts: tuple[str | None, ...]) -> None:
        self._pattern = pattern
        self._numbers = numbers
        self._texts = texts

    def variable(self, row: int) -> Variable:
        """The variable in a row."""
        pattern, number, text = self._pattern, self._numbers[row], self._texts[row]
        return Variable(
            name=pattern.name,
            role=pattern.role,
            type=pattern.type,
            value=number,
            text=str(number) if text is None else text,
            default=pattern.default,
            secret=pattern.secret,
            file_id=pattern.file_id,
        )

    def value(self, row: int) -> Value:
        """Its value, as far as it is open."""
        return self._numbers[row]


def _moments(moments: Sequence[datetime | None]) -> Moments:
    microseconds = array("q", map(_microseconds, moments))
    if any(moment is not None and moment.tzinfo is not UTC for moment in moments):
        return ZonedMoments(microseconds, moments)
    return Moments(microseconds)


def _microseconds(moment: datetime | None) -> int:
    if moment is None:
        return NEVER
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * A_SECOND + since.microseconds


def _variable_column(variables: Sequence[Variable], held: Callable[[str], str]) -> Column:
    values = [variable.value for variable in variables]
    if len(set(values)) * 2 > len(values):
        numbers = _numbers(variables, values, held)
        if numbers is not None:
            return numbers
    # equal means of the same kind too, for 1 is equal to 1.0 and to true
    distinct: dict[tuple[type, Variable], Variable] = {}
    shared = tuple([distinct.setdefault((variable.value.__class__, variable), variable) for variable in variables])
    return Constant(shared[0]) if len(distinct) == 1 else Repeated(shared)


def _numbers(variables: Sequence[Variable], values: Sequence[object], held: Callable[[str], str]) -> Numbers | None:
    """The column of numbers, or None where one is none, or they differ in more than their numbers and texts."""
    kinds, first = {value.__class__ for value in values}, variables[0]
    if first.secret or not all(_is_like(variable, first) for variable in variables):
        return None
    if kinds == {float}:
        return Numbers(first, array("d", cast(list[float], values)), _texts(variables, held))
    if kinds == {int} and all(integer in _INTEGERS for integer in cast(list[int], values)):
        return Numbers(first, array("q", cast(list[int], values)), _texts(variables, held))
    return None


def _is_like(one: Variable, other: Variable) -> bool:
    return (
        one.role is other.role
        and one.type == other.type
        and one.default == other.default
        and one.secret is other.secret
        and one.file_id == other.file_id
        and one.name == other.name
    )


def _texts(variables: Sequence[Variable], held: Callable[[str], str]) -> tuple[str | None, ...]:
    """What the service shows for each; None where that is how the number is written anyway."""
    first = variables[0]
    if first.text != str(first.value):
        return tuple([held(variable.text) for variable in variables])
    return tuple([
        None if variable.text == str(variable.value) else held(variable.text) for variable in variables
    ])  # fmt: skip
