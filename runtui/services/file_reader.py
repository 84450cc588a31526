"""Reading a file of a service into its part on the disk, wholly or in chunks."""

import time
from collections.abc import Callable

from runtui.backends.protocol import ByteStream, CopiesBytes, ReadsFiles
from runtui.model.errors import RejectedError, TemporaryError, UnsupportedError
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.model.threads import in_thread
from runtui.services.chunks import Chunk
from runtui.services.part_file import PartFile


class ChangedError(Exception):
    """The content is not what was begun with any more; the text says how it shows."""


class NoRangesError(Exception):
    """The service gives the whole file only."""


class FileReader:
    """Reads one file. `has_ranges` is what is believed of the service until it shows otherwise."""

    def __init__(self, backend: ReadsFiles, run: Run, file: OutputFile, part: PartFile) -> None:
        self._backend = backend
        self._run = run
        self._file = file
        self._part = part
        self.has_ranges = True

    async def read_rest(self, note_size: Callable[[int | None], None]) -> None:
        """Read over one connection what is missing at the end, or all when nothing can be continued.

        Raises NoRangesError, ChangedError, and the BackendError or StorageError that ends it; TemporaryError when it
        broke off.
        """
        part = self._part
        if part.spans.total and not (self.has_ranges and self._is_told_apart()):
            await in_thread(part.start_over)
        start = part.spans.beginning
        try:
            async with self._backend.open_file(self._run, self._file, start=start, etag=part.source.etag) as stream:
                self._check(stream)
                if stream.offset not in (0, start):
                    raise TemporaryError(f"{self._file.name}: another part came than was asked for")
                if stream.offset != start:
                    self.has_ranges = False
                    await in_thread(part.start_over)
                await self._describe(stream)
                note_size(stream.size)
                chunk = Chunk(stream.offset, _ENDLESS)
                await self._receive(stream, chunk)
        except RejectedError as error:
            if error.code == 416 and start:
                raise ChangedError("it has become shorter") from error
            raise
        except UnsupportedError as error:
            if start:
                raise NoRangesError from error
            raise
        if stream.size is not None and chunk.at < stream.size:
            raise TemporaryError(f"{self._file.name} broke off after {chunk.at:,} of {stream.size:,} bytes")

    async def read_chunk(self, chunk: Chunk, opened: Callable[[], None]) -> None:
        """Read one chunk. `opened` is called once its bytes are coming.

        Raises NoRangesError, ChangedError, and the BackendError or StorageError that ends it.
        """
        part = self._part
        try:
            async with self._backend.open_file(
                self._run, self._file, start=chunk.at, end=chunk.end, etag=part.source.etag
            ) as stream:
                if stream.offset != chunk.at:
                    self._check(stream)
                    raise NoRangesError
                self._check(stream)
                if stream.etag is None and not self._file.hashes:
                    raise NoRangesError  # nothing would tell if the parts were of different contents
                await self._describe(stream)
                opened()
                await self._receive(stream, chunk)
        except RejectedError as error:
            if error.code == 416:
                raise ChangedError("it has become shorter") from error
            raise
        except UnsupportedError as error:
            raise NoRangesError from error
        if chunk.at < chunk.end:
            raise TemporaryError(f"{self._file.name} broke off after {chunk.at:,} bytes")

    def _is_told_apart(self) -> bool:
        """Whether a change of the content would be noticed."""
        return self._part.source.etag is not None or bool(self._file.hashes)

    def _check(self, stream: ByteStream) -> None:
        source = self._part.source
        if not self._part.spans.total:
            return
        if source.etag is not None and stream.etag is not None and source.etag != stream.etag:
            raise ChangedError("the service has another version of it now")
        if source.size is not None and stream.size is not None and source.size != stream.size:
            raise ChangedError(f"it has {stream.size:,} bytes now and had {source.size:,}")

    async def _describe(self, stream: ByteStream) -> None:
        """Note what the service says of the content."""
        size = stream.size if stream.size is not None else self._part.source.size
        if self._part.is_journaled:
            await in_thread(self._part.describe, size=size, etag=stream.etag)
        else:
            self._part.describe(size=size, etag=stream.etag)

    async def _receive(self, stream: ByteStream, chunk: Chunk) -> None:
        writer = _Writer(self._part, chunk)
        try:
            if isinstance(stream, CopiesBytes):
                await stream.copy(writer.take)
            else:
                async for piece in stream.pieces():
                    if not await in_thread(writer.take, memoryview(piece)):
                        break
        finally:
            if self._part.is_journaled:
                await in_thread(writer.note)
            else:
                writer.note()


class _Writer:
    """Writes a connection's bytes where they belong, and notes them now and then."""

    def __init__(self, part: PartFile, chunk: Chunk) -> None:
        self._part = part
        self._chunk = chunk
        self._noted = chunk.at
        self._noted_at = time.monotonic()
        self._every = part.noted_every

    def take(self, view: memoryview) -> bool:
        """Write some; whether more is wanted."""
        chunk = self._chunk
        view = view[: chunk.end - chunk.at]
        self._part.write(chunk.at, view)
        chunk.at += len(view)
        is_due = chunk.at - self._noted >= self._every or time.monotonic() - self._noted_at >= _LONGEST_UNNOTED
        if is_due or chunk.at >= chunk.end:
            self.note()
        return chunk.at < chunk.end

    def note(self) -> None:
        """Note what was written since the last time."""
        if self._chunk.at > self._noted:
            self._part.note((self._noted, self._chunk.at))
            self._noted = self._chunk.at
            self._noted_at = time.monotonic()


_ENDLESS = 2**62
_LONGEST_UNNOTED = 0.1
"""Seconds; what a kill costs on a slow line."""
