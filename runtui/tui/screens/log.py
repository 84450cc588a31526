"""A log, or several, followed."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.tui.log_taking import TakesFromLog
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.log_prompt import LogPrompt
from runtui.tui.widgets.log_view import LogView


class LogScreen(TakesFromLog):
    """Logs of a run, or of several, in a pager: one alone, or all merged by time."""

    AUTO_FOCUS = "#log"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "open_files", "output files of the run", id="log.files", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Facts above, the pager, the search below, the footer."""
        yield DetailLine(id="head")
        yield LogView(id="log")
        yield LogPrompt(id="search")
        yield KeyFooter(
            (
                "log.follow", "log.search", "log.next_hit", "log.next_error", "log.keep", "log.drop_filter", "log.all",
                "log.wrap", "log.copy", "log.save",
            ),
            id="footer",
        )  # fmt: skip

    def action_open_files(self) -> None:
        """Show the output files of the run."""
        run = self.run
        if run is not None:
            self.dashboard.open_files(run)
