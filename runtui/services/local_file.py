"""A log of this machine, read where it lies."""

import os
import stat
from pathlib import Path
from typing import Final

from runtui.model.errors import NotFoundError, StorageError
from runtui.services.block_index import BlockIndex
from runtui.services.indexed_file import IndexedFile
from runtui.services.line_windows import BEGUN_ANEW
from runtui.services.text_form import utf16_form

IN_PLACE_FROM: Final = 16 * 1024 * 1024
"""A smaller file is rather copied: what it held is still there when it is cut or replaced."""

INDEXED_AT_ONCE: Final = 64 * 1024 * 1024
_PIECE: Final = 1024 * 1024


def is_for_reading_in_place(path: Path) -> bool:
    """Whether a file is a large regular one whose text can be read as it is."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size < IN_PLACE_FROM:
            return False
        with path.open("rb") as file:
            return utf16_form(file.read(4096)) is None
    except OSError:
        return False


class LocalFile(IndexedFile):
    """A file that others write. When it is cut or replaced, what it holds then is shown below a line that says so. A
    symbolic link is never followed, so that nobody can exchange the file for one that was not meant.

    `look` is for one thread at a time.
    """

    def __init__(self, path: Path) -> None:
        """Raises NotFoundError, and StorageError for a file that cannot be read."""
        super().__init__(path, _opened(path))

    def look(self) -> bool:
        """Take in what was written since, at most 64 MiB of it. Returns whether there is more. Raises NotFoundError
        when the file is gone; what was read of it stays."""
        self._begin_anew_if_replaced()
        size = os.fstat(self._file).st_size
        end = min(size, self._index.size + INDEXED_AT_ONCE)
        while self._index.size < end:
            content = os.pread(self._file, min(_PIECE, end - self._index.size), self._index.size)
            if not content:
                break
            with self._lock:
                self._index.add(content)
            self.tell()
        return end < size

    def _begin_anew_if_replaced(self) -> None:
        try:
            there = os.stat(self.path, follow_symlinks=False)
        except OSError as error:
            raise NotFoundError(f"{self.path} cannot be read: {error.strerror}") from error
        held = os.fstat(self._file)
        is_same = (there.st_dev, there.st_ino) == (held.st_dev, held.st_ino)
        if is_same and held.st_size >= self._index.size:
            return
        with self._lock:
            if not is_same:
                descriptor = _opened(self.path)
                os.close(self._file)
                self._file = self._source_file = descriptor
            self._index, self._gaps = BlockIndex(), [(0, BEGUN_ANEW.encode())]
            self._note_change(0)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError as error:
        raise NotFoundError(f"{path} is not there") from error
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error
