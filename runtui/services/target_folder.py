"""A folder below the one a person chose, reached so that no link can lead out of it."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from runtui.model.errors import StorageError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class TargetFolder:
    """An open folder. It is opened part by part from the root on, and no part may be a link: one that is put there by
    somebody meanwhile leads nowhere either, for every file is reached through the open folder and not by its path.

    Makes what is missing. Blocking. Raises StorageError for everything that goes wrong. The root itself may be a link.
    """

    def __init__(self, root: Path, relative: Path) -> None:
        self.path = root / relative
        try:
            root.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(root, _FOLDER)
        except OSError as error:
            raise storage_error(root, "cannot be made", error) from error
        reached = root
        for part in relative.parts:
            reached = reached / part
            self._fd = self._below(part, reached)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _below(self, part: str, reached: Path) -> int:
        outer = self._fd
        try:
            try:
                return os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=outer)
            except FileNotFoundError:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=outer)
                return os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=outer)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR):
                raise StorageError(
                    f"{reached} is a link or a file: nothing was written there",
                    hint="Move it away. Links below the chosen folder are not followed; the folder itself may be one.",
                ) from error
            raise storage_error(reached, "cannot be made", error) from error
        finally:
            os.close(outer)

    def close(self) -> None:
        """Let go of it."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def open(self, name: str, flags: int, mode: int = 0o666) -> int:
        """A descriptor of a file in it, never of what a link leads to. Raises StorageError, and FileExistsError or
        FileNotFoundError where the flags ask for them."""
        try:
            fd = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, mode, dir_fd=self._fd)
        except (FileExistsError, FileNotFoundError):
            raise
        except OSError as error:
            raise storage_error(self.path / name, "cannot be opened", error) from error
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise StorageError(f"{self.path / name} is no plain file: nothing was written there")
        return fd

    def look(self, name: str) -> os.stat_result | None:
        """What there is under a name, a link being a link; None when there is nothing."""
        try:
            return os.stat(name, dir_fd=self._fd, follow_symlinks=False)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise storage_error(self.path / name, "cannot be looked at", error) from error

    def move(self, name: str, new_name: str) -> None:
        """Give a file another name, replacing what has that name, all at once."""
        try:
            os.rename(name, new_name, src_dir_fd=self._fd, dst_dir_fd=self._fd)
        except OSError as error:
            raise storage_error(self.path / new_name, "cannot be put in place", error) from error

    def move_to_free(self, name: str, new_name: str) -> None:
        """Give a file another name that nothing has. Raises FileExistsError when something has it."""
        try:
            os.link(name, new_name, src_dir_fd=self._fd, dst_dir_fd=self._fd, follow_symlinks=False)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if self.look(new_name) is not None:
                raise FileExistsError(new_name) from None
            self.move(name, new_name)
        else:
            self.remove(name)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        try:
            os.unlink(name, dir_fd=self._fd)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise storage_error(self.path / name, "cannot be removed", error) from error

    def sync(self) -> None:
        """Have the names in it survive a power cut, where the file system can."""
        with suppress(OSError):
            os.fsync(self._fd)


def storage_error(path: Path, what: str, error: OSError) -> StorageError:
    """The error a person reads for one of the system's."""
    hint = "Choose another folder with -o or download_dir."
    if error.errno in _FULL:
        hint = "Make room and retry: it goes on where it stopped."
    elif error.errno == errno.EROFS:
        hint = "It is on a file system that cannot be written. " + hint
    return StorageError(f"{path} {what}: {error.strerror or error}", hint=hint)
