"""Asks for one line of text."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.reactive import Reactive
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from runtui.render.sanitise import one_line, safe_lines
from runtui.tui.widgets.filter_line import FilterLine


class PromptDialog(ModalScreen[str | None]):
    """Gives what was typed, also when that is nothing; None when the dialog was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "cancel", id="dialog.cancel", key_display="Esc"),
    ]
    DEFAULT_CSS = """
    PromptDialog { align: center middle; background: $background 50%; }
    PromptDialog > Vertical {
        width: 76; max-width: 94%; height: auto; max-height: 92%; padding: 1 3; background: $panel;
    }
    PromptDialog Static { width: 1fr; height: auto; background: transparent; }
    PromptDialog .title { text-style: bold; margin: 0 0 1 0; }
    PromptDialog FilterLine { margin: 1 0 0 0; }
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, title: str, said: str, *, placeholder: str = "", sign: str = ">", text: str = "") -> None:
        """Ask, saying `said` below the title; `text` stands in the line at first."""
        super().__init__()
        self._text = text
        self._title = one_line(title)
        self._said = safe_lines(said)
        self._placeholder = placeholder
        self._sign = sign

    def compose(self) -> ComposeResult:
        """The title, what is said, the line."""
        with Vertical():
            yield Static(self._title, classes="title", markup=False)
            yield Static("\n".join(self._said), markup=False)
            yield FilterLine(self._placeholder, sign=self._sign)

    def on_mount(self) -> None:
        """Give the line the keys."""
        line = self.query_one(FilterLine)
        line.set_text(self._text)
        line.begin()

    @on(FilterLine.FilterAccepted)
    def _typed(self, message: FilterLine.FilterAccepted) -> None:
        self.dismiss(message.text.strip())

    @on(FilterLine.FilterCancelled)
    def action_leave(self) -> None:
        """Give nothing."""
        self.dismiss(None)
