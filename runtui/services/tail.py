"""Following a log source without losing a line unseen."""

import asyncio
from abc import ABC, abstractmethod
from datetime import datetime
from enum import StrEnum

import msgspec

from runtui.model.clock import Clock
from runtui.model.errors import NotFoundError, RuntuiError, TemporaryError
from runtui.model.log import LogSource
from runtui.model.run import Run
from runtui.services.indexed_file import IndexedFile
from runtui.services.waiting import sleep_or_wake


class TailState(StrEnum):
    """How the following of a source stands."""

    STARTING = "starting"
    FOLLOWING = "following"
    WAITING = "waiting"
    """The source is not there yet, or not for the moment."""
    FAILING = "failing"
    ENDED = "ended"
    """The source will not grow any more."""


class TailPace(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds between two polls: after one that brought something, at most when nothing comes, after an error."""

    growing: float = 2.0
    quiet: float = 10.0
    failing: float = 5.0


class Tail(ABC):
    """Polls one source until it can grow no more; what it holds is read from `spool`."""

    def __init__(self, run: Run, source: LogSource, spool: IndexedFile, clock: Clock, pace: TailPace | None) -> None:
        self.run_followed = run
        self.source = source
        self.spool = spool
        self.state = TailState.STARTING
        self.error: RuntuiError | None = None
        self.polled_at: datetime | None = None
        self.is_text = True
        self.has_more = False
        """Whether the source holds more than one poll brings, so that the next one need not wait."""
        self.polls = 0
        self._clock = clock
        self._pace = pace or TailPace()
        self._failed_polls = 0
        self._quiet_polls = 0
        self._wake = asyncio.Event()

    @property
    def is_over(self) -> bool:
        """Whether the source will not grow any more."""
        return self.state is TailState.ENDED

    def note_run(self, run: Run) -> None:
        """Take a newer value of the run: whether it still lives decides whether the source may grow."""
        if run.status != self.run_followed.status:
            self._wake.set()
        self.run_followed = run

    async def run(self) -> None:
        """Poll until the source has ended, or until cancelled."""
        await self.poll()
        while not self.is_over:
            await sleep_or_wake(self._clock, self._seconds_to_next(), self._wake)
            await self.poll()

    async def poll(self) -> bool:
        """Ask once. Returns whether something new came; errors are kept in `error`, not raised."""
        self.polls += 1
        before = self._held()
        try:
            await self._ask()
        except NotFoundError as error:
            self._note_missing(error)
        except RuntuiError as error:
            self._failed_polls += 1
            self.error, self.state = error, TailState.FAILING
        else:
            self.error, self._failed_polls = None, 0
            self.polled_at = self._clock.now()
        grew = self._held() != before
        self._quiet_polls = 0 if grew else self._quiet_polls + 1
        return grew

    def close(self) -> None:
        """Let go of the files."""
        self.spool.close()

    def _held(self) -> tuple[int, ...]:
        """What is another value once something came."""
        return self.spool.byte_count, self.spool.gap_count, self.spool.generation

    @abstractmethod
    async def _ask(self) -> None:
        """Take in what is new, and say by `state` whether more may come. Raises RuntuiError."""

    def _note_missing(self, error: NotFoundError) -> None:
        self.error = error
        final = self.run_followed.status.is_final
        self.state = TailState.ENDED if final and self._failed_polls >= 2 else TailState.WAITING
        self._failed_polls += 1

    def _seconds_to_next(self) -> float:
        if isinstance(self.error, TemporaryError) and self.error.retry_after:
            return self.error.retry_after
        if self.error is not None:
            return min(60.0, self._pace.failing * self._failed_polls)
        if self.has_more and not self._quiet_polls:
            return 0.0
        return min(self._pace.quiet, self._pace.growing * (1 + self._quiet_polls / 2))


async def poll_to_end(tail: Tail) -> None:
    """Read all that is there now, in as many pieces as the service makes of it. Raises RuntuiError."""
    goes_on = True
    while goes_on and not tail.is_over:
        goes_on = await tail.poll() and tail.has_more
        if tail.error is not None:
            raise tail.error
