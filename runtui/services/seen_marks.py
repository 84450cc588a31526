"""What was seen of each profile when somebody last looked, kept on disk."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import msgspec

from runtui.config.paths import made_folder
from runtui.config.profile import Profile
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.account import profile_mark
from runtui.services.own_files import read_own, replace_file

_VERSION: Final = 1
_MAGIC: Final = b"runtui-seen\n"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of a profile's runs by status, as of `known_at`, when the service last gave them; somebody looked at
    `seen_at` (both aware, in UTC)."""

    version: int = _VERSION
    seen_at: datetime
    known_at: datetime
    ids: Mapping[Status, list[str]] = {}

    @classmethod
    def of(cls, runs: Iterable[Run], *, seen_at: datetime, known_at: datetime) -> Self:
        """What there is to see now."""
        ids: dict[Status, list[str]] = {}
        for run in runs:
            ids.setdefault(run.status, []).append(run.id)
        return cls(seen_at=seen_at, known_at=known_at, ids=ids)

    def statuses(self) -> dict[str, Status]:
        """The status of each run by its id."""
        return {run_id: status for status, ids in self.ids.items() for run_id in ids}


class SeenMarks:
    """A file a profile, replaced at once. Several dashboards write the same one: the one that knows more counts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "seen"

    def _path_of(self, profile: Profile) -> Path:
        return self._folder / profile_mark(profile)

    def load(self, profile: Profile) -> Seen | None:
        """What was seen; None when nobody ever looked, or nothing of it can be read."""
        content = read_own(self._path_of(profile))
        if content is None or not content.startswith(_MAGIC):
            return None
        with suppress(msgspec.DecodeError, ValueError):
            seen = msgspec.msgpack.decode(content[len(_MAGIC) :], type=Seen)
            return seen if seen.version == _VERSION else None
        return None

    def stamp(self, profile: Profile) -> tuple[int, int]:
        """What changes whenever the file does; zeros where there is none."""
        try:
            found = self._path_of(profile).stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_ino)

    def save(self, profile: Profile, seen: Seen) -> bool:
        """Keep it, unless what is kept is of a later state of the service; tells whether it was. Raises StorageError.

        A date in the future was written by a clock that has been set back since, and does not count.
        """
        kept = self.load(profile)
        if kept is not None and seen.known_at < kept.known_at <= seen.seen_at:
            return False
        made_folder(self._folder)
        replace_file(self._path_of(profile), _MAGIC + msgspec.msgpack.encode(seen))
        return True
