"""Asks before something that cannot be taken back."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from runtui.render.cell import Tone
from runtui.render.sanitise import one_line, safe_lines
from runtui.tui.widgets.calm_screen import CalmDialog
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.one_line import OneLine

OBJECTS_SHOWN = 8


class Choice(OneLine, can_focus=True):
    """One of the two answers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "press", "choose", id="dialog.press", key_display="Enter"),
    ]
    DEFAULT_CSS = """
    Choice { width: auto; }
    """

    def __init__(self, words: str, tone: Tone, *, id: str) -> None:
        super().__init__(id=id)
        self.words = f"  {words}  "
        self.tone = tone

    def get_content_width(self, *args: object) -> int:
        """As wide as its words."""
        return len(self.words)

    def write_line(self, writer: LineWriter, width: int) -> None:
        """Its words, filled while it has the focus."""
        inks = self.inks
        style = inks.chosen if self.has_focus else inks.tones[self.tone]
        writer.write(self.words, style)

    def action_press(self) -> None:
        """Answer."""
        self.screen.dismiss(self.id == "confirm")

    def on_click(self) -> None:
        """Answer."""
        self.action_press()


class ConfirmDialog(CalmDialog[bool]):
    """Names what it is about and what happens; gives True only when that was chosen.

    Enter alone gives False: Cancel has the focus. To confirm, press the key that was pressed to get here once more
    (`again`), or move to the other answer first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,n", "cancel", "cancel", id="dialog.cancel", key_display="Esc"),
        Binding("left,right,tab,shift+tab,h,l", "other", "other answer", id="dialog.other", show=False),
    ]
    DEFAULT_CSS = """
    ConfirmDialog { align: center middle; background: $background 50%; }
    ConfirmDialog > Vertical {
        width: 72; max-width: 92%; height: auto; max-height: 92%; padding: 1 3; background: $panel;
    }
    ConfirmDialog Static { width: 1fr; height: auto; background: transparent; }
    ConfirmDialog .title { text-style: bold; }
    ConfirmDialog .objects { color: $accent; margin: 1 0 0 0; }
    ConfirmDialog .effect { margin: 1 0 0 0; }
    ConfirmDialog Horizontal { height: 1; margin: 1 0 0 0; align-horizontal: right; }
    ConfirmDialog #cancel { margin: 0 2 0 0; }
    """

    def __init__(self, title: str, objects: Sequence[str], effect: str, *, confirm: str, again: str = "") -> None:
        """Ask about `objects` (their names; many are counted instead of listed). `confirm` are the words of the
        answer that does it, `again` the key that confirms, as Textual names it.
        """
        super().__init__()
        self._title = one_line(title)
        self._objects = [one_line(name) for name in objects]
        self._effect = safe_lines(effect)
        self._confirm = one_line(confirm)
        self._again = again

    def compose(self) -> ComposeResult:
        """The title, the objects, the effect, the two answers."""
        confirm = f"{self._confirm} ({self._again})" if self._again else self._confirm
        with Vertical():
            yield Static(self._title, classes="title", markup=False)
            if self._objects:
                yield Static("\n".join(self._listed()), classes="objects", markup=False)
            if self._effect:
                yield Static("\n".join(self._effect), classes="effect", markup=False)
            with Horizontal():
                yield Choice("Cancel", Tone.TEXT, id="cancel")
                yield Choice(confirm, Tone.ERROR, id="confirm")

    def _listed(self) -> list[str]:
        if len(self._objects) <= OBJECTS_SHOWN:
            return self._objects
        shown = self._objects[: OBJECTS_SHOWN - 1]
        return [*shown, f"and {len(self._objects) - len(shown)} more"]

    def on_mount(self) -> None:
        """Put the focus on Cancel; let the key that led here confirm."""
        self.query_one("#cancel", Choice).focus()
        if self._again:
            self._bindings.bind(self._again, "confirm", self._confirm, show=False)

    def action_confirm(self) -> None:
        """Do it."""
        self.dismiss(True)

    def action_cancel(self) -> None:
        """Do not do it."""
        self.dismiss(False)

    def action_other(self) -> None:
        """Go to the other answer."""
        other = "#cancel" if self.query_one("#confirm", Choice).has_focus else "#confirm"
        self.query_one(other, Choice).focus()
