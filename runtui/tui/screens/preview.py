"""The beginning of an output file."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.errors import RuntuiError
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.render.cell import Cell, Tone
from runtui.render.hex_text import hex_text
from runtui.render.sanitise import one_line
from runtui.render.units import size
from runtui.tui.error_cells import error_cell, error_lines
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.text_pane import TextPane

LIMIT = 64 * 1024
"""Bytes of the file that are fetched."""
_LOOKED_AT = 8192


class PreviewScreen(RuntuiScreen):
    """Text as text, anything else as hexadecimal digits; never more than the first 64 KiB are fetched."""

    AUTO_FOCUS = "#preview"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "download", "download", id="files.download_shown"),
    ]

    def __init__(self, run: Run, file: OutputFile) -> None:
        super().__init__()
        self._shown_run = run
        self.file = file

    def compose(self) -> ComposeResult:
        """The file's facts and its beginning."""
        yield DetailLine(id="head")
        yield TextPane(wraps=False, id="preview")
        yield KeyFooter(("files.download_shown", "log.wrap", "log.numbers"), id="footer")

    def on_mount(self) -> None:
        """Fetch the beginning."""
        self._show_head()
        self._fetch()

    @work(exclusive=True, group="preview")
    async def _fetch(self) -> None:
        pane = self.query_one(TextPane)
        pane.set_waiting(True, "Asking for the beginning of the file …")
        pane.set_empty("The file is empty.")
        try:
            content = await self.ask(lambda session: session.read_start(self._shown_run, self.file, LIMIT))
        except RuntuiError as error:
            self._show_head(error_cell(error))
            pane.set_empty(*error_lines(error))
            return
        finally:
            pane.set_waiting(False)
        text = is_text(content)
        pane.show_text(content.decode("utf-8", "replace") if text else hex_text(content))
        if text:
            pane.action_toggle_numbers()
        whole = self.file.size is not None and len(content) >= self.file.size
        part = () if whole or len(content) < LIMIT else (Cell(f"the first {size(LIMIT)}", Tone.MUTED),)
        self._show_head(Cell("text" if text else "binary", Tone.MUTED), *part)

    def _show_head(self, *cells: Cell) -> None:
        known = () if self.file.size is None else (Cell(size(self.file.size), Tone.MUTED),)
        name = Cell(one_line(f"{self.short_name(self._shown_run.reference)} › {self.file.path}"), Tone.STRONG)
        self.query_one("#head", DetailLine).show_facts(name, *known, *cells)

    def action_download(self) -> None:
        """Download the whole file."""
        root = self.dashboard.opening.config.interface.download_dir.absolute()
        run, file = self._shown_run, self.file
        self.dashboard.tell(lambda session: session.download(run, [file], root))
        self.notify("Downloading; T shows the transfers")


def is_text(content: bytes) -> bool:
    """Whether the beginning of a file reads as text: no NUL, and nearly all of it UTF-8 or ASCII."""
    start = content[:_LOOKED_AT]
    if b"\x00" in start:
        return False
    broken = start.decode("utf-8", "replace").count("�")
    return broken <= 1 + len(start) // 50
