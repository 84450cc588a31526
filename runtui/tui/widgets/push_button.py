"""Words one can press."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from runtui.render.cell import Tone
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.one_line import OneLine


class PushButton(OneLine, can_focus=True):
    """Pressed with Enter, Space or a click, which is told as `Pressed`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "press", "press", id="form.press", key_display="Enter"),
        Binding("up", "app.focus_previous", "field before", id="form.previous", show=False),
        Binding("down", "app.focus_next", "next field", id="form.next", show=False),
    ]
    DEFAULT_CSS = """
    PushButton { width: auto; }
    """

    class Pressed(Message):
        """The button was pressed."""

    def __init__(self, words: str, tone: Tone = Tone.ACCENT, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = f"  {words}  "
        self._tone = tone

    def get_content_width(self, *args: object) -> int:
        """As wide as its words."""
        return len(self._words)

    def write_line(self, writer: LineWriter, width: int) -> None:
        """Its words, filled while it has the focus."""
        inks = self.inks
        writer.write(self._words, inks.chosen if self.has_focus else inks.tones[self._tone])

    def action_press(self) -> None:
        """Say so."""
        self.post_message(self.Pressed())

    def on_click(self) -> None:
        """Say so."""
        self.action_press()
