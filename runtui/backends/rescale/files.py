"""The output files of a run: its work folder while it is in progress, stored files afterwards, and the gap."""

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from runtui.backends.protocol import ByteStream
from runtui.backends.rescale.api import RescaleApi
from runtui.backends.rescale.mapping import SNAPSHOT, file_of, parts_of, run_number_of
from runtui.model.errors import NotFoundError, RejectedError
from runtui.model.output_file import FileListing, FilesWorld, OutputFile
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.transport.client import StreamedReply
from runtui.transport.file_connections import Take
from runtui.transport.proposed_name import proposed_name
from runtui.transport.ranges import content_range, range_headers, version_of

_GAP: Final = timedelta(minutes=5)
"""How long after its end a run's files may still not be listed."""

_LISTINGS_KEPT: Final = 200


class PlainStream:
    """Bytes from an answer, as far as they were asked for."""

    def __init__(self, answer: StreamedReply, *, offset: int, size: int | None, most: int | None) -> None:
        self.offset = offset
        self.size = size
        self.etag = version_of(answer.reply.headers)
        self.name = proposed_name(answer.reply.headers.get("content-disposition", ""))
        self._answer = answer
        self._most = most

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes, ended where the caller wanted them to end."""
        left = self._most
        async for piece in self._answer.pieces:
            if left is None:
                yield piece
                continue
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                return

    async def copy(self, take: Take) -> None:
        """The bytes, given to `take` in a thread."""
        await self._answer.copy(take)


class RunFiles:
    """Lists and reads the files of runs. Remembers the last listing of each run, for the gap."""

    def __init__(self, api: RescaleApi) -> None:
        self._api = api
        self._kept: OrderedDict[str, FileListing] = OrderedDict()
        self._with_snapshot: set[str] = set()

    def expect_snapshot(self, run: Run) -> None:
        """From now on look for snapshots of this run while it is in progress."""
        self._with_snapshot.add(run.id)

    async def listing(self, run: Run) -> FileListing:
        """The files there are now, and which world they are from."""
        job_id, number = parts(run)
        if run.status is Status.QUEUED or run.started_at is None:
            return FileListing(world=FilesWorld.RUNNING if not run.status.is_final else FilesWorld.FINISHED)
        if not run.status.is_final:
            working = await self._working(run, job_id, number)
            if working is not None:
                return self._keep(run, working)
        stored = await self.stored(run)
        is_indexed = any(file.kind != SNAPSHOT for file in stored.files) or bool(stored.problems)
        if is_indexed or not self._may_still_come(run):
            return self._keep(run, stored)
        last = self._kept.get(run.id, FileListing())
        files = {file.id: file for file in (*last.files, *stored.files)}
        return FileListing(files=tuple(files.values()), world=FilesWorld.GAP)

    async def _working(self, run: Run, job_id: str, number: str) -> FileListing | None:
        found = await self._api.directory(job_id, number)
        if found is None or not (found.items or found.problems):
            return None
        files = [OutputFile(id=item.value.path, path=item.value.path) for item in found.items]
        if run.id in self._with_snapshot:
            files += await self.snapshots(run)
        return FileListing(files=tuple(files), world=FilesWorld.RUNNING, problems=tuple(found.problems))

    async def stored(self, run: Run) -> FileListing:
        """The stored files of a run, in the service's order."""
        files: dict[str, OutputFile] = {}
        problems: list[str] = []
        is_answered = False
        async for page in self._api.run_files(*parts(run)):
            is_answered = True
            problems += page.problems
            for item in page.items:
                if not item.value.is_deleted:
                    files[item.value.id] = file_of(item)
        if not is_answered:
            # a 404 may mean that the run is in progress, or that there is no such run: then this raises
            await self._api.run(*parts(run))
        return FileListing(files=tuple(files.values()), world=FilesWorld.FINISHED, problems=tuple(problems))

    async def snapshots(self, run: Run) -> tuple[OutputFile, ...]:
        """The archives of its work folder. A run in progress may not list them: then its job's list is looked at."""
        job_id, number = parts(run)
        found = [file for file in (await self.stored(run)).files if file.kind == SNAPSHOT]
        if found:
            return tuple(found)
        async for page in self._api.job_files(job_id, "snapshot"):
            for item in page.items:
                file = file_of(item)
                if file.kind == SNAPSHOT and run_number_of(job_id, item.value.path or "") == number:
                    found.append(file)
        return tuple(found)

    def _may_still_come(self, run: Run) -> bool:
        if not run.status.is_final:
            return True
        if run.ended_at is None:
            return False
        return self._api.transport.server_now() - run.ended_at < _GAP

    def _keep(self, run: Run, listing: FileListing) -> FileListing:
        self._kept[run.id] = listing
        self._kept.move_to_end(run.id)
        if len(self._kept) > _LISTINGS_KEPT:
            self._kept.popitem(last=False)
        return listing

    async def stored_file(self, run: Run, path: str) -> OutputFile | None:
        """The stored file of a path of the work folder, or None while it is not listed."""
        known = self._kept.get(run.id)
        if known is None or known.world is not FilesWorld.FINISHED:
            known = await self.stored(run)
            if known.files:
                self._keep(run, known)
        return next((file for file in known.files if file.path == path and file.id != file.path), None)

    @asynccontextmanager
    async def opened(
        self, run: Run, file: OutputFile, start: int, end: int | None, etag: str | None
    ) -> AsyncIterator[ByteStream]:
        """The bytes of a file of either world. A work file has no ranges: it is always read from its beginning."""
        if file.id != file.path:
            async with self._stored_bytes(file, start, end, etag) as stream:
                yield stream
            return
        job_id, number = parts(run)
        stored = await self.stored_file(run, file.path) if run.status.is_final else None
        if stored is None:
            try:
                async with self._api.raw_tail(job_id, number, file.path) as answer:
                    yield PlainStream(answer, offset=0, size=None, most=end)
                return
            except NotFoundError:
                stored = await self.stored_file(run, file.path)
                if stored is None:
                    raise
        async with self._stored_bytes(stored, start, end, etag) as stream:
            yield stream

    @asynccontextmanager
    async def _stored_bytes(
        self, file: OutputFile, start: int, end: int | None, etag: str | None
    ) -> AsyncIterator[ByteStream]:
        headers = range_headers(start, end, etag)
        async with self._api.contents(file.id, headers, f"reading {file.path}") as answer:
            status, given = answer.reply.status, answer.reply.headers
            first, size = content_range(given)
            if status == 416:
                yield PlainStream(answer, offset=start, size=size, most=0)
            elif status == 206:
                offset = start if first is None else first
                most = None if end is None else max(0, end - offset)
                yield PlainStream(answer, offset=offset, size=size, most=most)
            else:
                length = given.get("content-length", "")
                yield PlainStream(answer, offset=0, size=int(length) if length.isdigit() else None, most=end)


def parts(run: Run) -> tuple[str, str]:
    """Job and run of a run's id. Raises RejectedError for an id that is none of ours."""
    found = parts_of(run.id)
    if found is None:
        raise RejectedError(
            f"{run.id!r} is no run of Rescale", hint="Its runs are called JOB/RUN.", profile=run.profile
        )
    return found
