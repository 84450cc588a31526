"""A list of what a service was asked for once, narrowed by words one types."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.sanitise import one_line
from runtui.render.units import count
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.virtual_table import VirtualTable


class FilteredListScreen(RuntuiScreen):
    """A screen with a `FilterLine` above a table, on which going back clears marks and filter first.

    A subclass composes both, asks in `action_fetch` and shows in `show_rows` what has all the `words`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "edit_filter", "filter", id="list.filter", key_display="/"),
        Binding("r,ctrl+r", "fetch", "refresh", id="list.refresh", show=False, tooltip="ask the service again"),
    ]

    def __init__(self, profile: str) -> None:
        super().__init__()
        self.profile = profile

    def on_mount(self) -> None:
        """Ask."""
        self.action_fetch()

    @property
    def table(self) -> VirtualTable[str, Any]:
        """The table of the screen."""
        return self.query_one(VirtualTable)

    @property
    def words(self) -> list[str]:
        """The words of the filter, folded."""
        return self.query_one(FilterLine).text.casefold().split()

    @property
    def chosen_keys(self) -> tuple[str, ...]:
        """The marked rows, or the one under the cursor."""
        table = self.table
        return tuple(table.marked_keys) or ((table.cursor_key,) if table.cursor_key else ())

    def profile_shown(self) -> str | None:
        """The profile whose service is asked."""
        return self.profile

    def drawing(self) -> DrawContext:
        """What the rows are drawn with at this moment."""
        return DrawContext(now=self.dashboard.now(), glyphs=self.dashboard.glyphs)

    def how_many(self, shown: int, total: int) -> Cell:
        """How much of the list the filter lets through, for the head."""
        return Cell(f"{count(shown)} of {count(total)}" if self.words else count(total), Tone.MUTED)

    def action_fetch(self) -> None:
        """Ask the service, and show what it has."""
        raise NotImplementedError

    def show_rows(self) -> None:
        """Show what has all the words."""
        raise NotImplementedError

    def time_passed(self, now: datetime) -> None:
        """Ages move on."""
        self.table.set_context(self.drawing())

    def copy(self, texts: Sequence[str]) -> None:
        """Copy these, a line each, and say what was copied."""
        self.app.copy_to_clipboard("\n".join(texts))
        self.notify(one_line(f"Copied {texts[0] if len(texts) == 1 else f'{len(texts)} lines'}", 60), markup=False)

    def action_edit_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterLine).begin()

    @on(FilterLine.FilterChanged)
    def _filter_typed(self) -> None:
        self.show_rows()

    @on(FilterLine.FilterAccepted)
    @on(FilterLine.FilterCancelled)
    def _filter_left(self) -> None:
        self.table.focus()

    def action_back(self) -> None:
        """Clear the marks, else the filter, else go back."""
        if not self.table.clear_marks() and not self.query_one(FilterLine).clear():
            super().action_back()
