"""Asks which of several things is meant."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.reactive import Reactive
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from runtui.render.cell import Tone
from runtui.render.sanitise import one_line, safe_lines
from runtui.tui.widgets.key_names import key_words
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.one_line import OneLine


class Answer(NamedTuple):
    """One answer: the key that gives it (as Textual names it), its words, and what they mean, in a grey."""

    key: str
    words: str
    meaning: str = ""
    tone: Tone = Tone.TEXT


class AnswerLine(OneLine, can_focus=True):
    """One of the answers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "press", "choose", id="dialog.press", key_display="Enter"),
    ]

    def __init__(self, answer: Answer, key: str) -> None:
        super().__init__()
        self.answer = answer
        self._key = key

    def write_line(self, writer: LineWriter, width: int) -> None:
        """Its key, its words, their meaning; marked while it has the focus."""
        inks = self.inks
        over = inks.chosen if self.has_focus else None
        writer.write(f" {self._key:<3}", over or inks.tones[Tone.ACCENT])
        writer.write(f"{self.answer.words} ", over or inks.tones[self.answer.tone])
        writer.pad(2)
        writer.write(self.answer.meaning, inks.tones[Tone.MUTED])

    def action_press(self) -> None:
        """Give this answer."""
        self.screen.dismiss(self.answer.key)

    def on_click(self) -> None:
        """Give this answer."""
        self.action_press()


class AskDialog(ModalScreen[str | None]):
    """Gives the key of the answer that was chosen, None when the question was left.

    The answer in focus at first is the first one: let it be the harmless one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "cancel", id="dialog.cancel", key_display="Esc"),
        Binding("down,tab,j", "go(1)", "next answer", id="dialog.next", show=False),
        Binding("up,shift+tab,k", "go(-1)", "answer before", id="dialog.previous", show=False),
    ]
    DEFAULT_CSS = """
    AskDialog { align: center middle; background: $background 50%; }
    AskDialog > Vertical {
        width: 84; max-width: 94%; height: auto; max-height: 92%; padding: 1 3; background: $panel;
    }
    AskDialog Static { width: 1fr; height: auto; background: transparent; }
    AskDialog .title { text-style: bold; margin: 0 0 1 0; }
    AskDialog .said { margin: 0 0 1 0; }
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, title: str, said: str, answers: Sequence[Answer]) -> None:
        """Ask, saying `said` below the title; answers are given by their key or by Enter."""
        super().__init__()
        self._title = one_line(title)
        self._said = safe_lines(said)
        self._answers = tuple(answers)

    def compose(self) -> ComposeResult:
        """The title, what is said, the answers."""
        with Vertical():
            yield Static(self._title, classes="title", markup=False)
            if self._said:
                yield Static("\n".join(self._said), classes="said", markup=False)
            for answer in self._answers:
                yield AnswerLine(answer, key_words(answer.key, ascii_only=False))

    def on_mount(self) -> None:
        """Let every answer be given by its key."""
        for answer in self._answers:
            self._bindings.bind(answer.key, f"answer({answer.key!r})", answer.words, show=False)
        self.query(AnswerLine).first().focus()

    def action_answer(self, key: str) -> None:
        """Give the answer of this key."""
        self.dismiss(key)

    def action_leave(self) -> None:
        """Give none."""
        self.dismiss(None)

    def action_go(self, step: int) -> None:
        """Go to another answer."""
        lines = list(self.query(AnswerLine))
        at = next((place for place, line in enumerate(lines) if line.has_focus), 0)
        lines[(at + step) % len(lines)].focus()
