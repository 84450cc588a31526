"""The lines of a source as they may be drawn, read no more than a page at a time."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from textual.cache import LRUCache

from runtui.model.lines import Line, LineKind, LineSource
from runtui.render.sanitise import LogText, log_line
from runtui.render.units import size

_LINES_KEPT: Final = 2048


class SafeLine(NamedTuple):
    """One line that is safe for a terminal. `number` counts from 0."""

    number: int
    line: Line
    text: LogText

    @property
    def is_gap(self) -> bool:
        """Whether it says that lines are missing."""
        return self.line.kind is LineKind.GAP


class SafeLines:
    """Reads lines of a source and keeps those last read.

    A line that is not the last one cannot change while the source's generation stays: it is read once. After a change
    of generation make another of these.
    """

    def __init__(self, source: LineSource) -> None:
        self.source: Final = source
        self._kept: LRUCache[int, SafeLine] = LRUCache(_LINES_KEPT)
        self._last = -1
        self._bytes = -1

    def read(self, first: int, count: int) -> list[SafeLine]:
        """The lines `first` to `first + count`, fewer where the source ends."""
        self._let_go_of_last()
        wanted = range(max(0, first), max(0, min(first + count, self._last + 1)))
        if len(wanted) > _LINES_KEPT // 2:
            return list(self._made_safe(wanted))
        known = [self._kept.get(number) for number in wanted]
        if None in known:
            self._read(wanted)
            known = [self._kept.get(number) for number in wanted]
        return [line for line in known if line is not None]

    def _let_go_of_last(self) -> None:
        """The last line may have grown since it was read."""
        if self.source.byte_count != self._bytes:
            self._kept.discard(self._last)
            self._bytes = self.source.byte_count
        self._last = self.source.line_count - 1

    def _read(self, wanted: range) -> None:
        for line in self._made_safe(wanted):
            if line.number not in self._kept:
                self._kept[line.number] = line

    def _made_safe(self, wanted: range) -> Iterator[SafeLine]:
        for number, line in zip(wanted, self.source.lines(wanted.start, len(wanted)), strict=False):
            yield SafeLine(number, line, safe_text(line))


def safe_text(line: Line) -> LogText:
    """The line decoded and made safe. Bytes that are no UTF-8 show as replacement characters."""
    text = log_line(line.content.decode("utf-8", "replace"))
    if not line.is_cut:
        return text
    return text._replace(plain=f"{text.plain}   ... this line has {size(line.size)}, the rest is not shown")
