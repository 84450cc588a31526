"""Following a log source without losing a line unseen."""

import asyncio
import itertools
from collections import deque
from datetime import datetime
from enum import StrEnum

import msgspec

from runtui.backends.protocol import HasLogs
from runtui.model.clock import Clock
from runtui.model.errors import NotFoundError, RuntuiError, TemporaryError
from runtui.model.log import LogRequest, LogSource, LogWindow
from runtui.model.run import Run
from runtui.services.joining import Joined, join_lines
from runtui.services.spool import Spool
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


class WindowLines(msgspec.Struct, frozen=True):
    """How many last lines are asked for at first, and at most when a window does not reach what is held."""

    first: int = 1000
    most: int = 64_000


class Tail:
    """Polls one source into a spool until it can grow no more.

    Windows are joined by position where the service tells positions, else by the longest overlap of lines. When
    nothing overlaps the window is widened before a gap is admitted, as a line that says how it arose. When a source
    that had no positions becomes one that has (a running file that was stored), it is fetched whole once, which also
    closes the gaps.
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
    ) -> None:
        self.run_followed = run
        self.source = source
        self.spool = spool
        self.state = TailState.STARTING
        self.error: RuntuiError | None = None
        self.polled_at: datetime | None = None
        self.is_text = True
        self.polls = 0
        self._logs = logs
        self._clock = clock
        self._pace = pace or TailPace()
        self._etag: str | None = None
        self._lines = lines or WindowLines()
        self._wanted_lines = self._lines.first
        self._most_given = 0
        self._by_lines = False
        self._held: deque[bytes] = deque(maxlen=self._lines.most)
        self._partial = b""
        self._base = 0
        self._failed_polls = 0
        self._quiet_polls = 0
        self._wake = asyncio.Event()

    @property
    def is_over(self) -> bool:
        """Whether the source will not grow any more."""
        return self.state is TailState.ENDED

    @property
    def has_positions(self) -> bool:
        """Whether the service tells where its pieces belong, so that polling on brings what is still missing."""
        return not self._by_lines

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
        size, gaps = self.spool.byte_count, self.spool.gap_count
        try:
            await self._take_window(await self._read())
        except NotFoundError as error:
            self._note_missing(error)
        except RuntuiError as error:
            self._failed_polls += 1
            self.error, self.state = error, TailState.FAILING
        else:
            self.error, self._failed_polls = None, 0
            self.polled_at = self._clock.now()
        grew = (self.spool.byte_count, self.spool.gap_count) != (size, gaps)
        self._quiet_polls = 0 if grew else self._quiet_polls + 1
        return grew

    async def _read(self) -> LogWindow:
        offset = 0 if self._by_lines else max(0, self.spool.byte_count - self._base)
        request = LogRequest(offset=offset, lines=self._wanted_lines, etag=self._etag)
        return await self._logs.read_log(self.run_followed, self.source, request)

    async def _take_window(self, window: LogWindow) -> None:
        self.is_text = window.is_text
        self._etag = window.etag
        if not window.unchanged:
            if window.offset is None:
                await self._take_lines(window)
            else:
                self._take_bytes(window)
        self.state = TailState.ENDED if window.is_final else TailState.FOLLOWING

    def _take_bytes(self, window: LogWindow) -> None:
        offset = window.offset or 0
        if self._by_lines:
            self._by_lines = False
            if offset == 0:
                self._take_stored(window.content)
                return
        held = self.spool.byte_count - self._base
        if window.size is not None and window.size < held:
            self._begin_anew()
            self._take_bytes(window)
        elif offset > held:
            self.spool.admit_gap(f"{offset - held} bytes are missing here: {self._why_missing()}")
            self._base = self.spool.byte_count - offset
            self.spool.append(window.content)
        else:
            self._append_beyond(held - offset, window.content)

    def _begin_anew(self) -> None:
        """The source was cut or replaced: what was held stays above a line that says so."""
        self.spool.admit_gap("the log was cut or begun anew here")
        self._base = self.spool.byte_count

    def _append_beyond(self, known: int, content: bytes) -> None:
        """Append what comes after the part we hold; when that part differs, the source was rewritten."""
        overlap = content[:known]
        if overlap == self.spool.read(self.spool.byte_count - known, len(overlap)):
            self.spool.append(content[known:])
        else:
            self._begin_anew()
            self.spool.append(content)

    def _take_stored(self, content: bytes) -> None:
        held = self.spool.read(0, self.spool.byte_count)
        if self.spool.gap_count == 0 and content.startswith(held):
            self.spool.append(content[len(held) :])
        else:
            self.spool.replace(content)

    async def _take_lines(self, window: LogWindow) -> None:
        """Join a window of last lines, widening it when it does not reach what is held."""
        first = not self._by_lines
        self._by_lines = True
        if first and self.spool.byte_count:
            self._hold_again()
        while True:
            lines, partial = _split(window)
            joined = self._join(lines, partial)
            if joined.fresh is not None or not self._may_widen(len(lines)):
                break
            self._wanted_lines = min(self._lines.most, self._wanted_lines * 4)
            window = await self._read()
            if window.offset is not None:
                self._take_bytes(window)
                return
        self._add_lines(lines, partial, joined.fresh)
        self._most_given = max(self._most_given, len(lines))
        self._wanted_lines = self._lines.first

    def _join(self, lines: list[bytes], partial: bytes) -> Joined:
        """How a window continues what is held, of which a last line without its end may be all."""
        if self._partial and not (lines and self._held):
            continues = (lines[0] if lines else partial).startswith(self._partial)
            return Joined(0) if continues else Joined(None)
        return join_lines(self._held_end(max(1, len(lines))), lines)

    def _held_end(self, count: int) -> list[bytes]:
        return list(itertools.islice(self._held, max(0, len(self._held) - count), None))

    def _may_widen(self, given: int) -> bool:
        """Whether asking for more lines can bring more: not when fewer came than were asked for."""
        return given + 1 >= self._wanted_lines and self._wanted_lines < self._lines.most

    def _add_lines(self, lines: list[bytes], partial: bytes, fresh: int | None) -> None:
        if fresh is None and not lines and not self._most_given:
            fresh = 0
        if fresh is None:
            self._drop_partial()
            self.spool.admit_gap(self._why_apart(len(lines)))
            fresh = 0
        elif not self._held and not self._partial and len(lines) >= self._wanted_lines - 1:
            self.spool.admit_gap(
                f"earlier lines are not shown: the service gives the last {self._wanted_lines} of a live file"
            )
        new = lines[fresh:]
        if new:
            self._drop_partial()
            self.spool.append(b"".join(line + b"\n" for line in new))
            self._held.extend(new)
        self._set_partial(partial)

    def _set_partial(self, partial: bytes) -> None:
        """The last line has no end yet: it is shown, and may still change."""
        if partial == self._partial:
            return
        if self._partial and partial.startswith(self._partial):
            self.spool.append(partial[len(self._partial) :])
        else:
            self._drop_partial()
            self.spool.append(partial)
        self._partial = partial

    def _drop_partial(self) -> None:
        if self._partial:
            self.spool.cut_to(self.spool.byte_count - len(self._partial))
            self._partial = b""

    def _hold_again(self) -> None:
        text = self.spool.read(max(0, self.spool.byte_count - 8 * 1024 * 1024), 8 * 1024 * 1024)
        lines = text.split(b"\n")
        self._partial = lines.pop()
        self._held.extend(lines)

    def _why_apart(self, given: int) -> str:
        if given < self._most_given:
            return "the log was cut or begun anew here"
        return f"lines are missing here: the service gave the last {given} and {self._why_missing()}"

    def _why_missing(self) -> str:
        if self._failed_polls:
            return f"{self._failed_polls} polls failed before this one"
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
        return min(self._pace.quiet, self._pace.growing * (1 + self._quiet_polls / 2))


def _split(window: LogWindow) -> tuple[list[bytes], bytes]:
    """The window's complete lines and what stands after the last line end."""
    lines = window.content.split(b"\n")
    partial = lines.pop()
    return lines, partial
