"""One output file, looked into."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.errors import RuntuiError
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.model.transfer import Transfer, TransferState
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.sanitise import one_line
from runtui.tui.file_bringing import BringsFiles
from runtui.tui.file_preview import FilePreview
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.preview_pane import PreviewPane


class PreviewScreen(BringsFiles):
    """Text, tables, JSON, images and archives as what they are, anything else as bytes.

    Only what is shown is fetched.
    """

    AUTO_FOCUS = "#preview-text"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "download", "download", id="files.download_shown"),
        Binding("x", "show_bytes", "bytes", id="preview.bytes", tooltip="show the bytes, or what they mean"),
        Binding("r", "read_again", "read again", id="preview.again", show=False),
        Binding("y,c", "copy_path", "copy", id="preview.copy", show=False, tooltip="copy the path"),
    ]

    def __init__(self, run: Run, file: OutputFile) -> None:
        super().__init__()
        self._shown_run = run
        self.file = file
        self._preview: FilePreview | None = None
        self._begun: set[int] = set()
        """Downloads that were begun here and are not over."""

    def compose(self) -> ComposeResult:
        """The file's facts and what is in it."""
        yield DetailLine(id="head")
        yield PreviewPane(DrawContext(self.dashboard.now(), self.dashboard.glyphs), id="preview")
        yield KeyFooter(("files.download_shown", "preview.fold", "preview.bytes", "log.wrap"), id="footer")

    def on_mount(self) -> None:
        """Fetch the beginning."""
        self._preview = FilePreview(self, self.query_one(PreviewPane), shows_large=True)
        self.action_read_again()

    @property
    def preview(self) -> FilePreview:
        """What is fetched and shown."""
        assert self._preview is not None
        return self._preview

    def action_read_again(self) -> None:
        """Fetch it anew."""
        self.preview.show(self._shown_run, self.file)

    def preview_changed(self) -> None:
        """Say what is shown."""
        name = Cell(one_line(f"{self.short_name(self._shown_run.reference)} › {self.file.path}"), Tone.STRONG)
        self.query_one("#head", DetailLine).show_facts(name, *self.preview.facts())
        self.query_one(PreviewPane).focus_shown()

    @on(PreviewPane.MoreWanted)
    def _more_wanted(self, message: PreviewPane.MoreWanted) -> None:
        self.preview.more_wanted(message)

    @on(PreviewPane.Sorted)
    def _sorted(self) -> None:
        self.preview.sorted_anew()

    def action_show_bytes(self) -> None:
        """Show the bytes themselves, or again what they mean."""
        self.preview.show_bytes()

    @work(group="download")
    async def action_download(self) -> None:
        """Download the whole file."""
        try:
            added = await self.bring(self._shown_run, [self.file])
        except RuntuiError as error:
            self.show_error(error)
            return
        self.notify("Downloading; T shows the transfers")
        self._begun.update(transfer.id for transfer in added)
        self.transfers_changed([self.dashboard.transfers[transfer.id] for transfer in added])

    def transfers_changed(self, transfers: Sequence[Transfer]) -> None:
        """Say what came of the downloads that were begun here: nothing else here would."""
        super().transfers_changed(transfers)
        for transfer in transfers:
            if transfer.id in self._begun and transfer.state.is_over:
                self._begun.discard(transfer.id)
                self._say_end(transfer)

    def _say_end(self, transfer: Transfer) -> None:
        if transfer.state is TransferState.FAILED:
            said = one_line(transfer.error), one_line(transfer.hint)
            self.notify("\n".join(said).rstrip(), title="Download failed", severity="error", markup=False, timeout=8)
        elif transfer.state in (TransferState.DONE, TransferState.SKIPPED):
            self.notify(one_line(str(transfer.target)), title="The file is here", markup=False)

    def action_copy_path(self) -> None:
        """Copy the file's path."""
        self.app.copy_to_clipboard(self.file.path)
        self.notify(f"Copied {one_line(self.file.path, 60)}", markup=False)
