"""A followed log on disk, readable at any line while it grows."""

import codecs
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from runtui.model.common_start import common_start
from runtui.model.errors import StorageError
from runtui.services.block_index import BlockIndex
from runtui.services.indexed_file import IndexedFile, Move
from runtui.services.text_form import utf16_form

_COMPARED: Final = 64 * 1024
_SOUGHT: Final = 1024 * 1024


class Spool(IndexedFile):
    """The bytes of one log source in a file of ours. One thread appends, any thread reads.

    The file at `path` holds exactly the source's bytes, but for line ends where a gap broke a line off. A source in
    UTF-16 is read from a second file beside it, decoded.
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
        self._source_size = 0
        self._form: str | None = None
        self._decoder: codecs.IncrementalDecoder | None = None
        self._text_path = path.with_name(f"{path.name}.text")
        self._take_in(keep)
        if self._source_size < keep:
            self.close()
            raise StorageError(f"{path} is shorter than it was")
        self._gaps = [(line, sentence.encode()) for line, sentence in gaps]

    @property
    def source_size(self) -> int:
        """Bytes of the source held."""
        return self._source_size

    @property
    def gap_places(self) -> list[tuple[int, str]]:
        """The gaps as text line and sentence: what is needed to keep them."""
        return [(line, sentence.decode()) for line, sentence in self._gaps]

    def append(self, content: bytes) -> None:
        """Add bytes of the source at the end. Raises StorageError when the disk is full; then nothing was added."""
        if not content:
            return
        with self._lock:
            if not self._source_size:
                self._begin(content)
            self._write(self._source_file, content, self._source_size)
            self._index_added(content)
        self.tell()

    def admit_gap(self, sentence: str) -> None:
        """Say, after the last line, that lines are missing there. The last line is ended if it was not."""
        with self._lock:
            if self._index.size and self._index.line_count != self._index.newlines:
                end = "\n".encode(self._form or "utf-8")
                self._write(self._source_file, end, self._source_size)
                self._index_added(end)
            self._gaps.append((self._index.line_count, sentence.encode()))
        self.tell()

    def cut_to(self, size: int) -> None:
        """Drop what stands after `size` bytes of the source: the last line changed, or the source was replaced."""
        with self._lock:
            if size >= self._source_size:
                return
            os.ftruncate(self._source_file, size)
            if self._form is None:
                self._index.cut_to(size, self.read)
                self._source_size = size
                first_changed = self._index.newlines
            else:
                self._take_in(size)
                first_changed = 0
            self._gaps = [gap for gap in self._gaps if gap[0] <= self._index.line_count]
            self._note_change(self.shown_line(first_changed) if first_changed else 0)
        self.tell()

    def adopt(self, other: "Spool") -> None:
        """Take what another spool holds in place of all that was held; gaps are forgotten, the other one is gone.

        Lines that stay as they are stay known (`unchanged_lines`), and where the last stretch without a gap comes
        again, it is known by how much its lines moved (`line_now`).
        """
        with self._lock:
            same, move = self._same_lines(other), self._move_to(other)
            is_growth = same == self._index.line_count and not self._gaps
            try:
                os.replace(other.path, self.path)
                if other._form is not None:
                    os.replace(other._text_path, self._text_path)
            except OSError as error:
                raise StorageError(f"{self.path} cannot be written: {error.strerror}") from error
            self._close_files()
            self._file, self._source_file = other._file, other._source_file
            self._index, self._source_size, self._gaps = other._index, other._source_size, []
            self._form, self._decoder = other._form, other._decoder
            other._file = other._source_file = -1
            if not is_growth:
                self._note_change(same, move)
        self.tell()

    def close(self) -> None:
        """Close the files; the source's bytes stay on disk."""
        with self._lock:
            if self._form is not None:
                self._text_path.unlink(missing_ok=True)
            self._close_files()

    def _close_files(self) -> None:
        for descriptor in {self._file, self._source_file} - {-1}:
            os.close(descriptor)
        self._file = self._source_file = -1

    # the text of the source

    def _begin(self, head: bytes) -> None:
        """Look at the first bytes of the source to know how its text is read."""
        self._read_as(utf16_form(head))

    def _read_as(self, form: str | None) -> None:
        self._index = BlockIndex()
        if self._file != self._source_file:
            os.close(self._file)
            self._file = self._source_file
        self._form, self._decoder = form, None
        if self._form is not None:
            self._decoder = codecs.getincrementaldecoder(self._form)("replace")
            flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
            try:
                self._file = os.open(self._text_path, flags, 0o600)
            except OSError as error:
                raise StorageError(f"{self._text_path} cannot be written: {error.strerror}") from error

    def _take_in(self, size: int) -> None:
        """Read the first `size` bytes of the source from the file again."""
        self._source_size = 0
        self._read_as(self._form)
        while self._source_size < size:
            content = os.pread(self._source_file, min(_SOUGHT, size - self._source_size), self._source_size)
            if not content:
                return
            if not self._source_size and self._form is None:
                self._begin(content)
            self._index_added(content)

    def _index_added(self, content: bytes) -> None:
        """Take bytes that are in the file into the text."""
        text = content
        if self._decoder is not None:
            text = self._decoder.decode(content).lstrip("\ufeff").encode("utf-8", "replace")
            self._write(self._file, text, self._index.size)
        self._index.add(text)
        self._source_size += len(content)

    def _write(self, descriptor: int, content: bytes, offset: int) -> None:
        view = memoryview(content)
        try:
            while view:
                written = os.pwrite(descriptor, view, offset)
                view, offset = view[written:], offset + written
        except OSError as error:
            raise StorageError(
                f"{self.path} cannot be written: {error.strerror}", hint="Make room on the disk."
            ) from error

    # what stays when another spool is adopted

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


def remove_spool(spool: Spool) -> None:
    """Close a spool and remove its files."""
    spool.close()
    with suppress(OSError):
        spool.path.unlink(missing_ok=True)
