"""What is in an archive, from the few bytes that tell it: the end of a zip, the headers of a tar."""

import io
import struct
import tarfile
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

ZIP_END = 66_000
"""Bytes at the end of a zip among which the record that ends it must be."""
_BLOCK = 512
_END_RECORD = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"


class ArchiveEntry(NamedTuple):
    """One file or folder in an archive. `path` is as it was written, unsafe; `size` in bytes, unpacked."""

    path: str
    size: int
    modified_at: datetime | None
    is_folder: bool = False


class ZipEnd(NamedTuple):
    """Where a zip's list of entries lies, in bytes from the beginning of the file, and how many it has."""

    start: int
    end: int
    entry_count: int


class TarPart(NamedTuple):
    """Entries of a tar so far. `next_header` is the position of the next header; None once all are known."""

    entries: list[ArchiveEntry]
    next_header: int | None


def zip_end(tail: bytes, size: int) -> ZipEnd | None:
    """Where the list lies, told from the last bytes of a file of this size; None where this is no zip's end."""
    at = tail.rfind(_END_RECORD)
    if at < 0 or len(tail) - at < 22:
        return None
    count, length, start = struct.unpack("<HII", tail[at + 10 : at + 20])
    wide = tail.rfind(_END_64, 0, at)
    if 0xFFFFFFFF in (length, start) or count == 0xFFFF:
        if wide < 0 or len(tail) - wide < 56:
            return None
        count, length, start = struct.unpack("<QQQ", tail[wide + 32 : wide + 56])
    end = size - len(tail) + (wide if wide >= 0 else at)
    # a program put before the archive shifts it: the list ends where the records after it begin
    return ZipEnd(max(0, end - length), end, count) if length <= end else None


def zip_entries(listed: bytes, start: int, size: int) -> list[ArchiveEntry]:
    """The entries told by the bytes from `start` to the end of a file of this size.

    Raises ValueError when they tell none.
    """
    try:
        with zipfile.ZipFile(_Tail(listed, start, size)) as archive:
            return [
                ArchiveEntry(entry.filename, entry.file_size, _zip_moment(entry.date_time), entry.is_dir())
                for entry in archive.infolist()
            ]
    except (zipfile.BadZipFile, NotImplementedError, struct.error, EOFError, OSError) as error:
        raise ValueError(f"the archive's list of files cannot be read: {error}") from None


def _zip_moment(parts: Sequence[int]) -> datetime | None:
    """The moment a zip gives, which knows no time zone: taken as UTC."""
    try:
        return datetime(*parts[:6], tzinfo=UTC)  # type: ignore[misc,arg-type]  # six whole numbers
    except ValueError:
        return None


class _Tail(io.RawIOBase):
    """A file of which only the end is there; what comes before reads as zeros."""

    def __init__(self, tail: bytes, start: int, size: int) -> None:
        self._tail, self._start, self._size = tail, start, size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("before the beginning")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, count: int = -1) -> bytes:
        end = self._size if count < 0 else min(self._size, self._at + count)
        missing = max(0, min(self._start, end) - self._at)
        first = max(0, self._at - self._start)
        content = bytes(missing) + self._tail[first : max(first, end - self._start)]
        self._at = max(self._at, end)
        return content


def tar_entries(content: bytes, offset: int = 0) -> TarPart:
    """The entries whose headers lie in these bytes of a tar, which begin at `offset` with a header.

    Raises ValueError when they begin with anything else.
    """
    entries: list[ArchiveEntry] = []
    at, name = 0, ""
    while at + _BLOCK <= len(content):
        block = content[at : at + _BLOCK]
        if not block.strip(b"\x00"):
            return TarPart(entries, None)
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError as error:
            if not entries and at == 0:
                raise ValueError(f"this is no tar archive: {error}") from None
            return TarPart(entries, None)
        body = content[at + _BLOCK : at + _BLOCK + header.size]
        at += _BLOCK + (header.size + _BLOCK - 1) // _BLOCK * _BLOCK if _has_body(header) else _BLOCK
        if header.type == tarfile.GNUTYPE_LONGNAME:
            name = body.rstrip(b"\x00").decode("utf-8", "replace")
        elif header.type == tarfile.XHDTYPE:
            name = _pax_path(body) or name
        elif header.type not in (tarfile.XGLTYPE, tarfile.GNUTYPE_LONGLINK):
            moment = datetime.fromtimestamp(header.mtime, UTC) if 0 <= header.mtime < 2**40 else None
            entries.append(ArchiveEntry(name or header.name, header.size, moment, header.isdir()))
            name = ""
    return TarPart(entries, offset + at)


def _has_body(header: tarfile.TarInfo) -> bool:
    return header.type not in (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE)


def _pax_path(body: bytes) -> str:
    for record in body.split(b"\n"):
        _, _, assignment = record.partition(b" ")
        key, _, value = assignment.partition(b"=")
        if key == b"path":
            return value.decode("utf-8", "replace")
    return ""
