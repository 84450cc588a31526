"""What a filter is made of. Apart from how terms are built, which a filter that asks for nothing does without."""

from collections.abc import Callable

import msgspec

from runtui.model.query_context import Predicate, QueryContext


class Term(msgspec.Struct, frozen=True):
    """A part of a filter. The cost orders the members of an `and`, the cheapest first; what matches stays the same."""

    bind: Callable[[QueryContext], Predicate]
    cost: int
    uses_time: bool = False
    uses_nodes: bool = False
    variables: frozenset[str] = frozenset()


def always() -> Term:
    """Lets every run through."""
    return Term(lambda _: lambda run: True, 0)
