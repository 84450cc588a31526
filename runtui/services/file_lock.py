"""One writer at a time for one file, also over network file systems."""

import os
import stat
from contextlib import suppress

import msgspec

from runtui.model.errors import StorageError
from runtui.services.machine import OwnerMark, own_mark
from runtui.services.target_folder import TargetFolder, storage_error

_STALE_AFTER = 600.0
"""Seconds without a sign of life after which an owner on another machine counts as gone."""
_LARGEST = 4096


class HeldError(StorageError):
    """Somebody else holds the lock. `owner` is who, for a person."""

    def __init__(self, owner: str) -> None:
        super().__init__(f"it is being fetched by {owner}")
        self.owner = owner


class FileLock:
    """A file that is created by exactly one: that is certain on every file system, where locks of the kernel are not.

    It says who made it. One whose maker is gone is broken: at once on the same machine, also after a restart of that;
    after ten minutes without a sign of life otherwise. Blocking.
    """

    def __init__(self, folder: TargetFolder, name: str) -> None:
        self._folder = folder
        self._name = name
        self._fd = -1
        self.was_stale = False
        """Whether it was left by somebody who is gone, who may have left more."""

    def take(self) -> None:
        """Take it. Raises HeldError while somebody else has it, StorageError where there can be none."""
        for _ in range(3):
            try:
                self._fd = self._folder.open(self._name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
                break
            except FileExistsError:
                self._break_stale()
        else:
            raise HeldError("another process")
        try:
            os.write(self._fd, msgspec.json.encode(own_mark()))
        except OSError as error:
            self.release()  # an empty one would keep everybody away
            raise storage_error(self._folder.path / self._name, "cannot be written", error) from error

    def show_life(self) -> None:
        """Tell others that its owner is there."""
        if self._fd >= 0:
            with suppress(OSError):
                os.utime(self._fd)

    def release(self) -> None:
        """Give it back."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
            self._folder.remove(self._name)

    def holder(self) -> str:
        """Who holds it, for a person; empty when nobody does who is still there."""
        found = self._folder.look(self._name)
        if found is None:
            return ""
        owner = self._owner()
        is_gone = None if owner is None else owner.is_gone()
        if is_gone is None:
            is_gone = self._now() - found.st_mtime > _STALE_AFTER
        if is_gone:
            return ""
        return "another process" if owner is None else f"process {owner.pid} on {owner.host}"

    def _break_stale(self) -> None:
        found = self._folder.look(self._name)
        if found is not None:
            if not stat.S_ISREG(found.st_mode):
                what = "a folder" if stat.S_ISDIR(found.st_mode) else "no plain file"
                raise StorageError(
                    f"{self._folder.path / self._name} is {what}",
                    hint="While a file is fetched a lock lies under that name: move it away.",
                )
            holder = self.holder()
            if holder:
                raise HeldError(holder)
            self.was_stale = True
            self._set_aside(found.st_ino)

    def _set_aside(self, inode: int) -> None:
        """Remove the stale one: by another name first, so that of two who do it only one removes it."""
        aside = f"{self._name}.{os.getpid()}"
        with suppress(StorageError):
            self._folder.move(self._name, aside)
            moved = self._folder.look(aside)
            if moved is not None and moved.st_ino != inode:
                with suppress(FileExistsError):  # it was another's fresh one
                    self._folder.move_to_free(aside, self._name)
            self._folder.remove(aside)

    def _owner(self) -> OwnerMark | None:
        try:
            fd = self._folder.open(self._name, os.O_RDONLY)
        except (FileNotFoundError, StorageError):
            return None
        try:
            return msgspec.json.decode(os.read(fd, _LARGEST), type=OwnerMark)
        except (msgspec.DecodeError, OSError):
            return None
        finally:
            os.close(fd)

    def _now(self) -> float:
        """The time as the file system tells it, which may not be this machine's."""
        name = f"{self._name}.now.{os.getpid()}"
        fd = self._folder.open(name, os.O_WRONLY | os.O_CREAT)
        try:
            os.utime(fd)
            return os.fstat(fd).st_mtime
        finally:
            os.close(fd)
            self._folder.remove(name)
