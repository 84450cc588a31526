"""The pager on a real terminal: rows that move are moved by the terminal, and it shows what it should."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.log_app import CountedLines
from tests.support.terminal import ROOT, Terminal

WIDTH, HEIGHT = 120, 40
SLOW_FOLLOW = 500
"""Bytes for one line of a followed text: five of them a second are 2.5 KB/s."""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)}
    words = ("-m", "tests.support.log_app", "1000")
    with Terminal(words, environ, columns=WIDTH, lines=HEIGHT, cwd=ROOT) as terminal:
        terminal.shows("Time = 0 ")
        terminal.press("x")
        terminal.shows("a notice over the text")  # what is drawn once more at the beginning is drawn by then
        terminal.press("z")
        terminal.until(lambda: texts(terminal) == lines(0), "the text without the notice")
        yield terminal


def texts(terminal: Terminal) -> list[str]:
    """The lines shown, without the cursor, the number and the mark of the scroll position."""
    return [line[7:].rstrip(" ▐") for line in terminal.text.split("\n")]


def lines(first: int, height: int = HEIGHT) -> list[str]:
    """The page of made-up lines that begins with this one."""
    return [line.content.decode() for line in CountedLines(10_000).lines(first, height)]


def test_a_followed_line_costs_little_more_than_itself(terminal: Terminal) -> None:
    terminal.press("G", "F")
    terminal.until(lambda: texts(terminal) == lines(1000 - HEIGHT))
    terminal.press("a")
    terminal.until(lambda: texts(terminal) == lines(1001 - HEIGHT))
    costs = []
    for number in range(2, 12):
        begun = len(terminal.sent)
        terminal.press("a")
        terminal.until(lambda number=number: texts(terminal) == lines(1000 - HEIGHT + number))  # type: ignore[misc]
        costs.append(len(terminal.sent) - begun)
    assert max(costs) <= SLOW_FOLLOW


def test_a_line_that_comes_to_a_terminal_that_became_smaller_is_drawn_whole(terminal: Terminal) -> None:
    terminal.press("G", "F")
    terminal.until(lambda: texts(terminal) == lines(1000 - HEIGHT))
    terminal.resize(WIDTH, 20)
    terminal.until(lambda: texts(terminal) == lines(980, 20))
    terminal.press("a", "a")
    terminal.until(lambda: texts(terminal) == lines(982, 20))


def test_moving_by_a_line_costs_a_line_and_what_is_shown_stays_right(terminal: Terminal) -> None:
    for _ in range(HEIGHT):
        terminal.press("j")
    terminal.until(lambda: texts(terminal) == lines(1))
    costs = []
    for top in range(2, 7):
        begun = len(terminal.sent)
        terminal.press("j")
        terminal.until(lambda top=top: texts(terminal) == lines(top))  # type: ignore[misc]
        costs.append(len(terminal.sent) - begun)
    assert max(costs) <= SLOW_FOLLOW
    for _ in range(HEIGHT + 4):
        terminal.press("k")
    terminal.until(lambda: texts(terminal) == lines(1))
    terminal.press("k")
    terminal.until(lambda: texts(terminal) == lines(0))


def test_pages_up_and_down_in_any_order_are_shown_right(terminal: Terminal) -> None:
    terminal.press(" ", " ", "\x04", "b", "j", "\x04", "\x15", "\x15")
    terminal.until(lambda: texts(terminal) == lines(HEIGHT))


def test_a_notice_over_the_text_stays_where_it_is_and_leaves_nothing_behind(terminal: Terminal) -> None:
    terminal.press("G", "F", "a")
    terminal.until(lambda: texts(terminal) == lines(1001 - HEIGHT))
    terminal.press("x")
    terminal.shows("a notice over the text")
    terminal.press("a", "a", "a")
    terminal.shows("Time = 1003 ")
    assert terminal.text.count("a notice over the text") == 1
    terminal.press("z")
    terminal.until(lambda: texts(terminal) == lines(1004 - HEIGHT))
