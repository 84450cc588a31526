"""Every run the session knows, and what changed since each reader last looked."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from runtui.backends.protocol import RunBatch
from runtui.model.delta import Delta, ProfileHealth
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.run_keeper import kept_small


class Store:
    """Runs and profile healths by name. Only services change it; readers hold a `Subscription` each.

    Belongs to one event loop. The values are frozen, so what a reader was given may cross threads. With `keeps_small`
    the runs of a listing that are over are held as `KeptRun`.
    """

    def __init__(self, *, keeps_small: bool = False) -> None:
        self._keeps_small = keeps_small
        self._runs: dict[RunReference, Run] = {}
        self._counts: dict[str, Counter[Status]] = {}
        self._unfinished: dict[str, set[str]] = {}
        self._health: dict[str, ProfileHealth] = {}
        self._scopes: dict[tuple[str, str], set[RunReference]] = {}
        self._restored: dict[str, list[RunReference]] = {}
        """By profile, runs whose scope is not known yet. They are many, and sets take five times as much as lists."""
        self._seen: dict[tuple[str, str], set[RunReference]] = {}
        self._subscriptions: list[Subscription] = []
        self._watchers: list[Callable[[RunReference, Run | None, Run | None], object]] = []

    @property
    def runs(self) -> Mapping[RunReference, Run]:
        """All runs, as a live view that cannot be written."""
        return MappingProxyType(self._runs)

    @property
    def health(self) -> Mapping[str, ProfileHealth]:
        """Every profile's health, as a live view that cannot be written."""
        return MappingProxyType(self._health)

    def of_profile(self, profile: str) -> list[Run]:
        """The runs seen through one profile."""
        return [run for reference, run in self._runs.items() if reference.profile == profile]

    def count_of(self, profile: str) -> int:
        """How many runs were seen through one profile."""
        return self._counts[profile].total() if profile in self._counts else 0

    def counts_of(self, profile: str) -> Mapping[Status, int]:
        """How many of those have each status, as it is now."""
        return dict(self._counts.get(profile, {}))

    def unfinished(self, profile: str) -> frozenset[str]:
        """Ids of the profile's runs of which something new may still be heard."""
        return frozenset(self._unfinished.get(profile, ()))

    def subscribe(self, *, whole: bool = True) -> "Subscription":
        """A reader that starts with everything there is now, or only with what comes from now on."""
        first = Delta(changed=dict(self._runs), health=dict(self._health)) if whole else Delta()
        subscription = Subscription(first, self._subscriptions.remove)
        self._subscriptions.append(subscription)
        return subscription

    def watch(self, watcher: Callable[[RunReference, Run | None, Run | None], object]) -> None:
        """Call this at once for each run that changes, comes or goes, with what it was before and what it is then."""
        self._watchers.append(watcher)

    def put(self, run: Run) -> Run:
        """Take in what was fetched of one run, and return it joined with what was known."""
        return self.put_all([run])[0]

    def put_all(self, runs: Sequence[Run]) -> list[Run]:
        """The same for several at once: their readers and watchers are told of all of them together."""
        self._change(self._joined(runs))
        return [self._runs[run.reference] for run in runs]

    def mark_pending(self, reference: RunReference, asked: str) -> None:
        """Let a run carry what was asked of its service until its status changes; empty takes it off."""
        known = self._runs.get(reference)
        if known is not None and known.pending != asked:
            self._change({reference: msgspec.structs.replace(known, pending=asked)})

    def remove(self, references: Iterable[RunReference]) -> None:
        """Forget runs the service no longer has."""
        gone: set[RunReference] = set()
        for reference in references:
            before = self._runs.pop(reference, None)
            if before is None:
                continue
            gone.add(reference)
            for watcher in self._watchers:
                watcher(reference, before, None)
            self._counts[reference.profile][before.status] -= 1
            self._unfinished.get(reference.profile, set()).discard(reference.id)
        if not gone:
            return
        for members in self._scopes.values():
            members -= gone
        for profile in {reference.profile for reference in gone} & self._restored.keys():
            self._restored[profile] = [reference for reference in self._restored[profile] if reference not in gone]
        self._tell(Delta(removed=frozenset(gone)))

    def put_health(self, health: ProfileHealth) -> None:
        """Take in how a profile does."""
        if self._health.get(health.profile) != health:
            self._health[health.profile] = health
            self._tell(Delta(health={health.profile: health}))

    def apply(self, profile: str, batch: RunBatch, *, full: bool) -> None:
        """Take in one batch of a listing.

        A scope loses the runs it no longer lists only when a full listing gave it whole; a batch with an error ends
        the scope's listing and leaves its runs as they are.
        """
        scope = (profile, batch.scope)
        changed = self._joined(batch.runs)
        if self._keeps_small:
            changed = kept_small(changed)
        seen = self._seen.setdefault(scope, set())
        seen.update(run.reference for run in batch.runs)
        self._scopes.setdefault(scope, set()).update(run.reference for run in batch.runs)
        self._change(changed)
        gone = {RunReference(profile, run_id) for run_id in batch.gone}
        if batch.error is not None:
            self._seen.pop(scope, None)
        elif batch.scope_gone:
            gone |= self._scopes.pop(scope, set())
            self._seen.pop(scope, None)
        elif batch.is_last:
            if full:
                gone |= self._scopes[scope] - seen
                self._scopes[scope] = set(seen)  # a copy takes half as much as a set that grew
            self._seen.pop(scope, None)
        self.remove(gone)

    def restore(self, profile: str, runs: Iterable[Run]) -> None:
        """Take in runs that were known before this session. A full listing that does not hold them drops them."""
        restored = {run.reference: run for run in runs if run.reference not in self._runs}
        self._restored.setdefault(profile, []).extend(restored)
        self._change(restored)

    def end_listing(self, profile: str, scopes: Iterable[str], *, is_whole: bool = True) -> None:
        """A full listing is over: scopes of the profile that it did not speak of (`scopes` it did) are gone.

        Unless it was whole, runs restored from before this session stay: they may belong to a scope that failed.
        """
        spoken = set(scopes)
        lost = [key for key in self._scopes if key[0] == profile and key[1] not in spoken]
        gone: set[RunReference] = set()
        for key in lost:
            gone |= self._scopes.pop(key)
        if is_whole:
            gone.update(self._restored.pop(profile, ()))
        kept = [members for key, members in self._scopes.items() if key[0] == profile]
        self.remove(gone.difference(*kept, self._restored.get(profile, ())))
        for key in [key for key in self._seen if key[0] == profile]:
            self._seen.pop(key)

    def _joined(self, runs: Iterable[Run]) -> dict[RunReference, Run]:
        changed: dict[RunReference, Run] = {}
        for run in runs:
            known = changed.get(run.reference) or self._runs.get(run.reference)
            joined = run if known is None else run.filled_from(known)
            if joined != known:
                changed[run.reference] = joined
        return changed

    def _change(self, changed: dict[RunReference, Run]) -> None:
        """Hold these values from now on, and tell of them."""
        for reference, run in changed.items():
            before = self._runs.get(reference)
            for watcher in self._watchers:
                watcher(reference, before, run)
            if before is None or before.status is not run.status:
                counts = self._counts.setdefault(reference.profile, Counter())
                counts[run.status] += 1
                if before is not None:
                    counts[before.status] -= 1
            unfinished = self._unfinished.setdefault(reference.profile, set())
            (unfinished.discard if run.status.is_final else unfinished.add)(reference.id)
        self._runs.update(changed)
        if changed:
            self._tell(Delta(changed=changed))

    def _tell(self, delta: Delta) -> None:
        for subscription in self._subscriptions:
            subscription.add(delta)


class Subscription:
    """One reader's view of the changes. What happens while it is busy is merged, so nothing queues up."""

    def __init__(self, first: Delta, leave: Callable[["Subscription"], None]) -> None:
        self._leave = leave
        self._news = asyncio.Event()
        self._begin()
        if not first.is_empty:
            self.add(first)

    def _begin(self) -> None:
        self._changed: dict[RunReference, Run] = {}
        self._removed: set[RunReference] = set()
        self._health: dict[str, ProfileHealth] = {}

    def add(self, later: Delta) -> None:
        """Merge a change into what the reader has not taken yet, which costs as much as the change is long."""
        for reference in later.removed:
            self._changed.pop(reference, None)
        self._removed.difference_update(later.changed)
        self._removed |= later.removed
        self._changed.update(later.changed)
        self._health.update(later.health)
        self._news.set()

    def take(self) -> Delta:
        """What changed since the last take; may be empty."""
        delta = Delta(changed=self._changed, removed=frozenset(self._removed), health=self._health)
        self._begin()
        self._news.clear()
        return delta

    async def next(self) -> Delta:
        """Wait until something changed, and take it."""
        await self._news.wait()
        return self.take()

    def close(self) -> None:
        """Read no more."""
        self._leave(self)
