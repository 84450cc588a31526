"""What was found at the ends of the logs of runs that are over, kept for the next start."""

from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from runtui.config.paths import made_folder
from runtui.model.errors import StorageError
from runtui.services.log_summary import LogSummary
from runtui.services.own_files import read_own, replace_file

_VERSION: Final = 1
MOST_KEPT: Final = 5000
"""Runs; of more, those written longest ago go first."""


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    looked_for: tuple[str, ...]
    summary: LogSummary


class KeptSummaries:
    """A small file for each run in the cache folder. `key` is any text that names one execution among all there are."""

    def __init__(self, cache_folder: Path, *, most_kept: int = MOST_KEPT) -> None:
        self._folder = cache_folder / "log-ends"
        self._most_kept = most_kept

    def load(self, key: str, patterns: Iterable[str]) -> LogSummary | None:
        """What was kept; None when one of the patterns was not looked for then."""
        content = read_own(self._path(key))
        if content is not None:
            with suppress(msgspec.DecodeError):
                entry = msgspec.json.decode(content, type=_Entry)
                if entry.version == _VERSION and set(patterns) <= set(entry.looked_for):
                    return entry.summary
        return None

    def keep(self, key: str, patterns: Iterable[str], summary: LogSummary) -> None:
        """Keep what was found when these patterns were looked for. A full disk only means that it is read again."""
        entry = _Entry(version=_VERSION, looked_for=tuple(patterns), summary=summary)
        with suppress(StorageError):
            made_folder(self._folder)
            replace_file(self._path(key), msgspec.json.encode(entry))

    def sweep(self) -> None:
        """Remove what is too much."""
        with suppress(OSError):
            aged = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
            for path in islice(aged, self._most_kept, None):
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}.json"
