"""What of a file is there, written down beside it so that a kill or a power cut loses next to nothing."""

import os
from contextlib import suppress
from typing import Final

import msgspec

from runtui.model.errors import StorageError
from runtui.model.output_file import FileHash
from runtui.services.machine import own_mark
from runtui.services.spans import Span, Spans
from runtui.services.target_folder import TargetFolder, storage_error

_VERSION: Final = 1
_LARGEST: Final = 64 * 1024 * 1024
_DURABLE: Final = b"durable "


class PartSource(msgspec.Struct, frozen=True, kw_only=True):
    """What the bytes are of: the file as it was listed, and the version of its content the service named."""

    profile: str
    run: str
    file: str
    path: str
    hashes: tuple[FileHash, ...] = ()
    size: int | None = None
    etag: str | None = None

    def objection_to(self, other: "PartSource") -> str:
        """Why bytes of `other`, kept from before, may be no part of this, for a person; empty when they may: it is the
        same file with nothing that tells it has changed, and something (a version or a hash) that would tell."""
        known = (self.profile, self.run, self.file, self.path, self.hashes)
        if known != (other.profile, other.run, other.file, other.path, other.hashes):
            return "what was kept is not of this file as it is now"
        if self.size is not None and other.size is not None and self.size != other.size:
            return f"it has {self.size:,} bytes now and had {other.size:,}"
        if other.etag is None and not other.hashes:
            return "the service names neither version nor hash of it"
        return ""


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    boot: str
    source: PartSource


class PartJournal:
    """A file of lines: first what the bytes are of, then each span that was written, and now and then `durable N`:
    the spans in the first N bytes of the journal are on the disk and not only in the machine's memory.

    After a kill all lines count, for the machine still had what was written; after the machine itself went down only
    those that are known to be durable.
    """

    def __init__(self, folder: TargetFolder, name: str) -> None:
        self._folder = folder
        self._name = name
        self._fd = -1
        self.length = 0
        """Its length in bytes so far."""
        self.generation = 0
        """How often it was begun or given up: what was true of it before is not true of another."""

    def load(self) -> tuple[PartSource, Spans] | None:
        """What was written down, or None when there is nothing that can be read."""
        try:
            fd = self._folder.open(self._name, os.O_RDONLY)
        except (FileNotFoundError, StorageError):
            return None
        try:
            content = os.read(fd, _LARGEST)
        except OSError:
            return None
        finally:
            os.close(fd)
        with suppress(msgspec.DecodeError):
            read = msgspec.json.decode(content.partition(b"\n")[0], type=_Head)
            if read.version == _VERSION:
                if read.boot != own_mark().boot_mark:
                    content = content[: _durable_length(content)]
                return read.source, _spans_in(content)
        return None

    def begin(self, source: PartSource, spans: Spans) -> None:
        """Write it anew, all at once: the given spans must be on the disk. Raises StorageError."""
        self.close()
        self.generation += 1
        fresh = f"{self._name}.new"
        head = _Head(version=_VERSION, boot=own_mark().boot_mark, source=source)
        content = msgspec.json.encode(head) + b"\n" + b"".join(_line(span) for span in spans)
        self.length = 0
        self._fd = self._folder.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
        self._write(content)
        self.note_durable(len(content))
        try:
            os.fsync(self._fd)
        except OSError as error:
            raise storage_error(self._folder.path / fresh, "cannot be written", error) from error
        self._folder.move(fresh, self._name)

    def note(self, span: Span) -> None:
        """Write down that a span was written. Raises StorageError."""
        self._write(_line(span))

    def note_durable(self, length: int) -> None:
        """Write down that all noted in the journal's first `length` bytes is on the disk. Raises StorageError."""
        self._write(b"%b%d\n" % (_DURABLE, length))

    def close(self) -> None:
        """Keep it for another time."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def remove(self) -> None:
        """It is not needed any more."""
        self.close()
        self.generation += 1
        self._folder.remove(self._name)

    @property
    def is_begun(self) -> bool:
        """Whether anything is written down."""
        return self._fd >= 0

    def _write(self, content: bytes) -> None:
        try:
            self.length += os.write(self._fd, content)
        except OSError as error:
            raise storage_error(self._folder.path / self._name, "cannot be written", error) from error


def _line(span: Span) -> bytes:
    return b"%d %d\n" % span


def _durable_length(content: bytes) -> int:
    for line in reversed(content.split(b"\n")[:-1]):
        length = line.removeprefix(_DURABLE)
        if length != line and length.isdigit():
            return int(length)
    return 0


def _spans_in(content: bytes) -> Spans:
    spans = Spans()
    for line in content.splitlines(keepends=True)[1:]:
        start, _, end = line.rstrip(b"\n").partition(b" ")
        if line.endswith(b"\n") and start.isdigit() and end.isdigit():
            spans.add(int(start), int(end))
    return spans
