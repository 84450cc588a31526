"""Numbered lines one can look at anywhere: what a pager shows.

A source may hold more lines than fit in memory, so it is asked for the few that are on the screen. Lines are numbered
from 0 in the order in which they were received.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Final, Protocol

import msgspec

LINE_BYTES_CAP: Final = 64 * 1024
"""No more bytes of one line than this are ever drawn; the rest of a longer line can only be saved."""


class LineKind(StrEnum):
    """Whether a line came from the source or was put there by us."""

    TEXT = "text"
    GAP = "gap"
    """Says that lines are missing here, and why. Its content is our own sentence."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line without its line end, as raw bytes: neither decoded nor made safe for a terminal.

    `size` is the whole line's length in bytes when `content` is only its beginning, else None. `origin` says which of
    several merged sources the line is from, counted from 0; None where there is only one.
    """

    content: bytes
    kind: LineKind = LineKind.TEXT
    size: int | None = None
    origin: int | None = None

    @property
    def is_cut(self) -> bool:
        """Whether `content` is only the beginning of the line."""
        return self.size is not None and self.size > len(self.content)


class LineSource(Protocol):
    """Lines that can be read at any place, and that may grow.

    Both properties and `lines` are called while a frame is drawn: they answer from what is indexed already and never
    wait for a service.
    """

    @property
    def line_count(self) -> int:
        """How many lines there are now. A last line whose end has not arrived yet counts as one."""
        ...

    @property
    def byte_count(self) -> int:
        """How many bytes there are now."""
        ...

    @property
    def generation(self) -> int:
        """Another number than before once lines that were already given out changed or went away (the source was cut
        or replaced). Growth, the last line's own included, leaves it as it is."""
        ...

    def lines(self, first: int, count: int) -> list[Line]:
        """Lines `first` to `first + count`, fewer where the source ends; each has at most `LINE_BYTES_CAP` bytes."""
        ...

    def watch(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """Call `on_change`, from any thread and as often as wanted, whenever a property above may have changed.

        Returns the function that ends the watching; it may be called more than once.
        """
        ...


class GrowingLines(LineSource, Protocol):
    """Lines of which one can tell what a change left as it was, so that what was found out about them stays true."""

    def unchanged_lines(self, since: int) -> int:
        """How many of the first lines are the same as they were at generation `since`; 0 when that is not known."""
        ...


class ByteLines(GrowingLines, Protocol):
    """Lines whose bytes can be read in large pieces: what searches, filters and series go through.

    Text lines are numbered without the lines that we put among them; shown lines with them.
    """

    def read(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes of the text from `offset` on."""
        ...

    def text_line_at_byte(self, offset: int) -> int:
        """The text line that holds the byte at `offset`."""
        ...

    def shown_line(self, text_line: int) -> int:
        """The number a text line has among the shown lines."""
        ...

    def byte_of_line(self, number: int) -> int:
        """Where a shown line begins; for one that we put there, where the text line after it begins."""
        ...

    def gap_lines(self) -> Sequence[int]:
        """The shown numbers of the lines we put there, ascending."""
        ...


class StaticLines:
    """A text that is all there already, as a line source: a message, an answer in JSON, a small file."""

    def __init__(self, lines: Iterable[str | bytes | Line] = ()) -> None:
        self._lines: Final = tuple(_as_line(line) for line in lines)
        self._byte_count: Final = sum((line.size or len(line.content)) + 1 for line in self._lines)

    @classmethod
    def of_text(cls, text: str) -> "StaticLines":
        """The lines of a text; a line end at its very end does not begin another line."""
        return cls(text.removesuffix("\n").split("\n") if text else ())

    @property
    def line_count(self) -> int:
        """How many lines the text has."""
        return len(self._lines)

    @property
    def byte_count(self) -> int:
        """The text's size in UTF-8, one byte per line end included."""
        return self._byte_count

    @property
    def generation(self) -> int:
        """Always 0: the text does not change."""
        return 0

    def lines(self, first: int, count: int) -> list[Line]:
        """The lines `first` to `first + count`, fewer where the text ends."""
        return list(self._lines[max(0, first) : max(0, first + count)])

    def watch(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """Nothing to watch: `on_change` is never called."""
        return _nothing


def _as_line(line: str | bytes | Line) -> Line:
    if isinstance(line, Line):
        return line
    content = line.encode("utf-8", "backslashreplace") if isinstance(line, str) else line
    content = content.rstrip(b"\r\n")
    if len(content) <= LINE_BYTES_CAP:
        return Line(content)
    return Line(content[:LINE_BYTES_CAP], size=len(content))


def _nothing() -> None:
    """End a watching that never began."""
