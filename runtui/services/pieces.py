"""Going through the bytes of a log in large pieces that end with a line."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

import msgspec

from runtui.model.lines import ByteLines
from runtui.services.advancing import never

PIECE_BYTES: Final = 256 * 1024
"""Read at a time, and never more: the thread that draws may have to wait for the interpreter as long as one search in
so many bytes takes. A longer line is gone through in several pieces."""

OVERLAP_BYTES: Final = 4096
"""So many bytes of a long line are in two of its pieces, so that what lies across their edge is found."""


class Piece(msgspec.Struct, frozen=True):
    """Some bytes of a log. They begin with a line, or within a very long one, which `is_within_line` says; and they end
    with one, or within a very long one, unless the log's last line has no end yet, which `is_open` says."""

    start: int
    content: bytes
    is_open: bool = False
    is_within_line: bool = False

    @property
    def searchable(self) -> bytes:
        """The content; a long line's edges are no beginning and no end of a line."""
        is_cut = not self.is_open and not self.content.endswith(b"\n")
        if not self.is_within_line and not is_cut:
            return self.content
        return (b"\0" if self.is_within_line else b"") + self.content + (b"\0" if is_cut else b"")

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
        self._is_within_line = False
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
        self._seen, self._is_within_line = self._read_to, False
        self._on_change(unchanged)

    def pieces(self, cancelled: Callable[[], bool] = never) -> Iterator[Piece]:
        """What was not read yet, to the present end. A last line without its end comes again when it has grown."""
        self.take_changes()
        end = self._source.byte_count
        while self._seen < end and not cancelled():
            piece = self._next(end)
            if not piece.content:
                return
            yield piece
            self._seen = piece.start + len(piece.content)
            if piece.is_open:
                if piece.end > piece.start:
                    self._read_to, self._is_within_line = piece.end, False
                return
            self._is_within_line = not piece.content.endswith(b"\n")
            self._read_to = piece.end - (OVERLAP_BYTES if self._is_within_line else 0)

    def _next(self, end: int) -> Piece:
        start = self._read_to
        content = self._source.read(start, min(PIECE_BYTES, end - start))
        cut = content.rfind(b"\n") + 1
        is_open = start + len(content) >= end and cut != len(content)
        if cut and not is_open:
            content = content[:cut]
        return Piece(start, content, is_open, self._is_within_line)


def lines_between(content: bytes, parts: Sequence[bytes]) -> list[int] | None:
    """The lines, counted from that of the first byte, in which the ends lie at which `content` was taken apart, each
    once. None when that cannot be told, because line ends were lost between the parts."""
    if len(parts) == 1:
        return []
    counts = [part.count(b"\n") for part in parts]
    if sum(counts) != content.count(b"\n"):
        return None
    counts.pop()
    lines = list(accumulate(counts))
    if 0 not in counts[1:]:
        return lines
    return [line for order, line in enumerate(lines) if counts[order] or not order]


def lines_at(content: bytes, places: Iterable[int]) -> Iterator[int]:
    """The lines, counted from that of the first byte, in which ascending places lie, each once."""
    line, counted, last = 0, 0, -1
    for place in places:
        line += content.count(b"\n", counted, place)
        counted = place
        if line != last:
            last = line
            yield line


def shown_lines(source: ByteLines, piece: Piece, lines: Iterable[int]) -> Iterable[int]:
    """The shown numbers of lines counted from the first one of a piece."""
    if not lines:
        return ()
    first = source.text_line_at_byte(piece.start)
    if isinstance(lines, range) and not source.gap_lines():
        return range(first + lines.start, first + lines.stop)
    if source.gap_lines():
        return (source.shown_line(first + line) for line in lines)
    return map(first.__add__, lines)


def literal_starts(content: bytes, literal: bytes) -> Iterator[int]:
    """Where a literal begins, once a line."""
    place = content.find(literal)
    while place >= 0:
        yield place
        line_end = content.find(b"\n", place + 1)
        place = content.find(literal, line_end) if line_end >= 0 else -1
