"""A log, or several, followed."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from runtui.styles_folder import style_sheets
from runtui.tui.log_series import BESIDE_FROM, PlotsSeries
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.line_tones import record_around
from runtui.tui.widgets.log_prompt import LogPrompt
from runtui.tui.widgets.log_view import LogView
from runtui.tui.widgets.safe_lines import SafeLines
from runtui.tui.widgets.series_plot import SeriesPlot


class LogScreen(PlotsSeries):
    """Logs of a run, or of several, in a pager: one alone, or all merged by time."""

    CSS_PATH = style_sheets("log")
    AUTO_FOCUS = "#log"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (BESIDE_FROM, "-wide")]  # noqa: RUF012 (the base class declares it so)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "open_files", "output files of the run", id="log.files", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Facts above, the pager and its plot, the search below, the footer."""
        yield DetailLine(id="head")
        with Container(id="body"):
            yield LogView(id="log", opens_records=True)
            yield SeriesPlot(id="plot")
        yield LogPrompt(id="search")
        yield KeyFooter(
            (
                "log.follow", "log.search", "log.next_hit", "log.next_error", "log.keep", "log.drop_filter", "log.all",
                "log.mute", "log.plot", "log.wrap", "log.copy", "log.save",
            ),
            id="footer",
        )  # fmt: skip

    @on(LogView.RecordOpened, "#log")
    def _open_record(self) -> None:
        """Show all of the record under the cursor, filtered or not: JSON indented, tracebacks, long lines wrapped."""
        from runtui.tui.screens.record import RecordScreen

        text = self.text
        if text is not None and self.view.state.shown_count:
            place = self.view.place
            name, log = text.logs[place.origin]
            record = record_around(SafeLines(log), place.line)
            self.app.push_screen(RecordScreen(name, record.start + 1, log.lines(record.start, len(record))))

    def action_open_files(self) -> None:
        """Show the output files of the run."""
        run = self.run
        if run is not None:
            self.dashboard.open_files(run)
