"""DeltaTwin as a backend."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from runtui.backends.deltatwin.api import DeltaTwinApi, explain
from runtui.backends.deltatwin.components import job_of, usage_of
from runtui.backends.deltatwin.conf_file import read_conf_file
from runtui.backends.deltatwin.finding import RUN_FILTERS, RunFinding
from runtui.backends.deltatwin.log_reading import LogReading, sources_of
from runtui.backends.deltatwin.mapping import SERVICE, node_of, run_of
from runtui.backends.deltatwin.parameters import inputs_again, output_files
from runtui.backends.deltatwin.run_listing import RunListing
from runtui.backends.deltatwin.settings import PRODUCTION_URL, Settings, conf_path
from runtui.backends.deltatwin.sightings import Sightings
from runtui.backends.deltatwin.sign_in import SignIn
from runtui.backends.deltatwin.wire import GrantWire
from runtui.backends.protocol import (
    Backend,
    BackendContext,
    ByteStream,
    Deletes,
    FindsRuns,
    HasFiles,
    HasJobs,
    HasLogs,
    HasNodes,
    HasUsage,
    Listing,
    Publishes,
    ReadsFiles,
    Repeats,
    RunBatch,
    Starts,
)
from runtui.model.errors import BackendError, ConfigError, PayloadError, UnsupportedError
from runtui.model.identity import Identity
from runtui.model.job import Job
from runtui.model.log import LogRequest, LogSource, LogWindow
from runtui.model.node import Node
from runtui.model.output_file import FileListing, FilesWorld, OutputFile
from runtui.model.publication import Publication
from runtui.model.run import Run
from runtui.model.run_filter import RunFilter
from runtui.model.secret import Secret
from runtui.model.usage import Usage
from runtui.transport.auth import RenewingAuth
from runtui.transport.client import Transport
from runtui.transport.ranges import range_headers
from runtui.transport.streamed_file import StreamedFile


class DeltaTwinBackend:
    """One account at one DeltaTwin service."""

    service = SERVICE

    def __init__(self, profile: str, transport: Transport, sign_in: SignIn, *, page_size: int) -> None:
        self.profile = profile
        self._transport = transport
        self._sign_in = sign_in
        self._api = DeltaTwinApi(transport)
        self._listing = RunListing(self._api, profile, page_size)
        self._finding = RunFinding(self._api, self._listing, page_size)
        self._logs = LogReading(self._api)
        self._sightings = Sightings()

    async def aclose(self) -> None:
        """Close its connections."""
        await self._transport.aclose()

    async def check(self) -> Identity:
        """List a single run: proves the address, the version and the credentials."""
        await self._api.runs(top=1, skip=0)
        return self._sign_in.identity

    def iterate_runs(self, listing: Listing) -> AsyncIterator[RunBatch]:
        """The runs, all in one scope, a page a batch."""
        return self._listing.batches(listing)

    def run_filters(self) -> tuple[RunFilter, ...]:
        """The filters of the service's list."""
        return RUN_FILTERS

    async def find_runs(self, filters: Mapping[str, str]) -> RunBatch:
        """The runs the service finds."""
        return await self._finding.found(filters)

    async def fetch_run(self, run_id: str) -> Run:
        """One run with its inputs and outputs."""
        return self._listing.noted(await self._api.run(run_id))

    async def nodes(self, run: Run) -> tuple[Node, ...]:
        """The nodes in the service's order. Their times, if any, are those at which we saw them change."""
        items = (await self._api.nodes(run.id)).items
        nodes = tuple(node_of(item, run) for item in items)
        return self._sightings.dated(run.id, nodes, self._transport.server_now())

    async def log_sources(self, run: Run) -> tuple[LogSource, ...]:
        """Stdout and stderr of each model node that has started, the most telling first."""
        return sources_of(run, await self.nodes(run))

    async def read_log(self, run: Run, source: LogSource, request: LogRequest) -> LogWindow:
        """The text from the offset asked for when the service gives parts, else the whole of it."""
        is_final = run.status.is_final or self._sightings.is_over(run.id, source.node_id)
        return await self._logs.window(run, source, request, is_final=is_final)

    async def output_files(self, run: Run) -> FileListing:
        """The outputs that are files, asked for anew: a run from a list may come without its outputs."""
        item = await self._api.run(run.id)
        now = run_of(item, self.profile)
        world = FilesWorld.FINISHED if now.status.is_final else FilesWorld.RUNNING
        return FileListing(files=output_files(item.value.outputs), world=world)

    @asynccontextmanager
    async def open_file(
        self, run: Run, file: OutputFile, *, start: int = 0, end: int | None = None, etag: str | None = None
    ) -> AsyncIterator[ByteStream]:
        """The bytes of an output, also where the service sends on to a storage elsewhere (then without our token)."""
        async with self._api.download(run.id, file.id, range_headers(start, end, etag)) as streamed:
            yield StreamedFile(streamed, start)

    async def iterate_jobs(self) -> AsyncIterator[Job]:
        """Our own components, then the public ones."""
        seen: set[str] = set()
        for visibility in ("private", "public"):
            for item in (await self._api.twins(visibility)).items:
                if item.value.name not in seen:
                    seen.add(item.value.name)
                    yield job_of(item, self.profile)

    async def fetch_job(self, job_id: str, version: str = "") -> Job:
        """One component with its declared inputs and all its versions."""
        item = await self._api.twin(job_id, version)
        versions = (await self._api.versions(job_id)).items
        return job_of(item, self.profile, [version.value for version in versions])

    async def start(self, job_id: str, inputs: Mapping[str, object], *, name: str = "", version: str = "") -> Run:
        """Start a run of a component, of its latest version unless told. DeltaTwin's runs have no names.

        The nodes are asked for at once, so that their starts can be seen; the run is given even if that fails.
        """
        item = await self._api.start(job_id, version or await self._latest_version(job_id), inputs)
        run = self._listing.started(item, self._transport.server_now())
        # the run exists whatever happens now, and a person must get to know its id
        with suppress(BackendError):
            await self.nodes(run)
        return run

    async def inputs_of(self, run: Run) -> Mapping[str, object]:
        """The inputs of a run but for its secrets and signed addresses."""
        return inputs_again((await self._api.run(run.id)).value.inputs)

    async def _latest_version(self, job_id: str) -> str:
        """The version to send, for a service that may want one. Empty when it cannot be told but the twin exists."""
        try:
            return job_of(await self._api.twin(job_id), self.profile).version
        except (PayloadError, UnsupportedError):
            return ""

    async def delete(self, run: Run) -> str:
        """Delete the run and its outputs. What becomes of a run that still runs the service does not say."""
        await self._api.delete(run.id)
        self._listing.forget(run.id)
        self._sightings.forget(run.id)
        return f"Run {run.id} and its outputs are deleted."

    async def publish(self, run: Run, file: OutputFile, wish: Publication) -> str:
        """Make an artifact of an output, in our own name."""
        is_there = await self._api.publish(run.id, file.id, wish, owner=self._sign_in.identity.name or run.owner)
        return f"Artifact {wish.name} ({wish.visibility}) {'is made' if is_there else 'is being made'} of {file.id}."

    async def usage(self) -> tuple[Usage, ...]:
        """Quotas of runs, storage, schedules and images."""
        metrics = await self._api.metrics()
        return tuple(line for item in metrics.items for line in usage_of(item))


def open_backend(context: BackendContext, settings: Settings) -> DeltaTwinBackend:
    """A connection as the profile describes it. Raises ConfigError for a profile that cannot work."""
    conf = conf_path(settings, Path.home())
    root = (settings.url or _url_in(conf) or PRODUCTION_URL).rstrip("/")

    async def password() -> Secret | None:
        return await context.reveal(settings.password) if settings.password else None

    async def connect(username: str, password: Secret) -> GrantWire:
        return (await api.connect(username=username, password=password)).value

    async def renew(refresh_token: Secret) -> GrantWire:
        return (await api.renew(refresh_token)).value

    sign_in = SignIn(
        context.profile,
        context.clock,
        username=settings.username,
        reveal_password=password,
        conf=conf,
        connect=connect,
        renew=renew,
    )
    transport = Transport(
        context.profile,
        f"{root}/{quote(settings.api_version.strip('/'))}",
        auth=RenewingAuth(context.clock, sign_in.log_in, sign_in.renew),
        clock=context.clock,
        budget=context.budget,
        explain=explain,
        read_only=context.read_only,
        verify=settings.verify_tls,
    )
    api = DeltaTwinApi(transport)
    return DeltaTwinBackend(context.profile, transport, sign_in, page_size=settings.page_size)


def _url_in(conf: Path | None) -> str:
    """The address a conf file holds. A file that cannot be read is told of when a token is first needed."""
    try:
        return read_conf_file(conf).api if conf else ""
    except ConfigError:
        return ""


if TYPE_CHECKING:
    _backend: type[Backend] = DeltaTwinBackend
    _nodes: type[HasNodes] = DeltaTwinBackend
    _logs: type[HasLogs] = DeltaTwinBackend
    _files: type[HasFiles] = DeltaTwinBackend
    _reads_files: type[ReadsFiles] = DeltaTwinBackend
    _jobs: type[HasJobs] = DeltaTwinBackend
    _starts: type[Starts] = DeltaTwinBackend
    _repeats: type[Repeats] = DeltaTwinBackend
    _deletes: type[Deletes] = DeltaTwinBackend
    _finds: type[FindsRuns] = DeltaTwinBackend
    _publishes: type[Publishes] = DeltaTwinBackend
    _usage: type[HasUsage] = DeltaTwinBackend
