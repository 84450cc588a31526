"""The polling of one profile."""

import asyncio
from contextlib import nullcontext
from datetime import timedelta

import msgspec

from runtui.backends.protocol import Listing
from runtui.model.clock import Clock
from runtui.model.delta import FeedState, ProfileHealth
from runtui.model.errors import (
    AuthenticationError,
    BackendError,
    RuntuiError,
    TemporaryError,
)
from runtui.services.connection import Connection
from runtui.services.pace import Pace
from runtui.services.store import Store
from runtui.services.waiting import sleep_or_wake
from runtui.transport.urgency import polling


class Feed:
    """Lists one profile's runs again and again into the store, and says how that goes.

    It fails alone: nothing it meets stops another feed, and it heals by itself.
    """

    def __init__(self, connection: Connection, store: Store, clock: Clock, pace: Pace | None = None) -> None:
        self._connection = connection
        self._store = store
        self._clock = clock
        self._pace = pace or Pace()
        self._wake = asyncio.Event()
        self._wants_full = True
        self._full_due_at: float | None = None
        self._is_asked_for = False
        self._failures = 0
        self.focused = True
        self.polls = 0
        """How many listings were tried."""

    @property
    def name(self) -> str:
        """The profile's name."""
        return self._connection.name

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            pause = await self.poll()
            await sleep_or_wake(self._clock, pause, self._wake)

    def refresh(self, *, full: bool = False) -> None:
        """Poll now instead of at the end of the pause, as somebody waits for it."""
        self._wants_full = self._wants_full or full
        self._is_asked_for = True
        self._wake.set()

    async def poll(self) -> float:
        """List once. Returns the seconds to wait before the next time."""
        self.polls += 1
        full = self._is_full_due()
        began, taken = self._clock.monotonic(), self._connection.budget.taken
        is_asked_for, self._is_asked_for = self._is_asked_for, False
        try:
            with nullcontext() if is_asked_for else polling():
                failing, problems = await self._list(full)
        except RuntuiError as error:
            self._failures += 1
            pause = self._pace.after_error(error, self._failures)
            self._note(_state_after(error), pause, error=error)
            return pause
        self._failures = 0
        if full and not failing:
            self._full_due_at = began + self._pace.until_full(self._connection.budget.taken - taken)
            self._wants_full = False
        took = self._clock.monotonic() - began
        live = bool(self._store.unfinished(self.name))
        pause = self._pace.after_success(live=live, focused=self.focused, took=took)
        self._note(FeedState.FRESH, pause, problems=tuple(problems), failing=failing)
        return pause

    async def _list(self, full: bool) -> tuple[dict[str, BackendError], list[str]]:
        failing: dict[str, BackendError] = {}
        problems: list[str] = []
        spoken: set[str] = set()
        async for batch in self._connection.backend.iterate_runs(
            Listing(full=full, live=self._store.unfinished(self.name))
        ):
            self._store.apply(self.name, batch, full=full)
            problems.extend(batch.problems)
            spoken.add(batch.scope)
            if batch.error is not None:
                failing[batch.scope] = batch.error
        if full:
            self._store.end_listing(self.name, spoken, is_whole=not failing)
        if failing and failing.keys() == spoken:
            raise next(iter(failing.values()))
        return failing, problems

    def _is_full_due(self) -> bool:
        return self._wants_full or self._full_due_at is None or self._clock.monotonic() >= self._full_due_at

    def _note(
        self,
        state: FeedState,
        pause: float,
        *,
        error: RuntuiError | None = None,
        problems: tuple[str, ...] = (),
        failing: dict[str, BackendError] | None = None,
    ) -> None:
        now = self._clock.now()
        known = self._store.health.get(self.name) or ProfileHealth(
            profile=self.name, service=self._connection.profile.service
        )
        partial = next(iter(failing.values())) if failing else None
        said = error or partial
        self._store.put_health(
            msgspec.structs.replace(
                known,
                state=state,
                refreshed_at=known.refreshed_at if error else now,
                next_at=now + timedelta(seconds=pause),
                error=said.message if said else "",
                hint=said.hint if said else "",
                problems=problems,
                run_count=self._store.count_of(self.name),
                scopes_failing=tuple(failing or ()),
            )
        )


def _state_after(error: RuntuiError) -> FeedState:
    if isinstance(error, TemporaryError):
        return FeedState.OFFLINE
    return FeedState.NEEDS_LOGIN if isinstance(error, AuthenticationError) else FeedState.BROKEN
