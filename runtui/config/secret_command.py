"""A command that prints a secret: run without a shell, without a terminal, and never for long."""

import contextlib
import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from typing import Final

from runtui.model.errors import ConfigError

_SHOWN_CHARACTERS: Final = 300
_GRACE_SECONDS: Final = 1.0


def first_line_of_command(command: str, environ: Mapping[str, str], timeout: float) -> str:
    """What the command prints up to its first line end. Blocks for at most `timeout` seconds and one more.

    The command has no terminal and no input, so one that wants to ask fails at once. An error names the program and
    shows what it wrote to stderr, never its arguments and never its output. Raises ConfigError.
    """
    program, *arguments = _split(command)
    output, said, code = _run([program, *arguments], environ, timeout)
    first = output.decode("utf-8", "surrogateescape").split("\n")[0].rstrip("\r")
    if code != 0:
        ended = f"failed with {code}" if code > 0 else f"was ended by signal {-code}"
        raise ConfigError(f"comes from the command {program!r}, which {ended}{_shown(said, first)}")
    if not first:
        raise ConfigError(f"comes from the command {program!r}, which printed nothing{_shown(said, first)}")
    return first


def _split(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError:
        raise ConfigError("is a command with a quote that is not closed") from None
    if not words:
        raise ConfigError("is a command without words")
    return words


def _run(arguments: list[str], environ: Mapping[str, str], timeout: float) -> tuple[bytes, bytes, int]:
    try:
        child = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environ),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it holds a character that is not allowed"
        raise ConfigError(f"comes from the command {arguments[0]!r}, which does not start: {reason}") from None
    with child:
        try:
            output, said = child.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            _end(child)
            raise ConfigError(
                f"comes from the command {arguments[0]!r}, which took longer than {timeout:g} seconds",
                hint="Run it yourself: does it wait for a question to be answered?",
            ) from None
    return output, said, child.returncode


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill the command with all it started; close the pipes though one that left the session may still hold them."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    try:
        child.communicate(timeout=_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        for pipe in (child.stdout, child.stderr):
            if pipe:
                pipe.close()


def _shown(said: bytes, secret: str) -> str:
    """The end of what a command wrote to stderr, on one line of printable characters, without the secret."""
    text = said.decode("utf-8", "surrogateescape")
    if secret:
        text = text.replace(secret, "***")
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return f": {line[-_SHOWN_CHARACTERS:]}" if line else ""
