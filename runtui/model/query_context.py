"""What a filter may ask beyond the runs themselves."""

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from runtui.model.node import Node
from runtui.model.run import Run

Predicate = Callable[[Run], bool]


class QueryContext(msgspec.Struct, frozen=True):
    """What is known besides the runs.

    `now` is what ages are counted from, and dates without a time zone are in its zone. `nodes_of` gives the nodes of a
    run as far as they have been fetched.
    """

    now: datetime
    nodes_of: Callable[[Run], Iterable[Node]] | None = None
