"""Logs that are no clean text, or do not fit: nothing is lost, and nothing breaks."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runtui.model.clock import ManualClock
from runtui.model.lines import LINE_BYTES_CAP
from runtui.model.series_pattern import SeriesPattern
from runtui.services.advancing import Advancing
from runtui.services.filtered import FilteredLines, filter_of
from runtui.services.pieces import PIECE_BYTES, PieceReader
from runtui.services.record_times import RecordTimes
from runtui.services.search import LineSearch
from runtui.services.series import LogSeries
from runtui.services.service_tail import ServiceTail
from runtui.services.spool import Spool
from runtui.services.tail import TailState
from tests.support.scripted_log import RUN, SOURCE, ScriptedLog


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "log")
    yield spool
    spool.close()


def texts(spool: Spool) -> list[bytes]:
    return [line.content for line in spool.lines(0, 1000)]


TEXT = "first ü line\nsecond 漢 line\n"


@pytest.mark.parametrize("form", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_decoded_and_kept_exactly(spool: Spool, form: str) -> None:
    text = TEXT + "mostly latin letters\n" * 5
    content = text.encode(form)
    for place in range(0, len(content), 101):
        spool.append(content[place : place + 101])
    assert b"\n".join(texts(spool)) == text.removesuffix("\n").encode()
    assert spool.path.read_bytes() == spool.read_source(0, 10_000) == content
    spool.cut_to(len("first".encode(form)))
    assert texts(spool) == [b"first"]
    spool.append(" again\n".encode("utf-16-le" if form == "utf-16" else form))
    assert texts(spool) == [b"first again"]


async def test_utf_16_is_followed_by_its_own_positions(spool: Spool) -> None:
    log = ScriptedLog()
    tail = ServiceTail(log, RUN, SOURCE, spool, ManualClock())
    for count in (3, 40, 41):
        log.content = "".join(f"line {number}\n" for number in range(count)).encode("utf-16-le")
        await tail.poll()
    assert texts(spool) == [b"line %d" % number for number in range(41)]
    assert spool.gap_count == 0
    log.content = "anew\n".encode("utf-16-le")
    await tail.poll()
    assert texts(spool)[-1] == b"anew"


@pytest.mark.parametrize(
    "content", [b"\x00" * 5000 + b"\nend\n", bytes(range(256)) * 40, b"\xff\xfe\x00\x00abc\n", b"a\x00b\n" * 50]
)
def test_bytes_that_are_no_text_are_kept_as_they_are(spool: Spool, content: bytes) -> None:
    spool.append(content)
    assert spool.read(0, len(content)) == content
    assert spool.line_count == content.count(b"\n") + (0 if content.endswith(b"\n") else 1)


def test_a_line_that_was_written_over_is_shown_in_its_last_state(spool: Spool) -> None:
    spool.append(b"start\r\n" + b"".join(b"\r%d %%" % number for number in range(20_000)) + b"\ndone\n")
    assert texts(spool) == [b"start", b"19999 %", b"done"]
    assert b"\r5 %" in spool.read(0, 100)


def test_a_line_of_many_megabytes_is_drawn_at_its_beginning_and_the_next_is_reached(spool: Spool) -> None:
    size = 40 * 1024 * 1024
    for _ in range(size // 2**20):
        spool.append(b"x" * 2**20)
    spool.append(b"needle\nnext needle\n")
    first, second = spool.lines(0, 2)
    assert (len(first.content), first.size, second.content) == (LINE_BYTES_CAP, size + 6, b"next needle")
    search = LineSearch(spool, "needle")
    for _ in search.advance():
        pass
    assert list(search.lines) == [0, 1]


def run(work: Advancing) -> None:
    for _ in work.advance():
        pass


LONG = PIECE_BYTES * 5 // 2
"""Bytes of a line that is gone through in three pieces."""


def test_what_lies_across_the_edge_of_two_pieces_of_a_long_line_is_found_once(spool: Spool) -> None:
    spool.append(b"x" * (PIECE_BYTES - 3) + b"needle" + b"x" * LONG + b"needle\nneedle\n")
    search = LineSearch(spool, "needle")
    run(search)
    assert list(search.lines) == [0, 1]


def test_within_a_long_line_no_line_begins_or_ends(spool: Spool) -> None:
    spool.append(b"x" * LONG + b"\n")
    for pattern, lines in (("^x", [0]), ("x$", [0]), ("^x{3}$", [])):
        search = LineSearch(spool, pattern)
        run(search)
        assert list(search.lines) == lines
    assert max(len(piece.content) for piece in PieceReader(spool, lambda line: None).pieces()) == PIECE_BYTES


def test_a_long_line_gives_a_series_one_value(spool: Spool) -> None:
    spool.append(b"loss = 1 " * (LONG // 9) + b"\nloss = 2\n")
    series = LogSeries(spool, SeriesPattern("loss = {}"))
    run(series)
    assert (list(series.lines), list(series.values)) == ([0, 1], [1, 2])


def test_a_filter_judges_a_long_line_by_all_of_it(spool: Spool) -> None:
    spool.append(b"debug solve" + b"x" * LONG + b"\nshort\n" + b"solve" + b"x" * LONG + b"\nlast")
    kept, left = FilteredLines(spool, filter_of(["solve"])), FilteredLines(spool, filter_of([], ["debug"]))
    run(kept)
    run(left)
    assert [kept.source_line(number) for number in range(kept.line_count)] == [0, 2]
    assert [left.source_line(number) for number in range(left.line_count)] == [1, 2, 3]


def test_a_long_line_is_of_the_time_it_begins_with(spool: Spool) -> None:
    later = b"2026-01-29T12:00:00Z "
    spool.append(b"2026-01-29T10:00:00Z " + later * (LONG // len(later)) + b"\n2026-01-29T11:00:00Z end\n")
    times = RecordTimes(spool)
    run(times)
    assert list(times.lines) == [0, 1]
    assert times.time_of(1) - times.time_of(0) == 3600


@contextmanager
def little_room() -> Iterator[None]:
    """No file may grow beyond a kilobyte, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


async def test_a_full_disk_is_said_what_is_held_stays_and_the_rest_comes_once_there_is_room(spool: Spool) -> None:
    log = ScriptedLog()
    tail = ServiceTail(log, RUN, SOURCE, spool, ManualClock())
    log.content = b"held\n"
    await tail.poll()
    log.content += b"line\n" * 1000
    with little_room():
        await tail.poll()
    assert tail.state is TailState.FAILING
    assert "cannot be written" in str(tail.error)
    assert texts(spool) == [b"held"]
    await tail.poll()
    assert (tail.state, spool.line_count, spool.gap_count) == (TailState.FOLLOWING, 1001, 0)
