"""A log in a file, readable at any line."""

import os
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from runtui.model.lines import LINE_BYTES_CAP, Line, LineKind
from runtui.model.watchable import Watchable
from runtui.services.block_index import BLOCK_BYTES, BlockIndex
from runtui.services.line_history import LineHistory

_LINE_GUESS: Final = 128
_MOVES_KEPT: Final = 64


class Move(NamedTuple):
    """The lines from `first` on stand `by` lines further down."""

    first: int
    by: int


class IndexedFile(Watchable):
    """The bytes of one log in a file, with an index of its lines and the gaps that had to be admitted.

    One thread changes it, any thread reads. A gap is a line of its own in the numbering and no byte in the file.
    Implements `model.lines.ByteLines`.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        super().__init__()
        self.path = path
        self._file = descriptor
        self._source_file = descriptor
        self._lock = threading.RLock()
        self._index = BlockIndex()
        self._gaps: list[tuple[int, bytes]] = []
        self._history = LineHistory()
        self._moves: list[tuple[int, Move]] = []

    @property
    def line_count(self) -> int:
        """Lines and gap lines so far."""
        with self._lock:
            return self._index.line_count + len(self._gaps)

    @property
    def byte_count(self) -> int:
        """Bytes of the source held."""
        return self._index.size

    @property
    def generation(self) -> int:
        """Grows when lines that were given out changed or went away."""
        return self._history.generation

    @property
    def gap_count(self) -> int:
        """How many gaps were admitted."""
        return len(self._gaps)

    def gaps(self) -> list[tuple[int, str]]:
        """The admitted gaps in order: the byte before which something is missing, and our sentence about it."""
        with self._lock:
            return [(self._offset_of_line(position), sentence.decode()) for position, sentence in self._gaps]

    def gap_lines(self) -> Sequence[int]:
        """The shown numbers of the gap lines."""
        with self._lock:
            return [position + order for order, (position, _) in enumerate(self._gaps)]

    def unchanged_lines(self, since: int) -> int:
        """How many of the first shown lines are as they were at generation `since`."""
        with self._lock:
            return self._history.unchanged(since, self.line_count)

    def line_now(self, number: int, since: int) -> int:
        """Where a line stands now that had this number at generation `since`, as far as that is known."""
        with self._lock:
            for generation, move in self._moves:
                if generation > since and number >= move.first:
                    number += move.by
            return number

    def read(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes of the source from `offset` on."""
        with self._lock:
            return os.pread(self._file, count, offset) if count > 0 and self._file >= 0 else b""

    @property
    def source_size(self) -> int:
        """Bytes of the source as it came, which its text may not be."""
        return self._index.size

    def read_source(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes of the source as it came, from `offset` on: what is saved."""
        with self._lock:
            return os.pread(self._source_file, count, offset) if count > 0 and self._source_file >= 0 else b""

    def lines(self, first: int, count: int) -> list[Line]:
        """Lines `first` to `first + count`, gap lines among them, fewer where the log ends."""
        with self._lock:
            last = min(first + count, self.line_count)
            first = max(0, first)
            if first >= last:
                return []
            places = self.gap_lines()
            before, after = bisect_left(places, first), bisect_left(places, last)
            lines = self._text_lines(first - before, last - first - (after - before))
            for order in range(before, after):
                lines.insert(places[order] - first, Line(self._gaps[order][1], LineKind.GAP))
            return lines

    def line_at_byte(self, offset: int) -> int:
        """The number of the line that holds the byte at `offset`."""
        return self.shown_line(self.text_line_at_byte(offset))

    def text_line_at_byte(self, offset: int) -> int:
        """The number of the line that holds the byte at `offset`, gap lines not counted."""
        with self._lock:
            block = min(offset, max(0, self._index.size - 1)) // BLOCK_BYTES
            start = block * BLOCK_BYTES
            return self._index.newlines_before_block(block) + self.read(start, offset - start).count(b"\n")

    def shown_line(self, text_line: int) -> int:
        """The number a line of the text has among gap lines."""
        return text_line + bisect_right(self._gaps, text_line, key=lambda gap: gap[0])

    def byte_of_line(self, number: int) -> int:
        """Where a shown line begins; for a gap line, where the text line after it does."""
        with self._lock:
            return self._offset_of_line(number - bisect_left(self.gap_lines(), number))

    def close(self) -> None:
        """Close the file; it stays on disk."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = self._source_file = -1

    def _note_change(self, first_changed: int, move: Move | None = None) -> None:
        """Lines from a shown number on are not what they were, or not where they were."""
        self._history.note(first_changed)
        if move is not None:
            self._moves.append((self._history.generation, move))
            del self._moves[:-_MOVES_KEPT]

    def _text_lines(self, first: int, count: int) -> list[Line]:
        lines: list[Line] = []
        offset = self._offset_of_line(first) if count > 0 else 0
        while len(lines) < count and offset < self._index.size:
            missing = count - len(lines)
            piece = self.read(offset, min(missing * _LINE_GUESS, BLOCK_BYTES * 4))
            ended = piece.split(b"\n", missing)
            rest = ended.pop()
            if not ended:
                line, offset = self._line_at(offset)
                lines.append(line)
                continue
            lines.extend(_line(content, len(content)) for content in ended)
            offset += len(piece) - len(rest)
        return lines

    def _offset_of_line(self, line: int) -> int:
        block, ended = self._index.block_of_line(line)
        offset = block * BLOCK_BYTES
        missing = line - ended
        while missing > 0 and offset < self._index.size:
            content = self.read(offset, BLOCK_BYTES)
            found = content.count(b"\n")
            if found >= missing:
                place = -1
                for _ in range(missing):
                    place = content.find(b"\n", place + 1)
                return offset + place + 1
            if not content:
                break
            missing -= found
            offset += len(content)
        return min(offset, self._index.size)

    def _line_at(self, offset: int) -> tuple[Line, int]:
        """The line that begins at `offset`, and where the next one begins."""
        content = self.read(offset, 4096)
        end = content.find(b"\n")
        while end < 0 and offset + len(content) < self._index.size and len(content) <= LINE_BYTES_CAP:
            known = len(content)
            content = self.read(offset, known * 4)
            end = content.find(b"\n")
            if len(content) <= known:
                break
        if end >= 0:
            return _line(content[:end], end), offset + end + 1
        size = self._find_end(offset + len(content)) - offset
        return self._long_line(offset, content, size), offset + size + 1

    def _long_line(self, offset: int, start: bytes, size: int) -> Line:
        """A line of which only the beginning was read; of one that was written over again and again, its last state."""
        if b"\r" not in start.removesuffix(b"\r"):
            return _line(start, size)
        end = self.read(max(offset, offset + size - LINE_BYTES_CAP), min(size, LINE_BYTES_CAP))
        return _line(end, len(end))

    def _find_end(self, offset: int) -> int:
        """Where the line that goes on at `offset` ends, whole blocks without a line end being skipped by the index."""
        while offset < self._index.size:
            block = offset // BLOCK_BYTES
            if self._index.is_within_line(block):
                offset = (block + 1) * BLOCK_BYTES
                continue
            content = self.read(offset, (block + 1) * BLOCK_BYTES - offset)
            end = content.find(b"\n")
            if end >= 0:
                return offset + end
            if not content:
                break
            offset += len(content)
        return self._index.size


def _line(content: bytes, size: int) -> Line:
    if size == len(content) and b"\r" in content:
        content = last_state(content)
        size = len(content)
    return Line(content[:LINE_BYTES_CAP], size=size if size > LINE_BYTES_CAP else None)


def last_state(content: bytes) -> bytes:
    """What a terminal is left with of a line that was written over: what follows the last carriage return."""
    content = content.rstrip(b"\r")
    return content[content.rfind(b"\r") + 1 :]
