"""The place of one file on this machine: what is there, what may be written, and the final name."""

import hashlib
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from runtui.model.errors import StorageError, VerificationError
from runtui.model.on_conflict import OnConflict
from runtui.model.output_file import FileHash, OutputFile
from runtui.model.transfer import ExistingFile
from runtui.services.file_lock import FileLock
from runtui.services.part_file import PartFile
from runtui.services.part_journal import PartSource
from runtui.services.target_folder import TargetFolder, storage_error
from runtui.services.transfer_entry import TransferEntry

_STRENGTH: Final = ("sha512", "sha256", "sha1", "md5")
_PIECE: Final = 1024 * 1024
_CHEAP: Final = 64 * 1024 * 1024
"""A file up to that size is read to see whether it is the same, without being asked to."""
_MOST_NAMES: Final = 1000


class InTheWayError(StorageError):
    """Another file is where a download is to lie."""

    def __init__(self, message: str, existing: ExistingFile) -> None:
        super().__init__(message, hint="Move it away, or say what becomes of it: skip, overwrite or rename.")
        self.existing = existing


class Outcome(msgspec.Struct, frozen=True):
    """A completed download: the file's size in bytes, what was compared with the service's word, where it lies."""

    size: int
    verified: str
    target: Path
    skipped: bool = False


class Landing:
    """Holds the folder, the lock and the `.part` of one file from `prepare` to `close`. Blocking.

    Everything raises StorageError for what the disk refuses.
    """

    def __init__(self, entry: TransferEntry) -> None:
        self._entry = entry
        self._file = entry.transfer.file
        self._relative = entry.relative
        self.name = self._relative.name
        self._folder: TargetFolder | None = None
        self.lock: FileLock | None = None
        self.part: PartFile | None = None
        self.note = ""

    @property
    def folder(self) -> TargetFolder:
        """The open folder."""
        if self._folder is None:
            self._folder = TargetFolder(self._entry.root, self._relative.parent)
        return self._folder

    @property
    def target(self) -> Path:
        """Where the file is to lie."""
        return self._entry.transfer.target.with_name(self.name)

    def prepare(self) -> Outcome | None:
        """Make ready to write, or give the outcome when there is nothing to fetch.

        Raises InTheWayError, HeldError while another process writes the same file, StorageError.
        """
        there = self._existing()
        if there is not None:
            return there
        self.lock = FileLock(self.folder, f"{self.name}.part.lock")
        self.lock.take()
        there = self._existing()  # whoever had the lock may have brought it meanwhile
        if there is not None:
            return there
        self.part = PartFile(self.folder, self.name, _source_of(self._entry))
        objection = self.part.open(is_ours=self.lock.was_stale)
        if objection:
            self.note = f"began anew: {objection}"
        elif self.part.spans.total:
            self.note = f"resumed at {self.part.spans.total:,} bytes"
        return None

    def verify(self, digest: str | None) -> str:
        """Compare what came with what the service said; says what was compared. `digest` is the hash of the content by
        the strongest algorithm that is stated. Raises VerificationError."""
        assert self.part is not None
        held, checked = self.part.spans.total, []
        for size in (self._file.size, self.part.source.size):
            if size is not None and held != size:
                raise self._wrong(f"has {held} bytes, the service says {size}")
            if size is not None:
                checked = ["size"]
        stated = strongest(self._file.hashes)
        if stated is not None:
            if digest != stated.hex.lower():
                got = (digest or "")[:8]
                raise self._wrong(f"{stated.algorithm} differs: got {got}…, the service says {stated.hex[:8]}…")
            checked.append(stated.algorithm)
        return " and ".join(checked)

    def set_aside(self) -> None:
        """Keep what came, which is wrong, under another name."""
        assert self.part is not None
        self.part.set_aside(self._rejected_name)

    def put_in_place(self) -> None:
        """Give the file its name. It is whole, verified and on the disk. Raises InTheWayError when something has taken
        the name meanwhile and may not be replaced."""
        assert self.part is not None
        self.part.finish()
        if self._entry.on_conflict is OnConflict.OVERWRITE:
            self.folder.move(self.part.name, self.name)
        else:
            try:
                self.folder.move_to_free(self.part.name, self.name)
            except FileExistsError:
                raise self._in_the_way("a file has come there meanwhile") from None
        self.part.drop_journal()

    def close(self) -> None:
        """Let go of everything; what was received stays."""
        self.release()
        if self._folder is not None:
            self._folder.close()

    @property
    def is_let_go(self) -> bool:
        """Whether nothing but the open folder is left to close, which takes no time."""
        return self.lock is None

    def release(self) -> None:
        """Let go of all but the open folder."""
        if self.part is not None:
            self.part.close()
        if self.lock is not None:
            self.lock.release()
            self.lock = None

    def _existing(self) -> Outcome | None:
        """What comes of a file that is there already: None when the way is free, or is to be."""
        found = self.folder.look(self.name)
        choice = self._entry.on_conflict
        if found is None:
            return None
        if choice is OnConflict.SKIP:
            return Outcome(found.st_size, "", self.target, skipped=True)
        if choice is OnConflict.COMPARE or found.st_size <= _CHEAP:
            differs = self._difference(found)
        else:
            differs = "" if self._file.size in (None, found.st_size) else _another_size(self._file.size)
            differs = differs or "it was not compared"
        if not differs:
            stated = strongest(self._file.hashes)
            checked = "size" if stated is None else f"size and {stated.algorithm}"
            return Outcome(found.st_size, checked, self.target, skipped=True)
        if choice is OnConflict.RENAME:
            self._choose_free_name()
            return None
        if choice is OnConflict.OVERWRITE and not stat.S_ISDIR(found.st_mode):
            return None
        raise self._in_the_way(differs)

    def _difference(self, found: os.stat_result) -> str:
        """What tells the file that is there from the wanted one; empty when they are the same by all that is known."""
        if self._file.size is not None and found.st_size != self._file.size:
            return _another_size(self._file.size)
        stated = strongest(self._file.hashes)
        if stated is None:
            return "" if self._file.size is not None else "the service tells neither size nor hash to compare"
        try:
            fd = self.folder.open(self.name, os.O_RDONLY)
        except FileNotFoundError:
            return "it is gone"
        try:
            return "" if hash_of(fd, stated.algorithm, self.target) == stated.hex.lower() else "it has other content"
        finally:
            os.close(fd)

    def _choose_free_name(self) -> None:
        stem, dot, ending = self.name.partition(".") if not self.name.startswith(".") else (self.name, "", "")
        for count in range(2, _MOST_NAMES):
            name = f"{stem}~{count}{dot}{ending}"
            if self.folder.look(name) is None:
                self.name = name
                return
        raise StorageError(f"{self.target} has been renamed too often", hint="Tidy the folder up.")

    def _in_the_way(self, differs: str) -> InTheWayError:
        found = self.folder.look(self.name)
        modified = datetime.fromtimestamp(found.st_mtime if found else 0, UTC)
        existing = ExistingFile(size=found.st_size if found else 0, modified_at=modified, differs=differs)
        return InTheWayError(f"{self.target} is there already: {differs}", existing)

    def _wrong(self, why: str) -> VerificationError:
        hint = f"It was kept as {self._rejected_name}; retry to fetch it again."
        return VerificationError(f"{self._file.name} {why}", hint=hint)

    @property
    def _rejected_name(self) -> str:
        return f"{self.name}.rejected"


def strongest(hashes: tuple[FileHash, ...]) -> FileHash | None:
    """The stated hash that says most, among those this machine can compute."""
    known = [stated for stated in hashes if stated.algorithm in _STRENGTH and stated.hex]
    return min(known, key=lambda stated: _STRENGTH.index(stated.algorithm), default=None)


def hash_of(fd: int, algorithm: str, path: Path) -> str:
    """The hash of an open file's content, in lower-case hex."""
    digest = hashlib.new(algorithm)
    buffer = memoryview(bytearray(_PIECE))
    position = 0
    try:
        while count := os.preadv(fd, [buffer], position):
            digest.update(buffer[:count])
            position += count
    except OSError as error:
        raise storage_error(path, "cannot be read", error) from error
    return digest.hexdigest()


def _source_of(entry: TransferEntry) -> PartSource:
    file: OutputFile = entry.transfer.file
    return PartSource(
        profile=entry.run.profile, run=entry.run.id, file=file.id, path=file.path, hashes=file.hashes, size=file.size
    )


def _another_size(size: int | None) -> str:
    return f"it has another size than {size:,} bytes"
