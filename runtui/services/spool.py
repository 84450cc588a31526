"""A followed log on disk, readable at any line while it grows."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from runtui.model.errors import StorageError
from runtui.services.block_index import BlockIndex
from runtui.services.common_start import common_start
from runtui.services.indexed_file import IndexedFile, Move

_COMPARED: Final = 64 * 1024
_SOUGHT: Final = 1024 * 1024


class Spool(IndexedFile):
    """The bytes of one log source in a file of ours. One thread appends, any thread reads.

    The file holds exactly the source's bytes.
    """

    def __init__(self, path: Path, *, keep: int = 0, gaps: Sequence[tuple[int, str]] = ()) -> None:
        """`keep` is how many bytes of a spool that was left stay, `gaps` those it had, as text line and sentence.
        Reading them takes about a second a gigabyte. Raises StorageError, also when there are fewer bytes."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            os.ftruncate(descriptor, min(keep, os.fstat(descriptor).st_size))
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror}") from error
        super().__init__(path, descriptor)
        while self._index.size < keep and (piece := self.read(self._index.size, _SOUGHT)):
            self._index.add(piece)
        if self._index.size < keep:
            self.close()
            raise StorageError(f"{path} is shorter than it was")
        self._gaps = [(line, sentence.encode()) for line, sentence in gaps]

    @property
    def gap_places(self) -> list[tuple[int, str]]:
        """The gaps as text line and sentence: what is needed to keep them."""
        return [(line, sentence.decode()) for line, sentence in self._gaps]

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

    def adopt(self, other: "Spool") -> None:
        """Take what another spool holds in place of all that was held; gaps are forgotten, the other one is gone.

        Lines that stay as they are stay known (`unchanged_lines`), and where the last stretch without a gap comes
        again, it is known by how much its lines moved (`line_now`).
        """
        with self._lock:
            same, move = self._same_lines(other), self._move_to(other)
            try:
                os.replace(other.path, self.path)
            except OSError as error:
                raise StorageError(f"{self.path} cannot be written: {error.strerror}") from error
            os.close(self._file)
            is_growth = same == self._index.line_count and not self._gaps
            self._file, self._index, self._gaps = other._file, other._index, []
            other._file = -1
            if not is_growth:
                self._note_change(same, move)
        self._tell()

    def _same_lines(self, other: "Spool") -> int:
        """How many of the first shown lines another spool has as well."""
        offset, size = 0, self.byte_count
        while offset < size:
            piece = self.read(offset, _COMPARED)
            theirs = other.read(offset, len(piece))
            if piece != theirs:
                offset += common_start(piece, theirs)
                break
            offset += len(piece)
        same = self._index.line_count if offset == size else self.text_line_at_byte(offset)
        return min(same, self._gaps[0][0]) if self._gaps else same

    def _move_to(self, other: "Spool") -> Move | None:
        """By how much the lines after the last gap stand further down in another spool; None where they are not."""
        text_line = self._gaps[-1][0] if self._gaps else 0
        start = self._offset_of_line(text_line)
        wanted = self.read(start, _COMPARED)
        wanted = wanted[: wanted.rfind(b"\n") + 1] or wanted
        offset = 0
        while wanted:
            piece = other.read(offset, _SOUGHT + len(wanted))
            found = piece.find(wanted)
            if found >= 0:
                first = text_line + len(self._gaps)
                return Move(first, other.text_line_at_byte(offset + found) - first)
            if len(piece) < _SOUGHT + len(wanted):
                break
            offset += _SOUGHT
        return None

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
