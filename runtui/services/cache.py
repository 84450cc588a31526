"""The last known runs of each profile on disk, so that there is something to see before a service answers."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from runtui.config.paths import made_folder
from runtui.config.profile import Profile
from runtui.model.errors import StorageError
from runtui.model.run import Run
from runtui.model.secret_names import is_secret_name
from runtui.services.safe_names import safe_part

_VERSION: Final = 1
_MAGIC: Final = b"runtui-runs\n"


class CachedRuns(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds: the runs of one profile as they were at `refreshed_at` (aware, in UTC)."""

    version: int
    refreshed_at: datetime
    runs: list[Run]


class RunCache:
    """One file a profile below a folder. Files are replaced whole and at once, so two processes and a kill at any
    moment leave a file that is either the old or the new one; no locks, so that network file systems do as well.

    A file belongs to a profile as it is configured: another address or user name under the same name has another
    file. Runs hold no secrets, and the files are for their owner alone all the same.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "runs"

    def path_of(self, profile: Profile) -> Path:
        """The file of a profile."""
        plain = sorted(
            (key, value) for key, value in profile.options.items() if isinstance(value, str) and not is_secret_name(key)
        )
        mark = hashlib.sha256(repr((profile.service, plain)).encode()).hexdigest()[:16]
        return self._folder / f"{safe_part(profile.name)}-{mark}"

    def load(self, profile: Profile) -> CachedRuns | None:
        """What is known of a profile, or None when there is no file that can be read: it is fetched anew then."""
        try:
            content = self.path_of(profile).read_bytes()
        except OSError:
            return None
        if not content.startswith(_MAGIC):
            return None
        with suppress(msgspec.DecodeError, ValueError):
            cached = msgspec.msgpack.decode(content[len(_MAGIC) :], type=CachedRuns)
            return cached if cached.version == _VERSION else None
        return None

    def save(self, profile: Profile, runs: Sequence[Run], refreshed_at: datetime) -> None:
        """Replace the file of a profile. Raises StorageError."""
        path = self.path_of(profile)
        made_folder(self._folder)
        cached = CachedRuns(version=_VERSION, refreshed_at=refreshed_at, runs=list(runs))
        content = _MAGIC + msgspec.msgpack.encode(cached)
        try:
            handle, written = tempfile.mkstemp(dir=self._folder, prefix=f".{path.name}.")
            try:
                with open(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(written, path)
            except OSError:
                Path(written).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror}") from error
