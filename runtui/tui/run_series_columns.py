"""The series of the runs in sight, in columns of the list."""

from collections.abc import Collection, Mapping, Sequence
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from textual import on

from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.render.cell import Cell
from runtui.render.columns import FedValue
from runtui.render.run_column_choice import chosen_columns
from runtui.render.run_columns import PROGRESS, has_column
from runtui.render.series_columns import LOG_PREFIX, series_value
from runtui.render.units import percent
from runtui.tui.messages import SeriesFound
from runtui.tui.run_columns import ChoosesColumns

if TYPE_CHECKING:
    from runtui.services.listed_series import SeriesChange
    from runtui.services.log_summary import LogSummary


class ShowsSeriesColumns(ChoosesColumns):
    """A list that has the logs of the runs in sight read, as long as one of its columns shows what they tell."""

    def __init__(self) -> None:
        super().__init__()
        self._patterns: dict[str, tuple[str, ...]] = {}
        self._in_sight: tuple[object, ...] = ()

    def on_mount(self) -> None:
        """Take in what is found, which comes from another thread."""

        def take(change: "SeriesChange") -> None:
            self.post_message(SeriesFound(change))

        self.dashboard.tell(lambda session: session.listed_series.watch(take))

    def on_screen_suspend(self) -> None:
        """No row is in sight behind another screen."""
        self._look_at([])

    def look_at_rows(self) -> None:
        """Have the logs of the rows in sight read, where those are others than before."""
        runs = self.dashboard.index.runs
        self._look_at([runs[key] for key in self.table.visible_keys if key in runs])

    def _look_at(self, runs: list[Run]) -> None:
        reads = any(column.key == PROGRESS or column.key.startswith(LOG_PREFIX) for column in self.table.columns)
        sight = (reads, *((run.reference, run.status, run.started_at, run.ended_at) for run in runs))
        if sight != self._in_sight:
            self._in_sight = sight
            self.dashboard.tell(lambda session: session.listed_series.look_at(runs, reads=reads))

    @on(SeriesFound)
    def _take_found(self, message: SeriesFound) -> None:
        change = message.change
        before = self._known_patterns()
        picked = {job: patterns for job, patterns in change.patterns.items() if job in change.picked}
        self._patterns = {**picked, **self._patterns, **change.patterns}
        # the last one picked of each job, then the one before of each
        ranked = chain.from_iterable(zip_longest(*self._patterns.values()))
        keys = (LOG_PREFIX + pattern for pattern in ranked if pattern is not None)
        series_keys = tuple(key for key in dict.fromkeys(keys) if has_column(key))
        if series_keys != self.series_keys:
            self.series_keys = series_keys
            self.fit_columns(self.table.keys)
        self._remove_columns_of(before - self._known_patterns())
        if change.summaries:
            self._feed(change.summaries)
        self.look_at_rows()

    def _known_patterns(self) -> set[str]:
        return set(chain.from_iterable(self._patterns.values()))

    def _remove_columns_of(self, dropped: Collection[str]) -> None:
        """Show no chosen column any more whose series was dropped in the log of its job: it would stay empty."""
        gone = {LOG_PREFIX + pattern for pattern in dropped}
        columns = [column for column in chosen_columns(self.chosen) if column.key in gone]
        if columns:
            self.choose([one for one in self.chosen if one.key not in gone])
            titles = ", ".join(column.title for column in columns)
            self.notify(f"{titles}: no column any more, as it is not plotted any more.", markup=False)

    def _feed(self, summaries: "Mapping[RunReference, LogSummary]") -> None:
        """Show what was found of these runs; what is shown of others stays."""
        glyphs = self.dashboard.glyphs
        for pattern in dict.fromkeys(chain.from_iterable(self._patterns.values())):
            found: dict[RunReference, FedValue | None] = {}
            for reference, summary in summaries.items():
                end = summary.series.get(pattern)
                found[reference] = None if end is None else series_value(end.values, end.last, glyphs)
            self.update_column(LOG_PREFIX + pattern, found)
        shares = {reference: summary.progress for reference, summary in summaries.items()}
        told = {at: None if share is None else FedValue(Cell(percent(share)), share) for at, share in shares.items()}
        self.update_column(PROGRESS, told)
        self.values_fed((*self.series_keys, PROGRESS))

    def values_fed(self, keys: Sequence[str]) -> None:
        """These columns have other values."""
