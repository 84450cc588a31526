"""What a filter may ask beyond the runs themselves."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from runtui.model.node import Node
from runtui.model.run import Run

Predicate = Callable[[Run], bool]


@dataclass(frozen=True, slots=True)
class QueryContext:
    """What is known besides the runs.

    `now` is what ages are counted from, and dates without a time zone are in its zone. `nodes_of` gives the nodes of a
    run as far as they have been fetched.
    """

    now: datetime
    nodes_of: Callable[[Run], Iterable[Node]] | None = None
