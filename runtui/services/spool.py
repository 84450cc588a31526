"""A followed log on disk, readable at any line while it grows."""

import os
from pathlib import Path

from runtui.model.errors import StorageError
from runtui.services.block_index import BlockIndex
from runtui.services.indexed_file import IndexedFile


class Spool(IndexedFile):
    """The bytes of one log source in a file of ours. One thread appends, any thread reads.

    The file holds exactly the source's bytes.
    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror}") from error
        super().__init__(path, descriptor)

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
            self._index.cut_to(size, self.read)
            os.ftruncate(self._file, size)
            self._gaps = [gap for gap in self._gaps if gap[0] <= self._index.line_count]
            self._note_change(self.shown_line(self._index.newlines))
        self._tell()

    def replace(self, content: bytes) -> None:
        """Take other bytes in place of all that was held; gaps are forgotten."""
        with self._lock:
            os.ftruncate(self._file, 0)
            self._index = BlockIndex()
            self._gaps = []
            self._note_change(0)
            self._write(content, 0)
            self._index.add(content)
        self._tell()

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
