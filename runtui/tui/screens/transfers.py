"""Everything that is being downloaded, and was."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.transfer import Transfer, TransferState, totals
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.sanitise import one_line
from runtui.render.transfer_columns import TRANSFER_COLUMNS, progress_cells
from runtui.services.session import Session
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.transfer_questions import ask_about_conflicts, asking
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.virtual_table import VirtualTable

_AGAIN = (TransferState.FAILED, TransferState.CANCELLED)
_CAN: dict[str, Callable[[Transfer], bool]] = {
    "cancel": lambda transfer: not transfer.state.is_over,
    "pause": lambda transfer: transfer.state.is_moving or transfer.state is TransferState.PAUSED,
    "retry": lambda transfer: transfer.state in _AGAIN,
    "move": lambda transfer: transfer.state is TransferState.QUEUED,
    "decide": lambda transfer: transfer.state is TransferState.ASKING,
    "copy_path": lambda _: True,
}
"""For which transfers an action makes sense."""


class TransfersScreen(RuntuiScreen):
    """One line a transfer: those under way, those that wait in their order, those that are over."""

    AUTO_FOCUS = "#transfers"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "pause", "pause", id="transfers.pause", tooltip="pause the chosen, or let paused ones go on"),
        Binding("x", "cancel", "cancel", id="transfers.cancel", tooltip="cancel the marked, or the one under it"),
        Binding("N", "retry", "retry", id="transfers.retry", tooltip="begin failed or cancelled ones again"),
        Binding("a", "decide", "answer", id="transfers.answer", tooltip="say what becomes of a file in the way"),
        Binding("shift+up", "move(-1)", "sooner", id="transfers.sooner", show=False, tooltip="earlier in the queue"),
        Binding("shift+down", "move(1)", "later", id="transfers.later", show=False, tooltip="later in the queue"),
        Binding("t", "move_first", "first", id="transfers.first", show=False, tooltip="to the front of the queue"),
        Binding("C", "clear_finished", "clear", id="transfers.clear", tooltip="take those that are over off the list"),
        Binding("y,c", "copy_path", "copy", id="transfers.copy", tooltip="copy where the file is on this machine"),
    ]

    def compose(self) -> ComposeResult:
        """A summary, the table, what is known of one of them, the footer."""
        yield DetailLine(id="head")
        yield VirtualTable[int, Transfer](
            TRANSFER_COLUMNS, self.dashboard.transfers.get, self._drawing(), id="transfers"
        )
        yield DetailLine(id="about")
        yield KeyFooter(
            ("transfers.answer", "transfers.pause", "transfers.cancel", "transfers.retry", "transfers.clear"),
            id="footer",
        )

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
        """Some of them changed: only their rows are drawn again."""
        self._show()
        self.table.refresh_rows([transfer.id for transfer in transfers])
        self.refresh_bindings()

    def time_passed(self, now: datetime) -> None:
        """Nothing here has an age."""

    def _show(self) -> None:
        transfers = sorted(self.dashboard.transfers.values(), key=_place)
        self.table.show_keys([transfer.id for transfer in transfers])
        cells = progress_cells(totals(transfers), self.dashboard.glyphs)
        self.query_one("#head", DetailLine).show_facts(Cell("Transfers", Tone.STRONG), *([cell] for cell in cells))
        self._show_about()

    def _show_about(self) -> None:
        """Where the one under the cursor goes, and what to do about it when something is wrong."""
        key = self.table.cursor_key
        transfer = None if key is None else self.dashboard.transfers.get(key)
        line = self.query_one("#about", DetailLine)
        if transfer is None:
            line.show_facts()
            return
        facts = [Cell(one_line(str(transfer.target)), Tone.MUTED)]
        if transfer.error:
            facts = [Cell(one_line(transfer.error), Tone.ERROR), *facts]
        if transfer.hint:
            facts.insert(1, Cell(one_line(transfer.hint), Tone.WARNING))
        facts += [Cell(one_line(text), Tone.MUTED) for text in (transfer.note, transfer.carried_by) if text]
        line.show_facts(*facts)

    def _chosen(self, action: str = "") -> list[Transfer]:
        """The marked transfers, else the one under the cursor, as far as an action makes sense for them."""
        table, known = self.table, self.dashboard.transfers
        keys = table.marked_keys or ([table.cursor_key] if table.cursor_key is not None else [])
        chosen = [known[key] for key in keys if key in known]
        return [transfer for transfer in chosen if _CAN[action](transfer)] if action else chosen

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what makes sense for the transfers chosen."""
        if not self.is_mounted:
            return True
        if action == "clear_finished":
            return any(transfer.state.is_over for transfer in self.dashboard.transfers.values())
        kind = "move" if action == "move_first" else action
        return bool(self._chosen(kind)) if kind in _CAN else True

    def on_row_view_cursor_moved(self) -> None:
        """Other keys may work now."""
        self._show_about()
        self.refresh_bindings()

    def on_row_view_row_opened(self) -> None:
        """Answer for a transfer that asks; show the file of any other among the output files of its run."""
        key = self.table.cursor_key
        transfer = None if key is None else self.dashboard.transfers.get(key)
        if transfer is None:
            return
        if transfer.state is TransferState.ASKING:
            self.action_decide()
        elif (run := self.dashboard.index.run(transfer.run)) is not None:
            self.dashboard.open_files(run, file=transfer.file)

    def _order(self, order: Callable[[Session], object]) -> None:
        self.dashboard.tell(order)

    def action_pause(self) -> None:
        """Pause those chosen; when all of them are paused, let them go on."""
        chosen = self._chosen("pause")
        moving = [transfer.id for transfer in chosen if transfer.state.is_moving]
        paused = [transfer.id for transfer in chosen if not transfer.state.is_moving]
        if moving:
            self._order(lambda session: session.transfers.pause(moving))
        else:
            self._order(lambda session: session.transfers.resume(paused))

    def action_cancel(self) -> None:
        """Cancel those chosen; what they received stays for the next time."""
        ids = [transfer.id for transfer in self._chosen("cancel")]
        self._order(lambda session: session.transfers.cancel(ids))

    def action_retry(self) -> None:
        """Begin those chosen again where they were broken off."""
        ids = [transfer.id for transfer in self._chosen("retry")]
        self._order(lambda session: session.transfers.retry(ids))

    def action_decide(self) -> None:
        """Say what becomes of the files in the way of those chosen, or of all."""
        chosen = self._chosen("decide")
        others = [transfer for transfer in asking(list(self.dashboard.transfers.values())) if transfer not in chosen]
        ask_about_conflicts(self.dashboard, [*chosen, *others], self.dashboard.now(), self.dashboard.tell)

    def action_move(self, step: int) -> None:
        """Let those chosen have their turn sooner, or later."""
        ids = [transfer.id for transfer in self._chosen("move")]
        self._order(lambda session: session.transfers.reorder(ids, step))

    def action_move_first(self) -> None:
        """Let those chosen have the next turn."""
        ids = [transfer.id for transfer in self._chosen("move")]
        self._order(lambda session: session.transfers.reorder(ids, None))

    def action_clear_finished(self) -> None:
        """Take those that are over off the list. Their files stay."""
        over = [transfer.id for transfer in self.dashboard.transfers.values() if transfer.state.is_over]
        self._order(lambda session: session.transfers.forget(over))
        for transfer_id in over:
            del self.dashboard.transfers[transfer_id]
        self.table.forget(over)
        self._show()
        self.refresh_bindings()

    def action_copy_path(self) -> None:
        """Copy the paths on this machine."""
        chosen = self._chosen()
        if chosen:
            self.app.copy_to_clipboard("\n".join(str(transfer.target) for transfer in chosen))
            self.notify(f"Copied {len(chosen)} {'path' if len(chosen) == 1 else 'paths'}")


def _place(transfer: Transfer) -> tuple[int, int]:
    """Those that ask first, then those under way, those that wait in their order, and those over, the newest first."""
    state = transfer.state
    if state.is_over:
        return 4, -transfer.id
    if state is TransferState.QUEUED:
        return 2, transfer.place
    return (0 if state is TransferState.ASKING else 3 if state is TransferState.PAUSED else 1), transfer.id
