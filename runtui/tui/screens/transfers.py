"""Everything that is being downloaded, and was."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.transfer import Transfer, TransferState
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.transfer_columns import TRANSFER_COLUMNS
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.transfer_gauge import transfer_gauge
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.virtual_table import VirtualTable

_AGAIN = (TransferState.FAILED, TransferState.CANCELLED)


class TransfersScreen(RuntuiScreen):
    """One line a transfer, those under way first."""

    AUTO_FOCUS = "#transfers"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "cancel", "cancel", id="transfers.cancel", tooltip="cancel the marked, or the one under it"),
        Binding("N", "retry", "retry", id="transfers.retry", tooltip="begin failed or cancelled ones again"),
        Binding("y,c", "copy_path", "copy", id="transfers.copy", tooltip="copy where the file is on this machine"),
    ]

    def compose(self) -> ComposeResult:
        """A summary, the table, the footer."""
        yield DetailLine(id="head")
        yield VirtualTable[int, Transfer](
            TRANSFER_COLUMNS, self.dashboard.transfers.get, self._drawing(), id="transfers"
        )
        yield KeyFooter(("transfers.cancel", "transfers.retry", "transfers.copy", "list.mark"), id="footer")

    def on_mount(self) -> None:
        """Show what there is."""
        self.table.set_empty("Nothing has been downloaded.", "d on an output file downloads it.")
        self._show()

    @property
    def table(self) -> VirtualTable[int, Transfer]:
        """The table of transfers."""
        return self.query_one("#transfers", VirtualTable)

    def _drawing(self) -> DrawContext:
        dashboard = self.dashboard
        return DrawContext(dashboard.now(), dashboard.glyphs, short_ids=dashboard.index.short_ids)

    def transfers_changed(self, transfers: Sequence[Transfer]) -> None:
        """Some of them changed."""
        self._show()
        self.table.refresh_rows([transfer.id for transfer in transfers])
        self.refresh_bindings()

    def time_passed(self, now: datetime) -> None:
        """Nothing here has an age."""

    def _show(self) -> None:
        transfers = sorted(self.dashboard.transfers.values(), key=lambda each: (each.state.is_over, -each.id))
        self.table.show_keys([transfer.id for transfer in transfers])
        gauge = transfer_gauge(transfers) or (Cell(f"{len(transfers)} done", Tone.MUTED),)
        self.query_one("#head", DetailLine).show_facts(Cell("Transfers", Tone.STRONG), gauge if transfers else ())

    def _chosen(self) -> list[Transfer]:
        keys = self.table.marked_keys or ([self.table.cursor_key] if self.table.cursor_key is not None else [])
        return [self.dashboard.transfers[key] for key in keys if key in self.dashboard.transfers]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what makes sense for the transfers chosen."""
        if not self.is_mounted or action not in ("cancel", "retry"):
            return True
        chosen = self._chosen()
        if action == "cancel":
            return any(not transfer.state.is_over for transfer in chosen)
        return any(transfer.state in _AGAIN for transfer in chosen)

    def on_row_view_cursor_moved(self) -> None:
        """Other keys may work now."""
        self.refresh_bindings()

    def on_row_view_row_opened(self) -> None:
        """Show the file among the output files of its run."""
        key = self.table.cursor_key
        transfer = None if key is None else self.dashboard.transfers.get(key)
        run = None if transfer is None else self.dashboard.index.run(transfer.run)
        if transfer is not None and run is not None:
            self.dashboard.open_files(run, file=transfer.file)

    def action_cancel(self) -> None:
        """Cancel those chosen; what they received stays for the next time."""
        ids = [transfer.id for transfer in self._chosen() if not transfer.state.is_over]
        self.dashboard.tell(lambda session: session.transfers.cancel(ids))

    def action_retry(self) -> None:
        """Begin those chosen again where they were broken off."""
        ids = [transfer.id for transfer in self._chosen() if transfer.state in _AGAIN]
        self.dashboard.tell(lambda session: session.transfers.retry(ids))

    def action_copy_path(self) -> None:
        """Copy the paths on this machine."""
        chosen = self._chosen()
        if chosen:
            self.app.copy_to_clipboard("\n".join(str(transfer.target) for transfer in chosen))
            self.notify(f"Copied {len(chosen)} {'path' if len(chosen) == 1 else 'paths'}")
