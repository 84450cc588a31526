"""Dividing what is missing of a file among several connections."""

from typing import Final

from runtui.services.spans import Span

_SMALLEST: Final = 4 * 1024 * 1024
_FIRST: Final = 8 * 1024 * 1024
_LARGEST: Final = 64 * 1024 * 1024
_WORTH_ASKING: Final = 20
"""How many times as long as asking for a part receiving it is to take, so that asking costs little."""


class Chunk:
    """A part that one connection fetches. `at` is the position of the next byte, and moves on as they come."""

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.at = start
        self.end = end


class Chunks:
    """Parts in the order of the file, smaller towards its end so that all connections end together.

    They are no larger than asking for each costs little: the beginning of the file is there without a gap early on
    then, and can be hashed while the rest comes.
    """

    def __init__(self, missing: list[Span], connections: int) -> None:
        self._missing = list(reversed(missing))
        self._connections = connections
        self._most = _FIRST
        self.failure: Exception | None = None
        """The error that ended it for all, once there is one."""

    @property
    def is_divisible(self) -> bool:
        """Whether another connection would have something to do."""
        return bool(self._missing) and self.failure is None

    def take(self) -> Chunk | None:
        """The next part; None when there is none or when one of the others has failed."""
        if not self._missing or self.failure is not None:
            return None
        start, end = self._missing.pop()
        left = end - start + sum(last - first for first, last in self._missing)
        size = min(self._most, max(_SMALLEST, left // (2 * self._connections)))
        if end - start >= size + _SMALLEST // 2:
            self._missing.append((start + size, end))
            end = start + size
        return Chunk(start, end)

    def note_pace(self, chunk: Chunk, *, asking: float, receiving: float) -> None:
        """Make the parts to come as large as it took seconds to be answered and to receive this one."""
        rate = (chunk.at - chunk.start) / max(receiving, 1e-6)
        self._most = min(_LARGEST, max(_FIRST, int(_WORTH_ASKING * asking * rate)))

    def put_back(self, chunk: Chunk) -> None:
        """What is left of a part will be fetched by whoever comes next."""
        if chunk.at < chunk.end:
            self._missing.append((chunk.at, chunk.end))
