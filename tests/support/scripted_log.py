"""A log that a test writes, served with the powers a service may have."""

import hashlib
from collections.abc import Callable
from enum import StrEnum

from runtui.model.errors import BackendError, NotFoundError
from runtui.model.log import LogRequest, LogSource, LogWindow
from runtui.model.run import Run
from runtui.model.status import Status

RUN = Run(profile="p", service="scripted", id="1", status=Status.RUNNING)
SOURCE = LogSource(id="log", name="solver.log")


class Etags(StrEnum):
    """What the service says about versions."""

    NONE = "none"
    HONEST = "honest"
    FROZEN = "frozen"
    """Always the same: what it says is wrong."""


class ScriptedLog:
    """Serves `content` by position, or its last lines alone when `by_lines`; raises `error` while one is set.

    `whole` gives all of it whatever is asked for, `most_bytes` at most so many bytes of it at a time.
    """

    def __init__(self, *, by_lines: bool = False, most_lines: int = 100_000) -> None:
        self.content = b""
        self.by_lines = by_lines
        self.most_lines = most_lines
        self.most_bytes = 1 << 30
        self.whole = False
        self.etags = Etags.NONE
        self.final = False
        self.missing = False
        self.error: BackendError | None = None
        self.requests: list[LogRequest] = []
        self.served = 0
        self.before_read: Callable[[], None] = lambda: None

    async def log_sources(self, run: Run) -> tuple[LogSource, ...]:
        """The one there is."""
        return (SOURCE,)

    async def read_log(self, run: Run, source: LogSource, request: LogRequest) -> LogWindow:
        """One window of the content."""
        self.before_read()
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        if self.missing:
            raise NotFoundError("no such log")
        if request.etag is not None and request.etag == self._etag():
            return LogWindow(offset=request.offset, unchanged=True, is_final=self.final, etag=request.etag)
        window = self._last_lines(request.lines) if self.by_lines else self._from(request.offset)
        self.served += len(window.content)
        return window

    def _etag(self) -> str | None:
        match self.etags:
            case Etags.NONE:
                return None
            case Etags.HONEST:
                return hashlib.sha256(self.content).hexdigest()
            case Etags.FROZEN:
                return "frozen"

    def _from(self, offset: int) -> LogWindow:
        start = min(offset, len(self.content)) if offset <= len(self.content) and not self.whole else 0
        content = self.content[start : start + self.most_bytes]
        return LogWindow(
            content=content,
            offset=start,
            size=len(self.content),
            is_final=self.final and start + len(content) == len(self.content),
            etag=self._etag(),
        )

    def _last_lines(self, count: int) -> LogWindow:
        ended = self.content.split(b"\n")
        partial = ended.pop()
        lines = [line + b"\n" for line in ended] + ([partial] if partial else [])
        last = lines[-min(count, self.most_lines) :]
        return LogWindow(content=b"".join(last), offset=None, is_final=self.final)
