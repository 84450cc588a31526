"""Everything that is known of a run, as JSON."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.render.columns import DrawContext
from runtui.render.json_text import pretty_json
from runtui.tui.run_facts import head_facts
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.text_pane import TextPane


class FactsScreen(RuntuiScreen):
    """The run as runtui holds it: the model's fields, and those only its service has under `extra`."""

    AUTO_FOCUS = "#facts"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,c", "copy_all", "copy", id="run.copy_facts", tooltip="copy the JSON"),
    ]

    def __init__(self, reference: RunReference) -> None:
        super().__init__()
        self.reference = reference

    def compose(self) -> ComposeResult:
        """The run's head and its JSON."""
        yield DetailLine(id="head")
        yield TextPane(self._text(), wraps=False, id="facts")
        yield KeyFooter(("run.copy_facts", "log.wrap"), id="footer")

    def on_mount(self) -> None:
        """Say which run it is."""
        run = self._run
        if run is not None:
            index = self.dashboard.index
            context = DrawContext(self.dashboard.now(), self.dashboard.glyphs, short_ids=index.short_ids)
            self.query_one("#head", DetailLine).show_facts(*head_facts(run, context))

    @property
    def _run(self) -> Run | None:
        return self.dashboard.index.run(self.reference)

    def _text(self) -> str:
        return pretty_json(self._run)

    def action_copy_all(self) -> None:
        """Copy the JSON to the terminal's clipboard."""
        self.app.copy_to_clipboard(self._text())
        self.notify("Copied the JSON")
