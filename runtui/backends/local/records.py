"""The record of a run as values: what `supervisor` writes and everything else reads.

Times are seconds since the epoch, sizes are bytes. A record of an older or newer version keeps what is known of it.
"""

from pathlib import Path

import msgspec

from runtui.backends.local.record_file import NAME

VERSION = 1


class Owner(msgspec.Struct, frozen=True):
    """A program that keeps something true: its number, and `signs_of_life.start_mark` of it."""

    pid: int = 0
    start: str = ""


class InputRecord(msgspec.Struct, frozen=True):
    """One variable a run was started with. The value of a secret one is never here."""

    name: str
    value: str | int | float | bool | None = None
    type: str = ""
    secret: bool = False


class NodeRecord(msgspec.Struct, frozen=True):
    """One node. `words` is what is run, with the variables put in; `start` is the start mark of `pid`."""

    id: str
    name: str
    words: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    env: dict[str, str] = {}
    outputs: tuple[str, ...] = ()
    fails_on: str = ""
    status: str = "queued"
    pid: int = 0
    start: str = ""
    started_at: float | None = None
    ended_at: float | None = None
    exit_code: int | None = None
    signal: str | None = None
    cpu_seconds: float | None = None
    peak_bytes: int | None = None
    message: str = ""


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One run. `folder` is its work folder, relative to the run's own or absolute; `template` is what to start for a
    run like it, before any variable is put in; `sweep` is the folder of the sweep it waits in, by name;
    `lives_with` is the program whose end stops it, `after_stop` what is run once it was stopped."""

    version: int = VERSION
    id: str
    job_id: str = ""
    job: str = ""
    name: str = ""
    owner: str = ""
    command: str = ""
    start_folder: str = ""
    folder: str = "work"
    commit: str = ""
    host: str = ""
    boot_id: str = ""
    created_at: float = 0.0
    started_at: float | None = None
    ended_at: float | None = None
    status: str = "queued"
    message: str = ""
    exit_code: int | None = None
    signal: str | None = None
    cpu_seconds: float | None = None
    peak_bytes: int | None = None
    supervisor: Owner = Owner()
    parallel: int = 1
    grace: float = 10.0
    env: dict[str, str] = {}
    patterns: tuple[str, ...] = ()
    after_stop: tuple[str, ...] = ()
    inputs: tuple[InputRecord, ...] = ()
    results: dict[str, str | int | float | bool | None] = {}
    nodes: tuple[NodeRecord, ...] = ()
    sweep: str = ""
    template: msgspec.Raw = msgspec.Raw(b"{}")
    lives_with: Owner = Owner()
    adopted: "Adoption | None" = None


class Adoption(msgspec.Struct, frozen=True):
    """How the status of a folder made elsewhere is told: by a program, by a file that says it is done, or by nothing
    having been written for `silence` seconds."""

    pid: int = 0
    start: str = ""
    done_file: str = ""
    silence: float = 120.0
    log: str = ""


class SweepRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The runs of a sweep that wait for each other, by their folders."""

    folders: tuple[str, ...] = ()
    parallel: int = 1
    supervisor: Owner = Owner()
    host: str = ""
    boot_id: str = ""


_DECODER = msgspec.json.Decoder(RunRecord)


def decode_record(content: bytes) -> RunRecord:
    """The record these bytes hold. Raises ValueError for one that was cut in half or is something else."""
    try:
        return _DECODER.decode(content)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from None


def load_record(folder: Path) -> RunRecord:
    """The record in a run's folder. Raises OSError and ValueError."""
    return decode_record((folder / NAME).read_bytes())
