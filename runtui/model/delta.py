"""What changed in the store."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from itertools import islice

import msgspec

from runtui.model.reference import RunReference
from runtui.model.run import Run


class FeedState(StrEnum):
    """How a profile's polling stands."""

    STARTING = "starting"
    """Nothing has been asked yet, or the first answer is not here yet."""
    FRESH = "fresh"
    REFRESHING = "refreshing"
    OFFLINE = "offline"
    """Temporarily failing: the last runs are kept and it tries again by itself."""
    NEEDS_LOGIN = "needs_login"
    BROKEN = "broken"
    """Only a person can mend it: configuration, permission, an unreadable service."""


class ProfileHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How a profile does. `refreshed_at` is the last complete success, `next_at` when it tries next, both aware UTC."""

    profile: str
    service: str
    state: FeedState = FeedState.STARTING
    refreshed_at: datetime | None = None
    next_at: datetime | None = None
    error: str = ""
    hint: str = ""
    problems: tuple[str, ...] = ()
    """Sentences about items of the last answer that could not be read."""
    run_count: int = 0
    changes: int = 0
    """How many runs changed since somebody last looked."""
    scopes_failing: tuple[str, ...] = ()


class Delta(msgspec.Struct, frozen=True, kw_only=True):
    """What changed since the last delta a reader took: the newest value of each run, never a history of values."""

    changed: dict[RunReference, Run] = {}
    """New and changed runs."""
    removed: frozenset[RunReference] = frozenset()
    health: dict[str, ProfileHealth] = {}
    """The profiles whose health changed, by name."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed at all."""
        return not (self.changed or self.removed or self.health)

    def pieces(self, most: int) -> Iterator["Delta"]:
        """The same in pieces of at most `most` changed runs; what is gone and how profiles do comes with the last."""
        if len(self.changed) <= most:
            yield self
            return
        runs, left = iter(self.changed.items()), len(self.changed)
        while left > most:
            yield Delta(changed=dict(islice(runs, most)))
            left -= most
        yield Delta(changed=dict(runs), removed=self.removed, health=self.health)
