"""Keeping what is known of every profile on disk while a session lives."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from runtui.config.profile import Profile
from runtui.model.clock import Clock
from runtui.model.delta import Delta, ProfileHealth
from runtui.model.errors import StorageError
from runtui.services.cache import CachedRuns, RunCache
from runtui.services.store import Store
from runtui.services.views import LastList

SAVED_EVERY: Final = 20.0
"""Seconds between two looks at what is to be saved."""


class SavedRuns:
    """The store's runs in the cache. Without a cache nothing is restored and nothing is saved.

    What cannot be written is fetched anew next time: no error of it is told. Where the `shown` list begins with the
    newest runs, only these are in the store until `restore_all`.
    """

    def __init__(
        self,
        cache: RunCache | None,
        store: Store,
        clock: Clock,
        profiles: Sequence[Profile],
        *,
        shown: LastList | None = None,
    ) -> None:
        self._cache = cache
        self._store = store
        self._clock = clock
        self._profiles = tuple(profiles)
        self._saved: dict[str, datetime] = {}
        self._unsaved: set[str] = {profile.name for profile in profiles}
        """Profiles whose files do not hold what was in the store when the subscription began."""
        self._partial: list[Profile] = []
        """Profiles of which only the newest runs are in the store."""
        for profile, cached in self._first_runs(shown):
            self._restore(profile, cached)
        self._subscription = store.subscribe(whole=False)

    def _first_runs(self, shown: LastList | None) -> list[tuple[Profile, CachedRuns | None]]:
        """What each profile begins with: the newest runs where these are what one sees first, else all."""
        cache = self._cache
        if cache is None:
            return [(profile, None) for profile in self._profiles]
        if shown is not None and shown.begins_with_newest:
            first = [(profile, cache.load_newest(profile)) for profile in self._profiles]
            if not shown.row or _holds(first, shown.row):
                return first
        return [(profile, cache.load(profile)) for profile in self._profiles]

    def restore_all(self) -> None:
        """Bring in the runs that were left out at first. Nothing else may have changed the store meanwhile."""
        for profile in self._partial:
            if self._cache is not None:
                self._restore(profile, self._cache.load(profile))
        self._partial.clear()
        self._subscription.take()

    def _restore(self, profile: Profile, cached: CachedRuns | None) -> None:
        if cached is None:
            self._store.put_health(ProfileHealth(profile=profile.name, service=profile.service))
            return
        # a clock that was set back since must not make the runs younger than they are
        refreshed_at = min(cached.refreshed_at, self._clock.now())
        self._store.restore(profile.name, cached.runs)
        self._store.put_health(
            ProfileHealth(
                profile=profile.name, service=profile.service, refreshed_at=refreshed_at, run_count=cached.count
            )
        )
        self._saved[profile.name] = refreshed_at
        self._unsaved.discard(profile.name)
        if not cached.is_whole:
            self._partial.append(profile)

    async def keep(self) -> None:
        """Save what changed every now and then, until cancelled."""
        while self._cache is not None:
            await self._clock.sleep(SAVED_EVERY)
            await self.save()

    async def save(self) -> None:
        """Save what changed of every profile since the last time, once it was refreshed."""
        delta = self._subscription.take()
        for profile in self._profiles if self._cache is not None else ():
            refreshed_at = self._store.health[profile.name].refreshed_at
            part = _part_of(delta, profile.name)
            if refreshed_at is None:
                self._unsaved.add(profile.name)
            elif not part.is_empty or self._saved.get(profile.name) != refreshed_at:
                await self._save(profile, part, refreshed_at)

    async def _save(self, profile: Profile, part: Delta, refreshed_at: datetime) -> None:
        assert self._cache is not None
        name, cache = profile.name, self._cache
        changed, gone = part.changed.values(), [reference.id for reference in part.removed]
        is_added = False
        try:
            if name not in self._unsaved:
                of_all = self._store.count_of(name)
                is_added = await asyncio.to_thread(cache.add, profile, changed, gone, refreshed_at, of_all=of_all)
            if not is_added:
                await asyncio.to_thread(cache.save, profile, self._store.of_profile(name), refreshed_at)
        except StorageError:
            self._unsaved.add(name)
        else:
            self._unsaved.discard(name)
            self._saved[name] = refreshed_at


def _holds(first: Sequence[tuple[Profile, CachedRuns | None]], row: str) -> bool:
    return any(str(run.reference) == row for _, cached in first if cached is not None for run in cached.runs)


def _part_of(delta: Delta, profile: str) -> Delta:
    return Delta(
        changed={reference: run for reference, run in delta.changed.items() if reference.profile == profile},
        removed=frozenset(reference for reference in delta.removed if reference.profile == profile),
    )
