"""What changed since somebody last looked, while a session lives."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

import msgspec

from runtui.config.profile import Profile
from runtui.model.changes import Change, change_of, in_telling_order
from runtui.model.clock import Clock
from runtui.model.delta import Delta, FeedState
from runtui.model.errors import StorageError
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.seen_marks import Seen, SeenMarks
from runtui.services.store import Store


class NewsList(msgspec.Struct, frozen=True, kw_only=True):
    """The changes, failures first, and when somebody last looked: at the profile where that is longest ago."""

    changes: tuple[Change, ...] = ()
    seen_at: datetime | None = None


class News:
    """Compares the store with what was seen.

    A profile nobody ever looked at begins with its first whole listing as seen. Looking is to say so, or to leave the
    dashboard; of several dashboards at once each takes over what was looked at in another. The number of changes of
    each profile stands in its health.
    """

    def __init__(self, marks: SeenMarks, store: Store, clock: Clock, profiles: Sequence[Profile]) -> None:
        self._marks = marks
        self._store = store
        self._clock = clock
        self._profiles = {profile.name: _Looked(profile) for profile in profiles}
        for looked in self._profiles.values():
            self._compare(looked, marks.load(looked.profile), marks.stamp(looked.profile))
        store.watch(self._note)

    def now(self) -> NewsList:
        """All changes there are."""
        changes = [change for looked in self._profiles.values() for change in looked.changes.values()]
        moments = [looked.seen_at for looked in self._profiles.values() if looked.seen_at is not None]
        return NewsList(changes=tuple(in_telling_order(changes)), seen_at=min(moments, default=None))

    def look(self, names: Iterable[str] = ()) -> None:
        """Everything there is of these profiles, or of all that have answered, is seen from now on."""
        for name in tuple(names) or tuple(self._profiles):
            self._look(self._profiles[name])
        self._publish()

    async def follow(self) -> None:
        """Keep the numbers right, until cancelled."""
        subscription = self._store.subscribe()
        try:
            while True:
                await self._take_in(await subscription.next())
        finally:
            subscription.close()

    async def _take_in(self, delta: Delta) -> None:
        for name in delta.health:
            looked = self._profiles[name]
            if delta.health[name].state is not FeedState.STARTING:
                await self._take_over(looked)
            if self._is_whole(name):
                self._settle(looked)
        self._publish()

    def _is_whole(self, name: str) -> bool:
        health = self._store.health[name]
        return health.state is FeedState.FRESH and not health.scopes_failing

    async def _take_over(self, looked: "_Looked") -> None:
        """What was looked at in another dashboard is seen here as well."""
        stamp = await asyncio.to_thread(self._marks.stamp, looked.profile)
        if stamp != looked.stamp:
            self._compare(looked, await asyncio.to_thread(self._marks.load, looked.profile), stamp)

    def _settle(self, looked: "_Looked") -> None:
        """The service has given all it has: runs that were seen and are not there are gone."""
        if looked.seen_at is None:
            self._look(looked)
        for run_id, status in looked.unmet.items():
            looked.note(RunReference(looked.profile.name, run_id), status, None)
        looked.unmet.clear()
        looked.is_settled = True

    def _compare(self, looked: "_Looked", seen: Seen | None, stamp: tuple[int, int]) -> None:
        looked.stamp = stamp
        looked.changes.clear()
        looked.seen_at = None if seen is None else seen.seen_at
        if seen is None:
            return
        looked.unmet = seen.statuses()
        for run in self._store.of_profile(looked.profile.name):
            looked.note(run.reference, looked.unmet.pop(run.id, None), run)
        if looked.is_settled:
            self._settle(looked)

    def _note(self, reference: RunReference, before: Run | None, after: Run | None) -> None:
        looked = self._profiles.get(reference.profile)
        if looked is None or looked.seen_at is None:
            return
        known = looked.changes.get(reference)
        if known is not None:
            status = known.before
        elif before is not None:
            status = before.status
        else:
            status = looked.unmet.pop(reference.id, None)
        looked.note(reference, status, after)

    def _look(self, looked: "_Looked") -> None:
        """Without a place to keep it, it is seen for as long as this session lives."""
        name = looked.profile.name
        known_at = self._store.health[name].refreshed_at
        if known_at is None:
            return
        looked.seen_at = self._clock.now()
        looked.changes.clear()
        looked.unmet.clear()
        seen = Seen.of(self._store.of_profile(name), seen_at=looked.seen_at, known_at=known_at)
        with suppress(StorageError):
            self._marks.save(looked.profile, seen)
            looked.stamp = self._marks.stamp(looked.profile)

    def _publish(self) -> None:
        for name, looked in self._profiles.items():
            health = self._store.health[name]
            self._store.put_health(msgspec.structs.replace(health, changes=len(looked.changes)))


class _Looked:
    """What was seen of one profile, as far as it is not what there is now.

    `unmet` are runs that were seen and that the store has not held yet. For every other run without a change the
    store's own value is what was seen.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.seen_at: datetime | None = None
        self.stamp = (0, 0)
        self.unmet: dict[str, Status] = {}
        self.changes: dict[RunReference, Change] = {}
        self.is_settled = False

    def note(self, reference: RunReference, before: Status | None, run: Run | None) -> None:
        """Keep how the run differs from how it was seen, or that it does not."""
        change = change_of(reference, before, run)
        if change is None:
            self.changes.pop(reference, None)
        else:
            self.changes[reference] = change
