"""Taking what is new out of a spool, in order and exactly, with its gaps in their places."""

from collections.abc import Iterator

import msgspec

from runtui.services.indexed_file import IndexedFile

_PIECE = 1024 * 1024
_REMEMBERED = 64 * 1024


class Gap(msgspec.Struct, frozen=True):
    """Lines are missing here; the sentence says why."""

    sentence: str


class LogReader:
    """Reads a growing spool once from its beginning, or from its last `last_lines` lines.

    Only whole lines are given until the log has ended, because the last one may still change. When what was given
    has been replaced (a live file that was stored) it goes on where the same text stands in the new one; when that is
    nowhere it begins anew at the end, after a gap that says so.
    """

    def __init__(self, spool: IndexedFile, *, last_lines: int | None = None) -> None:
        self._spool = spool
        self._last_lines = last_lines
        self._given: int | None = None
        self._gaps_given = 0
        self._generation = spool.generation
        self._remembered = b""

    def take(self, *, ended: bool) -> Iterator[bytes | Gap]:
        """What came since the last time: bytes, cut at line ends where that is possible, and gaps."""
        end = self._spool.byte_count if ended else _end_of_last_line(self._spool)
        if self._given is None:
            self._begin(end)
        elif self._spool.generation != self._generation and not (self._find_place() or self._go_back_a_little()):
            if not ended:
                return
            yield Gap("the log was replaced by another, which follows from its beginning")
            self._given = self._gaps_given = 0
        self._generation = self._spool.generation
        gaps = self._spool.gaps()
        for place, sentence in gaps[self._gaps_given :]:
            if place > end:
                break
            yield from self._bytes_to(place)
            yield Gap(sentence)
            self._gaps_given += 1
        yield from self._bytes_to(end)

    def unfinished(self) -> bytes:
        """How the last line stands that was not given yet because it may still change."""
        if self._given is None or self._given >= self._spool.byte_count:
            return b""
        return b"".join(line.content for line in self._spool.lines(self._spool.line_count - 1, 1))

    def _begin(self, end: int) -> None:
        self._given = 0
        if self._last_lines is not None:
            self._given = _start_of_last_lines(self._spool, self._last_lines, end)
        if self._given:
            self._gaps_given = sum(place <= self._given for place, _ in self._spool.gaps())

    def _bytes_to(self, end: int) -> Iterator[bytes]:
        assert self._given is not None
        while self._given < end:
            piece = self._spool.read(self._given, min(_PIECE, end - self._given))
            whole_lines = piece.rfind(b"\n") + 1
            if whole_lines and self._given + len(piece) < end:
                piece = piece[:whole_lines]
            self._given += len(piece)
            self._remembered = (self._remembered + piece)[-_REMEMBERED:]
            yield piece

    def _find_place(self) -> bool:
        """Go on behind what was given last, after earlier text was replaced; False when that is not there (yet)."""
        assert self._given is not None
        known = len(self._remembered)
        if self._spool.read(self._given - known, known) != self._remembered:
            place = _last_place_of(self._remembered, self._spool)
            if place is None:
                return False
            self._given, self._gaps_given = place + known, 0
        gaps_before = sum(gap < self._given for gap, _ in self._spool.gaps())
        self._gaps_given = max(gaps_before, min(self._gaps_given, self._spool.gap_count))
        return True

    def _go_back_a_little(self) -> bool:
        """Give the last lines again when they alone became others: a line may grow after it was given."""
        assert self._given is not None
        unchanged = self._spool.unchanged_lines(self._generation)
        place = self._spool.byte_of_line(unchanged)
        if not 0 <= self._given - place < len(self._remembered) or not unchanged:
            return False
        self._remembered = self._remembered[: len(self._remembered) - (self._given - place)]
        self._given = place
        self._gaps_given = sum(gap <= place for gap, _ in self._spool.gaps())
        return True


def _end_of_last_line(spool: IndexedFile) -> int:
    end = spool.byte_count
    while end > 0:
        start = max(0, end - _PIECE)
        found = spool.read(start, end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _start_of_last_lines(spool: IndexedFile, count: int, end: int) -> int:
    """The byte at which the last `count` lines before `end` begin."""
    if count == 0 or end == 0:
        return end
    missing = count + (1 if spool.read(end - 1, 1) == b"\n" else 0)
    while end > 0:
        start = max(0, end - _PIECE)
        piece = spool.read(start, end - start)
        found = piece.count(b"\n")
        if found >= missing:
            place = len(piece)
            for _ in range(missing):
                place = piece.rfind(b"\n", 0, place)
            return start + place + 1
        missing, end = missing - found, start
    return 0


def _last_place_of(text: bytes, spool: IndexedFile) -> int | None:
    """The last byte position at which the spool holds the text."""
    end = spool.byte_count
    while end >= len(text):
        start = max(0, end - _PIECE - len(text))
        found = spool.read(start, end - start).rfind(text)
        if found >= 0:
            return start + found
        if start == 0:
            return None
        end = start + len(text) - 1
    return None
