"""Listing runs with few requests: a list of jobs, and the runs of those jobs whose runs may have changed."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from msgspec.structs import replace

from runtui.backends.protocol import Listing, RunBatch
from runtui.backends.rescale.api import RescaleApi
from runtui.backends.rescale.derivation import placeholder, with_parts_judged
from runtui.backends.rescale.log_ends import LogEnds
from runtui.backends.rescale.mapping import (
    CLUSTER,
    JobPhase,
    JobState,
    guessed_roles,
    job_of,
    job_state,
    listed_state,
    parts_of,
    role_of_type,
    run_of,
)
from runtui.backends.rescale.memory import JobMemory, Memory
from runtui.backends.rescale.merging import merged
from runtui.backends.rescale.settings import Settings
from runtui.backends.rescale.wire import WireJob, WireRun
from runtui.model.errors import BackendError, NotFoundError
from runtui.model.job import Job
from runtui.model.run import Run
from runtui.model.status import LIVE
from runtui.transport.decoding import Item

_WIDTH: Final = 4
_OLD_LOOKS: Final = 10
"""How many times the `log_checks` of one refresh a session spends on runs that ended before it began."""

_JOB_LIST: Final = "jobs"
"""The scope under which problems of the list of jobs itself are told."""

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class RunListing:
    """The listings of one session: each leaves out what the ones before have settled."""

    def __init__(self, profile: str, api: RescaleApi, settings: Settings, memory: Memory) -> None:
        self._profile = profile
        self._api = api
        self._settings = settings
        self._memory = memory
        self._log_ends = LogEnds(api)
        self._comes_newest_first = False
        self._since = api.transport.server_now()
        self._old_looks = 0

    async def batches(self, listing: Listing) -> AsyncGenerator[RunBatch]:
        """The runs of every job, newest jobs first. Raises when the jobs cannot be listed at all."""
        job_list = await self._jobs(listing)
        if job_list.problems or job_list.error is not None:
            yield RunBatch(scope=_JOB_LIST, problems=job_list.problems, error=job_list.error)
        for batch in self._vanished(job_list, listing):
            yield batch
        memories = [self._memory.jobs[job_id] for job_id in job_list.ids if self._is_wanted(job_id, listing)]
        sources = [partial(self._job_batches, memory, listing, job_list) for memory in memories]
        sources += [partial(self._unlisted, job_id, listing) for job_id in self._missing(job_list, listing)]
        async with aclosing(merged(sources, width=_WIDTH)) as batches:
            async for batch in batches:
                yield batch
        async for batch in self._explained(memories):
            yield batch

    # the list of jobs

    async def _jobs(self, listing: Listing) -> "_JobList":
        result = _JobList()
        unseen = {job_id for job_id, memory in self._memory.jobs.items() if not memory.is_settled}
        moments: list[datetime] = []
        try:
            async for page in self._api.jobs():
                result.problems += page.problems
                fresh = [item for item in page.items if item.value.id not in result.changed]
                for item in fresh:
                    job, is_changed = self._note(item)
                    result.changed[job.id] = is_changed
                    moments.append(job.created_at or _LONG_AGO)
                unseen -= result.changed.keys()
                is_quiet = fresh and not any(result.changed[item.value.id] for item in fresh)
                if not listing.full and is_quiet and not unseen and self._comes_newest_first:
                    result.is_whole = False
                    break
        except BackendError as error:
            if not result.changed:
                raise
            result.error, result.is_whole = error, False
        if result.is_whole:
            self._comes_newest_first = moments == sorted(moments, reverse=True)
        result.ids = self._chosen(result.changed)
        return result

    def _note(self, item: Item[WireJob]) -> tuple[Job, bool]:
        state = listed_state(item.value)
        memory, is_changed = self._memory.noted(job_of(self._profile, item, state), state)
        return memory.job, is_changed

    def _chosen(self, job_ids: Iterable[str]) -> list[str]:
        """The jobs the profile wants, newest first."""
        jobs = [self._memory.jobs[job_id].job for job_id in job_ids]
        if self._settings.max_age_days:
            oldest = self._api.transport.server_now() - timedelta(days=self._settings.max_age_days)
            jobs = [job for job in jobs if job.created_at is None or job.created_at >= oldest]
        jobs.sort(key=lambda job: job.created_at or _LONG_AGO, reverse=True)
        return [job.id for job in jobs[: self._settings.max_jobs or None]]

    def _is_wanted(self, job_id: str, listing: Listing) -> bool:
        memory = self._memory.jobs[job_id]
        job = listing.job.lower()
        if job and job_id.lower() != job and job not in memory.job.name.lower():
            return False
        only_live = bool(listing.statuses) and listing.statuses <= LIVE
        has_live = any(run_id in listing.live for run_id in memory.runs)
        return has_live or not only_live or not memory.is_over(self._now())

    def _vanished(self, job_list: "_JobList", listing: Listing) -> list[RunBatch]:
        """Jobs that were there and are not in a list that was read whole."""
        if not job_list.is_whole:
            return []
        gone = [job_id for job_id in self._memory.jobs if job_id not in job_list.changed]
        batches = []
        for job_id in gone:
            known = self._memory.jobs.pop(job_id)
            batches.append(RunBatch(scope=job_id, scope_gone=True, gone=tuple(known.runs)))
        return batches

    def _missing(self, job_list: "_JobList", listing: Listing) -> list[str]:
        """Jobs of live runs that the list did not hold or the profile does not want: they are asked for one by one."""
        jobs = {parts[0] for run_id in listing.live if (parts := parts_of(run_id)) is not None}
        return sorted(jobs - set(job_list.ids))

    # the runs of a job

    async def _job_batches(self, memory: JobMemory, listing: Listing, job_list: "_JobList") -> AsyncIterator[RunBatch]:
        if memory.state.phase is JobPhase.DRAFT:
            return
        if self._must_list(memory, listing):
            async for batch in self._listed(memory):
                yield with_gone(batch, memory, listing)
            return
        changed = self._seen_anew(memory) if job_list.changed.get(memory.job.id) else []
        if listing.full:
            # nothing of it can have changed, so it is given whole without being asked for
            batch = RunBatch(scope=memory.job.id, runs=tuple(memory.runs.values()), is_last=True)
            yield with_gone(batch, memory, listing)
            return
        if changed:
            yield RunBatch(scope=memory.job.id, runs=changed)
        kept = [run for run_id, run in memory.runs.items() if run_id in listing.live]
        batch = with_gone(RunBatch(scope=memory.job.id, runs=kept), memory, listing, is_whole=True)
        if kept or batch.gone:
            yield batch

    def _must_list(self, memory: JobMemory, listing: Listing) -> bool:
        if memory.runs_listed_for is None:
            return True
        if memory.is_over(self._now()):
            return not memory.is_settled
        if listing.full:
            return True
        if memory.state.phase.is_early and not memory.real_runs:
            return memory.runs_listed_for != memory.state.word
        return True

    def _seen_anew(self, memory: JobMemory) -> list[Run]:
        """The remembered runs after their job changed, its cluster for one: no request is needed."""
        cluster = memory.state.cluster
        seen = [
            replace(run, job=memory.job.name, extra=run.extra | ({CLUSTER: cluster} if cluster else {}))
            for run in memory.runs.values()
        ]
        memory.runs = {run.id: run for run in seen}
        return seen

    async def _unlisted(self, job_id: str, listing: Listing) -> AsyncIterator[RunBatch]:
        """A job the list did not hold: it may be gone."""
        try:
            memory = await self.remembered(job_id)
        except NotFoundError:
            self._memory.jobs.pop(job_id, None)
            yield RunBatch(scope=job_id, scope_gone=True)
            return
        except BackendError as error:
            yield RunBatch(scope=job_id, error=error)
            return
        async for batch in self._listed(memory):
            yield with_gone(batch, memory, listing)

    async def _listed(self, memory: JobMemory) -> AsyncIterator[RunBatch]:
        scope = memory.job.id
        try:
            await self.learn_state(memory)
            was_over = memory.is_over(self._now())
            async for batch in self._pages(memory):
                yield batch
            memory.runs_listed_for = memory.state.word
            memory.is_settled = was_over and memory.is_complete(self._now())
        except NotFoundError:
            self._memory.jobs.pop(scope, None)
            yield RunBatch(scope=scope, scope_gone=True, gone=tuple(memory.runs))
        except BackendError as error:
            yield RunBatch(scope=scope, error=error)

    async def runs_of(self, job_id: str) -> list[Run]:
        """The runs of one job, listed anew unless nothing of it can have changed. Raises BackendError."""
        memory = await self.remembered(job_id)
        if not memory.is_settled:
            async for batch in self._listed(memory):
                if batch.error is not None:
                    raise batch.error
        return memory.real_runs

    async def of_jobs(self, filters: Mapping[str, str], fits: Callable[[JobState], bool]) -> RunBatch:
        """The runs of the jobs the service's own filters let through and that fit, job by job in its order.

        Jobs the profile otherwise leaves out are among them. Raises BackendError when the jobs cannot be listed.
        """
        problems: list[str] = []
        memories: dict[str, JobMemory] = {}
        async for page in self._api.jobs(filters):
            problems += page.problems
            for item in page.items:
                job, _ = self._note(item)
                memory = self._memory.jobs[job.id]
                if memory.state.phase is not JobPhase.DRAFT and fits(memory.state):
                    memories[job.id] = memory
        unsettled = [partial(self._listed, memory) for memory in memories.values() if not memory.is_settled]
        async with aclosing(merged(unsettled, width=_WIDTH)) as batches:
            async for batch in batches:
                problems += batch.problems
                if batch.error is not None:
                    problems.append(f"runs of job {batch.scope} are missing: {batch.error.message}")
        runs = [run for memory in memories.values() for run in memory.runs.values()]
        return RunBatch(scope=_JOB_LIST, runs=runs, problems=problems)

    async def _pages(self, memory: JobMemory) -> AsyncIterator[RunBatch]:
        """The pages, each held back until the next is here: only then is known whether a run is the only one."""
        scope = memory.job.id
        found: dict[str, Run] = {}
        held: list[Run] | None = None
        problems: list[str] = []
        async for page in self._api.runs(scope):
            await self._learn_roles(memory, page.items)
            if held is not None:
                yield RunBatch(scope=scope, runs=memory.judge(held, self._now(), is_only_run=False))
            problems += page.problems
            roles = memory.roles or guessed_roles(item.value for item in page.items)
            held = [run_of(self._profile, memory.job, item, roles) for item in page.items]
            held = [run for run in held if run.id not in found]
            found |= {run.id: run for run in held}
        is_only = len(found) == 1 and not problems
        runs = with_parts_judged(memory.judge(found.values(), self._now(), is_only_run=is_only))
        if not runs and not problems:
            runs = [placeholder(self._profile, memory.job, memory.state, is_over=memory.is_over(self._now()))]
        memory.hold(runs)
        # parents may stand on another page than what is below them: those are given once more
        last = {run.id for run in held or ()}
        rest = [run for run in runs if run.id in last or run.id not in found or run.extra.get("type") != "case"]
        yield RunBatch(scope=scope, runs=rest, is_last=not problems, problems=problems)

    # what is asked once

    async def remembered(self, job_id: str) -> JobMemory:
        """The memory of a job, asked for when the session does not know it. Raises NotFoundError."""
        known = self._memory.jobs.get(job_id)
        if known is not None:
            return known
        detail = (await self._api.job(job_id)).value
        state = job_state(await self._api.statuses(job_id))
        item = Item(WireJob(id=detail.id, name=detail.name, owner=detail.owner, date_inserted=detail.date_inserted), {})
        memory, _ = self._memory.noted(job_of(self._profile, item, state), state)
        memory.is_reason_known = True
        memory.roles = {variable.name: role_of_type(variable.variable_type) for variable in detail.jobvariables or ()}
        return memory

    async def learn_state(self, memory: JobMemory, *, again: bool = False) -> None:
        """The reason and the date of a job's last word, asked for once that word needs explaining."""
        needs_reason = memory.state.phase.is_final or memory.state.phase is JobPhase.FORCE_STOP
        if not again and (memory.is_reason_known or not needs_reason):
            return
        try:
            state = job_state(await self._api.statuses(memory.job.id), memory.state.cluster)
        except NotFoundError:
            raise
        except BackendError:
            # the answer to this is often late: the word of the list serves until the next time
            return
        if state.word:
            memory.state = state
            memory.is_reason_known = True

    async def _learn_roles(self, memory: JobMemory, items: Iterable[Item[WireRun]]) -> None:
        if memory.roles is not None or not any(item.value.variables for item in items):
            return
        try:
            detail = (await self._api.job(memory.job.id)).value
        except BackendError:
            return
        memory.roles = {variable.name: role_of_type(variable.variable_type) for variable in detail.jobvariables or ()}

    # how runs ended

    async def _explained(self, memories: list[JobMemory]) -> AsyncIterator[RunBatch]:
        """Runs about whose end something was learned: a few of the newest jobs' at a time."""
        left = self._settings.log_checks
        for memory in memories:
            if left <= 0:
                return
            runs = self._worth_a_look(memory, left)
            left -= len(runs)
            if runs and await self._log_ends.learn(memory, runs):
                changed = memory.judge_again(self._now())
                if changed:
                    yield RunBatch(scope=memory.job.id, runs=changed)

    def _worth_a_look(self, memory: JobMemory, most: int) -> list[Run]:
        """What ended while this session watches; of what ended before, only so much that its cost stays bounded."""
        chosen: list[Run] = []
        for run_id in memory.unexplained:
            if len(chosen) >= most:
                break
            run = memory.runs[run_id]
            if run.ended_at is None or run.ended_at < self._since:
                if self._old_looks >= _OLD_LOOKS * self._settings.log_checks:
                    continue
                self._old_looks += 1
            chosen.append(run)
        return chosen

    def _now(self) -> datetime:
        return self._api.transport.server_now()


def with_gone(batch: RunBatch, memory: JobMemory, listing: Listing, *, is_whole: bool = False) -> RunBatch:
    """The last batch of a job, with the live runs that were asked for and that the job does not have (any more)."""
    if not (batch.is_last or is_whole):
        return batch
    prefix = f"{memory.job.id}/"
    gone = sorted(run_id for run_id in listing.live if run_id.startswith(prefix) and run_id not in memory.runs)
    return replace(batch, gone=(*batch.gone, *gone)) if gone else batch


class _JobList:
    """A list of jobs as far as it was read. `changed` has an entry for each, in the service's order."""

    def __init__(self) -> None:
        self.changed: dict[str, bool] = {}
        self.ids: list[str] = []
        self.problems: list[str] = []
        self.is_whole = True
        self.error: BackendError | None = None
