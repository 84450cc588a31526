"""One profile that was opened."""

import asyncio
import os
from collections.abc import Mapping
from typing import Never

import msgspec

from runtui.backends.protocol import (
    Adopts,
    Backend,
    BackendContext,
    Deletes,
    EndsJobs,
    ExportsTables,
    FindsRuns,
    HasCatalogue,
    HasFiles,
    HasJobs,
    HasLogs,
    HasNodes,
    HasReports,
    HasRunGroups,
    HasUsage,
    IsNear,
    Publishes,
    ReadsFiles,
    RunsCommands,
    Snapshots,
    Starts,
    Stops,
    Subscribes,
    capabilities_of,
)
from runtui.backends.registry import opener, settings_type
from runtui.config.options import read_options
from runtui.config.paths import find_paths
from runtui.config.profile import Profile
from runtui.config.secrets import resolve_secret
from runtui.model.capability import Capability
from runtui.model.clock import Clock
from runtui.model.errors import UnsupportedError
from runtui.model.secret import Secret, SecretRef
from runtui.services.budgets import Budgets
from runtui.services.pace import Pace
from runtui.transport.limits import RateBudget


def open_connection(
    profile: Profile,
    *,
    clock: Clock,
    read_only: bool = False,
    environ: Mapping[str, str] | None = None,
    budgets: Budgets | None = None,
) -> "Connection":
    """Open the backend of a profile. Raises ConfigError when its options are wrong; asks the service nothing yet.

    Without `budgets` its requests are counted for this connection alone.
    """

    async def reveal(reference: SecretRef) -> Secret:
        return await asyncio.to_thread(resolve_secret, reference, profile, environ=environ)

    settings = read_options(profile, settings_type(profile.service), environ)
    budget = RateBudget(clock) if budgets is None else budgets.of(profile)
    context = BackendContext(
        profile=profile.name, clock=clock, reveal=reveal, read_only=read_only, budget=budget,
        data_folder=lambda: find_paths(None, os.environ if environ is None else environ).data_folder,
    )  # fmt: skip
    return Connection(profile, opener(profile.service)(context, settings), budget)


class Connection:
    """A profile with its backend and what that can do.

    The properties named after what a backend can do give it with that protocol, or raise UnsupportedError with a
    sentence for a person.
    """

    def __init__(self, profile: Profile, backend: Backend, budget: RateBudget) -> None:
        self.profile = profile
        self.backend = backend
        self.budget = budget
        self.capabilities: frozenset[Capability] = capabilities_of(backend)

    @property
    def name(self) -> str:
        """The profile's name."""
        return self.profile.name

    def pace(self, usual: Pace) -> Pace:
        """How often it is asked: as is usual, but often where that costs next to nothing."""
        if not isinstance(self.backend, IsNear):
            return usual
        return msgspec.structs.replace(usual, moving=self.backend.refresh_seconds, still=self.backend.refresh_seconds)

    @property
    def with_nodes(self) -> HasNodes:
        """The backend as one that shows nodes."""
        return self.backend if isinstance(self.backend, HasNodes) else self._cannot("shows no nodes")

    @property
    def with_logs(self) -> HasLogs:
        """The backend as one that gives logs."""
        return self.backend if isinstance(self.backend, HasLogs) else self._cannot("gives no logs")

    @property
    def with_files(self) -> HasFiles:
        """The backend as one that lists output files."""
        return self.backend if isinstance(self.backend, HasFiles) else self._cannot("lists no output files")

    @property
    def reading_files(self) -> ReadsFiles:
        """The backend as one that gives the bytes of files."""
        return self.backend if isinstance(self.backend, ReadsFiles) else self._cannot("gives no files")

    @property
    def with_jobs(self) -> HasJobs:
        """The backend as one that lists jobs."""
        return self.backend if isinstance(self.backend, HasJobs) else self._cannot("lists no jobs")

    @property
    def starting(self) -> Starts:
        """The backend as one that starts runs."""
        return self.backend if isinstance(self.backend, Starts) else self._cannot("starts no runs")

    @property
    def running_commands(self) -> RunsCommands:
        """The backend as one that runs any command."""
        return self.backend if isinstance(self.backend, RunsCommands) else self._cannot("runs no commands")

    @property
    def adopting(self) -> Adopts:
        """The backend as one that shows folders made elsewhere."""
        return self.backend if isinstance(self.backend, Adopts) else self._cannot("adopts no folders")

    @property
    def stopping(self) -> Stops:
        """The backend as one that stops runs."""
        return (
            self.backend if isinstance(self.backend, Stops) else self._cannot("cannot stop a run: it has no such call")
        )

    @property
    def deleting(self) -> Deletes:
        """The backend as one that deletes runs."""
        return self.backend if isinstance(self.backend, Deletes) else self._cannot("cannot delete runs")

    @property
    def ending_jobs(self) -> EndsJobs:
        """The backend as one that stops and deletes whole jobs."""
        return self.backend if isinstance(self.backend, EndsJobs) else self._cannot("stops and deletes no whole jobs")

    @property
    def snapshotting(self) -> Snapshots:
        """The backend as one that makes snapshots."""
        return self.backend if isinstance(self.backend, Snapshots) else self._cannot("makes no snapshots")

    @property
    def with_reports(self) -> HasReports:
        """The backend as one that makes reports."""
        return self.backend if isinstance(self.backend, HasReports) else self._cannot("makes no reports")

    @property
    def exporting(self) -> ExportsTables:
        """The backend as one that packs runs as tables."""
        return self.backend if isinstance(self.backend, ExportsTables) else self._cannot("packs no tables of runs")

    @property
    def with_groups(self) -> HasRunGroups:
        """The backend as one that keeps runs in groups."""
        return self.backend if isinstance(self.backend, HasRunGroups) else self._cannot("has no groups of runs")

    @property
    def finding(self) -> FindsRuns:
        """The backend as one that has filters of its own."""
        return self.backend if isinstance(self.backend, FindsRuns) else self._cannot("has no filters of its own")

    @property
    def with_usage(self) -> HasUsage:
        """The backend as one that tells what is used."""
        return self.backend if isinstance(self.backend, HasUsage) else self._cannot("does not tell what is used")

    @property
    def publishing(self) -> Publishes:
        """The backend as one that publishes output files."""
        return self.backend if isinstance(self.backend, Publishes) else self._cannot("publishes no output files")

    @property
    def subscribing(self) -> Subscribes:
        """The backend as one that sends mail when runs are over."""
        return self.backend if isinstance(self.backend, Subscribes) else self._cannot("sends no mail about runs")

    @property
    def with_catalogue(self) -> HasCatalogue:
        """The backend as one that keeps tables beside jobs and runs."""
        return self.backend if isinstance(self.backend, HasCatalogue) else self._cannot("has no catalogue")

    def _cannot(self, what: str) -> Never:
        raise UnsupportedError(f"{self.profile.service} {what}", profile=self.name)

    async def aclose(self) -> None:
        """Close the backend's connections."""
        await self.backend.aclose()
