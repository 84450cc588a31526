"""What a backend is, and what it may be able to do.

A backend implements `Backend` and those of the small protocols below that its service can do. What it can do is
derived from what it implements (`capabilities_of`) and never written down twice.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec

from runtui.model.adopting import Adopting
from runtui.model.capability import Capability
from runtui.model.catalogue import CatalogueEntry, CatalogueTable
from runtui.model.clock import Clock
from runtui.model.command_wish import CommandWish
from runtui.model.errors import BackendError, ConfigError
from runtui.model.identity import Identity
from runtui.model.job import Job
from runtui.model.log import LogRequest, LogSource, LogWindow
from runtui.model.node import Node
from runtui.model.output_file import FileListing, OutputFile
from runtui.model.publication import Publication
from runtui.model.report import Report, ReportKind
from runtui.model.run import Run
from runtui.model.run_filter import RunFilter
from runtui.model.run_group import Reportable, RunGroup
from runtui.model.secret import Secret, SecretRef
from runtui.model.status import Status
from runtui.model.subscription import Subscription
from runtui.model.usage import Usage
from runtui.transport.limits import RateBudget


def no_folder() -> Path:
    """There is none. Raises ConfigError."""
    raise ConfigError("there is no data folder to keep runs in")


class BackendContext(msgspec.Struct, frozen=True, kw_only=True):
    """What the session gives a backend when it opens it.

    `profile` is the connection's name. `reveal` fetches a secret when it is first needed: it may run a command, and
    raises ConfigError when the secret cannot be had. `data_folder` gives the folder for what must not be lost; it may
    not be there yet, and ConfigError is raised where there can be none. `budget` is what requests to the account are
    counted on; None leaves that to the backend.
    """

    profile: str
    clock: Clock
    reveal: Callable[[SecretRef], Awaitable[Secret]]
    read_only: bool = False
    data_folder: Callable[[], Path] = no_folder
    budget: RateBudget | None = None


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Which runs a caller wants.

    A full listing covers every scope. A refresh (`full=False`) may leave out what cannot have changed since the last
    listing of this backend, but holds every run whose id is in `live` and every new run. `statuses` and `job` are
    given to the service where it has such filters and are only a hint: the caller filters again. `limit` is how many
    of the newest runs are enough, per scope.
    """

    full: bool = True
    live: frozenset[str] = frozenset()
    statuses: frozenset[Status] = frozenset()
    job: str = ""
    limit: int | None = None


class RunBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Runs of one scope (a Rescale job, a CARROT pipeline, all of DeltaTwin), as they arrive page by page.

    `is_last` says the scope has been given whole: what it held before and was not given again is gone. A batch with
    an `error` ends a scope that could not be given: it keeps its last runs. `problems` are sentences about items
    that could not be read. `gone` are ids the service no longer knows. A `scope_gone` scope does not exist any more.
    """

    scope: str
    runs: Sequence[Run] = ()
    is_last: bool = False
    scope_gone: bool = False
    gone: Sequence[str] = ()
    problems: Sequence[str] = ()
    error: BackendError | None = None


class ByteStream(Protocol):
    """The bytes of a file, while they come.

    `offset` is the position of the first byte given: 0 when the service ignored the start that was asked for.
    `size` is the whole file's size in bytes, when known. `etag` names this version of the content, when there is one.
    `name` is the file name the service proposes, unsafe as it came.
    """

    offset: int
    size: int | None
    etag: str | None
    name: str | None

    def pieces(self) -> AsyncIterator[bytes]:
        """The bytes from `offset` on, in pieces of any size. Raises BackendError when the connection breaks."""
        ...


@runtime_checkable
class CopiesBytes(Protocol):
    """A stream of bytes that can be had without going through the event loop, several times as fast."""

    async def copy(self, take: Callable[[memoryview], bool]) -> None:
        """Give the bytes to `take` in a thread, as they arrive, until it returns False; instead of `pieces`.

        The memory is used again afterwards. Raises BackendError when the connection breaks, and what `take` raises.
        """
        ...


class Backend(Protocol):
    """The core: list runs, fetch one, say who we are."""

    profile: str
    service: str

    async def aclose(self) -> None:
        """Close its connections."""
        ...

    async def check(self) -> Identity:
        """The cheapest request that proves the address and the credentials. Raises BackendError."""
        ...

    def iterate_runs(self, listing: Listing) -> AsyncIterator[RunBatch]:
        """The runs, in batches per scope. Raises BackendError only when nothing at all can be listed."""
        ...

    async def fetch_run(self, run_id: str) -> Run:
        """One run with its variables. Raises NotFoundError for one the service does not know."""
        ...


@runtime_checkable
class HasNodes(Protocol):
    """The service shows the steps of a run."""

    async def nodes(self, run: Run) -> tuple[Node, ...]:
        """The steps, in the order of the workflow, sub-workflows after the call that started them."""
        ...


@runtime_checkable
class HasLogs(Protocol):
    """The service gives text that can be followed."""

    async def log_sources(self, run: Run) -> tuple[LogSource, ...]:
        """What can be followed now, the most telling first. Empty when there is nothing yet."""
        ...

    async def read_log(self, run: Run, source: LogSource, request: LogRequest) -> LogWindow:
        """One piece of a source. Raises NotFoundError when the source is gone."""
        ...


@runtime_checkable
class HasFiles(Protocol):
    """The service lists output files."""

    async def output_files(self, run: Run) -> FileListing:
        """The output files, and which of the service's worlds they come from."""
        ...


@runtime_checkable
class ReadsFiles(Protocol):
    """The service gives the bytes of an output file."""

    def open_file(
        self, run: Run, file: OutputFile, *, start: int = 0, end: int | None = None, etag: str | None = None
    ) -> AbstractAsyncContextManager[ByteStream]:
        """The bytes from `start` up to and without `end`. With `etag` the range is asked for only if it still holds
        (`If-Range`); look at the stream's `offset` to see what came."""
        ...


@runtime_checkable
class HasJobs(Protocol):
    """The service has a list of what runs are listed under."""

    def iterate_jobs(self) -> AsyncIterator[Job]:
        """Every job, as the pages arrive."""
        ...

    async def fetch_job(self, job_id: str, version: str = "") -> Job:
        """One job with its declared inputs. Raises NotFoundError."""
        ...


@runtime_checkable
class Starts(Protocol):
    """The service starts runs."""

    async def start(self, job_id: str, inputs: Mapping[str, object], *, name: str = "", version: str = "") -> Run:
        """Start one run and return it. `inputs` is in the service's own JSON form. Sent once, never blindly again."""
        ...


@runtime_checkable
class Repeats(Protocol):
    """The service tells what a run was started with."""

    async def inputs_of(self, run: Run) -> Mapping[str, object]:
        """What `start` would take to start it again: no secrets, and nothing that is the job's own default."""
        ...


@runtime_checkable
class CreatesJobs(Protocol):
    """A run can be started under a job that does not exist yet."""

    def new_job(self) -> Job:
        """What to give to `start` for it: its id is empty, its inputs are one document or a few fields."""
        ...


@runtime_checkable
class RunsCommands(Protocol):
    """The service runs any command of the user."""

    async def run_command(self, wish: CommandWish) -> tuple[Run, ...]:
        """Start it and return its run, or the runs of its sweep in their order. Raises InputError and ConfigError for
        what is wrong in the wish: nothing was started then."""
        ...


@runtime_checkable
class Adopts(Protocol):
    """The service shows folders with results that something else made."""

    async def adopt(self, adopting: Adopting) -> Run:
        """Show a folder as a run from now on. Raises ConfigError for one that cannot be."""
        ...


@runtime_checkable
class IsNear(Protocol):
    """Asking this service costs next to nothing, so it may be asked often."""

    refresh_seconds: float
    """Seconds between two listings while one watches."""


@runtime_checkable
class Stops(Protocol):
    """The service stops a live run."""

    async def stop(self, run: Run) -> str:
        """Ask for it; returns the sentence of what will happen. Raises RejectedError when it is not live."""
        ...


@runtime_checkable
class Deletes(Protocol):
    """The service deletes a run with what belongs to it."""

    async def delete(self, run: Run) -> str:
        """Delete it; returns the sentence of what happened. Raises RejectedError when its state forbids it."""
        ...


@runtime_checkable
class KeepsDeleted(Protocol):
    """What was deleted is kept for a while."""

    delete_effect: str
    """What deleting a run does, as a sentence."""


@runtime_checkable
class EndsJobs(Protocol):
    """The service stops and deletes a job with all its runs."""

    async def stop_job(self, job_id: str) -> str:
        """Ask for it; returns the sentence of what will happen. Raises RejectedError when it is not live."""
        ...

    async def delete_job(self, job_id: str) -> str:
        """Delete it; returns the sentence of what happened. Raises RejectedError when its state forbids it."""
        ...


@runtime_checkable
class Snapshots(Protocol):
    """The service packs the work folder of a live run."""

    async def snapshot(self, run: Run) -> str:
        """Ask for it; returns the sentence of what will happen. Raises RejectedError when it is not live."""
        ...

    async def snapshots(self, run: Run) -> tuple[OutputFile, ...]:
        """The archives there are by now, in the order in which they came."""
        ...


@runtime_checkable
class HasReports(Protocol):
    """The service makes reports of runs, and of groups where it has such."""

    async def report_kinds(self) -> tuple[ReportKind, ...]:
        """What can be made, of any run, by name."""
        ...

    async def reports(self, subject: Reportable, filters: Mapping[str, str] | None = None) -> tuple[Report, ...]:
        """Those made of a run or a group, newest first; those that fit the service's own filters.

        Raises InputError for a filter it does not have or a value that is none.
        """
        ...

    async def report(self, subject: Reportable, report_id: str) -> Report:
        """One of them. Raises NotFoundError."""
        ...

    async def create_report(self, subject: Reportable, report_id: str, *, replace_failed: bool = False) -> Report:
        """Have one made. Raises RejectedError when it exists already."""
        ...

    async def delete_report(self, subject: Reportable, report_id: str) -> str:
        """Delete one; returns the sentence of what happened."""
        ...


@runtime_checkable
class ExportsTables(Protocol):
    """The service packs runs as tables for spreadsheets."""

    async def run_tables(self, runs: Sequence[Run]) -> bytes:
        """One zip of tables with a row for each of the runs, of which there is at least one."""
        ...


@runtime_checkable
class HasRunGroups(Protocol):
    """The service keeps runs together in groups."""

    def group_filters(self) -> tuple[RunFilter, ...]:
        """The filters the service has for its groups."""
        ...

    async def run_groups(self, filters: Mapping[str, str] | None = None) -> tuple[RunGroup, ...]:
        """Every group, newest first, or those that fit its filters. Raises InputError as `find_runs` does."""
        ...

    async def runs_of_group(self, group_id: str) -> RunBatch:
        """The runs of one of them, whatever scope they are of. Raises NotFoundError."""
        ...

    async def delete_group(self, group_id: str) -> str:
        """Delete one; returns the sentence of what happened. Raises RejectedError where runs forbid it."""
        ...

    async def report_on_found(self, report_id: str, filters: Mapping[str, str]) -> tuple[str, Report]:
        """Make a group of the runs the service finds, as `find_runs` does, and have a report made of it.

        Gives the id of the group. Raises InputError for filters that are none, NotFoundError when no run fits.
        """
        ...


@runtime_checkable
class FindsRuns(Protocol):
    """The service has filters of its own for its runs."""

    def run_filters(self) -> tuple[RunFilter, ...]:
        """Its filters, in the order in which they are shown."""
        ...

    async def find_runs(self, filters: Mapping[str, str]) -> RunBatch:
        """The runs the service finds. Raises InputError for a filter it does not have or a value that is none."""
        ...


@runtime_checkable
class HasUsage(Protocol):
    """The service tells how much of an allowance is used."""

    async def usage(self) -> tuple[Usage, ...]:
        """One line an allowance."""
        ...


@runtime_checkable
class Subscribes(Protocol):
    """The service sends mail when runs are over."""

    async def subscriptions(self) -> tuple[Subscription, ...]:
        """Those there are, newest first."""
        ...

    async def subscribe(self, job_id: str, email: str) -> Subscription:
        """Have an address told of the runs of a job, the profile's own when it is empty; one that is told already
        stays. Raises InputError for no address, NotFoundError for no job."""
        ...

    async def unsubscribe(self, job_id: str, email: str) -> str:
        """End that; returns the sentence of what happened. Raises NotFoundError where there is no such."""
        ...


@runtime_checkable
class Publishes(Protocol):
    """The service keeps an output file as something others can use, beside the run."""

    async def publish(self, run: Run, file: OutputFile, wish: Publication) -> str:
        """Have it published; returns the sentence of what will happen. Raises NotFoundError for a file there is not."""
        ...


@runtime_checkable
class HasCatalogue(Protocol):
    """The service keeps tables beside its jobs and runs."""

    def catalogue_tables(self) -> tuple[CatalogueTable, ...]:
        """Which, in the order in which they are shown."""
        ...

    async def catalogue(self, table: str, of: str = "") -> tuple[CatalogueEntry, ...]:
        """The entries of a table, all or those of what is written in `of`: an id or a name.

        Raises NotFoundError for a table, or a thing entries are to be of, there is not.
        """
        ...


_FACETS: tuple[tuple[Capability, type], ...] = (
    (Capability.NODES, HasNodes),
    (Capability.LOGS, HasLogs),
    (Capability.FILES, HasFiles),
    (Capability.READ_FILE, ReadsFiles),
    (Capability.JOBS, HasJobs),
    (Capability.WHOLE_JOBS, EndsJobs),
    (Capability.START, Starts),
    (Capability.STOP, Stops),
    (Capability.DELETE, Deletes),
    (Capability.SNAPSHOT, Snapshots),
    (Capability.REPORTS, HasReports),
    (Capability.TABLES, ExportsTables),
    (Capability.GROUPS, HasRunGroups),
    (Capability.FIND, FindsRuns),
    (Capability.USAGE, HasUsage),
    (Capability.PUBLISH, Publishes),
    (Capability.SUBSCRIBE, Subscribes),
    (Capability.CATALOGUE, HasCatalogue),
)


def capabilities_of(backend: Backend) -> frozenset[Capability]:
    """What a backend can do, derived from the protocols it implements."""
    return frozenset(capability for capability, facet in _FACETS if isinstance(backend, facet))
