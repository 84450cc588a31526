"""One method, one call of version 2 of Rescale's API, the one that is officially supported.

The final slash is part of every address but `tail/`'s (Rescale API documentation, introduction).
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

import msgspec

from runtui.backends.rescale.settings import REGIONS
from runtui.backends.rescale.wire import (
    Page,
    WireFile,
    WireJob,
    WireJobDetail,
    WireRun,
    WireSnapshot,
    WireStatus,
    WireTail,
    WireUser,
    WireWorkFile,
)
from runtui.model.errors import AuthenticationError, BackendError, PermissionDeniedError, RejectedError
from runtui.model.secret import Secret
from runtui.transport.client import StreamedReply, Transport, path_segments, segment
from runtui.transport.decoding import Item, Items, decode_items, decode_object
from runtui.transport.errors import detail_of
from runtui.transport.limits import Rate, RateBudget
from runtui.transport.reply import Reply

T = TypeVar("T", bound=msgspec.Struct)

JOBS: Final = "jobs"
RUNS: Final = "runs"
FILES: Final = "files"
LARGEST_PAGE: Final = 1000
"""More is silently cut to this."""

_MOST_PAGES: Final = 1000
_RATES: Final = {JOBS: Rate(20.0, 60.0), RUNS: Rate(10.0, 80.0), FILES: Rate(20.0, 80.0)}
"""Version 2 allows 25 requests a second for jobs; the limits of runs and files are not public."""
_AT_ONCE: Final = 6.0


def scheme_of(token: Secret) -> str:
    """`Token` for a key; `Bearer` for a signed token, which has three parts."""
    text = token.reveal()
    return "Bearer" if text.startswith("ey") and text.count(".") == 2 else "Token"


def limited(budget: RateBudget, calls_per_second: float) -> RateBudget:
    """The budget with what we ask at most: a scope for each of the service's groups of endpoints, and so many calls a
    second, few at once, to keep lists up to date."""
    budget.limit(_RATES, polling=Rate(calls_per_second, _AT_ONCE))
    return budget


def explain(reply: Reply, operation: str) -> BackendError | None:
    """The service's codes that mean something else, or more, than they say."""
    if reply.status not in (401, 403):
        return None
    host = urlsplit(reply.url).netloc.rpartition("@")[2]
    said = f": {detail}" if (detail := detail_of(reply)) else ""
    if reply.status == 401:
        regions = ", ".join(f"{name} {url}" for name, url in REGIONS)
        return AuthenticationError(
            f"{host} does not accept the key{said}",
            hint=f"A key works in one region only, and {host} was asked. Regions: {regions}. "
            f"Make a key at {_origin(reply.url)}/user/settings/api-key/.",
            code=401,
        )
    return PermissionDeniedError(
        f"{host} does not allow this{said}", hint="The key may have expired, or be of another workspace.", code=403
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


class RescaleApi:
    """The calls runtui makes."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    async def user(self) -> Item[WireUser]:
        """`GET users/me/`: the cheap login check."""
        return decode_object(await self._get("users/me/", "asking who we are", JOBS), WireUser)

    def jobs(self, filters: Mapping[str, str] | None = None) -> AsyncIterator[Items[WireJob]]:
        """`GET jobs/`, page by page (Rescale API, Jobs). Sorting is not relied on, nor are `filters`: look again."""
        return self._pages("jobs/", WireJob, "listing jobs", JOBS, dict(filters or {}))

    async def job(self, job_id: str) -> Item[WireJobDetail]:
        """`GET jobs/{id}/`: everything but the status."""
        reply = await self._get(f"jobs/{_part(job_id)}/", f"reading job {job_id}", JOBS)
        return decode_object(reply, WireJobDetail)

    async def statuses(self, job_id: str) -> list[WireStatus]:
        """`GET jobs/{id}/statuses/`: its history, newest first as a rule; empty for a draft."""
        path = f"jobs/{_part(job_id)}/statuses/"
        pages = self._pages(path, WireStatus, f"reading the status of job {job_id}", JOBS)
        return [item.value async for page in pages for item in page.items]

    async def cluster_statuses(self, job_id: str) -> list[WireStatus]:
        """`GET jobs/{id}/cluster_statuses/`: answered 404 until there is a cluster, here an empty list."""
        path = f"jobs/{_part(job_id)}/cluster_statuses/"
        pages = self._pages(path, WireStatus, f"reading the cluster of job {job_id}", JOBS, none=frozenset({404}))
        return [item.value async for page in pages for item in page.items]

    def runs(self, job_id: str) -> AsyncIterator[Items[WireRun]]:
        """`GET jobs/{id}/runs/`, page by page. Before the job executes: nothing, whatever the code."""
        path = f"jobs/{_part(job_id)}/runs/"
        return self._pages(path, WireRun, f"listing the runs of job {job_id}", RUNS, none=frozenset({404, 405}))

    async def run(self, job_id: str, number: str) -> Item[WireRun]:
        """`GET jobs/{id}/runs/{run}/`."""
        return decode_object(await self._get(_run(job_id, number), f"reading run {job_id}/{number}", RUNS), WireRun)

    def job_files(self, job_id: str, search: str) -> AsyncIterator[Items[WireFile]]:
        """`GET jobs/{id}/files/`: of all runs, those whose name holds `search`."""
        params = {"search": search} if search else {}
        return self._pages(f"jobs/{_part(job_id)}/files/", WireFile, f"listing files of job {job_id}", FILES, params)

    def run_files(self, job_id: str, number: str) -> AsyncIterator[Items[WireFile]]:
        """`GET runs/{run}/files/`: the stored files of a completed run; of one in progress nothing or a 404."""
        operation = f"listing the files of run {job_id}/{number}"
        return self._pages(_run(job_id, number) + "files/", WireFile, operation, FILES, none=frozenset({404}))

    async def directory(self, job_id: str, number: str) -> Items[WireWorkFile] | None:
        """`GET runs/{run}/directory-contents/`: the work folder of a run in progress, else None."""
        reply = await self._get(
            _run(job_id, number) + "directory-contents/",
            f"listing the work folder of run {job_id}/{number}",
            FILES,
            accept=frozenset({400, 404}),
        )
        return decode_items(reply, WireWorkFile) if reply.status == 200 else None

    async def tail(self, job_id: str, number: str, path: str, lines: int) -> WireTail | None:
        """`GET runs/{run}/tail/{path}?lines=N`: the last lines; None when the run is not in progress or has no such
        file. An answer that is no JSON means the same."""
        reply = await self._get(
            tail_path(job_id, number, path),
            f"reading the end of {path}",
            RUNS,
            {"lines": lines},
            accept=frozenset({400, 404}),
        )
        if reply.status != 200 or "json" not in reply.content_type:
            return None
        return decode_object(reply, WireTail).value

    def raw_tail(self, job_id: str, number: str, path: str) -> AbstractAsyncContextManager[StreamedReply]:
        """`GET runs/{run}/tail/{path}`: the whole file as it is now, from its first byte."""
        return self.transport.stream(tail_path(job_id, number, path), operation=f"reading {path}", scope=RUNS)

    def contents(
        self, file_id: str, headers: dict[str, str], operation: str
    ) -> AbstractAsyncContextManager[StreamedReply]:
        """`GET files/{id}/contents/`: the plain bytes; may lead to a storage, where no token goes."""
        return self.transport.stream(
            f"files/{_part(file_id)}/contents/",
            operation=operation,
            headers=headers,
            scope=FILES,
            accept=frozenset({416}),
        )

    async def stop_run(self, job_id: str, number: str) -> None:
        """`POST runs/{run}/stop/`: ends its processes and uploads what there is."""
        await self._post(_run(job_id, number) + "stop/", f"stopping run {job_id}/{number}", RUNS)

    async def snapshot(self, job_id: str, number: str) -> WireSnapshot:
        """`POST runs/{run}/snapshot/`: packs the work folder; answers with the id of the snapshot before."""
        reply = await self._post(_run(job_id, number) + "snapshot/", f"taking a snapshot of {job_id}/{number}", RUNS)
        return decode_object(reply, WireSnapshot).value

    async def create_job(self, body: dict[str, object]) -> Item[WireJobDetail]:
        """`POST jobs/`: a draft; 201 with the whole job."""
        reply = await self.transport.request("POST", "jobs/", operation="creating a job", json=body, scope=JOBS)
        return decode_object(reply, WireJobDetail)

    async def submit_job(self, job_id: str) -> None:
        """`POST jobs/{id}/submit/`: 200 without a body, also when nothing happens."""
        await self._post(f"jobs/{_part(job_id)}/submit/", f"submitting job {job_id}", JOBS)

    async def stop_job(self, job_id: str) -> None:
        """`POST jobs/{id}/stop/`: 202 without a body."""
        await self._post(f"jobs/{_part(job_id)}/stop/", f"stopping job {job_id}", JOBS)

    async def delete_job(self, job_id: str) -> None:
        """`DELETE jobs/{id}/`: 204; 400 while the job or its cluster lives."""
        reply = await self.transport.request(
            "DELETE",
            f"jobs/{_part(job_id)}/",
            operation=f"deleting job {job_id}",
            scope=JOBS,
            accept=frozenset({400}),
        )
        if reply.status == 400:
            detail = detail_of(reply) or "the service gives no reason"
            raise RejectedError(
                f"job {job_id} is not deleted: {detail}",
                hint="A job can be deleted once it is completed and its cluster is Stopped.",
                profile=self.transport.profile,
                operation=f"deleting job {job_id}",
                code=400,
            )

    async def _get(
        self,
        path: str,
        operation: str,
        scope: str,
        params: dict[str, str | int] | None = None,
        accept: frozenset[int] = frozenset(),
    ) -> Reply:
        return await self.transport.request("GET", path, operation=operation, params=params, scope=scope, accept=accept)

    async def _post(self, path: str, operation: str, scope: str) -> Reply:
        return await self.transport.request("POST", path, operation=operation, scope=scope)

    async def _pages(
        self,
        path: str,
        kind: type[T],
        operation: str,
        scope: str,
        params: dict[str, str] | None = None,
        none: frozenset[int] = frozenset(),
    ) -> AsyncIterator[Items[T]]:
        """The pages of a list, following `next` on our own origin until it ends or a page is empty.

        `count` is not trusted. `next` may point to another host and forget our parameters: both are put right.
        """
        asked: dict[str, str | int] = {"page_size": LARGEST_PAGE, **(params or {})}
        reply = await self._get(path, operation, scope, asked, accept=none)
        if reply.status in none:
            return
        seen: set[str] = set()
        for _ in range(_MOST_PAGES):
            page = decode_object(reply, Page).value
            items = decode_items(reply, kind, key="results")
            yield items
            if not page.next or not (items.items or items.problems):
                return
            link, query = self._following(page.next, asked)
            if link in seen:
                return
            seen.add(link)
            # a list that became shorter meanwhile has no such page any more
            reply = await self._get(link, operation, scope, query, accept=frozenset({404}))
            if reply.status == 404:
                return

    def _following(self, link: str, asked: dict[str, str | int]) -> tuple[str, dict[str, str | int]]:
        """The address of the next page, and those of our parameters it lost."""
        ours = self.transport.on_our_origin(link)
        path, _, query = ours.partition("?")
        kept = dict(parse_qsl(query))
        slashed = path if path.endswith("/") else path + "/"
        return f"{slashed}?{query}", {name: value for name, value in asked.items() if name not in kept}


def _part(name: str) -> str:
    """An id as a part of an address. Raises RejectedError for one that would lead to another address."""
    if not name.strip("."):
        raise RejectedError(f"{name!r} is no id")
    return segment(name)


def _run(job_id: str, number: str) -> str:
    return f"jobs/{_part(job_id)}/runs/{_part(number)}/"


def tail_path(job_id: str, number: str, path: str) -> str:
    """The address of a file of the work folder. Raises RejectedError for a path that would lead elsewhere."""
    parts = path.split("/")
    if not path or path.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise RejectedError(
            f"{path!r} cannot be read while its run is in progress: it is no plain path below the work folder",
            hint="It can be read once the run is completed.",
        )
    return _run(job_id, number) + "tail/" + path_segments(path)
