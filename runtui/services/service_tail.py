"""Following a log source that a service gives, into a spool."""

import msgspec

from runtui.backends.protocol import HasLogs
from runtui.model.clock import Clock
from runtui.model.log import LogRequest, LogSource, LogWindow
from runtui.model.run import Run
from runtui.services.byte_windows import ByteWindows
from runtui.services.etag_trust import EtagTrust
from runtui.services.line_windows import LinesMark, LineWindows, WindowLines
from runtui.services.spool import Spool, remove_spool
from runtui.services.tail import Tail, TailPace, TailState


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


class ServiceTail(Tail):
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
        super().__init__(run, source, spool, clock, pace)
        self._logs = logs
        self._spool = spool
        mark = mark or TailMark()
        self._trust = EtagTrust(mark.etag)
        self._bytes = ByteWindows(spool, self._why_missing, mark.base, mark.solid)
        self._lines = LineWindows(spool, lines or WindowLines(), self._why_missing)
        self._by_lines = mark.by_lines
        if mark.by_lines:
            self._lines.resume(mark.lines)
        self._stored: Spool | None = None

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

    def close(self) -> None:
        """Let go of the files. The spool stays on disk."""
        self._drop_stored()
        super().close()

    def _held(self) -> tuple[int, ...]:
        return *super()._held(), 0 if self._stored is None else self._stored.source_size

    async def _ask(self) -> None:
        await self._take_window(*await self._read())

    async def _read(self) -> tuple[str | None, LogWindow]:
        if self._stored is not None:
            offset, etag = self._stored.source_size, None
        elif self._by_lines:
            offset, etag = 0, self._trust.to_send()
        else:
            offset, etag = self._bytes.offset, None if self.has_more else self._trust.to_send()
        request = LogRequest(offset=offset, lines=self._lines.wanted, etag=etag)
        return etag, await self._logs.read_log(self.run_followed, self.source, request)

    async def _take_window(self, sent: str | None, window: LogWindow) -> None:
        self.is_text = window.is_text
        self.has_more = False
        before = self._spool.source_size
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
        self._trust.note(sent, window, grew=self._spool.source_size != before)
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
            self._stored = Spool(self._spool.path.with_name(f"{self._spool.path.name}.stored"))
        if window.offset == self._stored.source_size:
            self._stored.append(window.content)
        size = self._stored.source_size
        if window.is_final or (window.size is not None and size >= window.size):
            self._by_lines = False
            self._spool.adopt(self._stored)
            self._stored = None
            self._bytes.start_at(0)
            self.state = TailState.ENDED if window.is_final else TailState.FOLLOWING
        else:
            self.has_more = True

    def _drop_stored(self) -> None:
        if self._stored is not None:
            remove_spool(self._stored)
            self._stored = None

    def _why_missing(self) -> str:
        if self._failed_polls:
            polls = "1 poll" if self._failed_polls == 1 else f"{self._failed_polls} polls"
            why = f" ({self.error.message})" if self.error is not None else ""
            return f"{polls} failed before this one{why}"
        return "more came between two polls"
