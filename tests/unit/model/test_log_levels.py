"""How serious a line of a log is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model import log_levels
from runtui.model.log_levels import LogLevel, level_of, line_levels

ERRORS = [
    "2026-01-29 12:01:08 ERROR solver: diverged",
    "FATAL: cannot continue",
    "[error] mesh is bad",
    "<Err> mesh is bad",
    '{"level": "error", "msg": "x"}',
    "time=1 level=fatal msg=x",
    "E0129 12:01:08.123 solver.cc:12] boom",
    "Traceback (most recent call last):",
    "ValueError: bad mesh",
    "numpy.linalg.LinAlgError: Singular matrix",
    "java.lang.NullPointerException",
    'Exception in thread "main" java.lang.Error',
    "--> FOAM FATAL ERROR: Floating point exception",
    "--> FOAM FATAL IO ERROR:",
    "FOAM FATAL ERROR: Floating point exception",
    "mpirun: process 3 exited with code 1",
    "Exited with code 139",
    "exit status: 2",
    "command returned exit code 127",
    "solver exited with 3",
    "OSError: [Errno 5]",
    "solver.c:12:3: error: expected ';'",
    "Segmentation fault (core dumped)",
    "slurmstepd: error: Detected 1 oom-kill event",
    "Killed",
    "bash: solve: command not found",
    "cat: x: No such file or directory",
    "solve: mesh.c:12: main: Assertion `n > 0' failed.",
    "npm ERR! code 1",
    "MPI_ABORT was invoked on rank 0",
    "write: No space left on device",
]
WARNINGS = [
    "2026-01-29 WARN slow disk",
    "[WARN] slow disk",
    "[warning] slow disk",
    "WARNING:root:slow disk",
    "x.py:3: DeprecationWarning: old",
    "--> FOAM Warning : from function",
    "cc1: warning: unused",
    "level=warn msg=x",
    "W0129 12:01:08.123 solver.cc:12] hm",
    "Time = 240  residual = nan",
    "residual=-NaN",
    "Ux nan(ind)",
]
INFOS = ["2026-01-29 INFO starting: error: none so far", "[info] ready", "I0129 12:01:08.1 a.cc:1] ok", "level=info x"]
DEBUGS = ["DEBUG nan seen", "[debug] x", "TRACE enter", '"levelname": "DEBUG", "error": "ValueError: x"']
NOTHING = [
    "",
    "Time = 239  residual = 3.1e+04",
    "mpirun: process 3 exited with code 0",
    "exit code 00",
    "L2 error: 0.0012",
    "L2 ERROR = 1e-3",
    "error = 1e-5",
    "errors: 0",
    "banana nanometre finance",
    "information about terror",
    "the exit is on the left",
    "return 1",
    "overKilled",
    "12345 iterations",
]


@pytest.mark.parametrize(
    ("line", "level"),
    [
        *((line, LogLevel.ERROR) for line in ERRORS),
        *((line, LogLevel.WARNING) for line in WARNINGS),
        *((line, LogLevel.INFO) for line in INFOS),
        *((line, LogLevel.DEBUG) for line in DEBUGS),
        *((line, LogLevel.NONE) for line in NOTHING),
    ],
)
def test_a_line_has_the_level_it_tells(line: str, level: LogLevel) -> None:
    assert level_of(line) is level


_PIECES = st.sampled_from(
    [*ERRORS, *WARNINGS, *INFOS, *DEBUGS, *NOTHING, "Error", "ERR", "exit", "=", ": ", " ", "nan", "1", "\u0130", "ſ"]
)


@given(st.lists(_PIECES, max_size=3).map("".join), st.integers(0, 8))
def test_the_quick_look_never_changes_the_answer(text: str, start: int) -> None:
    line = text[start:]
    match = log_levels._LEVEL.search(line)
    assert level_of(line).value == (match.lastgroup if match else "none")


def test_only_the_beginning_of_a_very_long_line_is_looked_at() -> None:
    assert level_of("x" * 10_000 + " ERROR") is LogLevel.NONE


def levels(text: str) -> list[tuple[str, bool]]:
    return [(found.level.value, found.continues) for found in line_levels(text.split("\n"))]


def test_a_traceback_is_one_record_up_to_its_exception() -> None:
    text = "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\nKeyError: 'x'\nTime = 2"
    assert levels(text) == [("error", False), ("error", True), ("error", True), ("error", True), ("none", False)]


def test_chained_tracebacks_belong_together() -> None:
    text = (
        "Traceback (most recent call last):\n  a\nKeyError: 1\n\nDuring handling of the above exception, another:\n\n"
        "Traceback (most recent call last):\n  b\nmymodule.Stop\ndone"
    )
    assert [continues for _, continues in levels(text)] == [False] + [True] * 8 + [False]
    assert levels(text)[-1] == ("none", False)


def test_a_fatal_error_of_openfoam_ends_with_its_exit() -> None:
    text = "--> FOAM FATAL ERROR: \nMaximum number of iterations\n\n    From function x\n\nFOAM aborting\n\nFinalising"
    assert [level for level, _ in levels(text)] == ["error"] * 6 + ["none"] * 2


def test_indented_lines_belong_to_the_record_above() -> None:
    text = "WARN slow\n  because of x\n\tand y\n\n  not this\nINFO ok\n  more"
    assert [level for level, _ in levels(text)] == ["warning"] * 3 + ["none"] * 2 + ["info"] * 2


def test_an_indented_line_with_a_level_of_its_own_is_its_own_record() -> None:
    assert levels("INFO ok\n  ERROR bad") == [("info", False), ("error", False)]


def test_a_java_stack_belongs_to_its_exception() -> None:
    text = "java.io.IOException: x\n\tat a.b.C.d(C.java:1)\nCaused by: java.lang.Error: y\n\t... 3 more\nnext"
    assert [level for level, _ in levels(text)] == ["error"] * 4 + ["none"]


def test_lines_that_say_nothing_stay_so_whatever_their_indent() -> None:
    assert levels("Time = 1\n  residual = 2") == [("none", False), ("none", False)]


def test_a_record_does_not_last_for_ever() -> None:
    found = levels("ERROR bad\n" + "\n".join("  more" for _ in range(300)))
    assert found[199] == ("error", True)
    assert found[200] == ("none", False)


def test_saying_that_exceptions_will_be_trapped_is_no_error() -> None:
    assert level_of("trapFpe: Floating point exception trapping enabled (FOAM_SIGFPE).") is LogLevel.NONE
