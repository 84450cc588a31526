"""Which series a person looked at, by job, kept for the next time."""

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Final

from runtui.config.paths import made_folder
from runtui.model.errors import StorageError
from runtui.model.run import Run
from runtui.services.own_files import read_own, replace_file
from runtui.services.safe_names import safe_part

_NAME_LENGTH: Final = 60


class SeriesMemory:
    """The patterns of each job, a small file for each pattern in a folder of the job below the data folder.

    Files come and go whole and at once, and no two patterns share one: two processes and a kill at any moment lose
    none. A job is named by whatever tells it from all others.
    """

    def __init__(self, data_folder: Path) -> None:
        self._folder = data_folder / "series"

    def patterns(self, job: str) -> tuple[str, ...]:
        """The patterns of a job, the last remembered first."""
        found: list[tuple[int, str]] = []
        with suppress(OSError):
            for path in self._folder_of(job).iterdir():
                content = None if path.name.startswith(".") else read_own(path)
                if content:
                    with suppress(OSError):
                        found.append((path.stat().st_mtime_ns, content.decode("utf-8", "replace")))
        return tuple(pattern for _, pattern in sorted(found, reverse=True))

    def remember(self, job: str, pattern: str) -> None:
        """Keep a pattern, as the last one used. Raises StorageError."""
        folder = made_folder(self._folder_of(job))
        replace_file(folder / _mark(pattern), pattern.encode())

    def forget(self, job: str, pattern: str) -> None:
        """Drop a pattern. Raises StorageError."""
        path = self._folder_of(job) / _mark(pattern)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"{path} cannot be removed: {error.strerror}") from error

    def _folder_of(self, job: str) -> Path:
        return self._folder / f"{safe_part(job)[:_NAME_LENGTH]}-{_mark(job)}"


def job_key(run: Run) -> str:
    """What tells the job of a run from all others."""
    return f"{run.profile} {run.job_id or run.job or run.name}"


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
