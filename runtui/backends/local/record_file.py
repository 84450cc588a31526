"""The record of a run on disk: one JSON file, replaced whole and at once.

Imports the standard library alone: supervisors use it without the rest of the package.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Record: TypeAlias = dict[str, Any]

NAME = "record.json"
_SPARE = ".record.spare"
_LEAST_ROOM = 4096


def read_record(folder: str, name: str = NAME) -> Record:
    """The record in a run's folder. Raises OSError, and ValueError for one that was cut or is something else."""
    with open(os.path.join(folder, name), "rb") as file:
        content = json.load(file)
    if not isinstance(content, dict):
        raise ValueError("not a JSON object")
    return content


def write_record(folder: str, record: Record, name: str = NAME, *, durable: bool = False) -> None:
    """Replace the record. Where the disk is full the room that was kept for it is used.

    A durable one is on the disk, and not only on its way there, when this returns. Raises OSError.
    """
    content = json.dumps(record, separators=(",", ":")).encode() + b"\n"
    target = os.path.join(folder, name)
    written = os.path.join(folder, f".{name}.{os.getpid()}")
    try:
        _write(written, content, os.O_CREAT | os.O_TRUNC, durable)
        os.replace(written, target)
    except OSError:
        with suppress(OSError):
            os.unlink(written)
        _write_in_spare(folder, target, content)


def keep_room(folder: str, record: Record) -> None:
    """Keep room for one more record, so that the end of a run can be told on a full disk. A full one is no error."""
    with suppress(OSError):
        reserve_room(folder, len(json.dumps(record)))


def reserve_room(folder: str, size: int) -> None:
    """Keep room for a record of so many bytes that grows. Raises OSError where there is none, and leaves nothing."""
    spare = os.path.join(folder, _SPARE)
    try:
        _write(spare, b" " * (_LEAST_ROOM + 2 * size), os.O_CREAT, durable=False)
    except OSError:
        leave_room(folder)
        raise


def leave_room(folder: str) -> None:
    """Give the room back."""
    with suppress(OSError):
        os.unlink(os.path.join(folder, _SPARE))


def _write_in_spare(folder: str, target: str, content: bytes) -> None:
    """What is written over bytes that are there already needs no new room; the rest of them stays blank."""
    spare = os.path.join(folder, _SPARE)
    _write(spare, content.ljust(os.path.getsize(spare)), 0, durable=True)
    os.replace(spare, target)


def _write(path: str, content: bytes, flags: int, durable: bool) -> None:
    handle = os.open(path, os.O_WRONLY | flags | os.O_CLOEXEC, 0o600)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
        if durable:
            os.fsync(handle)
    finally:
        os.close(handle)
