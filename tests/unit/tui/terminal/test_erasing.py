"""Which terminals are trusted to erase in the background that is written in."""

import pytest

from runtui.tui.terminal.terminal_app import erases_in_colour


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, False),
        ({"TERM": "vt100"}, False),
        ({"TERM": "screen-256color"}, False),
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "tmux-256color"}, True),
        ({"TERM": "screen", "TMUX": "/tmp/tmux", "TERM_PROGRAM": "tmux"}, True),
        ({"TERM": "screen", "TMUX": "/tmp/tmux"}, False),
        ({"TERM": "xterm-256color", "TMUX": "/tmp/tmux"}, False),
        ({"TERM": "screen", "TMUX": "/tmp/tmux", "TERM_PROGRAM": "tmux", "STY": "1.pts"}, False),
        ({"TERM": "xterm-256color", "STY": "1.pts"}, False),
    ],
    ids=[
        "nobody", "an old one", "screen", "xterm", "tmux from afar", "tmux", "a tmux of before 2017",
        "such a tmux under another name", "screen in tmux", "screen under another name",
    ],
)  # fmt: skip
def test_erasing_in_colour_is_left_to_terminals_that_do_it(environ: dict[str, str], expected: bool) -> None:
    assert erases_in_colour(environ) is expected
