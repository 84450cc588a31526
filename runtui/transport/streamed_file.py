"""A file, or a part of one, while its bytes come."""

from collections.abc import AsyncIterator

from runtui.transport.client import StreamedReply
from runtui.transport.file_connections import Take
from runtui.transport.proposed_name import proposed_name
from runtui.transport.ranges import extent_of, version_of


class StreamedFile:
    """A file that is being read. `offset` is 0 when the service ignored the start that was asked for.

    Beyond the end of the content there is nothing: a start right at it gives no bytes, one behind it is refused.
    """

    def __init__(self, streamed: StreamedReply, start: int) -> None:
        reply = streamed.reply
        self._streamed = streamed
        self.offset, self.size = extent_of(reply, start)
        self.etag: str | None = version_of(reply.headers)
        self.name: str | None = proposed_name(reply.headers.get("content-disposition", ""))
        self.is_beyond_end = reply.status == 416

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes from `offset` on. Raises BackendError when the connection breaks."""
        if self.is_beyond_end:
            return
        async for piece in self._streamed.pieces:
            yield piece

    async def copy(self, take: Take) -> None:
        """The bytes, given to `take` in a thread."""
        if not self.is_beyond_end:
            await self._streamed.copy(take)
