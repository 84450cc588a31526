"""Everything that is known of a run or of something else, as JSON."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.render.cell import Cell
from runtui.render.json_text import pretty_json
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.text_pane import TextPane


class FactsScreen(RuntuiScreen):
    """A value as runtui holds it: the model's fields, and those only its service has under `extra`."""

    AUTO_FOCUS = "#facts"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,c", "copy_all", "copy", id="text.copy_json", tooltip="copy the JSON"),
    ]

    def __init__(self, head: Sequence[Cell | Sequence[Cell]], value: object) -> None:
        """`head` says what it is of; `value` is any of the model's values, None for none."""
        super().__init__()
        self._head = head
        self._text = pretty_json(value)

    def compose(self) -> ComposeResult:
        """What it is of, and the JSON."""
        yield DetailLine(id="head")
        yield TextPane(self._text, wraps=False, id="facts")
        yield KeyFooter(("text.copy_json", "log.wrap"), id="footer")

    def on_mount(self) -> None:
        """Say what it is of."""
        self.query_one("#head", DetailLine).show_facts(*self._head)

    def action_copy_all(self) -> None:
        """Copy the JSON to the terminal's clipboard."""
        self.app.copy_to_clipboard(self._text)
        self.notify("Copied the JSON")
