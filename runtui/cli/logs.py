"""`runtui logs`: what a run writes, printed or followed."""

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode, worst_exit_code
from runtui.cli.log_choice import chosen_sources, nothing_called
from runtui.cli.log_following import LogFollowing
from runtui.cli.log_merging import MergedWriting
from runtui.cli.log_reader import LogReader
from runtui.cli.log_series import SeriesWriting, find_series, remember_series, write_series
from runtui.cli.log_writer import LogWriter
from runtui.cli.options import CommonOptions
from runtui.cli.places import places
from runtui.cli.session_command import in_session
from runtui.model.capability import Capability
from runtui.model.errors import ConfigError, RuntuiError, StorageError
from runtui.model.log import LogSource
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.model.series_pattern import SeriesPattern
from runtui.services.found_series import FoundSeries
from runtui.services.indexed_file import IndexedFile
from runtui.services.line_windows import ALL_LINES, WindowLines
from runtui.services.log_order import as_written
from runtui.services.passing_folder import PassingFolder
from runtui.services.session import Session
from runtui.services.spool import Spool
from runtui.services.tail import poll_to_end

_PIECE = 1024 * 1024


def run(
    options: CommonOptions,
    *,
    written: str,
    wanted: str,
    follow: bool,
    stderr_only: bool,
    lines: int | None,
    save_to: str | None,
    series: str | None = None,
    as_json: bool = False,
) -> int:
    """Print the logs that are wanted, or follow them until the run is over; or print a series found in them."""
    if series is not None:
        if lines is not None:
            raise ConfigError("-n does not go with --series", hint="All of a log is looked through.")
        return _print_series(options, written, wanted, series, stderr_only=stderr_only, follow=follow, as_json=as_json)
    if as_json:
        raise ConfigError("--json goes with --series", hint="A log is printed as it is.")

    async def work(session: Session) -> int:
        found = await session.find_run(written)
        with _writer(save_to) as (writer, flush):
            if follow and not found.status.is_final:
                writing = MergedWriting(writer, names=not wanted, last_lines=lines)
                following = LogFollowing(session, writing, wanted=wanted, stderr_only=stderr_only, on_written=flush)
                if await following.follow(found) or not wanted:
                    return ExitCode.DONE
            return await _Printing(session, writer, found, lines).print(wanted, stderr_only=stderr_only)

    return in_session(options, work, written=[written])


def _print_series(
    options: CommonOptions, written: str, wanted: str, text: str, *, stderr_only: bool, follow: bool, as_json: bool
) -> int:
    pattern = SeriesPattern(text)

    async def work(session: Session) -> int:
        run = await session.find_run(written)
        if follow:
            remember_series(places(options).data_folder, run, pattern)
            writing = SeriesWriting(pattern, names=not wanted, as_json=as_json)
            following = LogFollowing(session, writing, wanted=wanted, stderr_only=stderr_only, on_written=output.flush)
            if not await following.follow(run) and wanted:
                raise nothing_called(wanted, await session.log_sources(run))
            return ExitCode.DONE
        sources = chosen_sources(await session.log_sources(run), wanted, stderr_only=stderr_only)
        sources = await as_written(session, run, sources)
        if not sources and wanted:
            raise nothing_called(wanted, await session.log_sources(run))
        found = [await _series_of(session, run, source, pattern) for source in sources]
        write_series(run, pattern, found, as_json=as_json)
        remember_series(places(options).data_folder, run, pattern)
        return ExitCode.DONE

    return in_session(options, work, written=[written])


async def _series_of(session: Session, run: Run, source: LogSource, pattern: SeriesPattern) -> FoundSeries:
    tail = session.open_tail(run, source, lines=WindowLines(first=ALL_LINES), keep=False)
    try:
        await poll_to_end(tail)
        return find_series(source.name, tail.spool, pattern)
    finally:
        await session.close_tail(tail)


@contextlib.contextmanager
def _writer(save_to: str | None) -> Iterator[tuple[LogWriter, Callable[[], None]]]:
    """What the log is written with, and what lets its reader have it."""
    if save_to is None:
        writer = LogWriter(
            output.write_bytes,
            inert=output.is_terminal(),
            colour=output.wants_colour(),
            redrawn_width=output.redrawn_width(),
        )
        try:
            yield writer, output.flush
        finally:
            writer.end()
        return
    file = _LateFile(save_to)
    with contextlib.closing(file):
        yield LogWriter(file.write, inert=False), file.flush
        file.write(b"")
    output.say(f"{save_to}: {file.size} bytes")


class _LateFile:
    """A file that is not touched before there is something to write: an error leaves an older one as it was."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor: int | None = None
        self.size = 0

    def write(self, content: bytes) -> None:
        """Write bytes; the first ones replace what was there. Raises StorageError."""
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            view = memoryview(content)
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror}") from error
        self.size += len(content)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Close the file, if it was opened at all."""
        if self._descriptor is not None:
            os.close(self._descriptor)


class _Printing:
    """Prints the present text of a run's logs."""

    def __init__(self, session: Session, writer: LogWriter, run: Run, last_lines: int | None) -> None:
        self._session = session
        self._writer = writer
        self._run = run
        self._last_lines = last_lines

    async def print(self, wanted: str, *, stderr_only: bool) -> int:
        sources = await self._session.log_sources(self._run)
        chosen = chosen_sources(sources, wanted, stderr_only=stderr_only)
        if chosen:
            return await self._print_sources(await as_written(self._session, self._run, chosen))
        if not wanted:
            output.say("the run has no logs" if self._run.status.is_final else "the run has no logs yet")
            return ExitCode.DONE
        await self._print_files(wanted, sources)
        return ExitCode.DONE

    async def _print_sources(self, sources: Sequence[LogSource]) -> int:
        errors: list[RuntuiError] = []
        for source in sources:
            try:
                await self._print_source(source, with_heading=len(sources) > 1)
            except RuntuiError as error:
                if len(sources) == 1:
                    raise
                errors.append(error)
                output.complain(f"{source.name}: {error.message}", error.hint)
        return worst_exit_code(errors)

    async def _print_source(self, source: LogSource, *, with_heading: bool) -> None:
        wanted = WindowLines(first=ALL_LINES) if self._last_lines is None else None
        tail = self._session.open_tail(self._run, source, lines=wanted, keep=False)
        try:
            await poll_to_end(tail)
            self._write(tail.spool, source.name if with_heading else "")
        finally:
            await self._session.close_tail(tail)

    async def _print_files(self, wanted: str, sources: Sequence[LogSource]) -> None:
        """Print the output files of this name: what is no log may be text all the same."""
        files = await self._files()
        named = [file for file in files if wanted in (file.id, file.path, file.name)]
        if not named:
            raise nothing_called(wanted, sources, [file.path for file in files])
        for file in named:
            await self._print_file(file, with_heading=len(named) > 1)

    async def _files(self) -> tuple[OutputFile, ...]:
        if not {Capability.FILES, Capability.READ_FILE} <= self._session.capabilities(self._run.profile):
            return ()
        return (await self._session.output_files(self._run)).files

    async def _print_file(self, file: OutputFile, *, with_heading: bool) -> None:
        reading = self._session.connection(self._run.profile).reading_files
        with PassingFolder() as folder, contextlib.closing(Spool(folder / "file")) as spool:
            async with reading.open_file(self._run, file) as stream:
                async for piece in stream.pieces():
                    spool.append(piece)
            self._write(spool, file.path if with_heading else "")

    def _write(self, spool: IndexedFile, heading: str) -> None:
        if heading and (spool.byte_count or spool.gap_count):
            self._writer.heading(heading)
        is_decoded = spool.source_size != spool.byte_count
        if is_decoded and self._writer.is_exact and self._last_lines is None:
            self._writer.pieces(_source_of(spool))
        else:
            self._writer.pieces(LogReader(spool, last_lines=self._last_lines).take(ended=True))


def _source_of(spool: IndexedFile) -> Iterator[bytes]:
    """What the source gave, as it came, where it is not what is read."""
    offset = 0
    while piece := spool.read_source(offset, _PIECE):
        offset += len(piece)
        yield piece
