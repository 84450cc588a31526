import pytest

from runtui.render.terminal_notice import terminal_notice


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "\x1b]9;hpc:1 failed: sweep\x07\x07"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "\x1b]9;hpc:1 failed: sweep\x07\x07"),
        ({"TERM": "xterm-256color"}, "\x1b]9;hpc:1 failed: sweep\x07\x07"),
        ({"TERM": "foot"}, "\x1b]777;notify;hpc:1 failed;sweep\x1b\\\x07"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "\x1b]777;notify;hpc:1 failed;sweep\x1b\\\x07"),
        (
            {"TERM": "xterm-kitty"},
            "\x1b]99;i=runtui:d=0;hpc:1 failed\x1b\\\x1b]99;i=runtui:d=1:p=body;sweep\x1b\\\x07",
        ),
        ({"TERM": "linux"}, "\x07"),
        (
            {"TERM": "tmux-256color", "TERM_PROGRAM": "tmux", "TMUX": "/tmp/tmux", "LC_TERMINAL": "iTerm2"},
            "\x1bPtmux;\x1b\x1b]9;hpc:1 failed: sweep\x07\x1b\\\x07",
        ),
        (
            {"TERM": "screen-256color", "TMUX": "/tmp/tmux", "VTE_VERSION": "7600"},
            "\x1bPtmux;\x1b\x1b]777;notify;hpc:1 failed;sweep\x1b\x1b\\\x1b\\\x07",
        ),
        ({"TERM": "screen", "STY": "1.pts"}, "\x1bP\x1b]9;hpc:1 failed: sweep\x07\x1b\\\x07"),
    ],
)
def test_each_terminal_is_told_in_its_own_words(environ: dict[str, str], told: str) -> None:
    assert terminal_notice("hpc:1 failed", "sweep", environ) == told


def test_no_text_of_a_service_can_end_the_sequence_or_begin_another() -> None:
    told = terminal_notice("a\x1b]52;c;x\x07", "b\n;\x9c", {"TERM": "foot"})
    assert told.count("\x1b") == 2
    assert told.count("\x07") == 1
    assert told.count(";") == 3


def test_a_long_name_is_cut() -> None:
    assert len(terminal_notice("x" * 10_000, "y" * 10_000, {})) < 300
