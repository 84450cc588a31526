"""Going through the bytes of a log in large pieces that end with a line."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from runtui.model.lines import ByteLines
from runtui.services.advancing import never

PIECE_BYTES: Final = 1024 * 1024
"""Read at a time: small enough that the thread that draws never waits long for the interpreter."""

LONGEST_LINE: Final = 16 * 1024 * 1024
"""A longer line is gone through in several pieces."""


class Piece(msgspec.Struct, frozen=True):
    """Some bytes of a log. They begin with a line (or go on within a very long one), and end with one unless the log's
    last line has no end yet, which `is_open` says."""

    start: int
    content: bytes
    is_open: bool = False

    @property
    def end(self) -> int:
        """The byte after the last whole line."""
        return self.start + (self.content.rfind(b"\n") + 1 if self.is_open else len(self.content))


class PieceReader:
    """Reads a growing log once, from its beginning on, and the part that changed again.

    `on_change` is told the first shown line that is to be looked at again.
    """

    def __init__(self, source: ByteLines, on_change: Callable[[int], None]) -> None:
        self._source = source
        self._on_change = on_change
        self._generation = source.generation
        self._read_to = 0
        self._seen = 0
        """How many bytes there were when the last piece was given."""

    @property
    def is_behind(self) -> bool:
        """Whether there is something that was not read."""
        return self._seen < self._source.byte_count or self._generation != self._source.generation

    def take_changes(self) -> None:
        """Go back to what was changed since the last time."""
        generation = self._source.generation
        if generation == self._generation:
            return
        unchanged = self._source.unchanged_lines(self._generation)
        self._generation = generation
        self._read_to = min(self._read_to, self._source.byte_of_line(unchanged))
        self._seen = self._read_to
        self._on_change(unchanged)

    def pieces(self, cancelled: Callable[[], bool] = never) -> Iterator[Piece]:
        """What was not read yet, to the present end. A last line without its end comes again when it has grown."""
        self.take_changes()
        end = self._source.byte_count
        while self._seen < end and not cancelled():
            piece = _whole_lines(self._source, self._read_to, end)
            if not piece.content:
                return
            yield piece
            self._read_to = piece.end
            self._seen = piece.start + len(piece.content)
            if piece.is_open:
                return


def _whole_lines(source: ByteLines, start: int, end: int) -> Piece:
    size = PIECE_BYTES
    while True:
        content = source.read(start, min(size, end - start))
        cut = content.rfind(b"\n") + 1
        if start + len(content) >= end:
            return Piece(start, content, is_open=cut != len(content))
        if cut:
            return Piece(start, content[:cut])
        if size >= LONGEST_LINE or len(content) < size:
            return Piece(start, content)
        size *= 2


def match_starts(content: bytes, pattern: re.Pattern[bytes]) -> Iterator[int]:
    """Where a pattern begins to match, ascending."""
    return (match.start() for match in pattern.finditer(content))


def literal_starts(content: bytes, literal: bytes) -> Iterator[int]:
    """Where a literal begins, once a line."""
    place = content.find(literal)
    while place >= 0:
        yield place
        line_end = content.find(b"\n", place)
        place = content.find(literal, line_end + 1) if line_end >= 0 else -1


def lines_of(source: ByteLines, piece: Piece, places: Iterable[int]) -> Iterator[int]:
    """The shown numbers of the lines that ascending places of a piece lie in, each once."""
    content = piece.content
    text_line, counted, last = source.text_line_at_byte(piece.start), 0, -1
    has_gaps = bool(source.gap_lines())
    for place in places:
        text_line += content.count(b"\n", counted, place)
        counted = place
        if text_line != last:
            last = text_line
            yield source.shown_line(text_line) if has_gaps else text_line
