"""Runs as tables, written to a file that is whole or not there."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from runtui.backends.protocol import ExportsTables
from runtui.model.errors import StorageError
from runtui.model.run import Run


async def write_tables(exporting: ExportsTables, runs: Sequence[Run], target: Path, *, overwrite: bool = False) -> None:
    """Fetch the tables and write them, first under `<name>.part`. Raises StorageError.

    The service is not asked where what is there must stay.
    """
    _refuse(target, overwrite=overwrite)
    content = await exporting.run_tables(runs)
    await asyncio.to_thread(_write, target, content, overwrite=overwrite)


def _refuse(target: Path, *, overwrite: bool) -> None:
    if target.is_dir():
        raise StorageError(f"{target} is a folder", hint="Name the file the tables go to.")
    if not target.parent.is_dir():
        raise StorageError(f"{target.parent} is no folder", hint="Make it first, or name another file.")
    if os.path.lexists(target) and not overwrite:
        raise StorageError(f"{target} is there already", hint="Name another file, or add --overwrite.")


def _write(target: Path, content: bytes, *, overwrite: bool) -> None:
    part = target.with_name(target.name + ".part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _refuse(target, overwrite=overwrite)
        os.replace(part, target)
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror}", hint="Name another file.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
