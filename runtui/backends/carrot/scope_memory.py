"""What is remembered of a pipeline between two listings, so that a refresh costs little with 100,000 runs too."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import datetime

import msgspec

from runtui.backends.carrot.wire import RunWire
from runtui.backends.carrot.words import RUN_STATUSES, status_of
from runtui.model.moment import parse_moment
from runtui.model.status import FINAL


class KnownRun(msgspec.Struct, frozen=True, gc=False):
    """What is remembered of a listed run. Of a settled one CARROT itself says that it is over."""

    created_at: datetime | None
    is_settled: bool


class ScopeMemory:
    """The runs of one pipeline, by id. `id` is the pipeline's."""

    def __init__(self, id: str) -> None:
        self.id = id
        self._known: dict[str, KnownRun] = {}
        self._unsettled: set[str] = set()
        self._dates: list[datetime] = []

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._known

    def replace(self, seen: dict[str, KnownRun]) -> None:
        """The pipeline was listed whole: it has these runs and no others."""
        self._known = seen
        self._unsettled = {run_id for run_id, known in seen.items() if not known.is_settled}
        self._dates = sorted(known.created_at for known in seen.values() if known.created_at)

    def note(self, seen: dict[str, KnownRun]) -> None:
        """These runs were seen."""
        for run_id, known in seen.items():
            if run_id not in self._known and known.created_at:
                insort(self._dates, known.created_at)
            self._known[run_id] = known
            (self._unsettled.discard if known.is_settled else self._unsettled.add)(run_id)

    def forget(self, run_id: str) -> None:
        """The run is gone."""
        known = self._known.pop(run_id, None)
        self._unsettled.discard(run_id)
        if known is not None and known.created_at:
            self._dates.pop(bisect_left(self._dates, known.created_at))

    def watched(self, live: Iterable[str]) -> set[str]:
        """The runs that have to be looked at: those the caller takes to be live, and those CARROT has not done with,
        although Cromwell may have."""
        return self._unsettled | {run_id for run_id in live if run_id in self._known}

    def window_start(self, watched: set[str], small: int) -> datetime | None:
        """From when on runs are to be listed: from the newest known one, or from a watched one when that takes few
        more rows (`small`, or three for each). None when nothing is known. Older watched runs are asked for singly.
        """
        if not self._dates:
            return None
        start = self._dates[-1]
        most = max(small, 3 * len(watched))
        for run_id in watched:
            created_at = self._known[run_id].created_at
            if created_at and created_at < start and len(self._dates) - bisect_left(self._dates, created_at) <= most:
                start = created_at
        return start


def known_of(run: RunWire) -> KnownRun:
    """What is to be remembered of a run."""
    return KnownRun(parse_moment(run.created_at), is_settled(run))


def is_settled(run: RunWire) -> bool:
    """Whether CARROT itself says that the run is over."""
    return status_of(run.status, RUN_STATUSES) in FINAL
