"""The series that were plotted for a job, below the log on the screen of a run."""

from collections.abc import Sequence
from typing import Final

from textual import work
from textual.worker import get_current_worker

from runtui.model.errors import ConfigError
from runtui.model.run import Run
from runtui.model.series_pattern import SeriesPattern
from runtui.services.indexed_file import IndexedFile
from runtui.services.series import LogSeries
from runtui.services.series_memory import SeriesMemory, job_key
from runtui.tui.run_actions import ActsOnRuns
from runtui.tui.series_curves import curve_of
from runtui.tui.widgets.series_plot import SeriesPlot

_SHARE: Final = 5
"""The plot takes one in so many lines of the screen at most."""


class ShowsSeries(ActsOnRuns):
    """A screen of one run that follows a log and has a `SeriesPlot`."""

    _series: Sequence[LogSeries] = ()
    _series_log: IndexedFile | None = None

    def follow_series(self, run: Run, log: IndexedFile) -> None:
        """Plot from now on what is remembered for the run's job, of this log."""
        self._series, self._series_log = (), log
        self._begin_series(job_key(run), log)

    @work(thread=True, exclusive=True, group="series")
    def _begin_series(self, job: str, log: IndexedFile) -> None:
        folder = self.dashboard.opening.data_folder
        patterns = () if folder is None else SeriesMemory(folder).patterns(job)
        series: list[LogSeries] = []
        for pattern in patterns:
            try:
                series.append(LogSeries(log, SeriesPattern(pattern)))
            except ConfigError:
                continue  # written by a version that understood it
        if series:
            self.show_from_thread(self._take_series, series, log)

    def _take_series(self, series: Sequence[LogSeries], log: IndexedFile) -> None:
        if log is self._series_log:
            self._series = series
            self.look_for_series()

    def look_for_series(self) -> None:
        """The log has grown: look on in what came."""
        busy = any(worker.group == "series" and not worker.is_finished for worker in self.workers)
        if any(series.is_behind for series in self._series) and not busy:
            self._look_on(self._series)

    @work(thread=True, exclusive=True, group="series-values")
    def _look_on(self, wanted: Sequence[LogSeries]) -> None:
        worker = get_current_worker()
        for series in wanted:
            for _ in series.advance(lambda: worker.is_cancelled):
                pass
        if not worker.is_cancelled:
            self.show_from_thread(self._show_series)

    def _show_series(self) -> None:
        log, found = self._series_log, [series for series in self._series if series.values]
        plot = self.query_one(SeriesPlot)
        if log is not None and (found or plot.display):
            plot.show_curves(
                [curve_of(series) for series in found],
                line_count=log.line_count,
                here=None,
                most_rows=self.size.height // _SHARE,
            )
