"""Bytes of a file that a server packed although it was asked not to."""

import zlib
from typing import Final

from runtui.model.errors import RejectedError, ServiceDownError, UnsupportedError
from runtui.transport.file_connections import Take
from runtui.transport.reply import Reply

_ONE_PIECE: Final = 1024 * 1024
_EITHER: Final = 47
"""zlib's word for: gzip or zlib, whichever it is."""


def is_packed(reply: Reply) -> bool:
    """Whether the body is not the file's own bytes."""
    return reply.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")


class Unpacked:
    """Takes packed bytes and gives plain ones to `take`. A body that ends too early is an error in `finish`.

    Raises UnsupportedError for a part of a file, which cannot be unpacked alone, and RejectedError for what is neither
    gzip nor zlib.
    """

    def __init__(self, reply: Reply, host: str, take: Take) -> None:
        encoding = reply.headers.get("content-encoding", "").strip().lower()
        packed = f"{host} sends the file packed ({encoding[:20]}) though plain bytes were asked for"
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise RejectedError(packed)
        if reply.status == 206:
            raise UnsupportedError(packed)
        self._host = host
        self._take = take
        self._unpacking = zlib.decompressobj(_EITHER)

    def take(self, view: memoryview) -> bool:
        """Unpack some bytes."""
        packed: bytes | memoryview = view
        while packed:
            try:
                plain = self._unpacking.decompress(packed, _ONE_PIECE)
            except zlib.error:
                raise ServiceDownError(f"{self._host} sent bytes that cannot be unpacked") from None
            if plain and not self._take(memoryview(plain)):
                return False
            packed = self._unpacking.unconsumed_tail
        return not self._unpacking.eof

    def finish(self) -> None:
        """All bytes have come. Raises ServiceDownError when there should have been more."""
        if not self._unpacking.eof:
            raise ServiceDownError(f"{self._host} broke the packed file off")
