"""The programs of a run, wherever they went: all that was begun by it has the run's folder in its environment.

A program that left its group and its session for one of its own is found too. Imports the standard library alone:
supervisors use it without the rest of the package.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RUN_FOLDER = "RUNTUI_RUN_FOLDER"
"""The variable in the environment of every node of a run that holds the run's folder."""
AFTER_STOP_LOG = "after-stop.log"
_AFTER_STOP_SECONDS = 60.0
_LOOK_SECONDS = 0.05


def programs_of(folder: str) -> list[int]:
    """The numbers of all programs on this host that a run began and that go on. None where the system does not tell.

    What such a program put into its own environment since is not seen; what it was begun with is.
    """
    mark = f"{RUN_FOLDER}={folder}".encode(errors="surrogateescape")
    found: list[int] = []
    with suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdigit() and int(name) != os.getpid():
                with suppress(OSError), open(f"/proc/{name}/environ", "rb") as file:
                    if mark in file.read().split(b"\0"):
                        found.append(int(name))
    return found


def has_members(group: int) -> bool:
    """Whether any program of this group goes on, be it somebody else's or one that only waits to be reaped."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def signal_run(folder: str, groups: Iterable[int], number: int) -> None:
    """Send a signal to some groups of programs, and to each program of the run that is in none of them: no program
    gets it twice."""
    told = set(groups)
    for group in told:
        with suppress(OSError):
            os.killpg(group, number)
    for pid in programs_of(folder):
        with suppress(OSError):
            if os.getpgid(pid) not in told:
                os.kill(pid, number)


def run_after_stop(words: Sequence[str], folder: str, work_folder: str) -> str:
    """Run what ends things that a run began elsewhere, in its work folder; gives the last line it said.

    It has a minute; what it says is kept beside the record.
    """
    log = os.path.join(folder, AFTER_STOP_LOG)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    files = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)]
    files += [(os.POSIX_SPAWN_OPEN, number, log, flags, 0o600) for number in (1, 2)]
    try:
        os.chdir(work_folder)
        pid = os.posix_spawn(words[0], list(words), dict(os.environ), file_actions=files, setpgroup=0, setsigmask=())
    except OSError as error:
        return f"{words[0]} cannot be run: {error.strerror}"
    until = time.monotonic() + _AFTER_STOP_SECONDS
    while os.waitpid(pid, os.WNOHANG)[0] == 0:
        if time.monotonic() >= until:
            with suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return f"{words[0]} did not end within {_AFTER_STOP_SECONDS:g} s"
        time.sleep(_LOOK_SECONDS)
    with suppress(OSError), open(log, encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file if line.strip()]
        return lines[-1][:300] if lines else ""
    return ""
