"""Following the logs of a run until it is over."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from runtui.cli.log_choice import chosen_sources
from runtui.cli.said_once import SaidOnce
from runtui.model.errors import NotFoundError, RuntuiError, TemporaryError
from runtui.model.log import LogSource
from runtui.model.run import Run
from runtui.services.indexed_file import IndexedFile
from runtui.services.log_order import as_written
from runtui.services.session import Session
from runtui.services.tail import Tail, TailState

REFRESH_SECONDS = 3.0
"""Between two looks at the run: whether it still lives, and whether there are more logs."""

TOGETHER_SECONDS = 0.5
"""What comes in several logs within so many seconds is merged by time."""

LONGEST_BEGINNING = 10.0
"""Seconds after which what is there is written, though a log that is slow to come may hold earlier lines."""


class WritesLogs(Protocol):
    """What is done with followed logs."""

    def add_log(self, name: str, spool: IndexedFile, is_over: Callable[[], bool]) -> None:
        """Write this one as well."""
        ...

    def write_news(self) -> None:
        """Write what came since the last time."""
        ...


class LogFollowing:
    """Lets what is new in the chosen logs of a run be written as it comes.

    Logs that appear later are followed too. What passes by itself is said once and waited out.
    """

    def __init__(
        self, session: Session, writing: WritesLogs, *, wanted: str, stderr_only: bool, on_written: Callable[[], None]
    ) -> None:
        self._session = session
        self._writing = writing
        self._wanted = wanted
        self._stderr_only = stderr_only
        self._on_written = on_written
        self._tails: list[Tail] = []
        self._following: dict[str, asyncio.Task[None]] = {}
        self._news = asyncio.Event()
        self._began = session.clock.monotonic()
        self._is_begun = False
        self._talk = SaidOnce()

    async def follow(self, run: Run) -> bool:
        """Go on until the run is over and all its logs are written. Tells whether there was one of those wanted.

        Raises RuntuiError for what a person must mend.
        """
        writing = asyncio.ensure_future(self._keep_writing())
        try:
            while True:
                await self._look_for_logs(run)
                if run.status.is_final:
                    break
                await self._pause(writing)
                run = await self._refreshed(run)
            await asyncio.gather(*self._following.values())
            self._write()
        finally:
            for task in (writing, *self._following.values()):
                task.cancel()
            await asyncio.gather(writing, *self._following.values(), return_exceptions=True)
        return bool(self._following)

    async def _look_for_logs(self, run: Run) -> None:
        try:
            sources = await self._session.log_sources(run)
        except (TemporaryError, NotFoundError) as error:
            self._talk.say(error.message)
            return
        chosen = chosen_sources(sources, self._wanted, stderr_only=self._stderr_only)
        new = [source for source in chosen if source.id not in self._following]
        for source in await as_written(self._session, run, new):
            loop = asyncio.get_running_loop()
            self._following[source.id] = loop.create_task(self._follow_source(run, source))
        if not self._following and not run.status.is_final:
            self._talk.say(
                f"there is no log {self._wanted!r} yet: waiting for it" if self._wanted else "no log yet: waiting"
            )

    async def _follow_source(self, run: Run, source: LogSource) -> None:
        tail = self._session.open_tail(run, source)
        self._tails.append(tail)
        over = self._session.follow(tail)
        self._writing.add_log(source.name, tail.spool, over.done)
        stop_watching = tail.spool.watch(self._news.set)
        try:
            await over
        finally:
            stop_watching()
            self._news.set()

    async def _keep_writing(self) -> None:
        """Write what came whenever something did; of several logs, what comes together is merged by time."""
        while True:
            await self._news.wait()
            if len(self._tails) > 1:
                await self._session.clock.sleep(TOGETHER_SECONDS)
            self._news.clear()
            if self._have_begun():
                self._write()

    def _have_begun(self) -> bool:
        """Whether all that was there at first has come, so that it can be merged; or has not for too long."""
        if self._is_begun:
            return True
        late = self._session.clock.monotonic() > self._began + LONGEST_BEGINNING
        waits = any(tail.state is TailState.STARTING or tail.has_more for tail in self._tails)
        self._is_begun = late or not waits or len(self._tails) == 1
        return self._is_begun

    def _write(self) -> None:
        self._writing.write_news()
        self._on_written()

    async def _pause(self, writing: "asyncio.Future[None]") -> None:
        """Wait until it is time to look again. Raises what stopped a log, or an error no repeating will mend."""
        crash = asyncio.ensure_future(self._session.background.crashed())
        waiting = {task for task in self._following.values() if not task.done()}
        sleep = asyncio.ensure_future(self._session.clock.sleep(REFRESH_SECONDS))
        try:
            await asyncio.wait({crash, sleep, writing, *waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            crash.cancel()
        for task in (writing, *self._following.values()):
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
