"""What is known of several logs at once: folded records and warnings, wherever their lines stand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtui.services.spool import Spool
from runtui.tui.log_text import LogText

TRACEBACK = b"10:00:01 begun\nTraceback (most recent call last):\n  File a\nOSError: no\n10:00:05 WARNING: over\n"

OpenText = Callable[..., LogText]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenText]:
    texts: list[LogText] = []

    def open_text(*contents: bytes) -> LogText:
        spools = [Spool(tmp_path / str(number)) for number in range(len(contents))]
        for spool, content in zip(spools, contents, strict=True):
            spool.append(content)
        texts.append(LogText([(f"log {number}", spool) for number, spool in enumerate(spools)], near=0.0))
        look(texts[-1])
        return texts[-1]

    yield open_text
    for text in texts:
        text.close()
        for _, log in text.logs:
            log.close()


def look(text: LogText) -> None:
    for _ in text.advance(lambda: False):
        pass


def fold_all(text: LogText) -> list[bytes]:
    """Fold every error; gives the lines that are shown then."""
    text.folds = {(origin, lines.start): lines for origin, lines in text.errors.records()}
    return shown(text)


def shown(text: LogText) -> list[bytes]:
    view = text.view() or text.lines
    return [line.content for line in view.lines(0, 100)]


def test_errors_of_merged_logs_are_folded_each_where_it_stands(opened: OpenText) -> None:
    text = opened(TRACEBACK, b"10:00:00 first\n" + TRACEBACK.replace(b"10:00:01", b"10:00:02"))
    assert text.lines.line_count == 11
    lines = fold_all(text)
    assert [line[:9] for line in lines] == [
        b"10:00:00 ", b"10:00:01 ", b"Traceback", b"10:00:02 ", b"Traceback", b"10:00:05 ", b"10:00:05 ",
    ]  # fmt: skip


def test_a_fold_stays_on_its_record_when_a_line_that_comes_late_moves_it(opened: OpenText) -> None:
    text = opened(TRACEBACK, b"10:00:00 first\n")
    before = fold_all(text)
    spool = text.logs[1][1]
    assert isinstance(spool, Spool)
    spool.append(b"10:00:00 second\n10:00:00 third\n")
    look(text)
    assert shown(text) == [before[0], b"10:00:00 second", b"10:00:00 third", *before[1:]]


def test_a_record_among_lines_of_other_logs_is_only_the_lines_of_its_own(opened: OpenText) -> None:
    text = opened(b"10:00:01 a\n10:00:03 b\n", b"10:00:02 other\n")
    assert text.own_lines(range(3)) == (0, range(2))


def test_warnings_are_looked_for_once_they_are_asked_for(opened: OpenText) -> None:
    text = opened(TRACEBACK, b"10:00:02 residual = nan\n10:00:03 banana\n10:00:04 no warning at all\n")
    warnings = text.look_for_warnings()
    assert text.is_behind
    look(text)
    assert [text.lines.lines(line, 1)[0].content for line in warnings.lines] == [
        b"10:00:02 residual = nan", b"10:00:05 WARNING: over",
    ]  # fmt: skip
