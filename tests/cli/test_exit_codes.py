"""Every error has its exit code, and the numbers never change."""

import pytest

from runtui.cli.exit_codes import ExitCode, exit_code_of, worst_exit_code
from runtui.model import errors


def test_the_numbers_are_these() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "DONE": 0,
        "FAILED": 1,
        "USAGE": 2,
        "NOT_FOUND": 3,
        "AUTHENTICATION": 4,
        "UNREACHABLE": 5,
        "REFUSED": 6,
        "UNVERIFIED": 7,
        "SOME_FAILED": 8,
        "SOME_ENDED": 9,
        "INTERRUPTED": 130,
    }


CODES = {
    errors.ConfigError: 2,
    errors.InputError: 2,
    errors.StorageError: 1,
    errors.VerificationError: 7,
    errors.BackendError: 1,
    errors.AuthenticationError: 4,
    errors.PermissionDeniedError: 6,
    errors.NotFoundError: 3,
    errors.RejectedError: 6,
    errors.UnsupportedError: 6,
    errors.PayloadError: 5,
    errors.TemporaryError: 5,
    errors.ServiceTimeoutError: 5,
    errors.RateLimitedError: 5,
    errors.ServiceDownError: 5,
}


@pytest.mark.parametrize(("kind", "code"), CODES.items())
def test_an_error_ends_with_its_code(kind: type[errors.RuntuiError], code: int) -> None:
    assert exit_code_of(kind("it failed")) == code


def test_no_error_was_forgotten() -> None:
    def below(kind: type[errors.RuntuiError]) -> set[type[errors.RuntuiError]]:
        return {kind}.union(*(below(one) for one in kind.__subclasses__()))

    of_the_model = {kind for kind in below(errors.RuntuiError) if kind.__module__ == errors.__name__}
    assert of_the_model - {errors.RuntuiError, errors.QueryError} == set(CODES)


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ((), 0),
        ((errors.ServiceDownError, errors.AuthenticationError), 4),
        ((errors.NotFoundError, errors.ServiceDownError, errors.StorageError), 3),
        ((errors.VerificationError, errors.ConfigError), 7),
        ((errors.AuthenticationError, errors.ConfigError, errors.RejectedError), 2),
    ],
)
def test_of_several_errors_the_one_a_person_must_mend_decides(
    kinds: tuple[type[errors.RuntuiError], ...], code: int
) -> None:
    assert worst_exit_code(kind("it failed") for kind in kinds) == code
