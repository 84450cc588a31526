"""Runs side by side: what differs, how far numbers are apart, and plots of them."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.worker import get_current_worker

from runtui.model.comparison import ComparedRow
from runtui.model.delta import Delta
from runtui.model.errors import NotFoundError, RuntuiError
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.variable import Role
from runtui.render.cell import Cell, Tone
from runtui.render.columns import Column, DrawContext
from runtui.render.comparison_columns import KIND, comparison_columns
from runtui.render.sanitise import one_line
from runtui.render.units import count
from runtui.tui.compared_plots import NamedRun, SeriesAxis, number_plot, series_plot
from runtui.tui.compared_runs import MOST_RUNS, RowKey
from runtui.tui.comparison_saving import SavesComparison
from runtui.tui.error_cells import error_lines
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.overlay_plot import OverlaidPlot, OverlayPlot
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.virtual_table import VirtualTable

_FEW: Final = 3
"""Runs up to which a value has more room than it needs at least."""
_WIDEST: Final = 24
_LEAST_VALUE: Final = 12
"""Cells of a value or a distance below which the table is scrolled sideways instead."""
_KIND_FROM: Final = 100
"""Cells of the table from which on it says what each row is."""
_TALL: Final = 20
"""Lines of a screen that has room for a plot without being asked."""


class CompareTable(VirtualTable[RowKey, ComparedRow]):
    """One line a variable; to the right and left it goes by whole runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_row", "whole values", id="list.open", key_display="Enter"),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing acts on several rows."""
        return action not in ("toggle_mark", "toggle_range", "toggle_all") and super().check_action(action, parameters)

    def action_shift_columns(self, columns: int) -> None:
        """Show the runs further right or left; the names stay."""
        starts = [0, *(place for place, column in enumerate(self.columns[1:]) if place and column.key.isdigit())]
        here = max(place for place, start in enumerate(starts) if start <= self._shift)
        target = starts[max(0, min(here + columns, len(starts) - 1))]
        if target != self._shift:
            super().action_shift_columns(target - self._shift)


class CompareScreen(SavesComparison):
    """Two to eight runs of any services, their facts, variables and log series beside each other, and a plot below.

    Values follow the runs while they change. The plot is of the row under the cursor.
    """

    AUTO_FOCUS = "#compared"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "toggle_all_rows", "all", id="compare.all", tooltip="all rows, or only what differs"),
        Binding("b", "next_base", "base", id="compare.base", tooltip="measure against the next run"),
        *(
            Binding(str(place), f"measure_against({place - 1})", f"measure against run {place}",
                    id=f"compare.base_{place}", show=False)
            for place in range(1, MOST_RUNS + 1)
        ),
        Binding("d", "toggle_distances", "distances", id="compare.distances",
                tooltip="show how far numbers are from the base, or more runs", show=False),
        Binding("slash", "edit_filter", "filter", id="compare.filter", key_display="/"),
        Binding("p", "toggle_plot", "plot", id="compare.plot", tooltip="show or hide the plot"),
        Binding("x", "plot_over", "x axis", id="compare.axis", tooltip="plot over the number under the cursor"),
        Binding("t", "toggle_time", "time axis", id="compare.time", tooltip="series over time or over their values",
                show=False),
        Binding("L", "toggle_logarithmic", "log scale", id="compare.logarithmic", show=False),
        Binding("l", "open_logs", "logs", id="compare.logs", tooltip="the logs of the runs merged", show=False),
        Binding("o", "open_run", "open a run", id="compare.open", tooltip="the run the others are measured against",
                show=False),
    ]  # fmt: skip

    def __init__(self, runs: Sequence[Run]) -> None:
        super().__init__(runs)
        self._shows_all = False
        self._shows_distances = True
        self._shows_plot: bool | None = None
        """Whether the plot is shown; None while nobody chose and the size decides."""
        self._logarithmic: bool | None = None
        self._over: RowKey | None = None
        """The row numbers are plotted over, once chosen."""
        self._axis = SeriesAxis()
        self._chosen: RowKey | None = None
        """The last row the cursor was on that can be plotted."""
        self._plotted: RowKey | None = None
        self._problems: dict[RunReference, RuntuiError] = {}

    def compose(self) -> ComposeResult:
        """The head, the filter while there is one, the table over the plot, the footer."""
        yield DetailLine(id="head")
        yield FilterLine("filter rows: a part of a name or a value", id="filter")
        yield CompareTable([], self._find, self._drawing(), id="compared")
        yield OverlayPlot(id="plot")
        yield KeyFooter(
            ("compare.all", "compare.base", "compare.series", "compare.plot", "compare.axis", "compare.filter"),
            id="footer",
        )

    def on_mount(self) -> None:
        """Show what the list knows of them, and fetch each."""
        super().on_mount()
        self.query_one(FilterLine).display = False
        self._show_columns()
        self._show()
        self._fetch(self.compared.references)

    @property
    def table(self) -> CompareTable:
        """The rows."""
        return self.query_one(CompareTable)

    @property
    def plot(self) -> OverlayPlot:
        """The plot below them."""
        return self.query_one(OverlayPlot)

    def profile_shown(self) -> str | None:
        """The profile of the run the others are measured against."""
        return self.compared.references[self.compared.base].profile

    def _find(self, key: RowKey) -> ComparedRow | None:
        return self.compared.rows.get(key)

    def _drawing(self) -> DrawContext:
        dashboard = self.dashboard
        return DrawContext(dashboard.now(), dashboard.glyphs, short_ids=dashboard.index.short_ids)

    # fetching

    @work(group="runs")
    async def _fetch(self, references: Sequence[RunReference]) -> None:
        """A list may know less of a run than its service tells when asked for it alone."""
        await asyncio.gather(*map(self._fetch_one, references))
        self._show_head()

    async def _fetch_one(self, reference: RunReference) -> None:
        try:
            await self.ask(lambda session: session.fetch_run(reference))
        except NotFoundError:
            return  # the list learns of it, and so does the head
        except RuntuiError as error:
            self._problems[reference] = error
        else:
            self._problems.pop(reference, None)

    # what changes

    def runs_changed(self, delta: Delta) -> None:
        """Show what the runs are by now; of one that has ended the whole is fetched once more."""
        ours = self.compared.references
        if not delta.is_empty and not any(one in delta.changed or one in delta.removed for one in ours):
            return
        ended = self.compared.take_in(self.dashboard.index.run)
        self._show()
        if ended:
            self._fetch(ended)

    def time_passed(self, now: datetime) -> None:
        """What still runs takes longer; logs may have grown."""
        if self.compared.are_live:
            self._show()
        self.look_again(now)

    def series_found(self) -> None:
        """Show the last values, and the curves."""
        self._show()

    # showing

    def _show_columns(self) -> None:
        columns = comparison_columns(
            self._titles(), self.compared.base,
            widest=_WIDEST if len(self.compared.runs) <= _FEW else _LEAST_VALUE, has_distances=self._shows_distances,
        )  # fmt: skip
        self.table.set_columns([self._column(column) for column in columns], {KIND: _KIND_FROM})

    def _column(self, column: Column[ComparedRow]) -> Column[ComparedRow]:
        return column.at_least(_LEAST_VALUE) if column.key[:1].isdigit() else column

    def _titles(self) -> list[str]:
        base = self.compared.base
        return [
            f"{place + 1} {run.name}{' (base)' if place == base else ''}"
            for place, run in enumerate(self._named_runs())
        ]

    def _named_runs(self) -> list[NamedRun]:
        """Each run by a name as short as it is clear; without the profile where all are of one."""
        references = self.compared.references
        is_one = len({reference.profile for reference in references}) == 1
        names = (self.short_name(reference) for reference in references)
        return [
            NamedRun(reference, one_line(name.partition(":")[2] if is_one else name))
            for reference, name in zip(references, names, strict=True)
        ]

    def _show(self) -> None:
        if not self.is_shown:
            return
        lasts = self.series.last_values() if self.series is not None else {}
        before = self.compared.rows
        self.compared.compare(self.dashboard.now(), lasts)
        words = self.query_one(FilterLine).text.casefold().split()
        table = self.table
        keys = self.compared.shown(words, all_rows=self._shows_all)
        table.set_empty(*self._why_empty(words))
        table.show_keys(keys)
        table.refresh_rows([key for key, row in self.compared.rows.items() if before.get(key) is not row])
        self._show_head()
        self._show_plot()
        self.refresh_bindings()

    def _why_empty(self, words: Sequence[str]) -> Iterator[str]:
        if words:
            yield "No row matches."
            yield "Esc clears the filter."
        else:
            yield "Nothing differs."
            yield "a shows all there is."

    def _show_head(self) -> None:
        compared = self.compared
        total, differing = len(compared.rows), compared.differing
        many = (
            f"all {count(total)}, {count(differing)} differ"
            if self._shows_all
            else f"{count(differing)} of {count(total)} differ"
        )
        facts: list[Cell | Sequence[Cell]] = [
            [Cell("Compare ", Tone.STRONG), Cell(f"{len(compared.runs)} runs", Tone.ACCENT)],
            Cell(many, Tone.MUTED),
        ]
        trouble = next(self._troubles(), "")
        if trouble:
            facts.append(Cell(one_line(trouble), Tone.WARNING))
        elif self.patterns and self.is_reading:
            facts.append(Cell("reading logs", Tone.MUTED))
        self.query_one("#head", DetailLine).show_facts(*facts)

    def _troubles(self) -> Iterator[str]:
        names = {run.reference: run.name for run in self._named_runs()}
        for reference in self.compared.references:
            if reference in self.compared.gone:
                yield f"{names[reference]} is gone: as it was last known"
        for reference, error in self._problems.items():
            yield f"{names[reference]}: {' '.join(error_lines(error))}"
        yield from self.log_problems

    # the plot

    def _show_plot(self) -> None:
        """Plot the row under the cursor if it can be, else what was plotted before, else the first result."""
        plot, rows = self.plot, self.compared.rows
        cursor = self.table.cursor_key
        if cursor is not None and cursor in rows and _can_be_plotted(rows[cursor]):
            self._chosen = cursor
        self._plotted = self._chosen if self._chosen in rows else self._first_plotted()
        row = rows.get(self._plotted) if self._plotted is not None else None
        wanted = self._shows_plot if self._shows_plot is not None else row is not None and self.size.height >= _TALL
        height = min(16, max(6, self.size.height * 2 // 5)) if wanted else 0
        if plot.styles.height is None or plot.styles.height.value != height:
            plot.styles.height = height
        if not wanted:
            return
        if row is None:
            plot.show(OverlaidPlot("Plot", "", said="No number differs. s compares numbers of the logs."))
        elif row.pattern:
            self._plot_series(row.pattern)
        else:
            plot.show(number_plot(row, self._against(row), self._named_runs()))

    def _first_plotted(self) -> RowKey | None:
        compared = self.compared
        return (
            compared.first_number(Role.OUTPUT, Role.RESULT)
            or next((key for key, row in compared.rows.items() if row.pattern), None)
            or compared.first_number(Role.INPUT, Role.PARAMETER)
        )

    def _against(self, row: ComparedRow) -> ComparedRow | None:
        """What a number is plotted over: the row chosen for it, else the first input that differs, else the runs."""
        over = self._over if self._over is not None else self.compared.first_number(Role.INPUT, Role.PARAMETER)
        return self.compared.rows.get(over) if over is not None and over not in (row.key, _RUNS) else None

    @work(thread=True, exclusive=True, group="plot")
    def _plot_series(self, pattern: str) -> None:
        worker, series = get_current_worker(), self.series
        if series is not None and pattern in series.patterns:
            drawn = series_plot(series, pattern, self._axis, self._named_runs(), logarithmic=self._logarithmic)
            if not worker.is_cancelled:
                self.show_from_thread(self._show_drawn, pattern, drawn)

    def _show_drawn(self, pattern: str, drawn: OverlaidPlot) -> None:
        if self._plotted is not None and self._plotted[2] == pattern:
            self.plot.show(drawn)

    @on(RowView.CursorMoved, "#compared")
    def _cursor_moved(self) -> None:
        self._show_plot()
        self.refresh_bindings()

    def on_resize(self, event: events.Resize) -> None:
        """Another size has other room for the plot."""
        if self.compared.rows:
            self._show_plot()

    # keys

    def shown_rows(self) -> Sequence[ComparedRow]:
        """The rows that are listed, in their order."""
        return [self.compared.rows[key] for key in self.table.keys]

    def row_under_cursor(self) -> ComparedRow | None:
        """The row the cursor is on."""
        return self._find(key) if (key := self.table.cursor_key) is not None else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only runs there are can be measured against, and only a series has a time axis and a scale."""
        if action == "measure_against":
            return isinstance(parameters[0], int) and parameters[0] < len(self.compared.runs)
        if action in ("toggle_time", "toggle_logarithmic"):
            return self._plotted is not None and bool(self._plotted[2])
        if action == "plot_over":
            row = self.row_under_cursor() if self.is_shown else None
            return row is not None and _can_be_plotted(row)
        if action in ("copy_row", "copy_all", "save"):
            return self.is_shown and bool(self.table.keys)
        return super().check_action(action, parameters)

    def action_toggle_all_rows(self) -> None:
        """Show all rows, or only those that tell the runs apart."""
        self._shows_all = not self._shows_all
        self._show()

    def action_toggle_distances(self) -> None:
        """Show how far numbers are from the base, or only the values, which leaves room for more runs."""
        self._shows_distances = not self._shows_distances
        self._show_columns()

    def action_next_base(self) -> None:
        """Measure against the next run."""
        self.action_measure_against((self.compared.base + 1) % len(self.compared.runs))

    def action_measure_against(self, place: int) -> None:
        """Measure against this run."""
        self.compared.base = place
        self._show_columns()
        self._show()

    def action_toggle_plot(self) -> None:
        """Show the plot, or make room for more rows."""
        self._shows_plot = not self.plot.size.height
        self._show_plot()

    def action_plot_over(self) -> None:
        """Plot over the row under the cursor from now on; once more plots over the runs, or over the values."""
        row = self.row_under_cursor()
        if row is None:
            return
        if row.pattern:
            is_same = self._axis.pattern == row.pattern
            self._axis = SeriesAxis() if is_same else SeriesAxis(pattern=row.pattern)
            self.notify("Series over their values" if is_same else f"Series over {one_line(row.name, 40)}", timeout=2)
        else:
            is_same = self._over == row.key
            self._over = _RUNS if is_same else row.key
            self.notify("Numbers over the runs" if is_same else f"Numbers over {one_line(row.name, 40)}", timeout=2)
        self._show_plot()

    def action_toggle_time(self) -> None:
        """Draw series over the time since their first value, or over how many values came before."""
        self._axis = SeriesAxis(by_time=not self._axis.by_time)
        self._show_plot()

    def action_toggle_logarithmic(self) -> None:
        """Draw series on a logarithmic scale, or on an even one."""
        self._logarithmic = not self.plot.shown.logarithmic
        self._show_plot()

    @on(RowView.RowOpened, "#compared")
    def _row_opened(self) -> None:
        from runtui.tui.screens.compared_values import ComparedValuesScreen

        row = self.row_under_cursor()
        if row is not None:
            self.app.push_screen(ComparedValuesScreen(row, self._titles()))

    def action_open_logs(self) -> None:
        """Show the logs of the runs merged by time."""
        self.dashboard.open_logs(self.compared.runs)

    def action_open_run(self) -> None:
        """Show the run the others are measured against."""
        self.dashboard.open_run(self.compared.references[self.compared.base])

    # filter

    def action_edit_filter(self) -> None:
        """Type a filter."""
        line = self.query_one(FilterLine)
        line.display = True
        line.begin()

    @on(FilterLine.FilterChanged, "#filter")
    def _filter_typed(self) -> None:
        self._show()

    @on(FilterLine.FilterAccepted, "#filter")
    @on(FilterLine.FilterCancelled, "#filter")
    def _filter_left(self) -> None:
        line = self.query_one(FilterLine)
        line.display = bool(line.text)
        self.table.focus()

    def action_back(self) -> None:
        """Clear the filter, else go back."""
        line = self.query_one(FilterLine)
        if line.clear():
            line.display = False
            self._show()
        else:
            super().action_back()


_RUNS: Final[RowKey] = ("", "", "")
"""No row: numbers are plotted over the runs in their order."""


def _can_be_plotted(row: ComparedRow) -> bool:
    """Whether at least two runs have a number there."""
    return bool(row.pattern) or sum(one is not None for one in row.numbers) > 1
