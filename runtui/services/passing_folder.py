"""A folder for files that are of no use without the process that wrote them."""

import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec

from runtui.model.errors import StorageError
from runtui.services.machine import OwnerMark, own_mark
from runtui.services.own_files import read_own

PREFIX: Final = "runtui-logs-"
_OWNER: Final = "owner"
_UNKNOWN_SECONDS: Final = 86_400.0
"""After so long without a change a folder of which nobody can tell whether its process is there is taken to be left."""


class PassingFolder:
    """A new folder for this user alone below the one for temporary files. Blocking; raises StorageError.

    It goes when it is removed. A process that is killed leaves its own for `remove_left_folders`: a mark in it says
    whose it is, as locks are not kept by every file system.
    """

    def __init__(self) -> None:
        try:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
            (self.path / _OWNER).write_bytes(msgspec.json.encode(own_mark()))
        except OSError as error:
            raise StorageError(
                f"no temporary files can be made in {tempfile.gettempdir()}: {error.strerror}",
                hint="Make room there, or set TMPDIR to another folder.",
            ) from error

    def remove(self) -> None:
        """Remove it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def __enter__(self) -> Path:
        """Where it is."""
        return self.path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove it."""
        self.remove()


def remove_left_folders() -> None:
    """Remove those of processes that are gone. Blocking; what cannot be removed stays."""
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
            with suppress(OSError):
                if _is_left(folder):
                    shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    """Whether it is of a process of this user that is gone."""
    if folder.lstat().st_uid != os.geteuid() or folder.is_symlink():
        return False
    is_gone = None
    with suppress(msgspec.DecodeError):
        is_gone = msgspec.json.decode(read_own(folder / _OWNER) or b"", type=OwnerMark).is_gone()
    if is_gone is None:
        last_change = max([folder.stat().st_mtime, *(entry.stat().st_mtime for entry in folder.iterdir())])
        return time.time() - last_change > _UNKNOWN_SECONDS
    return is_gone
