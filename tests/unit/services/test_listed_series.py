import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from runtui.model.capability import Capability
from runtui.model.clock import ManualClock
from runtui.model.errors import RuntuiError, TemporaryError
from runtui.model.log import LogRequest, LogSource, LogWindow
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.background import Background
from runtui.services.connection import Connection
from runtui.services.kept_summaries import KeptSummaries
from runtui.services.listed_series import END_BYTES, ListedSeries, SeriesChange
from runtui.services.log_summary import LogSummary
from runtui.services.series_memory import SeriesMemory, job_key
from runtui.transport.urgency import is_polling
from tests.support.scripted_backend import ScriptedBackend, connection_of, run_of

PATTERN = "residual = {}"


class BackendWithLogs(ScriptedBackend):
    """A log for each run in `logs`, by its id; each request is written down with whether it was nobody's wish."""

    def __init__(self) -> None:
        super().__init__()
        self.logs: dict[str, bytes] = {}
        self.is_text = True
        self.failure: RuntuiError | None = None
        self.reads: list[tuple[str, int]] = []
        self.asked_sources: list[str] = []
        self.are_polls: set[bool] = set()
        self.was_read = asyncio.Event()

    async def log_sources(self, run: Run) -> tuple[LogSource, ...]:
        self.asked_sources.append(run.id)
        self.are_polls.add(is_polling())
        if self.failure is not None:
            raise self.failure
        content = self.logs.get(run.id)
        return () if content is None else (LogSource(id="log", name="log", size=len(content)),)

    async def read_log(self, run: Run, source: LogSource, request: LogRequest) -> LogWindow:
        self.reads.append((run.id, request.offset))
        self.was_read.set()
        self.are_polls.add(is_polling())
        content = self.logs[run.id]
        return LogWindow(
            content=content[request.offset :],
            offset=request.offset,
            size=len(content),
            is_final=run.status.is_final,
            is_text=self.is_text,
        )


class Place:
    """The service under test, over a scripted backend and real folders."""

    def __init__(self, folder: Path, background: Background) -> None:
        self.backend = BackendWithLogs()
        self.clock = ManualClock()
        self.memory = SeriesMemory(folder / "data")
        self.kept = KeptSummaries(folder / "cache")
        self.background = background
        connection = connection_of(self.backend)
        self.connect: Callable[[str], Connection] = lambda profile: connection
        self.found: dict[str, LogSummary] = {}
        self.patterns: dict[str, tuple[str, ...]] = {}
        self.picked: set[str] = set()
        self._changed = asyncio.Event()
        self.series = self.begin_anew()

    def begin_anew(self) -> ListedSeries:
        self.series = ListedSeries(
            lambda profile: self.connect(profile), self.background, self.clock, memory=self.memory, kept=self.kept
        )
        self.series.watch(self._take)
        self.found = {}
        return self.series

    def _take(self, change: SeriesChange) -> None:
        self.patterns |= change.patterns
        self.picked |= change.picked
        self.found |= {reference.id: summary for reference, summary in change.summaries.items()}
        self._changed.set()

    async def lists(self, run: Run, log: bytes) -> Run:
        """Let a run of a job with a remembered pattern be in sight alone, and wait until its log has told something."""
        self.memory.remember(job_key(run), PATTERN)
        self.backend.logs[run.id] = log
        self.series.look_at([run])
        await self.finds(run.id)
        return run

    async def finds(self, *ids: str) -> None:
        """Wait until these runs' logs have told something."""
        await self._until(lambda: set(ids) <= self.found.keys())

    async def knows_patterns(self) -> None:
        """Wait until the patterns were looked up."""
        await self._until(lambda: bool(self.patterns))

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def last(self, run_id: str) -> float | None:
        return self.found[run_id].series[PATTERN].last


@asynccontextmanager
async def place_in(folder: Path) -> AsyncIterator[Place]:
    background = Background()
    try:
        yield Place(folder, background)
    finally:
        await background.aclose()


def done(run_id: str, job: str = "sweep") -> Run:
    return run_of(run_id, Status.SUCCEEDED, job=job)


def live(run_id: str, job: str = "sweep") -> Run:
    return run_of(run_id, Status.RUNNING, job=job)


def log_of(values: Sequence[float]) -> bytes:
    return b"".join(b"residual = %g\n" % value for value in values)


async def test_the_end_of_a_log_gives_the_last_value_and_the_curve(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        await place.lists(done("1"), log_of([3.0, 2.0, 1.0]) + b"step 3 of 4\n")
        assert place.found["1"].series[PATTERN].values == (3.0, 2.0, 1.0)
        assert place.last("1") == 1.0
        assert place.found["1"].progress == 0.75
        assert place.backend.are_polls == {True}


async def test_a_series_that_ended_in_nan_says_so(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        await place.lists(done("1"), b"residual = 2\nresidual = nan\n")
        assert place.found["1"].series[PATTERN].is_strange
        assert place.found["1"].series[PATTERN].values == (2.0,)


async def test_of_a_long_log_only_the_end_is_read_in_one_window(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        run = done("1")
        place.memory.remember(job_key(run), PATTERN)
        content = place.backend.logs["1"] = log_of(range(100_000, 120_000))
        place.series.look_at([run])
        await place.finds("1")
        assert place.last("1") == 119_999.0
        assert place.backend.reads == [("1", len(content) - END_BYTES)]


async def test_runs_of_jobs_without_a_pattern_are_not_asked_about(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        place.memory.remember(job_key(done("1")), PATTERN)
        place.backend.logs |= {"1": log_of([1.0]), "2": log_of([2.0])}
        place.series.look_at([done("1"), done("2", job="other")])
        await place.finds("1")
        assert place.backend.asked_sources == ["1"]


async def test_runs_are_not_read_while_only_their_patterns_are_of_interest(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        place.memory.remember(job_key(done("1")), PATTERN)
        place.series.look_at([done("1")], reads=False)
        await place.knows_patterns()
        assert place.backend.asked_sources == []


async def test_a_run_that_is_over_is_read_once_and_never_again(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        run, other = done("1"), done("2")
        place.memory.remember(job_key(run), PATTERN)
        place.backend.logs |= {"1": log_of([1.0]), "2": log_of([2.0])}
        place.series.look_at([run])
        await place.finds("1")
        place.series.look_at([])
        await place.clock.advance(1000)
        place.series.look_at([run, other])
        await place.finds("2")
        assert place.backend.reads == [("1", 0), ("2", 0)]
        assert place.backend.asked_sources == ["1", "2"]


async def test_after_a_restart_it_is_there_without_a_request(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        run = await place.lists(done("1"), log_of([1.0]))
        await asyncio.to_thread(_until_kept, tmp_path)
        place.begin_anew().look_at([run])
        await place.finds("1")
        assert place.last("1") == 1.0
        assert place.backend.reads == [("1", 0)]


async def test_a_pattern_that_is_remembered_later_is_looked_for_too(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        run = await place.lists(done("1"), b"residual = 1 Cl = 7\n")
        place.memory.remember(job_key(run), "Cl = {}")
        place.found.clear()
        assert not place.picked
        place.series.look_again()
        await place.finds("1")
        assert place.found["1"].series.keys() == {PATTERN, "Cl = {}"}
        assert place.patterns[job_key(run)] == ("Cl = {}", PATTERN)
        assert place.picked == {job_key(run)}


async def test_a_run_that_waits_is_not_asked_for_a_log(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        waits, run = run_of("2", Status.QUEUED, job="sweep"), done("1")
        place.memory.remember(job_key(run), PATTERN)
        place.backend.logs["1"] = log_of([1.0])
        place.series.look_at([waits, run])
        await place.finds("1")
        assert place.backend.asked_sources == ["1"]


async def test_a_live_run_is_read_on_at_its_pace_while_it_is_in_sight(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        await place.lists(live("1"), log_of([3.0]))
        await place.clock.until_asleep()
        place.backend.logs["1"] += log_of([2.0])
        place.found.clear()
        await place.clock.advance(15)
        await place.finds("1")
        assert place.found["1"].series[PATTERN].values == (3.0, 2.0)
        assert place.backend.asked_sources == ["1"]
        assert place.backend.reads == [("1", 0), ("1", len(log_of([3.0])))]


async def test_a_live_run_out_of_sight_is_not_read_and_one_that_comes_back_waits_its_turn(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        run = await place.lists(live("1"), log_of([3.0]))
        await place.clock.until_asleep()
        place.series.look_at([])
        await place.clock.advance(10)
        place.series.look_at([run])
        await place.clock.until_asleep()
        assert len(place.backend.reads) == 1
        place.series.look_at([])
        await place.clock.advance(1000)
        assert len(place.backend.reads) == 1


async def test_a_number_that_is_still_being_written_is_not_taken(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        await place.lists(live("1"), b"residual = 3\nresidual = 1")
        assert place.last("1") == 3.0


async def test_a_log_that_is_not_there_yet_is_looked_for_less_and_less_often(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        run = live("1")
        place.memory.remember(job_key(run), PATTERN)
        place.series.look_at([run])
        for pause in (15, 30, 60, 120, 240, 300):
            await place.clock.until_asleep()
            asked = len(place.backend.asked_sources)
            await place.clock.advance(pause - 1)
            assert len(place.backend.asked_sources) == asked
            await place.clock.advance(1)
        await place.clock.until_asleep()
        assert len(place.backend.asked_sources) == 7
        assert place.found == {}


async def test_while_nobody_looks_a_live_run_is_read_less_often(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        place.series.set_focused(False)
        await place.lists(live("1"), log_of([3.0]))
        await place.clock.until_asleep()
        await place.clock.advance(59)
        assert len(place.backend.reads) == 1
        await place.clock.advance(1)
        await place.clock.until_asleep()
        assert len(place.backend.reads) == 2


async def test_an_error_is_silent_and_not_repeated_soon(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:
        run = live("1")
        place.memory.remember(job_key(run), PATTERN)
        place.backend.failure = TemporaryError("down")
        place.series.look_at([run])
        await place.clock.until_asleep()
        await place.clock.advance(200)
        place.series.look_at([])
        place.series.look_at([run])
        await place.clock.until_asleep()
        assert place.backend.asked_sources == ["1"]
        assert place.found == {}
        place.backend.failure = None
        place.backend.logs["1"] = log_of([1.0])
        await place.clock.advance(100)
        await place.finds("1")
        assert place.last("1") == 1.0


async def test_a_profile_that_cannot_be_opened_is_silent(tmp_path: Path) -> None:
    async with place_in(tmp_path) as place:

        def broken(profile: str) -> Connection:
            raise TemporaryError("broken")

        place.memory.remember(job_key(done("1")), PATTERN)
        place.connect = broken
        place.series.look_at([done("1")])
        await place.clock.until_asleep()
        assert place.found == {}


@pytest.mark.parametrize("status", [Status.SUCCEEDED, Status.RUNNING])
async def test_what_is_no_text_is_silent(tmp_path: Path, status: Status) -> None:
    async with place_in(tmp_path) as place:
        run, other = msgspec.structs.replace(live("1"), status=status), done("2")
        place.memory.remember(job_key(run), PATTERN)
        place.backend.logs |= {"1": log_of([1.0])}
        place.backend.is_text = False
        place.series.look_at([run])
        async with asyncio.timeout(10):
            await place.backend.was_read.wait()
        place.backend.is_text = True
        place.backend.logs["2"] = log_of([2.0])
        place.series.look_at([run, other])
        await place.finds("2")
        assert place.found.keys() == {"2"}


def test_the_backend_has_logs() -> None:
    assert Capability.LOGS in connection_of(BackendWithLogs()).capabilities


def test_too_many_kept_summaries_are_swept_and_a_broken_one_is_none(tmp_path: Path) -> None:
    kept = KeptSummaries(tmp_path, most_kept=2)
    for key in "abc":
        kept.keep(key, [PATTERN], LogSummary(progress=0.5))
    kept.sweep()
    left = list((tmp_path / "log-ends").iterdir())
    assert len(left) == 2
    for path in left:
        path.write_bytes(b"{")
    assert [kept.load(key, [PATTERN]) for key in "abc"] == [None] * 3


def _until_kept(folder: Path) -> None:
    while not list((folder / "cache").rglob("*.json")):
        pass
