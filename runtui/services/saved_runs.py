"""Keeping what is known of every profile on disk while a session lives."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from runtui.config.profile import Profile
from runtui.model.clock import Clock
from runtui.model.delta import Delta
from runtui.model.errors import StorageError
from runtui.services.cache import CachedRuns, RunCache
from runtui.services.first_runs import FirstRuns
from runtui.services.store import Store

SAVED_EVERY: Final = 20.0
"""Seconds between two looks at what is to be saved."""


class SavedRuns:
    """The store's runs in the cache. Without a cache nothing is restored and nothing is saved.

    What cannot be written is fetched anew next time: no error of it is told. `first` was read already: what it holds
    comes first, and is in the store as the very values somebody may show already.
    """

    def __init__(
        self,
        cache: RunCache | None,
        store: Store,
        clock: Clock,
        profiles: Sequence[Profile],
        *,
        first: Iterable[FirstRuns] = (),
    ) -> None:
        self._cache = cache
        self._store = store
        self._clock = clock
        self._profiles = tuple(profiles)
        self._saved: dict[str, datetime] = {}
        self._unsaved: set[str] = {profile.name for profile in profiles}
        """Profiles whose files do not hold what was in the store when the subscription began."""
        known = {one.profile.name: one.cached for one in first}
        for profile in self._profiles:
            self._restore(profile, known.get(profile.name))
        self._subscription = store.subscribe(whole=False)

    def _restore(self, profile: Profile, first: CachedRuns | None) -> None:
        cached = first
        if first is not None:
            self._store.restore(profile.name, first.runs)
        if self._cache is not None and (first is None or not first.is_whole):
            cached = self._cache.load(profile)
            self._store.restore(profile.name, () if cached is None else cached.runs)
        health = FirstRuns(profile, cached).health(self._clock.now())
        self._store.put_health(health)
        if health.refreshed_at is not None:
            self._saved[profile.name] = health.refreshed_at
            self._unsaved.discard(profile.name)

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
                counts = self._store.counts_of(name)
                is_added = await asyncio.to_thread(cache.add, profile, changed, gone, refreshed_at, counts=counts)
            if not is_added:
                await asyncio.to_thread(cache.save, profile, self._store.of_profile(name), refreshed_at)
        except StorageError:
            self._unsaved.add(name)
        else:
            self._unsaved.discard(name)
            self._saved[name] = refreshed_at


def _part_of(delta: Delta, profile: str) -> Delta:
    return Delta(
        changed={reference: run for reference, run in delta.changed.items() if reference.profile == profile},
        removed=frozenset(reference for reference in delta.removed if reference.profile == profile),
    )
