"""A thin rule with a title in it: what separates two panes."""

from collections.abc import Mapping, Sequence

from rich.style import Style

from runtui.render.cell import Cell, Tone
from runtui.render.glyphs import Glyphs
from runtui.render.widths import truncate
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.one_line import OneLine, cells_width
from runtui.tui.widgets.signs import signs_for


def write_rule(
    writer: LineWriter,
    title: str,
    right: Sequence[Cell],
    width: int,
    tones: Mapping[Tone, Style],
    glyphs: Glyphs,
    *,
    is_active: bool = False,
) -> None:
    """`── Nodes ─────────── 3 of 7 ──`, in exactly `width` cells. The title of the active pane stands out."""
    stroke = signs_for(glyphs).rule
    writer.write(stroke * 2 if width > 1 else "", tones[Tone.FAINT])
    if title and width > 6:
        writer.pad(1)
        writer.write(truncate(title, width - 6, glyphs.ellipsis), tones[Tone.ACCENT if is_active else Tone.MUTED])
        writer.pad(1)
    taken = cells_width(right) + 4 if right else 0
    if taken and writer.width + taken < width:
        writer.write(stroke * (width - writer.width - taken), tones[Tone.FAINT])
        writer.pad(1)
        writer.write_cells(right, tones)
        writer.pad(1)
    writer.write(stroke * (width - writer.width), tones[Tone.FAINT])


class Rule(OneLine):
    """The rule as a widget of its own."""

    def __init__(self, title: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = title
        self._right: tuple[Cell, ...] = ()

    def show_title(self, title: str, *right: Cell) -> None:
        """Put this title on the left, and these texts on the right."""
        self._title, self._right = title, right
        self.redraw()

    def write_line(self, writer: LineWriter, width: int) -> None:
        """All of it."""
        write_rule(writer, self._title, self._right, width, self.inks.tones, self.glyphs)
