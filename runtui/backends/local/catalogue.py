"""All runs of this machine, looked at as cheaply as can be: without inotify, which network file systems lack.

A run that is over never changes any more, so its record is read once and then kept, also in a file for the next
program; of the others the date of their record is looked at each time.
"""

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from runtui.backends.local.folders import Folders
from runtui.backends.local.judgement import OVER, read_sweep, settled
from runtui.backends.local.record_file import NAME
from runtui.backends.local.records import RunRecord, SweepRecord, decode_record
from runtui.model.run import Run

_INDEX = "index.jsonl"
_SAVE_AFTER = 100
_YOUNG_NS = 2_000_000_000
"""A folder that changed so lately may change again without its date telling."""

_REST = 20
"""A folder made elsewhere is left alone so many times longer than looking at all its files took."""

Mark = tuple[int, int, int]


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What one look found: runs that are new or changed since the last, ids that are gone, what cannot be read."""

    changed: tuple[Run, ...] = ()
    gone: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class _Known(msgspec.Struct):
    run: Run
    mark: Mark | None
    is_over: bool
    record: RunRecord | None = None
    problem: str = ""
    look_at: float = 0.0
    """On the steady clock: not to be judged again before."""


class _Name(msgspec.Struct):
    id: str


class Catalogue:
    """Knows every run below a root. Methods may be called from several threads."""

    def __init__(self, folders: Folders, to_run: Callable[[RunRecord], Run], *, mends: bool = False) -> None:
        """With `mends` what is found out of runs that were left behind is written into their records."""
        self._folders = folders
        self._mends = mends
        self._to_run = to_run
        self._known: dict[str, _Known] = {}
        self._names: set[str] = set()
        self._names_mark = -1
        self._unsaved: list[bytes] = []
        self._is_loaded = False
        self._lock = threading.Lock()

    def look(self, *, full: bool = False) -> Look:
        """Look at what may have changed; a full look also at records that should not have."""
        with self._lock:
            return self._look(full)

    def all_runs(self) -> tuple[Run, ...]:
        """Every run as it was at the last look."""
        with self._lock:
            return tuple(known.run for known in self._known.values())

    def _look(self, full: bool) -> Look:
        names = self._names_now(force=full)
        if not self._is_loaded:
            self._is_loaded = True
            self._load_index(names)
            full = False
            before: dict[str, _Known] = {}
        else:
            before = dict(self._known)
        gone = [name for name in self._known if name not in names]
        for name in gone:
            del self._known[name]
        sweeps: dict[str, SweepRecord | None] = {}
        for name in names:
            known = self._known.get(name)
            if known is None or not known.is_over or full:
                self._look_at(name, known, sweeps)
        self._save_index_when_worth(names)
        changed = tuple(
            known.run for name, known in self._known.items() if name not in before or before[name].run is not known.run
        )
        problems = tuple(known.problem for known in self._known.values() if known.problem)
        lost = [name for name in before if name not in self._known]
        return Look(changed=changed, gone=tuple(lost), problems=problems)

    def _names_now(self, *, force: bool) -> set[str]:
        try:
            mark = os.stat(self._folders.runs).st_mtime_ns
        except OSError:
            self._names, self._names_mark = set(), -1
            return self._names
        if force or mark != self._names_mark:
            self._names = {name for name in os.listdir(self._folders.runs) if name[0] != "."}
            self._names_mark = mark if time.time_ns() - mark > _YOUNG_NS else -1
        return self._names

    def _look_at(self, name: str, known: _Known | None, sweeps: dict[str, SweepRecord | None]) -> None:
        path = f"{self._folders.runs}/{name}/{NAME}"
        mark = _mark_of(path)
        if mark is None:
            self._known.pop(name, None)
            return
        if known is not None and known.is_over and known.mark is None:
            known.mark = mark
        record = known.record if known is not None and known.mark == mark else None
        is_same = known is not None and known.mark == mark
        if known is not None and is_same and (known.is_over or record is None or time.monotonic() < known.look_at):
            return
        content = b""
        if record is None:
            try:
                content = Path(path).read_bytes()
                record = decode_record(content)
            except (OSError, ValueError) as error:
                self._known[name] = self._unreadable(name, mark, known, error)
                return
        self._judge(name, mark, record, content, known, sweeps)

    def _judge(
        self,
        name: str,
        mark: Mark,
        record: RunRecord,
        content: bytes,
        known: _Known | None,
        sweeps: dict[str, SweepRecord | None],
    ) -> None:
        def sweep_of(sweep: str) -> SweepRecord | None:
            if sweep not in sweeps:
                sweeps[sweep] = read_sweep(self._folders.sweeps / sweep)
            return sweeps[sweep]

        is_over = record.adopted is None and record.status in OVER
        began = time.monotonic()
        try:
            true = settled(record, self._folders.runs / name, sweep_of, mends=self._mends)
        except (OSError, ValueError):
            true = record
        run = self._to_run(true)
        if known is not None and known.run == run:
            run = known.run
        now = time.monotonic()
        rest = _REST * (now - began) if record.adopted is not None else 0.0
        self._known[name] = _Known(run, mark, is_over, None if is_over else record, look_at=now + rest)
        if is_over and content:
            self._unsaved.append(content.strip().replace(b"\n", b" "))

    def _unreadable(self, name: str, mark: Mark, known: _Known | None, error: Exception) -> _Known:
        """A record that cannot be read leaves what was known of the run, and says so."""
        why = f"the record of {name} cannot be read: {error}"
        if known is not None:
            return _Known(known.run, mark, known.is_over, None, why)
        lost = RunRecord(id=name, job="(unreadable record)", created_at=mark[0] / 1e9, status="ended", message=why)
        return _Known(self._to_run(lost), mark, False, None, why)

    # the file of what is over

    def _load_index(self, names: set[str]) -> None:
        for line in self._index_lines():
            with suppress(ValueError):
                record = decode_record(line)
                if record.id in names and record.status in OVER:
                    self._known[record.id] = _Known(self._to_run(record), None, True)

    def _index_lines(self) -> list[bytes]:
        try:
            return (self._folders.root / _INDEX).read_bytes().splitlines()
        except OSError:
            return []

    def _save_index_when_worth(self, names: set[str]) -> None:
        if len(self._unsaved) < max(_SAVE_AFTER, len(names) // 20):
            return
        lines = {_id_in(line): line for line in (*self._index_lines(), *self._unsaved)}
        self._unsaved = []
        with suppress(OSError):
            _replace(self._folders.root / _INDEX, [line for run_id, line in lines.items() if run_id in names])


def _mark_of(path: str) -> Mark | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _id_in(line: bytes) -> str:
    try:
        return msgspec.json.decode(line, type=_Name).id
    except msgspec.DecodeError:
        return ""


def _replace(path: Path, lines: Iterable[bytes]) -> None:
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with open(handle, "wb") as file:
        file.write(b"\n".join(lines))
    os.replace(written, path)
