"""The runs a list is opened with: they are read before anything is brought in that asks a service."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from runtui.config.profile import Profile
from runtui.model.delta import Delta, ProfileHealth
from runtui.model.status import Status
from runtui.services.cache import CachedRuns, RunCache
from runtui.services.views import LastList


class FirstRuns(NamedTuple):
    """What the cache holds of a profile: all of it, or the newest runs alone; None when it holds nothing."""

    profile: Profile
    cached: CachedRuns | None

    def health(self, now: datetime) -> ProfileHealth:
        """How the profile does as far as is known. A clock that was set back since does not make the runs younger."""
        if self.cached is None:
            return ProfileHealth(profile=self.profile.name, service=self.profile.service)
        return ProfileHealth(
            profile=self.profile.name,
            service=self.profile.service,
            refreshed_at=min(self.cached.refreshed_at, now),
            run_count=self.cached.count,
        )


def first_runs(cache: RunCache, profiles: Iterable[Profile], shown: LastList) -> tuple[FirstRuns, ...]:
    """The newest runs of each profile where the list, as it was left, begins with these; else nothing."""
    if not shown.begins_with_newest:
        return ()
    first = tuple(FirstRuns(profile, cache.load_newest(profile)) for profile in profiles)
    return first if not shown.row or _holds(first, shown.row) else ()


def first_delta(first: Iterable[FirstRuns], now: datetime) -> Delta:
    """The same as what a reader of the store is told first."""
    told = list(first)
    return Delta(
        changed={run.reference: run for one in told if one.cached is not None for run in one.cached.runs},
        health={one.profile.name: one.health(now) for one in told},
    )


def first_counts(first: Iterable[FirstRuns]) -> Mapping[Status, int]:
    """How many runs have each status among all that are known, those included that are still to be read."""
    counts: Counter[Status] = Counter()
    for one in first:
        if one.cached is not None:
            counts.update(one.cached.counts)
    return counts


def _holds(first: Sequence[FirstRuns], row: str) -> bool:
    return any(str(run.reference) == row for one in first if one.cached is not None for run in one.cached.runs)
