"""A snapshot: a work folder packed into one archive while it is being written to.

Started by the path of this file as `python -I -S -E packing.py FOLDER NAME TARGET`. Imports the standard library alone.
"""

import io
import os
import signal
import sys
import tarfile
from typing import BinaryIO


class Steady(io.RawIOBase):
    """Exactly `size` bytes of a file: what it lost meanwhile is given as zeros, what it gained is left out."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        super().__init__()
        self._file = file
        self._left = size

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        wanted = self._left if size < 0 else min(size, self._left)
        content = self._file.read(wanted).ljust(wanted, b"\0")
        self._left -= wanted
        return content


def pack(folder: str, name: str, target: str) -> None:
    """Pack a folder's files below `name` into a gzipped tar, which has its name only once it is whole.

    What vanishes meanwhile, or cannot be read, is left out.
    """
    part = os.path.join(os.path.dirname(target), f".{os.path.basename(target)}.part")
    try:
        with tarfile.open(part, "w:gz", compresslevel=6) as archive:
            for place, folders, files in os.walk(folder):
                folders.sort()
                for file in sorted(files):
                    path = os.path.join(place, file)
                    _add(archive, path, os.path.join(name, os.path.relpath(path, folder)))
        os.replace(part, target)
    except BaseException:
        if os.path.exists(part):
            os.unlink(part)
        raise


def _add(archive: tarfile.TarFile, path: str, name: str) -> None:
    if os.path.islink(path):
        archive.add(path, name, recursive=False)
    if not os.path.isfile(path) or os.path.islink(path):
        return
    try:
        file = open(path, "rb")  # noqa: SIM115 - closed below, once it is packed
    except OSError:
        return
    with file:
        member = archive.gettarinfo(arcname=name, fileobj=file)
        archive.addfile(member, Steady(file, member.size))


if __name__ == "__main__":
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.nice(10)
    pack(*sys.argv[1:4])
