"""A simulator's folder for files, which does not outlive its process for long: what was killed is cleaned up later."""

import fcntl
import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Final

_LOCK: Final = "lock"


class ScratchFolder:
    """A new folder below the folder for temporary files; removed when it is closed, forgotten, or the program ends.

    A process that is killed leaves its folder, and loses the lock in it: the next folder of the same prefix to be
    made removes it.
    """

    def __init__(self, prefix: str) -> None:
        _remove_left_ones(prefix)
        self.path = Path(tempfile.mkdtemp(prefix=prefix))
        self.close = weakref.finalize(self, _remove, self.path, _locked(self.path))
        """Remove the folder, once."""


def _locked(folder: Path) -> int:
    """Lock the folder for as long as the descriptor is open; there is no moment at which it has an open lock."""
    part = folder / f"{_LOCK}.part"
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    part.rename(folder / _LOCK)
    return descriptor


def _remove(folder: Path, descriptor: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(descriptor)


def _remove_left_ones(prefix: str) -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError):
            _remove_if_left(folder)


def _remove_if_left(folder: Path) -> None:
    """Remove a folder nobody holds the lock of; one without a lock is none of ours."""
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)
