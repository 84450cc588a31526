"""Downloads of the dashboard: which run has one file alone, how all of them stand, and what lies on the disk."""

from pathlib import Path

from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.transfer import TransferState
from runtui.tui.screens.files import FilesScreen
from tests.support.dashboard import Dashboard
from tests.support.ways import to_files

CONTROL = "airFoil2D/system/controlDict"
"""A small file that runs of the simulated Rescale have."""


def rotation(dash: Dashboard) -> Run:
    """A run whose one output is an image."""
    runs = dash.app.index.runs.values()
    return next(run for run in runs if run.status is Status.SUCCEEDED and run.job == "image-rotation")


def saved_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its name."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def all_are(dash: Dashboard, *wanted: TransferState) -> None:
    """Wait until the transfers, in the order in which they were begun, are in these states."""

    def states() -> list[TransferState]:
        return [transfer.state for transfer in dash.app.transfers.values()]

    await dash.until(lambda: states() == list(wanted), f"{wanted}, not {states()}")


async def to_marked_files(dash: Dashboard, *paths: str) -> FilesScreen:
    """The files of a run, the given ones marked."""
    screen = await to_files(dash)
    files = (await dash.app.ask(lambda session: session.output_files(dash.run_with(Status.SUCCEEDED)))).files
    screen.listed.mark_files([file for file in files if file.path in paths])
    return screen
