"""Finding lines in a followed log."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from runtui.model.errors import ConfigError
from runtui.services.spool import Spool

_PIECE: Final = 4 * 1024 * 1024


def compile_pattern(text: str) -> re.Pattern[bytes]:
    """The pattern a person typed: a regular expression, in any case unless it holds a capital (smart case).

    Raises ConfigError that says what is wrong with it.
    """
    flags = 0 if any(character.isupper() for character in text) else re.IGNORECASE
    try:
        return re.compile(text.encode(), flags | re.MULTILINE)
    except re.error as error:
        raise ConfigError(f"{text!r} is no regular expression: {error.msg}", hint=_place(error)) from error


def _place(error: re.error) -> str:
    return "" if error.pos is None else f"At character {error.pos + 1}; a backslash takes a sign as it is."


def is_literal(text: str) -> bool:
    """Whether a typed pattern holds no sign that means something to regular expressions."""
    return re.escape(text).replace("\\ ", " ").replace("\\-", "-") == text


def find_lines(
    spool: Spool, text: str, *, start: int = 0, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[list[int]]:
    """The numbers of the lines in which the typed pattern occurs, ascending, a list for each piece of the log.

    `start` is the byte to begin at, the beginning of a line. Meant for a thread: it reads up to 4 MiB at a time and
    looks at `cancelled` between. Lines that come while it runs are not looked at. Raises ConfigError.
    """
    pattern = compile_pattern(text)
    literal = text.encode() if is_literal(text) else None
    fold = literal is not None and pattern.flags & re.IGNORECASE != 0 and literal.isascii()
    end = spool.byte_count
    while start < end and not cancelled():
        piece = _whole_lines(spool, start, end)
        yield _lines_of(spool, start, piece, _hits(piece, pattern, literal, fold=fold))
        start += len(piece)


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


def _hits(piece: bytes, pattern: re.Pattern[bytes], literal: bytes | None, *, fold: bool) -> Iterator[int]:
    """Offsets of matches in a piece, at least one a line that matches. A literal is found without the regex engine."""
    if literal is None or (pattern.flags & re.IGNORECASE and not fold):
        for match in pattern.finditer(piece):
            yield match.start()
        return
    where, wanted = (piece.lower(), literal.lower()) if fold else (piece, literal)
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
