"""Where errors, or warnings, begin in a followed log."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from heapq import merge
from typing import Final

from runtui.model.lines import ByteLines, Line, LineKind
from runtui.model.log_levels import LONGEST_RECORD, LevelReader, LogLevel, level_of
from runtui.render.sanitise import log_line
from runtui.services.advancing import never
from runtui.services.pieces import Piece, PieceReader, literal_starts

SIGNS: Final = tuple(
    word.encode()
    for word in (
        "error", "fatal", "critical", "severe", "panic", "traceback", "exception", "exit", "return", "signal", "killed",
        "abort", "denied", "no such", "no space", "not found", "failed", "floating", "overflow", "oom", "out of memory",
        "emerg", "terminated", "core dumped", "segmentation", "bus error", "err!",
        "\ne0", "\ne1", "\nf0", "\nf1",
    )
)  # fmt: skip
"""What every line that tells an error holds, in lower case: the few lines that do are then looked at closely. The last
four are the beginnings of such lines as glog writes them."""
WARNING_SIGNS: Final = (b"warn", b"nan", b"\nw0", b"\nw1")
"""The same for warnings."""
_READ: Final = 500
"""Bytes of a line that are looked at."""
_LONG: Final = 64 * 1024
_FEW: Final = 12


class ErrorLines:
    """The lines that begin an error record, or one of another level that is told by its own signs, found further as the
    log grows. For one thread at a time."""

    def __init__(self, source: ByteLines, level: LogLevel = LogLevel.ERROR, signs: tuple[bytes, ...] = SIGNS) -> None:
        self._level, self._signs = level, signs
        self.lines: list[int] = []
        """Shown numbers, ascending."""
        self.records: list[range] = []
        """The lines of those records that have more than one."""
        self._source = source
        self._reader = PieceReader(source, self._forget_from)
        self._record_end = -1

    @property
    def is_behind(self) -> bool:
        """Whether there is something that was not looked at."""
        return self._reader.is_behind

    def advance(self, cancelled: Callable[[], bool] = never) -> Iterator[int]:
        """Look on to the present end; gives how many errors are found after each piece."""
        if self.is_behind and self._record_end >= 0:
            self._look_on_in_record()
        for piece in self._reader.pieces(cancelled):
            self._look_through(piece)
            yield len(self.lines)

    def _forget_from(self, line: int) -> None:
        kept = bisect_left(self.lines, line)
        self.lines = self.lines[:kept]  # those given out are read by another thread
        self.records = [record for record in self.records if record.stop <= line]
        self._record_end = self._end_of(self.lines[-1]) if self.lines else -1

    def _look_through(self, piece: Piece) -> None:
        source, content = self._source, piece.content
        counted = content.find(b"\n") + 1 if piece.is_within_line else 0
        if piece.is_within_line and not counted:
            return
        # what tells a level stands near the beginning of its line: the rest of a very long one is left out
        content = content[: content.rfind(b"\n") + 1 + _LONG]
        folded = content.lower()
        text_line, looked_to = source.text_line_at_byte(piece.start + counted), counted - 1
        for place in merge(*(literal_starts(folded, sign) for sign in self._signs)):
            place += content[place : place + 1] == b"\n"
            if place <= looked_to:
                continue
            start = content.rfind(b"\n", 0, place) + 1
            end = content.find(b"\n", place)
            looked_to = len(content) if end < 0 else end
            if level_of(_plain(content[start : min(looked_to, start + _READ)])) is self._level:
                text_line += content.count(b"\n", counted, start)
                counted = start
                self._take(source.shown_line(text_line))

    def _take(self, number: int) -> None:
        """Note an error, unless it is in the record before."""
        if number <= self._record_end or (self.lines and number <= self.lines[-1]):
            return
        self.lines.append(number)
        self._record_end = self._end_of(number)
        if self._record_end > number:
            self.records.append(range(number, self._record_end + 1))

    def _look_on_in_record(self) -> None:
        """The last record may go on in what came since."""
        number = self.lines[-1]
        end = self._end_of(number)
        if end > self._record_end:
            if self.records and self.records[-1].start == number:
                self.records.pop()
            self.records.append(range(number, end + 1))
            self._record_end = end

    def _end_of(self, number: int) -> int:
        """The last line of a record that begins there."""
        for count in (_FEW, LONGEST_RECORD):
            lines = self._source.lines(number, count)
            length = _record_length(lines)
            if length < len(lines) or len(lines) < count:
                break
        return number + max(1, length) - 1


def _record_length(lines: list[Line]) -> int:
    reader = LevelReader()
    for place, line in enumerate(lines):
        level = reader.read(_plain(line.content))
        if place and (line.kind is LineKind.GAP or not level.continues):
            return place
    return len(lines)


def _plain(content: bytes) -> str:
    return log_line(content.decode("utf-8", "replace")).plain
