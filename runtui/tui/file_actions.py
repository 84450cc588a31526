"""What one does with chosen output files, on every screen that lists some."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType

from runtui.model.capability import Capability
from runtui.model.errors import RuntuiError
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.model.transfer import Transfer, TransferState
from runtui.render.sanitise import one_line
from runtui.tui.file_bringing import BringsFiles
from runtui.tui.file_opener import Program, has_desktop, program_for, run_program
from runtui.tui.output_watching import WatchesOutputs


class ActsOnFiles(BringsFiles, WatchesOutputs):
    """Download, open, copy. A screen says which files are chosen and of which run."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "download", "download", id="files.download", tooltip="download the marked, or what is under it"),
        Binding("o", "open_file", "open", id="files.open", tooltip="download if need be, and open on this machine"),
        Binding("u", "publish", "publish", id="files.publish", show=False, tooltip="let others use the output file"),
        Binding("y,c", "copy_path", "copy", id="files.copy", tooltip="copy the path"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._opens_when_here: set[int] = set()
        """Transfers after which the file is to be opened."""

    @property
    def run_of_files(self) -> Run | None:
        """The run whose files they are, as it is known now."""
        raise NotImplementedError

    def chosen_files(self) -> list[OutputFile]:
        """The files a key is about."""
        raise NotImplementedError

    def downloads_began(self) -> None:
        """Downloads were begun: what was chosen may be let go."""

    def runs_to_watch(self) -> Sequence[Run]:
        """The run whose files they are."""
        run = self.run_of_files
        return () if run is None else (run,)

    def action_download(self) -> None:
        """Download the chosen files."""
        files = self.chosen_files()
        if files:
            self._download(files, opens=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Publishing is offered only where the service does it."""
        run = self.run_of_files if action == "publish" else None
        return run is None or Capability.PUBLISH in self.dashboard.capabilities.get(run.profile, frozenset())

    def action_publish(self) -> None:
        """Show the form for publishing the chosen file."""
        from runtui.tui.screens.publish import PublishScreen

        run, files = self.run_of_files, self.chosen_files()
        if run is not None and len(files) == 1:
            self.app.push_screen(PublishScreen(run, files[0]))
        else:
            self.notify("Files are published one at a time: mark or choose one", severity="warning")

    def action_open_file(self) -> None:
        """Open the chosen file on this machine, once it is here."""
        files = self.chosen_files()
        if len(files) != 1:
            self.notify("o opens one file: mark or choose one")
            return
        here = self._here(files[0])
        if here is not None:
            self._open(here)
        else:
            self._download(files, opens=True)

    def _here(self, file: OutputFile) -> Path | None:
        """Where the file is on this machine, when this session brought it."""
        run = self.run_of_files
        done = [
            transfer.target
            for transfer in self.dashboard.transfers.values()
            if run is not None
            and transfer.run == run.reference
            and transfer.file.path == file.path
            and transfer.state in (TransferState.DONE, TransferState.SKIPPED)
        ]
        return done[-1] if done else None

    @work(group="download")
    async def _download(self, files: Sequence[OutputFile], *, opens: bool) -> None:
        run = self.run_of_files
        if run is None:
            return
        try:
            added = await self.bring(run, files)
        except RuntuiError as error:
            self.show_error(error)
            return
        if opens:
            self._opens_when_here.update(transfer.id for transfer in added)
        self.downloads_began()
        self.transfers_changed([self.dashboard.transfers[transfer.id] for transfer in added])

    def transfers_changed(self, transfers: Sequence[Transfer]) -> None:
        """Open the files that were fetched for that."""
        for transfer in transfers:
            self._open_when_here(transfer)
        super().transfers_changed(transfers)

    def _open_when_here(self, transfer: Transfer) -> None:
        if transfer.id in self._opens_when_here and transfer.state.is_over:
            self._opens_when_here.discard(transfer.id)
            if transfer.state in (TransferState.DONE, TransferState.SKIPPED):
                self._open(transfer.target)

    def _open(self, path: Path) -> None:
        try:
            program = program_for(path, os.environ)
            if program is None:
                self._say_where(path)
            else:
                self._run_program(program, path)
        except OSError as error:
            self.notify(f"{path} cannot be opened: {error.strerror or error}", severity="error", markup=False)

    def _run_program(self, program: Program, path: Path) -> None:
        if not program.takes_terminal:
            run_program(program)
            return
        try:
            with self.app.suspend():
                run_program(program)
        except SuspendNotSupported:
            self._say_where(path)

    def _say_where(self, path: Path) -> None:
        """Nothing here can show it: say where it is, and how to look at it elsewhere."""
        self.app.copy_to_clipboard(str(path))
        hint = (
            ""
            if has_desktop(os.environ)
            else "This machine has no desktop. Fetch it with scp, or look at it here with Enter."
        )
        self.notify(f"The file is here, its path is copied:\n{one_line(str(path))}\n{hint}", markup=False, timeout=10)

    def action_copy_path(self) -> None:
        """Copy the paths of the chosen files."""
        files = self.chosen_files()
        if files:
            self.app.copy_to_clipboard("\n".join(file.path for file in files))
            what = one_line(files[0].path, 60) if len(files) == 1 else f"{len(files)} paths"
            self.notify(f"Copied {what}", markup=False)
