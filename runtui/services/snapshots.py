"""Waiting for a snapshot that was asked for: services answer at once, and the archive comes when it is packed."""

from typing import Final

from runtui.backends.protocol import Snapshots
from runtui.model.clock import Clock
from runtui.model.errors import BackendError, NotFoundError
from runtui.model.output_file import OutputFile
from runtui.model.run import Run

LOOK_EVERY: Final = 5.0
"""Seconds between two looks."""

_MOST_LOOKS: Final = 720


async def new_snapshot(backend: Snapshots, run: Run, known: frozenset[str], clock: Clock) -> OutputFile | None:
    """The archive that is there once one is that is not among the `known` ids.

    None when the run is gone, or none came within an hour.
    """
    for _ in range(_MOST_LOOKS):
        try:
            found = await backend.snapshots(run)
        except NotFoundError:
            return None
        except BackendError:
            found = ()  # whoever asks goes on asking: the service may be back the next time
        new = [file for file in found if file.id not in known]
        if new:
            return new[-1]
        await clock.sleep(LOOK_EVERY)
    return None
