"""Lines without any colour, for those who ask for none."""

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter


class Colourless(LineFilter):
    """Leaves bold, reverse and the like. The framework's own filters would send greys, or the default by its codes."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of a line in the terminal's own two colours."""
        return [Segment(text, style and _without_colour(style), control) for text, style, control in segments]


@lru_cache(1024)
def _without_colour(style: Style) -> Style:
    return style.without_color
