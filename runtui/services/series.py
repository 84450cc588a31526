"""Numbers that come again and again in a log, as a series that grows with it."""

import math
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

import msgspec

from runtui.model.lines import ByteLines
from runtui.model.series_pattern import SeriesPattern
from runtui.services.advancing import never
from runtui.services.log_times import time_of_line
from runtui.services.number_reading import read_numbers, written_number
from runtui.services.pieces import Piece, PieceReader, lines_between, shown_lines


class SeriesPoint(msgspec.Struct, frozen=True, gc=False):
    """A number of a log: the shown number of its line, and its value, which may be nan or infinite."""

    line: int
    value: float


class LogSeries:
    """The numbers a pattern finds in a log, the first of each line, in order.

    Those that are no finite numbers are kept apart in `strange`. `advance` is for one thread at a time; the rest may
    be read by any.
    """

    def __init__(self, source: ByteLines, pattern: SeriesPattern) -> None:
        self.pattern = pattern
        self.lines = array("I")
        """The shown number of the line of each value, ascending."""
        self.values = array("d")
        self.strange: list[SeriesPoint] = []
        """What is nan or infinite."""
        self._source = source
        self._is_in_every_line = False
        """Whether the last piece had a value in each of its lines: then the next one is expected to as well."""
        self._reader = PieceReader(source, self._forget_from)

    @property
    def is_behind(self) -> bool:
        """Whether there is something that was not looked at."""
        return self._reader.is_behind

    @property
    def last(self) -> float | None:
        """The last value, which may be nan or infinite; None before there is any."""
        line, strange = next(iter(self.lines[-1:]), -1), self.strange[-1:]
        if strange and strange[0].line > line:
            return strange[0].value
        return next(iter(self.values[-1:]), None)

    def advance(self, cancelled: Callable[[], bool] = never) -> Iterator[int]:
        """Look on to the present end; gives how many values are found after each piece."""
        for piece in self._reader.pieces(cancelled):
            self._take(piece)
            yield len(self.values)

    def time_of(self, line: int) -> float | None:
        """When a line was written, in seconds since 1970, if the log tells."""
        return time_of_line(self._source, line)

    def sampled(self, count: int, first: int = 0, last: int | None = None) -> list[SeriesPoint]:
        """At most about `count` of the values from the one at index `first` on, in order: of each stretch the least
        and the greatest, so that no peak is left out."""
        lines, values = self.lines, self.values  # they may grow meanwhile, and be replaced, but never get shorter
        known = min(len(lines), len(values))
        last = known if last is None else min(last, known)
        total = last - first
        if total <= count:
            return [SeriesPoint(lines[place], values[place]) for place in range(first, last)]
        stretches = max(1, count // 2)
        points: list[SeriesPoint] = []
        for stretch in range(stretches):
            start, end = first + total * stretch // stretches, first + total * (stretch + 1) // stretches
            part = values[start:end]
            places = {start + part.index(min(part)), start + part.index(max(part))}
            points.extend(SeriesPoint(lines[place], values[place]) for place in sorted(places))
        return points

    def _take(self, piece: Piece) -> None:
        content = piece.content
        if piece.is_open:
            content = content[: content.rfind(b"\n") + 1]
        if piece.is_within_line and self._has_value_of(self._first_line(piece)):
            cut = content.find(b"\n") + 1
            content = content[cut:] if cut else b""
            piece = Piece(piece.start + cut, content)
        if self._is_in_every_line and self._take_every_line(piece, content):
            return
        lines, values = self._found_in(content)
        self._is_in_every_line = len(lines) == content.count(b"\n") > 0
        self._add(array("I", shown_lines(self._source, piece, lines)), values)

    def _take_every_line(self, piece: Piece, content: bytes) -> bool:
        """Take a piece that has a value in each of its lines, which need not be counted then. Tells whether it has."""
        regex = self.pattern.line_regex
        written = regex.findall(content) if regex is not None else []
        if not written or len(written) != content.count(b"\n") or not content.endswith(b"\n"):
            return False
        values = read_numbers(written)
        if values is not None:
            self._add(array("I", shown_lines(self._source, piece, range(len(values)))), values)
        return values is not None

    def _found_in(self, content: bytes) -> "tuple[Sequence[int], array[float]]":
        """The lines of a piece that have a number, counted from its first, and the first number of each."""
        parts = self.pattern.quick_regex.split(content)
        values = read_numbers(parts[1::2])
        if values is None:
            parts = self.pattern.regex.split(content)
            values = array("d", map(written_number, parts[1::2]))
        lines = lines_between(content, parts[0::2])
        if lines is None or len(lines) != len(values):
            lines, written = self._found_one_by_one(content)
            values = array("d", map(written_number, written))
        return lines, values

    def _first_line(self, piece: Piece) -> int:
        return self._source.shown_line(self._source.text_line_at_byte(piece.start))

    def _has_value_of(self, line: int) -> bool:
        return self.lines[-1:] == array("I", [line]) or bool(self.strange and self.strange[-1].line == line)

    def _found_one_by_one(self, content: bytes) -> tuple[list[int], list[bytes]]:
        """The first number of each line, for patterns that match across lines or several times in one."""
        found: dict[int, bytes] = {}
        line, counted = 0, 0
        for match in self.pattern.regex.finditer(content):
            line += content.count(b"\n", counted, match.start(1))
            counted = match.start(1)
            found.setdefault(line, match[1])
        return list(found), list(found.values())

    def _add(self, lines: "array[int]", values: "array[float]") -> None:
        if math.isfinite(sum(values)) or all(map(math.isfinite, values)):
            self.lines.extend(lines)
            self.values.extend(values)
            return
        for line, value in zip(lines, values, strict=True):
            if math.isfinite(value):
                self.lines.append(line)
                self.values.append(value)
            else:
                self.strange.append(SeriesPoint(line, value))

    def _forget_from(self, line: int) -> None:
        place = bisect_left(self.lines, line)
        self.lines, self.values = self.lines[:place], self.values[:place]
        self.strange = [point for point in self.strange if point.line < line]
