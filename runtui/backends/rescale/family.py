"""A run with those below it, as nodes: an optimisation holds iterations, an iteration holds cases."""

from collections.abc import Iterable, Iterator

from runtui.backends.rescale.mapping import RUN_TYPE
from runtui.model.node import Node
from runtui.model.run import Run


def holds_others(run: Run) -> bool:
    """Whether there may be runs below it, as its type tells."""
    return run.extra.get(RUN_TYPE, "case") != "case"


def family_of(run: Run, runs: Iterable[Run]) -> tuple[Node, ...]:
    """The run and all that is below it, each after what holds it, in the order of `runs`."""
    below: dict[str, list[Run]] = {}
    for one in runs:
        if one.parent_id is not None and one.id != run.id:
            below.setdefault(one.parent_id, []).append(one)
    return tuple(_nodes(run, None, 0, below))


def _nodes(run: Run, parent: str | None, depth: int, below: dict[str, list[Run]]) -> Iterator[Node]:
    number = run.id.rpartition("/")[2]
    yield Node(
        id=number,
        name=f"{run.extra.get(RUN_TYPE, 'run')} {number}" + ("  ★" if run.is_optimal else ""),
        kind=run.extra.get(RUN_TYPE, ""),
        status=run.status,
        status_text=run.status_text or run.status.value,
        started_at=run.started_at,
        ended_at=run.ended_at,
        parent_id=parent,
        depth=depth,
        exit_code=run.exit_code,
        message=run.reason,
        has_log=depth == 0 or run.started_at is not None,
        run_id=run.id,
    )
    for one in below.pop(run.id, ()):
        yield from _nodes(one, number, depth + 1, below)
