"""Taking what is new out of a spool."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtui.cli.log_reader import Gap, LogReader
from runtui.services.spool import Spool


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    opened = Spool(tmp_path / "log")
    yield opened
    opened.close()


def taken(reader: LogReader, *, ended: bool = False) -> list[bytes | Gap]:
    return list(reader.take(ended=ended))


def test_everything_is_given_once_and_a_last_line_only_when_it_is_whole(spool: Spool) -> None:
    reader = LogReader(spool)
    spool.append(b"one\ntw")
    assert taken(reader) == [b"one\n"]
    spool.append(b"o\n")
    assert taken(reader) == [b"two\n"]
    assert taken(reader) == []
    spool.append(b"thr")
    assert taken(reader, ended=True) == [b"thr"]


def test_gaps_come_in_their_places(spool: Spool) -> None:
    reader = LogReader(spool)
    spool.admit_gap("first")
    spool.append(b"one\n")
    spool.admit_gap("second")
    spool.append(b"two\n")
    assert taken(reader) == [Gap("first"), b"one\n", Gap("second"), b"two\n"]
    spool.admit_gap("third")
    assert taken(reader) == [Gap("third")]


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, b""), (1, b"c\n"), (2, b"b\nc\n"), (3, b"a\nb\nc\n"), (9, b"a\nb\nc\n")],
)
def test_only_the_last_lines_are_given_when_so_many_are_wanted(spool: Spool, count: int, expected: bytes) -> None:
    spool.append(b"a\nb\nc\n")
    assert (
        b"".join(piece for piece in taken(LogReader(spool, last_lines=count)) if isinstance(piece, bytes)) == expected
    )


def test_the_last_lines_count_one_without_an_end(spool: Spool) -> None:
    spool.append(b"a\nb\nc")
    assert taken(LogReader(spool, last_lines=2), ended=True) == [b"b\nc"]


def test_a_gap_before_the_wanted_lines_is_not_told(spool: Spool) -> None:
    spool.admit_gap("earlier lines are not shown")
    spool.append(b"a\nb\n")
    assert taken(LogReader(spool, last_lines=1)) == [b"b\n"]
    assert taken(LogReader(spool, last_lines=5)) == [Gap("earlier lines are not shown"), b"a\nb\n"]


def test_new_lines_follow_the_last_ones(spool: Spool) -> None:
    spool.append(b"a\nb\nc\n")
    reader = LogReader(spool, last_lines=1)
    taken(reader)
    spool.append(b"d\n")
    assert taken(reader) == [b"d\n"]


def test_a_changed_last_line_is_given_as_it_is_in_the_end(spool: Spool) -> None:
    reader = LogReader(spool)
    spool.append(b"one\npartial")
    taken(reader)
    spool.cut_to(4)
    spool.append(b"other\n")
    assert taken(reader) == [b"other\n"]


def test_a_stored_text_goes_on_where_the_live_one_stopped(spool: Spool) -> None:
    reader = LogReader(spool)
    spool.admit_gap("earlier lines are not shown")
    spool.append(b"8\n9\n")
    taken(reader)
    spool.cut_to(0)
    spool.append(b"6\n7\n8\n9\n10\n")
    assert taken(reader, ended=True) == [b"10\n"]


def test_a_stored_text_that_comes_in_parts_is_waited_for(spool: Spool) -> None:
    reader = LogReader(spool)
    spool.admit_gap("earlier lines are not shown")
    spool.append(b"8\n9\n")
    taken(reader)
    spool.cut_to(0)
    spool.append(b"6\n7\n")
    assert taken(reader) == []
    spool.append(b"8\n9\n10\n")
    assert taken(reader) == [b"10\n"]


def test_another_text_follows_whole_after_a_line_that_says_so(spool: Spool) -> None:
    reader = LogReader(spool)
    spool.append(b"old\n")
    taken(reader)
    spool.cut_to(0)
    spool.append(b"new 1\nnew 2\n")
    first, *rest = taken(reader, ended=True)
    assert isinstance(first, Gap)
    assert "replaced" in first.sentence
    assert rest == [b"new 1\nnew 2\n"]


def test_a_large_log_comes_in_pieces_that_end_with_lines(spool: Spool) -> None:
    content = b"".join(b"%d %s\n" % (number, b"x" * 90) for number in range(30_000))
    spool.append(content)
    pieces = [piece for piece in taken(LogReader(spool)) if isinstance(piece, bytes)]
    assert len(pieces) > 1
    assert all(piece.endswith(b"\n") for piece in pieces)
    assert b"".join(pieces) == content


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.binary(max_size=40).map(lambda b: b.replace(b"a", b"\n")), max_size=12), st.integers(0, 6))
def test_whatever_arrives_is_given_exactly(tmp_path: Path, pieces: list[bytes], last: int) -> None:
    spool = Spool(tmp_path / "log")
    whole, reader, given_bytes = b"".join(pieces), LogReader(spool), b""
    for piece in pieces:
        spool.append(piece)
        given_bytes += b"".join(one for one in taken(reader) if isinstance(one, bytes))
        assert given_bytes == whole[: len(given_bytes)]
    given_bytes += b"".join(one for one in taken(reader, ended=True) if isinstance(one, bytes))
    assert given_bytes == whole
    end = b"".join(one for one in taken(LogReader(spool, last_lines=last), ended=True) if isinstance(one, bytes))
    lines = whole.splitlines(keepends=True) if b"\r" not in whole else None
    if lines is not None and not set(whole) & set(b"\x0b\x0c\x1c\x1d\x1e\x85"):
        assert end == b"".join(lines[-last:] if last else [])
    spool.close()


def test_a_line_that_grows_after_it_was_given_is_given_again(spool: Spool) -> None:
    reader = LogReader(spool)
    spool.append(b"one\ntwo\n")
    assert list(reader.take(ended=False)) == [b"one\ntwo\n"]
    spool.cut_to(4)
    spool.append(b"two and\nthree\n")
    assert list(reader.take(ended=False)) == [b"two and\nthree\n"]
