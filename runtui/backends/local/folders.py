"""Where the runs of this machine lie: plain folders that any host with the same files can read.

runs/ID/       record.json, logs/NODE.stdout, logs/NODE.stderr, work/, snapshots/
sweeps/JOB/    sweep.json: which runs wait for each other
trash/         what was deleted, until it is `TRASH_DAYS` old
"""

import os
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from runtui.backends.local.record_file import NAME
from runtui.model.errors import StorageError

TRASH_DAYS = 30
_TRIES = 100


class Folders:
    """The folders below one root. None is made before something is to be written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.runs = root / "runs"
        self.sweeps = root / "sweeps"
        self.trash = root / "trash"

    def run(self, run_id: str) -> Path | None:
        """The folder of a run, or None for an id that no run has or can have."""
        if not is_plain_name(run_id):
            return None
        folder = self.runs / run_id
        return folder if os.path.exists(folder / NAME) else None

    def reserve(self) -> tuple[str, Path]:
        """A folder and an id that nobody else has, on whatever host. Raises StorageError."""
        self._make(self.runs)
        for _ in range(_TRIES):
            run_id = secrets.token_hex(4)
            if self.claim(run_id):
                return run_id, self.runs / run_id
        raise StorageError(f"no free name was found in {self.runs}")

    def claim(self, run_id: str) -> bool:
        """Whether the id was free; then it is ours from now on. Raises StorageError."""
        folder = self.runs / run_id
        try:
            folder.mkdir(mode=0o700)
            for inside in ("logs", "work"):
                (folder / inside).mkdir(mode=0o700)
        except FileExistsError:
            return False
        except OSError as error:
            raise StorageError(f"{folder} cannot be made: {error.strerror}", hint=_HINT) from error
        return True

    def new_sweep(self, sweep_id: str) -> Path:
        """The folder of a new sweep. Raises StorageError."""
        folder = self.sweeps / sweep_id
        self._make(folder)
        return folder

    def discard(self, run_id: str) -> Path:
        """Move a run to the trash, and say where it lies there. Raises StorageError, and FileNotFoundError."""
        self._make(self.trash)
        self._empty_trash()
        target = self.trash / f"{run_id}-{time.time_ns()}"
        try:
            os.rename(self.runs / run_id, target)
            os.utime(target)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StorageError(f"{self.runs / run_id} cannot be moved to the trash: {error.strerror}") from error
        return target

    def _empty_trash(self) -> None:
        oldest = time.time() - TRASH_DAYS * 86400
        with suppress(OSError), os.scandir(self.trash) as entries:
            for entry in entries:
                if entry.stat(follow_symlinks=False).st_mtime < oldest:
                    shutil.rmtree(entry.path, ignore_errors=True)

    def _make(self, folder: Path) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{folder} cannot be made: {error.strerror}", hint=_HINT) from error


def is_plain_name(name: str) -> bool:
    """Whether a name can be that of a folder of ours, and leads nowhere else."""
    return (
        0 < len(name) <= 128
        and name[0] not in ".-"
        and all(one.isascii() and (one.isalnum() or one in "-_.") for one in name)
    )


_HINT = "Runs of this machine lie in the data folder: name another one with RUNTUI_DATA_DIR."
