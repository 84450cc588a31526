"""What a filter may ask of a run beyond the run itself, and the text it searches."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from runtui.model.node import Node
from runtui.model.run import Run

Predicate = Callable[[Run], bool]
TEXTS_KEPT = 200_000


def search_text(run: Run) -> str:
    """All that a bare word is looked for in, one field a line, in its own case."""
    status = f"{run.status.value}\n{run.status_text}"
    return f"{run.profile}:{run.id}\n{run.job}\n{run.name}\n{status}\n{run.owner}\n{run.message}"


class SearchTexts:
    """Remembers the lower-case search text of runs, so that a filter typed letter by letter does not make it anew.

    It belongs to whoever filters again and again. It keeps one text per run id and starts over when it holds
    `TEXTS_KEPT`; a run that was replaced by a newer value is noticed.
    """

    def __init__(self) -> None:
        self._texts: dict[str, tuple[Run, str]] = {}

    def containing(self, needle: str) -> Predicate:
        """Whether the search text of a run holds `needle`, which is in lower case."""
        texts = self._texts
        get = texts.get

        def matches(run: Run) -> bool:
            entry = get(run.id)
            if entry is not None and entry[0] is run:
                return needle in entry[1]
            if len(texts) >= TEXTS_KEPT:
                texts.clear()
            text = search_text(run).lower()
            texts[run.id] = (run, text)
            return needle in text

        return matches


@dataclass(frozen=True, slots=True)
class QueryContext:
    """What is known besides the runs.

    `now` is what ages are counted from, and dates without a time zone are in its zone. `nodes_of` gives the nodes of a
    run as far as they have been fetched.
    """

    now: datetime
    nodes_of: Callable[[Run], Iterable[Node]] | None = None
    texts: SearchTexts | None = None
