"""In which order runs are listed."""

from collections.abc import Sequence
from datetime import datetime

from runtui.model.errors import ConfigError
from runtui.model.run import Run
from runtui.model.variable_path import variable_getter
from runtui.render.columns import Column, DrawContext, sort_order
from runtui.render.run_columns import RUN_COLUMNS, VARIABLE_PREFIX, variable_column

NEWEST_FIRST = "started"


class RunOrder:
    """An order by a column's key or a variable's path; without one the newest run comes first.

    Times, counts and sizes begin with the greatest, everything else with the least, unless `reverse`. Raises
    ConfigError for a key that nothing can have.
    """

    def __init__(self, key: str = "", *, reverse: bool = False) -> None:
        self._key = key or NEWEST_FIRST
        self._reverse = reverse
        if key.removeprefix(VARIABLE_PREFIX) == "" and key:
            raise self._unknown()

    def sorted(self, runs: Sequence[Run], now: datetime) -> list[Run]:
        """The runs in this order; equal ones by their reference. Raises ConfigError when no run has such a variable."""
        column = self._column(runs)
        ordered = sorted(runs, key=lambda run: (run.profile, run.id))
        descending = column.descending_first != self._reverse
        return [ordered[index] for index in sort_order(ordered, column, DrawContext(now=now), descending=descending)]

    def _column(self, runs: Sequence[Run]) -> Column[Run]:
        known = RUN_COLUMNS.get(self._key)
        if known is not None:
            return known
        path = self._key.removeprefix(VARIABLE_PREFIX)
        find = variable_getter(path)
        if runs and path == self._key and not any(find(run) for run in runs):
            raise self._unknown()
        return variable_column(path)

    def _unknown(self) -> ConfigError:
        keys = ", ".join(RUN_COLUMNS)
        return ConfigError(
            f"runs cannot be sorted by {self._key!r}", hint=f"Keys are {keys}, and the name of any variable of a run."
        )
