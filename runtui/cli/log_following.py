"""Following the logs of a run until it is over."""

import asyncio
from collections.abc import Callable

from runtui.cli.log_choice import chosen_sources, nothing_called
from runtui.cli.log_reader import LogReader
from runtui.cli.log_writer import LogWriter
from runtui.cli.said_once import SaidOnce
from runtui.model.errors import NotFoundError, RuntuiError, TemporaryError
from runtui.model.log import LogSource
from runtui.model.run import Run
from runtui.services.session import Session
from runtui.services.tail import Tail

REFRESH_SECONDS = 3.0
"""Between two looks at the run: whether it still lives, and whether there are more logs."""


class LogFollowing:
    """Writes what is new in the chosen logs of a run as it comes, each line after the name of its log when asked.

    Logs that appear later are followed too. What passes by itself is said once and waited out.
    """

    def __init__(
        self,
        session: Session,
        writer: LogWriter,
        *,
        wanted: str,
        stderr_only: bool,
        last_lines: int | None,
        on_written: Callable[[], None],
    ) -> None:
        self._session = session
        self._writer = writer
        self._wanted = wanted
        self._stderr_only = stderr_only
        self._last_lines = last_lines
        self._on_written = on_written
        self._tails: list[Tail] = []
        self._following: dict[str, asyncio.Task[None]] = {}
        self._talk = SaidOnce()

    async def follow(self, run: Run) -> None:
        """Go on until the run is over and all its logs are written. Raises RuntuiError for what a person must mend."""
        try:
            while True:
                await self._look_for_logs(run)
                if run.status.is_final:
                    break
                await self._pause()
                run = await self._refreshed(run)
            await asyncio.gather(*self._following.values())
        finally:
            for task in self._following.values():
                task.cancel()
            await asyncio.gather(*self._following.values(), return_exceptions=True)
        if not self._following and self._wanted:
            raise nothing_called(self._wanted, await self._session.log_sources(run))

    async def _look_for_logs(self, run: Run) -> None:
        try:
            sources = await self._session.log_sources(run)
        except (TemporaryError, NotFoundError) as error:
            self._talk.say(error.message)
            return
        for source in chosen_sources(sources, self._wanted, stderr_only=self._stderr_only):
            if source.id not in self._following:
                loop = asyncio.get_running_loop()
                self._following[source.id] = loop.create_task(self._follow_source(run, source))
        if not self._following and not run.status.is_final:
            self._talk.say(
                f"there is no log {self._wanted!r} yet: waiting for it" if self._wanted else "no log yet: waiting"
            )

    async def _follow_source(self, run: Run, source: LogSource) -> None:
        tail = self._session.open_tail(run, source)
        self._tails.append(tail)
        reader = LogReader(tail.spool, last_lines=self._last_lines)
        news = asyncio.Event()
        tail.spool.watch(news.set)
        over = self._session.follow(tail)
        while not over.done():
            hearing = asyncio.ensure_future(news.wait())
            await asyncio.wait({hearing, over}, return_when=asyncio.FIRST_COMPLETED)
            hearing.cancel()
            news.clear()
            self._write(reader, source, ended=False)
        self._write(reader, source, ended=True)
        await over

    def _write(self, reader: LogReader, source: LogSource, *, ended: bool) -> None:
        self._writer.pieces(reader.take(ended=ended), prefix="" if self._wanted else source.name)
        self._on_written()

    async def _pause(self) -> None:
        """Wait until it is time to look again. Raises what stopped a log, or an error no repeating will mend."""
        crash = asyncio.ensure_future(self._session.background.crashed())
        waiting = {task for task in self._following.values() if not task.done()}
        sleep = asyncio.ensure_future(self._session.clock.sleep(REFRESH_SECONDS))
        try:
            await asyncio.wait({crash, sleep, *waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            crash.cancel()
        for task in self._following.values():
            if task.done():
                task.result()
        for tail in self._tails:
            if tail.error is not None:
                self._weigh(tail.error)

    async def _refreshed(self, run: Run) -> Run:
        try:
            return await self._session.fetch_run(run.reference)
        except TemporaryError as error:
            self._talk.say(error.message)
            return run

    def _weigh(self, error: RuntuiError) -> None:
        if not isinstance(error, TemporaryError | NotFoundError):
            raise error
        self._talk.say(error.message)
