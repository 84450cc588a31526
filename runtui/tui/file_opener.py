"""Opening a file of this machine: text in the user's pager, anything else with the desktop's program for it."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from runtui.render.preview_kind import is_text

_LOOKED_AT = 8192


class Program(NamedTuple):
    """What opens a file: its command, and whether it takes the terminal until it ends."""

    command: tuple[str, ...]
    takes_terminal: bool


def program_for(path: Path, environ: Mapping[str, str]) -> Program | None:
    """The program for a file, or None where none can show it: a machine without a desktop, and no text.

    Raises OSError when the file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if is_text(start):
        pager = _words(environ.get("PAGER")) or _found("less") or _found("more")
        if pager:
            return Program((*pager, str(path)), takes_terminal=True)
    opener = ("open",) if sys.platform == "darwin" else _found("xdg-open") if has_desktop(environ) else ()
    return Program((*opener, str(path)), takes_terminal=False) if opener else None


def has_desktop(environ: Mapping[str, str]) -> bool:
    """Whether windows can be shown where this runs."""
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def run_program(program: Program) -> None:
    """Run it, until it ends where it takes the terminal. Raises OSError when it cannot be run."""
    if program.takes_terminal:
        subprocess.run(program.command, check=False, env={**os.environ, "LESSSECURE": "1"})
    else:
        quiet = subprocess.DEVNULL
        subprocess.Popen(program.command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)


def _words(command: str | None) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(command or ""))
    except ValueError:
        return ()
    return words if words and shutil.which(words[0]) else ()


def _found(name: str) -> tuple[str, ...]:
    return (name,) if shutil.which(name) else ()
