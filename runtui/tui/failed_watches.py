"""Saying that output files are not fetched any more, and why: once, however many runs it is about."""

from collections.abc import Callable, Sequence
from typing import Final

from runtui.model.errors import RuntuiError
from runtui.render.sanitise import one_line
from runtui.tui.error_cells import error_lines

_GATHERED: Final = 0.25
"""Seconds in which failures for the same reason are said in one sentence: a service that turns one away turns all."""
_NAME: Final = 40
"""Most cells of the name of a run."""


class FailedWatches:
    """`say` is given the lines to show; `later` calls something after so many seconds."""

    def __init__(
        self, say: Callable[[Sequence[str]], object], later: Callable[[float, Callable[[], None]], object]
    ) -> None:
        self._say = say
        self._later = later
        self._names: dict[tuple[str, ...], list[str]] = {}

    def take(self, name: str, error: RuntuiError) -> None:
        """The watch of the run of this name ended before the run did."""
        if not self._names:
            self._later(_GATHERED, self._say_all)
        self._names.setdefault(tuple(error_lines(error)), []).append(one_line(name, _NAME))

    def _say_all(self) -> None:
        failed, self._names = self._names, {}
        for why, names in failed.items():
            named = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
            self._say([f"Output files of {named} are not fetched any more:", *why])
