"""What a key costs on the line, and that all it leaves out was on the screen already."""

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runtui.config.settings import load_config
from runtui.services.cache import RunCache
from tests.support.sample_runs import sweep_runs
from tests.support.terminal import ROOT, Terminal
from tests.support.watched_program import WatchedProgram

NOBODY = "http://127.0.0.1:9"
PAINT = b"\x1b[?2026h"
"""Every paint is put between two of these marks where the terminal knows them."""
FRAME_END = re.compile(rb"\x1b\[m\x1b\[\d+;\d+H\Z")
"""The plain look, and the cursor put where one types."""
COVER = "\x1b#8"
"""Fills a terminal with letters."""
DOWN, PAGE_DOWN = b"\x1b[B", b"\x1b[6~"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A home with 200 runs known of a service that nobody reaches."""
    config = tmp_path / "config.toml"
    config.touch(mode=0o600)
    config.write_text(f'[profiles.hpc]\nservice = "rescale"\nurl = "{NOBODY}"\ntoken = "none"\n')
    RunCache(tmp_path / "cache").save(load_config(config, {}).profiles[0], sweep_runs(200), datetime.now(UTC))
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "RUNTUI_CONFIG": str(config),
        "RUNTUI_DATA_DIR": str(tmp_path / "data"),
        "RUNTUI_CACHE_DIR": str(tmp_path / "cache"),
    }


@pytest.mark.parametrize(
    ("size", "theme", "look", "key_bytes", "page_bytes"),
    [
        ((80, 24), "runtui-dark", {"COLORTERM": "truecolor"}, 500, 4000),
        ((120, 40), "runtui-dark", {"COLORTERM": "truecolor"}, 600, 8000),
        ((160, 50), "runtui-dark", {"COLORTERM": "truecolor"}, 650, 12_000),
        ((120, 40), "runtui-light", {"COLORTERM": ""}, 500, 7000),
        ((120, 40), "ansi-dark", {"COLORTERM": "truecolor"}, 450, 5000),
        ((120, 40), "runtui-dark", {"NO_COLOR": "1"}, 400, 4500),
    ],
)
def test_no_paint_of_a_key_or_a_page_is_larger_than_it_may_be(
    environ: dict[str, str], size: tuple[int, int], theme: str, look: dict[str, str], key_bytes: int, page_bytes: int
) -> None:
    home = Path(environ["HOME"])
    with Path(environ["RUNTUI_CONFIG"]).open("a") as config:
        config.write(f'[interface]\ntheme = "{theme}"\n')
    with WatchedProgram([sys.executable, "-m", "runtui"], {**environ, **look}, cwd=home, size=size) as program:
        program.painted(b"airfoil")
        program.painted(b"offline")
        program.until_quiet()
        for key, most, times in ((DOWN, key_bytes, 5), (PAGE_DOWN, page_bytes, 2)):
            for _ in range(times):
                before = len(program.sent)
                program.press(key)
                program.read_beyond(before + 100)
                program.until_quiet()
                paints = [len(paint) for paint in bytes(program.sent[before:]).split(PAINT)]
                assert max(paints) <= most, (key, paints)


@contextmanager
def the_dashboard(environ: dict[str, str], columns: int, lines: int) -> Iterator[Terminal]:
    words, place = ("-m", "runtui"), {**environ, "PYTHONPATH": str(ROOT)}
    with Terminal(words, place, columns=columns, lines=lines, cwd=ROOT) as terminal:
        until_drawn(terminal, "airfoil", "offline", "? help")
        yield terminal


def assert_same_when_all_is_drawn(terminal: Terminal) -> None:
    """Where everything is drawn anew, it looks as it did; below the header, which counts seconds."""
    before = terminal.looks()[1:]
    terminal.overwrite(COVER)
    assert terminal.looks()[1:] != before
    terminal.press("ctrl+l")
    terminal.until(lambda: terminal.looks()[1:] == before, "the screen as it was")


@pytest.mark.parametrize(("columns", "lines"), [(60, 16), (80, 24), (130, 45)])
def test_the_screen_is_what_it_would_be_if_all_were_drawn(environ: dict[str, str], columns: int, lines: int) -> None:
    with the_dashboard(environ, columns, lines) as terminal:
        terminal.press("down", "down", "space")
        until_drawn(terminal, "1 marked", "▌  hpc:aBc0000/3")
        assert_same_when_all_is_drawn(terminal)
        terminal.press("?")
        until_drawn(terminal, "that work now", "Esc back")
        assert_same_when_all_is_drawn(terminal)
        terminal.press("escape")
        until_drawn(terminal, "STATUS", "? help")
        assert_same_when_all_is_drawn(terminal)
        terminal.press("V")
        until_drawn(terminal, "s save the list as")
        assert_same_when_all_is_drawn(terminal)
        terminal.press("escape")
        until_drawn(terminal, "▌  hpc:aBc0000/3", without="s save the list as")
        assert_same_when_all_is_drawn(terminal)


def until_drawn(terminal: Terminal, *texts: str, without: str = "no such text") -> None:
    """Wait for the end of the frame that brings these texts."""
    terminal.until(
        lambda: (
            all(text in terminal.text for text in texts)
            and without not in terminal.text
            and FRAME_END.search(terminal.sent)
        ),
        f"{texts}, not {without}",
    )


def test_the_screen_is_drawn_anew_when_the_program_comes_back_from_being_stopped(environ: dict[str, str]) -> None:
    with the_dashboard(environ, 100, 30) as terminal:
        shown = terminal.looks()[1:]
        terminal.tell_to_end(signal.SIGTSTP)
        terminal.until(lambda: terminal.is_stopped and terminal.modes[1049] is False, "the other screen left")
        terminal.overwrite("\x1b[2J\x1b[H$ ls\r\nwhat others wrote")
        terminal.tell_to_end(signal.SIGCONT)
        terminal.until(lambda: terminal.looks()[1:] == shown, "the dashboard")


def test_what_something_else_wrote_is_gone_after_a_redraw(environ: dict[str, str]) -> None:
    with the_dashboard(environ, 100, 30) as terminal:
        shown = terminal.looks()[1:]
        terminal.overwrite("\x1b[10;1HBroadcast message from root")
        terminal.shows("Broadcast message")
        terminal.press("ctrl+l")
        terminal.until(lambda: terminal.looks()[1:] == shown, "the dashboard")
