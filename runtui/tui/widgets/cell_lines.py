"""Lines that are all there and are made for the width they are shown in: help, sentences, choices."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.strip import Strip

from runtui.render.cell import Cell
from runtui.tui.widgets.line_canvas import LineCanvas
from runtui.tui.widgets.line_writer import LineWriter

Made = Sequence[Sequence[Cell]]
"""Lines, each of texts that stand side by side."""

_SCROLL_KEYS: Final = (
    Binding("down,j", "scroll_lines(1)", "down", id="text.down", show=False),
    Binding("up,k", "scroll_lines(-1)", "up", id="text.up", show=False),
    Binding("pagedown,space", "scroll_pages(1.0)", "page down", id="text.page_down", show=False),
    Binding("pageup,b", "scroll_pages(-1.0)", "page up", id="text.page_up", show=False),
    Binding("ctrl+d", "scroll_pages(0.5)", "half a page down", id="text.half_down", show=False),
    Binding("ctrl+u", "scroll_pages(-0.5)", "half a page up", id="text.half_up", show=False),
    Binding("g,home", "go_to_end(False)", "top", id="text.top", show=False),
    Binding("G,end", "go_to_end(True)", "bottom", id="text.bottom", show=False),
)


class CellLines(LineCanvas, can_focus=True):
    """Scrolls, and has no cursor. `make` gives the lines for a width in cells."""

    BINDINGS: ClassVar[list[BindingType]] = list(_SCROLL_KEYS)

    def __init__(self, make: Callable[[int], Made], *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._make = make
        self._lines: Made = ()

    @property
    def body_count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def make_again(self) -> None:
        """What the lines say may be something else now."""
        self._take_lines()
        self.fit_height()
        self.scroll_top(self.top)
        self.repaint_changes()

    def forget_looks(self) -> None:
        """Make the lines for another width."""
        self._take_lines()

    def _take_lines(self) -> None:
        if self.size.width:
            self._lines = self._make(self.size.width)

    def draw_line(self, y: int) -> Strip:
        """One line, cut at the widget's edge."""
        width, place = self.size.width, self.top + y
        writer = LineWriter(self.inks.ground)
        if place < len(self._lines):
            writer.write_cells(self._lines[place], self.inks.tones)
        return self.end_line(writer, width, thumb=self.is_thumb(y)) if writer.width < width else self._cut(writer)

    def _cut(self, writer: LineWriter) -> Strip:
        width = self.size.width
        return writer.strip(width).crop(0, width)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nowhere to go while all lines are in sight."""
        if action in ("scroll_lines", "scroll_pages", "go_to_end"):
            return self.body_count > self.page_size
        return super().check_action(action, parameters)

    def action_scroll_lines(self, lines: int) -> None:
        """Go down by so many lines."""
        self.scroll_top(self.top + lines)

    def action_scroll_pages(self, pages: float) -> None:
        """Go down by so many pages."""
        self.scroll_top(self.top + (round(self.page_size * pages) or (1 if pages > 0 else -1)))

    def action_go_to_end(self, last: bool) -> None:
        """Go to the first line, or the last."""
        self.scroll_top(self.body_count if last else 0)
