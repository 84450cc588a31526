"""A picture in cells: as the terminal itself shows one, half blocks in colour, or letters where there is none."""

import os
import zlib
from collections.abc import Mapping

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from runtui.render.kitty_images import (
    MOST_ROWS,
    colour_of,
    placeholder_rows,
    removed_image,
    sent_image,
    takes_images,
)
from runtui.render.picture import Picture, PixelRow, cell_pixels, fitted_size, letter_of, png_of
from runtui.tui.widgets.inks import glyphs_of, inks_of

_HALF = "▀"
_CELL = (10, 20)
"""Pixels sent for one cell, about as many as a terminal has for it."""


class PictureView(Widget, can_focus=True):
    """Shows one picture as large as it fits, in its proportions, from the top left."""

    ALLOW_SELECT = False

    def __init__(self, *, environ: Mapping[str, str] = os.environ, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture: Picture | None = None
        self._strips: list[Strip] = []
        self._made_for = (0, 0)
        self._terminal_takes_images = takes_images(environ)
        self._sent: int | None = None
        """The number of the image the terminal holds for us."""

    def show_picture(self, picture: Picture) -> None:
        """Show another one."""
        self._picture, self._made_for = picture, (0, 0)
        self.refresh()

    def on_unmount(self) -> None:
        """Let the terminal forget it."""
        self._forget()

    def _forget(self) -> None:
        if self._sent is not None:
            self._write(removed_image(self._sent))
            self._sent = None

    def _write(self, sequence: str) -> None:
        driver = self.app._driver  # the framework has no other way to the terminal for what is no text
        if driver is not None:
            driver.write(sequence)

    def render_line(self, y: int) -> Strip:
        """One line of cells."""
        width, height = self.size
        if self._made_for != (width, height):
            self._made_for = (width, height)
            self._strips = self._make(width, height)
        ground = inks_of(self).ground
        if y < len(self._strips):
            return self._strips[y].extend_cell_length(width, ground)
        return Strip.blank(width, ground)

    def _make(self, width: int, height: int) -> list[Strip]:
        picture = self._picture
        if picture is None:
            return []
        has_colour = not (self.app.no_color or glyphs_of(self).ellipsis.isascii())
        is_sent = has_colour and self._terminal_takes_images
        columns, rows = fitted_size(picture, width, min(height, MOST_ROWS) if is_sent else height)
        if not columns:
            return []
        if is_sent:
            return self._send(picture, columns, rows)
        write = _half_blocks if has_colour else self._letters
        return [Strip(write(row), columns) for row in cell_pixels(picture, columns, rows)]

    def _send(self, picture: Picture, columns: int, rows: int) -> list[Strip]:
        """Give the picture to the terminal, and the cells in which it shows it."""
        self._forget()
        png = png_of(picture, columns * _CELL[0], rows * _CELL[1])
        self._sent = zlib.crc32(png) & 0xFFFFFF or 1
        self._write(sent_image(png, self._sent, columns, rows))
        style = Style(color=Color.from_rgb(*colour_of(self._sent)))
        return [Strip([Segment(text, style)], columns) for text in placeholder_rows(columns, rows)]

    def _letters(self, row: PixelRow) -> list[Segment]:
        return [Segment("".join(letter_of(*cell) for cell in row), inks_of(self).ground)]


def _half_blocks(row: PixelRow) -> list[Segment]:
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
