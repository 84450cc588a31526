"""What a filter may ask beyond the runs themselves, and the texts of runs that were searched before."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from runtui.model.node import Node
from runtui.model.run import Run

Predicate = Callable[[Run], bool]
TEXTS_KEPT = 200_000


class SearchTexts:
    """Remembers the lower-case search text of runs for one who filters the same runs again and again.

    The first pass over many runs costs several times more than a pass without it, every later one about half. It keeps
    one text per run id, notices when a run was replaced by a newer value, and starts over at `TEXTS_KEPT`.
    """

    def __init__(self) -> None:
        # Two plain maps rather than one of pairs: a hundred thousand new pairs would wake the garbage collector.
        self._runs: dict[str, Run] = {}
        self._texts: dict[str, str] = {}

    def containing(self, needle: str) -> Predicate:
        """Whether the search text of a run holds `needle`, which is in lower case."""
        known, texts = self._runs.get, self._texts

        def matches(run: Run) -> bool:
            run_id = run.id
            return needle in (texts[run_id] if known(run_id) is run else self._remember(run))

        return matches

    def _remember(self, run: Run) -> str:
        if len(self._runs) >= TEXTS_KEPT:
            self._runs.clear()
            self._texts.clear()
        text = self._texts[run.id] = _search_text(run).lower()
        self._runs[run.id] = run
        return text


def _search_text(run: Run) -> str:
    """All that a bare word is looked for in, one field a line."""
    status = f"{run.status.value}\n{run.status_text}"
    return f"{run.profile}:{run.id}\n{run.job}\n{run.name}\n{status}\n{run.owner}\n{run.message}"


@dataclass(frozen=True, slots=True)
class QueryContext:
    """What is known besides the runs.

    `now` is what ages are counted from, and dates without a time zone are in its zone. `nodes_of` gives the nodes of a
    run as far as they have been fetched.
    """

    now: datetime
    nodes_of: Callable[[Run], Iterable[Node]] | None = None
    texts: SearchTexts | None = None
