"""One record of a log, whole: JSON indented, a traceback with all its lines, a long line wrapped."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.lines import Line, StaticLines
from runtui.render.cell import Cell, Tone
from runtui.render.json_record import json_record
from runtui.render.json_text import json_lines
from runtui.render.sanitise import one_line
from runtui.render.units import counted
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.log_view import LogView
from runtui.tui.widgets.text_pane import TextPane


class RecordScreen(RuntuiScreen):
    """The lines of a record in a pager of their own."""

    AUTO_FOCUS = "#record"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "back", "back", id="log.leave_record", show=False),
        Binding("y,c", "copy_record", "copy", id="log.copy_record", tooltip="copy the record as it came"),
    ]

    def __init__(self, name: str, number: int, lines: Sequence[Line]) -> None:
        """`name` is that of the log, `number` that of the first line, counted from 1."""
        super().__init__()
        self._log_name = one_line(name, 60)
        self._number = number
        self._lines = lines

    def compose(self) -> ComposeResult:
        """Where the record stands, and the record."""
        yield DetailLine(id="head")
        yield TextPane(wraps=True, id="record")
        yield KeyFooter(("log.copy_record", "log.wrap"), id="footer")

    def on_mount(self) -> None:
        """Show it."""
        lines = counted(len(self._lines), "line")
        self.query_one("#head", DetailLine).show_facts(
            Cell(f"{self._log_name} › {self._number}", Tone.STRONG), Cell(lines, Tone.MUTED)
        )
        self.query_one("#record", LogView).set_source(StaticLines(self._expanded()))

    def _expanded(self) -> Sequence[Line | str]:
        """The lines of a JSON record's indented form, else those of the record."""
        if len(self._lines) == 1 and not self._lines[0].is_cut:
            record = json_record(self._lines[0].content.decode("utf-8", "replace"))
            if record is not None:
                return json_lines(record)
        return self._lines

    def action_copy_record(self) -> None:
        """Copy the record as it came."""
        self.app.copy_to_clipboard("\n".join(line.content.decode("utf-8", "replace") for line in self._lines))
        self.notify("Copied the record")
