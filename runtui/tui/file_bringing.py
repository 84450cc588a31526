"""Downloads that a screen begins: they ask at once what becomes of another file in their way."""

from collections.abc import Sequence
from pathlib import Path

from runtui.model.on_conflict import OnConflict
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.model.transfer import Transfer
from runtui.services.session import Session
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.transfer_questions import ask_about_conflicts, asking


class BringsFiles(RuntuiScreen):
    """A screen on which downloads are begun."""

    def __init__(self) -> None:
        super().__init__()
        self._own: set[int] = set()
        """Transfers that were begun here and have not asked yet what becomes of a file in their way."""

    @property
    def download_root(self) -> Path:
        """The folder below which downloads go."""
        return self.dashboard.opening.config.interface.download_dir.absolute()

    async def bring(self, run: Run, files: Sequence[OutputFile]) -> tuple[Transfer, ...]:
        """Queue files to be downloaded; the transfers as they were queued. Raises RuntuiError."""
        root = self.download_root

        async def queue(session: Session) -> tuple[Transfer, ...]:
            return session.download(run, files, root, on_conflict=OnConflict.ASK)

        added = await self.ask(queue)
        self._own.update(transfer.id for transfer in added)
        for transfer in added:
            self.dashboard.transfers.setdefault(transfer.id, transfer)
        return added

    def transfers_changed(self, transfers: Sequence[Transfer]) -> None:
        """Ask about files in the way of what was begun here."""
        super().transfers_changed(transfers)
        if self.is_current and any(transfer.id in self._own for transfer in asking(transfers)):
            every = [one for one in self.dashboard.transfers.values() if one.id in self._own]
            self._own.difference_update(one.id for one in asking(every))
            ask_about_conflicts(self.dashboard, every, self.dashboard.now(), self.dashboard.tell)
