"""Writes one line of the screen in as few runs of equal style as possible.

Every change of style costs some 40 bytes on the wire, so blanks take the style of what stands beside them.
"""

from collections.abc import Iterable, Mapping

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from runtui.render.cell import Cell, Tone
from runtui.render.widths import cell_width


class LineWriter:
    """Collects the runs of one line. `base` gives the background, and the look of what has no style of its own.

    Texts must be safe for a terminal already.
    """

    __slots__ = ("_base", "_current", "_parts", "_pending", "_segments", "width")

    def __init__(self, base: Style) -> None:
        self._base = base
        self._segments: list[Segment] = []
        self._parts: list[str] = []
        self._current: Style | None = None
        self._pending = 0
        self.width = 0
        """Cells written so far."""

    def write(self, text: str, style: Style | None = None) -> None:
        """Append a text in the base style with `style` laid over it."""
        if not text:
            return
        self.width += cell_width(text)
        full = self._base if style is None else self._base + style
        if not self._goes_on(full):
            self._begin(full)
        if self._pending:
            self._parts.append(" " * self._pending)
            self._pending = 0
        self._parts.append(text)

    def write_cells(self, cells: Iterable[Cell], tones: Mapping[Tone, Style]) -> None:
        """Append several cells, each in the style of its tone."""
        for text, tone in cells:
            self.write(text, tones[tone])

    def pad(self, count: int) -> None:
        """Append blanks on the base style's background."""
        if count > 0:
            self.width += count
            self._pending += count

    def pad_to(self, width: int) -> None:
        """Append blanks until the line is `width` cells wide."""
        self.pad(width - self.width)

    def strip(self, width: int) -> Strip:
        """The line, filled with blanks up to `width` cells."""
        self.pad_to(width)
        self._settle()
        self._flush()
        return Strip(self._segments, self.width)

    def _goes_on(self, style: Style) -> bool:
        """Whether a text in this style belongs to the current run, the blanks before it included."""
        if style is not self._current and style != self._current:
            return False
        return not self._pending or shares_ground(style, self._base)

    def _begin(self, style: Style) -> None:
        """Start another run. Waiting blanks go to the run before it or to itself, whichever shows none of them."""
        self._settle(leave=shares_ground(style, self._base))
        self._flush()
        self._current = style

    def _settle(self, *, leave: bool = False) -> None:
        if not self._pending:
            return
        if self._current is None or not shares_ground(self._current, self._base):
            if leave:
                return
            self._flush()
            self._current = self._base
        self._parts.append(" " * self._pending)
        self._pending = 0

    def _flush(self) -> None:
        if self._parts:
            self._segments.append(Segment("".join(self._parts), self._current))
            self._parts = []


def shares_ground(style: Style, base: Style) -> bool:
    """Whether a blank looks the same in both styles."""
    return style is base or (
        style.bgcolor == base.bgcolor
        and style.reverse == base.reverse
        and (not base.reverse or style.color == base.color)
        and not (style.underline or style.underline2 or style.strike or style.link)
    )
