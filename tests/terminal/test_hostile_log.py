"""Logs that would take over a terminal: what is read of them, and that nothing else of them reaches it."""

import os
import re
from pathlib import Path

import pytest

from tests.support.terminal import ROOT, Terminal

MARK = b"begun "
END = b" over"
FAMILIES = {
    "clipboard": b"\x1b]52;c;b3duZWQ=\x07",
    "clipboard ended by ST": b"\x1b]52;c;b3duZWQ=\x1b\\",
    "title": b"\x1b]0;owned\x07",
    "title never ended": b"\x1b]2;owned",
    "hyperlink": b"\x1b]8;;http://owned\x1b\\owned\x1b]8;;\x1b\\",
    "request of settings": b'\x1bP$q"p\x1b\\',
    "request of status": b"\x1b[6n\x1b[c\x1b[>q\x1b[?u",
    "sixel": b"\x1bPq#0;2;0;0;0~~@@\x1b\\",
    "picture": b"\x1b_Gf=100;owned\x1b\\",
    "private messages": b"\x1b^owned\x1b\\\x1bXowned\x1b\\",
    "moves and clears": b"\x1b[2J\x1b[1;1H\x1b[3J\x1b7\x1b8\x1bM\x1b#8",
    "modes": b"\x1b[?1049l\x1b[?1000h\x1b[4h\x1b[20h",
    "reset": b"\x1bc\x1b[!p",
    "character sets": b"\x1b(0\x0e\x1b)0\x0f\x1b%G",
    "keyboard": b"\x1b[>31u\x1b[>4;2m",
    "C1 as bytes": b'\x9d52;c;b3duZWQ=\x9c\x9b2J\x90$q"p\x9c',
    "C1 in UTF-8": '\x9d52;c;b3duZWQ=\x9c\x9b2J\x90$q"p\x9c\x84\x85\x8d'.encode(),
    "controls": bytes(range(1, 9)) + b"\x0b\x0c\x0e\x0f\x10\x7f",
    "NULs": b"\0" * 40,
    "carriage returns": b"lost\rowned\r" + MARK,
    "bidi": "\u202eowned\u202c\u2066owned\u2069\u200f\u061c".encode(),
    "zero width": "o\u200bw\u200cn\u2060e\ufeffd\u00ad".encode(),
    "line and paragraph separators": "\u2028\u2029".encode(),
    "combining flood": ("e" + "\u0301" * 500).encode(),
    "tags and selectors": "\U000e0041\U000e0001\ufe0f\U000e0100".encode(),
    "no UTF-8": b"\xff\xfe\xc0\x80\xed\xa0\x80\xf5",
}
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufe0f"
    "\U000e0000-\U000e0fff]"
)
OURS = re.compile(
    r"\x1b\[[0-9;:]*m|\x1b\[\d*(?:;\d+)?H|\x1b\[\d*[CGKX]|\x1b\[\d+;\d+r|\x1b\[r|\x1bM"
    r"|\x1b\[\?(?:1049|1000|1003|1015|1006|25|1004|2004|7|2026|2048)[hl]|\x1b\[\?20[24][68]\$p|\x1b\[>25u|\x1b\[<u"
    r"|\x1b\]22;[a-z]+\x07"
)
"""What the program writes for itself: colours, places, blanks, scrolling regions, its modes, the pointer's shape."""


def environ(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)}


def is_sure(family: bytes) -> bool:
    """Whether a text with this in it is still told to be UTF-16."""
    return 0 not in family.decode("utf-8", "replace").encode("utf-16-le")[::2]


def foreign(sent: bytes) -> list[str]:
    """What reached the terminal that is neither the program's own nor plain text."""
    text = OURS.sub("", sent.decode())
    return [
        text[max(0, match.start() - 20) : match.end() + 20] for match in re.finditer("\x1b", text)
    ] + UNSEEN.findall(text)


@pytest.mark.parametrize(
    "family", ["clipboard", "title", "request of settings", "C1 in UTF-8", "bidi", "zero width", "NULs"]
)
def test_each_would_be_noticed(family: str) -> None:
    assert foreign(b"\x1b[0m" + FAMILIES[family])


@pytest.mark.parametrize("form", ["utf-8", "utf-16"])
def test_nothing_but_plain_text_of_a_hostile_log_reaches_the_terminal(tmp_path: Path, form: str) -> None:
    families = FAMILIES if form == "utf-8" else {name: family for name, family in FAMILIES.items() if is_sure(family)}
    lines = [MARK + family + END for family in families.values()] + [b"the last line"]
    content = b"\n".join(lines)
    log = tmp_path / "log"
    log.write_bytes(content if form == "utf-8" else content.decode("utf-8", "replace").encode(form))
    with Terminal(
        ("-m", "tests.support.log_app", str(log)), environ(tmp_path), columns=110, lines=30, cwd=ROOT
    ) as shown:
        shown.shows("the last line")
        for key in "wttiivGg":
            shown.press(key)
        shown.press("w", "x")
        shown.shows("a notice over the text")
        rows = shown.text.split("\n")
        assert foreign(bytes(shown.sent)) == []
        assert sum(" over" in row for row in rows) >= len(families) - 2
