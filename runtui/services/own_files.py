"""Reading and replacing files of this user's own, whole and at once."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from runtui.model.errors import StorageError


def read_own(path: Path) -> bytes | None:
    """The content of a regular file that belongs to this user; None for any other, and where there is none."""
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK)) as file:
            return file.read() if os.fstat(file.fileno()).st_uid == os.geteuid() else None
    except OSError:
        return None


def replace_file(path: Path, content: bytes) -> None:
    """Let a file hold this content, for its owner alone. Raises StorageError.

    Whoever reads it, and a kill at any moment, finds what it held before or all of the new content; a file that lies
    beside it then, with a dot before its name, was left by the kill.
    """
    try:
        handle, written = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with open(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(written, path)
        except OSError:
            with suppress(OSError):
                os.unlink(written)
            raise
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error
