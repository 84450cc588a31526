"""A file that is looked into, and what was fetched of it."""

import asyncio

from runtui.model.errors import UnsupportedError
from runtui.model.output_file import OutputFile
from runtui.services.file_pieces import FilePiece
from runtui.tui.file_look import FileLook


class HeldFile:
    """Gives its bytes piece by piece. `spans` are the pieces that were asked for, `etag` the version it states."""

    def __init__(self, path: str, content: bytes, *, size: int | None = -1, gives_ranges: bool = True) -> None:
        self.content = content
        self.file = OutputFile(id=path, path=path, size=len(content) if size == -1 else size)
        self.gives_ranges = gives_ranges
        self.etag: str | None = "one"
        self.spans: list[tuple[int, int]] = []
        self.pages: list[int] = []

    @property
    def fetched(self) -> int:
        """Bytes that were given in all."""
        return sum(min(end, len(self.content)) - min(start, len(self.content)) for start, end in self.spans)

    async def read(self, start: int, end: int) -> FilePiece:
        """The bytes between two positions."""
        await asyncio.sleep(0)
        if start and not self.gives_ranges:
            raise UnsupportedError("the service gives this file only from its beginning")
        self.spans.append((start, end))
        size = len(self.content) if self.gives_ranges else None
        return FilePiece(offset=start, content=self.content[start:end], size=size, etag=self.etag)

    def look(self, *, shows_large: bool = False) -> FileLook:
        """A look at it that has not begun."""
        return FileLook(self.file, self.read, page_wanted=self.pages.append, shows_large=shows_large)
