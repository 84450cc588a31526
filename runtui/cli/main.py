"""The entry point: reads the command line, runs the command, and turns every end into an exit code."""

import errno
import importlib
import sys
from collections.abc import Sequence
from typing import Final, cast

from runtui.cli.exit_codes import ExitCode, exit_code_of
from runtui.cli.options import Invocation
from runtui.cli.output import complain, give_up, prepare

_UNWRITABLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def run(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks for and return the exit code; `argv` is without the program's name."""
    prepare()
    try:
        return _run(_read(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        return _reader_left()


def _read(words: Sequence[str]) -> Invocation:
    """What the command line asks for. The dashboard alone needs no grammar, which is that of all commands."""
    if not words:
        return Invocation()
    from runtui.cli.parser import parse

    return parse(words)


def _run(invocation: Invocation) -> int:
    from runtui.model.errors import RuntuiError

    try:
        code = _call(invocation)
        sys.stdout.flush()
        return code
    except RuntuiError as error:
        from runtui.cli.output import complain_of

        complain_of(error)
        return exit_code_of(error)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last frame: whatever gets here is our own fault, and is reported
        if isinstance(error, OSError) and error.errno in _UNWRITABLE and error.filename is None:
            return _unwritable(error)
        from runtui.cli.crash import report_crash

        report_crash(error, invocation.command)
        return ExitCode.FAILED


def _call(invocation: Invocation) -> int:
    name = invocation.command or "dashboard"
    command = importlib.import_module(f"runtui.cli.{name}")
    return cast(int, command.run(invocation.options, **invocation.arguments))


def _unwritable(error: OSError) -> int:
    """Where stdout goes has no room: what is kept in files of ours is guarded where it is written."""
    give_up()
    complain(f"stdout cannot be written: {error.strerror}")
    return ExitCode.FAILED


def _reader_left() -> int:
    """Whoever read our data has enough of it, as `head` does: there is nothing to complain of."""
    give_up()
    return ExitCode.DONE
