"""Telling whether another process on this or another machine is still there."""

import os
import socket
from contextlib import suppress
from pathlib import Path

import msgspec


class OwnerMark(msgspec.Struct, frozen=True, kw_only=True):
    """A process as it can be told from all others: the machine since its last start, and when the process began."""

    host: str
    boot: str
    space: str
    pid: int
    began: str

    @property
    def boot_mark(self) -> str:
        """The machine since it was started."""
        return f"{self.host} {self.boot}"

    def is_gone(self) -> bool | None:
        """Whether the process is over; None when that cannot be told from here."""
        here = own_mark()
        if self.host != here.host:
            return None
        if self.boot != here.boot:
            return True
        return None if self.space != here.space else _beginning_of(self.pid) != self.began


def own_mark() -> OwnerMark:
    """This process."""
    return OwnerMark(
        host=socket.gethostname(),
        boot=_read("/proc/sys/kernel/random/boot_id"),
        space=_space(),
        pid=os.getpid(),
        began=_beginning_of(os.getpid()),
    )


def _space() -> str:
    with suppress(OSError):
        return os.readlink("/proc/self/ns/pid")
    return ""


def _beginning_of(pid: int) -> str:
    """When a process began, in the system's ticks; the empty text when there is none of that number."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    if len(fields) > 19:
        return "" if fields[0] == "Z" else fields[19]
    if not Path("/proc/self/stat").exists():
        with suppress(OSError):
            os.kill(pid, 0)
            return "running"
    return ""


def _read(path: str) -> str:
    with suppress(OSError):
        return Path(path).read_text().strip()
    return ""
