"""The logs of compared runs, followed once a series of them is asked for, and what patterns find in them."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import ClassVar, Final

from textual import work
from textual.binding import Binding, BindingType
from textual.worker import get_current_worker

from runtui.model.capability import Capability
from runtui.model.errors import ConfigError, NotFoundError, RuntuiError, StorageError
from runtui.model.run import Run
from runtui.model.series_pattern import SeriesPattern, proposed_patterns
from runtui.services.compared_series import ComparedSeries, NamedLog, telling_sources
from runtui.services.series_memory import SeriesMemory, job_key
from runtui.tui.compared_runs import ComparedRuns
from runtui.tui.error_cells import error_lines
from runtui.tui.followed_log import FollowedLogs, RunSource
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.series_curves import series_name
from runtui.tui.widgets.check_dialog import Check, CheckDialog
from runtui.tui.widgets.prompt_dialog import PromptDialog

LOOK_EVERY: Final = 5.0
"""Seconds between two looks for the logs of a live run that has none yet."""
MOST_PATTERNS: Final = 8
"""Remembered series that are looked for by themselves."""
_SHOW_EVERY: Final = 0.1
_LAST_LINES: Final = 60
_MOST_PROPOSED: Final = 40


class FollowsComparedLogs(RuntuiScreen):
    """A screen of several runs that reads their logs as long as it has a pattern to look for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "choose_series", "series", id="compare.series", tooltip="compare numbers found in the logs"),
        Binding("S", "type_series", "series …", id="compare.type_series", tooltip="type which numbers", show=False),
    ]

    def __init__(self, runs: Sequence[Run]) -> None:
        super().__init__()
        self.compared = ComparedRuns(runs)
        self.patterns: tuple[str, ...] = ()
        self.series: ComparedSeries | None = None
        """What is found by now; None as long as no log was asked for."""
        self.log_problems: tuple[str, ...] = ()
        """Why some logs are not here."""
        self._logs: FollowedLogs | None = None
        self._named: tuple[NamedLog, ...] = ()
        self._looked_at: datetime | None = None
        self._looking = Lock()
        """Held by the one thread that looks on: a cancelled one takes a moment to notice."""

    def on_mount(self) -> None:
        """Bring back the series of the runs' jobs."""
        self._logs = FollowedLogs(self.dashboard)
        self._bring_back()

    def on_unmount(self) -> None:
        """Let go of the logs."""
        if self._logs is not None:
            self._logs.close()

    def series_found(self) -> None:
        """Something else is known of the series than before."""

    @work(thread=True, group="series-memory")
    def _bring_back(self) -> None:
        folder = self.dashboard.opening.data_folder
        if folder is None:
            return
        memory = SeriesMemory(folder)
        jobs = dict.fromkeys(map(job_key, self.compared.runs))
        known = dict.fromkeys(pattern for job in jobs for pattern in memory.patterns(job))
        patterns = [pattern for pattern in known if _is_understood(pattern)]
        if patterns:
            self.show_from_thread(self.take_patterns, patterns[:MOST_PATTERNS])

    # following

    def take_patterns(self, patterns: Sequence[str]) -> None:
        """Look for these, and keep what was found of those that were looked for already."""
        self.patterns = tuple(dict.fromkeys(patterns))
        if self.patterns and not self._named:
            self._open_logs()
        self._rebuild()

    def _rebuild(self) -> None:
        """Look for the patterns in the logs there are by now."""
        self.series = ComparedSeries(self._named, self.patterns, self.series)
        self.series_found()
        self.look_on()

    @work(exclusive=True, group="logs")
    async def _open_logs(self) -> None:
        await self._logs_opened()

    async def _logs_opened(self) -> None:
        """Follow the most telling logs of each run; what cannot be followed is said and left out."""
        if self._logs is None:
            return
        self._looked_at = self.dashboard.now()
        problems: list[str] = []
        found = await asyncio.gather(*(self._sources_of(run, problems) for run in self.compared.runs))
        wanted = [source for sources in found for source in sources]
        try:
            tails = await self._logs.follow(wanted) if wanted else ()
        except RuntuiError as error:
            problems.append(" ".join(error_lines(error)))
            tails = ()
        self.log_problems = tuple(problems)
        if tails is None or len(tails) != len(wanted):
            self.series_found()
            return
        self._named = tuple(
            NamedLog(one.run.reference, one.source.name, tail.spool) for one, tail in zip(wanted, tails, strict=True)
        )
        self._rebuild()

    async def _sources_of(self, run: Run, problems: list[str]) -> list[RunSource]:
        if Capability.LOGS not in self.dashboard.capabilities.get(run.profile, ()):
            return []
        try:
            sources = await self.ask(lambda session: session.log_sources(run))
        except NotFoundError:
            return []
        except RuntuiError as error:
            problems.append(f"{self.short_name(run.reference)}: {' '.join(error_lines(error))}")
            return []
        return [RunSource(run, source) for source in telling_sources(sources)]

    def look_again(self, now: datetime) -> None:
        """Look on in what has grown, and for the logs of live runs that have none yet."""
        if not self.patterns:
            return
        if self.series is not None and self.series.is_behind and not self._is_busy("series"):
            self.look_on()
        with_log = {log.run for log in self._named}
        waits = any(not run.status.is_final and run.reference not in with_log for run in self.compared.runs)
        is_due = self._looked_at is None or (now - self._looked_at).total_seconds() >= LOOK_EVERY
        if waits and is_due and not self._is_busy("logs"):
            self._open_logs()

    @property
    def is_reading(self) -> bool:
        """Whether logs are still to be read for the first time."""
        return self._is_busy("logs") or not self._are_asked or (self.series is not None and self.series.is_behind)

    @property
    def _are_asked(self) -> bool:
        """Whether each log has answered, or failed to."""
        tails = () if self._logs is None else self._logs.tails
        return all(tail.polled_at is not None or tail.error is not None for tail in tails)

    def _is_busy(self, group: str) -> bool:
        return any(one.group == group and not one.is_finished and one.node is self for one in self.workers)

    @work(thread=True, exclusive=True, group="series")
    def look_on(self) -> None:
        """Look at what has not been looked at, in a thread; tell the screen now and then."""
        worker, series = get_current_worker(), self.series
        with self._looking:
            shown = time.monotonic()
            for _ in series.advance(lambda: worker.is_cancelled) if series is not None else ():
                if time.monotonic() - shown >= _SHOW_EVERY:
                    self.show_from_thread(self.series_found)
                    shown = time.monotonic()
        if not worker.is_cancelled:
            self.show_from_thread(self.series_found)

    # choosing

    @work(group="series-choice")
    async def action_choose_series(self) -> None:
        """Choose among the numbers that stand in the last lines of the logs, and those that are compared already."""
        if not self._named:
            self.notify("Looking into the logs …", timeout=2)
            await self._logs_opened()
            while not self._are_asked:  # noqa: ASYNC110  # they are asked in another thread
                await asyncio.sleep(_SHOW_EVERY)
        known = list(dict.fromkeys((*self.patterns, *await asyncio.to_thread(self._proposed))))
        if not known:
            said = "; ".join(self.log_problems) or "No number in the last lines of the logs."
            self.notify(f"{said} S takes a pattern such as `residual = {{}}`.", markup=False)
            return
        checks = [Check(series_name(SeriesPattern(pattern).name), pattern in self.patterns) for pattern in known]
        chosen = await self.app.push_screen_wait(CheckDialog("Numbers in the logs to compare", checks))
        if chosen is not None:
            self._change([pattern for place, pattern in enumerate(known) if place in chosen])

    def _proposed(self) -> list[str]:
        """A pattern for each number in the last lines of the first log of each run, unless its name is compared."""
        compared = {SeriesPattern(pattern).name for pattern in self.patterns}
        found: dict[str, str] = {}
        firsts = {log.run: log for log in reversed(self._named)}
        for log in firsts.values():
            count = log.lines.line_count
            for line in reversed(log.lines.lines(max(0, count - _LAST_LINES), _LAST_LINES)):
                for pattern in proposed_patterns(line.content[:1000].decode("utf-8", "replace")):
                    found.setdefault(SeriesPattern(pattern).name, pattern)
        return [pattern for name, pattern in found.items() if name not in compared][:_MOST_PROPOSED]

    @work(group="series-choice")
    async def action_type_series(self) -> None:
        """Type a pattern of which numbers are compared."""
        said = "residual, or `residual = {}` with {} where the number stands, * for anything, or a regular expression."
        text = await self.app.push_screen_wait(PromptDialog("Which numbers of the logs?", said))
        if text:
            try:
                SeriesPattern(text)
            except ConfigError as error:
                self.show_error(error)
            else:
                self._change([*self.patterns, text])

    def _change(self, patterns: Sequence[str]) -> None:
        added = [pattern for pattern in patterns if pattern not in self.patterns]
        self.take_patterns(patterns)
        self._remember(added)

    @work(thread=True, group="series-memory")
    def _remember(self, added: Sequence[str]) -> None:
        """Offer what was picked the next time; what is left out here stays offered to the logs."""
        folder = self.dashboard.opening.data_folder
        if folder is None or not added:
            return
        memory = SeriesMemory(folder)
        try:
            for job in dict.fromkeys(map(job_key, self.compared.runs)):
                for pattern in added:
                    memory.remember(job, pattern)
        except StorageError as error:
            self.app.call_from_thread(self.show_error, error)
        self.dashboard.tell(lambda session: session.listed_series.look_again())


def _is_understood(pattern: str) -> bool:
    """Whether it was written by a version that has the same patterns."""
    try:
        SeriesPattern(pattern)
    except ConfigError:
        return False
    return True
