"""What is true of a run whose record may have been left behind: by a kill, a restart, or on another host."""

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from runtui.backends.local import adopted
from runtui.backends.local.record_file import NAME, write_record
from runtui.backends.local.records import NodeRecord, Owner, RunRecord, SweepRecord, load_record
from runtui.backends.local.signs_of_life import boot_id, host_name, is_alive
from runtui.backends.local.supervisor import ALIVE, HEARTBEAT_SECONDS, STOP, SWEEP

SILENT_SECONDS = 6 * HEARTBEAT_SECONDS
"""After so long without a sign of life from another host, its run is over."""
START_SECONDS = 60.0
"""So long may a supervisor take before it says that it is there."""
OVER = frozenset({"succeeded", "failed", "stopped", "ended"})

SweepOf = Callable[[str], SweepRecord | None]


def true_record(folder: Path, sweep_of: SweepOf, *, mends: bool = False) -> RunRecord:
    """The record in a folder, judged; see `settled`."""
    return settled(load_record(folder), folder, sweep_of, mends=mends)


def settled(record: RunRecord, folder: Path, sweep_of: SweepOf, *, mends: bool = False) -> RunRecord:
    """A record that was just read, judged. With `mends` what was found out is written down where nobody else will.

    Raises OSError and ValueError when it has to be read once more and cannot be.
    """
    found = judged(record, folder, sweep_of)
    if found.status == record.status or found.adopted is not None or found.status not in OVER:
        return found
    # whoever kept it may have written its end just before it was found gone
    newer = load_record(folder)
    if newer != record:
        return judged(newer, folder, sweep_of)
    if mends and record.host in ("", host_name()):
        with suppress(OSError):
            write_record(str(folder), json.loads(msgspec.json.encode(found)))
    return found


def judged(record: RunRecord, folder: Path, sweep_of: SweepOf) -> RunRecord:
    """The record as it is, or as it must be read now that nobody keeps it true any more.

    `sweep_of` gives the sweep of a name. Nothing is written.
    """
    if record.adopted is not None:
        return adopted.judged(record)
    if record.status in OVER:
        return record
    if record.status == "queued" and not record.supervisor.pid:
        return _judged_waiting(record, folder, sweep_of)
    if _is_kept(record.supervisor, record.host, record.boot_id, folder):
        return record
    if _is_here(record.host, record.boot_id) and any(_runs_on(node) for node in record.nodes):
        lost = "its supervisor is gone: how it ends will not be known"
        return msgspec.structs.replace(record, message=lost)
    return _left_behind(record, folder)


def _judged_waiting(record: RunRecord, folder: Path, sweep_of: SweepOf) -> RunRecord:
    if not record.sweep:
        if time.time() - _date_of(folder / NAME, record.created_at) < START_SECONDS:
            return record
        return _never_begun(record, "it was never begun: its supervisor did not start")
    sweep = sweep_of(record.sweep)
    if sweep is None or not sweep.supervisor.pid:
        is_new = time.time() - _date_of(folder / NAME, record.created_at) < START_SECONDS
        return record if is_new else _never_begun(record, "it was never begun: its sweep did not start")
    sweep_folder = folder.parent.parent / "sweeps" / record.sweep
    if _is_kept(sweep.supervisor, sweep.host, sweep.boot_id, sweep_folder):
        return record
    return _never_begun(record, "it was never begun: its sweep was ended")


def _never_begun(record: RunRecord, message: str) -> RunRecord:
    nodes = tuple(
        msgspec.structs.replace(node, status="stopped", message="not started") if node.status == "queued" else node
        for node in record.nodes
    )
    return msgspec.structs.replace(
        record, status="stopped", message=message, nodes=nodes, ended_at=max(record.created_at, time.time())
    )


def _left_behind(record: RunRecord, folder: Path) -> RunRecord:
    """A run is over and nobody saw how. It ended when it last gave a sign of life."""
    ended_at = max(_last_sign(record, folder), record.started_at or record.created_at)
    restarted = record.host == host_name() and record.boot_id != boot_id()
    why = "the machine was restarted" if restarted else "its supervisor was ended before it"
    if record.host != host_name():
        why = f"there was no sign of life from {record.host} any more"
    nodes = tuple(_node_left_behind(node, ended_at) for node in record.nodes)
    status = "stopped" if record.status == "stopping" or (folder / STOP).exists() else "ended"
    return msgspec.structs.replace(
        record, status=status, message=f"how it ended is not known: {why}", nodes=nodes, ended_at=ended_at
    )


def _node_left_behind(node: NodeRecord, ended_at: float) -> NodeRecord:
    if node.status == "running":
        end = max(ended_at, node.started_at or 0.0)
        return msgspec.structs.replace(node, status="ended", ended_at=end, message="how it ended is not known")
    if node.status == "queued":
        return msgspec.structs.replace(node, status="stopped", message="not started")
    return node


def _last_sign(record: RunRecord, folder: Path) -> float:
    logs = [folder / "logs" / f"{node.id}.{stream}" for node in record.nodes for stream in ("stdout", "stderr")]
    return max(_date_of(path, 0.0) for path in (folder / NAME, folder / ALIVE, *logs))


def _is_kept(owner: Owner, host: str, boot: str, folder: Path) -> bool:
    """Whether the program that keeps something true is there: asked on its own host, else told by its last sign."""
    if host == host_name():
        return _is_here(host, boot) and is_alive(owner.pid, owner.start)
    return time.time() - _date_of(folder / ALIVE, 0.0) < SILENT_SECONDS


def _is_here(host: str, boot: str) -> bool:
    return host == host_name() and boot == boot_id()


def _runs_on(node: NodeRecord) -> bool:
    return node.status == "running" and is_alive(node.pid, node.start)


def _date_of(path: Path, otherwise: float) -> float:
    with suppress(OSError):
        return os.stat(path).st_mtime
    return otherwise


def read_sweep(folder: Path) -> SweepRecord | None:
    """The sweep in a folder; None when there is none that can be read."""
    try:
        return msgspec.json.decode((folder / SWEEP).read_bytes(), type=SweepRecord)
    except (OSError, msgspec.DecodeError):
        return None
