"""Following a log source without losing a line unseen."""

import asyncio
from datetime import datetime
from enum import StrEnum

import msgspec

from runtui.backends.protocol import HasLogs
from runtui.model.clock import Clock
from runtui.model.errors import NotFoundError, RuntuiError, TemporaryError
from runtui.model.log import LogRequest, LogSource, LogWindow
from runtui.model.run import Run
from runtui.services.byte_windows import ByteWindows
from runtui.services.etag_trust import EtagTrust
from runtui.services.line_windows import LinesMark, LineWindows, WindowLines
from runtui.services.spool import Spool
from runtui.services.waiting import sleep_or_wake

__all__ = ["Tail", "TailMark", "TailPace", "TailState", "WindowLines"]


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


class TailMark(msgspec.Struct, frozen=True, kw_only=True):
    """Where a tail stands in its source: what is needed, with the spool, to go on later.

    `base` and `solid` are those of `ByteWindows`; `by_lines` says that the service tells no positions, `lines` where
    the lines stand then.
    """

    base: int = 0
    solid: int = 0
    by_lines: bool = False
    lines: LinesMark = LinesMark()
    etag: str | None = None
    is_over: bool = False


class Tail:
    """Polls one source into a spool until it can grow no more.

    Windows are joined by position where the service tells positions, else by the longest overlap of lines. When
    nothing overlaps the window is widened before a gap is admitted, as a line that says how it arose. When a source
    that had no positions becomes one that has (a running file that was stored), it is fetched whole beside what is
    shown and takes its place once it is there, which also closes the gaps.
    """

    def __init__(
        self,
        logs: HasLogs,
        run: Run,
        source: LogSource,
        spool: Spool,
        clock: Clock,
        pace: TailPace | None = None,
        *,
        lines: WindowLines | None = None,
        mark: TailMark | None = None,
    ) -> None:
        self.run_followed = run
        self.source = source
        self.spool = spool
        self.state = TailState.STARTING
        self.error: RuntuiError | None = None
        self.polled_at: datetime | None = None
        self.is_text = True
        self.has_more = False
        """Whether the service holds more than one poll brings, so that the next one need not wait."""
        self.polls = 0
        self._logs = logs
        self._clock = clock
        self._pace = pace or TailPace()
        mark = mark or TailMark()
        self._trust = EtagTrust(mark.etag)
        self._bytes = ByteWindows(spool, self._why_missing, mark.base, mark.solid)
        self._lines = LineWindows(spool, lines or WindowLines(), self._why_missing)
        self._by_lines = mark.by_lines
        if mark.by_lines:
            self._lines.resume(mark.lines)
        self._stored: Spool | None = None
        self._failed_polls = 0
        self._quiet_polls = 0
        self._wake = asyncio.Event()

    @property
    def is_over(self) -> bool:
        """Whether the source will not grow any more."""
        return self.state is TailState.ENDED

    @property
    def mark(self) -> TailMark:
        """Where the tail stands now."""
        return TailMark(
            base=self._bytes.base,
            solid=self._bytes.solid,
            by_lines=self._by_lines,
            lines=self._lines.mark,
            etag=None if self.has_more else self._trust.etag,
            is_over=self.is_over,
        )

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
        before = (self.spool.byte_count, self.spool.gap_count, self.spool.generation)
        try:
            await self._take_window(*await self._read())
        except NotFoundError as error:
            self._note_missing(error)
        except RuntuiError as error:
            self._failed_polls += 1
            self.error, self.state = error, TailState.FAILING
        else:
            self.error, self._failed_polls = None, 0
            self.polled_at = self._clock.now()
        grew = (self.spool.byte_count, self.spool.gap_count, self.spool.generation) != before
        self._quiet_polls = 0 if grew else self._quiet_polls + 1
        return grew

    def close(self) -> None:
        """Let go of the files. The spool stays on disk."""
        self._drop_stored()
        self.spool.close()

    async def _read(self) -> tuple[str | None, LogWindow]:
        if self._stored is not None:
            offset, etag = self._stored.byte_count, None
        elif self._by_lines:
            offset, etag = 0, self._trust.to_send()
        else:
            offset, etag = self._bytes.offset, None if self.has_more else self._trust.to_send()
        request = LogRequest(offset=offset, lines=self._lines.wanted, etag=etag)
        return etag, await self._logs.read_log(self.run_followed, self.source, request)

    async def _take_window(self, sent: str | None, window: LogWindow) -> None:
        self.is_text = window.is_text
        self.has_more = False
        before = self.spool.byte_count
        if not window.unchanged:
            if window.offset is None:
                await self._take_lines(window)
                return
            if self._by_lines:
                self._take_stored(window)
                return
            if not self._bytes.take(window):
                sent, window = await self._read()
                self._bytes.take(window)
            self.has_more = window.size is not None and self._bytes.held < window.size
        self._trust.note(sent, window, grew=self.spool.byte_count != before)
        self.state = TailState.ENDED if window.is_final else TailState.FOLLOWING

    async def _take_lines(self, window: LogWindow) -> None:
        """Join a window of last lines, widening it when it does not reach what is held."""
        if not self._by_lines:
            self._by_lines = True
            self._lines.resume(LinesMark(held_from=self._bytes.solid))
        self._drop_stored()
        while not self._lines.take(window.content):
            _, window = await self._read()
            if window.unchanged:
                return
            if window.offset is not None:
                self._take_stored(window)
                return
        self._trust.etag = window.etag
        self.state = TailState.ENDED if window.is_final else TailState.FOLLOWING

    def _take_stored(self, window: LogWindow) -> None:
        """A piece of the file that takes the place of the windows; it begins with the first piece."""
        self.state = TailState.FOLLOWING
        if self._stored is None:
            if window.offset:
                self.has_more = True
                return
            self._stored = Spool(self.spool.path.with_name(f"{self.spool.path.name}.stored"))
        if window.offset == self._stored.byte_count:
            self._stored.append(window.content)
        size = self._stored.byte_count
        if window.is_final or (window.size is not None and size >= window.size):
            self._by_lines = False
            self.spool.adopt(self._stored)
            self._stored = None
            self._bytes.start_at(0)
            self.state = TailState.ENDED if window.is_final else TailState.FOLLOWING
        else:
            self.has_more = True

    def _drop_stored(self) -> None:
        if self._stored is not None:
            self._stored.close()
            self._stored.path.unlink(missing_ok=True)
            self._stored = None

    def _why_missing(self) -> str:
        if self._failed_polls:
            polls = "1 poll" if self._failed_polls == 1 else f"{self._failed_polls} polls"
            why = f" ({self.error.message})" if self.error is not None else ""
            return f"{polls} failed before this one{why}"
        return "more came between two polls"

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
        if self.has_more:
            return 0.0
        return min(self._pace.quiet, self._pace.growing * (1 + self._quiet_polls / 2))
