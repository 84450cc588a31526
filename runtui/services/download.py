"""Bringing one file home."""

import asyncio
from collections.abc import Callable
from typing import Final

from runtui.backends.protocol import ReadsFiles
from runtui.model.clock import Clock
from runtui.model.errors import PermissionDeniedError, RuntuiError, TemporaryError, VerificationError
from runtui.model.threads import in_thread
from runtui.services.chunks import Chunk, Chunks
from runtui.services.content_hash import ContentHash
from runtui.services.file_lock import HeldError
from runtui.services.file_reader import ChangedError, FileReader, NoRangesError
from runtui.services.folder_sync import FolderSync
from runtui.services.landing import Landing, Outcome, strongest
from runtui.services.part_file import PartFile
from runtui.services.transfer_entry import TransferEntry
from runtui.services.transfer_queue import ConnectionSlots

_ATTEMPTS: Final = 6
"""Tries in a row that bring nothing."""
_MOST_RESTARTS: Final = 3
_LOCK_LOOKS: Final = 1.0
_DURABLE_EVERY: Final = 2.0
_WORTH_FOLLOWING: Final = 1024 * 1024


class Download:
    """One file, first under `<name>.part`, and under its own name only once it is whole, verified and on the disk.

    A large file comes in several parts at once. A broken connection is taken up again where it stopped, and so is what
    an earlier process left, if it can be told to be of the same content.
    """

    def __init__(
        self,
        backend: ReadsFiles,
        entry: TransferEntry,
        slots: ConnectionSlots,
        clock: Clock,
        folders: FolderSync | None = None,
    ) -> None:
        self._backend = backend
        self._entry = entry
        self._slots = slots
        self._clock = clock
        self._folders = folders or FolderSync()
        self._part: PartFile | None = None
        self._chunks: Chunks | None = None
        self._reader: FileReader | None = None
        self._workers: set[asyncio.Task[None]] = set()
        self._restarts = 0
        self.size = entry.transfer.size
        self.connections = 1
        self.is_verifying = False
        self.note = ""

    @property
    def received(self) -> int:
        """Bytes of the file that are there."""
        return self._entry.transfer.received if self._part is None else self._part.spans.total

    @property
    def has_begun(self) -> bool:
        """Whether it is known how much is there from earlier."""
        return self._part is not None

    def widen(self) -> None:
        """Take more connections, while there are any left and parts to fetch over them."""
        chunks, reader = self._chunks, self._reader
        while (
            chunks is not None
            and reader is not None
            and chunks.is_divisible
            and self.connections < self._slots.limits.per_file
            and self._slots.take()
        ):
            self.connections += 1
            self._workers.add(asyncio.get_running_loop().create_task(self._widened(chunks, reader)))

    async def run(self) -> Outcome:
        """Download, verify, and put it in place.

        Raises InTheWayError, StorageError (no room, no permission), VerificationError (kept as `<name>.rejected`), or
        the BackendError of the last try.
        """
        landing = Landing(self._entry)
        try:
            there = await self._prepared(landing)
            if there is not None:
                return there
            return await self._brought(landing)
        finally:
            if landing.is_let_go:
                landing.close()
            else:
                await in_thread(landing.close)

    async def _prepared(self, landing: Landing) -> Outcome | None:
        while True:
            try:
                return await in_thread(landing.prepare)
            except HeldError as error:
                self.note = f"waits: {error.message}"
                await self._clock.sleep(_LOCK_LOOKS)

    async def _brought(self, landing: Landing) -> Outcome:
        assert landing.part is not None
        self._part, self.note = landing.part, landing.note
        was_resumed = landing.part.spans.total > 0
        digest = await self._filled(landing, landing.part)
        try:
            outcome = await in_thread(_finished, landing, digest, keeps_wrong=not was_resumed)
        except VerificationError:
            if not was_resumed:
                raise
            self.note = "began anew: what was kept from an earlier try was wrong"
            self.is_verifying = False
            await in_thread(landing.part.start_over)
            digest = await self._filled(landing, landing.part)
            outcome = await in_thread(_finished, landing, digest, keeps_wrong=True)
        await self._folders.sync(landing.folder)
        return outcome

    async def _filled(self, landing: Landing, part: PartFile) -> ContentHash | None:
        """Have all bytes in the part; gives what hashes them, which has followed as far as it could."""
        stated = strongest(self._entry.transfer.file.hashes)
        digest = ContentHash(part, stated.algorithm) if stated is not None else None
        is_small = self.size is not None and self.size < _WORTH_FOLLOWING
        beside = [] if is_small or digest is None else [asyncio.ensure_future(digest.follow())]
        beside += [] if is_small else [asyncio.ensure_future(self._keep_durable(landing, part))]
        try:
            await self._fetch(part)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        self.is_verifying = True
        if digest is not None and not is_small:
            await _all_in_threads(digest.finish, part.make_durable)
        return digest

    async def _keep_durable(self, landing: Landing, part: PartFile) -> None:
        while True:
            await asyncio.sleep(_DURABLE_EVERY)
            await in_thread(part.make_durable)
            if landing.lock is not None:
                await in_thread(landing.lock.show_life)

    async def _fetch(self, part: PartFile) -> None:
        """Have all bytes in the part, whatever it takes."""
        reader = FileReader(self._backend, self._entry.run, self._entry.transfer.file, part)
        tries = _Tries(self._clock)
        while not part.is_complete:
            before = part.spans.total
            is_divided = self._may_divide(part, reader)
            try:
                if is_divided:
                    await self._fetch_parts(part, reader)
                else:
                    await reader.read_rest(self._note_size)
                return
            except NoRangesError:
                reader.has_ranges = False
            except ChangedError as error:
                self._restarts += 1
                if self._restarts > _MOST_RESTARTS:
                    raise TemporaryError(
                        f"{self._entry.transfer.file.name} changes faster than it can be fetched"
                    ) from error
                self.note = f"began anew: {error}"
                await in_thread(part.start_over)
            except (TemporaryError, PermissionDeniedError) as error:
                if is_divided and isinstance(error, TemporaryError):
                    raise  # each connection has tried often enough
                await tries.pause_after(error, brought=part.spans.total - before)

    def _may_divide(self, part: PartFile, reader: FileReader) -> bool:
        size = part.source.size
        return reader.has_ranges and size is not None and size >= self._slots.limits.part_from

    def _note_size(self, size: int | None) -> None:
        self.size = size if size is not None else self.size

    async def _fetch_parts(self, part: PartFile, reader: FileReader) -> None:
        """Fetch what is missing over several connections; the first of them is there already."""
        assert part.source.size is not None
        chunks = Chunks(part.spans.missing(part.source.size), self._slots.limits.per_file)
        first = asyncio.ensure_future(self._work(chunks, reader))
        self._chunks, self._reader = chunks, reader
        self._workers.add(first)
        try:
            while self._workers and chunks.failure is None:
                done, _ = await asyncio.wait(tuple(self._workers), return_when=asyncio.FIRST_COMPLETED)
                self._workers -= done
        finally:
            self._chunks = self._reader = None
            for worker in self._workers:
                worker.cancel()
            await asyncio.gather(*self._workers, return_exceptions=True)
            self._workers.clear()
        if chunks.failure is not None:
            raise chunks.failure

    async def _work(self, chunks: Chunks, reader: FileReader) -> None:
        """Fetch one chunk after another, until there are none or one of the workers failed."""
        tries = _Tries(self._clock)
        while (chunk := chunks.take()) is not None:
            before = chunk.at
            try:
                await self._read_timed(chunk, chunks, reader)
            except TemporaryError as error:
                chunks.put_back(chunk)
                try:
                    await tries.pause_after(error, brought=chunk.at - before)
                except TemporaryError as last:
                    chunks.failure = chunks.failure or last
            except (RuntuiError, NoRangesError, ChangedError) as error:
                chunks.put_back(chunk)
                chunks.failure = chunks.failure or error

    async def _read_timed(self, chunk: Chunk, chunks: Chunks, reader: FileReader) -> None:
        """Read a chunk, and learn from how long that took how large the next ones are to be."""
        asked_at = opened_at = self._clock.monotonic()

        def opened() -> None:
            nonlocal opened_at
            opened_at = self._clock.monotonic()
            self.widen()

        await reader.read_chunk(chunk, opened)
        chunks.note_pace(chunk, asking=opened_at - asked_at, receiving=self._clock.monotonic() - opened_at)

    async def _widened(self, chunks: Chunks, reader: FileReader) -> None:
        try:
            await self._work(chunks, reader)
        finally:
            self.connections -= 1
            self._slots.give_back()


class _Tries:
    """How often something may fail in a row."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failed = 0

    async def pause_after(self, error: TemporaryError | PermissionDeniedError, *, brought: int) -> None:
        """Wait before the next try, longer each time; raises the error when there have been enough.

        A refusal after something came may be of a link that was signed for a while: then another is asked for.
        """
        self._failed = 1 if brought else self._failed + 1
        if self._failed >= _ATTEMPTS or (
            isinstance(error, PermissionDeniedError) and (not brought or self._failed > 1)
        ):
            raise error
        asked = error.retry_after if isinstance(error, TemporaryError) else None
        await self._clock.sleep(min(60.0, asked) if asked is not None else min(30.0, 0.25 * 2.0**self._failed))


async def _all_in_threads(*works: Callable[[], object]) -> None:
    """Let each be done in a thread of its own; all have ended when this returns, and raises the error of the first."""
    ends = await asyncio.gather(*(in_thread(work) for work in works), return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end


def _finished(landing: Landing, digest: ContentHash | None, *, keeps_wrong: bool) -> Outcome:
    """Verify, and give the file its name. With `keeps_wrong` what is not right lies under another name then."""
    assert landing.part is not None
    size = landing.part.spans.total
    try:
        verified = landing.verify(None if digest is None else digest.finish())
    except VerificationError:
        if keeps_wrong:
            landing.set_aside()
        raise
    landing.put_in_place()
    landing.release()
    return Outcome(size, verified, landing.target)
