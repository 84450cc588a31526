"""A text that grows with time, as a log does."""

from bisect import bisect_right
from collections.abc import Iterable


class GrowingText:
    """Lines with the second at which each is written. What stands there at a moment is a prefix of the whole.

    Lines are given without their end; times must not decrease. Positions are in bytes of UTF-8.
    """

    def __init__(self, lines: Iterable[tuple[float, str | bytes]]) -> None:
        self._times: list[float] = []
        self._ends: list[int] = []
        pieces: list[bytes] = []
        size = 0
        for at, line in lines:
            piece = (line.encode() if isinstance(line, str) else line) + b"\n"
            size += len(piece)
            pieces.append(piece)
            self._times.append(at)
            self._ends.append(size)
        self._whole = b"".join(pieces)

    def size_at(self, seconds: float) -> int:
        """Bytes written by that second."""
        count = bisect_right(self._times, seconds)
        return self._ends[count - 1] if count else 0

    def bytes_at(self, seconds: float) -> bytes:
        """All that was written by that second."""
        return self._whole[: self.size_at(seconds)]

    @property
    def duration(self) -> float:
        """The second at which the last line is written."""
        return self._times[-1] if self._times else 0.0
