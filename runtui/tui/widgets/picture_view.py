"""A picture in cells: half blocks in colour, or letters where there is none."""

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from runtui.render.picture import Picture, cell_pixels, fitted_size, letter_of
from runtui.tui.widgets.inks import glyphs_of, inks_of

_HALF = "▀"


class PictureView(Widget, can_focus=True):
    """Shows one picture as large as it fits, in its proportions, from the top left."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture: Picture | None = None
        self._strips: list[Strip] = []
        self._made_for = (0, 0)

    def show_picture(self, picture: Picture) -> None:
        """Show another one."""
        self._picture, self._made_for = picture, (0, 0)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of cells."""
        width, height = self.size
        if self._made_for != (width, height):
            self._made_for = (width, height)
            self._strips = self._make(width, height)
        blank = Strip.blank(width, inks_of(self).ground)
        return self._strips[y].extend_cell_length(width, inks_of(self).ground) if y < len(self._strips) else blank

    def _make(self, width: int, height: int) -> list[Strip]:
        picture = self._picture
        if picture is None:
            return []
        columns, rows = fitted_size(picture, width, height)
        if not columns:
            return []
        lettered = self.app.no_color or glyphs_of(self).ellipsis.isascii()
        ground = inks_of(self).ground
        strips: list[Strip] = []
        for row in cell_pixels(picture, columns, rows):
            if lettered:
                strips.append(Strip([Segment("".join(letter_of(*cell) for cell in row), ground)], columns))
            else:
                strips.append(Strip(_half_blocks(row), columns))
        return strips


def _half_blocks(row: list[tuple[tuple[int, int, int], tuple[int, int, int]]]) -> list[Segment]:
    """Cells of the same look in one run each: every change of colour costs some 40 bytes on the wire."""
    segments: list[Segment] = []
    start = 0
    for x in range(1, len(row) + 1):
        if x == len(row) or row[x] != row[start]:
            upper, lower = row[start]
            style = Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))
            segments.append(Segment(_HALF * (x - start), style))
            start = x
    return segments
