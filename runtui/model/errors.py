"""Every error a person can meet.

RuntuiError                     message for a person + hint
├── ConfigError                 configuration file, environment or command line is wrong
│   ├── InputError              inputs of a run to be started are wrong; names each and what was expected
│   └── QueryError              a filter cannot be read; says at which column and what was expected
├── StorageError                a local file or folder cannot be read or written
├── VerificationError           what was downloaded is not what the service says it is
└── BackendError                a service; carries the profile and the operation
    ├── AuthenticationError     who we are is not accepted: log in again
    ├── PermissionDeniedError   who we are may not do this
    ├── NotFoundError           the service does not know it (any more)
    ├── RejectedError           the service refused the request itself
    ├── UnsupportedError        this service, or this server of it, cannot do that
    ├── PayloadError            the answer cannot be read; says where in the JSON
    └── TemporaryError          the same request may work later
        ├── ServiceTimeoutError
        ├── RateLimitedError    carries `retry_after`
        └── ServiceDownError    unreachable, or answers 5xx
"""

from collections.abc import Sequence
from typing import NamedTuple


class RuntuiError(Exception):
    """Anything that went wrong in a way a person can understand and often mend.

    `message` says what was wrong, naming it; `hint` says what to do, or is empty.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class ConfigError(RuntuiError):
    """The configuration, the environment or the command line is wrong."""


class InputProblem(NamedTuple):
    """What is wrong with one input, such as `expected an integer, got '4.5'`. `name` is empty for all of them."""

    name: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.name}: {self.sentence}" if self.name else self.sentence


class InputError(ConfigError):
    """Inputs of a run cannot be sent as they are: nothing was sent. `problems` are all that was found, in order."""

    def __init__(self, message: str, *, hint: str = "", problems: Sequence[InputProblem] = ()) -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)

    @classmethod
    def of(cls, problems: Sequence[InputProblem], *, hint: str = "") -> "InputError":
        """The error that tells these problems, a line each."""
        return cls("\n".join(str(problem) for problem in problems), hint=hint, problems=problems)


class QueryError(ConfigError):
    """A filter cannot be read. `position` is the 0-based column in the filter's text, `expected` what would fit there.

    `is_incomplete` means that typing on could mend it, so a filter being typed need not be called wrong yet.
    """

    def __init__(self, message: str, *, position: int, expected: str, is_incomplete: bool = False) -> None:
        super().__init__(f"{message} (column {position + 1})", hint=f"Expected {expected}.")
        self.position = position
        self.expected = expected
        self.is_incomplete = is_incomplete


class StorageError(RuntuiError):
    """A local file or folder cannot be read or written."""


class VerificationError(RuntuiError):
    """A downloaded file has another size or hash than the service says."""


class BackendError(RuntuiError):
    """A service did not do what was asked. `profile` is the connection's name, `operation` what was tried."""

    def __init__(
        self, message: str, *, hint: str = "", profile: str = "", operation: str = "", code: int | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.profile = profile
        self.operation = operation
        self.code = code
        """The HTTP status code, when there was one."""


class AuthenticationError(BackendError):
    """The token or password is not accepted, or has expired and could not be renewed."""


class PermissionDeniedError(BackendError):
    """The service knows us but does not let us do this."""


class NotFoundError(BackendError):
    """The service does not know the run, node or file, or no longer does."""


class RejectedError(BackendError):
    """The service refused the request as such: bad input, a conflict, a state that does not allow it."""


class UnsupportedError(BackendError):
    """The service, or this server of it, cannot do that."""


class PayloadError(BackendError):
    """The answer is not what the service's document says. `path` is the JSON path, such as `$[3].run_id`."""

    def __init__(
        self, message: str, *, path: str = "$", hint: str = "", profile: str = "", operation: str = ""
    ) -> None:
        super().__init__(message, hint=hint, profile=profile, operation=operation)
        self.path = path


class TemporaryError(BackendError):
    """The same request may work later. `retry_after` is in seconds, when the service said so."""

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        profile: str = "",
        operation: str = "",
        code: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint=hint, profile=profile, operation=operation, code=code)
        self.retry_after = retry_after


class ServiceTimeoutError(TemporaryError):
    """The service took longer than we wait."""


class RateLimitedError(TemporaryError):
    """The service asks us to be slower."""


class ServiceDownError(TemporaryError):
    """The service cannot be reached, or answers with a failure of its own."""
