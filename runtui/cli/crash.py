"""What is left behind when a bug ends the program: where it happened, and nothing a person keeps secret."""

import os
import platform
import traceback
from collections.abc import Iterator
from pathlib import Path

from runtui import __version__
from runtui.cli.output import complain
from runtui.config.paths import find_paths, made_folder
from runtui.model.clock import SystemClock
from runtui.model.errors import RuntuiError
from runtui.model.secret import Secret
from runtui.model.secret_names import is_secret_name
from runtui.transport.redaction import redact


def report_crash(error: BaseException, command: str) -> None:
    """Write a report of an unexpected error into the cache folder, for its owner alone, and name its path on stderr."""
    try:
        path = _written(crash_report(error, command))
    except (RuntuiError, OSError):
        complain(f"a bug in runtui: {type(error).__name__}", "There is no place to write a report of it to.")
    else:
        complain(f"a bug in runtui: {type(error).__name__}", f"Where it happened stands in {path}")


def crash_report(error: BaseException, command: str) -> str:
    """Versions, the command's name and the frames, without the values of variables, arguments and secrets."""
    lines = (
        f"runtui {__version__}, Python {platform.python_version()}, {platform.system()} {platform.release()}",
        f"command: {command or 'dashboard'}",
        "",
        "".join(traceback.format_exception(error)),
    )
    return redact("\n".join(lines), _known_secrets())


def _known_secrets() -> Iterator[Secret]:
    return (Secret(value) for name, value in os.environ.items() if is_secret_name(name) and value)


def _written(report: str) -> Path:
    folder = made_folder(find_paths(None, os.environ).cache_folder)
    moment = SystemClock().now().strftime("%Y%m%dT%H%M%S")
    path = folder / f"crash-{moment}-{os.getpid()}.txt"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with open(file, "w", encoding="utf-8", errors="backslashreplace") as stream:
        stream.write(report)
    return path
