"""Spools that are there again the next time, so that a log that was followed goes on where it was."""

import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from runtui.config.paths import made_folder
from runtui.model.errors import StorageError
from runtui.services.own_files import read_own, replace_file
from runtui.services.service_tail import ServiceTail, TailMark
from runtui.services.spool import Spool

MOST_BYTES: Final = 1024**3
"""What all kept spools may take together."""

LARGEST: Final = 256 * 1024 * 1024
"""A larger one is fetched anew."""

OLDEST_SECONDS: Final = 14 * 86_400.0
_FOREIGN_SECONDS: Final = 86_400.0
"""After so long without a change, a spool that a process on another host took is taken to be left."""

_VERSION: Final = 1
_LOG: Final = "log"
_SIDECAR: Final = "mark.json"


class _Sidecar(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    size: int
    gaps: tuple[tuple[int, str], ...]
    mark: TailMark


class SpoolState(msgspec.Struct, frozen=True, kw_only=True):
    """How far a spool has come: what is saved beside it."""

    size: int
    gaps: tuple[tuple[int, str], ...]
    mark: TailMark


def state_of(tail: ServiceTail, spool: Spool) -> SpoolState:
    """How far a tail's spool has come. To be asked between two polls."""
    return SpoolState(size=spool.source_size, gaps=tuple(spool.gap_places), mark=tail.mark)


class KeptSpool:
    """A spool that this process has taken for itself, and where its tail stood when it was saved last."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.mark: TailMark | None = None
        self.spool = self._resumed() or Spool(folder / _LOG)

    def _resumed(self) -> Spool | None:
        content = read_own(self.folder / _SIDECAR)
        if content is None:
            return None
        with suppress(msgspec.DecodeError, StorageError):
            sidecar = msgspec.json.decode(content, type=_Sidecar)
            if sidecar.version == _VERSION and sidecar.size <= LARGEST:
                spool = Spool(self.folder / _LOG, keep=sidecar.size, gaps=sidecar.gaps)
                self.mark = sidecar.mark
                return spool
        return None

    def save(self, state: SpoolState) -> None:
        """Remember how far the spool has come. Raises StorageError."""
        sidecar = _Sidecar(version=_VERSION, size=state.size, gaps=state.gaps, mark=state.mark)
        replace_file(self.folder / _SIDECAR, msgspec.json.encode(sidecar))


class KeptSpools:
    """Spools in a folder, one a log source, each used by one process at a time.

    A process takes a spool by renaming its folder, which only one can do, on network file systems as well; what a
    process that is gone had taken is free again. They are kept for two weeks, and no more than a gigabyte of them.
    """

    def __init__(self, cache_folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._folder = cache_folder / "logs"
        self._most_bytes = most_bytes
        self._owner = f"{socket.gethostname()}.{os.getpid()}"

    def take(self, key: str) -> KeptSpool | None:
        """The spool of a source, for this process alone until it is given back; None while another has it.

        `key` is any text that names the source among all there are. Raises StorageError.
        """
        made_folder(self._folder)
        name = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:24]
        mine = self._folder / f"{name}@{self._owner}"
        if mine.exists():
            return None
        for left in (self._folder / name, *self._folder.glob(f"{name}@*")):
            if left.exists() and not _is_in_use(left):
                with suppress(OSError):
                    os.rename(left, mine)
                    return KeptSpool(name, mine)
        if any(self._folder.glob(f"{name}@*")):
            return None
        try:
            mine.mkdir(mode=0o700)
        except OSError as error:
            raise StorageError(f"{mine} cannot be made: {error.strerror}") from error
        return KeptSpool(name, mine)

    def give_back(self, kept: KeptSpool, state: SpoolState) -> None:
        """Let others have a spool, as far as it has come. Its file must be closed."""
        with suppress(StorageError):
            kept.save(state)
        try:
            os.rename(kept.folder, self._folder / kept.name)
        except OSError:
            shutil.rmtree(kept.folder, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what is old, and the oldest while all together are too large. What is in use stays."""
        left = sorted(self._left(), key=lambda entry: entry[0], reverse=True)
        total = 0
        for changed_at, size, folder in left:
            total += size
            if total > self._most_bytes or time.time() - changed_at > OLDEST_SECONDS:
                gone = folder.with_name(f".{folder.name}.{os.getpid()}")
                with suppress(OSError):
                    os.rename(folder, gone)
                    shutil.rmtree(gone, ignore_errors=True)

    def _left(self) -> Iterator[tuple[float, int, Path]]:
        with suppress(OSError):
            for folder in self._folder.iterdir():
                with suppress(OSError):
                    if not _is_in_use(folder):
                        size = sum(entry.stat().st_size for entry in folder.iterdir())
                        yield _changed_at(folder), size, folder


def _changed_at(folder: Path) -> float:
    return max((entry.stat().st_mtime for entry in folder.iterdir()), default=folder.stat().st_mtime)


def _is_in_use(folder: Path) -> bool:
    """Whether a process that took a spool may still be there."""
    _, taken, owner = folder.name.partition("@")
    if not taken:
        return False
    host, _, pid = owner.rpartition(".")
    if host != socket.gethostname():
        return time.time() - _changed_at(folder) < _FOREIGN_SECONDS
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except OSError:
        return True
    return True
