"""Files that a test serves, with connections that break where it says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from runtui.model.errors import BackendError, ServiceDownError
from runtui.model.output_file import OutputFile
from runtui.model.run import Run


class ScriptedStream:
    """A part of some bytes, in pieces, broken off after `breaks_after` of them."""

    def __init__(self, content: bytes, offset: int, breaks_after: int | None, *, etag: str | None) -> None:
        self.offset = offset
        self.size: int | None = len(content)
        self.etag = etag
        self.name: str | None = None
        self._content = content[offset:]
        self._breaks_after = breaks_after

    async def pieces(self) -> AsyncIterator[bytes]:
        """Pieces of 1000 bytes."""
        end = len(self._content) if self._breaks_after is None else min(self._breaks_after, len(self._content))
        for start in range(0, end, 1000):
            yield self._content[start : min(end, start + 1000)]
        if self._breaks_after is not None:
            raise ServiceDownError("the connection broke")


class ScriptedFiles:
    """Serves `contents` by file id. `breaks` holds after how many bytes each next connection breaks."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.breaks: list[int] = []
        self.ranges = True
        self.etag: str | None = "v1"
        self.starts: list[int] = []
        self.error: BackendError | None = None

    @asynccontextmanager
    async def open_file(
        self, run: Run, file: OutputFile, *, start: int = 0, end: int | None = None, etag: str | None = None
    ) -> AsyncIterator[ScriptedStream]:
        """The file from `start` on, from the beginning when its etag is another or ranges are not served."""
        self.starts.append(start)
        if self.error is not None:
            raise self.error
        offset = start if self.ranges and (etag is None or etag == self.etag) else 0
        breaks_after = self.breaks.pop(0) if self.breaks else None
        yield ScriptedStream(self.contents[file.id], offset, breaks_after, etag=self.etag)
