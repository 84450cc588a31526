"""Finding lines in a followed log."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from runtui.model.errors import ConfigError
from runtui.services.spool import Spool

_PIECE: Final = 4 * 1024 * 1024
_ESCAPED: Final = re.compile(r"\\.")


def compile_pattern(text: str) -> re.Pattern[bytes]:
    """The pattern a person typed: a regular expression, in any case unless it holds a capital (smart case).

    The capital of a class such as `\\W` is none. Raises ConfigError that says what is wrong with it.
    """
    flags = 0 if any(character.isupper() for character in _ESCAPED.sub("", text)) else re.IGNORECASE
    try:
        return re.compile(text.encode(), flags | re.MULTILINE)
    except re.error as error:
        raise ConfigError(f"no regular expression: {error.msg}", hint=_place(error)) from error


def _place(error: re.error) -> str:
    return "" if error.pos is None else f"At character {error.pos + 1}; a backslash takes a sign as it is."


def is_literal(text: str) -> bool:
    """Whether a typed pattern holds no sign that means something to regular expressions."""
    return re.escape(text).replace("\\ ", " ").replace("\\-", "-") == text


class LineSearch:
    """The lines of a growing log in which a typed pattern occurs, found piece by piece and further as it grows.

    Raises ConfigError for a pattern that is no regular expression. `advance` is for one thread at a time; `lines`
    may be read by any.
    """

    def __init__(self, spool: Spool, text: str) -> None:
        self.text = text
        self.pattern = compile_pattern(text)
        self.lines: list[int] = []
        """The shown numbers of the lines found so far, ascending."""
        self._spool = spool
        literal = text.encode()
        ignores_case = self.pattern.flags & re.IGNORECASE != 0
        self._literal = literal if is_literal(text) and (literal.isascii() or not ignores_case) else None
        self._folds = ignores_case
        self._generation = spool.generation
        self._searched_to = 0

    @property
    def is_behind(self) -> bool:
        """Whether there is something that was not looked at."""
        return self._searched_to < self._spool.byte_count or self._generation != self._spool.generation

    def advance(self, cancelled: Callable[[], bool] = lambda: False) -> Iterator[int]:
        """Look on to the present end, reading up to 4 MiB at a time; gives how many lines are found after each.

        A last line without its end is looked at again when it has grown.
        """
        self._begin_again_if_replaced()
        end = self._spool.byte_count
        while self._searched_to < end and not cancelled():
            piece = _whole_lines(self._spool, self._searched_to, end)
            self._take(piece)
            self._searched_to += piece.rfind(b"\n") + 1
            yield len(self.lines)
            if not piece.endswith(b"\n"):
                return

    def _begin_again_if_replaced(self) -> None:
        if self._generation != self._spool.generation:
            self._generation = self._spool.generation
            self.lines, self._searched_to = [], 0

    def _take(self, piece: bytes) -> None:
        hits = _hits(piece, self.pattern, self._literal, folds=self._folds)
        for line in _lines_of(self._spool, self._searched_to, piece, hits):
            if not self.lines or line > self.lines[-1]:
                self.lines.append(line)


def _whole_lines(spool: Spool, start: int, end: int) -> bytes:
    """A piece that ends with a line, longer than usual when a line is."""
    size = _PIECE
    while True:
        piece = spool.read(start, min(size, end - start))
        cut = piece.rfind(b"\n") + 1
        if start + len(piece) >= end:
            return piece
        if cut:
            return piece[:cut]
        size *= 2


def _hits(piece: bytes, pattern: re.Pattern[bytes], literal: bytes | None, *, folds: bool) -> Iterator[int]:
    """Offsets of matches in a piece, at least one a line that matches. A literal is found without the regex engine."""
    if literal is None:
        for match in pattern.finditer(piece):
            yield match.start()
        return
    where, wanted = (piece.lower(), literal.lower()) if folds else (piece, literal)
    place = where.find(wanted)
    while place >= 0:
        yield place
        line_end = where.find(b"\n", place)
        place = where.find(wanted, line_end + 1) if line_end >= 0 else -1


def _lines_of(spool: Spool, start: int, piece: bytes, hits: Iterator[int]) -> list[int]:
    """The shown numbers of the lines that ascending hits lie in, counting line ends from one to the next."""
    text_line, counted = spool.text_line_at_byte(start), 0
    lines: list[int] = []
    for hit in hits:
        text_line += piece.count(b"\n", counted, hit)
        counted = hit
        line = spool.shown_line(text_line)
        if not lines or lines[-1] != line:
            lines.append(line)
    return lines
