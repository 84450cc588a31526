import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtui.model.errors import ConfigError
from runtui.model.series_pattern import SeriesPattern, proposed_patterns
from runtui.services.number_reading import read_numbers, written_number
from runtui.services.series import LogSeries
from runtui.services.series_memory import SeriesMemory
from runtui.services.spool import Spool

FOAM = "smoothSolver:  Solving for Ux, Initial residual = 0.00123, Final residual = 1.2e-05, No Iterations 2"


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "log")
    yield spool
    spool.close()


def advance(series: LogSeries) -> LogSeries:
    for _ in series.advance():
        pass
    assert not series.is_behind
    return series


def values(spool: Spool, pattern: str) -> list[float]:
    return list(advance(LogSeries(spool, SeriesPattern(pattern))).values)


@pytest.mark.parametrize(
    "pattern", ["residual = {}", "residual = 1.2e-3", "residual", r"residual\s*=\s*(\S+)", "re* = {}"]
)
def test_a_pattern_may_be_a_mark_an_example_a_name_or_a_regular_expression(spool: Spool, pattern: str) -> None:
    spool.append(b"residual = 1\nother 5\nresidual =  2.5e-3\n residual = -.5\n")
    assert values(spool, pattern) == [1, 0.0025, -0.5]


def test_each_number_of_a_line_is_proposed_with_what_stands_before_it(spool: Spool) -> None:
    proposed = proposed_patterns(FOAM)
    assert proposed[0] == "smoothSolver: Solving for Ux, Initial residual = {}"
    spool.append(FOAM.encode() + b"\n" + FOAM.replace("Ux", "Uy").encode() + b"\n")
    assert [values(spool, pattern) for pattern in proposed] == [[0.00123], [1.2e-05], [2]]


def test_a_time_stamp_is_not_proposed() -> None:
    assert proposed_patterns("[2026-01-29T10:00:00Z] loss=0.5") == ("loss={}",)


def test_what_is_no_finite_number_is_kept_apart(spool: Spool) -> None:
    spool.append(b"loss 1\nloss nan\nloss -inf\nloss 2\n")
    series = advance(LogSeries(spool, SeriesPattern("loss {}")))
    assert list(series.values) == [1, 2]
    assert [(point.line, math.isnan(point.value)) for point in series.strange] == [(1, True), (2, False)]


def test_fortran_numbers_are_read(spool: Spool) -> None:
    spool.append(b"eps 1.5D-03\n")
    assert values(spool, "eps") == [0.0015]


def test_a_series_grows_with_its_log_and_waits_for_the_end_of_a_line(spool: Spool) -> None:
    series = LogSeries(spool, SeriesPattern("x = {}"))
    spool.append(b"x = 1\nx = 2")
    assert list(advance(series).values) == [1]
    spool.append(b"5\n")
    assert (list(advance(series).values), list(series.lines)) == ([1, 25], [0, 1])
    spool.cut_to(0)
    spool.append(b"x = 7\n")
    assert list(advance(series).values) == [7]


def test_lines_after_a_gap_have_their_shown_numbers(spool: Spool) -> None:
    spool.append(b"x 1\n")
    spool.admit_gap("missing")
    spool.append(b"x 2\n")
    assert list(advance(LogSeries(spool, SeriesPattern("x {}"))).lines) == [0, 2]


def test_a_sample_keeps_the_peaks(spool: Spool) -> None:
    numbers = [0.0] * 1000
    numbers[333], numbers[700] = 9, -9
    spool.append(b"".join(b"x %f\n" % number for number in numbers))
    sampled = advance(LogSeries(spool, SeriesPattern("x {}"))).sampled(20)
    assert len(sampled) <= 22
    assert {333, 700} <= {point.line for point in sampled}


@pytest.mark.parametrize("text", ["", "  ", r"(\d+"])
def test_a_pattern_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        SeriesPattern(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ux, Initial residual = {}", "Ux, Initial residual"),
        ("a * loss: {}", "loss"),
        ("loss", "loss"),
        ("smoothSolver: Solving for Ux, Initial residual = {}", "Solving for Ux, Initial residual"),
        ("x" * 50 + " = {}", "x" * 40),
    ],
)
def test_a_series_is_called_by_the_words_before_its_number(text: str, name: str) -> None:
    assert SeriesPattern(text).name == name


def test_patterns_are_remembered_by_job_the_last_first(tmp_path: Path) -> None:
    one, two = SeriesMemory(tmp_path), SeriesMemory(tmp_path)
    one.remember("p:job/1", "a {}")
    two.remember("p:job/1", "b {}")
    one.remember("p:job/2", "c {}")
    assert set(one.patterns("p:job/1")) == {"a {}", "b {}"}
    one.forget("p:job/1", "a {}")
    assert two.patterns("p:job/1") == ("b {}",)
    assert one.patterns("p:job") == ()


def test_the_name_of_a_series_is_not_the_end_of_another_name(spool: Spool) -> None:
    spool.append(b"Time = 1\nExecutionTime = 14.1 s  ClockTime = 15 s\n[0] Time = 2\nval_Time = 3\n")
    assert values(spool, "Time = {}") == [1.0, 2.0, 3.0]


LINES = st.lists(
    st.lists(
        st.sampled_from(["a", "b", " ", "  ", "= ", "1", ".5", "2e3", "1D2", "nan", "inf", "-", "e", "+"]), max_size=9
    ).map("".join)
)


@given(lines=LINES, pattern=st.sampled_from(["a {}", "a = {}", "a * b {}", "a* b{}", "a * {}", "a *b * = {}", "b"]))
@settings(max_examples=300, deadline=None)
def test_every_way_to_read_numbers_finds_what_a_plain_search_of_each_line_finds(
    lines: list[str], pattern: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    spool = Spool(tmp_path_factory.mktemp("log") / "log")
    spool.append("".join(f"{line}\n" for line in lines).encode())
    plain = SeriesPattern(pattern).regex
    found = [(number, match[1]) for number, line in enumerate(lines) if (match := plain.search(line.encode()))]
    expected = [(number, written_number(written)) for number, written in found]
    for is_expected_everywhere in (False, True):
        series = LogSeries(spool, SeriesPattern(pattern))
        series._is_in_every_line = is_expected_everywhere
        advance(series)
        there = [*zip(series.lines, series.values, strict=True), *((p.line, p.value) for p in series.strange)]
        assert [(line, str(value)) for line, value in sorted(there)] == [(a, str(b)) for a, b in expected]
    spool.close()


@given(st.lists(st.floats(allow_nan=False)), st.sampled_from(["%r", "%.17g", "%+.3f", "%.6E"]))
def test_many_numbers_read_at_once_are_what_each_is_read_as(numbers: list[float], form: str) -> None:
    written = [(form % number).encode() for number in numbers]
    read = read_numbers(written)
    assert read is not None
    assert list(read) == [float(one) for one in written]


def test_what_is_no_number_is_not_read_as_several() -> None:
    assert read_numbers([b"1,2"]) is None
    assert read_numbers([b"1", b"x"]) is None


@pytest.mark.parametrize("pattern", ["step * loss {}", "step *loss* {}", "step * at * loss = {}"])
def test_a_template_finds_what_trying_every_place_finds(spool: Spool, pattern: str) -> None:
    text = b"step 1 loss 2\nstep  at 3 loss =  4 5\n a step loss 6 at\t7 loss = 8\nloss 9 step\nstep loss 1\n"
    parts = pattern.removesuffix("{}").split("*")
    tried = re.compile(r"[^\n]*?".join(re.sub(" +", r"[ \\t]+", part) for part in parts).encode() + rb"(\d+)")
    spool.append(text)
    assert values(spool, pattern) == [float(match[1]) for line in text.split(b"\n") if (match := tried.search(line))]
