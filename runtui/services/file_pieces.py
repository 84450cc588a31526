"""Parts of output files, read without the rest: what previews and `runtui cat` are made of."""

import msgspec

from runtui.backends.protocol import ReadsFiles
from runtui.model.errors import UnsupportedError
from runtui.model.output_file import OutputFile
from runtui.model.run import Run


class FilePiece(msgspec.Struct, frozen=True, kw_only=True):
    """The bytes of a file from `offset` on.

    `size` is the whole file's in bytes as the service states it with the piece, `etag` names the version of the
    content: where either differs from that of a piece read before, the file has changed in between.
    """

    offset: int
    content: bytes
    size: int | None = None
    etag: str | None = None

    @property
    def end(self) -> int:
        """The position after the last byte."""
        return self.offset + len(self.content)


async def read_piece(reading: ReadsFiles, run: Run, file: OutputFile, start: int, end: int) -> FilePiece:
    """The bytes from `start` up to and without `end`; fewer where the file ends before. No more is read than that.

    Raises UnsupportedError where the service gives the file from its beginning only, and BackendError.
    """
    if end <= start:
        return FilePiece(offset=start, content=b"")
    async with reading.open_file(run, file, start=start, end=end) as stream:
        if stream.offset != start:
            raise UnsupportedError(
                "the service gives this file only from its beginning",
                hint="Its end can be seen once it is downloaded.",
            )
        content = bytearray()
        async for piece in stream.pieces():
            content += piece
            if len(content) >= end - start:
                break
        return FilePiece(offset=start, content=bytes(content[: end - start]), size=stream.size, etag=stream.etag)
