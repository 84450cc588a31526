"""A followed log on disk, readable at any line while it grows."""

import os
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from pathlib import Path

from runtui.model.errors import StorageError
from runtui.model.lines import LINE_BYTES_CAP, Line, LineKind
from runtui.services.block_index import BLOCK_BYTES, BlockIndex


class Spool:
    """The bytes of one log source in a file, with an index of its lines and the gaps that had to be admitted.

    One thread appends, any thread reads. The file holds exactly the source's bytes; a gap is a line of its own in the
    numbering and no byte in the file. Implements `model.lines.LineSource`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._watchers: list[Callable[[], None]] = []
        self._index = BlockIndex()
        self._gaps: list[tuple[int, bytes]] = []
        self._generation = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror}") from error

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
        return self._generation

    @property
    def gap_count(self) -> int:
        """How many gaps were admitted."""
        return len(self._gaps)

    def gaps(self) -> list[tuple[int, str]]:
        """The admitted gaps in order: the byte before which something is missing, and our sentence about it."""
        with self._lock:
            return [(self._offset_of_line(position), sentence.decode()) for position, sentence in self._gaps]

    def append(self, content: bytes) -> None:
        """Add bytes at the end. Raises StorageError when the disk is full."""
        if not content:
            return
        with self._lock:
            self._write(content, self._index.size)
            self._index.add(content)
        self._tell()

    def admit_gap(self, sentence: str) -> None:
        """Say, after the last line, that lines are missing there. The last line is ended if it was not."""
        with self._lock:
            if self._index.size and self._index.line_count != self._index.newlines:
                self._write(b"\n", self._index.size)
                self._index.add(b"\n")
            self._gaps.append((self._index.line_count, sentence.encode()))
        self._tell()

    def cut_to(self, size: int) -> None:
        """Drop what stands after `size` bytes: the last line changed, or the source was replaced."""
        with self._lock:
            if size >= self._index.size:
                return
            kept = self._read(0, size) if size else b""
            index = BlockIndex()
            index.add(kept)
            os.ftruncate(self._file, size)
            self._index = index
            self._gaps = [gap for gap in self._gaps if gap[0] <= index.line_count]
            self._generation += 1
        self._tell()

    def replace(self, content: bytes) -> None:
        """Take other bytes in place of all that was held; gaps are forgotten."""
        with self._lock:
            os.ftruncate(self._file, 0)
            self._index = BlockIndex()
            self._gaps = []
            self._generation += 1
            self._write(content, 0)
            self._index.add(content)
        self._tell()

    def read(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes of the source from `offset` on."""
        return self._read(offset, count)

    def lines(self, first: int, count: int) -> list[Line]:
        """Lines `first` to `first + count`, gap lines among them, fewer where the log ends."""
        with self._lock:
            last = min(first + count, self.line_count)
            first = max(0, first)
            if first >= last:
                return []
            places = [position + order for order, (position, _) in enumerate(self._gaps)]
            shown = [gap for gap, place in zip(self._gaps, places, strict=True) if first <= place < last]
            before = bisect_left(places, first)
            lines = self._text_lines(first - before, last - first - len(shown))
            for place in sorted(place for place in places if first <= place < last):
                sentence = self._gaps[bisect_right(places, place) - 1][1]
                lines.insert(place - first, Line(sentence, LineKind.GAP))
            return lines

    def line_at_byte(self, offset: int) -> int:
        """The number of the line that holds the byte at `offset`."""
        return self.shown_line(self.text_line_at_byte(offset))

    def text_line_at_byte(self, offset: int) -> int:
        """The number of the line that holds the byte at `offset`, gap lines not counted."""
        with self._lock:
            block = min(offset, max(0, self._index.size - 1)) // BLOCK_BYTES
            start = block * BLOCK_BYTES
            return self._index.newlines_before_block(block) + self._read(start, offset - start).count(b"\n")

    def shown_line(self, text_line: int) -> int:
        """The number a line of the text has among gap lines."""
        return text_line + bisect_right(self._gaps, text_line, key=lambda gap: gap[0])

    def watch(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """Call `on_change` from the appending thread whenever something changed; returns what ends it."""
        self._watchers.append(on_change)

        def leave() -> None:
            if on_change in self._watchers:
                self._watchers.remove(on_change)

        return leave

    def close(self) -> None:
        """Close the file; it stays on disk."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    def _tell(self) -> None:
        for watcher in tuple(self._watchers):
            watcher()

    def _write(self, content: bytes, offset: int) -> None:
        view = memoryview(content)
        try:
            while view:
                written = os.pwrite(self._file, view, offset)
                view, offset = view[written:], offset + written
        except OSError as error:
            raise StorageError(
                f"{self.path} cannot be written: {error.strerror}", hint="Make room on the disk."
            ) from error

    def _read(self, offset: int, count: int) -> bytes:
        with self._lock:
            return os.pread(self._file, count, offset) if count > 0 and self._file >= 0 else b""

    def _text_lines(self, first: int, count: int) -> list[Line]:
        if count <= 0:
            return []
        offset = self._offset_of_line(first)
        lines: list[Line] = []
        while len(lines) < count and offset < self._index.size:
            line, offset = self._line_at(offset)
            lines.append(line)
        return lines

    def _offset_of_line(self, line: int) -> int:
        block, ended = self._index.block_of_line(line)
        offset = block * BLOCK_BYTES
        missing = line - ended
        while missing > 0:
            content = self._read(offset, BLOCK_BYTES)
            found = content.count(b"\n")
            if found >= missing:
                place = -1
                for _ in range(missing):
                    place = content.find(b"\n", place + 1)
                return offset + place + 1
            missing -= found
            offset += len(content)
        return offset

    def _line_at(self, offset: int) -> tuple[Line, int]:
        """The line that begins at `offset`, and where the next one begins."""
        content = self._read(offset, 4096)
        end = content.find(b"\n")
        while end < 0 and offset + len(content) < self._index.size and len(content) <= LINE_BYTES_CAP:
            content = self._read(offset, len(content) * 4)
            end = content.find(b"\n")
        if end >= 0:
            return _line(content[:end], end), offset + end + 1
        size = self._find_end(offset + len(content)) - offset
        return _line(content, size), offset + size + 1

    def _find_end(self, offset: int) -> int:
        while offset < self._index.size:
            content = self._read(offset, BLOCK_BYTES * 16)
            end = content.find(b"\n")
            if end >= 0:
                return offset + end
            offset += len(content)
        return self._index.size


def _line(content: bytes, size: int) -> Line:
    content = content.removesuffix(b"\r") if size == len(content) else content
    return Line(content[:LINE_BYTES_CAP], size=size if size > LINE_BYTES_CAP else None)
