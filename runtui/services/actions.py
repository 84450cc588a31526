"""Doing something to runs, one by one, and keeping in sight what was asked until the service confirms it."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from runtui.backends.protocol import CreatesJobs, Repeats
from runtui.model.adopting import Adopting
from runtui.model.capability import Capability, refusal
from runtui.model.command_wish import CommandWish
from runtui.model.errors import NotFoundError, RejectedError, RuntuiError, UnsupportedError
from runtui.model.job import Job
from runtui.model.output_file import OutputFile
from runtui.model.publication import Publication
from runtui.model.reference import RunReference
from runtui.model.report import Report
from runtui.model.run import Run
from runtui.model.run_group import Reportable, RunGroup
from runtui.model.subscription import Subscription
from runtui.services.connection import Connection
from runtui.services.store import Store

ON_RUNS = (Capability.STOP, Capability.DELETE, Capability.SNAPSHOT)
"""What can be done to runs that are there."""


class ActionResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one action on one run: the service's or our sentence, and what to do when it failed."""

    reference: RunReference
    action: Capability
    error: RuntuiError | None = None
    sentence: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether the service took it."""
        return self.error is None


class Actions:
    """The writes of a session. Each is sent once; what a lost answer left open the backend finds out by looking."""

    def __init__(
        self, connect: Callable[[str], Connection], store: Store, refresh: Callable[[Iterable[str]], None]
    ) -> None:
        self._connect = connect
        self._store = store
        self._refresh = refresh

    async def perform(self, action: Capability, run: Run) -> ActionResult:
        """Stop, delete or snapshot one run. Errors are in the result: other runs go on."""
        try:
            sentence = await self._perform(action, run)
        except RuntuiError as error:
            if isinstance(error, NotFoundError):
                self._store.remove([run.reference])
            return ActionResult(reference=run.reference, action=action, error=error, sentence=error.message)
        self._note_asked(action, [run])
        self._refresh([run.profile])
        return ActionResult(reference=run.reference, action=action, sentence=sentence)

    async def perform_all(self, action: Capability, runs: Iterable[Run]) -> tuple[ActionResult, ...]:
        """The same to several runs, one after the other, in their order."""
        return tuple([await self.perform(action, run) for run in runs])

    async def perform_on_job(self, action: Capability, profile: str, job_id: str) -> str:
        """Stop or delete a job with all its runs; returns the sentence of what will happen. Raises BackendError."""
        ending = self._connect(profile).ending_jobs
        runs = [run for run in self._store.of_profile(profile) if run.job_id == job_id]
        if action is Capability.STOP:
            sentence = await ending.stop_job(job_id)
        elif action is Capability.DELETE:
            sentence = await ending.delete_job(job_id)
        else:
            raise UnsupportedError(f"{action} is nothing one does to a job", profile=profile)
        self._note_asked(action, [run for run in runs if action is Capability.DELETE or not run.status.is_final])
        self._refresh([profile])
        return sentence

    async def start(
        self, profile: str, job_id: str, inputs: Mapping[str, object], *, name: str = "", version: str = ""
    ) -> Run:
        """Start a run and take it into the store. Raises BackendError, and UnsupportedError where there is no start."""
        started = await self._connect(profile).starting.start(job_id, inputs, name=name, version=version)
        self._refresh([profile])
        return self._store.put(started)

    async def run_command(self, profile: str, wish: CommandWish) -> tuple[Run, ...]:
        """Start a command or a sweep of one, and take its runs into the store. Raises UnsupportedError elsewhere."""
        started = await self._connect(profile).running_commands.run_command(wish)
        self._refresh([profile])
        return tuple(self._store.put(run) for run in started)

    async def adopt(self, profile: str, adopting: Adopting) -> Run:
        """Show a folder made elsewhere as a run, and take it into the store."""
        run = await self._connect(profile).adopting.adopt(adopting)
        self._refresh([profile])
        return self._store.put(run)

    async def inputs_of(self, run: Run) -> Mapping[str, object]:
        """What a run was started with, in the form `start` takes; secrets and unchanged defaults are left out.

        Nothing where the service does not tell.
        """
        backend = self._connect(run.profile).backend
        return await backend.inputs_of(run) if isinstance(backend, Repeats) else {}

    def new_job(self, profile: str) -> Job | None:
        """The job to start where the service takes a whole new one; None where it does not."""
        backend = self._connect(profile).backend
        return backend.new_job() if isinstance(backend, CreatesJobs) else None

    async def subscribe(self, profile: str, job_id: str, email: str = "") -> Subscription:
        """Have an address, the profile's own by default, told by mail when runs of a job are over."""
        return await self._connect(profile).subscribing.subscribe(job_id, email)

    async def unsubscribe(self, profile: str, job_id: str, email: str = "") -> str:
        """End that; returns the sentence of what happened."""
        return await self._connect(profile).subscribing.unsubscribe(job_id, email)

    async def publish(self, run: Run, file: OutputFile, wish: Publication) -> str:
        """Publish an output file of a run; returns the sentence of what will happen."""
        return await self._connect(run.profile).publishing.publish(run, file, wish)

    async def create_report(self, subject: Reportable, report_id: str, *, replace_failed: bool = False) -> Report:
        """Have a report made of a run or a group. Raises RejectedError when it exists already."""
        reports = self._connect(subject.profile).with_reports
        return await reports.create_report(subject, report_id, replace_failed=replace_failed)

    async def delete_report(self, subject: Reportable, report_id: str) -> str:
        """Delete a report; returns the sentence of what happened."""
        return await self._connect(subject.profile).with_reports.delete_report(subject, report_id)

    async def report_on_found(self, profile: str, report_id: str, filters: Mapping[str, str]) -> tuple[str, Report]:
        """Have one report made of all runs a service finds; gives the id of the group it makes of them, too."""
        return await self._connect(profile).with_groups.report_on_found(report_id, filters)

    async def delete_group(self, group: RunGroup) -> str:
        """Delete a group; returns the sentence of what happened."""
        return await self._connect(group.profile).with_groups.delete_group(group.id)

    async def _perform(self, action: Capability, run: Run) -> str:
        connection = self._connect(run.profile)
        reason = refusal(run, action, connection.capabilities)
        if reason and action in connection.capabilities:
            raise RejectedError(
                f"{reason} ({run.status}): there is nothing to {action}", profile=run.profile, operation=action
            )
        if action is Capability.STOP:
            return await connection.stopping.stop(run)
        if action is Capability.DELETE:
            return await connection.deleting.delete(run)
        if action is Capability.SNAPSHOT:
            return await connection.snapshotting.snapshot(run)
        raise UnsupportedError(f"{action} is nothing one does to a run", profile=run.profile)

    def _note_asked(self, action: Capability, runs: Sequence[Run]) -> None:
        if action is Capability.DELETE:
            self._store.remove([run.reference for run in runs])
            return
        for run in runs:
            self._store.mark_pending(run.reference, action)
