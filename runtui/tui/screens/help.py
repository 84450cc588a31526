"""Every key that works on a screen."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from runtui.render.cell import Cell, Tone
from runtui.styles_folder import style_sheets
from runtui.tui.actions import grouped, live_actions
from runtui.tui.key_help import Line, help_lines
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.cell_lines import CellLines
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter


class HelpScreen(RuntuiScreen):
    """Made from the live bindings of the screen it was opened from, in the words of the palette."""

    CSS_PATH = style_sheets("help")

    AUTO_FOCUS = "#keys"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "back", "back", id="screen.back", tooltip="back to the screen before"),
    ]

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self.explained = screen
        """The screen whose keys these are."""

    def compose(self) -> ComposeResult:
        """What this is, and the keys."""
        yield DetailLine(id="head")
        yield CellLines(self._lines, id="keys")
        yield KeyFooter(("screen.back", "app.palette"), last=(), id="footer")

    def on_mount(self) -> None:
        """Say what one looks at."""
        self.query_one("#head", DetailLine).show_facts(
            Cell("Keys", Tone.STRONG),
            Cell("that work now", Tone.MUTED),
            Cell(self._palette_fact(), Tone.MUTED),
        )

    def _palette_fact(self) -> str:
        palette = next((action for action in live_actions(self.app, self) if action.id == "app.palette"), None)
        return f"{palette.keys[0]} finds an action or a run by its name" if palette and palette.keys else ""

    def _lines(self, width: int) -> list[Line]:
        return help_lines(grouped(live_actions(self.app, self.explained)), width)
