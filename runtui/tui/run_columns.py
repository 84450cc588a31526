"""Which columns the list of runs shows, and what is fed to them from beside the runs."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from runtui.model.list_view import ChosenColumn
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.render.columns import DrawContext, FedValue
from runtui.render.run_column_choice import SAMPLE, chosen_columns, default_columns
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.virtual_table import VirtualTable


class ChoosesColumns(RuntuiScreen):
    """A list whose columns are chosen: by somebody, else by what fits and what the listed runs have."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("C", "choose_columns", "columns", id="table.choose", tooltip="choose the columns", show=False),
        Binding("plus", "resize_column(1)", "widen the sorted column", id="table.wider", show=False),
        Binding("minus", "resize_column(-1)", "narrow the sorted column", id="table.narrower", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.chosen: tuple[ChosenColumn, ...] = ()
        """The columns somebody chose; none when the list chooses."""
        self.series_keys: tuple[str, ...] = ()
        """The columns of the series that were picked in logs of the listed jobs, the last one picked first."""
        self._fed: dict[str, Mapping[RunReference, FedValue]] = {}
        self._column_width = 0

    @property
    def table(self) -> VirtualTable[RunReference, Run]:
        """The table of runs."""
        return self.query_one("#runs", VirtualTable)

    def drawing(self) -> DrawContext:
        """What rows are drawn with now."""
        dashboard = self.dashboard
        return DrawContext(
            dashboard.now(),
            dashboard.glyphs,
            short_ids=dashboard.index.short_ids,
            fed=MappingProxyType(self._fed),
        )

    def feed_column(self, key: str, values: Mapping[RunReference, FedValue]) -> None:
        """Show these values in the column of this key, in place of those it was fed before."""
        before, self._fed[key] = self._fed.get(key, {}), values
        self.table.forget_cells(
            reference for reference in {*before, *values} if before.get(reference) != values.get(reference)
        )

    def update_column(self, key: str, values: Mapping[RunReference, FedValue | None]) -> None:
        """Show these values too in the column of this key; nothing where one is None."""
        merged = {**self._fed.get(key, {}), **values}
        self.feed_column(key, {reference: value for reference, value in merged.items() if value is not None})

    def fit_columns(self, references: Sequence[RunReference]) -> None:
        """Show the columns that were chosen, else those that fit and that the listed runs have something for."""
        index, width = self.dashboard.index, self.table.size.width
        if self.chosen:
            self.table.set_columns(chosen_columns(self.chosen))
        elif width:
            listed = [index.runs[reference] for reference in references[:SAMPLE] if reference in index.runs]
            self.table.set_columns(default_columns(listed, width, self.drawing(), self.series_keys))
        self._column_width = width

    def on_resize(self) -> None:
        """Choose the columns for another width."""
        if self.table.size.width != self._column_width:
            self.fit_columns(self.table.keys)

    def choose(self, chosen: Sequence[ChosenColumn]) -> None:
        """Show these columns from now on; none lets the list choose."""
        self.chosen = tuple(chosen)
        self.fit_columns(self.table.keys)

    def _shown(self) -> tuple[ChosenColumn, ...]:
        return self.chosen or tuple(ChosenColumn(column.key) for column in self.table.columns)

    @on(VirtualTable.ColumnResized)
    def _edge_dragged(self, message: VirtualTable.ColumnResized) -> None:
        self._resize(message.column, message.width)

    def _resize(self, column: str, width: int) -> None:
        from runtui.tui.column_list import resized

        self.choose(resized(self._shown(), column, width))

    def action_resize_column(self, by: int) -> None:
        """Make the column the list is sorted by wider or narrower."""
        key = self.table.sorted_by
        width = None if key is None else self.table.width_of(key)
        if key is not None and width is not None:
            self._resize(key, width + by)

    def action_choose_columns(self) -> None:
        """Choose columns from all there are."""
        from runtui.tui.screens.columns import ColumnsScreen

        runs, keys = self.dashboard.index.runs, self.table.keys
        self.app.push_screen(
            ColumnsScreen(
                self._shown(),
                (runs[key] for key in keys if key in runs),
                choose=self.choose,
                width_of=self.table.width_of,
                context=self.drawing(),
                is_automatic=not self.chosen,
                series=self.series_keys,
            )
        )
