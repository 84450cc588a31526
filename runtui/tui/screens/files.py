"""The output files of a run: a tree of them, what is in the one under the cursor, and their downloads."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from runtui.model.delta import Delta
from runtui.model.errors import RuntuiError
from runtui.model.output_file import FileListing, OutputFile
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.transfer import Transfer, TransferState
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.file_filter import file_filter
from runtui.render.file_tree import FileTree, listing_summary, size_text
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_cell
from runtui.render.transfer_columns import TRANSFER_COLUMNS
from runtui.render.units import count, counted, size
from runtui.services.transfer_layout import run_folder
from runtui.styles_folder import style_sheets
from runtui.tui.error_cells import error_cell, error_lines
from runtui.tui.file_actions import ActsOnFiles
from runtui.tui.file_preview import REST, FilePreview
from runtui.tui.tree_arranging import ArrangesTree
from runtui.tui.widgets.detail_line import DetailLine, Fact
from runtui.tui.widgets.file_tree_view import FileTreeView
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.preview_pane import PreviewPane
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.rule import Rule
from runtui.tui.widgets.virtual_table import VirtualTable

LOOK_EVERY = 5.0
"""Seconds between two listings of a live run's files."""
SHOWN_TRANSFERS = 4
WIDE = 120
"""Columns from which on the file under the cursor is shown beside the tree."""
BUILT_AT_ONCE = 2_000
"""Files of which a tree is made without a thread: fewer than a person would notice."""
_SHOWN_COLUMNS = tuple(column for column in TRANSFER_COLUMNS if column.key != "run")


class FilesScreen(ArrangesTree, ActsOnFiles):
    """A tree of the run's files, a preview beside it, its downloads below."""

    CSS_PATH = style_sheets("files")

    AUTO_FOCUS = "#files"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012  # as the framework declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "edit_filter", "filter", id="files.filter", key_display="/"),
        Binding("plus", "mark_pattern", "mark by pattern", id="files.mark_pattern", key_display="+", show=False),
        Binding("l", "open_log", "log of the run", id="files.log", show=False),
        Binding("x", "cancel", "cancel", id="transfers.cancel_here", tooltip="cancel this run's downloads"),
    ]

    def __init__(self, reference: RunReference, *, file: OutputFile | None = None) -> None:
        super().__init__()
        self.reference = reference
        self._wanted_path = file.path if file is not None else None
        self._listing: FileListing | None = None
        self._problem: RuntuiError | None = None
        self._filter = ""
        self._is_busy = False
        """Whether a download of this run is under way."""
        self._preview: FilePreview | None = None
        self._previewed: OutputFile | None = None

    def compose(self) -> ComposeResult:
        """Facts, filter, tree and preview, downloads, footer."""
        yield DetailLine(id="head")
        yield FilterLine("filter: text, *.dat, !not", id="filter")
        yield FilterLine("mark: *.dat, 100/*, text, !not", sign="+", id="pattern")
        with Horizontal(id="body"):
            yield FileTreeView(self._drawing(), id="files")
            with Vertical(id="aside"):
                yield Rule(id="aside-title")
                yield PreviewPane(self._drawing(), id="preview")
        yield VirtualTable[int, Transfer](_SHOWN_COLUMNS, self.dashboard.transfers.get, self._drawing(), id="downloads")
        yield KeyFooter(
            ("files.download", "list.mark", "list.open", "files.filter", "files.sort", "files.open"), id="footer"
        )

    def on_mount(self) -> None:
        """Fetch the listing, and again while the run lives."""
        self._preview = FilePreview(self, self.query_one(PreviewPane), shows_large=False)
        self.listed.set_waiting(True, "Asking for files …")
        self.query_one("#downloads", VirtualTable).set_title("Downloads")
        self.bring_back_look()
        self._show_head()
        self._show_downloads()
        self._fetch()
        self.set_interval(LOOK_EVERY, self._look_again)

    @property
    def run_of_files(self) -> Run | None:
        """The run as it is known now."""
        return self.dashboard.index.run(self.reference)

    @property
    def folder(self) -> Path | None:
        """Where downloads of the run go."""
        run, layout = self.run_of_files, self.dashboard.opening.config.interface.download_layout
        return None if run is None else run_folder(self.download_root, run, layout)

    def _drawing(self) -> DrawContext:
        return DrawContext(now=self.dashboard.now(), glyphs=self.dashboard.glyphs)

    # The listing

    @work(exclusive=True, group="listing")
    async def _fetch(self) -> None:
        run = self.run_of_files
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
                await self._show_tree()
        self._say_why_empty()
        self._show_head()

    def _look_again(self) -> None:
        run = self.run_of_files
        if run is not None and not run.status.is_final and self.is_current:
            self._fetch()

    def runs_changed(self, delta: Delta) -> None:
        """A run that ended has other files."""
        run = delta.changed.get(self.reference)
        if run is not None and run.status.is_final:
            self._fetch()
        self._show_head()

    async def _show_tree(self) -> None:
        """Show the listing as it is filtered; a large one is made into a tree in a thread, so that keys go on."""
        files = self._listing.files if self._listing is not None else ()
        wanted = file_filter(self._filter)
        if len(files) <= BUILT_AT_ONCE:
            tree = FileTree(files, wanted)
        else:
            tree = await asyncio.to_thread(FileTree, files, wanted)
        self.listed.show_tree(tree, all_open=bool(self._filter))
        if self._wanted_path is not None and self.listed.move_to_file(self._wanted_path):
            self._wanted_path = None
        self._show_summary()

    @work(exclusive=True, group="tree")
    async def _refilter(self) -> None:
        await self._show_tree()
        self._say_why_empty()

    def _say_why_empty(self) -> None:
        self.listed.set_waiting(False)
        if self._problem is not None:
            self.listed.set_empty(*error_lines(self._problem), "r asks again.")
        elif self._filter:
            self.listed.set_empty("No file matches.", "Esc clears the filter.")
        else:
            run = self.run_of_files
            lives = run is not None and not run.status.is_final
            self.listed.set_empty("No output files yet." if lives else "The run has no output files.")

    # What is shown

    def time_passed(self, now: datetime) -> None:
        """Ages move on."""
        self.listed.set_context(self._drawing())
        self.listed.refresh_times()

    def _show_head(self) -> None:
        run, listing = self.run_of_files, self._listing
        name = [Cell(one_line(self.short_name(self.reference), 48), Tone.STRONG)]
        if run is not None:
            sign = status_cell(run.status, run.status_text, self.dashboard.glyphs)
            name.append(Cell(f" {sign.text[:1]}", sign.tone))
        name.append(Cell(" › files"))
        facts: list[Fact] = [name]
        if listing is not None:
            facts.append(Cell(listing_summary(listing), Tone.MUTED))
            facts.extend(_problem_cells(listing.problems))
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
        self.query_one("#filter", FilterLine).show_summary(*cells)

    @on(RowView.MarksChanged, "#files")
    def _marks_changed(self) -> None:
        self._show_summary()

    # The preview

    @property
    def _shows_preview(self) -> bool:
        return self.size.width >= WIDE and not self.has_class("-alone")

    def look_changed(self) -> None:
        """The preview may be wanted, or no longer."""
        self.set_class(not self.look.has_preview, "-alone")
        self._look_into()

    def on_resize(self) -> None:
        """There may be room for a preview now."""
        self._look_into()

    @on(RowView.CursorMoved, "#files")
    def _look_into(self) -> None:
        """Show what is in the file under the cursor, once it rests there."""
        preview, run, file = self._preview, self.run_of_files, self.listed.cursor_file
        if preview is None or not self._shows_preview or run is None:
            if preview is not None and self._previewed is not None:
                self._previewed = None
                preview.clear()
            return
        if file is None:
            self._previewed = None
            preview.clear(*self._folder_words())
        elif file != self._previewed:
            self._previewed = file
            preview.show(run, file, after=REST)

    def _folder_words(self) -> tuple[str, ...]:
        folder = self.listed.cursor_folder
        if folder is None:
            return ()
        held = size_text(folder.size, is_partial=folder.unsized > 0)
        return one_line(folder.path, 60), f"{counted(folder.file_count, 'file')}, {held}"

    def preview_changed(self) -> None:
        """Say what is shown."""
        preview = self._preview
        look = preview.look if preview is not None else None
        title = one_line(look.file.name, 40) if look is not None else ""
        cells = preview.facts() if preview is not None else []
        spaced = [Cell(f" · {cell.text}" if place else cell.text, cell.tone) for place, cell in enumerate(cells)]
        self.query_one("#aside-title", Rule).show_title(title, *spaced)

    @on(PreviewPane.MoreWanted)
    def _more_wanted(self, message: PreviewPane.MoreWanted) -> None:
        if self._preview is not None:
            self._preview.more_wanted(message)

    @on(PreviewPane.Sorted)
    def _preview_sorted(self) -> None:
        if self._preview is not None:
            self._preview.sorted_anew()

    # Filter and marks

    def action_edit_filter(self) -> None:
        """Type a filter."""
        self.query_one("#filter", FilterLine).begin()

    @on(FilterLine.FilterChanged, "#filter")
    def _filter_typed(self, message: FilterLine.FilterChanged) -> None:
        self._filter = message.text
        self._refilter()

    @on(FilterLine.FilterAccepted, "#filter")
    @on(FilterLine.FilterCancelled, "#filter")
    def _filter_left(self) -> None:
        self.listed.focus()

    def action_mark_pattern(self) -> None:
        """Mark the files that fit a pattern, those in closed folders too."""
        line = self.query_one("#pattern", FilterLine)
        line.add_class("-typing")
        line.begin()

    @on(FilterLine.FilterAccepted, "#pattern")
    def _mark_matching(self, message: FilterLine.FilterAccepted) -> None:
        wanted = file_filter(message.text)
        files = self._listing.files if self._listing is not None else ()
        found = [file for file in files if wanted is not None and wanted(file.path)]
        self.listed.mark_files(found)
        if not found:
            self.notify(f"No file fits {one_line(message.text, 40)}", markup=False)
        self._leave_pattern()

    @on(FilterLine.FilterCancelled, "#pattern")
    def _leave_pattern(self) -> None:
        line = self.query_one("#pattern", FilterLine)
        line.clear()
        line.remove_class("-typing")
        self.listed.focus()

    def action_back(self) -> None:
        """Clear the marks, else the filter, else go back."""
        if self.query_one("#preview").has_focus_within:
            self.listed.focus()
        elif not (self.listed.clear_marks() or self.query_one("#filter", FilterLine).clear()):
            super().action_back()

    # Files

    def chosen_files(self) -> list[OutputFile]:
        """The marked files, else the file under the cursor, else all below the folder."""
        tree = self.listed
        marked = tree.marked_files
        if marked:
            return marked
        if tree.cursor_folder is not None:
            return list(tree.cursor_folder.all_files())
        return [tree.cursor_file] if tree.cursor_file is not None else []

    def downloads_began(self) -> None:
        """The marks have served."""
        self.listed.clear_marks()
        self._show_downloads()

    def transfers_changed(self, transfers: Sequence[Transfer]) -> None:
        """Show how the run's downloads do."""
        super().transfers_changed(transfers)
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
        self.listed.show_transfers(sorted(own, key=lambda transfer: transfer.id))

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
        return self._is_busy if action == "cancel" else super().check_action(action, parameters)

    @on(RowView.RowOpened, "#files")
    def _file_opened(self) -> None:
        file, run = self.listed.cursor_file, self.run_of_files
        if file is not None and run is not None:
            from runtui.tui.screens.preview import PreviewScreen

            self.app.push_screen(PreviewScreen(run, file))

    @on(RowView.RowOpened, "#downloads")
    def _download_opened(self, message: RowView.RowOpened) -> None:
        transfer = next((each for each in self.dashboard.transfers.values() if each.id == message.key), None)
        if transfer is not None and self.listed.move_to_file(transfer.file.path):
            self.listed.focus()

    def action_open_log(self) -> None:
        """Show the log of the run."""
        run = self.run_of_files
        if run is not None:
            self.dashboard.open_log(run)


def _problem_cells(problems: Sequence[str]) -> list[Cell]:
    """The first problem of a listing, and how many more there are."""
    more = f"  and {len(problems) - 1} more" if len(problems) > 1 else ""
    return [Cell(f"{one_line(problems[0])}{more}", Tone.WARNING)] if problems else []


def _most_telling(transfer: Transfer) -> tuple[int, int]:
    """Those under way first, then those that failed, the newest first."""
    rank = 0 if not transfer.state.is_over else 1 if transfer.state is TransferState.FAILED else 2
    return rank, transfer.id if rank == 0 else -transfer.id


def _short(path: Path) -> str:
    home = Path.home()
    return one_line(f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path), 60)
