"""The error tree."""

import inspect

import pytest

from runtui.model import errors
from runtui.model.errors import BackendError, PayloadError, QueryError, RuntuiError, TemporaryError

CLASSES = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, RuntuiError)]


@pytest.mark.parametrize("error", CLASSES)
def test_every_error_stands_in_the_tree(error: type[RuntuiError]) -> None:
    assert error.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize("error", [each for each in CLASSES if each is not QueryError])
def test_an_error_reads_as_its_message_and_keeps_its_hint(error: type[RuntuiError]) -> None:
    raised = error("it broke", hint="mend it")
    assert (str(raised), raised.message, raised.hint) == ("it broke", "it broke", "mend it")


def test_an_error_of_a_service_knows_profile_and_operation() -> None:
    raised = TemporaryError("busy", profile="hpc", operation="list runs", code=429, retry_after=3.0)
    assert isinstance(raised, BackendError)
    assert (raised.profile, raised.operation, raised.code, raised.retry_after) == ("hpc", "list runs", 429, 3.0)


def test_an_unreadable_answer_says_where() -> None:
    assert PayloadError("no id", path="$[3].run_id").path == "$[3].run_id"


def test_a_filter_that_cannot_be_read_counts_columns_from_one_for_people() -> None:
    raised = QueryError("a bracket is not closed", position=4, expected="a ) at its end")
    assert (str(raised), raised.position) == ("a bracket is not closed (column 5)", 4)
    assert raised.hint == "Expected a ) at its end."
