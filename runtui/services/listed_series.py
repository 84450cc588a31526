"""The series of listed runs: read from the ends of the logs of those runs that are in sight."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from runtui.model.capability import Capability
from runtui.model.clock import Clock
from runtui.model.errors import ConfigError, RuntuiError
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.series_pattern import SeriesPattern
from runtui.model.status import Status
from runtui.services.account import profile_mark
from runtui.services.background import Background
from runtui.services.connection import Connection
from runtui.services.kept_summaries import KeptSummaries
from runtui.services.log_end import HeldEnd, held_end, read_end, read_on
from runtui.services.log_summary import LogSummary, summarise
from runtui.services.pace import Pace
from runtui.services.series_memory import SeriesMemory, job_key
from runtui.transport.urgency import polling

END_BYTES: Final = 65_536
"""So much of the end of a log is looked at."""
END_LINES: Final = 1000
"""So many last lines are asked for where the service gives no positions."""
_AT_ONCE: Final = 3
_MOST_KNOWN: Final = 5000
_MOST_PATTERNS: Final = 8
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class SeriesPace(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds between two looks at the log of a live run, and after a look that failed or found no text.

    Where there is no log yet the pause doubles from `live` up to `failed`. An unfocused terminal multiplies by
    `unfocused`.
    """

    live: float = 15.0
    failed: float = 300.0
    unfocused: float = 4.0

    @classmethod
    def beside(cls, pace: Pace) -> "SeriesPace":
        """The pace that fits that of the lists."""
        return cls(live=3 * pace.moving, failed=pace.refused, unfocused=pace.unfocused)


class SeriesChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is new: the remembered patterns of jobs, the last remembered first, by `job_key`; and what the logs told.

    `picked` are those of the jobs that had others before: somebody just picked a series, or dropped one.
    """

    picked: frozenset[str] = frozenset()
    patterns: Mapping[str, tuple[str, ...]] = {}
    summaries: Mapping[RunReference, LogSummary] = {}


class _Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a run's log: of which execution, for which patterns, and when it may be looked at again."""

    execution: str
    patterns: tuple[str, ...]
    again_at: float | None


class ListedSeries:
    """Reads the ends of logs in the background: of the runs in sight whose job has a remembered pattern, and of no
    others. A live run is read again and again while it is in sight, one that is over once.

    Belongs to one event loop. What fails, or is no text, is silent and not tried again soon.
    """

    def __init__(
        self,
        connection: Callable[[str], Connection],
        background: Background,
        clock: Clock,
        *,
        memory: SeriesMemory | None = None,
        kept: KeptSummaries | None = None,
        pace: SeriesPace | None = None,
    ) -> None:
        self._connection = connection
        self._background = background
        self._clock = clock
        self._memory = memory
        self._kept = kept
        self._pace = pace or SeriesPace()
        self._is_focused = True
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._looked_at: Sequence[Run] = ()
        self._reads = True
        self._wanted: dict[RunReference, Run] = {}
        self._patterns: dict[str, tuple[str, ...]] = {}
        self._known: dict[RunReference, _Known] = {}
        self._following: dict[RunReference, asyncio.Task[None]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._new_picks: set[str] = set()
        self._new_patterns: dict[str, tuple[str, ...]] = {}
        self._new_summaries: dict[RunReference, LogSummary] = {}
        self._has_swept = False
        self._is_publishing = False
        self._take: Callable[[SeriesChange], object] = lambda change: None

    def look_at(self, runs: Sequence[Run], *, reads: bool = True) -> None:
        """These runs are in sight from now on, and no others. Unless it `reads`, only their patterns are of interest.

        What was remembered of their jobs is looked up again.
        """
        self._looked_at, self._reads = runs, reads
        self._wanted = {run.reference: run for run in runs} if reads else {}
        for reference in [*self._following]:
            run = self._wanted.get(reference)
            if run is None or _execution(run) != self._following[reference].get_name():
                self._following.pop(reference).cancel()
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        if runs and self._memory is not None:
            jobs = list(dict.fromkeys(map(job_key, runs)))
            self._looking = self._background.spawn(self._look(self._memory, jobs), "series of listed runs")

    def look_again(self) -> None:
        """Something was remembered: look up the patterns of the runs in sight once more."""
        self.look_at(self._looked_at, reads=self._reads)

    def set_focused(self, focused: bool) -> None:
        """Look less often while nobody looks at the list."""
        self._is_focused = focused

    def watch(self, take: Callable[[SeriesChange], object]) -> None:
        """Call this, in the loop, with whatever is found; it takes the place of what was called before."""
        self._take = take

    def _publish_soon(self) -> None:
        if not self._is_publishing:
            self._is_publishing = True
            asyncio.get_running_loop().call_soon(self._publish)

    def _publish(self) -> None:
        change = SeriesChange(
            picked=frozenset(self._new_picks), patterns=self._new_patterns, summaries=self._new_summaries
        )
        self._new_picks, self._new_patterns, self._new_summaries, self._is_publishing = set(), {}, {}, False
        self._take(change)

    async def _look(self, memory: SeriesMemory, jobs: Sequence[str]) -> None:
        if self._kept is not None and not self._has_swept:
            self._has_swept = True
            self._background.spawn(asyncio.to_thread(self._kept.sweep), "sweeping of what logs told")
        found = await asyncio.to_thread(lambda: {job: memory.patterns(job)[:_MOST_PATTERNS] for job in jobs})
        changed = {job: patterns for job, patterns in found.items() if self._patterns.get(job, ()) != patterns}
        self._new_picks |= changed.keys() & self._patterns.keys()
        self._patterns.update(found)
        if changed:
            self._new_patterns.update(changed)
            self._publish_soon()
        for run in sorted(self._wanted.values(), key=lambda run: run.sort_moment or _NEVER, reverse=True):
            if job_key(run) in changed and run.reference in self._following:
                self._following.pop(run.reference).cancel()
            following = self._following.get(run.reference)
            may_have_log = run.status is not Status.QUEUED and self._patterns.get(job_key(run))
            if may_have_log and (following is None or following.done()):
                self._begin(run, self._patterns[job_key(run)])

    def _begin(self, run: Run, patterns: tuple[str, ...]) -> None:
        known = self._known.get(run.reference)
        wait = 0.0
        if known is not None and known.execution == _execution(run) and set(patterns) <= set(known.patterns):
            if known.again_at is None:
                return
            wait = known.again_at - self._clock.monotonic()
        following = self._follow(run, patterns, wait)
        self._following[run.reference] = self._background.spawn(following, _execution(run))

    async def _follow(self, run: Run, patterns: tuple[str, ...], wait: float) -> None:
        """Look at the end of a run's log, again and again while the run is live. It is cancelled once out of sight."""
        key = await self._kept_summary(run, patterns) if run.status.is_final else None
        if key == "":
            return
        held: HeldEnd | None = None
        misses, understood = 0, _understood(patterns)
        while True:
            if wait > 0:
                await self._clock.sleep(wait)
            before = None if held is None or held.is_over else held
            async with self._slots:
                with polling():
                    held, failed = await self._read(run, before)
            summary = None
            if held is not None and held.is_text and (before is None or held.content != before.content):
                summary = await asyncio.to_thread(summarise, held.whole_lines(), understood)
                self._tell(run.reference, summary)
            is_done = run.status.is_final and not failed
            misses = misses + 1 if held is None and not failed else 0
            wait = self._pause(misses, is_poor=failed or (held is not None and not held.is_text))
            self._note(run, patterns, None if is_done else self._clock.monotonic() + wait)
            if summary is not None and key is not None and self._kept is not None:
                await asyncio.to_thread(self._kept.keep, key, patterns, summary)
            if is_done:
                return

    def _pause(self, misses: int, *, is_poor: bool) -> float:
        """How long to wait after a look; the longer, the more often there was no log yet."""
        pause = self._pace.failed if is_poor else min(self._pace.failed, self._pace.live * 2.0 ** max(0, misses - 1))
        return pause if self._is_focused else pause * self._pace.unfocused

    async def _read(self, run: Run, held: HeldEnd | None) -> tuple[HeldEnd | None, bool]:
        """The end of the run's log as it is now, None without one; and whether that could not be found out."""
        try:
            connection = self._connection(run.profile)
            if Capability.LOGS not in connection.capabilities:
                return None, False
            logs = connection.with_logs
            if held is not None:
                return await read_on(logs, run, held, most_bytes=END_BYTES, lines=END_LINES), False
            source = next(iter(await logs.log_sources(run)), None)
            if source is None:
                return None, False
            window = await read_end(logs, run, source, most_bytes=END_BYTES, lines=END_LINES)
            return held_end(source, window, END_BYTES), False
        except RuntuiError:
            return None, True

    async def _kept_summary(self, run: Run, patterns: tuple[str, ...]) -> str | None:
        """Tell what was kept of a run that is over, and give the name to keep it by; empty when it was kept."""
        kept = self._kept
        if kept is None:
            return None
        try:
            profile = self._connection(run.profile).profile
        except RuntuiError:
            return None
        name = f"{profile_mark(profile)} {_execution(run)}"
        summary = await asyncio.to_thread(kept.load, name, patterns)
        if summary is None:
            return name
        self._tell(run.reference, summary)
        self._note(run, patterns, None)
        return ""

    def _note(self, run: Run, patterns: tuple[str, ...], again_at: float | None) -> None:
        if len(self._known) >= _MOST_KNOWN:
            self._known.pop(next(iter(self._known)))
        self._known[run.reference] = _Known(execution=_execution(run), patterns=patterns, again_at=again_at)

    def _tell(self, reference: RunReference, summary: LogSummary) -> None:
        self._new_summaries[reference] = summary
        self._publish_soon()


def _execution(run: Run) -> str:
    """What names one execution of a run, live or over."""
    return f"{run.reference} {run.status if run.status.is_final else 'live'} {run.started_at} {run.ended_at}"


def _understood(patterns: Sequence[str]) -> list[SeriesPattern]:
    found = []
    for pattern in patterns:
        try:
            found.append(SeriesPattern(pattern))
        except ConfigError:
            continue  # written by a version that understood it
    return found
