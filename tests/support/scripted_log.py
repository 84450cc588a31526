"""A log that a test writes, served with the powers a service may have."""

from collections.abc import Callable

from runtui.model.errors import BackendError, NotFoundError
from runtui.model.log import LogRequest, LogSource, LogWindow
from runtui.model.run import Run
from runtui.model.status import Status

RUN = Run(profile="p", service="scripted", id="1", status=Status.RUNNING)
SOURCE = LogSource(id="log", name="solver.log")


class ScriptedLog:
    """Serves `content` by position, or its last lines alone when `by_lines`; raises `error` while one is set."""

    def __init__(self, *, by_lines: bool = False, most_lines: int = 100_000) -> None:
        self.content = b""
        self.by_lines = by_lines
        self.most_lines = most_lines
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
        window = self._last_lines(request.lines) if self.by_lines else self._from(request.offset)
        self.served += len(window.content)
        return window

    def _from(self, offset: int) -> LogWindow:
        start = min(offset, len(self.content)) if offset <= len(self.content) else 0
        return LogWindow(content=self.content[start:], offset=start, size=len(self.content), is_final=self.final)

    def _last_lines(self, count: int) -> LogWindow:
        ended = self.content.split(b"\n")
        partial = ended.pop()
        lines = [line + b"\n" for line in ended] + ([partial] if partial else [])
        last = lines[-min(count, self.most_lines) :]
        return LogWindow(content=b"".join(last), offset=None, is_final=self.final)
