"""Where errors begin in a followed log."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtui.services.spool import Spool
from runtui.tui.error_lines import ErrorLines

TRACEBACK = b"""Traceback (most recent call last):
  File "solve.py", line 3, in <module>
    raise ValueError(error)
ValueError: no convergence
"""


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "log")
    yield spool
    spool.close()


def found(errors: ErrorLines) -> list[int]:
    list(errors.advance(lambda: False))
    return errors.lines


def test_a_record_of_several_lines_counts_where_it_begins(spool: Spool) -> None:
    spool.append(b"fine\n" + TRACEBACK + b"fine\n2026-01-29 10:00:00,000 ERROR solver: nan\n")
    assert found(ErrorLines(spool)) == [1, 6]


@pytest.mark.parametrize(
    "line", [b"FATAL: out of memory", b"--> FOAM FATAL ERROR :", b"Killed", b"E0129 10:00 main.cc:3] no"]
)
def test_signs_of_errors_are_found_in_any_case(spool: Spool, line: bytes) -> None:
    spool.append(b"fine\n" + line + b"\n")
    assert found(ErrorLines(spool)) == [1]


def test_a_word_that_is_no_error_is_none(spool: Spool) -> None:
    spool.append(b"0 errors\nno exception was raised\nthe final error is 0.01\n")
    assert found(ErrorLines(spool)) == []


def test_what_comes_later_is_found_later(spool: Spool) -> None:
    errors = ErrorLines(spool)
    spool.append(b"fine\n")
    assert found(errors) == []
    spool.append(TRACEBACK)
    assert errors.is_behind
    assert found(errors) == [1]
    assert not errors.is_behind


def test_what_was_left_when_it_was_cancelled_is_found_when_it_goes_on(spool: Spool) -> None:
    errors = ErrorLines(spool)
    spool.append(TRACEBACK + b"fine\n" + TRACEBACK)
    list(errors.advance(lambda: True))
    assert errors.is_behind
    assert found(errors) == [0, 5]
    assert not errors.is_behind


def test_a_record_that_comes_in_two_parts_counts_once(spool: Spool) -> None:
    errors = ErrorLines(spool)
    spool.append(TRACEBACK[:60])
    assert found(errors) == [0]
    spool.append(TRACEBACK[60:] + b"fine\n" + TRACEBACK)
    assert found(errors) == [0, 5]
    assert errors.records == [range(4), range(5, 9)]


def test_a_log_that_was_replaced_is_looked_at_anew(spool: Spool) -> None:
    errors = ErrorLines(spool)
    spool.append(TRACEBACK)
    assert found(errors) == [0]
    spool.cut_to(0)
    spool.append(b"fine\n" + TRACEBACK)
    assert found(errors) == [1]


def test_an_error_far_within_a_very_long_line_is_none_and_the_one_after_it_is_found(spool: Spool) -> None:
    spool.append(b"x" * 3_000_000 + b" ERROR: late " + b"x" * 3_000_000 + b"\nERROR: found\n")
    assert found(ErrorLines(spool)) == [1]
