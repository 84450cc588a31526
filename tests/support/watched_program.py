"""A program on a real terminal whose processor time, memory and first paint are measured from outside."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_OF_A_PROCESS: Final = 2
"""Which clock of a process id Linux is asked for: the one that counts the nanoseconds its threads ran."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_LONGEST: Final = 120.0
_AN_AGE: Final = 200
_REST: Final = 0.3
_IDLE_SHARE: Final = 0.1
"""Of a core; whoever takes more is still at work, though nothing of it is seen."""
_ANSWERS: Final = {b"\x1b[c": b"\x1b[?62c", b"\x1b[6n": b"\x1b[1;1R", b"\x1b[?2026$p": b"\x1b[?2026;2$y"}


class WatchedProgram:
    """Runs a command on a terminal of so many columns and lines that answers what programs ask at their start."""

    def __init__(
        self, words: Sequence[str], environ: Mapping[str, str], *, cwd: Path, size: tuple[int, int] = (120, 40)
    ) -> None:
        self._ours, theirs = pty.openpty()
        columns, lines = size
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._began = time.monotonic()
        self._program = subprocess.Popen(
            words, stdin=theirs, stdout=theirs, stderr=theirs, cwd=cwd, start_new_session=True,
            env={"PATH": os.environ["PATH"], "TERM": "xterm-256color", "COLORTERM": "truecolor", **environ},
        )  # fmt: skip
        os.close(theirs)
        self.sent = bytearray()
        """All that it wrote."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.killpg(self._program.pid, signal.SIGKILL)  # with what it started: it leads a session of its own
        self._program.wait()
        os.close(self._ours)

    def painted(self, mark: bytes) -> tuple[float, float]:
        """Wait until it wrote a text; gives its processor seconds until then, and the seconds since its start."""
        while mark not in self.sent:
            assert time.monotonic() - self._began < _LONGEST, bytes(self.sent[-2000:])
            self.read(0.005)
        return self.cpu_seconds, time.monotonic() - self._began

    def read(self, seconds: float) -> bytes:
        """What it writes within so many seconds, or until it wrote something."""
        ready, _, _ = select.select([self._ours], [], [], seconds)
        try:
            content = os.read(self._ours, 1 << 16) if ready else b""
        except OSError:
            content = b""
        self.sent += content
        for question, answer in _ANSWERS.items():
            if question in content:
                os.write(self._ours, answer)
        return content

    def read_beyond(self, count: int) -> None:
        """Read until it wrote more than so many bytes in all."""
        while len(self.sent) <= count:
            assert time.monotonic() - self._began < _LONGEST, bytes(self.sent[-2000:])
            self.read(0.05)

    def rest(self, seconds: float) -> int:
        """Read until it wrote nothing for so long; gives how many bytes came."""
        before = len(self.sent)
        while self.read(seconds):
            pass
        return len(self.sent) - before

    def until_quiet(self) -> None:
        """Read until nothing but the age of something, a few bytes, is written any more, and next to nothing done."""
        before = 0.0
        while self.rest(_REST) > _AN_AGE or self.cpu_seconds - before > _IDLE_SHARE * _REST:
            before = self.cpu_seconds

    def press(self, key: bytes) -> None:
        """Type a key."""
        os.write(self._ours, key)

    @property
    def cpu_seconds(self) -> float:
        """Processor time of all its threads so far."""
        return time.clock_gettime(~self._program.pid << 3 | _OF_A_PROCESS)

    @property
    def resident_bytes(self) -> int:
        """Its memory now."""
        return int(Path(f"/proc/{self._program.pid}/statm").read_text().split()[1]) * _PAGE
