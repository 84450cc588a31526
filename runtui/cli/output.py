"""Where a command writes: data to stdout, talk to stderr.

Text goes through `render.sanitise` before it gets here, except where a command passes bytes on to a file or a pipe.
"""

import io
import os
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtui.model.errors import RuntuiError
    from runtui.render.cell import Cell
    from runtui.render.glyphs import Glyphs
    from runtui.render.sanitise import LogText

PIPED_WIDTH = 160
"""The columns of a table are chosen for so many cells when nobody looks; nothing is cut then."""


def is_terminal() -> bool:
    """Whether a person reads stdout."""
    return sys.stdout.isatty()


def talks_to_terminal() -> bool:
    """Whether a person reads stderr, so that a line of progress may be drawn again and again."""
    return sys.stderr.isatty() and os.environ.get("TERM") not in (None, "", "dumb")


def redrawn_width() -> int | None:
    """Cells of a line of stdout that may be drawn again and again; None where no line can be."""
    return width() if is_terminal() and os.environ.get("TERM") not in (None, "", "dumb") else None


def wants_colour() -> bool:
    """Colour is for terminals that have it, unless NO_COLOR is set (to anything but nothing: no-color.org)."""
    return is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in (None, "", "dumb")


def width() -> int | None:
    """Cells of the terminal; None when stdout is none and lines may be as long as they need to be."""
    return shutil.get_terminal_size().columns if is_terminal() else None


def glyphs() -> "Glyphs":
    """The signs stdout can show."""
    from runtui.render.glyphs import ASCII, UNICODE

    return UNICODE if (sys.stdout.encoding or "").lower().replace("-", "") == "utf8" else ASCII


def prepare() -> None:
    """Let a character that a stream has no code for be written as its number instead of ending the program.

    A stream that was closed before the program began (`>&-`) takes everything and keeps nothing.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            setattr(sys, name, open(nowhere, "w", encoding="utf-8", closefd=False))  # noqa: SIM115  # till the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write_line(line: str = "") -> None:
    """One line of data."""
    sys.stdout.write(f"{line}\n")


def write_lines(lines: Iterable[str]) -> None:
    """Lines of data."""
    sys.stdout.writelines(f"{line}\n" for line in lines)


def write_bytes(content: bytes) -> None:
    """Bytes as they are, after what was written before."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)


def encoded(text: str) -> bytes:
    """Text as the bytes stdout takes; a character it has no code for as its number."""
    return text.encode(sys.stdout.encoding or "utf-8", "backslashreplace")


def give_up() -> None:
    """Let what is still to be written to stdout go nowhere, so that the end of the program does not fail at it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def flush() -> None:
    """Let the reader have what was written. Raises BrokenPipeError when there is none any more."""
    sys.stdout.flush()
    sys.stdout.buffer.flush()


def painted(cell: "Cell", colour: bool, text: str | None = None) -> str:
    """The cell's text, or the given padded one, in the colour of its tone."""
    shown = cell.text if text is None else text
    if not colour or not shown.strip():
        return shown
    from rich.color import ColorSystem

    from runtui.render.cell import Tone
    from runtui.render.palette import ANSI

    if cell.tone in (Tone.TEXT, Tone.QUEUED):
        return shown
    return ANSI.style(cell.tone).render(shown, color_system=ColorSystem.STANDARD)


def painted_log(line: "LogText", colour: bool) -> str:
    """A line of a log with the looks it asked for."""
    if not colour or not line.spans:
        return line.plain
    from rich.color import ColorSystem

    from runtui.render.palette import sgr_style

    pieces, at = [], 0
    for span in line.spans:
        pieces.append(line.plain[at : span.start])
        shown = line.plain[span.start : span.end]
        pieces.append(sgr_style(span.sgr).render(shown, color_system=ColorSystem.EIGHT_BIT))
        at = span.end
    return "".join([*pieces, line.plain[at:]])


def say(sentence: str) -> None:
    """One line of talk."""
    from runtui.render.sanitise import one_line

    _write_talk(one_line(sentence))


def complain(message: str, hint: str = "") -> None:
    """What went wrong, and what to do about it."""
    from runtui.render.sanitise import safe_lines

    first, *others = safe_lines(message) or [""]
    for line in (
        f"runtui: {first}",
        *(f"        {line}" for line in others),
        *(f"  {line}" for line in safe_lines(hint)),
    ):
        _write_talk(line)


def complain_of(error: "RuntuiError", *, profile: str = "") -> None:
    """An error in the same form; `profile` says whose it is when several were asked."""
    before = f"{profile}: " if profile and not error.message.startswith(f"{profile}:") else ""
    complain(before + error.message, error.hint)


def _write_talk(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
