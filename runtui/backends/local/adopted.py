"""Folders with results that something else made, read as runs."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from runtui.backends.local.records import RunRecord
from runtui.backends.local.signs_of_life import host_name, is_alive

LOG_ENDINGS = (".log", ".out", ".err", ".txt")
MOST_FILES_DATED = 2000
"""So many files are looked at to tell when something was last written."""


def judged(record: RunRecord) -> RunRecord:
    """The record with the status that the folder itself tells now: by a program that makes it, where one was named,
    else by a file that says it is done, else by whether anything was written lately."""
    adoption, folder = record.adopted, Path(record.folder)
    assert adoption is not None
    if not folder.is_dir():
        return _with_node(record, "ended", "the folder is not there any more", record.ended_at)
    if adoption.done_file and (folder / adoption.done_file).exists():
        ended_at = _date(str(folder / adoption.done_file))
        return _with_node(record, "succeeded", f"{adoption.done_file} is there", ended_at)
    if adoption.pid and record.host == host_name():
        if is_alive(adoption.pid, adoption.start):
            return _with_node(record, "running", "", None)
        why = f"process {adoption.pid} is over"
        if adoption.done_file:
            return _with_node(record, "failed", f"{why} and left no {adoption.done_file}", last_written(folder))
        return _with_node(record, "ended", why, last_written(folder))
    written = last_written(folder)
    silent = time.time() - written
    if silent < adoption.silence:
        return _with_node(record, "running", "", None)
    said = f"nothing was written for {adoption.silence:g} s"
    return _with_node(record, "ended", said, written)


def last_written(folder: Path) -> float:
    """When the newest of a folder's files was written, in seconds since the epoch; of very many the first ones."""
    newest = _date(str(folder))
    for count, path in enumerate(_files(str(folder))):
        newest = max(newest, _date(path))
        if count >= MOST_FILES_DATED:
            break
    return newest


def find_log(folder: Path) -> str:
    """The path, below the folder, of the file that is most likely its log: the one written last; empty for none."""
    logs = [path for path in _files(str(folder)) if path.endswith(LOG_ENDINGS)]
    newest = max(logs, key=_date, default="")
    return os.path.relpath(newest, folder) if newest else ""


def first_written(folder: Path) -> float:
    """When the oldest of a folder's files was written."""
    dates = [_date(path) for path, _ in zip(_files(str(folder)), range(MOST_FILES_DATED), strict=False)]
    return min((date for date in dates if date), default=_date(str(folder)))


def _with_node(record: RunRecord, status: str, message: str, ended_at: float | None) -> RunRecord:
    if ended_at is not None:
        ended_at = max(ended_at, record.started_at or 0.0)
    nodes = tuple(
        msgspec.structs.replace(node, status=status, ended_at=ended_at, message=message) for node in record.nodes
    )
    return msgspec.structs.replace(record, status=status, message=message, ended_at=ended_at, nodes=nodes)


def _files(folder: str) -> Iterator[str]:
    """Every file below a folder, those at the top first. Links to folders are not followed."""
    deeper: list[str] = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            if entry.is_dir(follow_symlinks=False):
                deeper.append(entry.path)
            elif entry.is_file():
                yield entry.path
    for inside in deeper:
        yield from _files(inside)


def _date(path: str) -> float:
    with suppress(OSError):
        return os.stat(path).st_mtime
    return 0.0
