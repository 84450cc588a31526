"""A form of one line a field: its name, what one types, and what is expected or wrong."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Input

from runtui.render.cell import Cell, Tone
from runtui.render.sanitise import is_safe, one_line
from runtui.render.widths import truncate
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.one_line import OneLine


class FormField(msgspec.Struct, frozen=True, kw_only=True):
    """One field. `key` names it, `hint` stands in it while it is empty, `note` beside it while nothing is wrong."""

    key: str
    label: str
    note: str = ""
    hint: str = ""
    text: str = ""
    is_secret: bool = False
    """Whether what is typed is never shown."""


class FormInput(Input):
    """The line of one field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "field before", id="form.previous", show=False),
        Binding("down,tab", "app.focus_next", "next field", id="form.next", show=False),
    ]

    def __init__(self, field: FormField) -> None:
        super().__init__(field.text, placeholder=one_line(field.hint), password=field.is_secret, compact=True)
        self.cursor_blink = False
        self.select_on_focus = False

    def validate_value(self, value: str) -> str:
        """Signs that would act on the terminal are left out, as they are when one types."""
        return value if is_safe(value) else "".join(sign for sign in value if is_safe(sign))


class _Label(OneLine):
    """The name of a field."""

    DEFAULT_CSS = """
    _Label { width: 2fr; max-width: 34; }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = one_line(text)

    def write_line(self, writer: LineWriter, width: int) -> None:
        """The name, cut at the end."""
        writer.pad(2)
        writer.write(truncate(self._text, width - 3, self.glyphs.ellipsis))


class _Note(OneLine):
    """What is expected in a field, or wrong with it."""

    DEFAULT_CSS = """
    _Note { width: 3fr; }
    """

    def __init__(self, cell: Cell) -> None:
        super().__init__()
        self.cell = cell

    def write_line(self, writer: LineWriter, width: int) -> None:
        """The sentence, cut at the end."""
        writer.pad(2)
        writer.write(truncate(self.cell.text, width - 3, self.glyphs.ellipsis), self.inks.tones[self.cell.tone])


class FormRow(Horizontal):
    """A field on its line."""

    DEFAULT_CSS = """
    FormRow { height: 1; width: 1fr; }
    FormRow FormInput { width: 3fr; height: 1; }
    """

    def __init__(self, field: FormField) -> None:
        super().__init__()
        self.field = field
        self._note = _Note(self._plain_note)
        self._input = FormInput(field)

    def compose(self) -> ComposeResult:
        """Name, line, note."""
        yield _Label(self.field.label)
        yield self._input
        yield self._note

    @property
    def line(self) -> FormInput:
        """What one types into."""
        return self._input

    @property
    def _plain_note(self) -> Cell:
        return Cell(one_line(self.field.note), Tone.MUTED)

    def say(self, cell: Cell | None) -> None:
        """Say what is wrong; None says again what is expected."""
        self._note.cell = self._plain_note if cell is None else Cell(one_line(cell.text), cell.tone)
        self._note.redraw()

    @property
    def said(self) -> str:
        """What stands beside the line now."""
        return self._note.cell.text


class FieldForm(VerticalScroll):
    """Fields one below the other. Every change is told as `FieldChanged`, Enter on the last one as `FormEntered`."""

    DEFAULT_CSS = """
    FieldForm { height: auto; width: 1fr; scrollbar-size-vertical: 0; }
    """

    class FieldChanged(Message):
        """Another text stands in a field."""

        def __init__(self, key: str, text: str) -> None:
            super().__init__()
            self.key = key
            self.text = text

    class FormEntered(Message):
        """Enter on the last field."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, can_focus=False)
        self._rows: dict[str, FormRow] = {}

    async def show_fields(self, fields: Sequence[FormField]) -> None:
        """Show these fields in place of those before; a field that stays keeps what was typed into it."""
        typed = {key: row.line.value for key, row in self._rows.items()}
        kept = [
            msgspec.structs.replace(field, text=typed[field.key]) if typed.get(field.key) else field for field in fields
        ]
        self._rows = {field.key: FormRow(field) for field in kept}
        await self.remove_children()
        await self.mount_all(self._rows.values())

    @property
    def texts(self) -> dict[str, str]:
        """What stands in every field, by its key."""
        return {key: row.line.value for key, row in self._rows.items()}

    def set_text(self, key: str, text: str) -> None:
        """Put a text into a field."""
        self._rows[key].line.value = text

    def has_field(self, key: str) -> bool:
        """Whether there is a field of this key."""
        return key in self._rows

    def say(self, key: str, cell: Cell | None) -> None:
        """Say beside a field what is wrong with it; None for nothing."""
        self._rows[key].say(cell)

    def said(self, key: str) -> str:
        """What stands beside a field."""
        return self._rows[key].said

    def focus_field(self, key: str | None = None) -> None:
        """Give a field the keys, the first one by default."""
        row = self._rows[key] if key is not None else next(iter(self._rows.values()), None)
        if row is not None:
            row.line.focus()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        key = self._key_of(event.input)
        if key is not None:
            self.post_message(self.FieldChanged(key, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._key_of(event.input) == next(reversed(self._rows), None):
            self.post_message(self.FormEntered())
        else:
            self.screen.focus_next()

    def _key_of(self, line: Input) -> str | None:
        return next((key for key, row in self._rows.items() if row.line is line), None)
