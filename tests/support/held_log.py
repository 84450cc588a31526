"""What a follower holds of a log, and the rules every window must keep."""

from runtui.model.log import LogRequest, LogSource, LogWindow
from runtui.model.run import Run
from tests.support.scene import Scene

_MOST_WINDOWS = 200


class HeldLog:
    """The bytes of one source as windows gave them. Taking one in fails the test when it contradicts those before."""

    def __init__(self) -> None:
        self.content = b""
        self.is_final = False
        self._etag: str | None = None

    def take(self, window: LogWindow) -> int:
        """Join a window to what is held; gives how many bytes are new."""
        before = len(self.content)
        self.is_final = window.is_final
        self._etag = window.etag
        if window.unchanged:
            assert window.content == b"", "nothing is new, and yet there are bytes"
        elif window.offset is None:
            self._join_by_overlap(window.content)
        else:
            self._join_by_position(window)
        return len(self.content) - before

    def request(self, lines: int = 1000) -> LogRequest:
        """What to ask for next."""
        return LogRequest(offset=len(self.content), lines=lines, etag=self._etag)

    async def poll(self, scene: Scene, run: Run, source: LogSource) -> int:
        """Ask once; gives how many bytes are new."""
        return self.take(await scene.connection.with_logs.read_log(run, source, self.request()))

    async def read_on(self, scene: Scene, run: Run, source: LogSource) -> None:
        """Ask until nothing new comes."""
        for _ in range(_MOST_WINDOWS):
            if await self.poll(scene, run, source) == 0:
                return
        raise AssertionError("a log that stands still has no end")

    def _join_by_position(self, window: LogWindow) -> None:
        assert window.offset is not None
        assert window.offset <= len(self.content), "bytes were left out"
        known = self.content[window.offset :]
        common = min(len(known), len(window.content))
        assert window.content[:common] == known[:common], "bytes that were given are other ones now"
        assert window.size is None or window.size >= window.offset + len(window.content)
        self.content = self.content[: window.offset] + (window.content if len(window.content) >= len(known) else known)

    def _join_by_overlap(self, content: bytes) -> None:
        for length in range(min(len(content), len(self.content)), 0, -1):
            if self.content.endswith(content[:length]):
                self.content += content[length:]
                return
        assert not self.content or not content, "the last lines do not reach back to what is held"
        self.content += content


async def read_log(scene: Scene, run: Run, source: LogSource) -> bytes:
    """All there is of a source now."""
    held = HeldLog()
    await held.read_on(scene, run, source)
    return held.content
