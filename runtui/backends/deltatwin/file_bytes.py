"""The bytes of an output, from any position on."""

import re
from collections.abc import AsyncIterator, Mapping
from urllib.parse import unquote

from runtui.model.errors import BackendError, RejectedError
from runtui.transport.client import StreamedReply
from runtui.transport.file_connections import Take
from runtui.transport.ranges import version_of
from runtui.transport.reply import Reply

_RANGE = re.compile(r"bytes\s+(?:(\d+)-\d+|\*)/(\d+|\*)", re.IGNORECASE)
_PLAIN_NAME = re.compile(r';\s*filename\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]*))', re.IGNORECASE)
_EXTENDED_NAME = re.compile(r";\s*filename\*\s*=\s*([\w!#$%&+^`{}~.-]+)'[^']*'([^;\s]+)", re.IGNORECASE)


def content_range(headers: Mapping[str, str]) -> tuple[int | None, int | None]:
    """First position and whole size of a `Content-Range`; None for what it does not say."""
    match = _RANGE.match(headers.get("content-range", "").strip())
    if match is None:
        return None, None
    first, size = match.groups()
    return (int(first) if first else None), (int(size) if size and size != "*" else None)


def proposed_name(disposition: str) -> str | None:
    """The file name in a `Content-Disposition`, unsafe as it came.

    The service writes it without quotes; quotes and the extended form of RFC 5987 are read too.
    """
    text = ";" + disposition.partition(";")[2]
    extended = _EXTENDED_NAME.search(text)
    if extended is not None:
        try:
            return unquote(extended[2], encoding=extended[1], errors="replace")
        except LookupError:
            pass
    plain = _PLAIN_NAME.search(text)
    if plain is None:
        return None
    quoted, bare = plain.groups()
    return re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare.strip() or None


class OutputBytes:
    """An output that is being read. `offset` is 0 when the service ignored the start that was asked for."""

    def __init__(self, streamed: StreamedReply, start: int) -> None:
        reply = streamed.reply
        self._pieces = streamed.pieces
        self._streamed = streamed
        self.offset, self.size = _extent(reply, start)
        self.etag: str | None = version_of(reply.headers)
        self.name: str | None = proposed_name(reply.headers.get("content-disposition", ""))
        self._is_empty = reply.status == 416

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes from `offset` on. Raises BackendError when the connection breaks."""
        if self._is_empty:
            return
        async for piece in self._pieces:
            yield piece

    async def copy(self, take: Take) -> None:
        """The bytes, given to `take` in a thread."""
        if not self._is_empty:
            await self._streamed.copy(take)


def _extent(reply: Reply, start: int) -> tuple[int, int | None]:
    """Offset and size of what comes. Raises RejectedError when the start lies beyond the end of the content."""
    first, size = content_range(reply.headers)
    if reply.status == 416:
        if size is not None and start != size:
            raise _beyond(reply, start, size)
        return start, size
    if reply.status == 206:
        return (start if first is None else first), size
    length = reply.headers.get("content-length", "")
    packed = reply.headers.get("content-encoding", "identity").lower() != "identity"
    return 0, int(length) if length.isdigit() and not packed else None


def _beyond(reply: Reply, start: int, size: int) -> BackendError:
    return RejectedError(
        f"the output has {size} bytes: there is nothing at {start}",
        hint="It has changed: read it from the start.",
        profile=reply.profile,
        operation=reply.operation,
        code=416,
    )
