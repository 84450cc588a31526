"""Which runs the list shows, and in which order."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from runtui.model.query import EVERYTHING, Query
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.columns import Column, DrawContext, sort_order
from runtui.render.run_columns import run_column


class Order(msgspec.Struct, frozen=True):
    """By which column runs are sorted, and which way."""

    column: str = "started"
    descending: bool = True

    def turned(self) -> "Order":
        """The other way round."""
        return Order(self.column, not self.descending)


class RunSelection:
    """A filter, a status and an order, applied to whatever runs there are."""

    def __init__(self) -> None:
        self.query: Query = EVERYTHING
        self.statuses: frozenset[Status] = frozenset(Status)
        self.order = Order()

    @property
    def is_narrowed(self) -> bool:
        """Whether any run may be left out."""
        return len(self.statuses) < len(Status) or not self.query.is_empty

    def select(self, runs: Iterable[Run], context: DrawContext) -> list[RunReference]:
        """The references of the runs that are shown, in order."""
        chosen = self._matching(runs, context.now)
        order = sort_order(chosen, run_column(self.order.column), context, descending=self.order.descending)
        return [chosen[index].reference for index in order]

    def matches(self, run: Run, now: datetime) -> bool:
        """Whether this run is shown."""
        return run.status in self.statuses and self.query.matches(run, now)

    def _matching(self, runs: Iterable[Run], now: datetime) -> list[Run]:
        statuses = self.statuses
        by_status = runs if len(statuses) == len(Status) else (run for run in runs if run.status in statuses)
        if self.query.is_empty:
            return list(by_status)
        return self.query.select(by_status, now)


def next_order(order: Order, columns: Sequence[Column[Run]], step: int) -> Order:
    """The order by the column `step` places further among those shown, wrapping around; its natural way first."""
    keys = [column.key for column in columns]
    place = keys.index(order.column) if order.column in keys else -1
    column = columns[(place + step) % len(columns)]
    return Order(column.key, column.descending_first)


def order_by(order: Order, column: Column[Run]) -> Order:
    """The order by a column that was picked: picked again, it turns."""
    return order.turned() if order.column == column.key else Order(column.key, column.descending_first)
