"""A widget of one line that is drawn again only when it looks different."""

from collections.abc import Iterable

from textual.strip import Strip
from textual.widget import Widget

from runtui.render.cell import Cell
from runtui.render.glyphs import Glyphs
from runtui.render.widths import cell_width
from runtui.tui.widgets.inks import Inks, glyphs_of, inks_of
from runtui.tui.widgets.line_writer import LineWriter


class OneLine(Widget):
    """Subclasses write their line; whoever changes what it says calls `redraw`.

    Nothing is ever laid out anew for it, and a line that looks the same costs nothing.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    OneLine { height: 1; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._strip: Strip | None = None
        self._inks: Inks | None = None

    def write_line(self, writer: LineWriter, width: int) -> None:
        """Write what the line says now, in at most `width` cells."""
        raise NotImplementedError

    @property
    def inks(self) -> Inks:
        """The styles of the theme that is on."""
        if self._inks is None:
            self._inks = inks_of(self)
        return self._inks

    @property
    def glyphs(self) -> Glyphs:
        """The signs the app chose."""
        return glyphs_of(self)

    def notify_style_update(self) -> None:
        """Take the styles of the theme anew."""
        super().notify_style_update()
        self._inks = None

    def redraw(self) -> None:
        """Draw the line again if it looks different: all of it, for it may say something else once it is drawn."""
        if not self.is_mounted or self._strip is None or self._strip != self._make():
            self.refresh()

    def _make(self) -> Strip:
        width = self.size.width
        writer = LineWriter(self.inks.ground)
        self.write_line(writer, width)
        return writer.strip(width).crop(0, width)

    def render_line(self, y: int) -> Strip:
        """The line, as the compositor wants it."""
        if y:
            return Strip.blank(self.size.width, self.inks.ground)
        self._strip = self._make()
        return self._strip


def cells_width(cells: Iterable[Cell]) -> int:
    """How many cells several texts take side by side."""
    return sum(cell_width(cell.text) for cell in cells)
