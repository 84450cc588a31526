from collections.abc import Iterator
from pathlib import Path

import pytest

from runtui.services.cause import CauseKind, find_cause
from runtui.services.spool import Spool


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "log")
    yield spool
    spool.close()


TRACEBACK = b'Traceback (most recent call last):\n  File "x.py", line 1\n    fail()\nValueError: no such mesh\n'


@pytest.mark.parametrize(
    ("log", "told", "kind"),
    [
        (b"fine\nERROR early\n" + TRACEBACK + b"cleaning up\nexit code 1\n", b"ValueError: no such mesh", "traceback"),
        (TRACEBACK + b"retry\n" + TRACEBACK.replace(b"mesh", b"file"), b"ValueError: no such file", "traceback"),
        (b"start\nERROR disk is full\nERROR cannot go on\nexit code 1\n", b"ERROR disk is full", "error"),
        (b"error: 0\nstep 1\n\x1b[31mERROR\x1b[0m bad\n", b"\x1b[31mERROR\x1b[0m bad", "error"),
        (b"start\nstep\nExited with code 137\nbye\n", b"Exited with code 137", "exit"),
        (b"start\nexited with code 0\nsolved\n\n", b"solved", "last"),
    ],
)  # fmt: skip
def test_the_most_telling_line_is_found(spool: Spool, log: bytes, told: bytes, kind: str) -> None:
    spool.append(log)
    cause = find_cause(spool)
    assert cause is not None
    assert (spool.lines(cause.line, 1)[0].content, cause.kind) == (told, CauseKind(kind))
    assert cause.sentence


@pytest.mark.parametrize("log", [b"", b"\n\n  \n"])
def test_a_log_without_a_text_has_no_cause(spool: Spool, log: bytes) -> None:
    spool.append(log)
    assert find_cause(spool) is None


def test_the_shown_number_counts_gaps(spool: Spool) -> None:
    spool.append(b"a\n")
    spool.admit_gap("missing")
    spool.append(b"ERROR b\n")
    cause = find_cause(spool)
    assert cause is not None
    assert cause.line == 2


def test_of_a_long_log_only_the_end_is_looked_at(spool: Spool) -> None:
    spool.append(b"ERROR long ago\n" + b"step\n" * 2_000_000 + b"ERROR now\n")
    cause = find_cause(spool)
    assert cause is not None
    assert cause.line == 2_000_001
    assert "last 4 MB" in cause.sentence
