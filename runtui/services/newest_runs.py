"""Which runs of a profile are its newest: those that a list begins with, kept apart so that it need not wait."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from heapq import nlargest
from typing import Final

from runtui.model.run import Run

NEWEST: Final = 128
"""More rows than a terminal shows."""
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def newest_of(runs: Iterable[Run]) -> list[Run]:
    """The newest of all runs, the newest first; a run without any moment is none of them."""
    return nlargest(NEWEST, (run for run in runs if run.sort_moment is not None), key=_moment)


def newest_after(newest: Sequence[Run], changed: Mapping[str, Run], gone: Collection[str]) -> list[Run]:
    """The newest once some runs, by id, changed and others are gone.

    None older than the oldest of them is taken in: between the two may lie runs that are not at hand here.
    """
    oldest = min(map(_moment, newest), default=None)
    if oldest is None:
        return []
    left = [run for run in newest if run.id not in changed and run.id not in gone]
    return newest_of(left + [run for run in changed.values() if _moment(run) >= oldest])


def _moment(run: Run) -> datetime:
    return run.sort_moment or _NEVER
