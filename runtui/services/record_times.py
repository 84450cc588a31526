"""The times of the records of one growing log, in the order of its lines."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import Final

from runtui.model.lines import ByteLines
from runtui.model.log_time import STAMP_WITHIN, TimeReader
from runtui.services.advancing import never
from runtui.services.pieces import Piece, PieceReader

NO_TIME: Final = float("-inf")


class RecordTimes:
    """Which line begins a record of a later time than the record before.

    Lines without a time belong to the record before; lines before the first time to the first. Times never go back: a
    line that tells an earlier time than one before it counts as of the same time, so that no order is ever changed
    within a log.
    """

    def __init__(self, source: ByteLines, near: float | None = None) -> None:
        self._source = source
        self._reader = PieceReader(source, self._forget_from)
        self._times = TimeReader(near)
        self.lines = array("I")
        self.seconds = array("d")
        self.line_count = 0
        """Shown lines looked at; a last one without its end is among them."""
        self.changed_from: int | None = None
        """The first line that has to be placed again, since this was last set to None."""

    @property
    def is_behind(self) -> bool:
        """Whether there are lines that were not looked at."""
        return self._reader.is_behind or self.line_count != self._source.line_count

    def advance(self, cancelled: Callable[[], bool] = never) -> Iterator[int]:
        """Look on to the present end; gives how many lines were looked at after each piece."""
        count = self._source.line_count
        for piece in self._reader.pieces(cancelled):
            self._take(piece)
            yield self.line_count
        if not cancelled():
            self.line_count = max(self.line_count, count)

    def time_of(self, line: int) -> float:
        """The time of the record a line belongs to; `NO_TIME` as long as no line told one."""
        if not self.lines:
            return NO_TIME
        return self.seconds[max(0, bisect_right(self.lines, line) - 1)]

    def first_line_after(self, seconds: float) -> int:
        """The first line of a later time."""
        place = bisect_right(self.seconds, seconds)
        if place == 0:
            return 0
        return self.lines[place] if place < len(self.lines) else self.line_count

    def _take(self, piece: Piece) -> None:
        source, read = self._source, self._times.read
        first = source.text_line_at_byte(piece.start)
        lines = piece.content.split(b"\n")
        if not lines[-1]:
            lines.pop()
        has_gaps = bool(source.gap_lines())
        if piece.is_within_line:
            lines[:1] = [b""]  # its beginning, which tells its time, was looked at before
        elif source.shown_line(first) < self.line_count:
            self._forget_from(source.shown_line(first))
        latest = self.seconds[-1] if self.seconds else NO_TIME
        for order, line in enumerate(lines):
            seconds = read(line[:STAMP_WITHIN])
            if seconds is not None and seconds > latest:
                latest = seconds
                self.lines.append(source.shown_line(first + order) if has_gaps else first + order)
                self.seconds.append(seconds)
        if lines:
            self.line_count = max(self.line_count, source.shown_line(first + len(lines) - 1) + 1)

    def _forget_from(self, line: int) -> None:
        place = bisect_left(self.lines, line)
        del self.lines[place:]
        del self.seconds[place:]
        self.line_count = min(self.line_count, line)
        self.changed_from = line if self.changed_from is None else min(line, self.changed_from)
