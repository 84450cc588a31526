"""Reading the last lines of logs of ended runs, to learn how they ended: once a run, and few at a time."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from runtui.backends.rescale.api import RescaleApi
from runtui.backends.rescale.derivation import Evidence, LastWords, last_words
from runtui.backends.rescale.mapping import parts_of, run_id, run_number_of
from runtui.backends.rescale.memory import JobMemory
from runtui.backends.rescale.merging import merged
from runtui.backends.rescale.wire import WireFile
from runtui.model.errors import BackendError
from runtui.model.run import Run
from runtui.transport.decoding import Items

LOG_NAME: Final = "process_output.log"
INDEXED_AFTER: Final = timedelta(minutes=2)
"""The files of a run that ended longer ago are listed, or never will be."""

_END_BYTES: Final = 4096
_WIDTH: Final = 4


class LogEnds:
    """Looks at the end of `process_output.log`."""

    def __init__(self, api: RescaleApi) -> None:
        self._api = api

    async def learn(self, memory: JobMemory, runs: Iterable[Run]) -> bool:
        """Look at the logs of ended runs of one job, found with one search; True when anything was learned.

        What cannot be read now is counted and tried again by the next call.
        """
        runs = list(runs)
        try:
            files = await self._found(memory.job.id)
        except BackendError:
            for run in runs:
                memory.count_look(run.id)
            return False
        sources = [partial(self._look, memory, run, files.get(run.id)) for run in runs]
        learned = [run_id async for run_id in merged(sources, width=_WIDTH)]
        return bool(learned)

    async def _look(self, memory: JobMemory, run: Run, file: WireFile | None) -> AsyncIterator[str]:
        words = await self._words(memory, run, file)
        if words is not None:
            memory.words[run.id] = words
            yield run.id

    async def _found(self, job_id: str) -> dict[str, WireFile]:
        """The logs of a job by run."""
        found: dict[str, WireFile] = {}
        async for page in self._api.job_files(job_id, LOG_NAME):
            for item in page.items:
                number = run_number_of(job_id, item.value.path or "")
                if number is not None and item.value.relative_path in (LOG_NAME, None) and item.value.name == LOG_NAME:
                    found[run_id(job_id, number)] = item.value
        return found

    async def learn_one(self, memory: JobMemory, run: Run) -> None:
        """Look at one run's log, found in the run's own list."""
        parts = parts_of(run.id)
        if parts is None:
            return
        try:
            file = await _log_of(self._api.run_files(*parts))
        except BackendError:
            return
        words = await self._words(memory, run, file)
        if words is not None:
            memory.words[run.id] = words

    async def _words(self, memory: JobMemory, run: Run, file: WireFile | None) -> LastWords | None:
        if file is None:
            return LastWords(Evidence.NO_LOG) if self._is_long_over(run) else None
        try:
            return last_words(await self._end_of(file))
        except BackendError:
            memory.count_look(run.id)
            return None

    def _is_long_over(self, run: Run) -> bool:
        now: datetime = self._api.transport.server_now()
        return run.ended_at is None or now - run.ended_at > INDEXED_AFTER

    async def _end_of(self, file: WireFile) -> bytes:
        size = file.decrypted_size
        if size == 0:
            return b""
        wanted = f"bytes=-{_END_BYTES}" if size is None else f"bytes={max(0, size - _END_BYTES)}-"
        kept = b""
        async with self._api.contents(file.id, {"Range": wanted}, "reading the end of a log") as answer:
            async for piece in answer.pieces:
                kept = (kept + piece)[-_END_BYTES:]
        return kept


async def _log_of(pages: AsyncIterator[Items[WireFile]]) -> WireFile | None:
    async for page in pages:
        for item in page.items:
            if (item.value.relative_path or item.value.name) == LOG_NAME:
                return item.value
    return None
