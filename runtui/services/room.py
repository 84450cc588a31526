"""Whether all that is to be fetched has room, before the first byte of it is."""

import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from runtui.model.errors import StorageError
from runtui.services.transfer_entry import TransferEntry


def check_room(pending: Sequence[TransferEntry], entries: Iterable[TransferEntry]) -> None:
    """Look whether the folders of `entries` can be written in and whether all that is `pending`, these among it, has
    room on their file systems. Blocking. Raises StorageError that names how much is needed and how much is free.
    """
    for root in {entry.root for entry in entries}:
        there = _nearest(root)
        if not there.is_dir():
            raise StorageError(f"{there} is a file, and a folder is needed there", hint="Choose another folder.")
        if not os.access(there, os.W_OK | os.X_OK):
            raise StorageError(f"nothing can be written in {there}", hint="Choose another folder, or ask its owner.")
        _check_space(there, pending)


def _check_space(folder: Path, pending: Sequence[TransferEntry]) -> None:
    try:
        free, device = shutil.disk_usage(folder).free, folder.stat().st_dev
        devices = {root: _nearest(root).stat().st_dev for root in {entry.root for entry in pending}}
    except OSError as error:
        raise StorageError(f"{folder} cannot be looked at: {error.strerror}") from error
    here = [entry for entry in pending if devices[entry.root] == device]
    needed = sum((entry.transfer.size or 0) - entry.transfer.received for entry in here)
    if needed <= free:
        return
    needed -= sum(_held(entry) for entry in here)
    if needed > free:
        raise StorageError(
            f"{needed:,} bytes are needed for {_counted(len(here))} and {free:,} are free in {folder}",
            hint="Make room, choose another folder, or fetch fewer files.",
        )


def _held(entry: TransferEntry) -> int:
    """Bytes on the disk that the entry will not need again: what was received earlier, or the file itself."""
    target = entry.transfer.target
    for path in (target.with_name(target.name + ".part"), target):
        try:
            found = path.lstat()
        except OSError:
            continue
        return min(found.st_blocks * 512, entry.transfer.size or 0)
    return 0


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists and can be seen."""
    for one in (folder, *folder.parents):
        with suppress(PermissionError):
            if one.exists():
                return one
    return folder


def _counted(files: int) -> str:
    return "one file" if files == 1 else f"{files:,} files"
