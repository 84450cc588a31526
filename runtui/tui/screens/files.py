"""The output files of a run, and bringing them home."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.delta import Delta
from runtui.model.errors import RuntuiError
from runtui.model.output_file import FileListing, OutputFile
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.transfer import Transfer, TransferState
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.file_filter import file_filter
from runtui.render.file_tree import FileOrder, FileTree, listing_summary
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_cell
from runtui.render.transfer_columns import TRANSFER_COLUMNS
from runtui.render.units import count, size
from runtui.services.session import Session
from runtui.services.transfer_layout import run_folder
from runtui.tui.error_cells import error_cell, error_lines
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.detail_line import DetailLine, Fact
from runtui.tui.widgets.file_tree_view import FileTreeView
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.virtual_table import VirtualTable

LOOK_EVERY = 5.0
"""Seconds between two listings of a live run's files."""
SHOWN_TRANSFERS = 4
_SHOWN_COLUMNS = tuple(column for column in TRANSFER_COLUMNS if column.key != "run")


class FilesScreen(RuntuiScreen):
    """A tree of the run's files, its downloads below."""

    AUTO_FOCUS = "#files"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "download", "download", id="files.download", tooltip="download the marked, or what is under it"),
        Binding("slash", "edit_filter", "filter", id="files.filter", key_display="/"),
        Binding("s", "sort", "sort", id="files.sort", tooltip="sort by name, size or date"),
        Binding("l", "open_log", "log of the run", id="files.log", show=False),
        Binding("y,c", "copy_path", "copy", id="files.copy", tooltip="copy the path"),
        Binding("x", "cancel", "cancel", id="transfers.cancel_here", tooltip="cancel this run's downloads"),
    ]

    def __init__(self, reference: RunReference, *, file_id: str | None = None) -> None:
        super().__init__()
        self.reference = reference
        self._wanted_file = file_id
        self._listing: FileListing | None = None
        self._problem: RuntuiError | None = None
        self._filter = ""
        self._is_busy = False
        """Whether a download of this run is under way."""
        self._order, self._descending = FileOrder.NAME, False

    def compose(self) -> ComposeResult:
        """Facts, filter, tree, downloads, footer."""
        yield DetailLine(id="head")
        yield FilterLine("filter: text, *.dat, !not", id="filter")
        yield FileTreeView(self._drawing(), id="files")
        yield VirtualTable[int, Transfer](_SHOWN_COLUMNS, self.dashboard.transfers.get, self._drawing(), id="downloads")
        yield KeyFooter(
            ("files.download", "list.mark", "list.open", "files.filter", "files.sort", "files.copy"), id="footer"
        )

    def on_mount(self) -> None:
        """Fetch the listing, and again while the run lives."""
        self.listed.set_waiting(True, "Asking for files …")
        self.query_one("#downloads", VirtualTable).set_title("Downloads")
        self._show_head()
        self._show_downloads()
        self._fetch()
        self.set_interval(LOOK_EVERY, self._look_again)

    @property
    def listed(self) -> FileTreeView:
        """The tree of files."""
        return self.query_one(FileTreeView)

    @property
    def run(self) -> Run | None:
        """The run as it is known now."""
        return self.dashboard.index.run(self.reference)

    @property
    def folder(self) -> Path | None:
        """Where downloads of the run go."""
        root, run = self._download_root(), self.run
        return None if run is None else run_folder(root, run)

    def _download_root(self) -> Path:
        return self.dashboard.opening.config.interface.download_dir.absolute()

    def _drawing(self) -> DrawContext:
        return DrawContext(now=self.dashboard.now(), glyphs=self.dashboard.glyphs)

    # the listing

    @work(exclusive=True, group="listing")
    async def _fetch(self) -> None:
        run = self.run
        if run is None:
            return
        try:
            listing = await self.ask(lambda session: session.output_files(run))
        except RuntuiError as error:
            self._problem = error
        else:
            self._problem = None
            if listing != self._listing:
                self._listing = listing
                self._show_tree()
        self._say_why_empty()
        self._show_head()

    def _look_again(self) -> None:
        run = self.run
        if run is not None and not run.status.is_final and self.is_current:
            self._fetch()

    def runs_changed(self, delta: Delta) -> None:
        """A run that ended has other files."""
        run = delta.changed.get(self.reference)
        if run is not None and run.status.is_final:
            self._fetch()
        self._show_head()

    def _show_tree(self) -> None:
        files = self._listing.files if self._listing is not None else ()
        self.listed.show_tree(FileTree(files, file_filter(self._filter)), all_open=bool(self._filter))
        if self._wanted_file is not None and self.listed.move_to_key((False, self._wanted_file)):
            self._wanted_file = None
        self._show_summary()

    def _say_why_empty(self) -> None:
        self.listed.set_waiting(False)
        if self._problem is not None:
            self.listed.set_empty(*error_lines(self._problem))
        elif self._filter:
            self.listed.set_empty("No file matches.", "Esc clears the filter.")
        else:
            run = self.run
            lives = run is not None and not run.status.is_final
            self.listed.set_empty("No output files yet." if lives else "The run has no output files.")

    # what is shown

    def time_passed(self, now: datetime) -> None:
        """Ages move on."""
        self.listed.set_context(self._drawing())
        self.listed.refresh_times()

    def _show_head(self) -> None:
        run, listing = self.run, self._listing
        name = [Cell(one_line(self.short_name(self.reference), 48), Tone.STRONG)]
        if run is not None:
            sign = status_cell(run.status, run.status_text, self.dashboard.glyphs)
            name.append(Cell(f" {sign.text[:1]}", sign.tone))
        name.append(Cell(" › files"))
        facts: list[Fact] = [name]
        if listing is not None:
            facts.append(Cell(listing_summary(listing), Tone.MUTED))
            facts.extend(Cell(one_line(problem), Tone.WARNING) for problem in listing.problems[:1])
        if self._problem is not None and listing is not None:
            facts.append(error_cell(self._problem))
        folder = self.folder
        to = () if folder is None else (Cell(f"→ {_short(folder)}", Tone.FAINT),)
        self.query_one("#head", DetailLine).show_facts(*facts, right=to)

    def _show_summary(self) -> None:
        marked = self.listed.marked_files
        cells: list[Cell] = []
        if marked:
            known = sum(file.size or 0 for file in marked)
            cells.append(Cell(f"{count(len(marked))} marked · {size(known)}", Tone.ACCENT))
        self.query_one(FilterLine).show_summary(*cells)

    @on(RowView.MarksChanged)
    def _marks_changed(self) -> None:
        self._show_summary()

    # filter and order

    def action_edit_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterLine).begin()

    @on(FilterLine.FilterChanged)
    def _filter_typed(self, message: FilterLine.FilterChanged) -> None:
        self._filter = message.text
        self._show_tree()
        self._say_why_empty()

    @on(FilterLine.FilterAccepted)
    @on(FilterLine.FilterCancelled)
    def _filter_left(self) -> None:
        self.listed.focus()

    def action_sort(self) -> None:
        """Sort by name, size or date in turn."""
        orders = list(FileOrder)
        self._order = orders[(orders.index(self._order) + 1) % len(orders)]
        self._descending = self._order is not FileOrder.NAME
        self.listed.set_order(self._order, descending=self._descending)

    @on(VirtualTable.SortRequested)
    def _heading_clicked(self, message: VirtualTable.SortRequested) -> None:
        if message.column in list(FileOrder):
            order = FileOrder(message.column)
            self._descending = not self._descending if order is self._order else order is not FileOrder.NAME
            self._order = order
            self.listed.set_order(order, descending=self._descending)

    def action_back(self) -> None:
        """Clear the marks, else the filter, else go back."""
        if self.listed.clear_marks() or self.query_one(FilterLine).clear():
            return
        super().action_back()

    # files

    def _chosen_files(self) -> list[OutputFile]:
        tree = self.listed
        if tree.marked_files:
            return tree.marked_files
        if tree.cursor_folder is not None:
            return list(tree.cursor_folder.all_files())
        return [tree.cursor_file] if tree.cursor_file is not None else []

    def action_download(self) -> None:
        """Download the marked files, else the file under the cursor, else all below the folder."""
        files = self._chosen_files()
        if files:
            self._download(files)

    @work(group="download")
    async def _download(self, files: list[OutputFile]) -> None:
        run, root = self.run, self._download_root()
        if run is None:
            return

        async def queue(session: Session) -> tuple[Transfer, ...]:
            return session.download(run, files, root)

        try:
            added = await self.ask(queue)
        except RuntuiError as error:
            self.show_error(error)
            return
        self.dashboard.transfers.update((transfer.id, transfer) for transfer in added)
        self.listed.clear_marks()
        self._show_downloads()

    def transfers_changed(self, transfers: Sequence[Transfer]) -> None:
        """Show how the run's downloads do."""
        if any(transfer.run == self.reference for transfer in transfers):
            self._show_downloads()

    def _show_downloads(self) -> None:
        own = [transfer for transfer in self.dashboard.transfers.values() if transfer.run == self.reference]
        own.sort(key=_most_telling)
        if self._is_busy != (is_busy := any(not transfer.state.is_over for transfer in own)):
            self._is_busy = is_busy
            self.refresh_bindings()
        table = self.query_one("#downloads", VirtualTable)
        table.display = bool(own)
        table.styles.height = min(len(own), SHOWN_TRANSFERS) + 1
        table.set_context(self._drawing())
        table.show_keys([transfer.id for transfer in own])
        table.refresh_rows([transfer.id for transfer in own])
        verified = {transfer.file.id: transfer.verified for transfer in own if transfer.state is TransferState.DONE}
        self.listed.set_verified(verified)

    def action_cancel(self) -> None:
        """Cancel the downloads of this run that are under way."""
        ids = [
            transfer.id
            for transfer in self.dashboard.transfers.values()
            if transfer.run == self.reference and not transfer.state.is_over
        ]
        self.dashboard.tell(lambda session: session.transfers.cancel(ids))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Cancelling is offered only while something is under way."""
        return self._is_busy if action == "cancel" else True

    @on(RowView.RowOpened, "#files")
    def _file_opened(self) -> None:
        file, run = self.listed.cursor_file, self.run
        if file is not None and run is not None:
            from runtui.tui.screens.preview import PreviewScreen

            self.app.push_screen(PreviewScreen(run, file))

    @on(RowView.RowOpened, "#downloads")
    def _download_opened(self, message: RowView.RowOpened) -> None:
        transfer = next((each for each in self.dashboard.transfers.values() if each.id == message.key), None)
        if transfer is not None and self.listed.move_to_key((False, transfer.file.id)):
            self.listed.focus()

    def action_open_log(self) -> None:
        """Show the log of the run."""
        run = self.run
        if run is not None:
            self.dashboard.open_log(run)

    def action_copy_path(self) -> None:
        """Copy the paths of the chosen files."""
        files = self._chosen_files()
        if files:
            self.app.copy_to_clipboard("\n".join(file.path for file in files))
            what = one_line(files[0].path, 60) if len(files) == 1 else f"{len(files)} paths"
            self.notify(f"Copied {what}", markup=False)


def _most_telling(transfer: Transfer) -> tuple[int, int]:
    """Those under way first, then those that failed, the newest first."""
    rank = 0 if not transfer.state.is_over else 1 if transfer.state is TransferState.FAILED else 2
    return rank, transfer.id if rank == 0 else -transfer.id


def _short(path: Path) -> str:
    home = Path.home()
    return one_line(f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path), 60)
