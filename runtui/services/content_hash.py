"""Hashing a file while it is being fetched."""

import asyncio
import hashlib
from typing import Final

from runtui.model.threads import in_thread
from runtui.services.part_file import PartFile

_PIECE: Final = 1024 * 1024
_AT_ONCE: Final = 32 * _PIECE
_LOOKS: Final = 0.05


class ContentHash:
    """Hashes the beginning of a part as far as it is there, reading it back from the disk's memory.

    Also bytes that were kept from an earlier try are read again, so that what is verified is what lies there.
    """

    def __init__(self, part: PartFile, algorithm: str) -> None:
        self._part = part
        self._algorithm = algorithm
        self._digest = hashlib.new(algorithm)
        self._position = 0
        self._spans = part.spans
        self._buffer = memoryview(bytearray(_PIECE))

    async def follow(self) -> None:
        """Hash what comes, until cancelled."""
        while True:
            if not await in_thread(self._advance, _AT_ONCE):
                await asyncio.sleep(_LOOKS)

    def finish(self) -> str:
        """Hash the rest; the hash in lower-case hex. Blocking."""
        while self._advance(_AT_ONCE):
            pass
        return self._digest.hexdigest()

    def _advance(self, most: int) -> bool:
        """Hash at most so many bytes; whether there are more already."""
        if self._spans is not self._part.spans:  # it began anew
            self._spans, self._position = self._part.spans, 0
            self._digest = hashlib.new(self._algorithm)
        end = self._part.beginning
        stop = min(end, self._position + most)
        while self._position < stop:
            view = self._buffer[: stop - self._position]
            count = self._part.read_into(self._position, view)
            if count == 0:
                break
            self._digest.update(view[:count])
            self._position += count
        return self._position < end
