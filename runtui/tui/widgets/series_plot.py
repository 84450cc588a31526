"""Curves of numbers that come again and again in a log, one above the other."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from textual.strip import Strip

from runtui.render.cell import Cell, Tone
from runtui.render.glyphs import Glyphs
from runtui.render.plot import Plot, plot
from runtui.render.units import count, number
from runtui.render.widths import cell_width, truncate_middle
from runtui.tui.widgets.drawn_plot import DrawnPlot
from runtui.tui.widgets.inks import Inks, glyphs_of, inks_of
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.signs import signs_for

ROWS: Final = 6
"""Lines of one curve, its title included."""
_SCALE: Final = 10
"""Cells left of a curve, for the values at its edges."""
_TONES: Final = (Tone.ACCENT, Tone.SUCCEEDED, Tone.ENDED, Tone.STOPPED, Tone.UNKNOWN, Tone.QUEUED)


class Curve(NamedTuple):
    """A series as it is drawn."""

    name: str
    """Safe for a terminal."""
    points: Sequence[tuple[float, float]]
    """Lines and values, ascending by line; nan where the curve breaks."""
    total: int
    """How many values there are, drawn or not."""
    last: float | None
    strange: Sequence[float] = ()
    """Some lines with values that are no finite numbers."""
    strange_count: int = 0
    """How many such lines there are."""
    is_logarithmic: bool = False
    """Whether its scale is."""


class SeriesPlot(DrawnPlot):
    """Draws curves over the same stretch of lines; what looks the same is not drawn again."""

    DEFAULT_CSS = """
    SeriesPlot { height: 0; width: 1fr; display: none; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._curves: tuple[Curve, ...] = ()
        self._line_count = 0
        self._here: int | None = None

    def show_curves(
        self,
        curves: Sequence[Curve],
        *,
        line_count: int,
        here: int | None,
        most_rows: int,
        rows: int = ROWS,
    ) -> None:
        """Show these over all lines of the log; `here` is the line one is at. Each is `rows` lines high, all together
        no more than `most_rows`."""
        self._curves = tuple(curves)
        self._line_count, self._here = line_count, here
        height = min(most_rows, rows * len(curves))
        self.display = height > 0
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height
        self.redraw()

    def draw(self) -> list[Strip]:
        """The lines for the size it has now."""
        inks, glyphs, height = inks_of(self), glyphs_of(self), self.size.height
        shown = self._curves[: max(1, height // 2)]
        strips: list[Strip] = []
        for place, curve in enumerate(shown):
            rows = (height - len(strips)) // (len(shown) - place)
            strips += self._curve(curve, _TONES[place % len(_TONES)], max(1, rows - 1), inks, glyphs)
        return strips[:height]

    def _curve(self, curve: Curve, tone: Tone, rows: int, inks: Inks, glyphs: Glyphs) -> list[Strip]:
        width = self.size.width
        drawn = plot(
            [*curve.points],
            width=max(1, width - _SCALE - 2),
            height=rows,
            logarithmic=curve.is_logarithmic,
            ascii_only=glyphs.cursor.isascii(),
            span=(0, max(1, self._line_count - 1)),
        )
        strips = [self._title(curve, drawn, tone, inks, glyphs)]
        marks = {self._column(line) for line in curve.strange}
        here = None if self._here is None else self._column(self._here)
        for y, row in enumerate(drawn.rows):
            writer = LineWriter(inks.ground)
            edge = drawn.high if y == 0 else drawn.low if y == rows - 1 else None
            writer.write("" if edge is None else number(edge).rjust(_SCALE), inks.tones[Tone.FAINT])
            writer.pad_to(_SCALE + 1)
            self._write_row(writer, row, tone, marks if y == rows - 1 else set(), here, inks, glyphs)
            strips.append(writer.strip(width))
        return strips

    def _column(self, line: float) -> int:
        return round(line / max(1, self._line_count - 1) * (max(1, self.size.width - _SCALE - 2) - 1))

    def _write_row(
        self, writer: LineWriter, row: str, tone: Tone, marks: set[int], here: int | None, inks: Inks, glyphs: Glyphs
    ) -> None:
        """The curve, with a mark where values are no numbers, and a thin line where one is in the log."""
        start = 0
        places = sorted({*marks, *(() if here is None else (here,))})
        for place in (place for place in places if place < len(row)):
            writer.write(row[start:place], inks.tones[tone])
            if place in marks:
                writer.write(glyphs.no, inks.tones[Tone.ERROR])
            elif row[place] == " ":
                writer.write("|" if glyphs.cursor.isascii() else "│", inks.tones[Tone.FAINT])
            else:
                writer.write(row[place], inks.tones[Tone.STRONG])
            start = place + 1
        writer.write(row[start:], inks.tones[tone])

    def _title(self, curve: Curve, drawn: Plot, tone: Tone, inks: Inks, glyphs: Glyphs) -> Strip:
        writer = LineWriter(inks.ground)
        rule = signs_for(glyphs).rule
        writer.write(f"{rule * 2} ", inks.tones[Tone.FAINT])
        for cell in self._said(curve, drawn, tone, glyphs, self.size.width - writer.width - 4):
            writer.write(cell.text, inks.tones[cell.tone])
        rest = self.size.width - writer.width - 1
        writer.write(f" {rule * rest}" if rest > 0 else "", inks.tones[Tone.FAINT])
        return writer.strip(self.size.width)

    def _said(self, curve: Curve, drawn: Plot, tone: Tone, glyphs: Glyphs, room: int) -> list[Cell]:
        """The name and what there is to say of the curve in so many cells: what matters least is left out first, and
        then a part of the name."""
        cells = []
        if curve.last is not None:
            cells.append(Cell(f"   last {number(curve.last)}", Tone.STRONG if curve.last == curve.last else Tone.ERROR))
        if curve.is_logarithmic:
            cells.append(Cell("   log", Tone.MUTED))
        if curve.strange_count:
            cells.append(Cell(f"   {count(curve.strange_count)} not finite", Tone.ERROR))
        edges = Cell("")
        if drawn.low is not None and drawn.high is not None:
            edges = Cell(f"   min {number(drawn.low)}   max {number(drawn.high)}", Tone.MUTED)
        name, used = cell_width(curve.name), sum(cell_width(cell.text) for cell in cells)
        for cell in (edges, Cell(f"   {count(curve.total)} values", Tone.FAINT)):
            if name + used + cell_width(cell.text) <= room:
                cells.append(cell)
                used += cell_width(cell.text)
        return [Cell(truncate_middle(curve.name, max(1, room - used), glyphs.ellipsis), tone), *cells]
