"""Dividing what is missing of a file among several connections."""

from typing import Final

from runtui.services.spans import Span

_SMALLEST: Final = 4 * 1024 * 1024
_LARGEST: Final = 64 * 1024 * 1024


class Chunk:
    """A part that one connection fetches. `at` is the position of the next byte, and moves on as they come."""

    def __init__(self, start: int, end: int) -> None:
        self.at = start
        self.end = end


class Chunks:
    """Parts in the order of the file, first large and towards the end smaller, so that all connections end together."""

    def __init__(self, missing: list[Span], connections: int) -> None:
        self._missing = list(reversed(missing))
        self._connections = connections
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
        size = min(_LARGEST, max(_SMALLEST, left // (2 * self._connections)))
        if end - start >= size + _SMALLEST // 2:
            self._missing.append((start + size, end))
            end = start + size
        return Chunk(start, end)

    def put_back(self, chunk: Chunk) -> None:
        """What is left of a part will be fetched by whoever comes next."""
        if chunk.at < chunk.end:
            self._missing.append((chunk.at, chunk.end))
