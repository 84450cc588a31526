"""A small list of things to switch on and off."""

from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Static

from runtui.render.cell import Tone
from runtui.render.sanitise import one_line
from runtui.render.widths import truncate
from runtui.tui.widgets.line_canvas import LineCanvas
from runtui.tui.widgets.line_writer import LineWriter

MOST_ROWS: Final = 16


class Check(NamedTuple):
    """One thing: its words (not yet safe), whether it is on, and the tone of its words."""

    words: str
    is_on: bool
    tone: Tone = Tone.TEXT


class CheckList(LineCanvas, can_focus=True):
    """Lines with a box each."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "step(1)", "down", id="dialog.down", show=False),
        Binding("up,k", "step(-1)", "up", id="dialog.up", show=False),
        Binding("space", "turn", "switch", id="dialog.switch"),
    ]
    DEFAULT_CSS = """
    CheckList { width: 1fr; background: transparent; }
    """

    def __init__(self, checks: Sequence[Check], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._checks = [check._replace(words=one_line(check.words)) for check in checks]
        self._cursor = 0

    @property
    def body_count(self) -> int:
        """How many there are."""
        return len(self._checks)

    @property
    def on(self) -> frozenset[int]:
        """Which are on, counted from 0."""
        return frozenset(place for place, check in enumerate(self._checks) if check.is_on)

    def draw_line(self, y: int) -> Strip:
        """One of them."""
        width, place, inks = self.size.width, self.top + y, self.inks
        is_here = place == self._cursor
        writer = LineWriter(inks.cursor if is_here else inks.ground)
        if place < len(self._checks):
            check = self._checks[place]
            writer.write(f" [{self.glyphs.mark if check.is_on else ' '}] ", inks.tones[Tone.ACCENT])
            words = truncate(check.words, width - writer.width - 1, self.glyphs.ellipsis)
            writer.write(words, (inks.cursor_tones if is_here else inks.tones)[check.tone])
        return self.end_line(writer, width, thumb=self.is_thumb(y))

    def action_step(self, by: int) -> None:
        """Go to another."""
        self._cursor = max(0, min(self._cursor + by, len(self._checks) - 1))
        self.scroll_into_sight(self._cursor)
        self.repaint_changes()

    def action_turn(self) -> None:
        """Switch the one under the cursor."""
        check = self._checks[self._cursor]
        self._checks[self._cursor] = check._replace(is_on=not check.is_on)
        self.repaint_changes()

    def on_click(self, event: events.Click) -> None:
        """Switch the one clicked."""
        if self.top + event.y < len(self._checks):
            self._cursor = self.top + event.y
            self.action_turn()


class CheckDialog(ModalScreen[frozenset[int] | None]):
    """Gives which things are on once Enter is pressed, None after Escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take it", id="dialog.take", priority=True),
        Binding("escape,q", "cancel", "cancel", id="dialog.leave", key_display="Esc"),
    ]
    DEFAULT_CSS = """
    CheckDialog { align: center middle; background: $background 50%; }
    CheckDialog > Vertical { width: 80; max-width: 92%; height: auto; padding: 1 2; background: $panel; }
    CheckDialog Static { width: 1fr; height: auto; background: transparent; }
    CheckDialog .title { text-style: bold; margin: 0 0 1 0; }
    CheckDialog .keys { margin: 1 0 0 0; color: $foreground 60%; }
    CheckDialog:nocolor > Vertical { border: round; }
    CheckDialog:ansi > Vertical { border: round; }
    """
    AUTO_FOCUS = "CheckList"

    def __init__(self, title: str, checks: Sequence[Check]) -> None:
        super().__init__()
        self._title = one_line(title)
        self._list = CheckList(checks)
        self._list.styles.height = min(MOST_ROWS, max(1, len(checks)))

    def compose(self) -> ComposeResult:
        """The title, the list, the keys."""
        with Vertical():
            yield Static(self._title, classes="title", markup=False)
            yield self._list
            yield Static("Space switches   Enter takes it   Esc leaves it", classes="keys", markup=False)

    def action_take(self) -> None:
        """Give what is on."""
        self.dismiss(self._list.on)

    def action_cancel(self) -> None:
        """Leave everything as it was."""
        self.dismiss(None)
