"""All profiles opened together: what the dashboard, the commands and scripts work with."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import msgspec

from runtui.backends.protocol import KeepsDeleted, Listing, RunBatch, RunsCommands
from runtui.config.paths import find_paths
from runtui.config.profile import Profile, chosen_profiles
from runtui.config.settings import Config, load_config
from runtui.config.this_machine import own_profiles
from runtui.model.call_gauge import CallGauge
from runtui.model.capability import Capability
from runtui.model.catalogue import CatalogueEntry, CatalogueTable
from runtui.model.clock import Clock, SystemClock
from runtui.model.delta import FeedState
from runtui.model.errors import ConfigError, NotFoundError, RuntuiError
from runtui.model.identity import Identity
from runtui.model.job import Job
from runtui.model.log import LogSource
from runtui.model.node import Node
from runtui.model.on_conflict import OnConflict
from runtui.model.output_file import FileListing, OutputFile
from runtui.model.reference import RunReference, matching_references
from runtui.model.report import Report, ReportKind
from runtui.model.run import Run
from runtui.model.run_filter import RunFilter
from runtui.model.run_group import GROUP_MARK, Reportable, RunGroup
from runtui.model.status import Status
from runtui.model.subscription import Subscription
from runtui.model.transfer import Transfer
from runtui.model.usage import Usage
from runtui.services.account import profile_mark
from runtui.services.actions import Actions
from runtui.services.background import Background
from runtui.services.budgets import Budgets
from runtui.services.cache import RunCache
from runtui.services.carrier import start_carrier
from runtui.services.connection import Connection, open_connection
from runtui.services.feeds import Feeds
from runtui.services.file_choice import FileGlob
from runtui.services.file_pieces import FilePiece, read_piece
from runtui.services.first_runs import FirstRuns
from runtui.services.followed_tails import FollowedTails
from runtui.services.kept_spools import KeptSpools
from runtui.services.kept_summaries import KeptSummaries
from runtui.services.line_windows import WindowLines
from runtui.services.listed_series import ListedSeries, SeriesPace
from runtui.services.news import News, NewsList
from runtui.services.output_watch import OutputWatch, OutputWatches
from runtui.services.pace import Pace
from runtui.services.queue_file import QueueFolder
from runtui.services.saved_runs import SavedRuns
from runtui.services.seen_marks import SeenMarks
from runtui.services.series_memory import SeriesMemory
from runtui.services.snapshots import new_snapshot
from runtui.services.store import Store
from runtui.services.table_export import write_tables
from runtui.services.tail import Tail, TailPace
from runtui.services.transfers import Transfers

_MOST_NAMED = 5


class RunList(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one listing: what came, and what did not.

    `errors` holds, by profile, the error that left its runs out or incomplete; `problems` are sentences about items
    that could not be read.
    """

    runs: tuple[Run, ...] = ()
    errors: Mapping[str, RuntuiError] = {}
    problems: tuple[str, ...] = ()


class Session:
    """Opened profiles with one store. Belongs to the event loop it was opened in; close it with `aclose`.

    A profile that cannot be opened is kept in `broken` with its error and does not hinder the others. With a `cache`
    the store begins with what it holds. Processes with the same `budget_folder` share what they may ask of an account.
    With `marks` it tells what changed since somebody last looked.
    With a `data_folder` downloads outlive the session, and `listed_series` knows what was remembered for each job; with
    `summaries` what it found in the logs of runs that are over is there the next time. `first` are runs that were read
    from the cache before.
    """

    def __init__(
        self,
        config: Config,
        profiles: Sequence[Profile],
        *,
        clock: Clock | None = None,
        read_only: bool = False,
        environ: Mapping[str, str] | None = None,
        pace: Pace | None = None,
        tail_pace: TailPace | None = None,
        cache: RunCache | None = None,
        spools: KeptSpools | None = None,
        budget_folder: Path | None = None,
        marks: SeenMarks | None = None,
        data_folder: Path | None = None,
        summaries: KeptSummaries | None = None,
        open_now: bool = True,
        first: Iterable[FirstRuns] = (),
    ) -> None:
        self.config = config
        self.clock = clock or SystemClock()
        self.read_only = read_only
        self.store = Store(keeps_small=cache is not None)
        self.transfers = Transfers(
            self.clock,
            self.connect_for_transfers,
            queues=None if data_folder is None else QueueFolder(data_folder),
            start_carrier=None
            if data_folder is None
            else partial(start_carrier, config.path, data_folder, os.environ if environ is None else environ),
            on_crash=lambda error: self.background.note_crash(error),
        )
        self.transfers.limit(config.interface.download_connections)
        self.connections: dict[str, Connection] = {}
        self.broken: dict[str, RuntuiError] = {}
        self.background = Background()
        self._watches = OutputWatches(self.background)
        self.actions = Actions(self.connection, self.store, self.refresh)
        self._feeds = Feeds(self.store, self.clock, self.background, pace or Pace())
        self._tails = FollowedTails(self.store, self.clock, self.background, tail_pace or TailPace(), spools)
        self.listed_series = ListedSeries(
            self.connection,
            self.background,
            self.clock,
            memory=None if data_folder is None else SeriesMemory(data_folder),
            kept=summaries,
            pace=SeriesPace.beside(pace or Pace()),
        )
        self._profiles = tuple(profiles)
        self._environ = environ
        self._budgets = None if budget_folder is None else Budgets(budget_folder, self.clock)
        self._is_open = False
        self._saved = SavedRuns(cache, self.store, self.clock, profiles, first=first)
        self._marks = marks
        self._news: News | None = None
        if open_now:
            self.open()

    def open(self) -> None:
        """Open every profile, once. Asks no service anything yet, but brings in the HTTP client, which takes a while:
        with `open_now=False` what the cache holds is there before.
        """
        if not self._is_open:
            self._is_open = True
            if self._marks is not None:
                self._news = News(self._marks, self.store, self.clock, self._profiles)
            for profile in self._profiles:
                self._open(profile, self._environ)

    def _open(self, profile: Profile, environ: Mapping[str, str] | None) -> None:
        try:
            self.connections[profile.name] = open_connection(
                profile, clock=self.clock, read_only=self.read_only, environ=environ, budgets=self._budgets
            )
        except RuntuiError as error:
            self.broken[profile.name] = error
            known = self.store.health[profile.name]
            self.store.put_health(
                msgspec.structs.replace(known, state=FeedState.BROKEN, error=error.message, hint=error.hint)
            )

    async def aclose(self) -> None:
        """End every task, close every connection and remove the spools."""
        await self.background.aclose()
        await self.transfers.aclose()
        await self._saved.save()
        await self._tails.aclose()
        for connection in self.connections.values():
            await connection.aclose()

    # profiles

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Those it was opened with, in their order."""
        return self._profiles

    def connection(self, profile: str) -> Connection:
        """The opened profile of that name. Raises its own error when it could not be opened, or ConfigError."""
        if profile in self.broken:
            raise self.broken[profile]
        if profile not in self.connections:
            known = ", ".join([*self.connections, *self.broken]) or "none is configured"
            raise ConfigError(f"there is no profile {profile!r}", hint=f"Profiles: {known}.")
        return self.connections[profile]

    def capabilities(self, profile: str) -> frozenset[Capability]:
        """What a profile's service can do; nothing when it could not be opened."""
        connection = self.connections.get(profile)
        return connection.capabilities if connection else frozenset()

    async def delete_effect(self, runs: Sequence[Run], usual: str) -> str:
        """What deleting these runs does, as a sentence: the usual, unless all are of profiles that keep what goes."""
        backends = [self.connection(run.profile).backend for run in runs]
        said = {one.delete_effect if isinstance(one, KeepsDeleted) else usual for one in backends}
        return said.pop() if len(said) == 1 else usual

    async def command_profile(self) -> str | None:
        """The first profile whose service runs any command; None where there is none."""
        return next((name for name, one in self.connections.items() if isinstance(one.backend, RunsCommands)), None)

    async def call_gauges(self) -> dict[str, CallGauge]:
        """How much is asked of each opened profile's account, by all processes that share its budget."""
        opened = dict(self.connections)
        return await asyncio.to_thread(lambda: {name: one.budget.gauge() for name, one in opened.items()})

    async def check(self, profile: str) -> Identity:
        """Prove the address and the credentials of a profile, and poll it again. Raises BackendError."""
        identity = await self.connection(profile).backend.check()
        self.refresh([profile])
        return identity

    # feeds

    def start_feeds(self) -> None:
        """Begin to poll every opened profile, each for itself."""
        self._feeds.start(self.connections)
        self.background.spawn(self._saved.keep(), "saved runs")
        if self._news is not None:
            self.background.spawn(self._news.follow(), "news")

    def refresh(self, profiles: Iterable[str] = (), *, full: bool = False) -> None:
        """Poll the given profiles now, or all."""
        self._feeds.refresh(profiles, full=full)

    def set_focused(self, focused: bool) -> None:
        """Poll less while nobody looks, and at once when somebody does again."""
        self._feeds.set_focused(focused)
        self.listed_series.set_focused(focused)

    # what changed

    def changes(self) -> NewsList:
        """What changed since somebody last looked; nothing in a session without marks."""
        return NewsList() if self._news is None else self._news.now()

    def look(self) -> None:
        """Everything there is now was seen by somebody."""
        if self._news is not None:
            self._news.look()

    # runs

    async def list_runs(
        self, profiles: Iterable[str] = (), *, statuses: Iterable[Status] = (), job: str = "", limit: int | None = None
    ) -> RunList:
        """List the runs of the given profiles, or of all, once and together. Errors are in the answer, not raised."""
        names = list(profiles) or [*self.connections, *self.broken]
        listing = Listing(statuses=frozenset(statuses), job=job, limit=limit)
        parts = await asyncio.gather(*(self._list_profile(name, listing) for name in names))
        wanted = frozenset(statuses)
        runs = (run for part in parts for run in part.runs if not wanted or run.status in wanted)
        return RunList(
            runs=tuple(runs),
            errors={profile: error for part in parts for profile, error in part.errors.items()},
            problems=tuple(problem for part in parts for problem in part.problems),
        )

    async def _list_profile(self, name: str, listing: Listing) -> RunList:
        runs: dict[RunReference, Run] = {}
        problems: list[str] = []
        errors: dict[str, RuntuiError] = {}
        try:
            async for batch in self.connection(name).backend.iterate_runs(listing):
                runs.update((run.reference, run) for run in self.store.put_all(batch.runs))
                problems.extend(f"{name}: {problem}" for problem in batch.problems)
                if batch.error is not None:
                    errors[name] = batch.error
        except RuntuiError as error:
            errors[name] = error
        return RunList(runs=tuple(runs.values()), errors=errors, problems=tuple(problems))

    async def fetch_run(self, reference: RunReference) -> Run:
        """One run as its service has it now; the store learns of it. Raises BackendError."""
        try:
            run = await self.connection(reference.profile).backend.fetch_run(reference.id)
        except NotFoundError:
            self.store.remove([reference])
            raise
        return self.store.put(run)

    async def find_run(self, written: str) -> Run:
        """The run a person means by a reference or a prefix of one that only one run has, freshly fetched.

        Raises NotFoundError when there is none, ConfigError when there are several or when the profile is unknown.
        """
        profile, colon, run_id = written.partition(":")
        if colon and run_id:
            self.connection(profile)
            try:
                return await self.fetch_run(RunReference(profile, run_id))
            except NotFoundError:
                pass
        listed = await self.list_runs([profile] if colon else ())
        found = matching_references(written, [run.reference for run in listed.runs])
        if len(found) == 1:
            return await self.fetch_run(found[0])
        if not found:
            if listed.errors:
                raise next(iter(listed.errors.values()))
            raise NotFoundError(f"no run is called {written!r}", hint="`runtui list` shows the runs there are.")
        named = ", ".join(str(reference) for reference in found[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        raise ConfigError(f"{written!r} may mean {named}{more}", hint="Write more of the id.")

    async def nodes(self, run: Run) -> tuple[Node, ...]:
        """The run's nodes. Raises UnsupportedError where the service shows none."""
        return await self.connection(run.profile).with_nodes.nodes(run)

    async def jobs(self, profile: str) -> tuple[Job, ...]:
        """What a profile's runs are listed under."""
        return tuple([job async for job in self.connection(profile).with_jobs.iterate_jobs()])

    async def runs_of_job(self, profile: str, job_id: str) -> tuple[Run, ...]:
        """The runs of one job as its service lists them now. Raises RuntuiError."""
        listed = await self.list_runs([profile], job=job_id)
        if listed.errors:
            raise next(iter(listed.errors.values()))
        return tuple(run for run in listed.runs if run.job_id == job_id)

    async def reports(self, subject: Reportable, filters: Mapping[str, str] | None = None) -> tuple[Report, ...]:
        """The reports made of a run or a group, or those that fit filters of the service."""
        return await self.connection(subject.profile).with_reports.reports(subject, filters)

    async def report_kinds(self, profile: str) -> tuple[ReportKind, ...]:
        """The reports a profile's service can make of a run."""
        return await self.connection(profile).with_reports.report_kinds()

    async def run_groups(self, profile: str, filters: Mapping[str, str] | None = None) -> tuple[RunGroup, ...]:
        """The groups a profile's service keeps runs in, or those that fit its filters, newest first."""
        return await self.connection(profile).with_groups.run_groups(filters)

    async def runs_of_group(self, profile: str, group_id: str) -> RunList:
        """The runs of one group; the store learns of them. Raises BackendError."""
        return self._of_batch(profile, await self.connection(profile).with_groups.runs_of_group(group_id))

    def _of_batch(self, profile: str, batch: RunBatch) -> RunList:
        return RunList(
            runs=tuple(self.store.put_all(batch.runs)),
            problems=tuple(f"{profile}: {problem}" for problem in batch.problems),
        )

    async def find_group(self, profile: str, written: str) -> RunGroup:
        """The group a person means by an id or the beginning of one. Raises NotFoundError, ConfigError for several."""
        wanted = written.removeprefix(GROUP_MARK)
        groups = [group for group in await self.run_groups(profile) if group.id.startswith(wanted)]
        if len(groups) == 1:
            return groups[0]
        if groups:
            raise ConfigError(f"{written!r} may mean {len(groups)} groups of {profile}", hint="Write more of the id.")
        raise NotFoundError(f"{profile} has no group {wanted!r}", hint=f"`runtui groups {profile}` shows those it has.")

    async def run_filters(self, profile: str) -> tuple[RunFilter, ...]:
        """The filters a profile's service has itself."""
        return self.connection(profile).finding.run_filters()

    async def found_runs(self, profile: str, filters: Mapping[str, str]) -> RunList:
        """The runs a profile's service finds; the store learns of them. Raises InputError and BackendError."""
        return self._of_batch(profile, await self.connection(profile).finding.find_runs(filters))

    async def subscriptions(self, profile: str) -> tuple[Subscription, ...]:
        """Whom a profile's service tells by mail when runs are over."""
        return await self.connection(profile).subscribing.subscriptions()

    async def catalogue_tables(self, profile: str) -> tuple[CatalogueTable, ...]:
        """The tables a profile's service keeps beside jobs and runs."""
        return self.connection(profile).with_catalogue.catalogue_tables()

    async def catalogue(self, profile: str, table: str, of: str = "") -> tuple[CatalogueEntry, ...]:
        """The entries of one, all or those of one thing. Raises NotFoundError for what there is not."""
        return await self.connection(profile).with_catalogue.catalogue(table, of)

    async def usage(self, profile: str) -> tuple[Usage, ...]:
        """How much of a profile's allowances is used."""
        return await self.connection(profile).with_usage.usage()

    async def export_tables(self, runs: Sequence[Run], target: Path, *, overwrite: bool = False) -> None:
        """Write runs of one profile to a zip of tables.

        Raises ConfigError for runs of several profiles or none, StorageError where a file is there or none can be
        written, and UnsupportedError where the service packs none.
        """
        profiles = sorted({run.profile for run in runs})
        if len(profiles) != 1:
            named = f"these are of {' and '.join(profiles)}" if profiles else "there is none"
            raise ConfigError(f"tables are made of runs of one profile: {named}", hint="Export each for itself.")
        exporting = self.connection(profiles[0]).exporting
        await write_tables(exporting, runs, target, overwrite=overwrite)

    # logs

    async def log_sources(self, run: Run) -> tuple[LogSource, ...]:
        """What of the run can be followed now, the most telling first."""
        return await self.connection(run.profile).with_logs.log_sources(run)

    def open_tail(self, run: Run, source: LogSource, *, lines: WindowLines | None = None, keep: bool = True) -> Tail:
        """A tail of a source with a spool of its own. It polls once followed or polled; close it with `close_tail`.

        `lines` is how many last lines to ask for where the service gives no positions. Unless `keep` is false it goes
        on where the source was followed to before, where the session keeps spools.
        """
        connection = self.connection(run.profile)
        profile = next((one for one in self._profiles if one.name == run.profile), None)
        name = f"{profile_mark(profile)} {run.id} {source.id}" if keep and profile is not None else ""
        return self._tails.open(connection.with_logs, run, source, lines=lines, keep_as=name)

    def follow(self, tail: Tail) -> asyncio.Task[None]:
        """Poll a tail in the background until it ends, and tell it when its run changes. The task ends with it."""
        return self._tails.follow(tail)

    async def close_tail(self, tail: Tail) -> None:
        """Stop following, and remove the spool."""
        await self._tails.close(tail)

    # files

    async def snapshots(self, run: Run) -> tuple[OutputFile, ...]:
        """The archives of a run's work folder there are by now. Raises UnsupportedError where none are made."""
        return await self.connection(run.profile).snapshotting.snapshots(run)

    async def new_snapshot(self, run: Run, known: frozenset[str]) -> OutputFile | None:
        """The archive that is not among the `known` ids, once it is there; None when it never comes."""
        found = await new_snapshot(self.connection(run.profile).snapshotting, run, known, self.clock)
        self.store.mark_pending(run.reference, "")
        return found

    async def output_files(self, run: Run) -> FileListing:
        """The run's output files as the service lists them now."""
        return await self.connection(run.profile).with_files.output_files(run)

    async def read_piece(self, run: Run, file: OutputFile, start: int, end: int) -> FilePiece:
        """The bytes of a file from `start` up to and without `end`; see `file_pieces.read_piece`."""
        return await read_piece(self.connection(run.profile).reading_files, run, file, start, end)

    def download(
        self,
        run: Run,
        files: Iterable[OutputFile],
        root: Path,
        *,
        on_conflict: OnConflict = OnConflict.COMPARE,
    ) -> tuple[Transfer, ...]:
        """Queue files of a run to be brought below `root`; `transfers` tells how they do. Raises UnsupportedError where
        the service gives no files, and ConfigError."""
        self.connection(run.profile).reading_files  # noqa: B018  # it raises
        layout = self.config.interface.download_layout
        return self.transfers.add(run, files, root, on_conflict=on_conflict, layout=layout)

    def watch_outputs(
        self,
        run: Run,
        root: Path,
        *,
        globs: Sequence[str] = (),
        on_conflict: OnConflict = OnConflict.OVERWRITE,
    ) -> None:
        """Fetch output files of a run as they appear, until it is over. Raises UnsupportedError."""
        connection = self.connection(run.profile)
        connection.with_files  # noqa: B018  # these raise
        connection.reading_files  # noqa: B018
        takers = [FileGlob(glob) for glob in globs]
        watch = OutputWatch(
            self, run, root, lambda file: not takers or any(one.takes(file) for one in takers), on_conflict=on_conflict
        )
        self._watches.begin(run.reference, watch)

    def stop_watching(self, reference: RunReference) -> None:
        """Look no more for new output files of a run; those that are queued already are fetched all the same."""
        self._watches.end(reference)

    @property
    def watched_outputs(self) -> frozenset[RunReference]:
        """The runs whose output files are fetched as they appear."""
        return self._watches.watched

    def tell_of_watches(self, take: Callable[[frozenset[RunReference]], object]) -> None:
        """Call this, in the loop, with those runs whenever they are others; it takes the place of what was called."""
        self._watches.tell = take

    def tell_of_failed_watches(self, take: Callable[[RunReference, RuntuiError], object]) -> None:
        """Call this, in the loop, once with what ended a watch of output files before its run was over."""
        self._watches.tell_failure = take

    def connect_for_transfers(self, name: str) -> Connection:
        """A profile opened once more, in and for the thread of the transfers. It only reads."""
        profile = self.connection(name).profile
        return open_connection(profile, clock=self.clock, read_only=True, environ=self._environ, budgets=self._budgets)


@asynccontextmanager
async def open_session(
    profiles: Sequence[str] = (),
    *,
    config_path: Path | str | None = None,
    extra_profiles: Sequence[Profile] = (),
    read_only: bool = False,
    environ: Mapping[str, str] | None = None,
    clock: Clock | None = None,
    pace: Pace | None = None,
    tail_pace: TailPace | None = None,
) -> AsyncIterator[Session]:
    """A session over the configured profiles and this machine's own, or those that are named, closed at the end.

    `extra_profiles` are added to the configured ones. Nothing is polled until `start_feeds`. Raises ConfigError for a
    configuration that cannot be read or a profile that is not in it.
    """
    environ = os.environ if environ is None else environ
    paths = find_paths(str(config_path) if config_path is not None else None, environ)
    config = load_config(paths.config_file, environ, named=paths.named)
    known = (*config.profiles, *extra_profiles)
    chosen = chosen_profiles((*known, *own_profiles(config, extra_profiles)), profiles)
    read_only = read_only or config.interface.readonly
    session = Session(
        config,
        chosen,
        clock=clock,
        read_only=read_only,
        environ=environ,
        pace=pace,
        tail_pace=tail_pace,
        spools=KeptSpools(paths.cache_folder),
        budget_folder=paths.cache_folder,
    )
    try:
        yield session
    finally:
        await session.aclose()
