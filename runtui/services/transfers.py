"""The queue of downloads."""

import asyncio
import itertools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from runtui.backends.protocol import ReadsFiles
from runtui.model.clock import Clock
from runtui.model.errors import RuntuiError
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.model.transfer import Transfer, TransferState
from runtui.services.download import Download
from runtui.services.safe_names import distinct_paths, inside, safe_part

_TOLD_EVERY = 0.25


def run_folder(root: Path, run: Run) -> Path:
    """Where a run's files go below `root`: `<profile>/<job>/<run>`, so that runs never overwrite each other.

    Where the run's id begins with its job (`JOB/RUN`) the last part is the run's own.
    """
    job, _, own = run.id.rpartition("/")
    return root / safe_part(run.profile) / (safe_part(run.job or job) or "job") / (safe_part(own or run.id) or "run")


class Transfers:
    """Downloads several files at once, tells how they do, and can be asked to cancel or retry.

    Watchers are called from the session's loop with the transfers that changed, at most four times a second each.
    """

    def __init__(self, clock: Clock, *, at_once: int = 4) -> None:
        self._clock = clock
        self._at_once = asyncio.Semaphore(at_once)
        self._ids = itertools.count(1)
        self._transfers: dict[int, Transfer] = {}
        self._sources: dict[int, tuple[ReadsFiles, Run]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._watchers: list[Callable[[Transfer], None]] = []
        self._told_at: dict[int, float] = {}
        self._failures: dict[int, RuntuiError] = {}

    @property
    def all(self) -> tuple[Transfer, ...]:
        """Every transfer of this session, oldest first."""
        return tuple(self._transfers.values())

    @property
    def unfinished(self) -> int:
        """How many are queued or under way."""
        return sum(not transfer.state.is_over for transfer in self._transfers.values())

    def watch(self, on_change: Callable[[Transfer], None]) -> Callable[[], None]:
        """Call `on_change` with each transfer that changed; returns what ends it."""
        self._watchers.append(on_change)
        return lambda: self._watchers.remove(on_change) if on_change in self._watchers else None

    def add(
        self, backend: ReadsFiles, run: Run, files: Iterable[OutputFile], root: Path, *, overwrite: bool = False
    ) -> tuple[Transfer, ...]:
        """Queue files of a run to be brought below `root`, and return their transfers.

        Names are made safe and told apart. A file that is there already and has the stated size and hash is skipped;
        another one is kept and makes the transfer fail, unless `overwrite`. Raises StorageError when the folder leads
        out of `root`.
        """
        wanted = list(files)
        folder = run_folder(root, run)
        targets = [inside(root, (folder / path).relative_to(root)) for path in distinct_paths([f.path for f in wanted])]
        added = [
            Transfer(id=next(self._ids), run=run.reference, file=file, target=target, size=file.size)
            for file, target in zip(wanted, targets, strict=True)
        ]
        for transfer in added:
            self._transfers[transfer.id] = transfer
            self._sources[transfer.id] = (backend, run)
            self._begin(transfer.id, overwrite=overwrite)
        return tuple(added)

    def failure(self, transfer_id: int) -> RuntuiError | None:
        """The error that made a transfer fail the last time, or None."""
        return self._failures.get(transfer_id)

    def cancel(self, ids: Iterable[int]) -> None:
        """Stop transfers; what was received stays beside the target, for the next time."""
        for transfer_id in ids:
            if (task := self._tasks.get(transfer_id)) is not None:
                task.cancel()

    def retry(self, ids: Iterable[int]) -> None:
        """Begin failed and cancelled transfers again where they were broken off."""
        for transfer_id in ids:
            if self._transfers[transfer_id].state in (TransferState.FAILED, TransferState.CANCELLED):
                self._change(transfer_id, state=TransferState.QUEUED, error="", hint="")
                self._begin(transfer_id, overwrite=True)

    async def finished(self, transfers: Sequence[Transfer]) -> tuple[Transfer, ...]:
        """Wait until the given transfers are over; returns what became of them."""
        tasks = [task for transfer in transfers if (task := self._tasks.get(transfer.id)) is not None]
        await asyncio.gather(*tasks, return_exceptions=True)
        return tuple(self._transfers[transfer.id] for transfer in transfers)

    async def aclose(self) -> None:
        """Cancel what is under way."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, transfer_id: int, *, overwrite: bool) -> None:
        task = asyncio.get_running_loop().create_task(self._run(transfer_id, overwrite))
        self._tasks[transfer_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(transfer_id, None))

    async def _run(self, transfer_id: int, overwrite: bool) -> None:
        self._failures.pop(transfer_id, None)
        try:
            async with self._at_once:
                await self._download(transfer_id, overwrite)
        except asyncio.CancelledError:
            self._change(transfer_id, state=TransferState.CANCELLED)
            raise
        except RuntuiError as error:
            self._failures[transfer_id] = error
            self._change(transfer_id, state=TransferState.FAILED, error=error.message, hint=error.hint)

    async def _download(self, transfer_id: int, overwrite: bool) -> None:
        backend, run = self._sources[transfer_id]
        transfer = self._transfers[transfer_id]
        download = Download(backend, run, transfer.file, transfer.target, self._clock)
        started = self._clock.monotonic()
        self._change(transfer_id, state=TransferState.ACTIVE)

        def note(received: int, size: int | None, verifying: bool) -> None:
            seconds = self._clock.monotonic() - started
            self._change(
                transfer_id,
                state=TransferState.VERIFYING if verifying else TransferState.ACTIVE,
                received=received,
                size=size,
                rate=(received - download.resumed_from) / seconds if seconds > 0 else 0.0,
                seconds=seconds,
            )

        outcome = await download.run(note, overwrite=overwrite)
        self._change(
            transfer_id,
            state=TransferState.SKIPPED if outcome.skipped else TransferState.DONE,
            received=outcome.size,
            size=outcome.size,
            verified=outcome.verified,
            seconds=self._clock.monotonic() - started,
        )

    def _change(self, transfer_id: int, **changes: object) -> None:
        before = self._transfers[transfer_id]
        after = msgspec.structs.replace(before, **changes)
        self._transfers[transfer_id] = after
        now = self._clock.monotonic()
        if after.state is before.state and now - self._told_at.get(transfer_id, -1.0) < _TOLD_EVERY:
            return
        self._told_at[transfer_id] = now
        for watcher in tuple(self._watchers):
            watcher(after)
