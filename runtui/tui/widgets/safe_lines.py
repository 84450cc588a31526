"""The lines of a source as they may be drawn, read no more than a page at a time."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol, runtime_checkable

from textual.cache import LRUCache

from runtui.model.lines import Line, LineKind, LineSource
from runtui.render.json_record import json_record, readable_record
from runtui.render.sanitise import LogText, log_line
from runtui.render.sgr import Sgr, SgrSpan
from runtui.render.units import count, size

_LINES_KEPT: Final = 2048
STAMP: Final = re.compile(
    r"\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?(?:\]:?|(?=\s|:|$)):?", re.ASCII
)
"""A date or time at the beginning of a line."""
_NOTE: Final = Sgr(dim=True)


class TextLook(NamedTuple):
    """How lines are written: with the times they begin with, and records of JSON made readable."""

    stamps: bool = True
    readable: bool = True


RAW: Final = TextLook(readable=False)
"""Lines as they came, but safe."""


class SafeLine(NamedTuple):
    """One line that is safe for a terminal. `number` counts from 0."""

    number: int
    line: Line
    text: LogText

    @property
    def is_gap(self) -> bool:
        """Whether it says that lines are missing."""
        return self.line.kind is LineKind.GAP


@runtime_checkable
class FoldsLines(Protocol):
    """A source some of whose lines are folded away."""

    def hidden_after(self, number: int) -> int:
        """How many lines are folded away after a shown one."""
        ...


class SafeLines:
    """Reads lines of a source and keeps those last read.

    A line that is not the last one cannot change while the source's generation stays: it is read once. After a change
    of generation make another of these.
    """

    def __init__(self, source: LineSource, look: TextLook = RAW) -> None:
        self.source: Final = source
        self.look: Final = look
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
        folds = self.source if isinstance(self.source, FoldsLines) else None
        for number, line in zip(wanted, self.source.lines(wanted.start, len(wanted)), strict=False):
            text = safe_text(line, self.look)
            hidden = folds.hidden_after(number) if folds else 0
            yield SafeLine(number, line, with_note(text, f"  ... {_lines(hidden)} folded") if hidden else text)


def safe_text(line: Line, look: TextLook = RAW) -> LogText:
    """The line decoded and made safe. Bytes that are no UTF-8 show as replacement characters."""
    text = line.content.decode("utf-8", "replace")
    if line.is_cut:
        safe = log_line(text)
        return safe._replace(plain=f"{safe.plain}   ... this line has {size(line.size)}, the rest is not shown")
    if line.kind is LineKind.GAP:
        return log_line(text)
    record = json_record(text) if look.readable and text.endswith(("}", "} ")) else None
    safe = log_line(text) if record is None else readable_record(record)
    return safe if look.stamps else without_stamp(safe)


def without_stamp(text: LogText) -> LogText:
    """The text without the time it begins with, and the blanks after it."""
    match = STAMP.match(text.plain)
    if match is None:
        return text
    cut = match.end()
    while text.plain[cut : cut + 1] == " ":
        cut += 1
    spans = (SgrSpan(max(0, span.start - cut), span.end - cut, span.sgr) for span in text.spans if span.end > cut)
    return LogText(text.plain[cut:], tuple(spans))


def with_note(text: LogText, note: str) -> LogText:
    """The text with something we say after it."""
    start = len(text.plain)
    return LogText(text.plain + note, (*text.spans, SgrSpan(start, start + len(note), _NOTE)))


def _lines(number: int) -> str:
    return f"{count(number)} {'line' if number == 1 else 'lines'}"
