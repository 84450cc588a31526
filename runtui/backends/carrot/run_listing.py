"""Listing runs pipeline by pipeline: CARROT has no list of all of them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta

import msgspec

from runtui.backends.carrot.api import CarrotApi, newest_page
from runtui.backends.carrot.cromwell_link import CromwellLink
from runtui.backends.carrot.lookups import Lookups
from runtui.backends.carrot.mapping import RunContext, run_of
from runtui.backends.carrot.scope_memory import KnownRun, ScopeMemory, is_settled, known_of
from runtui.backends.carrot.standing import current_workflow
from runtui.backends.carrot.wire import PipelineWire, RunWire
from runtui.backends.carrot.words import words_for
from runtui.backends.protocol import Listing, RunBatch
from runtui.model.clock import Clock
from runtui.model.errors import BackendError, NotFoundError
from runtui.model.run import Run
from runtui.model.status import FINAL, LIVE, Status
from runtui.transport.decoding import Item

_PIPELINES_FRESH_FOR = 60.0
_OVERLAP = timedelta(seconds=5)
"""Rows get their date when they are written and appear a little later: what is new is looked for from before it."""

_SMALL_WINDOW = 60
_RUNS_AT_ONCE = 4
_MOST_STEPS_BACK = 3
_SCOPES_AT_ONCE = 4


class _Progress(msgspec.Struct):
    """How far the listing of one scope is. `is_whole` says every row so far could be read, `is_complete` that the
    last list asked for was read to its end."""

    seen: dict[str, KnownRun] = {}
    is_whole: bool = True
    is_complete: bool = False


class RunListing:
    """Lists runs, remembering of every pipeline which runs it had and which of them CARROT has done with.

    A scope is a pipeline, by its name. `doomed` gives the call a workflow will fail by, when that is known.
    """

    def __init__(
        self,
        api: CarrotApi,
        link: CromwellLink,
        lookups: Lookups,
        clock: Clock,
        *,
        profile: str,
        page_size: int,
        most: int | None,
        doomed: Callable[[str], str],
    ) -> None:
        self._api = api
        self._link = link
        self._lookups = lookups
        self._clock = clock
        self._profile = profile
        self._page_size = page_size
        self._most = most
        self._doomed = doomed
        self._scopes: dict[str, ScopeMemory] = {}
        self._seen: set[str] = set()
        self._pipelines_read_at: float | None = None

    def batches(self, listing: Listing) -> AsyncIterator[RunBatch]:
        """The runs of a listing. Raises BackendError when not even the pipelines can be listed."""
        return self._whole(listing) if listing.full else self._refresh(listing)

    def forget(self, run_id: str) -> None:
        """The run is gone."""
        self._seen.discard(run_id)
        for scope in self._scopes.values():
            scope.forget(run_id)

    def knows(self, run_id: str) -> bool:
        """Whether CARROT showed us a run of that id."""
        return run_id in self._seen

    async def mapped(self, items: Sequence[Item[RunWire]]) -> list[Run]:
        """Runs as they stand: with their names, and with what Cromwell says of those CARROT takes to be live."""
        live = [current_workflow(item.value) for item in items if not is_settled(item.value)]
        statuses = await self._link.statuses(workflow for workflow in live if workflow)
        self._seen.update(item.value.run_id for item in items)
        return [await self._mapped(item, statuses) for item in items]

    async def _mapped(self, item: Item[RunWire], statuses: dict[str, str]) -> Run:
        test = await self._lookups.test(item.value.test_id)
        workflow = current_workflow(item.value)
        context = RunContext(
            profile=self._profile,
            test=test,
            place=self._lookups.place_of(test),
            result_types=self._lookups.result_types,
            workflow_status=statuses.get(workflow, ""),
            doomed=self._doomed(workflow),
        )
        return run_of(item, context)

    async def _whole(self, listing: Listing) -> AsyncGenerator[RunBatch, None]:
        notes, gone = await self._read_pipelines()
        for lost in gone:
            yield RunBatch(scope=lost, scope_gone=True, is_last=True)
        for name, scope in list(self._scopes.items()):
            try:
                async with aclosing(self._scope_pages(name, scope, listing)) as pages:
                    async for batch in pages:
                        yield batch
            except BackendError as error:
                yield RunBatch(scope=name, error=_placed(error, name))
        for batch in self._closing(notes):
            yield batch

    def _closing(self, notes: list[str]) -> list[RunBatch]:
        """A batch with what is to be said of the whole listing, if anything is."""
        said = [*notes, *([self._link.problem] if self._link.problem else [])]
        return [RunBatch(scope=next(iter(self._scopes), ""), problems=said)] if said else []

    async def _scope_pages(self, name: str, scope: ScopeMemory, listing: Listing) -> AsyncGenerator[RunBatch, None]:
        """The pages of one pipeline; the last one says so unless something was left out on purpose or could not be
        read.

        The service's filter is used where the first page does not hold everything anyway.
        """
        words = _filter_words(listing.statuses)
        limit = min((one for one in (listing.limit, self._most) if one is not None), default=None)
        progress = _Progress()
        job_tests = self._tests_named(listing.job)
        parents = [("pipelines", scope.id)] if job_tests is None else [("tests", test) for test in sorted(job_tests)]
        is_filtered = False
        for folder, parent in parents:
            lists = [""]
            for word in lists:
                progress.is_complete = False
                most_pages = 1 if words and not word else None
                async with aclosing(self._pages(name, (folder, parent, word), limit, progress, most_pages)) as pages:
                    async for batch in pages:
                        yield batch
                if words and not word and not progress.is_complete:
                    lists.extend(words)
                    is_filtered = True
        cut_by_caller = listing.limit is not None and len(progress.seen) >= listing.limit
        if progress.is_whole and not (is_filtered or job_tests is not None or cut_by_caller):
            scope.replace(progress.seen)
            yield RunBatch(scope=name, is_last=True)
        else:
            scope.note(progress.seen)

    async def _pages(
        self, name: str, listed: tuple[str, str, str], limit: int | None, progress: _Progress, most_pages: int | None
    ) -> AsyncGenerator[RunBatch, None]:
        """Pages of one list (its folder, its parent and a status or none), newest first.

        Rows shift while one pages: each page asks for the last row of the one before again, and one that lacks it is
        asked for from further up. A run that comes twice is given once.
        """
        folder, parent, word = listed
        own: set[str] = set()
        anchor: str | None = None
        offset = steps_back = pages = 0
        while limit is None or len(own) < limit:
            size = self._page_size if limit is None else min(self._page_size, limit - len(own) + (offset > 0))
            page = await self._api.runs(folder, parent, newest_page(size, offset, status=word))
            ids = [item.value.run_id for item in page.items]
            if anchor is not None and anchor not in ids and steps_back < _MOST_STEPS_BACK and offset:
                steps_back += 1
                offset = max(0, offset - size)
                continue
            fresh = {item.value.run_id: item for item in page.items if item.value.run_id not in own}
            own.update(ids)
            if batch := await self._page_batch(name, list(fresh.values()), page.problems, progress):
                yield batch
            count, pages = len(page.items) + len(page.problems), pages + 1
            if count < size or not (fresh or page.problems):
                progress.is_complete = True
                return
            if pages == most_pages:
                return
            # where a row could not be read nobody knows which one came last
            anchor = None if page.problems else ids[-1]
            offset += count - (anchor is not None)

    async def _page_batch(
        self, name: str, items: list[Item[RunWire]], problems: Sequence[str], progress: _Progress
    ) -> RunBatch | None:
        """The rows of a page that did not come before, noted."""
        given = [item for item in items if item.value.run_id not in progress.seen]
        progress.seen.update({item.value.run_id: known_of(item.value) for item in given})
        progress.is_whole = progress.is_whole and not problems
        return RunBatch(scope=name, runs=await self.mapped(given), problems=problems) if given or problems else None

    async def _refresh(self, listing: Listing) -> AsyncGenerator[RunBatch, None]:
        """What is new in each pipeline, and what is live: one request a pipeline and one to Cromwell, as a rule."""
        notes, gone = await self._read_pipelines(only_if_old=True)
        for lost in gone:
            yield RunBatch(scope=lost, scope_gone=True, is_last=True)
        scopes = list(self._scopes.items())
        unplaced = {run_id for run_id in listing.live if not any(run_id in scope for _, scope in scopes)}
        for first in range(0, len(scopes), _SCOPES_AT_ONCE):
            some = scopes[first : first + _SCOPES_AT_ONCE]
            for batch in await asyncio.gather(*(self._refreshed(name, scope, listing) for name, scope in some)):
                yield batch
        if unplaced:
            for batch in await self._unplaced(sorted(unplaced)):
                yield batch
        for batch in self._closing(notes):
            yield batch

    async def _refreshed(self, name: str, scope: ScopeMemory, listing: Listing) -> RunBatch:
        try:
            return await self._news(name, scope, scope.watched(listing.live))
        except BackendError as error:
            return RunBatch(scope=name, error=_placed(error, name))

    async def _news(self, name: str, scope: ScopeMemory, watched: set[str]) -> RunBatch:
        since = scope.window_start(watched, _SMALL_WINDOW)
        params = {"created_after": naive(since - _OVERLAP)} if since else {}
        found: dict[str, Item[RunWire]] = {}
        problems: list[str] = []
        offset = 0
        while True:
            page = await self._api.runs("pipelines", scope.id, newest_page(self._page_size, offset, **params))
            found.update({item.value.run_id: item for item in page.items})
            problems.extend(page.problems)
            count = len(page.items) + len(page.problems)
            offset += count
            if count < self._page_size or (self._most is not None and offset >= self._most) or not since:
                break
        singles, gone = await self._singly(sorted(watched - found.keys()), problems)
        found.update(singles)
        scope.note({run_id: known_of(item.value) for run_id, item in found.items()})
        for run_id in gone:
            self.forget(run_id)
        return RunBatch(scope=name, runs=await self.mapped(list(found.values())), gone=gone, problems=problems)

    async def _singly(self, run_ids: Sequence[str], problems: list[str]) -> tuple[dict[str, Item[RunWire]], list[str]]:
        """Runs one by one, and those CARROT does not know any more."""
        gate = asyncio.Semaphore(_RUNS_AT_ONCE)

        async def one(run_id: str) -> Item[RunWire] | BackendError:
            async with gate:
                try:
                    return await self._api.run(run_id)
                except BackendError as error:
                    return error

        answers = await asyncio.gather(*(one(run_id) for run_id in run_ids))
        found: dict[str, Item[RunWire]] = {}
        gone: list[str] = []
        for run_id, answer in zip(run_ids, answers, strict=True):
            if isinstance(answer, Item):
                found[run_id] = answer
            elif isinstance(answer, NotFoundError):
                gone.append(run_id)
            else:
                problems.append(f"run {run_id}: {answer.message}")
        return found, gone

    async def _unplaced(self, run_ids: Sequence[str]) -> list[RunBatch]:
        """Live runs no listing of ours has shown yet, such as one that was only fetched, by their pipelines."""
        problems: list[str] = []
        found, gone = await self._singly(run_ids, problems)
        usual = next(iter(self._scopes), "")
        placed: dict[str, list[Run]] = {usual: []}
        for run in await self.mapped(list(found.values())):
            name = run.extra.get("pipeline", "")
            placed.setdefault(name if name in self._scopes else usual, []).append(run)
        first, *others = [RunBatch(scope=name, runs=runs) for name, runs in placed.items()]
        return [msgspec.structs.replace(first, gone=gone, problems=problems), *others]

    async def _read_pipelines(self, *, only_if_old: bool = False) -> tuple[list[str], list[str]]:
        """Learn the pipelines. Returns sentences about what could not be read, and the scopes that are gone."""
        now = self._clock.monotonic()
        if only_if_old and self._pipelines_read_at is not None and now < self._pipelines_read_at + _PIPELINES_FRESH_FOR:
            return [], []
        listed = await self._api.pipelines()
        self._pipelines_read_at = now
        pipelines = [item.value for item in listed.items]
        problems = await self._lookups.refresh(pipelines)
        before = self._scopes
        self._scopes = {
            name: before.get(name) or ScopeMemory(one.pipeline_id) for name, one in _named(pipelines).items()
        }
        gone = [] if listed.problems else [name for name in before if name not in self._scopes]
        return [*listed.problems, *problems], gone

    def _tests_named(self, job: str) -> frozenset[str] | None:
        """The tests of a name or id, or None for all: also when no test is called that, for the caller filters."""
        if not job:
            return None
        return frozenset(self._lookups.test_ids(job)) or None


def _named(pipelines: Sequence[PipelineWire]) -> dict[str, PipelineWire]:
    """The pipelines by their names; one whose name another has, or that has none, by its id."""
    named: dict[str, PipelineWire] = {}
    for pipeline in pipelines:
        name = pipeline.name if pipeline.name and pipeline.name not in named else pipeline.pipeline_id
        named[name] = pipeline
    return named


def _filter_words(statuses: frozenset[Status]) -> tuple[str, ...]:
    """CARROT's words for these statuses, or none when filtering by them would not give what is meant.

    Only final ones: of a live run Cromwell may know better. CARROT takes one word a request. A run Cromwell says has
    failed or was stopped may still have a live word at CARROT, so those are asked for too.
    """
    if not statuses or not statuses <= FINAL:
        return ()
    words = words_for(statuses)
    return words + words_for(LIVE) if statuses & {Status.FAILED, Status.STOPPED} else words


def naive(moment: datetime) -> str:
    """A moment as CARROT's filters take it: UTC without saying so."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}"


def _placed(error: BackendError, scope: str) -> BackendError:
    if scope and scope not in error.message:
        error.message = f"pipeline {scope}: {error.message}"
        error.args = (error.message,)
    return error
