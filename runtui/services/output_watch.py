"""Fetching the output files of runs as they appear."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtui.model.errors import NotFoundError, RuntuiError, TemporaryError
from runtui.model.on_conflict import OnConflict
from runtui.model.output_file import FileListing, FilesWorld, OutputFile
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.transfer import Transfer, TransferState
from runtui.services.background import Background

if TYPE_CHECKING:
    from runtui.services.session import Session

LOOK_SECONDS = 3.0
"""Between two looks at the files of a run that is watched."""


class OutputWatch:
    """Watches one run. `takes` says which of its files are wanted, `say` is told what hinders a look for a while.

    A file is fetched once it is seen and again when its size, date or hash has changed since; once the run is over and
    its files are final, those that were fetched from a live run are compared with what is stored, and fetched again
    where they differ: their earlier states are this watch's own and may be replaced.
    """

    def __init__(
        self,
        session: "Session",
        run: Run,
        root: Path,
        takes: Callable[[OutputFile], bool],
        *,
        on_conflict: OnConflict,
        say: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._session = session
        self._run = run
        self._root = root
        self._takes = takes
        self._on_conflict = on_conflict
        self._say = say
        self._seen: dict[str, tuple[object, ...]] = {}
        self._own: set[str] = set()

    async def run(self) -> tuple[FileListing, tuple[Transfer, ...]]:
        """Fetch until the run is over; gives the final listing and what became of the files of that."""
        while True:
            listing = await self._listed()
            if self._run.status.is_final and listing.world is FilesWorld.FINISHED:
                return listing, await self._bring(listing.files)
            changed = [file for file in listing.files if self._seen.get(file.path) != _mark(file)]
            await self._bring(changed)
            await self._session.clock.sleep(LOOK_SECONDS)
            await self._look_at_run()

    async def _bring(self, files: Sequence[OutputFile]) -> tuple[Transfer, ...]:
        wanted = [file for file in files if self._takes(file)]
        own = [file for file in wanted if file.path in self._own]
        new = [file for file in wanted if file.path not in self._own]
        added = self._session.download(self._run, new, self._root, on_conflict=self._on_conflict) if new else ()
        if own:
            added += self._session.download(self._run, own, self._root, on_conflict=OnConflict.OVERWRITE)
        finished = await self._session.transfers.finished(added)
        self._seen.update((one.file.path, _mark(one.file)) for one in finished)
        self._own.update(one.file.path for one in finished if one.state is TransferState.DONE)
        return finished

    async def _listed(self) -> FileListing:
        try:
            return await self._session.output_files(self._run)
        except (TemporaryError, NotFoundError) as error:
            self._say(error.message)
            return FileListing(world=FilesWorld.RUNNING)

    async def _look_at_run(self) -> None:
        try:
            self._run = await self._session.fetch_run(self._run.reference)
        except TemporaryError as error:
            self._say(error.message)


class OutputWatches:
    """The watches of a session, one a run at most."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._tasks: dict[RunReference, asyncio.Task[Any]] = {}
        self.tell: Callable[[frozenset[RunReference]], object] = lambda _: None
        """Called with the runs that are watched whenever those are others."""
        self.tell_failure: Callable[[RunReference, RuntuiError], object] = lambda _, __: None
        """Called once with what ended a watch before its run was over."""

    @property
    def watched(self) -> frozenset[RunReference]:
        """The runs that are watched now."""
        return frozenset(self._tasks)

    def begin(self, reference: RunReference, watch: OutputWatch) -> None:
        """Watch a run, unless it is watched already."""
        if reference not in self._tasks:
            task = self._background.spawn(self._carry_out(reference, watch), f"outputs of {reference}")
            self._tasks[reference] = task
            task.add_done_callback(lambda ended: self._forget(reference, ended))
            self.tell(self.watched)

    def _forget(self, reference: RunReference, ended: "asyncio.Task[Any]") -> None:
        if self._tasks.get(reference) is ended:
            del self._tasks[reference]
            self.tell(self.watched)

    async def _carry_out(self, reference: RunReference, watch: OutputWatch) -> None:
        try:
            await watch.run()
        except RuntuiError as error:
            self.tell_failure(reference, error)

    def end(self, reference: RunReference) -> None:
        """Watch it no more; what is queued already is fetched all the same."""
        task = self._tasks.pop(reference, None)
        if task is not None:
            task.cancel()
            self.tell(self.watched)


def _mark(file: OutputFile) -> tuple[object, ...]:
    return file.size, file.modified_at, file.hashes
