"""The line one types a filter or a search into, and what it found."""

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.highlighter import Highlighter
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from runtui.render.cell import Cell, Tone
from runtui.render.widths import truncate
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.one_line import OneLine, cells_width

HISTORY_KEPT: Final = 100
_ROOM_STEP: Final = 12


class PromptInput(Input):
    """An input of one line that remembers what was entered before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "older", "entered before", id="prompt.older", show=False),
        Binding("down", "newer", "entered after", id="prompt.newer", show=False),
        Binding("enter", "submit", "take it", id="prompt.accept", key_display="Enter"),
        Binding("escape", "cancel", "leave it", id="prompt.cancel", key_display="Esc"),
    ]

    class Cancelled(Message):
        """The prompt was left without taking what was typed."""

    def __init__(self, placeholder: str, highlighter: Highlighter, suggester: Suggester | None) -> None:
        super().__init__(placeholder=placeholder, highlighter=highlighter, suggester=suggester, compact=True)
        self.cursor_blink = False
        self.select_on_focus = False
        self.history: list[str] = []
        self._place: int | None = None
        self._draft = ""

    def remember(self, text: str) -> None:
        """Keep a text as the newest of those entered."""
        self._place = None
        if text.strip():
            self.history = [*(old for old in self.history if old != text), text][-HISTORY_KEPT:]

    def action_older(self) -> None:
        """Show the text entered before the one shown."""
        if not self.history or self._place == 0:
            return
        if self._place is None:
            self._draft, self._place = self.value, len(self.history)
        self._place -= 1
        self._show(self.history[self._place])

    def action_newer(self) -> None:
        """Show the text entered after the one shown, at last what was being typed."""
        if self._place is None:
            return
        self._place += 1
        if self._place == len(self.history):
            self._place = None
            self._show(self._draft)
        else:
            self._show(self.history[self._place])

    def _show(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(text)

    def action_cancel(self) -> None:
        """Leave the prompt."""
        self._place = None
        self.post_message(self.Cancelled())


class _Sign(OneLine):
    """The sign before the prompt."""

    DEFAULT_CSS = """
    _Sign { width: 3; }
    """

    def __init__(self, sign: str) -> None:
        super().__init__()
        self.sign = sign

    def write_line(self, writer: LineWriter, width: int) -> None:
        """The sign between two blanks."""
        writer.pad(1)
        writer.write(self.sign, self.inks.tones[Tone.ACCENT])


class _Summary(OneLine):
    """What the filter found, or what is wrong with it; right-aligned."""

    DEFAULT_CSS = """
    _Summary { width: 1; max-width: 60%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.cells: tuple[Cell, ...] = ()
        self._steps = 0

    def say(self, cells: tuple[Cell, ...]) -> None:
        """Say this, with the room it needs; the room changes in steps, because each change is a new layout."""
        self.cells = cells
        steps = -(-(cells_width(cells) + 2) // _ROOM_STEP) if cells else 0
        if steps != self._steps:
            self._steps = steps
            self.styles.width = max(1, steps * _ROOM_STEP)
        self.redraw()

    def write_line(self, writer: LineWriter, width: int) -> None:
        """The texts, cut at the end."""
        writer.pad(width - 1 - cells_width(self.cells))
        for text, tone in self.cells:
            writer.write(truncate(text, width - 1 - writer.width, self.glyphs.ellipsis), self.inks.tones[tone])


class _Faulty(Highlighter):
    """Shows where a filter is wrong."""

    def __init__(self) -> None:
        self.position: int | None = None

    def highlight(self, text: Text) -> None:
        """Underline from the fault on."""
        if self.position is not None:
            text.stylize("red underline", min(self.position, max(0, len(text) - 1)))


class FilterLine(Horizontal):
    """`/ job:airfoil Cd<0` with its result on the right.

    Every keystroke is told as `FilterChanged`; Enter as `FilterAccepted`; Escape brings back the text that was there
    when the prompt was begun and is told as `FilterCancelled`.
    """

    DEFAULT_CSS = """
    FilterLine { height: 1; width: 1fr; }
    FilterLine PromptInput { width: 1fr; height: 1; padding: 0; border: none; background: transparent; }
    FilterLine PromptInput:focus { border: none; background-tint: transparent 0%; }
    """

    class FilterMessage(Message):
        """Something about the prompt; `text` is what stands in it."""

        def __init__(self, line: "FilterLine", text: str) -> None:
            super().__init__()
            self.line = line
            self.text = text

        @property
        def control(self) -> "FilterLine":
            """The prompt, so that `on` can select by its id."""
            return self.line

    class FilterChanged(FilterMessage):
        """Another text stands in the prompt."""

    class FilterAccepted(FilterMessage):
        """Enter: the text is meant."""

    class FilterCancelled(FilterMessage):
        """Escape: `text` is what stood there before and stands there again."""

    def __init__(
        self,
        placeholder: str = "",
        *,
        sign: str = "/",
        suggester: Suggester | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._faulty = _Faulty()
        self._sign = _Sign(sign)
        self._input = PromptInput(placeholder, self._faulty, suggester)
        self._summary = _Summary()
        self._found: tuple[Cell, ...] = ()
        self._before = ""

    def compose(self) -> ComposeResult:
        """The sign, the prompt, the summary."""
        yield self._sign
        yield self._input
        yield self._summary

    @property
    def text(self) -> str:
        """What stands in the prompt."""
        return self._input.value

    @property
    def is_typing(self) -> bool:
        """Whether the prompt has the keys."""
        return self._input.has_focus

    @property
    def history(self) -> Sequence[str]:
        """What was entered, the newest last."""
        return self._input.history

    def set_history(self, texts: Sequence[str]) -> None:
        """Remember these texts as entered before, the newest last."""
        self._input.history = list(texts)[-HISTORY_KEPT:]

    def begin(self, sign: str | None = None) -> None:
        """Give the prompt the keys."""
        if sign is not None:
            self.set_sign(sign)
        self._before = self.text
        self._input.focus()
        self._input.cursor_position = len(self.text)

    def set_sign(self, sign: str) -> None:
        """Show another sign before the prompt."""
        if sign != self._sign.sign:
            self._sign.sign = sign
            self._sign.redraw()

    def set_placeholder(self, text: str) -> None:
        """Say this while nothing is typed."""
        self._input.placeholder = text

    def set_text(self, text: str) -> None:
        """Put a text into the prompt; it is told as changed when it is another one."""
        self._input.value = text

    def clear(self) -> bool:
        """Empty the prompt. Tells whether something stood there."""
        had = bool(self.text)
        self.set_text("")
        return had

    def show_summary(self, *cells: Cell) -> None:
        """Say what was found, such as `37 of 1284  ·  3 marked`. It waits while there is an error to show."""
        self._found = cells
        if self._faulty.position is None:
            self._say(cells)

    def show_error(self, message: str, position: int) -> None:
        """Say what is wrong with the filter, and underline it from `position` on, counted from 0."""
        self._faulty.position = position
        self._input.refresh()
        self._say((Cell(message, Tone.ERROR),))

    def clear_error(self) -> None:
        """The filter is right again."""
        if self._faulty.position is not None:
            self._faulty.position = None
            self._input.refresh()
        self._say(self._found)

    def _say(self, cells: tuple[Cell, ...]) -> None:
        self._summary.say(cells)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.FilterChanged(self, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._input.remember(event.value)
        self.post_message(self.FilterAccepted(self, event.value))

    @on(PromptInput.Cancelled)
    def _cancelled(self, event: PromptInput.Cancelled) -> None:
        event.stop()
        self.set_text(self._before)
        self.post_message(self.FilterCancelled(self, self._before))
