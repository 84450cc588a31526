"""The runs of this machine as a backend."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from runtui.backends.local.adoption import adopt_folder
from runtui.backends.local.catalogue import Catalogue
from runtui.backends.local.command_form import COMMAND, FORM_INPUTS, command_field, wish_of_form
from runtui.backends.local.file_reading import SNAPSHOTS, LocalBytes, listing_of, path_of
from runtui.backends.local.folders import TRASH_DAYS, Folders
from runtui.backends.local.judgement import OVER, read_sweep, true_record
from runtui.backends.local.launching import launch_runs, start_detached
from runtui.backends.local.load import LoadMeter
from runtui.backends.local.log_reading import read_window, sources_of
from runtui.backends.local.mapping import SERVICE, job_of, node_of, run_of
from runtui.backends.local.planning import (
    Launch,
    Template,
    command_to_change,
    launch_again,
    launch_of,
    read_template,
    shown_command,
)
from runtui.backends.local.records import RunRecord, SweepRecord
from runtui.backends.local.settings import Settings, runs_root
from runtui.backends.local.signs_of_life import boot_id, host_name, is_alive
from runtui.backends.local.supervisor import STOP, mark_stopped
from runtui.backends.protocol import (
    Adopts,
    Backend,
    BackendContext,
    ByteStream,
    CreatesJobs,
    Deletes,
    HasFiles,
    HasJobs,
    HasLogs,
    HasNodes,
    IsNear,
    KeepsDeleted,
    Listing,
    ReadsFiles,
    Repeats,
    RunBatch,
    RunsCommands,
    Snapshots,
    Starts,
    Stops,
)
from runtui.model.adopting import Adopting
from runtui.model.command_wish import CommandWish
from runtui.model.errors import (
    BackendError,
    ConfigError,
    NotFoundError,
    PermissionDeniedError,
    RejectedError,
    ServiceDownError,
)
from runtui.model.identity import Identity
from runtui.model.job import Job
from runtui.model.log import LogRequest, LogSource, LogWindow
from runtui.model.node import Node
from runtui.model.output_file import FileListing, OutputFile
from runtui.model.run import Run
from runtui.model.start_form import StartForm
from runtui.model.status import Status

T = TypeVar("T")

_BATCH = 2000
_PACKING = Path(__file__).parent / "packing.py"
_ENDING = Path(__file__).parent / "ending.py"


class LocalBackend:
    """The runs below one folder. Whatever touches the disk does so in a thread."""

    service = SERVICE
    delete_effect = f"It goes to the trash, which keeps it for {TRASH_DAYS} days. Folders made elsewhere stay."

    def __init__(self, context: BackendContext, folders: Folders, refresh_seconds: float) -> None:
        self.profile = context.profile
        self.refresh_seconds = refresh_seconds
        self._read_only = context.read_only
        self._folders = folders
        self._catalogue = Catalogue(folders, lambda record: run_of(record, self.profile), mends=not context.read_only)
        self._meter = LoadMeter()
        self._is_closed = False

    async def aclose(self) -> None:
        """Nothing is open; what runs goes on."""
        self._is_closed = True

    async def check(self) -> Identity:
        """Whether the folder of the runs can be read."""
        await self._in_thread(lambda: list(self._folders.runs.iterdir()) if self._folders.runs.exists() else [])
        return Identity(name=host_name())

    async def iterate_runs(self, listing: Listing) -> AsyncIterator[RunBatch]:
        """All runs in one scope; of a refresh those that changed, those asked for, and what is gone."""
        look = await self._in_thread(lambda: self._catalogue.look(full=listing.full))
        runs = {run.id: run for run in await self._in_thread(self._catalogue.all_runs)}
        if listing.full:
            wanted = list(runs.values())
        else:
            changed = {run.id for run in look.changed}
            wanted = [
                run for run in runs.values() if run.id in changed or run.id in listing.live or run.status not in _OVER
            ]
        is_whole = True
        if listing.limit is not None and len(wanted) > listing.limit:
            wanted = sorted(wanted, key=_newest, reverse=True)[: listing.limit]
            is_whole = False
        gone = (*look.gone, *(run_id for run_id in listing.live if run_id not in runs))
        for start in range(0, max(1, len(wanted)), _BATCH):
            is_last = start + _BATCH >= len(wanted)
            yield RunBatch(
                scope="runs", runs=tuple(wanted[start : start + _BATCH]),
                is_last=is_last and listing.full and is_whole,
                gone=tuple(dict.fromkeys(gone)) if is_last else (), problems=look.problems if is_last else (),
            )  # fmt: skip

    async def fetch_run(self, run_id: str) -> Run:
        """One run as its record and its processes say it is."""
        return run_of((await self._found(run_id))[0], self.profile)

    async def nodes(self, run: Run) -> tuple[Node, ...]:
        """The nodes as they were written down, with what they use now where they run on this host."""
        record, _ = await self._found(run.id)
        groups = {node.pid for node in record.nodes if node.status == "running"} if _is_here(record) else set()
        load = await self._in_thread(lambda: self._meter.measure(groups))
        return tuple(node_of(node, load.get(node.pid, {}) if node.pid in groups else {}) for node in record.nodes)

    async def log_sources(self, run: Run) -> tuple[LogSource, ...]:
        """Both streams of each node that has started, and the log files the run writes."""
        record, folder = await self._found(run.id)
        return await self._in_thread(lambda: sources_of(record, folder))

    async def read_log(self, run: Run, source: LogSource, request: LogRequest) -> LogWindow:
        """The bytes from the offset on."""
        record, folder = await self._found(run.id)
        ended = {node.id for node in record.nodes if node.status in OVER}
        is_final = record.status in OVER or source.node_id in ended
        known = await self._in_thread(lambda: sources_of(record, folder))
        return await self._in_thread(lambda: read_window(source, known, request, is_final=is_final))

    async def output_files(self, run: Run) -> FileListing:
        """The files of the work folder with the sizes they have now."""
        record, folder = await self._found(run.id)
        return await self._in_thread(lambda: listing_of(record, folder, is_over=record.status in OVER))

    @asynccontextmanager
    async def open_file(
        self, run: Run, file: OutputFile, *, start: int = 0, end: int | None = None, etag: str | None = None
    ) -> AsyncIterator[ByteStream]:
        """The bytes of a file as it is now."""
        record, folder = await self._found(run.id)
        path = await self._in_thread(lambda: path_of(record, folder, file.id))
        opened = await self._in_thread(lambda: open(path, "rb", buffering=0))  # noqa: SIM115 - closed below
        with opened:
            yield LocalBytes(opened, start=start, end=end, etag=etag, name=path.name)

    # jobs and starting

    async def iterate_jobs(self) -> AsyncIterator[Job]:
        """One job for each name runs were started under, the one used last first."""
        await self._in_thread(self._catalogue.look)
        runs = sorted(self._catalogue.all_runs(), key=_newest, reverse=True)
        newest: dict[str, list[Run]] = {}
        for run in runs:
            newest.setdefault(run.job_id, []).append(run)
        for job_id, of_job in newest.items():
            if job_id:
                with suppress(NotFoundError):
                    record, _ = await self._found(of_job[0].id)
                    yield self._job(record, len(of_job))

    async def fetch_job(self, job_id: str, version: str = "") -> Job:
        """The job with the variables of its newest run."""
        record, count = await self._newest_of(job_id)
        return self._job(record, count)

    def _job(self, record: RunRecord, count: int) -> Job:
        template = read_template(record.template)
        command = "" if template is None else shown_command(template.plan)
        return job_of(record, self.profile, count, command, command_field(_command_to_change(record)))

    def new_job(self) -> Job:
        """Any command: what is asked for is the command itself, its variables and its sweep."""
        return Job(
            profile=self.profile, service=SERVICE, id="", name="a command on this machine",
            description="It runs in a folder of its own and goes on when this terminal closes.",
            start_form=StartForm(has_name=True), inputs=FORM_INPUTS,
        )  # fmt: skip

    async def start(self, job_id: str, inputs: Mapping[str, object], *, name: str = "", version: str = "") -> Run:
        """Start what the job's newest run was, with these variables changed; without a job, what the form says."""
        self._require_writing("starting a run")
        if not job_id:
            return (await self.run_command(wish_of_form(inputs, name)))[0]
        record, _ = await self._newest_of(job_id)
        if record.adopted is not None:
            raise RejectedError(job_of(record, self.profile, None).start_form.refusal, profile=self.profile)
        template = await self._in_thread(lambda: msgspec.json.decode(record.template, type=Template))
        again = await self._in_thread(lambda: launch_again(template, record.inputs, inputs))
        launch = msgspec.structs.replace(again, name=name or record.job, job_id=record.job_id)
        return (await self._launched(launch))[0]

    async def run_command(self, wish: CommandWish) -> tuple[Run, ...]:
        """Start a command, a script, a workflow, or a sweep of one."""
        self._require_writing("starting a run")
        return await self._launched(await self._in_thread(lambda: launch_of(wish)))

    async def _launched(self, launch: Launch) -> tuple[Run, ...]:
        records = await self._in_thread(lambda: launch_runs(self._folders, launch))
        return tuple(run_of(record, self.profile) for record in records)

    async def inputs_of(self, run: Run) -> Mapping[str, object]:
        """The command where it can be changed, and the variables of the run but for the secret ones."""
        record, _ = await self._found(run.id)
        command = _command_to_change(record)
        given = {one.name: one.value for one in record.inputs if not one.secret and one.value is not None}
        return {COMMAND: command, **given} if command else given

    async def adopt(self, adopting: Adopting) -> Run:
        """Show a folder made elsewhere as a run."""
        self._require_writing("adopting a folder")
        record = await self._in_thread(lambda: adopt_folder(self._folders, adopting))
        return await self.fetch_run(record.id)

    # doing something to a run

    async def stop(self, run: Run) -> str:
        """Ask its supervisor to end it, on whatever host that is."""
        self._require_writing("stopping a run")
        record, folder = await self._found(run.id)
        if record.status in OVER:
            raise RejectedError(
                f"{run.id} is over: there is nothing to stop", profile=self.profile, operation="stopping"
            )
        return await self._in_thread(lambda: self._stop(record, folder))

    def _stop(self, record: RunRecord, folder: Path) -> str:
        if record.adopted is not None:
            return self._stop_adopted(record)
        (folder / STOP).touch()
        if record.status == "queued":
            return self._stop_queued(record, folder)
        if not _is_here(record):
            return f"It is asked to end and does so on {record.host} within a few seconds."
        if is_alive(record.supervisor.pid, record.supervisor.start):
            os.kill(record.supervisor.pid, signal.SIGUSR1)
            return f"Its processes are told to end; after {record.grace:g} s they are killed."
        start_detached([str(_ENDING), str(folder)], os.environ)
        return f"Its supervisor is gone: its processes are told to end; after {record.grace:g} s they are killed."

    def _stop_queued(self, record: RunRecord, folder: Path) -> str:
        sweep = self._sweep_of(record.sweep) if record.sweep else None
        if sweep is not None and sweep.host == host_name() and is_alive(sweep.supervisor.pid, sweep.supervisor.start):
            os.kill(sweep.supervisor.pid, signal.SIGUSR1)
            return "It will not be begun."
        if not record.sweep:
            mark_stopped(str(folder))
        return "It will not be begun."

    def _stop_adopted(self, record: RunRecord) -> str:
        adoption = record.adopted
        if (
            adoption is None
            or not adoption.pid
            or record.host != host_name()
            or not is_alive(adoption.pid, adoption.start)
        ):
            raise RejectedError(
                "it was not started by runtui, and no process of it is known here", profile=self.profile
            )
        os.kill(adoption.pid, signal.SIGTERM)
        return f"Process {adoption.pid} was told to end."

    async def delete(self, run: Run) -> str:
        """Move the run to the trash. What lies in folders that are not its own stays."""
        self._require_writing("deleting a run")
        record, _ = await self._found(run.id)
        if record.status not in OVER and record.adopted is None:
            raise RejectedError(
                f"{run.id} is {record.status}", hint="Stop it first.", profile=self.profile, operation="deleting a run"
            )
        try:
            target = await self._in_thread(lambda: self._folders.discard(run.id))
        except FileNotFoundError:
            raise self._not_found(run.id) from None
        kept = f" Its folder {record.folder} stays as it is." if record.folder.startswith("/") else ""
        return f"Moved to the trash: {target}.{kept}"

    async def snapshot(self, run: Run) -> str:
        """Pack the work folder in a program of its own, which goes on when this one ends."""
        self._require_writing("making a snapshot")
        record, folder = await self._found(run.id)
        if record.status in OVER or record.status == "queued":
            raise RejectedError(f"{run.id} is {record.status}: it has no live work folder", profile=self.profile)
        name = f"{record.id}-{time.strftime('%Y%m%dT%H%M%S')}"
        target = folder / SNAPSHOTS / f"{name}.tar.gz"

        def pack() -> None:
            target.parent.mkdir(exist_ok=True)
            start_detached([str(_PACKING), str(folder / record.folder), name, str(target)], os.environ)

        await self._in_thread(pack)
        return f"Being packed as {SNAPSHOTS}/{target.name}; it appears among the output files once it is whole."

    async def snapshots(self, run: Run) -> tuple[OutputFile, ...]:
        """Those that are whole by now."""
        return tuple(file for file in (await self.output_files(run)).files if file.kind == "snapshot")

    # finding

    async def _found(self, run_id: str) -> tuple[RunRecord, Path]:
        return await self._in_thread(lambda: self._find(run_id))

    def _find(self, run_id: str) -> tuple[RunRecord, Path]:
        folder = self._folders.run(run_id)
        if folder is None:
            raise self._not_found(run_id)
        try:
            return true_record(folder, self._sweep_of, mends=not self._read_only), folder
        except FileNotFoundError:
            raise self._not_found(run_id) from None
        except ValueError as error:
            why = f"its record cannot be read: {error}"
            return RunRecord(id=run_id, job="(unreadable record)", status="ended", message=why), folder

    def _not_found(self, run_id: str) -> NotFoundError:
        return NotFoundError(
            f"there is no run {run_id!r} in {self._folders.runs}", profile=self.profile, operation="fetching a run"
        )

    async def _newest_of(self, job_id: str) -> tuple[RunRecord, int]:
        await self._in_thread(self._catalogue.look)
        runs = [run for run in self._catalogue.all_runs() if run.job_id == job_id and job_id]
        if not runs:
            raise NotFoundError(
                f"no run was started as {job_id!r}", profile=self.profile, operation="fetching a job",
                hint="A command is written behind --; a script or a workflow by its path.",
            )  # fmt: skip
        record, _ = await self._found(max(runs, key=_newest).id)
        return record, len(runs)

    def _sweep_of(self, sweep: str) -> SweepRecord | None:
        return read_sweep(self._folders.sweeps / sweep)

    def _require_writing(self, operation: str) -> None:
        if self._read_only:
            raise PermissionDeniedError(
                "this session is read-only", hint="Leave --readonly out.", profile=self.profile, operation=operation
            )

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Do it in a thread. An error of the disk is one of this profile."""
        if self._is_closed:
            raise ServiceDownError("the profile is closed", profile=self.profile)
        try:
            return await asyncio.to_thread(work)
        except PermissionError as error:
            raise PermissionDeniedError(_sentence(error), profile=self.profile) from error
        except FileNotFoundError:
            raise
        except OSError as error:
            raise ServiceDownError(_sentence(error), profile=self.profile) from error
        except BackendError as error:
            error.profile = error.profile or self.profile
            raise


_OVER = frozenset({Status.SUCCEEDED, Status.FAILED, Status.STOPPED, Status.ENDED})


def _sentence(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def _newest(run: Run) -> float:
    moment = run.sort_moment
    return moment.timestamp() if moment else 0.0


def _command_to_change(record: RunRecord) -> str:
    template = read_template(record.template) if record.adopted is None else None
    return "" if template is None else command_to_change(template, record.inputs)


def _is_here(record: RunRecord) -> bool:
    return record.host == host_name() and record.boot_id == boot_id()


def open_backend(context: BackendContext, settings: Settings) -> LocalBackend:
    """The runs below the profile's folder, else below the data folder. Raises ConfigError where there is neither."""
    if settings.folder:
        root = Path(settings.folder).expanduser()
        if not root.is_absolute():
            raise ConfigError(f"folder must be absolute, not {settings.folder!r}")
    else:
        root = runs_root(context.data_folder())
    return LocalBackend(context, Folders(root), settings.refresh)


if TYPE_CHECKING:
    _backend: type[Backend] = LocalBackend
    _nodes: type[HasNodes] = LocalBackend
    _logs: type[HasLogs] = LocalBackend
    _files: type[HasFiles] = LocalBackend
    _reads_files: type[ReadsFiles] = LocalBackend
    _jobs: type[HasJobs] = LocalBackend
    _starts: type[Starts] = LocalBackend
    _repeats: type[Repeats] = LocalBackend
    _creates: type[CreatesJobs] = LocalBackend
    _commands: type[RunsCommands] = LocalBackend
    _adopts: type[Adopts] = LocalBackend
    _stops: type[Stops] = LocalBackend
    _deletes: type[Deletes] = LocalBackend
    _snapshots: type[Snapshots] = LocalBackend
    _near: type[IsNear] = LocalBackend
    _keeps: type[KeepsDeleted] = LocalBackend
