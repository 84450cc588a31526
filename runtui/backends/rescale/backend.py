"""The backend for Rescale."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from runtui.backends.protocol import (
    Backend,
    BackendContext,
    ByteStream,
    CreatesJobs,
    Deletes,
    EndsJobs,
    FindsRuns,
    HasFiles,
    HasJobs,
    HasLogs,
    HasNodes,
    Listing,
    ReadsFiles,
    RunBatch,
    Snapshots,
    Starts,
    Stops,
)
from runtui.backends.rescale.actions import JobActions
from runtui.backends.rescale.api import RescaleApi, explain, limited, scheme_of
from runtui.backends.rescale.apiconfig import entry_of
from runtui.backends.rescale.derivation import Evidence, LastWords, judged_by_parts, placeholder
from runtui.backends.rescale.family import family_of, holds_others
from runtui.backends.rescale.files import RunFiles
from runtui.backends.rescale.finding import RUN_FILTERS, job_query
from runtui.backends.rescale.job_listing import JobListing
from runtui.backends.rescale.listing import RunListing
from runtui.backends.rescale.log_ends import LogEnds
from runtui.backends.rescale.logs import RunLogs
from runtui.backends.rescale.mapping import (
    SERVICE,
    JobPhase,
    identity_of,
    job_of_detail,
    job_state,
    new_job,
    parts_of,
    role_of_type,
    run_of,
)
from runtui.backends.rescale.memory import JobMemory, Memory
from runtui.backends.rescale.settings import DEFAULT_URL, Settings, root_of
from runtui.model.errors import ConfigError, NotFoundError, RejectedError
from runtui.model.identity import Identity
from runtui.model.job import Job
from runtui.model.log import LogRequest, LogSource, LogWindow
from runtui.model.node import Node
from runtui.model.output_file import FileListing, OutputFile
from runtui.model.run import Run
from runtui.model.run_filter import RunFilter
from runtui.model.secret import Secret
from runtui.transport.auth import TokenAuth
from runtui.transport.client import Transport
from runtui.transport.limits import RateBudget


class RescaleBackend:
    """One account in one region. What it remembers of jobs lives as long as it does."""

    service: str = SERVICE

    def __init__(self, profile: str, transport: Transport, settings: Settings) -> None:
        self.profile = profile
        self.transport = transport
        self._api = RescaleApi(transport)
        self._memory = Memory()
        self._listing = RunListing(profile, self._api, settings, self._memory)
        self._log_ends = LogEnds(self._api)
        self._files = RunFiles(self._api)
        self._logs = RunLogs(self._api, self._files, self.fetch_run)
        self._jobs = JobListing(profile, self._api, self._memory)
        self._actions = JobActions(profile, self._api, self._files)

    async def aclose(self) -> None:
        """Close its connections."""
        await self.transport.aclose()

    async def check(self) -> Identity:
        """`GET users/me/`."""
        return identity_of((await self._api.user()).value)

    # runs

    async def iterate_runs(self, listing: Listing) -> AsyncGenerator[RunBatch]:
        """The runs, a scope a job. Afterwards a few logs of ended runs are read, to learn how they ended."""
        async with aclosing(self._listing.batches(listing)) as batches:
            async for batch in batches:
                yield batch

    async def fetch_run(self, run_id: str) -> Run:
        """One run. Once it has ended its log's last line is read, once, for how it ended."""
        ids = parts_of(run_id)
        if ids is None:
            raise self._unknown(run_id)
        job_id, number = ids
        memory = await self._listing.remembered(job_id)
        if not memory.is_settled:
            await self._listing.learn_state(memory, again=True)
        try:
            item = await self._api.run(job_id, number)
        except NotFoundError:
            return await self._stand_in(memory, number)
        if memory.roles is None and item.value.variables:
            detail = (await self._api.job(job_id)).value
            memory.roles = {one.name: role_of_type(one.variable_type) for one in detail.jobvariables or ()}
        run = run_of(self.profile, memory.job, item, memory.roles or {})
        if run.ended_at is not None and memory.words.get(run.id, LastWords()).evidence is Evidence.NONE:
            await self._log_ends.learn_one(memory, run)
        return self._judged(memory, run)

    def _judged(self, memory: JobMemory, run: Run) -> Run:
        listed = memory.real_runs
        is_only = len(listed) == 1 and listed[0].id == run.id
        (fresh,) = memory.judge([run], self.transport.server_now(), is_only_run=is_only)
        fresh = judged_by_parts(fresh, [one for one in listed if one.parent_id == run.id])
        if run.id in memory.runs:
            memory.hold((memory.runs | {run.id: fresh}).values())
        return fresh

    async def _stand_in(self, memory: JobMemory, number: str) -> Run:
        """The line of a job without runs, which the service itself does not know as a run."""
        if number != "1" or memory.real_runs or memory.state.phase is JobPhase.DRAFT:
            raise self._unknown(f"{memory.job.id}/{number}")
        await self._api.statuses(memory.job.id)  # of a job that was deleted meanwhile: raises
        is_over = memory.is_over(self.transport.server_now())
        return placeholder(self.profile, memory.job, memory.state, is_over=is_over)

    def _unknown(self, run_id: str) -> NotFoundError:
        return NotFoundError(
            f"{self.transport.host} does not know run {run_id}", hint="Runs are called JOB/RUN.", profile=self.profile,
            operation=f"reading run {run_id}", code=404,
        )  # fmt: skip

    async def nodes(self, run: Run) -> tuple[Node, ...]:
        """The run, and below an optimisation or an iteration the runs it holds."""
        fresh = await self.fetch_run(run.id)
        others = await self._listing.runs_of(run.id.partition("/")[0]) if holds_others(fresh) else []
        return family_of(fresh, others)

    # logs and files

    async def log_sources(self, run: Run) -> tuple[LogSource, ...]:
        """The files that look like text, `process_output.log` first."""
        return await self._logs.sources(run)

    async def read_log(self, run: Run, source: LogSource, request: LogRequest) -> LogWindow:
        """The last lines while the run is in progress (no position), the stored file from a position afterwards."""
        return await self._logs.read(run, source, request)

    async def output_files(self, run: Run) -> FileListing:
        """The work folder, the stored files, or in between what was last seen."""
        return await self._files.listing(run)

    def open_file(
        self, run: Run, file: OutputFile, *, start: int = 0, end: int | None = None, etag: str | None = None
    ) -> AbstractAsyncContextManager[ByteStream]:
        """The bytes. A file of the work folder is always given from its beginning."""
        return self._files.opened(run, file, start, end, etag)

    # jobs

    async def iterate_jobs(self) -> AsyncIterator[Job]:
        """Every job; the reason of its status where this session knows it, or the job is among the newest."""
        async for job in self._jobs.jobs():
            yield job

    async def fetch_job(self, job_id: str, version: str = "") -> Job:
        """One job with its declared variables, its reason and its cluster. The service has no versions of jobs."""
        detail = await self._api.job(job_id)
        cluster = job_state(await self._api.cluster_statuses(job_id)).word
        return job_of_detail(self.profile, detail, job_state(await self._api.statuses(job_id), cluster))

    # actions

    async def start(self, job_id: str, inputs: Mapping[str, object], *, name: str = "", version: str = "") -> Run:
        """Submit the draft `job_id`; with an empty one, create a job from `inputs` (the body of `POST jobs/`) first."""
        if version:
            raise RejectedError("Rescale has no versions of jobs", profile=self.profile, operation="starting a job")
        return await self._actions.start(job_id, inputs, name)

    def new_job(self) -> Job:
        """What is started to create a job and submit it."""
        return new_job(self.profile)

    async def stop(self, run: Run) -> str:
        """Stop a run in progress; or its whole job while that has no runs."""
        sentence = await self._actions.stop(run)
        parts = parts_of(run.id)
        if parts is not None and parts[0] in self._memory.jobs:
            self._memory.jobs[parts[0]].told_to_stop.add(run.id)
        return sentence

    async def stop_job(self, job_id: str) -> str:
        """Stop a job with all its runs."""
        sentence = await self._actions.stop_job(job_id)
        known = self._memory.jobs.get(job_id)
        if known is not None:
            known.told_to_stop |= {run.id for run in known.real_runs if not run.status.is_final}
        return sentence

    async def delete(self, run: Run) -> str:
        """Delete the job of a run, if it has no other."""
        sentence = await self._actions.delete(run)
        self._memory.jobs.pop(run.id.partition("/")[0], None)
        return sentence

    async def delete_job(self, job_id: str) -> str:
        """Delete a job with all its runs and files."""
        sentence = await self._actions.delete_job(job_id)
        self._memory.jobs.pop(job_id, None)
        return sentence

    def run_filters(self) -> tuple[RunFilter, ...]:
        """The filters of the service's list of jobs."""
        return RUN_FILTERS

    async def find_runs(self, filters: Mapping[str, str]) -> RunBatch:
        """The runs of the jobs the service finds, job by job."""
        return await self._listing.of_jobs(*job_query(filters))

    async def snapshot(self, run: Run) -> str:
        """Have the work folder of a run in progress packed."""
        return await self._actions.snapshot(run)

    async def snapshots(self, run: Run) -> tuple[OutputFile, ...]:
        """The archives of its work folder that are there by now."""
        return await self._files.snapshots(run)


def open_backend(context: BackendContext, settings: Settings) -> RescaleBackend:
    """Connect a profile; nothing is sent yet. Raises ConfigError when it has no key at all."""
    url, key = settings.url, settings.token
    if settings.apiconfig:
        entry = entry_of(Path(settings.apiconfig).expanduser(), settings.apiconfig_profile)
        url = url or entry.url
    elif key is None:
        raise ConfigError(
            f"profile {context.profile} has no token",
            hint='Add token = { env = "RESCALE_API_KEY" }, or apiconfig = "~/.config/rescale/apiconfig".',
        )

    async def fetch() -> Secret:
        return _tidy(await context.reveal(key)) if key is not None else _key_in_file(settings)

    transport = Transport(
        context.profile,
        root_of(url or DEFAULT_URL) + "/api/v2",
        auth=TokenAuth(fetch, scheme_of),
        clock=context.clock,
        budget=limited(context.budget or RateBudget(context.clock), settings.calls_per_second),
        explain=explain,
        read_only=context.read_only,
    )
    return RescaleBackend(context.profile, transport, settings)


def _tidy(secret: Secret) -> Secret:
    return Secret(secret.reveal().strip())


def _key_in_file(settings: Settings) -> Secret:
    path = Path(settings.apiconfig).expanduser()
    entry = entry_of(path, settings.apiconfig_profile)
    if not entry.key:
        raise ConfigError(f"profile {entry.name!r} of {path} has no apikey")
    return entry.key


if TYPE_CHECKING:
    _backend: type[Backend] = RescaleBackend
    _nodes: type[HasNodes] = RescaleBackend
    _logs: type[HasLogs] = RescaleBackend
    _files: type[HasFiles] = RescaleBackend
    _reads: type[ReadsFiles] = RescaleBackend
    _jobs: type[HasJobs] = RescaleBackend
    _starts: type[Starts] = RescaleBackend
    _creates: type[CreatesJobs] = RescaleBackend
    _stops: type[Stops] = RescaleBackend
    _deletes: type[Deletes] = RescaleBackend
    _ends: type[EndsJobs] = RescaleBackend
    _finds: type[FindsRuns] = RescaleBackend
    _snapshots: type[Snapshots] = RescaleBackend
