"""Bringing one file home."""

import asyncio
import hashlib
import os
import shutil
from pathlib import Path

import msgspec

from runtui.backends.protocol import ByteStream, ReadsFiles
from runtui.model.clock import Clock
from runtui.model.errors import StorageError, TemporaryError, VerificationError
from runtui.model.output_file import FileHash
from runtui.model.transfer import ExistingFile, OnConflict
from runtui.services.transfer_entry import TransferEntry
from runtui.services.transfer_queue import ConnectionSlots

_ATTEMPTS = 5
_STRENGTH = ("sha512", "sha256", "sha1", "md5")
_HASH_PIECE = 1024 * 1024


class Outcome(msgspec.Struct, frozen=True):
    """A completed download: the file's size in bytes and what was compared with the service's word."""

    size: int
    verified: str
    target: Path
    skipped: bool = False


class InTheWayError(StorageError):
    """Another file is where a download is to lie, and somebody has to say what becomes of it."""

    def __init__(self, existing: ExistingFile) -> None:
        super().__init__("another file is there already")
        self.existing = existing


class Download:
    """One file, first under `<name>.part`, and under its own name only once it is whole and verified.

    A broken connection is taken up again where it stopped, several times, and so is a `.part` left by an earlier
    try of this object.
    """

    def __init__(self, backend: ReadsFiles, entry: TransferEntry, slots: ConnectionSlots, clock: Clock) -> None:
        self._backend = backend
        self._entry = entry
        self._slots = slots
        self._run = entry.run
        self._file = entry.transfer.file
        self._target = entry.transfer.target
        self._clock = clock
        self._part = self._target.with_name(self._target.name + ".part")
        self._etag: str | None = None
        self.size = entry.transfer.size
        self.received = 0
        self.connections = 1
        self.has_begun = False
        self.is_verifying = False
        self.note = ""

    def widen(self) -> None:
        """Take more connections, if there are any left and it helps."""

    async def run(self) -> Outcome:
        """Download, verify, and put it in place.

        Raises InTheWayError, StorageError (no room, no permission, another file in the way), VerificationError (kept as
        `<name>.rejected`), or the BackendError of the last try.
        """
        if self._target.exists() and self._entry.on_conflict is not OnConflict.OVERWRITE:
            return await self._keep_existing()
        self._make_room()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self.received = await self._receive(self.received)
                break
            except TemporaryError as error:
                self.received = self._part.stat().st_size if self._part.exists() else 0
                if attempt == _ATTEMPTS:
                    raise
                await self._clock.sleep(min(30.0, error.retry_after or 0.5 * 2.0**attempt))
        self.is_verifying = True
        verified = await asyncio.to_thread(self._verify, self.received)
        await asyncio.to_thread(self._put_in_place)
        return Outcome(self.received, verified, self._target)

    async def _keep_existing(self) -> Outcome:
        size = self._target.stat().st_size
        if self._file.size is not None and size != self._file.size:
            raise StorageError(
                f"{self._target} is there already with another size", hint="Move it away, or download with overwrite."
            )
        stated = strongest(self._file.hashes)
        if stated is not None:
            found = await asyncio.to_thread(hash_of, self._target, stated.algorithm)
            if found != stated.hex.lower():
                raise StorageError(
                    f"{self._target} is there already and differs", hint="Move it away, or download with overwrite."
                )
        elif self._file.size is None:
            raise StorageError(f"{self._target} is there already", hint="Move it away, or download with overwrite.")
        checked = "size" if stated is None else f"size and {stated.algorithm}"
        return Outcome(size, checked, self._target, skipped=True)

    def _make_room(self) -> None:
        try:
            self._target.parent.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self._target.parent).free
        except OSError as error:
            raise StorageError(f"{self._target.parent} cannot be made: {error.strerror}") from error
        if self._file.size is not None and self._file.size > free:
            raise StorageError(
                f"{self._target.name} needs {self._file.size} bytes and {free} are free",
                hint=f"Make room in {self._target.parent}, or choose another folder.",
            )

    async def _receive(self, held: int) -> int:
        async with self._backend.open_file(self._run, self._file, start=held, etag=self._etag) as stream:
            held = self._agreed_start(stream, held)
            self._etag = stream.etag
            self.size = stream.size if stream.size is not None else self.size
            self.has_begun = True
            return await self._write_pieces(stream, held)

    def _agreed_start(self, stream: ByteStream, held: int) -> int:
        """Where the bytes that come belong: after what is held, or at the beginning when the service says so."""
        if stream.offset == 0:
            return 0
        if stream.offset != held:
            raise StorageError(f"{self._file.name}: the service sent another part than was asked for")
        if self._etag and stream.etag not in (None, self._etag):
            self._etag = None
            self._part.unlink(missing_ok=True)
            raise TemporaryError(f"{self._file.name} changed while it was fetched: it begins anew")
        return held

    async def _write_pieces(self, stream: ByteStream, held: int) -> int:
        try:
            file = os.open(self._part, os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
        except OSError as error:
            raise StorageError(f"{self._part} cannot be written: {error.strerror}") from error
        try:
            os.ftruncate(file, held)
            async for piece in stream.pieces():
                held = _write_all(file, piece, held)
                self.received = held
            os.fsync(file)
        except OSError as error:
            raise StorageError(
                f"{self._part} cannot be written: {error.strerror}", hint="Make room on the disk and retry."
            ) from error
        finally:
            os.close(file)
        if stream.size is not None and held < stream.size:
            raise TemporaryError(f"{self._file.name} broke off after {held} of {stream.size} bytes")
        return held

    def _verify(self, held: int) -> str:
        for stated in (self._file.size, self.size):
            if stated is not None and held != stated:
                raise self._rejected(f"has {held} bytes, the service says {stated}")
        checked = ["size"] if self.size is not None else []
        stated_hash = strongest(self._file.hashes)
        if stated_hash is not None:
            found = hash_of(self._part, stated_hash.algorithm)
            if found != stated_hash.hex.lower():
                raise self._rejected(
                    f"{stated_hash.algorithm} differs: got {found[:8]}…, the service says {stated_hash.hex[:8]}…"
                )
            checked.append(stated_hash.algorithm)
        return " and ".join(checked)

    def _rejected(self, why: str) -> VerificationError:
        kept = self._target.with_name(self._target.name + ".rejected")
        os.replace(self._part, kept)
        return VerificationError(
            f"{self._file.name} {why}", hint=f"It was kept as {kept.name}; retry to fetch it again."
        )

    def _put_in_place(self) -> None:
        try:
            os.replace(self._part, self._target)
            folder = os.open(self._target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise StorageError(f"{self._target} cannot be put in place: {error.strerror}") from error


def strongest(hashes: tuple[FileHash, ...]) -> FileHash | None:
    """The stated hash that says most, among those this machine can compute."""
    known = [stated for stated in hashes if stated.algorithm in _STRENGTH and stated.hex]
    return min(known, key=lambda stated: _STRENGTH.index(stated.algorithm), default=None)


def hash_of(path: Path, algorithm: str) -> str:
    """The hash of a file's content, in lower-case hex."""
    digest = hashlib.new(algorithm)
    try:
        with path.open("rb") as file:
            while piece := file.read(_HASH_PIECE):
                digest.update(piece)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error
    return digest.hexdigest()


def _write_all(file: int, piece: bytes, offset: int) -> int:
    view = memoryview(piece)
    while view:
        written = os.pwrite(file, view, offset)
        view, offset = view[written:], offset + written
    return offset
