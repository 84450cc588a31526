"""Reading any file CARROT or Cromwell points at, by the scheme of its place."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from runtui.backends.carrot.file_places import scheme_of
from runtui.backends.carrot.local_paths import LocalFile, LocalPaths, missing, read_piece
from runtui.backends.carrot.remote_files import RemoteFiles, with_description
from runtui.backends.protocol import ByteStream
from runtui.model.errors import BackendError, NotFoundError, RejectedError, UnsupportedError
from runtui.model.log import LogRequest, LogWindow
from runtui.model.output_file import OutputFile
from runtui.transport.streamed_file import StreamedFile

T = TypeVar("T")

_PIECE = 1024 * 1024
_LARGEST_WINDOW = 4 * 1024 * 1024
_DESCRIBED_AT_ONCE = 8
_MOST_DESCRIBED = 60
_SCHEMES = frozenset({"gs", "http", "https"})


class FileReading:
    """Reads local paths by position, http(s) and gs:// addresses by ranges."""

    def __init__(self, profile: str, local: LocalPaths, remote: RemoteFiles) -> None:
        self._profile = profile
        self._local = local
        self._remote = remote

    async def aclose(self) -> None:
        """Close every connection."""
        await self._remote.aclose()

    async def window(
        self, location: str, workflow_ids: Collection[str], request: LogRequest, *, is_over: bool
    ) -> LogWindow:
        """What a file holds from the offset on, at most 4 MiB. `is_over` means nobody writes to it any more.

        Raises NotFoundError that says where the file lies when it cannot be read here.
        """
        if scheme_of(location) == "file":
            return await self._named(self._local_window(location, workflow_ids, request, is_over))
        self._check(location)
        return await self._named(self._remote_window(location, request, is_over))

    @asynccontextmanager
    async def open(
        self, location: str, workflow_ids: Collection[str], *, start: int, end: int | None, etag: str | None
    ) -> AsyncIterator[ByteStream]:
        """The bytes of a file from `start` up to and without `end`."""
        if scheme_of(location) != "file":
            self._check(location)
            async with self._remote.open(location, start=start, end=end, etag=etag) as remote:
                yield remote
            return
        file = await self._named(asyncio.to_thread(self._local.find, location, workflow_ids))
        if etag is not None and etag != file.version:
            start, end = 0, None
        if start > file.size:
            raise RejectedError(
                f"the file has {file.size} bytes: there is nothing at {start}",
                hint="It has changed: read it from the start.",
                profile=self._profile,
                operation="read the file",
            )
        yield LocalBytes(file, start, end)

    async def described(self, files: tuple[OutputFile, ...], workflow_ids: Collection[str]) -> tuple[OutputFile, ...]:
        """The files with their sizes, where those are cheap to have: by looking at the disk, or by one small request
        each when there are not too many."""
        gate = asyncio.Semaphore(_DESCRIBED_AT_ONCE)
        remote = [file for file in files if scheme_of(file.location) in _SCHEMES][:_MOST_DESCRIBED]
        asked = {file.id for file in remote}

        async def one(file: OutputFile) -> OutputFile:
            if scheme_of(file.location) == "file":
                return await asyncio.to_thread(self._looked_at, file, workflow_ids)
            if file.id not in asked:
                return file
            async with gate:
                try:
                    return with_description(file, *await self._remote.describe(file.location))
                except BackendError:
                    return file

        return tuple(await asyncio.gather(*(one(file) for file in files)))

    def on_this_machine(self, locations: Collection[str], workflow_ids: Collection[str]) -> dict[str, LocalFile]:
        """Those files that lie on this machine and may be read, as they are now. Blocking."""
        found: dict[str, LocalFile] = {}
        for location in locations:
            if scheme_of(location) == "file":
                try:
                    found[location] = self._local.find(location, workflow_ids)
                except (NotFoundError, RejectedError):
                    continue
        return found

    def _looked_at(self, file: OutputFile, workflow_ids: Collection[str]) -> OutputFile:
        try:
            found = self._local.find(file.location, workflow_ids)
        except (NotFoundError, RejectedError):
            return file
        modified_at = datetime.fromtimestamp(found.modified_ns / 1e9, UTC)
        return msgspec.structs.replace(file, size=found.size, modified_at=modified_at)

    async def _local_window(
        self, location: str, workflow_ids: Collection[str], request: LogRequest, is_over: bool
    ) -> LogWindow:
        return await asyncio.to_thread(self._read_local, location, workflow_ids, request, is_over)

    def _read_local(
        self, location: str, workflow_ids: Collection[str], request: LogRequest, is_over: bool
    ) -> LogWindow:
        try:
            file = self._local.find(location, workflow_ids)
        except NotFoundError:
            if is_over or not self._local.folder_exists(location, workflow_ids):
                raise
            return LogWindow(offset=0, size=0)
        offset = request.offset if request.offset <= file.size else 0
        content = read_piece(file, offset, _LARGEST_WINDOW)
        end = offset + len(content)
        size = max(file.size, end)
        return LogWindow(
            content=content,
            offset=offset,
            size=size,
            unchanged=not content and offset == request.offset,
            is_final=is_over and end >= size,
            etag=file.version,
        )

    async def _remote_window(self, location: str, request: LogRequest, is_over: bool) -> LogWindow:
        """A range from the offset on; the whole where the storage gives no ranges. What was held and is now too long
        a start is read anew from the beginning."""
        try:
            async with self._remote.open(location, start=request.offset) as opened:
                return await _window_of(opened, request, is_over)
        except NotFoundError:
            if is_over:
                raise
            return LogWindow(offset=0, size=0)
        except RejectedError as error:
            if error.code != 416:
                raise
        async with self._remote.open(location) as opened:
            return await _window_of(opened, LogRequest(), is_over)

    def _check(self, location: str) -> None:
        if not scheme_of(location):
            raise NotFoundError(f"there is no file at {location!r}", profile=self._profile, operation="read the file")
        if scheme_of(location) not in _SCHEMES:
            raise UnsupportedError(
                f"{location} cannot be read from here",
                hint="Local paths, http(s) and gs:// addresses can.",
                profile=self._profile,
                operation="read the file",
            )

    async def _named(self, work: Awaitable[T]) -> T:
        try:
            return await work
        except BackendError as error:
            error.profile = error.profile or self._profile
            error.operation = error.operation or "read the file"
            raise


class LocalBytes:
    """A file of this machine that is being read, in pieces of 1 MiB, each in a thread."""

    def __init__(self, file: LocalFile, start: int, end: int | None) -> None:
        self._file = file
        self._end = file.size if end is None else min(end, file.size)
        self.offset = start
        self.size: int | None = file.size
        self.etag: str | None = file.version
        self.name: str | None = None

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes from `offset` on. Raises NotFoundError when the file went away or was cut meanwhile."""
        position = self.offset
        while position < self._end:
            piece = await asyncio.to_thread(read_piece, self._file, position, min(_PIECE, self._end - position))
            if not piece:
                raise missing(self._file.path)
            position += len(piece)
            yield piece


async def _window_of(opened: StreamedFile, request: LogRequest, is_over: bool) -> LogWindow:
    pieces: list[bytes] = []
    length = 0
    async for piece in opened.pieces():
        pieces.append(piece)
        length += len(piece)
        if length >= _LARGEST_WINDOW:
            break
    offset, size = opened.offset, opened.size
    end = offset + length
    return LogWindow(
        content=b"".join(pieces),
        offset=offset,
        size=size,
        unchanged=length == 0 and offset == request.offset,
        is_final=is_over and (size is None or end >= size) and length < _LARGEST_WINDOW,
        etag=opened.etag,
    )
