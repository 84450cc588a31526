"""One row of a comparison with the whole value of each run, however long."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.common_start import common_start
from runtui.model.comparison import ComparedRow, ComparedValue
from runtui.render.cell import Cell, Tone
from runtui.render.comparison_columns import LONG_TEXT, delta_text
from runtui.render.json_record import json_record
from runtui.render.json_text import pretty_json
from runtui.render.sanitise import one_line
from runtui.tui.log_taking import clipped
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.text_pane import TextPane


class ComparedValuesScreen(RuntuiScreen):
    """The values one below the other in a pager: JSON indented, long lines wrapped."""

    AUTO_FOCUS = "#values"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "back", "back", id="compare.leave_values", show=False),
        Binding("y,c", "copy_values", "copy", id="compare.copy_values", tooltip="copy the values"),
    ]

    def __init__(self, row: ComparedRow, titles: Sequence[str]) -> None:
        """`titles` are the safe names of the runs, in the order of the row's values."""
        super().__init__()
        self._row = row
        self._titles = tuple(titles)

    def compose(self) -> ComposeResult:
        """What it is, and the values."""
        yield DetailLine(id="head")
        yield TextPane("\n".join(self._lines()), wraps=True, id="values")
        yield KeyFooter(("compare.copy_values", "log.wrap"), id="footer")

    def on_mount(self) -> None:
        """Say what it is, and from where on the values differ."""
        facts = [Cell(one_line(self._row.name, 60), Tone.STRONG), Cell(self._row.kind, Tone.MUTED)]
        place = _first_difference([one.text for one in self._row.values if not one.is_missing])
        if place is not None:
            facts.append(Cell(f"they differ from character {place + 1} on", Tone.ACCENT))
        self.query_one("#head", DetailLine).show_facts(*facts)

    def _lines(self) -> Iterator[str]:
        for title, one in zip(self._titles, self._row.values, strict=True):
            distance = delta_text(self._row, one)
            yield f"{title}   {distance}".rstrip()
            yield from (f"  {line}" for line in _expanded(one, self.dashboard.glyphs.secret).split("\n"))
            yield ""

    def action_copy_values(self) -> None:
        """Copy the values as they are."""
        texts = ["" if one.is_missing else one.text for one in self._row.values]
        self.app.copy_to_clipboard(clipped("\n".join(texts).split("\n")))
        self.notify("Copied the values")


def _expanded(one: ComparedValue, secret: str) -> str:
    if one.is_missing:
        return "-"
    if one.value is None:
        return secret
    record = json_record(one.text) if one.text[:1] in ("{", "[") else None
    return one.text or '""' if record is None else pretty_json(record)


def _first_difference(texts: Sequence[str]) -> int | None:
    """The first character at which long texts differ; None where they are short or the same."""
    if len(texts) < 2 or min(map(len, texts)) <= LONG_TEXT or min(texts) == max(texts):
        return None
    return common_start(min(texts), max(texts))
