"""A table to be looked at: its rows are neither opened nor marked."""

from typing import Generic

from runtui.tui.widgets.row_view import KeyT
from runtui.tui.widgets.virtual_table import RowT, VirtualTable

_NOT_HERE = frozenset({"open_row", "toggle_mark", "toggle_range", "toggle_all"})


class PreviewTable(VirtualTable[KeyT, RowT], Generic[KeyT, RowT]):
    """Values of a file, or what is in an archive."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One moves in it, and that is all."""
        return action not in _NOT_HERE and super().check_action(action, parameters)
