"""Where the lines of a growing file begin, held in a few bytes per 64 KiB."""

from array import array
from bisect import bisect_left
from typing import Final

BLOCK_BYTES: Final = 64 * 1024


class BlockIndex:
    """Counts line ends per block. Finding a line then means scanning one block, whatever the file's size."""

    def __init__(self) -> None:
        self._before = array("Q", [0])
        self._filled = 0
        self._ends_with_newline = True
        self.size = 0
        """Bytes indexed."""
        self.newlines = 0

    @property
    def line_count(self) -> int:
        """Lines so far; a last one without its end counts."""
        return self.newlines + (0 if self._ends_with_newline else 1)

    def add(self, content: bytes) -> None:
        """Index what was appended to the file."""
        view = memoryview(content)
        while view:
            piece = view[: BLOCK_BYTES - self._filled]
            self.newlines += bytes(piece).count(b"\n")
            self._filled += len(piece)
            self.size += len(piece)
            view = view[len(piece) :]
            if self._filled == BLOCK_BYTES:
                self._before.append(self.newlines)
                self._filled = 0
        if content:
            self._ends_with_newline = content.endswith(b"\n")

    def block_of_line(self, line: int) -> tuple[int, int]:
        """A block in which line ends have yet to be counted to reach the line's beginning, and how many came before."""
        block = max(0, bisect_left(self._before, line) - 1)
        return block, self._before[block]

    def newlines_before_block(self, block: int) -> int:
        """How many lines have ended before a block begins."""
        return self._before[block]
