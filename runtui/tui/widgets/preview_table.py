"""A table to be looked at: its rows are neither opened nor marked."""

from typing import ClassVar, Generic

from textual.binding import Binding, BindingType

from runtui.tui.widgets.row_view import KeyT
from runtui.tui.widgets.virtual_table import RowT, VirtualTable

_NOT_HERE = frozenset({"open_row", "toggle_mark", "toggle_range", "toggle_all"})


class PreviewTable(VirtualTable[KeyT, RowT], Generic[KeyT, RowT]):
    """Values of a file, or what is in an archive. Its keys ask for another order as a click on a heading does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,greater_than_sign", "sort(1)", "sort", id="preview.sort", tooltip="sort by the next column"),
        Binding("less_than_sign", "sort(-1)", "sort by the column before", id="preview.sort_previous", show=False),
        Binding("S", "turn_order", "turn the order round", id="preview.sort_turn", show=False),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One moves in it and sorts it, and that is all."""
        return action not in _NOT_HERE and super().check_action(action, parameters)

    def action_sort(self, step: int) -> None:
        """Sort by the next column or the one before; the first time by the first or the last."""
        keys = [column.key for column in self.columns]
        at = keys.index(self.sorted_by) + step if self.sorted_by in keys else min(0, step)
        if keys:
            self.post_message(self.SortRequested(self, keys[at % len(keys)]))

    def action_turn_order(self) -> None:
        """Sort the other way round."""
        if self.sorted_by is not None:
            self.post_message(self.SortRequested(self, self.sorted_by))
