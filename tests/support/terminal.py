"""A program on a real terminal of ours: what it writes is drawn, what one types it reads."""

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyte

ROOT = Path(__file__).parent.parent.parent
_LONGEST = 30.0
_KEYS: Final = {"enter": "\r", "escape": "\x1b", "tab": "\t", "space": " ", "down": "\x1b[B", "up": "\x1b[A"}
_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Makes the terminal the one that sends signals, as a shell does, and becomes the program."""
_UNDRAWN = re.compile(r"\x1b\[[<>=?][0-9;]*[umpq]|\x1b[P_\]][^\x07\x1b]*(?:\x07|\x1b\\)")
_SEQUENCE = re.compile(r"\x1b\[[0-9;?<>=]*[A-Za-z]")
_MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_LOOK = re.compile(rb"\x1b\[([0-9;:]*)m")
_LONG_COLOUR = re.compile(rb"[34]8;(?:5;\d+|2;\d+;\d+;\d+)")


def seen(cell: pyte.screens.Char) -> Hashable:
    """A cell as one sees it: of a blank no more than its ground, unless there is a line through it or it is reverse."""
    if cell.data == " " and not (cell.underscore or cell.strikethrough or cell.reverse):
        return (" ", cell.bg)
    return tuple(cell)


class Terminal:
    """Runs Python with these arguments on a terminal of its own, and watches it. Ends it when it is left."""

    def __init__(
        self,
        words: Sequence[str],
        environ: Mapping[str, str],
        *,
        columns: int = 100,
        lines: int = 30,
        cwd: Path,
        hears_of_hangups: bool = True,
    ) -> None:
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.Stream(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.sent = bytearray()
        """All that it wrote."""
        self._ours, self._theirs = pty.openpty()
        self._open = [self._ours, self._theirs]
        self._size(columns, lines)
        self._before = termios.tcgetattr(self._theirs)
        self._program = subprocess.Popen(
            [*([sys.executable, "-S", "-c", _TAKE_TERMINAL] if hears_of_hangups else []), sys.executable, *words],
            stdin=self._theirs, stdout=self._theirs, stderr=self._theirs,
            env={"TERM": "xterm-256color", **environ}, cwd=cwd, start_new_session=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._program.kill()
        self._program.wait()
        for descriptor in self._open:
            os.close(descriptor)

    def vanish(self) -> int:
        """Take the terminal away, as a lost connection does, and wait for the program to end; gives its exit code."""
        while self._open:
            os.close(self._open.pop())
        return self._program.wait(_LONGEST)

    def tell_to_end(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self._program.send_signal(number)

    @property
    def is_stopped(self) -> bool:
        """Whether a signal has stopped the program, until another one lets it go on."""
        stat = Path(f"/proc/{self._program.pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] == "T"

    @property
    def text(self) -> str:
        """The screen, blanks at line ends dropped."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def looks(self) -> list[list[Hashable]]:
        """Every cell of every line as one sees it: of a blank only its ground, unless a line goes through it."""
        rows = (self._screen.buffer[line] for line in range(self._screen.lines))
        return [[seen(row[column]) for column in range(self._screen.columns)] for row in rows]

    def overwrite(self, text: str) -> None:
        """Write on the screen past the program, as another one does."""
        self._stream.feed(text)

    def press(self, *keys: str) -> None:
        """Type keys: characters, `enter`, `escape`, `ctrl+c` and so on."""
        for key in keys:
            control = key.removeprefix("ctrl+")
            text = chr(ord(control) & 31) if control != key else _KEYS.get(key, key)
            os.write(self._ours, text.encode())

    def type_at_once(self, keys: str) -> None:
        """Type plain keys so fast that they arrive in one piece."""
        os.write(self._ours, keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        """Make the window another size; the program is told by a signal."""
        self._screen.resize(lines, columns)
        self._size(columns, lines)

    def _size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def shows(self, text: str) -> None:
        """Wait until a text stands on the screen."""
        self.until(lambda: text in self.text, text)

    def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Read what it writes until something is true. Fails the test when it does not come true."""
        deadline = time.monotonic() + _LONGEST
        while not condition():
            assert time.monotonic() < deadline, f"never came true: {what}\n{self.text}"
            self._read(0.05)

    def ended(self) -> int:
        """Wait until it has ended, and give its exit code."""
        self.until(lambda: self._program.poll() is not None, "its end")
        while self._read(0.0):
            pass
        return self._program.returncode

    def _read(self, timeout: float) -> bool:
        if not select.select([self._ours], [], [], timeout)[0]:
            return False
        written = os.read(self._ours, 1 << 16)
        self.sent += written
        self._stream.feed(_UNDRAWN.sub("", self._decoder.decode(written)))
        return True

    # how it left the terminal

    @property
    def settings_changed(self) -> bool:
        """Whether echo, line editing and so on are otherwise than before it began."""
        return termios.tcgetattr(self._theirs) != self._before

    @property
    def modes(self) -> dict[int, bool]:
        """What was last said of each private mode: 25 is the cursor, 1049 the other screen, 1000 to 1015 the mouse."""
        modes: dict[int, bool] = {}
        for numbers, switch in _MODE.findall(bytes(self.sent)):
            modes.update((int(number), switch == b"h") for number in numbers.split(b";"))
        return modes

    @property
    def last_words(self) -> str:
        """The text it wrote after it left the other screen, or all when it never went there."""
        return _SEQUENCE.sub("", bytes(self.sent).rpartition(b"\x1b[?1049l")[2].decode())

    @property
    def is_keyboard_left(self) -> bool:
        """Whether every change of how keys are sent was taken back."""
        sent = bytes(self.sent)
        return len(re.findall(rb"\x1b\[>\d+u", sent)) == sent.count(b"\x1b[<u")

    @property
    def colours(self) -> set[int]:
        """The codes of the colours it asked for: 30 to 49 and 90 to 107."""
        looks = {look.replace(b":", b";") for look in _LOOK.findall(bytes(self.sent))}
        codes = {int(code) for look in looks for code in _LONG_COLOUR.sub(b"38", look).split(b";") if code}
        return {code for code in codes if 30 <= code <= 49 or 90 <= code <= 107}
