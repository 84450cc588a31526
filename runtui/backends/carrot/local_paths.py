"""Which paths a service names may be read on this machine, and reading them.

Cromwell names paths on its own host. They mean files of this machine only when the folder is mounted here, and a
service must not be able to have us read any file it likes: `/etc/shadow` as the stdout of a call would show it. So:

1. A path with `..` in it, or a relative one, is never read.
2. With `path_rewrites` that fit, the rewritten path must really lie in the folder the person named.
3. With `local_logs`, a path must really lie in one of those folders.
4. With neither, the path must have Cromwell's own layout around the id of a workflow of this very run
   (`.../<workflow>/<id>/call-...`) and really lie in that workflow's folder.

"Really" is after following every symbolic link. What is opened must be a regular file, and is not followed once more.
"""

import os
import stat
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import msgspec

from runtui.model.errors import NotFoundError, RejectedError


class LocalFile(msgspec.Struct, frozen=True):
    """A file that may be read, as it is now. `version` changes with its content."""

    path: str
    size: int
    modified_ns: int
    inode: int

    @property
    def version(self) -> str:
        """Names this version of the content, as an ETag does."""
        return f'"{self.inode:x}-{self.size:x}-{self.modified_ns:x}"'


class LocalPaths:
    """Decides by the person's settings; see the module. Blocking: call it in a thread."""

    def __init__(self, rewrites: Mapping[str, str], roots: Sequence[str]) -> None:
        self._rewrites = [(_folder(old), os.path.expanduser(new)) for old, new in rewrites.items()]
        self._rewrites.sort(key=lambda pair: len(pair[0]), reverse=True)
        self._roots = [os.path.expanduser(root) for root in roots]

    def find(self, location: str, workflow_ids: Collection[str]) -> LocalFile:
        """The file a path means here. Raises NotFoundError when it is not here, RejectedError when it may
        not be read."""
        path, root = self._place(location, workflow_ids)
        real = os.path.realpath(path)
        if not _lies_in(real, os.path.realpath(root)):
            raise _refused(location, "it leads out of the folder it is said to lie in")
        try:
            found = os.stat(real, follow_symlinks=False)
        except OSError:
            raise missing(location) from None
        if not stat.S_ISREG(found.st_mode):
            raise _refused(location, "it is not a regular file")
        return LocalFile(real, found.st_size, found.st_mtime_ns, found.st_ino)

    def folder_exists(self, location: str, workflow_ids: Collection[str]) -> bool:
        """Whether the folder of a path that may be read is there: then the file may still come."""
        try:
            path, root = self._place(location, workflow_ids)
        except RejectedError:
            return False
        folder = os.path.realpath(os.path.dirname(path))
        return _lies_in(folder, os.path.realpath(root)) and os.path.isdir(folder)

    def _place(self, location: str, workflow_ids: Collection[str]) -> tuple[str, str]:
        """The path on this machine, and the folder it must really lie in."""
        path = location.removeprefix("file://")
        if not path.startswith("/") or ".." in path.split("/") or "\0" in path:
            raise _refused(location, "only plain absolute paths are read")
        for old, new in self._rewrites:
            if path == old or path.startswith(f"{old}/"):
                return f"{new.rstrip('/')}{path[len(old) :]}", new
        if self._roots:
            root = next((root for root in self._roots if _lies_in(os.path.realpath(path), os.path.realpath(root))), "")
            if not root:
                raise _refused(location, "it is in none of the folders of local_logs")
            return path, root
        return path, _workflow_folder(path, location, workflow_ids)


def _workflow_folder(path: str, location: str, workflow_ids: Collection[str]) -> str:
    for workflow_id in workflow_ids:
        head, found, rest = path.partition(f"/{workflow_id}/")
        if workflow_id and found and head.rstrip("/").count("/") >= 1 and rest.startswith("call-"):
            return f"{head}/{workflow_id}"
    raise _refused(location, "it does not have Cromwell's layout with the id of this run's workflow in it")


def read_piece(file: LocalFile, offset: int, length: int) -> bytes:
    """Bytes of a file that was found, fewer at its end. Raises NotFoundError when it is gone."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(file.path, flags)
    except OSError:
        raise missing(file.path) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _refused(file.path, "it is not a regular file")
        return os.pread(descriptor, length, offset)
    except OSError:
        raise missing(file.path) from None
    finally:
        os.close(descriptor)


def missing(location: str) -> NotFoundError:
    """The error for a path that is not on this machine."""
    return NotFoundError(
        f"{location} is not on this machine",
        hint="It lies on Cromwell's host. If its folder is mounted here, say where with path_rewrites in the profile.",
    )


def _refused(location: str, why: str) -> RejectedError:
    return RejectedError(
        f"{location} is not read: {why}",
        hint="Name the folders that may be read with path_rewrites or local_logs in the profile.",
    )


def _folder(path: str) -> str:
    return "/" + path.strip("/") if path.strip("/") else ""


def _lies_in(path: str, root: str) -> bool:
    return path == root or Path(root) in Path(path).parents
