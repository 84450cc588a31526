"""A lock between processes, by a file, that a process which died or stands still never keeps from the others."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_PATIENCE: Final = 2.0
"""Seconds until one goes on without the lock: what it guards is worth less than an answer."""
_STALE: Final = 5.0
"""Seconds after which a lock that is a mere file is taken to be left by a process that died."""
_FIRST_PAUSE: Final = 0.001
_LONGEST_PAUSE: Final = 0.05
_NOT_THERE: Final = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL, errno.EIO})
"""What a file system without locks answers."""


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Hold the lock of this file while the block runs; tells whether it is really held.

    The system's own lock of the file is taken, which ends with its process. Where the file system has none, a second
    file is the lock: only one process can create it. Blocks the thread for at most some seconds.
    """
    try:
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield False
        return
    try:
        is_held = _lock(opened)
        if is_held is None:
            with _created(path.with_name(f"{path.name}.held")) as is_ours:
                yield is_ours
        else:
            yield is_held
    finally:
        os.close(opened)


def _lock(opened: int) -> bool | None:
    """Whether the lock was got; None where there are no locks."""
    for pause in _pauses():
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(pause)
        except OSError as error:
            if error.errno in _NOT_THERE:
                return None
            raise
        else:
            return True
    return False


@contextmanager
def _created(path: Path) -> Iterator[bool]:
    """Be the one process that created the file, and take it away at the end."""
    is_ours = False
    for pause in _pauses():
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            _break_if_stale(path)
            time.sleep(pause)
        except OSError:
            break
        else:
            is_ours = True
            break
    try:
        yield is_ours
    finally:
        if is_ours:
            with suppress(OSError):
                os.unlink(path)


def _break_if_stale(path: Path) -> None:
    """Take away a lock nobody can hold any more. Of several who see that, the one whose rename works does it."""
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > _STALE:
            taken = path.with_name(f"{path.name}.{os.getpid()}")
            os.rename(path, taken)
            os.unlink(taken)


def _pauses() -> Iterator[float]:
    """Growing pauses, until patience ends."""
    ends_at = time.monotonic() + _PATIENCE
    pause = _FIRST_PAUSE
    while time.monotonic() < ends_at:
        yield pause
        pause = min(_LONGEST_PAUSE, pause * 2)
