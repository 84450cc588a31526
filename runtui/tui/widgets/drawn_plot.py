"""A drawing of several lines that is made once for what it shows."""

from itertools import zip_longest

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class DrawnPlot(Widget):
    """Subclasses draw; whoever changes what they show calls `redraw`. What looks the same is not drawn again."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._made: list[Strip] = []
        self._made_for: object = None

    def draw(self) -> list[Strip]:
        """The lines for the size it has now, which is not nothing; those that are missing are blank."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw the lines again that look different now."""
        before, self._made = self._made, []
        if not before or self._made_for != self.size:
            self.refresh()
            return
        for y, (old, new) in enumerate(zip_longest(before, self._lines())):
            if old != new:
                self.refresh(Region(0, y, self.size.width, 1))

    def notify_style_update(self) -> None:
        """Draw in the styles of the theme."""
        super().notify_style_update()
        self._made = []

    def render_line(self, y: int) -> Strip:
        """One line, as the compositor wants it."""
        lines = self._lines()
        return lines[y] if y < len(lines) else Strip.blank(self.size.width)

    def _lines(self) -> list[Strip]:
        if not self._made or self._made_for != self.size:
            self._made_for = self.size
            self._made = self.draw() if self.size.height and self.size.width else []
        return self._made
