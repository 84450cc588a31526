from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtui.model.errors import StorageError
from runtui.model.lines import LINE_BYTES_CAP, LineKind
from runtui.services.indexed_file import last_state
from runtui.services.spool import Spool


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "deep" / "log")
    yield spool
    spool.close()


def texts(spool: Spool, first: int = 0, count: int = 1000) -> list[bytes]:
    return [line.content for line in spool.lines(first, count)]


def test_the_file_holds_exactly_the_bytes_that_were_appended(spool: Spool) -> None:
    spool.append(b"a\r\n\xff\x00b")
    assert spool.path.read_bytes() == b"a\r\n\xff\x00b"


def test_any_line_can_be_read(spool: Spool) -> None:
    spool.append(b"".join(b"line %d\n" % number for number in range(50_000)))
    assert spool.line_count == 50_000
    assert texts(spool, 49_998, 5) == [b"line 49998", b"line 49999"]
    assert texts(spool, 20_000, 2) == [b"line 20000", b"line 20001"]


def test_a_gap_is_a_line_of_its_own_where_it_was_admitted(spool: Spool) -> None:
    spool.append(b"one\ntwo")
    spool.admit_gap("9 lines are missing here")
    spool.append(b"twelve\n")
    lines = spool.lines(0, 10)
    assert [line.content for line in lines] == [b"one", b"two", b"9 lines are missing here", b"twelve"]
    assert [line.kind for line in lines].index(LineKind.GAP) == 2
    assert texts(spool, 2, 1) == [b"9 lines are missing here"]
    assert texts(spool, 3, 1) == [b"twelve"]


def test_two_gaps_in_one_place_are_both_shown(spool: Spool) -> None:
    spool.admit_gap("first")
    spool.admit_gap("second")
    spool.append(b"text\n")
    assert texts(spool) == [b"first", b"second", b"text"]
    assert spool.line_count == 3


def test_a_long_line_is_given_cut_with_its_true_size(spool: Spool) -> None:
    spool.append(b"x" * (LINE_BYTES_CAP * 3) + b"\nnext\n")
    first, second = spool.lines(0, 2)
    assert (len(first.content), first.size) == (LINE_BYTES_CAP, LINE_BYTES_CAP * 3)
    assert second.content == b"next"


def test_growth_leaves_the_generation_as_it_is_and_a_cut_does_not(spool: Spool) -> None:
    spool.append(b"one\ntw")
    generation = spool.generation
    spool.append(b"o\n")
    assert spool.generation == generation
    spool.cut_to(4)
    assert spool.generation != generation
    assert texts(spool) == [b"one"]


def test_replacing_forgets_gaps(spool: Spool) -> None:
    spool.append(b"b\n")
    spool.admit_gap("missing")
    spool.cut_to(0)
    spool.append(b"a\nb\n")
    assert texts(spool) == [b"a", b"b"]


def test_a_watcher_hears_of_growth_until_it_leaves(spool: Spool) -> None:
    heard: list[int] = []
    leave = spool.watch(lambda: heard.append(spool.line_count))
    spool.append(b"one\n")
    leave()
    leave()
    spool.append(b"two\n")
    assert heard == [1]


def test_a_folder_that_cannot_be_written_is_named() -> None:
    with pytest.raises(StorageError, match="/proc/nowhere"):
        Spool(Path("/proc/nowhere/log"))


def test_gaps_are_told_with_the_byte_before_which_they_lie(spool: Spool) -> None:
    spool.admit_gap("before all")
    spool.append(b"one\ntwo")
    spool.admit_gap("between")
    spool.append(b"three\n")
    assert spool.gaps() == [(0, "before all"), (8, "between")]
    assert spool.read(8, 100) == b"three\n"


def test_the_line_at_a_byte_counts_the_gaps_before_it(spool: Spool) -> None:
    spool.append(b"one\n")
    spool.admit_gap("gap")
    spool.append(b"two\nthree\n")
    assert [spool.line_at_byte(offset) for offset in (0, 3, 4, 8)] == [0, 0, 2, 3]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60, deadline=None
)
@given(st.lists(st.one_of(st.binary(max_size=30), st.sampled_from([b"\n", b"a\n", b"b" * 9000, None])), max_size=25))
def test_lines_are_those_of_the_content_with_gaps_between(tmp_path: Path, steps: list[bytes | None]) -> None:
    spool = Spool(tmp_path / "log")
    expected: list[bytes] = [b""]
    for step in steps:
        if step is None:
            if expected[-1] == b"":
                expected.pop()
            expected.extend([b"gap", b""])
            spool.admit_gap("gap")
        else:
            first, *rest = step.split(b"\n")
            expected[-1] += first
            expected.extend(rest)
            spool.append(step)
    if expected[-1] == b"":
        expected.pop()
    found = [line.content for line in spool.lines(0, 10_000)]
    assert found == [last_state(line) for line in expected]
    assert spool.line_count == len(expected)
    for place in range(len(expected)):
        assert [line.content for line in spool.lines(place, 3)] == found[place : place + 3]
    spool.close()
