"""Taking a folder that something else made into the list of runs."""

import os
import time
from pathlib import Path

import msgspec

from runtui.backends.local.adopted import find_log, first_written
from runtui.backends.local.facts import owner_name
from runtui.backends.local.folders import Folders
from runtui.backends.local.harvest import results_of
from runtui.backends.local.launching import slug
from runtui.backends.local.record_file import NAME
from runtui.backends.local.records import Adoption, NodeRecord, RunRecord
from runtui.backends.local.signs_of_life import boot_id, host_name, start_mark
from runtui.model.adopting import Adopting
from runtui.model.errors import ConfigError, StorageError


def adopt_folder(folders: Folders, adopting: Adopting) -> RunRecord:
    """Make the record of a folder; the folder itself is not touched. Raises ConfigError and StorageError."""
    folder = Path(os.path.abspath(Path(adopting.folder).expanduser()))
    if not folder.is_dir():
        raise ConfigError(f"{folder} is no folder")
    if folder == folders.root or folders.root in folder.parents:
        raise ConfigError(f"{folder} is a run already", hint="`runtui list` shows it.")
    mark = start_mark(adopting.pid) if adopting.pid else ""
    if adopting.pid and not os.path.exists(f"/proc/{adopting.pid}") and os.path.isdir("/proc/self"):
        raise ConfigError(f"there is no process {adopting.pid}", hint="Leave --pid out when it is over.")
    log = _log_in(folder, adopting.log)
    name = adopting.name or folder.name or str(folder)
    began = first_written(folder)
    record = RunRecord(
        id="", job_id=slug(name), job=name, owner=owner_name(), command="(adopted folder)",
        start_folder=str(folder), folder=str(folder), host=host_name(), boot_id=boot_id(),
        created_at=began or time.time(), started_at=began or time.time(), status="running",
        results=results_of(str(folder), [str(folder / log)] if log else []),
        nodes=(NodeRecord(id="main", name=folder.name or "folder", status="running", started_at=began),),
        adopted=Adoption(
            pid=adopting.pid, start=mark, done_file=adopting.done_file, silence=adopting.silence, log=log
        ),
    )  # fmt: skip
    run_id, place = folders.reserve()
    record = msgspec.structs.replace(record, id=run_id)
    try:
        (place / NAME).write_bytes(msgspec.json.encode(record))
    except OSError as error:
        raise StorageError(f"{place} cannot be written: {error.strerror}") from error
    return record


def _log_in(folder: Path, written: str) -> str:
    if not written:
        return find_log(folder)
    path = Path(os.path.abspath(folder / written))
    if folder not in path.parents:
        raise ConfigError(f"the log {written} is not below {folder}")
    if not path.is_file():
        raise ConfigError(f"there is no log {path}")
    return str(path.relative_to(folder))
