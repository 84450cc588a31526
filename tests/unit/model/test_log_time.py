from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.log_time import TimeReader, find_stamp

TEN = datetime(2026, 1, 29, 10, 0, 5, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "line",
    [
        b"2026-01-29T10:00:05Z hello",
        b"2026-01-29T12:00:05+02:00 hello",
        b"[2026-01-29 10:00:05] hello",
        b"INFO 2026-01-29 10:00:05 hello",
        b"2026/01/29 10:00:05 hello",
        b"\x1b[32m2026-01-29T10:00:05Z\x1b[0m hello",
        b"node-12 | 2026-01-29 10:00:05 hello",
        b"Thu Jan 29 10:00:05 2026: hello",
        b"Jan 29 10:00:05 host sshd[1]: hello",
        b"I0129 10:00:05 1 main.cc:3] hello",
        b'10.0.0.1 - - [29/Jan/2026:11:00:05 +0100] "GET / HTTP/1.1" 200',
        b'{"level": "info", "time": "2026-01-29T10:00:05Z"}',
        b'{"ts":1769680805,"msg":"hello"}',
        b"level=info ts=2026-01-29T10:00:05Z msg=hello",
        b"1769680805 hello",
        b"10:00:05 hello",
        b"[10:00:05] hello",
    ],
)
def test_the_usual_ways_to_write_the_time_of_a_line_are_read(line: bytes) -> None:
    stamp = find_stamp(line, near=TEN - 3600)
    assert stamp is not None
    assert stamp.seconds == TEN


@pytest.mark.parametrize(
    "line", [b"", b"Time = 5", b"ExecutionTime = 12.3 s", b"hello 10", b"version 1.2.3", b"2026-13-40T10:00:00Z"]
)
def test_a_line_without_a_time_has_none(line: bytes) -> None:
    assert find_stamp(line, near=TEN) is None


def test_fractions_are_read() -> None:
    stamp = find_stamp(b"2026-01-29 10:00:05,250 x")
    assert stamp is not None
    assert (stamp.seconds, stamp.start, stamp.end) == (TEN + 0.25, 0, 23)


def test_a_reader_keeps_to_the_form_it_met_first() -> None:
    reader = TimeReader()
    assert reader.read(b"[2026-01-29T10:00:05Z] begun") == TEN
    assert reader.read(b"Jan 01 00:00:00 of the forecast") is None
    assert reader.read(b"[2026-01-29T10:00:06Z] next") == TEN + 1


def test_a_time_of_day_goes_on_into_the_next_day() -> None:
    reader = TimeReader(near=TEN)
    before, after = reader.read(b"23:59:59 a"), reader.read(b"00:00:01 b")
    assert before is not None
    assert after == before + 2


@given(st.lists(st.integers(946_684_800_000, 4_102_444_800_000), max_size=20))
def test_a_reader_tells_the_same_as_a_look_at_each_line(milliseconds: list[int]) -> None:
    reader = TimeReader()
    for moment in milliseconds:
        written = datetime.fromtimestamp(moment / 1000, UTC).isoformat(sep=" ", timespec="milliseconds")
        line = written.removesuffix("+00:00").encode() + b" x"
        stamp = find_stamp(line)
        assert stamp is not None
        assert reader.read(line) == pytest.approx(stamp.seconds)


@given(st.binary(max_size=300))
def test_no_bytes_are_too_strange(line: bytes) -> None:
    find_stamp(line)
    TimeReader().read(line)
