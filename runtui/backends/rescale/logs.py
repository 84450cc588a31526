"""The text of a run: the ends of work files while it is in progress, stored files once it is over."""

import re
from collections.abc import Awaitable, Callable
from typing import Final

from runtui.backends.rescale.api import RescaleApi
from runtui.backends.rescale.files import RunFiles, parts
from runtui.backends.rescale.log_ends import LOG_NAME
from runtui.model.errors import NotFoundError
from runtui.model.log import LogRequest, LogSource, LogWindow, Stream
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.model.status import Status

_LARGEST_WINDOW: Final = 8 * 1024 * 1024
_TELLING: Final = (
    re.compile(r"(^|/)process_output\.log(\.\d+)?$"),
    re.compile(r"(^|/)log\.[^/]+$"),
    re.compile(r"\.log(\.\d+)?$"),
    re.compile(r"\.(out|sta|msg|trn|err|stdout|stderr)$"),
    re.compile(r"\.(dat|csv|txt|tsv|json|prt|lis|f06)$"),
)
"""Names of files that hold text one would follow, the most telling first."""

_NOT_TEXT: Final = re.compile(r"\.(dat|cas|res|out)\.(h5|gz|zip)$", re.IGNORECASE)


class RunLogs:
    """Lists and reads what can be followed."""

    def __init__(self, api: RescaleApi, files: RunFiles, refetch: Callable[[str], Awaitable[Run]]) -> None:
        self._api = api
        self._files = files
        self._refetch = refetch

    async def sources(self, run: Run) -> tuple[LogSource, ...]:
        """The files that look like text, `process_output.log` first."""
        listing = await self._files.listing(run)
        ranked = [(rank, file) for file in listing.files if (rank := telling(file.path)) is not None]
        ranked.sort(key=lambda entry: (entry[0], entry[1].path.count("/"), entry[1].path))
        return tuple({file.path: _source(file) for _, file in ranked}.values())

    async def read(self, run: Run, source: LogSource, request: LogRequest) -> LogWindow:
        """The last lines of a work file, or the stored file from a position on."""
        if not run.status.is_final and run.status is not Status.QUEUED:
            window = await self._end_of_work_file(run, source, request)
            if window is not None:
                return window
            run = await self._refetch(run.id)
        if not run.status.is_final and run.ended_at is None:
            return await self._not_there_yet(run, source)
        return await self._stored(run, source, request)

    async def _end_of_work_file(self, run: Run, source: LogSource, request: LogRequest) -> LogWindow | None:
        job_id, number = parts(run)
        tail = await self._api.tail(job_id, number, source.id, max(1, request.lines))
        if tail is None:
            return None
        content = "".join(line + "\n" for line in tail.lines).encode("utf-8", "replace")
        return LogWindow(content=content, offset=None, is_text=is_text(tail.file_type, source.id))

    async def _not_there_yet(self, run: Run, source: LogSource) -> LogWindow:
        """A run in progress whose file cannot be read: not written yet, or in the middle of being uploaded."""
        if run.status is not Status.QUEUED and source.id != LOG_NAME:
            listing = await self._files.listing(run)
            if listing.files and all(file.path != source.id for file in listing.files):
                raise NotFoundError(
                    f"run {run.id} has no file {source.id}", profile=run.profile, operation=f"reading {source.name}"
                )
        return LogWindow(offset=None, unchanged=True)

    async def _stored(self, run: Run, source: LogSource, request: LogRequest) -> LogWindow:
        file = await self._files.stored_file(run, source.id)
        if file is None:
            return await self._unlisted(run, source)
        if file.size is not None and request.offset >= file.size:
            return LogWindow(offset=file.size, size=file.size, unchanged=True, is_final=True)
        end = request.offset + _LARGEST_WINDOW
        pieces: list[bytes] = []
        async with self._files.opened(run, file, request.offset, end, None) as stream:
            async for piece in stream.pieces():
                pieces.append(piece)
        content = b"".join(pieces)
        size = stream.size if stream.size is not None else file.size
        reached = stream.offset + len(content)
        # a file whose size nobody tells has ended where less came than was asked for
        is_final = reached >= size if size is not None else reached < end
        return LogWindow(
            content=content,
            offset=stream.offset,
            size=size,
            is_final=is_final,
            etag=stream.etag,
            is_text=b"\x00" not in content[:8192],
        )

    async def _unlisted(self, run: Run, source: LogSource) -> LogWindow:
        listing = await self._files.listing(run)
        if listing.world.value == "gap":
            return LogWindow(offset=None, unchanged=True)
        raise NotFoundError(
            f"run {run.id} left no file {source.id}", profile=run.profile, operation=f"reading {source.name}"
        )


def telling(path: str) -> int | None:
    """How telling a file is by its name, 0 the most; None for one that hardly holds text."""
    if _NOT_TEXT.search(path):
        return None
    return next((rank for rank, pattern in enumerate(_TELLING) if pattern.search(path)), None)


def _source(file: OutputFile) -> LogSource:
    stream = Stream.LOG if file.path == LOG_NAME else Stream.FILE
    return LogSource(id=file.path, name=file.path, stream=stream, size=file.size)


def is_text(file_type: str | None, path: str) -> bool:
    """Whether what the `file` command said, after the path it was given, means text. Nothing said means text."""
    if not file_type:
        return True
    _, found, said = file_type.rpartition(f"{path}: ")
    said = (said if found else file_type.rpartition(": ")[2]).lower()
    return "text" in said or said.startswith(("empty", "json", "cannot open"))
