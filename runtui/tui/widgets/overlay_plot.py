"""Curves of several runs over each other, with a scale on the left and one below."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from textual.strip import Strip

from runtui.render.cell import Cell, Tone
from runtui.render.glyphs import Glyphs
from runtui.render.overlay import InkedCell, OverlaidCurve, Overlay, overlay
from runtui.render.units import number
from runtui.render.widths import cell_width, truncate
from runtui.tui.widgets.drawn_plot import DrawnPlot
from runtui.tui.widgets.inks import Inks, glyphs_of, inks_of
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.one_line import cells_width
from runtui.tui.widgets.rule import write_rule

_SCALE: Final = 10
"""Cells left of the curves, for the values at their edges."""


class PlotLine(NamedTuple):
    """A curve as it is drawn."""

    points: Sequence[tuple[float, float]]
    """By ascending x; nan where it breaks."""
    sign: str = ""
    """One sign at its last point."""
    tone: Tone = Tone.FAINT


class OverlaidPlot(NamedTuple):
    """What the plot shows. All texts are safe for a terminal."""

    title: str
    x_title: str
    lines: Sequence[PlotLine] = ()
    logarithmic: bool = False
    said: str = ""
    """What is said where there is nothing to draw."""
    legend: Sequence[Cell] = ()
    """The names of the curves, each behind its sign."""


class OverlayPlot(DrawnPlot):
    """Draws lines over each other; what looks the same is not drawn again."""

    DEFAULT_CSS = """
    OverlayPlot { height: 10; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown = OverlaidPlot("", "")

    @property
    def shown(self) -> OverlaidPlot:
        """What is drawn now."""
        return self._shown

    def show(self, plot: OverlaidPlot) -> None:
        """Draw this in place of what was there."""
        if plot != self._shown:
            self._shown = plot
            self.redraw()

    def draw(self) -> list[Strip]:
        """The lines for the size it has now."""
        inks, glyphs, (width, height) = inks_of(self), glyphs_of(self), self.size
        shown = self._shown
        drawn = overlay(
            [OverlaidCurve(line.points, line.sign) for line in shown.lines],
            width=max(1, width - _SCALE - 2),
            height=max(1, height - 2),
            logarithmic=shown.logarithmic,
            ascii_only=glyphs.cursor.isascii(),
        )
        head = self._head(width, inks, glyphs)
        if drawn.low is None:
            return [head, *self._empty(width, height - 1, inks, glyphs)]
        rows = [self._row(drawn, y, width, inks) for y in range(len(drawn.rows))]
        return [head, *rows, self._foot(drawn, width, inks, glyphs)][:height]

    def _head(self, width: int, inks: Inks, glyphs: Glyphs) -> Strip:
        writer = LineWriter(inks.ground)
        legend = self._shown.legend
        if cells_width(legend) + cell_width(self._shown.title) + 12 > width:
            legend = [cell for cell in legend if cell.tone not in (Tone.MUTED, Tone.FAINT)]
        log = " (log)" if self._shown.logarithmic else ""
        write_rule(writer, f"{self._shown.title}{log}", legend, width, inks.tones, glyphs)
        return writer.strip(width)

    def _empty(self, width: int, height: int, inks: Inks, glyphs: Glyphs) -> list[Strip]:
        writer = LineWriter(inks.ground)
        writer.pad(1)
        writer.write(truncate(self._shown.said, width - 2, glyphs.ellipsis), inks.tones[Tone.MUTED])
        return [writer.strip(width), *(Strip.blank(width, inks.ground) for _ in range(height - 1))]

    def _row(self, drawn: Overlay, y: int, width: int, inks: Inks) -> Strip:
        writer = LineWriter(inks.ground)
        edge = drawn.high if y == 0 else drawn.low if y == len(drawn.rows) - 1 and drawn.low != drawn.high else None
        writer.write("" if edge is None else number(edge).rjust(_SCALE), inks.tones[Tone.FAINT])
        writer.pad_to(_SCALE + 1)
        for cell in drawn.rows[y]:
            if cell.curve is None:
                writer.pad(1)
            else:
                writer.write(cell.text, inks.tones[self._tone(cell)])
        return writer.strip(width)

    def _tone(self, cell: InkedCell) -> Tone:
        return self._shown.lines[cell.curve].tone if cell.curve is not None else Tone.TEXT

    def _foot(self, drawn: Overlay, width: int, inks: Inks, glyphs: Glyphs) -> Strip:
        """The least and greatest x, and what x is, between them."""
        writer = LineWriter(inks.ground)
        left, right = ("" if edge is None else number(edge) for edge in (drawn.left, drawn.right))
        writer.pad_to(_SCALE + 1)
        if left != right:
            writer.write(left, inks.tones[Tone.FAINT])
        room = width - writer.width - len(right) - 3
        title = truncate(self._shown.x_title, max(0, room - 2), glyphs.ellipsis)
        writer.pad((room - cell_width(title)) // 2)
        writer.write(title, inks.tones[Tone.MUTED])
        writer.pad_to(width - len(right) - 1)
        writer.write(right, inks.tones[Tone.FAINT])
        return writer.strip(width)
