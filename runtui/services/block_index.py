"""Where the lines of a growing file begin, held in a few bytes per 64 KiB."""

from array import array
from bisect import bisect_left
from collections.abc import Callable
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
        if not content:
            return
        start, last = 0, len(content)
        while start < last:
            end = min(last, start + BLOCK_BYTES - self._filled)
            self.newlines += content.count(b"\n", start, end)
            self._filled += end - start
            start = end
            if self._filled == BLOCK_BYTES:
                self._before.append(self.newlines)
                self._filled = 0
        self.size += last
        self._ends_with_newline = content.endswith(b"\n")

    def cut_to(self, size: int, read: Callable[[int, int], bytes]) -> None:
        """Forget what stands after `size` bytes; `read` still gives the bytes that stay."""
        block = size // BLOCK_BYTES
        start = block * BLOCK_BYTES
        kept = read(start, size - start)
        del self._before[block + 1 :]
        self.newlines = self._before[block] + kept.count(b"\n")
        self._filled = size - start
        self.size = size
        self._ends_with_newline = size == 0 or read(size - 1, 1) == b"\n"

    def block_of_line(self, line: int) -> tuple[int, int]:
        """A block in which line ends have yet to be counted to reach the line's beginning, and how many came before."""
        block = max(0, bisect_left(self._before, line) - 1)
        return block, self._before[block]

    def newlines_before_block(self, block: int) -> int:
        """How many lines have ended before a block begins."""
        return self._before[block]

    def is_within_line(self, block: int) -> bool:
        """Whether a whole block is known to hold no line end."""
        return block + 1 < len(self._before) and self._before[block] == self._before[block + 1]
