"""What is shown, and what keys do, before all that is known of the runs was read."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from runtui.config.profile import Profile
from runtui.config.settings import Config
from runtui.model.list_view import ListView
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.status_cells import status_chips
from runtui.services.cache import RunCache
from runtui.services.first_runs import FirstRuns, first_counts, first_delta, first_runs
from runtui.services.newest_runs import NEWEST
from runtui.services.session import Session
from runtui.services.views import LastList
from runtui.simulation.faults import Fault
from runtui.tui.app import RuntuiApp
from runtui.tui.opening import Opening
from runtui.tui.screens.log import LogScreen
from runtui.tui.screens.runs import RunsScreen
from tests.support.conditions import reached
from tests.support.dashboard import CONFIG_FILE, StandingClock, a_profile
from tests.support.frames import drawn, frame_of
from tests.support.sample_runs import sweep_runs
from tests.support.stage import START, ServedSimulator, Stage

MANY = 2000
RUNS = sweep_runs(MANY)


class Waiting:
    """The dashboard on many cached runs, whose session is not opened before `go_on`; its service never answers."""

    def __init__(self, profile: Profile, cache: RunCache, last: LastList) -> None:
        self._profile, self._cache = profile, cache
        self._first: Sequence[FirstRuns] = first_runs(cache, [profile], last)
        self._gate = threading.Event()
        self._clock = StandingClock()
        self._config = Config(path=CONFIG_FILE, profiles=(profile,))
        self.app = RuntuiApp(
            Opening(
                open_session=self._open_session,
                config=self._config,
                known=first_delta(self._first, START),
                known_counts=first_counts(self._first),
                profiles=(profile,),
                last_list=last,
                now=self._clock.now,
            )
        )

    @asynccontextmanager
    async def _open_session(self) -> AsyncIterator[Session]:
        await asyncio.to_thread(self._gate.wait)
        session = Session(
            self._config, [self._profile], clock=self._clock, environ={}, cache=self._cache, first=self._first
        )
        try:
            yield session
        finally:
            await session.aclose()

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[Pilot[Any]]:
        """Let it be used, and close it."""
        async with self.app.run_test(size=(80, 24), notifications=True) as pilot:
            try:
                await drawn(pilot)
                yield pilot
            finally:
                self.go_on()

    def go_on(self) -> None:
        """Let the session open, and with it all runs be read."""
        self._gate.set()

    @property
    def chips(self) -> str:
        """The line of the chips."""
        return frame_of(self.app).splitlines()[1]

    async def has_read_all(self) -> None:
        """Wait until all runs are there."""
        await reached(lambda: len(self.app.index.runs) == MANY and self.table.keys, "all runs")

    @property
    def table(self) -> Any:
        """The list."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, RunsScreen)
        return screen.table


@pytest.fixture
def served(stage: Stage) -> Any:
    with stage.serving("rescale", runs=3) as served:
        served.simulator.application.add(Fault(hang=True))
        yield served


def waiting(served: ServedSimulator, folder: Path, last: LastList | None = None, runs: Sequence[Run] = RUNS) -> Waiting:
    profile, cache = a_profile("hpc", served), RunCache(folder)
    cache.save(profile, runs, START)
    return Waiting(profile, cache, last or LastList())


async def test_chips_count_all_known_runs_from_the_first_frame_on(served: ServedSimulator, tmp_path: Path) -> None:
    opened = waiting(served, tmp_path)
    counts = {status: sum(run.status is status for run in RUNS) for status in Status}
    async with opened.shown() as pilot:
        assert len(opened.app.index.runs) == NEWEST
        first = opened.chips
        for chip in status_chips(counts):
            assert f" {chip.count} " in f"{first} "
        opened.go_on()
        await opened.has_read_all()
        await drawn(pilot)
        assert opened.chips == first


@pytest.mark.parametrize(
    ("keys", "row"), [("jj", 2), (["down", "j", "k"], 1), ("jG", MANY - 1), (["end", "k"], MANY - 2)]
)
async def test_keys_that_move_the_cursor_wait_for_the_rows(
    served: ServedSimulator, tmp_path: Path, keys: Sequence[str], row: int
) -> None:
    opened = waiting(served, tmp_path, LastList(view=ListView(sort="job")))
    async with opened.shown() as pilot:
        assert not opened.table.keys
        await pilot.press(*keys)
        opened.go_on()
        await opened.has_read_all()
        await drawn(pilot)
        assert opened.table.cursor_index == row


async def test_marks_wait_for_the_rows_as_well(served: ServedSimulator, tmp_path: Path) -> None:
    opened = waiting(served, tmp_path, LastList(view=ListView(sort="job")))
    async with opened.shown() as pilot:
        await pilot.press("space", "j", "space")
        opened.go_on()
        await opened.has_read_all()
        await reached(lambda: opened.table.mark_count == 2, "two marks")
        assert set(opened.table.marked_keys) == {opened.table.keys[0], opened.table.keys[2]}


async def test_a_key_after_them_is_about_the_row_they_led_to(served: ServedSimulator, tmp_path: Path) -> None:
    opened = waiting(served, tmp_path, LastList(view=ListView(sort="job")))
    async with opened.shown() as pilot:
        await pilot.press("j", "j", "l")
        opened.go_on()
        await reached(lambda: isinstance(opened.app.screen, LogScreen), "the log")
        assert opened.table.cursor_index == 2
