"""What the command tells the shell when it ends. Scripts rely on these numbers; they never change."""

from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtui.model.errors import RuntuiError


class ExitCode(IntEnum):
    """One number a kind of end."""

    DONE = 0
    FAILED = 1
    """Something went wrong that has no code of its own: a local file, a bug."""
    USAGE = 2
    """The command line or the configuration is wrong."""
    NOT_FOUND = 3
    AUTHENTICATION = 4
    UNREACHABLE = 5
    """No answer, an answer of failure, or one that cannot be read: what answers there is not the service."""
    REFUSED = 6
    """The service refused it, or cannot do it."""
    UNVERIFIED = 7
    """What was downloaded is not what the service says it is."""
    SOME_FAILED = 8
    """`wait`: some runs failed or were stopped."""
    SOME_ENDED = 9
    """`wait`: some runs ended without a known outcome."""
    INTERRUPTED = 130


_WORST_FIRST = (
    ExitCode.UNVERIFIED,
    ExitCode.USAGE,
    ExitCode.AUTHENTICATION,
    ExitCode.REFUSED,
    ExitCode.NOT_FOUND,
    ExitCode.UNREACHABLE,
    ExitCode.FAILED,
)


def exit_code_of(error: "RuntuiError") -> ExitCode:
    """The code an error ends the command with."""
    from runtui.model import errors

    match error:
        case errors.ConfigError():
            return ExitCode.USAGE
        case errors.VerificationError():
            return ExitCode.UNVERIFIED
        case errors.NotFoundError():
            return ExitCode.NOT_FOUND
        case errors.AuthenticationError():
            return ExitCode.AUTHENTICATION
        case errors.PermissionDeniedError() | errors.RejectedError() | errors.UnsupportedError():
            return ExitCode.REFUSED
        case errors.TemporaryError() | errors.PayloadError():
            return ExitCode.UNREACHABLE
        case _:
            return ExitCode.FAILED


def worst_exit_code(errors: "Iterable[RuntuiError]") -> ExitCode:
    """The code when several things went wrong: what only a person can mend comes before what may pass by itself."""
    codes = {exit_code_of(error) for error in errors}
    return next((code for code in _WORST_FIRST if code in codes), ExitCode.DONE)
