"""Telling whether a program that was seen once still runs, whatever became of its number meanwhile.

Imports the standard library alone and little of it: supervisors use it without the rest of the package.
"""

import os
from functools import cache


@cache
def host_name() -> str:
    """The name of this host."""
    return os.uname().nodename


@cache
def boot_id() -> str:
    """What changes whenever this machine restarts; empty where the system does not tell."""
    return _text_of("/proc/sys/kernel/random/boot_id").strip()


def start_mark(pid: int) -> str:
    """When the program with this number began, in a form that only serves to be compared.

    Empty when there is none, when it is over and only waits to be noticed, or when the system does not tell.
    """
    fields = _text_of(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] not in "ZX" else ""


def is_alive(pid: int, mark: str) -> bool:
    """Whether the program that had this number and `start_mark` on this host, since its last start, still runs."""
    if pid <= 0:
        return False
    if mark and _has_mark(pid):
        return start_mark(pid) == mark
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _tells() or bool(start_mark(pid))


def _has_mark(pid: int) -> bool:
    return _tells() or bool(start_mark(pid))


@cache
def _tells() -> bool:
    """Whether the system tells when a program began."""
    return bool(start_mark(os.getpid()))


def _text_of(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
