"""Series of numbers in the log on the screen: chosen from a line, drawn with the log, remembered by job."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType

from runtui.model.errors import ConfigError, StorageError
from runtui.model.series_pattern import SeriesPattern, proposed_patterns
from runtui.services.series import LogSeries
from runtui.services.series_memory import SeriesMemory, job_key
from runtui.tui.log_taking import TakesFromLog
from runtui.tui.log_text import LogText
from runtui.tui.series_curves import curve_of, series_name, spans_decades
from runtui.tui.widgets.check_dialog import Check, CheckDialog
from runtui.tui.widgets.log_prompt import PromptKind
from runtui.tui.widgets.log_view import LogView
from runtui.tui.widgets.series_plot import ROWS, SeriesPlot

BESIDE_FROM: Final = 140
"""From so many columns on the plot stands beside the log."""
_SHARE: Final = 3
"""Below the log, the plot takes one in so many lines of the screen at most."""
_ROWS_BESIDE: Final = 12
"""Lines of one curve beside the log at most, its title included."""


class PlotsSeries(TakesFromLog):
    """A log screen with a plot below the log, or beside it, as long as there is a series to draw."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "plot", "plot", id="log.plot", tooltip="plot a number of this line as a series"),
        Binding("S", "type_series", "plot …", id="log.type_series", tooltip="type which numbers to plot", show=False),
        Binding("L", "toggle_logarithmic", "log scale", id="log.logarithmic", show=False),
    ]

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._logarithmic: bool | None = None
        """Whether all scales are; None as long as nobody chose and the values of each series decide."""
        self._patterns: tuple[str, ...] = ()
        self._origin = 0
        """Which of the merged logs the series are of."""

    def on_mount(self) -> None:
        """Bring back the series of the job."""
        self._bring_back_series()

    @property
    def plot(self) -> SeriesPlot:
        """The curves."""
        return self.query_one(SeriesPlot)

    def text_changed(self, before: LogText | None) -> None:
        """Plot the same series of another text."""
        super().text_changed(before)
        self._origin = 0
        self._take_patterns(self._patterns)

    # memory

    @work(thread=True, group="series")
    def _bring_back_series(self) -> None:
        folder, run = self.dashboard.opening.data_folder, self.run
        if folder is not None and run is not None:
            patterns = SeriesMemory(folder).patterns(job_key(run))
            if patterns:
                self.show_from_thread(self._take_patterns, patterns)

    @work(thread=True, group="series")
    def _remember_series(self, added: Sequence[str], dropped: Sequence[str]) -> None:
        folder, run = self.dashboard.opening.data_folder, self.run
        if folder is None or run is None:
            return
        memory = SeriesMemory(folder)
        try:
            for pattern in added:
                memory.remember(job_key(run), pattern)
            for pattern in dropped:
                memory.forget(job_key(run), pattern)
        except StorageError as error:
            self.app.call_from_thread(self.show_error, error)
        self.dashboard.tell(lambda session: session.listed_series.look_again())

    # choosing

    def action_plot(self) -> None:
        """Plot the one number of the line under the cursor, or choose among several and those plotted already."""
        proposed = proposed_patterns(self.view.selected_text().split("\n")[0])
        known = list(dict.fromkeys((*proposed, *self._patterns)))
        if len(known) == 1 and not self._patterns:
            self._change_patterns(known)
        elif known:
            self._choose(known)
        else:
            self.notify("No number on this line to plot. S takes a pattern such as `residual = {}`.", markup=False)

    @work(group="series-choice")
    async def _choose(self, known: Sequence[str]) -> None:
        line = self.view.selected_text().split("\n")[0]
        checks = [Check(_words(pattern, line), pattern in self._patterns) for pattern in known]
        chosen = await self.app.push_screen_wait(CheckDialog("Numbers to plot", checks))
        if chosen is not None:
            self._change_patterns([pattern for place, pattern in enumerate(known) if place in chosen])

    def action_type_series(self) -> None:
        """Type a pattern of what to plot."""
        self.prompt.ask(PromptKind.SERIES)

    def take_entered(self, kind: PromptKind, text: str) -> Callable[[], object]:
        """Plot what a typed pattern finds, or do what else was entered."""
        if kind is not PromptKind.SERIES:
            return super().take_entered(kind, text)
        if not text.strip():
            raise ConfigError("a series needs a pattern")
        SeriesPattern(text)
        return lambda: self._change_patterns([*self._patterns, text])

    def _change_patterns(self, patterns: Sequence[str]) -> None:
        before = self._patterns
        self._take_origin(self.view.place.origin)
        self._take_patterns(patterns)
        self._remember_series(
            [pattern for pattern in patterns if pattern not in before],
            [pattern for pattern in before if pattern not in patterns],
        )
        self.look_on()

    def _take_origin(self, origin: int) -> None:
        """Plot numbers of this one of the logs."""
        if self.text is not None and origin != self._origin:
            self._origin, self.text.series = origin, []

    def _take_patterns(self, patterns: Sequence[str]) -> None:
        """Plot these, and keep what was found of those that were plotted already."""
        self._patterns = tuple(dict.fromkeys(patterns))
        text = self.text
        if text is not None:
            known = {series.pattern.text: series for series in text.series}
            text.series = [
                known.get(pattern) or LogSeries(text.logs[self._origin][1], SeriesPattern(pattern))
                for pattern in self._patterns
            ]
            self.show_plot()
            self._look_on_if_behind()

    def action_toggle_logarithmic(self) -> None:
        """Draw all on a logarithmic scale, or all on an even one."""
        series = self.text.series if self.text is not None else []
        is_logarithmic = any(map(spans_decades, series)) if self._logarithmic is None else self._logarithmic
        self._logarithmic = not is_logarithmic
        self.show_plot()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The scale can be changed when there is a plot."""
        if action == "toggle_logarithmic":
            return bool(self._patterns)
        return super().check_action(action, parameters)

    # drawing

    def show_found(self) -> None:
        """Show what was found so far."""
        super().show_found()
        self.show_plot()

    @on(LogView.Changed, "#log")
    def _place_in_plot_changed(self) -> None:
        if self._patterns:
            self.show_plot()

    def show_plot(self) -> None:
        """Draw the series as far as they are known."""
        text = self.text
        if text is None or (not text.series and not self.plot.display):
            return
        name, log = text.logs[self._origin]
        here, is_beside = self.view.place, self.size.width >= BESIDE_FROM
        self.plot.show_curves(
            [
                curve_of(series, "" if text.merged is None else f"{name} ", logarithmic=self._logarithmic)
                for series in text.series
            ],
            line_count=log.line_count,
            here=here.line if here.origin == self._origin else None,
            most_rows=self.view.size.height if is_beside else self.size.height // _SHARE,
            rows=_ROWS_BESIDE if is_beside else ROWS,
        )

    def on_resize(self) -> None:
        """The plot has another place, or more room."""
        self.call_after_refresh(self.show_plot)


def _words(pattern: str, line: str) -> str:
    """The name of a series and the number it has on a line."""
    found = SeriesPattern(pattern)
    match = found.regex.search(line.encode())
    name = series_name(found.name)
    return f"{name}   {match[1].decode()}" if match is not None else name
