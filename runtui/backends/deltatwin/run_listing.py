"""Paging through `GET /runs`: no total, no next link, no cursor, no documented order."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from datetime import datetime

import msgspec

from runtui.backends.deltatwin.api import DeltaTwinApi
from runtui.backends.deltatwin.mapping import FILTER_WORDS, run_of
from runtui.backends.deltatwin.wire import RunWire
from runtui.backends.protocol import Listing, RunBatch
from runtui.model.errors import BackendError, NotFoundError, PayloadError
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.transport.decoding import Item

SCOPE = ""
"""The one scope: the service has a single list of runs."""

_FIRST_PAGE = 50
_MOST_STEPS_BACK = 3
_MOST_SINGLE_RUNS = 3
_MOST_MISSING_RUNS = 50
_RUNS_AT_ONCE = 4
_LIVE_WORDS = (*FILTER_WORDS[Status.RUNNING], *FILTER_WORDS[Status.QUEUED])


class RunListing:
    """Lists runs, remembering between listings which ids it has seen and which of them were final.

    Rows shift while one pages: a run that is started pushes rows onto the next page (given again, and dropped here),
    one that is deleted pulls rows off it (missed). So each page asks for the last row of the one before, and a page
    that lacks it is asked for again from further up.
    """

    def __init__(self, api: DeltaTwinApi, profile: str, page_size: int) -> None:
        self._api = api
        self._profile = profile
        self._page_size = page_size
        self._known: dict[str, bool] = {}
        """Whether each run seen so far was final when it was last seen."""
        self._created_at: dict[str, datetime] = {}

    def noted(self, item: Item[RunWire]) -> Run:
        """A run as the service sent it, remembered; with its date of creation if we made it."""
        run = run_of(item, self._profile)
        self._known[run.id] = run.status.is_final
        created_at = self._created_at.get(run.id)
        return msgspec.structs.replace(run, created_at=created_at) if created_at else run

    def started(self, item: Item[RunWire], now: datetime) -> Run:
        """A run that was just started here: the service gives no date of creation, so ours is kept."""
        self._created_at[item.value.run_id] = now
        return self.noted(item)

    def forget(self, run_id: str) -> None:
        """The run is gone."""
        self._known.pop(run_id, None)
        self._created_at.pop(run_id, None)

    def batches(self, listing: Listing) -> AsyncIterator[RunBatch]:
        """The runs of a listing, page by page. Raises BackendError while nothing could be listed yet."""
        return _guarded(self._whole(listing) if listing.full else self._refresh(listing))

    async def _whole(self, listing: Listing) -> AsyncGenerator[RunBatch, None]:
        """Every page of every word. Where an item could not be read the scope was not given whole: the runs missing
        since the last time are then asked for one by one, as far as they are few."""
        words = _filter_words(listing.statuses)
        known, seen = set(self._known), set[str]()
        has_problems = False
        for word in words or ("",):
            async with aclosing(self._pages(word, listing.job, seen, listing.limit)) as pages:
                async for batch in pages:
                    has_problems |= bool(batch.problems)
                    yield batch
        if words or listing.job or (listing.limit is not None and len(seen) >= listing.limit):
            return
        # started here while we paged: pages read before cannot have held them
        if late := sorted(self._created_at.keys() - known - seen):
            yield await self._singly(late)
        missing = sorted(known - seen)
        if not has_problems:
            for run_id in missing:
                self.forget(run_id)
            yield RunBatch(scope=SCOPE, is_last=True)
        elif missing:
            yield await self._singly(missing[:_MOST_MISSING_RUNS])

    async def _refresh(self, listing: Listing) -> AsyncGenerator[RunBatch, None]:
        """The newest pages, until one holds nothing new; then what is live and was on none of them."""
        before = dict(self._known)
        seen: set[str] = set()
        async with aclosing(self._pages("", listing.job, seen, listing.limit)) as pages:
            async for batch in pages:
                yield batch
                ids = [run.id for run in batch.runs]
                is_old = all(run_id in before for run_id in ids)
                if is_old and (listing.live <= seen or all(before[run_id] for run_id in ids)):
                    break
        if len(listing.live - seen) > _MOST_SINGLE_RUNS:
            for word in _LIVE_WORDS:
                async with aclosing(self._pages(word, "", seen, None)) as pages:
                    async for batch in pages:
                        yield batch
        if missing := sorted(listing.live - seen):
            yield await self._singly(missing)

    async def _pages(self, word: str, job: str, seen: set[str], limit: int | None) -> AsyncGenerator[RunBatch, None]:
        """Pages of one filter until one is empty or holds only rows of this filter that came already.

        Adds to `seen`. A short page means nothing: the service may give fewer rows than were asked for.
        """
        own: set[str] = set()
        anchor: str | None = None
        skip = steps_back = 0
        stepped = False
        while limit is None or len(own) < limit:
            top = self._page_size if own else min(self._page_size, _FIRST_PAGE)
            page = await self._api.runs(top=top, skip=skip, status=word, deltatwin_name=job)
            rows = {run.id: run for run in map(self.noted, page.items)}
            if anchor is not None and anchor not in rows and steps_back < _MOST_STEPS_BACK:
                steps_back += 1
                stepped = True
                skip = max(0, skip - top)
                continue
            fresh = [run for run in rows.values() if run.id not in own]
            own.update(rows)
            if fresh or page.problems:
                yield self._batch([run for run in fresh if run.id not in seen], page.problems, seen)
            if not fresh and not (stepped and rows):
                return
            stepped = False
            # where a row could not be read nobody knows which one came last; a row given twice is counted once
            anchor = None if page.problems else next(reversed(rows))
            skip += len(rows) + len(page.problems) - (anchor is not None)

    def _batch(self, runs: Sequence[Run], problems: Sequence[str], seen: set[str]) -> RunBatch:
        seen.update(run.id for run in runs)
        return RunBatch(scope=SCOPE, runs=runs, problems=problems)

    async def _singly(self, run_ids: Sequence[str]) -> RunBatch:
        gate = asyncio.Semaphore(_RUNS_AT_ONCE)

        async def one(run_id: str) -> Run | str | None:
            async with gate:
                try:
                    return self.noted(await self._api.run(run_id))
                except NotFoundError:
                    return None
                except PayloadError as error:
                    return error.message

        answers = await asyncio.gather(*(one(run_id) for run_id in run_ids))
        runs = [answer for answer in answers if isinstance(answer, Run)]
        gone = [run_id for run_id, answer in zip(run_ids, answers, strict=True) if answer is None]
        for run_id in gone:
            self.forget(run_id)
        return RunBatch(
            scope=SCOPE, runs=runs, gone=gone, problems=[answer for answer in answers if isinstance(answer, str)]
        )


def _filter_words(statuses: frozenset[Status]) -> tuple[str, ...]:
    """The service's words for these statuses, or none when one of them has no word: then nothing is filtered."""
    if not statuses or not all(status in FILTER_WORDS for status in statuses):
        return ()
    words = tuple(word for status, own in FILTER_WORDS.items() if status in statuses for word in own)
    return words if len(words) < 4 else ()


async def _guarded(batches: AsyncGenerator[RunBatch]) -> AsyncGenerator[RunBatch, None]:
    """The batches; an error after the first one ends the scope with a batch that carries it."""
    is_first = True
    try:
        async with aclosing(batches):
            async for batch in batches:
                is_first = False
                yield batch
    except BackendError as error:
        if is_first:
            raise
        yield RunBatch(scope=SCOPE, error=error)
