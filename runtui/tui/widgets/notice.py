"""What there is to say about what one is doing: whole sentences, on as many lines as they need."""

from collections.abc import Sequence

from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from runtui.render.cell import Cell
from runtui.render.wrap import wrap
from runtui.tui.widgets.inks import inks_of
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.one_line import cells_width

_GAP = 3
"""Blanks between two sentences on one line, as between the facts of a `DetailLine`."""


class Notice(Widget):
    """Sentences side by side where all of them fit in a line, else each begins one of its own; at least one line."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Notice { height: auto; width: 1fr; max-height: 6; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._facts: tuple[Cell, ...] = ()

    def show_facts(self, *facts: Cell) -> None:
        """Say these sentences; empty ones are passed over."""
        before = len(self._lines(self.size.width))
        self._facts = tuple(fact for fact in facts if fact.text)
        self.refresh(layout=len(self._lines(self.size.width)) != before)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines the sentences need."""
        return len(self._lines(width))

    def _lines(self, width: int) -> Sequence[Sequence[Cell]]:
        room = max(1, width - 2)
        if cells_width(self._facts) + _GAP * (len(self._facts) - 1) <= room:
            spaced = [Cell(" " * _GAP if place else "") for place in range(len(self._facts))]
            return [[cell for pair in zip(spaced, self._facts, strict=True) for cell in pair]]
        return [[Cell(line, fact.tone)] for fact in self._facts for line in wrap(fact.text, room)]

    def render_line(self, y: int) -> Strip:
        """One of the lines, as the compositor wants it."""
        inks, width = inks_of(self), self.size.width
        lines = self._lines(width)
        writer = LineWriter(inks.ground)
        if y < len(lines):
            writer.pad(1)
            writer.write_cells(lines[y], inks.tones)
        return writer.strip(width).crop(0, width)
