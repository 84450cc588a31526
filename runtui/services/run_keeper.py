"""Runs that were just read made small: equal texts held once, moments and variables column by column."""

from collections.abc import Mapping
from typing import Final, TypeVar

from msgspec.structs import force_setattr

from runtui.model.kept_run import KeptRun, keep_in_block
from runtui.model.run import Run

K = TypeVar("K")

_TEXTS: Final = ("profile", "service", "job", "job_id", "owner", "status_text", "name", "message", "reason")
_MOST_TEXTS: Final = 20_000
_ROWS: Final = 256
"""The most runs of a block: as many as there are numbers that take no room of their own."""
_FEWEST_ROWS: Final = 8
"""A block of fewer runs would take more than what they hold by themselves."""
_NOTHING: Final[dict[str, str]] = {}


def kept_small(runs: Mapping[K, Run]) -> dict[K, Run]:
    """The same runs, those small that are over and will hardly change any more."""
    keeper = RunKeeper()
    small = {
        key: keeper.keep(KeptRun.of(run)) if run.status.is_final and run.__class__ is Run else run
        for key, run in runs.items()
    }
    keeper.finish()
    return small


class RunKeeper:
    """Makes runs small that are nobody's yet, one after another; `finish` ends with what is left."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._waiting: dict[tuple[str, ...], list[KeptRun]] = {}

    def keep(self, run: KeptRun) -> KeptRun:
        """The run, which from now on holds what runs before it held, and is soon a row of a block."""
        held = self._texts.setdefault
        for field in _TEXTS:
            text = getattr(run, field)
            if text:
                force_setattr(run, field, held(text, text))
        if not run.extra:
            force_setattr(run, "extra", _NOTHING)
        names = [variable.name for variable in run.variables]
        waiting = self._waiting.setdefault((*names, *[variable.role for variable in run.variables]), [])
        waiting.append(run)
        if len(waiting) == _ROWS:
            keep_in_block(waiting, self._text)
            waiting.clear()
        return run

    def finish(self) -> None:
        """No more runs come."""
        for waiting in self._waiting.values():
            if len(waiting) >= _FEWEST_ROWS:
                keep_in_block(waiting, self._text)
        self._waiting.clear()

    def _text(self, text: str) -> str:
        """An equal text known before, or itself: rounded numbers are often equal where exact ones are not."""
        if len(self._texts) < _MOST_TEXTS:
            return self._texts.setdefault(text, text)
        return self._texts.get(text, text)
