"""`runtui download`: output files of a run brought home."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from runtui.cli import output
from runtui.cli.conflict_question import ConflictQuestions, check_that_somebody_is_there
from runtui.cli.exit_codes import worst_exit_code
from runtui.cli.options import CommonOptions
from runtui.cli.said_once import SaidOnce
from runtui.cli.session_command import in_session
from runtui.cli.transfer_report import TransferReport
from runtui.model.errors import ConfigError, NotFoundError, RuntuiError
from runtui.model.on_conflict import OnConflict
from runtui.model.output_file import FileListing, OutputFile
from runtui.model.run import Run
from runtui.model.transfer import Transfer, TransferState
from runtui.render import units
from runtui.services.file_choice import FileGlob, chosen_files
from runtui.services.output_watch import OutputWatch
from runtui.services.session import Session

_MOST_NAMED = 12


def run(
    options: CommonOptions,
    *,
    written: str,
    globs: Sequence[str],
    folder: str | None,
    watch: bool,
    on_conflict: str,
    connections: int | None,
    as_lines: bool,
) -> int:
    """Fetch the files that are wanted; the exit code is that of the worst that happened to one of them."""

    if on_conflict == OnConflict.ASK:
        check_that_somebody_is_there()
        if watch:
            raise ConfigError("a watch asks nobody", hint="Say --on-conflict skip, overwrite, rename or compare.")
    chosen_root = Path(folder).expanduser() if folder else None

    async def work(session: Session) -> int:
        found = await session.find_run(written)
        root = chosen_root or session.config.interface.download_dir
        if connections is not None:
            session.transfers.limit(connections)
        fetching = _Fetching(session, globs, root, on_conflict=OnConflict(on_conflict), as_lines=as_lines)
        try:
            return await (fetching.watch(found) if watch else fetching.fetch(found))
        except asyncio.CancelledError:
            fetching.report.break_off()
            raise

    return in_session(options, work, written=[written])


class _Fetching:
    """Fetches the chosen files of one run. `report` tells of them."""

    def __init__(
        self, session: Session, globs: Sequence[str], root: Path, *, on_conflict: OnConflict, as_lines: bool
    ) -> None:
        self._session = session
        self._globs = globs
        self._root = root
        self._on_conflict = on_conflict
        self.report = TransferReport(session.clock, as_lines=as_lines)
        self._talk = SaidOnce()
        self._questions = ConflictQuestions()
        session.transfers.watch(self.report.note)

    async def fetch(self, run: Run) -> int:
        """Fetch what is there now. Raises NotFoundError when no file is meant by the globs."""
        listing = await self._session.output_files(run)
        chosen = chosen_files(listing.files, self._globs)
        unmatched = self._unmatched(listing)
        if self._globs and not chosen:
            raise _nothing_matches(unmatched, listing)
        for glob in unmatched:
            output.complain(f"no output file matches {glob!r}")
        if not chosen:
            output.say("there are no output files" + ("" if run.status.is_final else " yet"))
        errors = await self._bring(run, chosen)
        self._complain_of(errors)
        return worst_exit_code([*(error for _, error in errors), *(NotFoundError(glob) for glob in unmatched)])

    async def watch(self, run: Run) -> int:
        """Fetch files as they appear, until the run is over and they are final."""
        takers = [FileGlob(glob) for glob in self._globs]
        watch = OutputWatch(
            self._session,
            run,
            self._root,
            lambda file: not takers or any(taker.takes(file) for taker in takers),
            on_conflict=self._on_conflict,
            say=self._talk.say,
        )
        listing, finished = await watch.run()
        self.report.sum_up()
        if self._globs and not chosen_files(listing.files, self._globs):
            raise _nothing_matches(self._unmatched(listing), listing)
        errors = self._errors_of(finished)
        self._complain_of(errors)
        return worst_exit_code(error for _, error in errors)

    async def _bring(self, run: Run, files: Sequence[OutputFile]) -> list[tuple[Transfer, RuntuiError]]:
        """Fetch files, and say which failed and why."""
        transfers = self._session.download(run, files, self._root, on_conflict=self._on_conflict)
        finished = await self._session.transfers.finished(transfers)
        while asking := [transfer for transfer in finished if transfer.state is TransferState.ASKING]:
            self.report.clear()
            for transfer in asking:
                choice = await asyncio.to_thread(self._questions.answer, transfer)
                self._session.transfers.decide([transfer.id], choice)
            finished = await self._session.transfers.finished(finished)
        self.report.sum_up()
        return self._errors_of(finished)

    def _errors_of(self, transfers: Sequence[Transfer]) -> list[tuple[Transfer, RuntuiError]]:
        failures = ((transfer, self._session.transfers.failure(transfer.id)) for transfer in transfers)
        return [(transfer, error) for transfer, error in failures if error is not None]

    def _complain_of(self, errors: Sequence[tuple[Transfer, RuntuiError]]) -> None:
        """Say each error, one that ended several transfers once."""
        paths: dict[tuple[str, str], list[str]] = {}
        for transfer, error in errors:
            paths.setdefault((error.message, error.hint), []).append(transfer.file.path)
        for (message, hint), failed in paths.items():
            more = f" and {units.count(len(failed) - 1)} more" if len(failed) > 1 else ""
            output.complain(f"{failed[0]}{more}: {message}", hint)

    def _unmatched(self, listing: FileListing) -> list[str]:
        globs = [FileGlob(glob) for glob in self._globs]
        return [glob.written for glob in globs if not any(glob.takes(file) for file in listing.files)]


def _nothing_matches(globs: Sequence[str], listing: FileListing) -> NotFoundError:
    paths = [file.path for file in listing.files]
    more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    there = f"There are {', '.join(paths[:_MOST_NAMED])}{more}." if paths else "There are no output files."
    return NotFoundError(f"no output file matches {' or '.join(repr(glob) for glob in globs)}", hint=there)
