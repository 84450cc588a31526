"""JSON laid out for reading, from as much of it as is there: numbers and strings stay exactly as they are written.

It is read token by token, never as a whole, so that the beginning of a large document shows as well as a small one.
"""

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<open>[\[{])|(?P<close>[\]}])|(?P<comma>,)|(?P<colon>:)"""
    r"""|(?P<word>[^\s\[\]{},:"]+))""",
    re.DOTALL,
)
_INDENT = "  "
DEEPEST = 60
"""Levels that are indented; what lies deeper stands where these end."""


class JsonLine(NamedTuple):
    """One line of the outline, `depth` levels in. `closes_at` is the line that closes what it opens, else None."""

    text: str
    depth: int
    closes_at: int | None = None


def json_outline(text: str, *, is_whole: bool = True) -> list[JsonLine] | None:
    """The lines of a document, or of its beginning; None where this is no JSON. Empty blocks stay on one line."""
    outline = _Outline()
    position = 0
    text = text.removeprefix("\ufeff")
    while match := _TOKEN.match(text, position):
        if not outline.take(match):
            return None
        position = match.end()
    rest = text[position:].strip()
    if rest and (is_whole or not rest.startswith('"')):
        return None
    if rest:
        outline.add(rest)
    return outline.finish(is_whole)


class _Outline:
    """Collects the lines while tokens come."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._depths: list[int] = []
        self._closes: dict[int, int] = {}
        self._open: list[tuple[str, int]] = []
        self._line = ""
        self._is_fresh_block = False

    def take(self, match: re.Match[str]) -> bool:
        """Take one token. Tells whether it can stand here."""
        token = match[0].strip()
        if match["open"]:
            self._block(token)
        elif match["close"]:
            return self._close(token)
        elif match["comma"]:
            self._line += ","
            self._end_line()
        elif match["colon"]:
            self._line += ": "
        else:
            self.add(token)
        return True

    def add(self, token: str) -> None:
        """A value or a name."""
        if self._is_fresh_block or (not self._open and self._line and not self._line.endswith(" ")):
            self._end_line()
        self._line += token

    def _block(self, bracket: str) -> None:
        if self._is_fresh_block or (not self._open and self._line):
            self._end_line()
        self._line += bracket
        self._open.append((bracket, len(self._texts)))
        self._is_fresh_block = True

    def _close(self, bracket: str) -> bool:
        if not self._open or "[{".index(self._open[-1][0]) != "]}".index(bracket):
            return False
        _, opened = self._open[-1]
        if self._is_fresh_block:
            self._is_fresh_block = False
            self._open.pop()
            self._line += bracket
            return True
        self._end_line()
        self._open.pop()
        self._line = bracket
        self._closes[opened] = len(self._texts)
        return True

    def _end_line(self) -> None:
        """Put the line down; one that opens a block stands a level above what is in it."""
        if self._line:
            self._texts.append(self._line)
            self._depths.append(max(0, len(self._open) - self._is_fresh_block))
        self._line = ""
        self._is_fresh_block = False

    def finish(self, is_whole: bool) -> list[JsonLine] | None:
        """All lines; None when a whole document ends inside a block."""
        if is_whole and self._open:
            return None
        self._end_line()
        return [
            JsonLine(_INDENT * min(depth, DEEPEST) + text, depth, self._closes.get(number))
            for number, (text, depth) in enumerate(zip(self._texts, self._depths, strict=True))
        ]


def folded(lines: list[JsonLine], closed: frozenset[int], ellipsis: str = "…") -> list[tuple[int, str]]:
    """The lines in sight with their numbers, when the blocks that begin at the `closed` lines are shut."""
    shown: list[tuple[int, str]] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        if number in closed and line.closes_at is not None:
            end = lines[line.closes_at]
            shown.append((number, f"{line.text} {ellipsis} {end.text.strip()}"))
            number = line.closes_at + 1
        else:
            shown.append((number, line.text))
            number += 1
    return shown
