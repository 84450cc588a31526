"""What the filter of the run list proposes behind the cursor while one types; Right takes it."""

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from textual.suggester import Suggester

from runtui.model.run import Run
from runtui.render.sanitise import is_safe

if TYPE_CHECKING:
    from runtui.model.query_completion import KnownNames

NAMES_KEPT_SECONDS: Final = 1.0
"""How long the names in the runs are taken for the same: gathering them costs more than a key may."""


class QuerySuggester(Suggester):
    """Proposes fields, variables, and values that occur in the runs.

    `runs` gives the runs at hand, `monotonic` seconds of a clock. Only what continues the typed text is proposed, and
    nothing between two words: there everything would do.
    """

    def __init__(self, runs: Callable[[], Iterable[Run]], monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._runs = runs
        self._monotonic = monotonic
        self._known: KnownNames | None = None
        self._gathered_at = 0.0

    async def get_suggestion(self, value: str) -> str | None:
        """The whole text as it would be with the best proposal taken."""
        if not value or value[-1].isspace() or value[-1] in "(!":
            return None
        from runtui.model.query_completion import complete

        for proposal in complete(value, len(value), self._names()):
            completed, _ = proposal.applied(value)
            if completed.startswith(value) and is_safe(completed):
                return completed
        return None

    def _names(self) -> "KnownNames":
        from runtui.model.query_completion import known_names

        now = self._monotonic()
        if self._known is None or now - self._gathered_at >= NAMES_KEPT_SECONDS:
            self._known, self._gathered_at = known_names(self._runs()), now
        return self._known
