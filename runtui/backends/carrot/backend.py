"""CARROT and its Cromwell as a backend."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec

from runtui.backends.carrot.api import CarrotApi
from runtui.backends.carrot.builds import find_builds
from runtui.backends.carrot.catalogue import TABLES, Catalogue
from runtui.backends.carrot.connections import Connections, open_connections
from runtui.backends.carrot.finding import RunFinding
from runtui.backends.carrot.lookups import Lookups
from runtui.backends.carrot.mapping import SERVICE, job_of, parent_job_of, report_of, subscription_of
from runtui.backends.carrot.outputs import OutputCollection, report_files
from runtui.backends.carrot.run_detail import RunDetail
from runtui.backends.carrot.run_groups import group_of, rows_of_group
from runtui.backends.carrot.run_listing import RunListing
from runtui.backends.carrot.run_tables import joined_tables
from runtui.backends.carrot.service_filters import GROUP_FILTERS, RUN_FILTERS, group_params, report_params
from runtui.backends.carrot.settings import Settings
from runtui.backends.carrot.standing import current_workflow, phase_of
from runtui.backends.carrot.starting import inputs_again, name_for, start_body, start_once
from runtui.backends.carrot.wire import PipelineWire, ReportMapWire, RunWire, SubscriptionWire, TemplateWire
from runtui.backends.carrot.words import DELETABLE, RUN_STATUSES, status_of
from runtui.backends.carrot.workflow_calls import sources_of
from runtui.backends.carrot.workflow_texts import DEPENDENCIES, WORKFLOW, HeldStream, workflow_files
from runtui.backends.protocol import (
    Backend,
    BackendContext,
    ByteStream,
    Deletes,
    ExportsTables,
    FindsRuns,
    HasCatalogue,
    HasFiles,
    HasJobs,
    HasLogs,
    HasNodes,
    HasReports,
    HasRunGroups,
    Listing,
    ReadsFiles,
    Repeats,
    RunBatch,
    Starts,
    Stops,
    Subscribes,
)
from runtui.model.catalogue import CatalogueEntry, CatalogueTable
from runtui.model.errors import (
    BackendError,
    InputError,
    InputProblem,
    NotFoundError,
    PayloadError,
    RejectedError,
    UnsupportedError,
)
from runtui.model.identity import Identity
from runtui.model.job import Job
from runtui.model.log import LogRequest, LogSource, LogWindow
from runtui.model.node import Node
from runtui.model.output_file import FileListing, FilesWorld, OutputFile
from runtui.model.report import Report, ReportKind
from runtui.model.run import Run
from runtui.model.run_filter import RunFilter
from runtui.model.run_group import GROUP_MARK, Reportable, RunGroup
from runtui.model.status import Status
from runtui.model.subscription import Subscription
from runtui.transport.decoding import Item


class CarrotBackend:
    """One CARROT server, the Cromwell behind it, and the places their files lie at.

    What no protocol has a place for are methods of `api`.
    """

    service = SERVICE

    def __init__(self, profile: str, connections: Connections, settings: Settings) -> None:
        self.profile = profile
        self.api = CarrotApi(connections.carrot)
        self._connections = connections
        self._email = settings.email
        self._page_size = settings.page_size
        self._link = connections.link
        self._files = connections.files
        self._clock = connections.carrot.clock
        self._detail = RunDetail(self.api, self._link, lambda run_id: self._listing.knows(run_id))
        self._lookups = Lookups(self.api, self._clock)
        self._listing = RunListing(
            self.api,
            self._link,
            self._lookups,
            self._clock,
            profile=profile,
            page_size=settings.page_size,
            most=settings.runs_per_pipeline,
            doomed=self._detail.doomed,
        )

        self._catalogue = Catalogue(self.api, self._lookups)
        self._finding = RunFinding(self.api, self._listing, self._lookups, self._clock, settings.page_size)

    async def aclose(self) -> None:
        """Close its connections."""
        await self._connections.aclose()

    async def check(self) -> Identity:
        """Ask where Cromwell is: no database, no login. A server too old to say is asked for one pipeline."""
        if not await self.api.cromwell_address():
            await self.api.pipelines(limit=1)
        return Identity(name=self._email, email=self._email)

    def iterate_runs(self, listing: Listing) -> AsyncIterator[RunBatch]:
        """The runs, pipeline by pipeline."""
        return self._listing.batches(listing)

    async def fetch_run(self, run_id: str) -> Run:
        """One run. Of a live or failed one Cromwell is asked what it says, if it can be reached."""
        item = await self.api.run(run_id)
        await self._lookups.ensure()
        wire = item.value
        calls = await self._standing(wire)
        run = (await self._listing.mapped([item]))[0]
        if wire.status == "building":
            run = msgspec.structs.replace(run, reason=await self._building(wire))
        message = "\n".join(part for part in (run.message, calls) if part)
        return msgspec.structs.replace(run, message=message) if message != run.message else run

    async def _standing(self, wire: RunWire) -> str:
        """What Cromwell says of the workflow a live or failed run is in. Empty when it cannot be asked."""
        workflow, phase = current_workflow(wire), phase_of(wire)
        status = status_of(wire.status, RUN_STATUSES)
        if not workflow or status in (Status.SUCCEEDED, Status.STOPPED) or wire.status == "carrotfailed":
            return ""
        try:
            return (await self._detail.standing(phase, workflow)).message
        except BackendError:
            return ""

    async def _building(self, wire: RunWire) -> str:
        builds = await find_builds(self.api, wire)
        said = [f"{one.software} {one.version}" + (f" ({one.build.status})" if one.build else "") for one in builds]
        return "waiting for the docker image of " + ", ".join(said) if said else ""

    async def nodes(self, run: Run) -> tuple[Node, ...]:
        """The two workflows, and below each its calls; while an image is built, the build."""
        return tuple(call.node for call in await self._detail.calls(run))

    async def log_sources(self, run: Run) -> tuple[LogSource, ...]:
        """The streams of every call that has begun, those of failed calls first."""
        sources = sources_of(await self._detail.calls(run))
        ids = await self._workflow_ids(run)
        places = [source.location for source in sources]
        here = await asyncio.to_thread(self._files.on_this_machine, places, ids)
        return tuple(
            msgspec.structs.replace(source, size=here[source.location].size, path_here=here[source.location].path)
            if source.location in here
            else source
            for source in sources
        )

    async def read_log(self, run: Run, source: LogSource, request: LogRequest) -> LogWindow:
        """The bytes from the offset on, wherever the log lies. Says where it lies when it cannot be read."""
        location = source.location or await self._location_of(run, source.id)
        ids = await self._workflow_ids(run)
        return await self._files.window(location, ids, request, is_over=self._detail.is_over(run, source.id))

    async def _location_of(self, run: Run, source_id: str) -> str:
        for source in await self.log_sources(run):
            if source.id == source_id:
                return source.location
        raise NotFoundError(f"the run has no log {source_id}", profile=self.profile, operation="read the log")

    async def _workflow_ids(self, run: Run) -> tuple[str, ...]:
        """The ids of the workflows whose folders may be read for a run."""
        known = tuple(run.extra[name] for name in ("test_workflow", "eval_workflow") if run.extra.get(name))
        if run.status.is_final and known and self._listing.knows(run.id):
            return known
        workflows = await self._detail.known_workflows(run)
        return tuple(dict.fromkeys((*known, *workflows)))

    async def output_files(self, run: Run) -> FileListing:
        """What both workflows put out, what the results name, and the files of reports."""
        item = await self.api.run(run.id)
        wire = item.value
        collection = OutputCollection()
        problems: list[str] = []
        ids = [one for one in (wire.test_cromwell_job_id, wire.eval_cromwell_job_id) if one]
        for phase, workflow in (("test", wire.test_cromwell_job_id), ("eval", wire.eval_cromwell_job_id)):
            if workflow:
                await self._add_outputs(collection, workflow, phase, problems)
        await self._add_results(collection, item, ids)
        await self._add_reports(collection, run.id, problems, ids)
        now_final = status_of(wire.status, RUN_STATUSES).is_final
        files = await self._files.described(collection.files(), ids) + workflow_files(wire)
        world = FilesWorld.FINISHED if now_final else FilesWorld.RUNNING
        return FileListing(files=files, world=world, problems=tuple(problems))

    async def _add_outputs(self, collection: OutputCollection, workflow: str, phase: str, problems: list[str]) -> None:
        try:
            outputs = await (await self._link.api()).outputs(workflow)
        except BackendError as error:
            problems.append(f"outputs of the {phase} workflow are missing: {error.message}")
        else:
            collection.add_outputs(outputs.outputs, phase, [workflow])

    async def _add_results(self, collection: OutputCollection, item: Item[RunWire], ids: list[str]) -> None:
        for run in await self._listing.mapped([item]):
            for variable in run.variables:
                if variable.file_id:
                    collection.add_result(variable.file_id, variable.name, ids)

    async def _add_reports(
        self, collection: OutputCollection, run_id: str, problems: list[str], ids: list[str]
    ) -> None:
        try:
            maps = await self.api.reports_of("runs", run_id)
        except UnsupportedError:
            return
        except BackendError as error:
            problems.append(f"files of reports are missing: {error.message}")
            return
        for report in maps.items:
            if report.value.cromwell_job_id:
                ids.append(report.value.cromwell_job_id)
            for file in (await self._report(report.value)).files:
                collection.add(file.location, file.path, file.kind)

    @asynccontextmanager
    async def open_file(
        self, run: Run, file: OutputFile, *, start: int = 0, end: int | None = None, etag: str | None = None
    ) -> AsyncIterator[ByteStream]:
        """The bytes of an output file, wherever it lies; a token goes to no other place than its own."""
        if file.kind == WORKFLOW:
            yield HeldStream(await self._workflow_content(run, file.id), start, end)
            return
        is_group = run.id.startswith(GROUP_MARK)
        ids = [] if is_group else list(await self._workflow_ids(run))
        if file.kind == "report":
            entity = ("run-groups", run.id.removeprefix(GROUP_MARK)) if is_group else ("runs", run.id)
            ids += await self._report_workflows(*entity)
        location = file.location or file.id
        async with self._files.open(location, ids, start=start, end=end, etag=etag) as stream:
            yield stream

    async def _workflow_content(self, run: Run, file_id: str) -> bytes:
        if not file_id.endswith(DEPENDENCIES):
            return (await self.api.workflow_text(run.id, file_id)).encode()
        test = (await self.api.test((await self.api.run(run.id)).value.test_id)).value
        return await self.api.workflow_dependencies(test.template_id, file_id.removesuffix(DEPENDENCIES))

    async def iterate_jobs(self) -> AsyncIterator[Job]:
        """Every test, by name, then the templates and pipelines they belong to."""
        await self._lookups.ensure()
        for item in (await self.api.tests()).items:
            yield job_of(item.value, self.profile, self._lookups.place_of(item.value))
        for template in self._lookups.templates.values():
            yield self._parent_job(template)
        for pipeline in self._lookups.pipelines.values():
            yield self._parent_job(pipeline)

    def _parent_job(self, wire: PipelineWire | TemplateWire) -> Job:
        above = self._lookups.pipelines.get(wire.pipeline_id) if isinstance(wire, TemplateWire) else None
        return parent_job_of(wire, self.profile, {"pipeline": above.name} if above else {})

    async def fetch_job(self, job_id: str, version: str = "") -> Job:
        """One test with the inputs it has defaults for, or a template or pipeline. None of them has versions."""
        await self._lookups.ensure()
        parent = self._lookups.templates.get(job_id) or self._lookups.pipelines.get(job_id)
        if parent is not None:
            return self._parent_job(parent)
        test = (await self.api.test(job_id)).value
        return job_of(test, self.profile, self._lookups.place_of(test))

    async def start(self, job_id: str, inputs: Mapping[str, object], *, name: str = "", version: str = "") -> Run:
        """Start a run of a test. Sent once; when CARROT fails or its answer is lost, the run is looked for by name."""
        test = (await self.api.test(job_id)).value
        given = str(inputs.get("name") or "")
        body = start_body(test, inputs, name or given or name_for(test, self._clock.now()), self._email)
        item = await start_once(self.api, test, body)
        return (await self._listing.mapped([item]))[0]

    async def inputs_of(self, run: Run) -> Mapping[str, object]:
        """What the run was given beyond the defaults its test has now."""
        wire = (await self.api.run(run.id)).value
        return inputs_again(wire, (await self.api.test(wire.test_id)).value)

    async def stop(self, run: Run) -> str:
        """Have Cromwell stop the workflow the run is in now: CARROT has no way of its own."""
        wire = (await self.api.run(run.id)).value
        workflow, phase = current_workflow(wire), phase_of(wire)
        if status_of(wire.status, RUN_STATUSES).is_final:
            raise self._rejected(f"the run is over already: CARROT says {wire.status}", "stop the run")
        if not workflow:
            raise self._rejected(
                f"nothing of this run is at Cromwell yet: CARROT says {wire.status}",
                "stop the run",
                hint="Try again when its test workflow has been submitted.",
            )
        answer = await (await self._link.api()).abort(workflow)
        said = answer.status or "Aborting"
        return f"Cromwell says {said} of the {phase} workflow. CARROT shows it at its next look, within minutes."

    async def delete(self, run: Run) -> str:
        """Delete a run that failed or was stopped; CARROT deletes no others. Its reports stay behind."""
        wire = (await self.api.run(run.id)).value
        if wire.status not in DELETABLE:
            is_over = status_of(wire.status, RUN_STATUSES).is_final or not run.status.is_final
            waits = " It takes until CARROT has noticed that the run is over." if not is_over else ""
            raise self._rejected(
                f"CARROT deletes only runs that failed or were stopped, and says {wire.status} of this one.{waits}",
                "delete the run",
            )
        message = await self.api.delete_run(run.id)
        self._listing.forget(run.id)
        return f"Run {wire.name or run.id} is deleted with its results. {message}.".replace("..", ".")

    async def report_kinds(self) -> tuple[ReportKind, ...]:
        """Every report of the server, by name; of no use where it has no reporting."""
        kinds = [item.value for item in (await self.api.report_kinds()).items]
        return tuple(ReportKind(id=one.report_id, name=one.name, description=one.description or "") for one in kinds)

    async def reports(self, subject: Reportable, filters: Mapping[str, str] | None = None) -> tuple[Report, ...]:
        """The reports of a run or a group, newest first."""
        maps = await self.api.reports_of(*_entity(subject), report_params(filters or {}, self._clock.now()))
        return tuple([await self._report(item.value) for item in maps.items])

    async def report(self, subject: Reportable, report_id: str) -> Report:
        """One report of a run or a group."""
        return await self._report((await self.api.report_of(*_entity(subject), report_id)).value)

    async def create_report(self, subject: Reportable, report_id: str, *, replace_failed: bool = False) -> Report:
        """Have a report made. `replace_failed` makes one anew that failed or was stopped; others stay as they are."""
        item = await self.api.create_report(
            *_entity(subject), report_id, created_by=self._email, delete_failed=replace_failed
        )
        return await self._report(item.value)

    async def delete_report(self, subject: Reportable, report_id: str) -> str:
        """Delete a report; a workflow that is making it runs on."""
        message = await self.api.delete_report(*_entity(subject), report_id)
        return f"The report is deleted. {message}."

    def run_filters(self) -> tuple[RunFilter, ...]:
        """The filters of CARROT's lists of runs, and where one looks."""
        return RUN_FILTERS

    async def find_runs(self, filters: Mapping[str, str]) -> RunBatch:
        """The runs CARROT finds, in its order within each pipeline, template or test."""
        return await self._finding.found(filters)

    async def report_on_found(self, report_id: str, filters: Mapping[str, str]) -> tuple[str, Report]:
        """One report of all runs of a pipeline, template or test that fit; CARROT makes a group of them."""
        place, params = await self._finding.query(filters)
        wire = (await self.api.create_group_report(*place, report_id, params, created_by=self._email)).value
        return wire.entity_id, await self._report(wire)

    async def run_tables(self, runs: Sequence[Run]) -> bytes:
        """The zip of tables CARROT packs of a run; those of several, each asked for by itself, in one."""
        packed = [await self.api.run_tables(run.id) for run in runs]
        try:
            return await asyncio.to_thread(joined_tables, packed)
        except PayloadError as error:
            error.profile, error.operation = self.profile, "fetch the runs' tables"
            raise

    def group_filters(self) -> tuple[RunFilter, ...]:
        """The filters of CARROT's list of groups: of pull requests, but for the moments."""
        return GROUP_FILTERS

    async def run_groups(self, filters: Mapping[str, str] | None = None) -> tuple[RunGroup, ...]:
        """The groups that fit, newest first, with the pull request or the query they came to be by."""
        groups = await self.api.groups(group_params(filters or {}, self._clock.now()))
        return tuple(group_of(item.value, self.profile, SERVICE) for item in groups.items)

    def catalogue_tables(self) -> tuple[CatalogueTable, ...]:
        """Software, its versions and images, and what templates give and report."""
        return TABLES

    async def catalogue(self, table: str, of: str = "") -> tuple[CatalogueEntry, ...]:
        """The entries of one of them, all or those of one thing."""
        return await self._catalogue.entries(table, of)

    async def subscriptions(self) -> tuple[Subscription, ...]:
        """Every subscription the server has, of anybody: CARROT knows no logins."""
        await self._lookups.ensure()
        return tuple([await self._subscription(item.value) for item in (await self.api.subscriptions()).items])

    async def _subscription(self, wire: SubscriptionWire) -> Subscription:
        return subscription_of(wire, await self._lookups.name_of(f"{wire.entity_type}s", wire.entity_id))

    async def subscribe(self, job_id: str, email: str) -> Subscription:
        """Have CARROT mail to an address, ours when none is given, once."""
        address = self._address(email)
        known = [one for one in await self.subscriptions() if (one.job_id, one.email) == (job_id, address)]
        if known:
            return known[0]
        folder = await self._lookups.folder_of(job_id)
        return await self._subscription((await self.api.subscribe(folder, job_id, address)).value)

    async def unsubscribe(self, job_id: str, email: str) -> str:
        """Have CARROT mail to it no more."""
        address = self._address(email)
        message = await self.api.unsubscribe(await self._lookups.folder_of(job_id), job_id, address)
        return f"{address} is told no more of it. {message}.".replace("..", ".")

    def _address(self, email: str) -> str:
        address = email.strip() or self._email
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
            said = f"{address!r} is no e-mail address" if address else "an e-mail address is needed"
            raise InputError.of([InputProblem("email", said)], hint=f"Or set email in profile {self.profile}.")
        return address

    async def delete_group(self, group_id: str) -> str:
        """Delete a group, which CARROT refuses while runs are in it."""
        message = await self.api.delete_group(group_id)
        return f"The group is deleted. {message}.".replace("..", ".")

    async def runs_of_group(self, group_id: str) -> RunBatch:
        """The runs of a group: one request a pipeline, as a rule."""
        rows = await rows_of_group(self.api, group_id, self._page_size)
        await self._lookups.ensure()
        return RunBatch(scope=group_id, runs=await self._listing.mapped(rows.items), problems=rows.problems)

    async def _report(self, wire: ReportMapWire) -> Report:
        name = await self._lookups.report_name(wire.report_id)
        return report_of(wire, name, report_files(wire.results, name or wire.report_id))

    async def _report_workflows(self, entity: str, entity_id: str) -> list[str]:
        maps = await self.api.reports_of(entity, entity_id)
        return [item.value.cromwell_job_id for item in maps.items if item.value.cromwell_job_id]

    def _rejected(self, message: str, operation: str, *, hint: str = "") -> RejectedError:
        return RejectedError(message, hint=hint, profile=self.profile, operation=operation)


def _entity(subject: Reportable) -> tuple[str, str]:
    """The part of CARROT's paths that names what a report is made of."""
    return ("runs" if isinstance(subject, Run) else "run-groups"), subject.id


def open_backend(context: BackendContext, settings: Settings) -> CarrotBackend:
    """A connection as the profile describes it. Raises ConfigError for an address that cannot work."""
    return CarrotBackend(context.profile, open_connections(context, settings), settings)


if TYPE_CHECKING:
    _backend: type[Backend] = CarrotBackend
    _nodes: type[HasNodes] = CarrotBackend
    _logs: type[HasLogs] = CarrotBackend
    _files: type[HasFiles] = CarrotBackend
    _reads_files: type[ReadsFiles] = CarrotBackend
    _jobs: type[HasJobs] = CarrotBackend
    _starts: type[Starts] = CarrotBackend
    _repeats: type[Repeats] = CarrotBackend
    _stops: type[Stops] = CarrotBackend
    _deletes: type[Deletes] = CarrotBackend
    _reports: type[HasReports] = CarrotBackend
    _tables: type[ExportsTables] = CarrotBackend
    _groups: type[HasRunGroups] = CarrotBackend
    _subscribes: type[Subscribes] = CarrotBackend
    _has_catalogue: type[HasCatalogue] = CarrotBackend
    _finds: type[FindsRuns] = CarrotBackend
