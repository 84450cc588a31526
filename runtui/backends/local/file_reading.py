"""The files of a run: its work folder, its snapshots, and their bytes."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import BinaryIO, Final

from runtui.backends.local.mapping import moment_of
from runtui.backends.local.records import RunRecord
from runtui.model.errors import NotFoundError, RejectedError
from runtui.model.output_file import FileListing, FilesWorld, OutputFile

MOST_FILES: Final = 100_000
SNAPSHOTS: Final = "snapshots"
_PIECE: Final = 1024 * 1024


def listing_of(record: RunRecord, folder: Path, *, is_over: bool) -> FileListing:
    """The files of the work folder and the snapshots of it, with the sizes they have now.

    Where the run works in a folder of others, those written since it began. Links that lead out are left out.
    """
    work = folder / record.folder
    problems: list[str] = []
    globs = [glob for node in record.nodes for glob in node.outputs]
    files: list[OutputFile] = []
    oldest = None if record.folder == "work" or record.adopted is not None else record.started_at or record.created_at
    for path, found in _walk(str(work)):
        if len(files) >= MOST_FILES:
            problems.append(f"only the first {MOST_FILES} files are listed")
            break
        if oldest is None or found.st_mtime >= oldest - 1:
            files.append(_file(os.path.relpath(path, work), found, globs))
    for path, found in _walk(str(folder / SNAPSHOTS)):
        name = os.path.basename(path)
        if not name.startswith("."):
            files.append(
                OutputFile(
                    id=f"{SNAPSHOTS}:{name}", path=f"{SNAPSHOTS}/{name}", size=found.st_size,
                    modified_at=moment_of(found.st_mtime), kind="snapshot",
                )
            )  # fmt: skip
    world = FilesWorld.FINISHED if is_over else FilesWorld.RUNNING
    return FileListing(files=tuple(files), world=world, problems=tuple(problems))


def _file(path: str, found: os.stat_result, globs: list[str]) -> OutputFile:
    promised = not globs or any(fnmatch(path, glob) for glob in globs)
    return OutputFile(
        id=f"work:{path}",
        path=path,
        size=found.st_size,
        modified_at=moment_of(found.st_mtime),
        kind="output" if promised else "work",
    )


def _walk(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """Every file below a folder by its path, those of one folder before those of the ones in it."""
    root = os.path.realpath(folder)
    waiting = [folder]
    while waiting:
        deeper = []
        try:
            entries = sorted(os.scandir(waiting.pop()), key=lambda one: one.name)
        except OSError:
            continue
        for entry in entries:
            try:
                if entry.is_dir(follow_symlinks=False):
                    deeper.append(entry.path)
                elif entry.is_file() and (not entry.is_symlink() or _is_below(entry.path, root)):
                    yield entry.path, entry.stat()
            except OSError:
                continue
        waiting += reversed(deeper)


def _is_below(path: str, root: str) -> bool:
    real = os.path.realpath(path)
    return real == root or real.startswith(root + os.sep)


def path_of(record: RunRecord, folder: Path, file_id: str) -> Path:
    """Where a file lies. Raises NotFoundError for what is no file, or lies elsewhere."""
    place, _, path = file_id.partition(":")
    root = {"work": folder / record.folder, SNAPSHOTS: folder / SNAPSHOTS}.get(place)
    if root is None or not path or "\0" in path:
        raise NotFoundError(f"there is no file {file_id!r}", operation="reading a file")
    whole = root / path
    if not _is_below(str(whole), os.path.realpath(root)) or not whole.is_file():
        raise NotFoundError(f"there is no file {path!r}", operation="reading a file")
    return whole


class LocalBytes:
    """The bytes of a file, in pieces read in a thread. What is written after it was opened is not given."""

    def __init__(self, file: BinaryIO, *, start: int, end: int | None, etag: str | None, name: str) -> None:
        found = os.fstat(file.fileno())
        self._file = file
        self.size: int | None = found.st_size
        self.etag: str | None = f'"{found.st_mtime_ns:x}-{found.st_size:x}-{found.st_ino:x}"'
        self.name: str | None = name
        self.offset = start if etag is None or etag == self.etag else 0
        if self.offset > found.st_size:
            raise RejectedError(f"{name} has {found.st_size} bytes, and none at {self.offset}", operation="reading")
        wanted = found.st_size if end is None or self.offset != start else min(end, found.st_size)
        self._left = max(0, wanted - self.offset)

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes, in pieces of at most a megabyte."""
        position = self.offset
        while self._left:
            piece = await asyncio.to_thread(os.pread, self._file.fileno(), min(_PIECE, self._left), position)
            if not piece:
                return
            position += len(piece)
            self._left -= len(piece)
            yield piece
