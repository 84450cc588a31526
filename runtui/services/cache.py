"""The last known runs of each profile on disk, so that there is something to see before a service answers."""

import hashlib
import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from runtui.config.paths import made_folder
from runtui.config.profile import Profile
from runtui.model.kept_run import KeptRun
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.account import profile_mark
from runtui.services.newest_runs import NEWEST, newest_after, newest_of
from runtui.services.own_files import read_own, replace_file
from runtui.services.run_keeper import RunKeeper

_VERSION: Final = 2
_RUN: Final = msgspec.msgpack.Decoder(KeptRun)
_MAGIC: Final = b"runtui-runs 2\n"
_INDEX: Final = "index"
SEGMENT: Final = 2048
"""The most runs a file holds, and how many changes are gathered in one before it is left as it is."""
_MANY: Final = 8 * NEWEST
"""From more runs than this on it takes notably longer to read all than to read the newest."""
_KEPT_SECONDS: Final = 600.0
"""How long a file nobody names any more is left to a process that may still be about to read or name it."""


class Segment(msgspec.Struct, frozen=True):
    """A file with so many runs. Its name is the hash of its content, so it is never written twice nor changed."""

    name: str
    count: int


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a profile: the runs of the segments, later ones in place of earlier ones of the same id, without
    those that are `gone`; as they were at `refreshed_at` (aware, in UTC)."""

    version: int
    refreshed_at: datetime
    segments: tuple[Segment, ...] = ()
    gone: frozenset[str] = frozenset()
    newest: Segment | None = None
    """The newest of these runs once more, to be read without all others."""
    counts: dict[Status, int] | None = None
    """How many runs have each status, as whoever wrote this knew them; None where nobody counted."""

    @property
    def held(self) -> int:
        """How many runs all segments hold, those of the same id counted each."""
        return sum(segment.count for segment in self.segments)

    @property
    def names(self) -> list[str]:
        """The names of all files it tells of."""
        return [segment.name for segment in (*self.segments, *([self.newest] if self.newest else []))]


class CachedRuns(msgspec.Struct, frozen=True, kw_only=True):
    """The runs of one profile as they were at `refreshed_at` (aware, in UTC), or the newest of them."""

    refreshed_at: datetime
    runs: Sequence[Run]
    is_whole: bool = True
    count: int
    """How many runs the profile has; at most so many where these are the newest alone and nobody counted all."""
    counts: Mapping[Status, int]
    """How many of all runs have each status; of these alone where nobody counted all."""


class RunCache:
    """A folder a profile: files of runs that never change, and an index of them that is replaced at once.

    So a change writes as much as changed, however much there is; two processes and a kill at any moment leave an index
    that is whole; nobody needs a lock, which network file systems may not have. What two processes save at the same
    instant is what one of them knows: the other one saves its own at its next turn.

    A folder belongs to a profile as it is configured: another address or user name under the same name has another
    one. Runs hold no secrets, and the files are for their owner alone all the same; another user's are not read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "listed"

    def folder_of(self, profile: Profile) -> Path:
        """The folder of a profile."""
        return self._folder / profile_mark(profile)

    def load(self, profile: Profile) -> CachedRuns | None:
        """What is known of a profile, or None when there is nothing that can be read: it is fetched anew then.

        Of a file that was spoilt the runs are missing, and those of the others are there.
        """
        folder = self.folder_of(profile)
        index = _read_index(folder)
        if index is None:
            return None
        runs, is_whole = _read_runs(folder, index)
        if not is_whole:
            # another process may have replaced the index and taken away what the old one named
            index = _read_index(folder) or index
            runs, _ = _read_runs(folder, index)
        return CachedRuns(refreshed_at=index.refreshed_at, runs=runs, count=len(runs), counts=_counts(runs))

    def load_newest(self, profile: Profile) -> CachedRuns | None:
        """The newest runs of a profile where it has many more, else all of them; None as in `load`."""
        folder = self.folder_of(profile)
        index = _read_index(folder)
        if index is not None and index.newest is not None and index.held > _MANY:
            newest = _read_segment(folder, index.newest)
            if newest:
                return _beginning(index, newest)
        return self.load(profile)

    def save(self, profile: Profile, runs: Sequence[Run], refreshed_at: datetime) -> None:
        """Write all runs of a profile. Raises StorageError."""
        folder = made_folder(self.folder_of(profile))
        before = _read_index(folder)
        index = Index(
            version=_VERSION,
            refreshed_at=refreshed_at,
            segments=tuple(_write_segment(folder, piece) for piece in _pieces(runs)),
            newest=_write_newest(folder, newest_of(runs)),
            counts=_counts(runs),
        )
        self._replace(folder, index, before)

    def add(
        self,
        profile: Profile,
        changed: Iterable[Run],
        gone: Collection[str],
        refreshed_at: datetime,
        *,
        counts: Mapping[Status, int],
    ) -> bool:
        """Write what changed: new values of runs, and ids of runs there are no more. Raises StorageError.

        Returns False when all runs have to be saved instead: nothing whole is there to add to, or too much of it is
        not true any more of the runs there are now: so many of each status as `counts` tells.
        """
        folder = self.folder_of(profile)
        before = _read_index(folder)
        if before is None or not _has_all(folder, before) or before.held > 2 * sum(counts.values()) + SEGMENT:
            return False
        fresh = {run.id: run for run in changed}
        segments = list(before.segments)
        if fresh:
            if segments and segments[-1].count < SEGMENT:
                gathered = _read_segment(folder, segments.pop())
                if gathered is None:
                    return False
                fresh = {run.id: run for run in gathered} | fresh
            segments += [_write_segment(folder, piece) for piece in _pieces(fresh.values())]
        index = Index(
            version=_VERSION,
            refreshed_at=refreshed_at,
            segments=tuple(segments),
            gone=(before.gone - fresh.keys()) | frozenset(gone),
            newest=_newest_after(folder, before, fresh, gone),
            counts=dict(counts),
        )
        self._replace(folder, index, before)
        return True

    def _replace(self, folder: Path, index: Index, before: Index | None) -> None:
        named = {name for one in (index, before) if one is not None for name in one.names}
        replace_file(folder / _INDEX, _MAGIC + msgspec.msgpack.encode(index))
        with suppress(OSError):
            _sweep(folder, named)


def _counts(runs: Iterable[Run]) -> dict[Status, int]:
    return Counter(run.status for run in runs)


def _beginning(index: Index, newest: Sequence[Run]) -> CachedRuns:
    counts = index.counts
    return CachedRuns(
        refreshed_at=index.refreshed_at,
        runs=newest,
        is_whole=False,
        count=index.held - len(index.gone) if counts is None else sum(counts.values()),
        counts=_counts(newest) if counts is None else counts,
    )


def _pieces(runs: Iterable[Run]) -> Iterator[list[Run]]:
    rest = iter(runs)
    while piece := list(islice(rest, SEGMENT)):
        yield piece


def _read_index(folder: Path) -> Index | None:
    content = read_own(folder / _INDEX)
    if content is None or not content.startswith(_MAGIC):
        return None
    with suppress(msgspec.DecodeError, ValueError):
        index = msgspec.msgpack.decode(content[len(_MAGIC) :], type=Index)
        return index if index.version == _VERSION else None
    return None


def _read_runs(folder: Path, index: Index) -> tuple[list[Run], bool]:
    """The runs an index tells of, and whether every segment of it could be read."""
    by_id: dict[str, Run] = {}
    is_whole = True
    keeper = RunKeeper()
    for segment in index.segments:
        runs = _read_segment(folder, segment, keeper)
        is_whole = is_whole and runs is not None
        by_id.update((run.id, run) for run in runs or ())
    keeper.finish()
    for run_id in index.gone:
        by_id.pop(run_id, None)
    return list(by_id.values()), is_whole


def _read_segment(folder: Path, segment: Segment, keeper: RunKeeper | None = None) -> Sequence[Run] | None:
    """The runs of a segment, or None where it is not there or was spoilt: then it is taken away, to be missed.

    With a `keeper` one run is read after another, so that what it need not hold itself leaves its place to the next.
    """
    path = folder / segment.name
    content = read_own(path)
    if content is None:
        return None
    with suppress(msgspec.DecodeError, ValueError):
        if _name_of(content) == segment.name:
            if keeper is None:
                return msgspec.msgpack.decode(content, type=list[Run])
            return [keeper.keep(_RUN.decode(one)) for one in msgspec.msgpack.decode(content, type=list[msgspec.Raw])]
    with suppress(OSError):
        path.unlink()
    return None


def _write_segment(folder: Path, runs: Sequence[Run]) -> Segment:
    content = msgspec.msgpack.encode([run.whole() for run in runs])
    path = folder / _name_of(content)
    try:
        os.utime(path)  # it is there, and is not to be swept away as old
    except OSError:
        replace_file(path, content)
    return Segment(path.name, len(runs))


def _write_newest(folder: Path, runs: Sequence[Run]) -> Segment | None:
    return _write_segment(folder, runs) if runs else None


def _newest_after(folder: Path, before: Index, changed: Mapping[str, Run], gone: Collection[str]) -> Segment | None:
    """The file of the newest runs after a change, or none where that of before cannot be read."""
    if before.newest is None or not (changed or gone):
        return before.newest
    newest = _read_segment(folder, before.newest)
    return _write_newest(folder, newest_after(newest or (), changed, gone))


def _name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _has_all(folder: Path, index: Index) -> bool:
    try:
        present = set(os.listdir(folder))
    except OSError:
        return False
    return all(segment.name in present for segment in index.segments)


def _sweep(folder: Path, named: Collection[str]) -> None:
    """Take away old files that neither index names: what was replaced, and what a killed process left."""
    with os.scandir(folder) as entries:
        ages = {entry.name: entry.stat(follow_symlinks=False).st_mtime for entry in entries}
    newest = ages.pop(_INDEX)
    for name, written_at in ages.items():
        if name not in named and written_at < newest - _KEPT_SECONDS:
            os.unlink(folder / name)
