"""A text that is all there: a message, an answer in JSON, a small file."""

from runtui.model.lines import StaticLines
from runtui.render.cell import Tone
from runtui.tui.widgets.log_view import LogView
from runtui.tui.widgets.safe_lines import RAW, SafeLine, SafeLines


class TextPane(LogView):
    """A pager over one text. It does not grow, so it cannot be followed, and it wraps unless told otherwise."""

    def __init__(self, text: str = "", *, numbers: bool = False, wraps: bool = True, id: str | None = None) -> None:
        super().__init__(StaticLines.of_text(text), numbers=numbers, wraps=wraps, tone_of=_plain, id=id)
        self._text = text
        self._look = RAW
        self._lines = SafeLines(self.source, RAW)

    def show_text(self, text: str) -> None:
        """Show another text, from its beginning; the same text again stays where it is."""
        if text != self._text:
            self._text = text
            self.set_source(StaticLines.of_text(text))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to follow."""
        return action != "toggle_follow" and super().check_action(action, parameters)


def _plain(line: SafeLine) -> Tone:
    return Tone.TEXT
