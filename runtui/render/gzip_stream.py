"""Unpacking a gzip piece by piece, as far as its bytes are there."""

import zlib
from typing import Final

_START: Final = b"\x1f\x8b"


class GzipStream:
    """Takes packed bytes in order and gives what they hold. Several gzips one after the other are one stream."""

    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj(wbits=31)
        self._waiting = b""
        self._was_cut = False
        self.is_over = False
        """Whether a gzip has ended and nothing of another one was given."""

    @property
    def has_more(self) -> bool:
        """Whether more can be unpacked of what was given already."""
        return bool(self._waiting) or self._was_cut

    def feed(self, packed: bytes, most: int) -> bytes:
        """What is unpacked with these bytes, at most so many. Raises ValueError for what is no gzip or damaged."""
        waiting = self._waiting + packed
        content = b""
        try:
            while (waiting or self._was_cut) and len(content) < most:
                content += self._unpacker.decompress(waiting, most - len(content))
                waiting, self._was_cut = self._unpacker.unconsumed_tail, len(content) >= most
                self.is_over = self._unpacker.eof
                if self.is_over:
                    waiting, self._was_cut = self._unpacker.unused_data.lstrip(b"\x00"), False
                    if waiting[:2] not in (_START, _START[: len(waiting)]):
                        waiting = b""  # something that is left behind the end says nothing
                    self._unpacker = zlib.decompressobj(wbits=31)
        except zlib.error as error:
            raise ValueError(f"what is packed cannot be unpacked: {error}") from None
        self._waiting = waiting
        return content
