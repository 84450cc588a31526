"""What is shown, in one line: the facts on the left in the order of their worth, what one can do on the right."""

from collections.abc import Sequence

from runtui.render.cell import Cell, Tone
from runtui.render.widths import truncate
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.one_line import OneLine, cells_width

Fact = Cell | Sequence[Cell]
"""One fact: a text, or several that belong together and stand side by side without a gap."""

GAP = 3
"""Blanks between two facts."""
LEAST_CUT = 12
"""Cells that must be left for a fact that is cut."""
_TROUBLE = (Tone.WARNING, Tone.ERROR)


class DetailLine(OneLine):
    """`hpc:aBcDeF/13   airfoil sweep   ✖ failed 2m ago   took 02:11`.

    Where there is little room the facts that do not fit are left out; the first, and any that tell of trouble, are
    cut instead. What stands on the right goes before any fact does. Two of these make a header of two lines.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._facts: list[tuple[Cell, ...]] = []
        self._right: tuple[Cell, ...] = ()

    def show_facts(self, *facts: Fact, right: Fact = ()) -> None:
        """Say these facts, the first is the last to be left out; empty ones are passed over."""
        self._facts = [cells for fact in facts if cells_width(cells := _cells(fact))]
        self._right = _cells(right)
        self.redraw()

    def write_line(self, writer: LineWriter, width: int) -> None:
        """The facts that fit, and the right side when it fits too."""
        tones = self.inks.tones
        room = width - 2
        shown = self._fitting(room)
        writer.pad(1)
        for position, cells in enumerate(shown):
            writer.pad(GAP if position else 0)
            for cell in cells:
                writer.write(truncate(cell.text, width - 1 - writer.width, self.glyphs.ellipsis), tones[cell.tone])
        if self._right and len(shown) == len(self._facts):
            start = width - 1 - cells_width(self._right)
            if writer.width + GAP <= start:
                writer.pad_to(start)
                writer.write_cells(self._right, tones)

    def _fitting(self, room: int) -> list[tuple[Cell, ...]]:
        shown: list[tuple[Cell, ...]] = []
        used = -GAP
        for cells in self._facts:
            wanted = used + GAP + cells_width(cells)
            if not shown or wanted <= room:
                used = wanted
                shown.append(cells)
            elif _tells_of_trouble(cells) and room - used - GAP >= LEAST_CUT:
                return [*shown, cells]
        return shown


def _tells_of_trouble(cells: Sequence[Cell]) -> bool:
    return any(cell.tone in _TROUBLE for cell in cells)


def _cells(fact: Fact) -> tuple[Cell, ...]:
    return (fact,) if isinstance(fact, Cell) else tuple(fact)
