from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtui.cli.log_merging import MergedLog, MergedWriting, merged_lines
from runtui.cli.log_reader import Gap, LogReader
from runtui.cli.log_writer import LogWriter
from runtui.services.spool import Spool

Spools = Callable[[], Spool]


@pytest.fixture
def spools(tmp_path: Path) -> Iterator[Spools]:
    opened: list[Spool] = []

    def new() -> Spool:
        opened.append(Spool(tmp_path / f"log-{len(opened)}"))
        return opened[-1]

    yield new
    for spool in opened:
        spool.close()


def log_of(name: str, spool: Spool, *, is_over: bool = False) -> MergedLog:
    return MergedLog(name, LogReader(spool), lambda: is_over)


def texts(logs: list[MergedLog]) -> list[str]:
    return [
        f"{name} {'gap' if isinstance(line, Gap) else line.decode().split(' ', 1)[-1].rstrip()}"
        for _, name, line in merged_lines(logs)
    ]


def test_what_comes_together_is_merged_by_time_and_records_stay_whole(spools: Spools) -> None:
    one, two = spools(), spools()
    logs = [log_of("one", one), log_of("two", two)]
    one.append(b"10:00:01 a\n10:00:03 error\n  because\n10:00:06 d\n")
    two.append(b"10:00:02 b\n10:00:04 c\n10:00:05 no end")
    assert texts(logs) == ["one a", "two b", "one error", "one  because", "two c", "one d"]
    two.append(b" yet\n")
    assert texts(logs) == ["two no end yet"]


def test_a_gap_stands_where_it_is_and_logs_without_times_come_as_they_are(spools: Spools) -> None:
    one, two = spools(), spools()
    logs = [log_of("one", one), log_of("two", two, is_over=True)]
    one.append(b"x first\n")
    one.admit_gap("missing")
    one.append(b"x second\n")
    two.append(b"x last")
    assert texts(logs) == ["one first", "one gap", "one second", "two last"]


def test_of_one_followed_log_the_line_that_is_being_written_is_shown_too(spools: Spools) -> None:
    spool, out = spools(), list[bytes]()
    writing = MergedWriting(LogWriter(out.append, inert=True, redrawn_width=80), names=False, last_lines=None)
    writing.add_log("one", spool, lambda: False)
    for content in (b"begin\n\r10%", b"\r20%", b"\r100%\nend\n"):
        spool.append(content)
        writing.write_news()
    assert b"".join(out).decode() == "begin\n10%\r\x1b[K20%\r\x1b[K100%\nend\n"
