"""The order of the list, kept up in pieces of work."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from runtui.model.delta import Delta, ProfileHealth
from runtui.model.query import parse_query
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.columns import DrawContext
from runtui.tui import slices
from runtui.tui.listed_runs import ListedRuns
from runtui.tui.run_index import RunIndex
from runtui.tui.run_selection import MOST_AGEING, Order, RunSelection
from tests.support.sample_runs import NOW, sweep_runs

COUNT = 3000


class Listing:
    """A list of runs without a screen: what was shown, and the work that is waiting to be done."""

    def __init__(self) -> None:
        self.index = RunIndex()
        self.now = NOW
        self.selection = RunSelection()
        self.shown: list[list[RunReference]] = []
        self.waiting: list[Coroutine[Any, Any, None]] = []
        self.listed = ListedRuns(
            self.index,
            self.selection,
            context=lambda: DrawContext(self.now),
            show=self._show,
            spawn=self.waiting.append,
        )

    def _show(self, order: Sequence[RunReference]) -> None:
        self.shown.append(list(order))

    def take(self, *runs: Run) -> None:
        self.index.apply(Delta(changed={run.reference: run for run in runs}))

    async def work(self) -> None:
        while self.waiting:
            await self.waiting.pop(0)

    @property
    def right(self) -> list[RunReference]:
        steps = self.selection.select(self.index.copy_runs(), DrawContext(self.now))
        begun = slices.begin(steps, 60.0)
        assert isinstance(begun, tuple)
        return list(begun[0])


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few runs be listed at once on a busy machine too."""
    monkeypatch.setattr(slices.begin, "__defaults__", (60.0,))


@pytest.fixture
def in_slices(monkeypatch: pytest.MonkeyPatch, at_once: None) -> None:
    """Let nothing be done at once, and no slice be longer than a step."""
    monkeypatch.setattr(slices, "AT_ONCE_SECONDS", 0.0)
    monkeypatch.setattr(slices.begin, "__defaults__", (0.0,))
    monkeypatch.setattr(slices, "SLICE_SECONDS", 1e-6)


async def test_few_runs_are_listed_at_once() -> None:
    listing = Listing()
    listing.take(*sweep_runs(50))
    listing.listed.select()
    assert listing.shown == [listing.right]
    assert not listing.waiting


@pytest.mark.usefixtures("in_slices")
async def test_many_are_listed_in_pieces_between_which_others_have_their_turn() -> None:
    listing, turns = Listing(), 0
    listing.take(*sweep_runs(COUNT))
    listing.listed.select()
    assert not listing.shown

    async def count_turns() -> None:
        nonlocal turns
        while not listing.shown:
            turns += 1
            await asyncio.sleep(0)

    await asyncio.gather(listing.work(), count_turns())
    assert turns >= COUNT / slices.STEP
    assert listing.shown == [listing.right]


@pytest.mark.usefixtures("in_slices")
async def test_what_changes_while_a_list_is_worked_out_is_taken_in_after_it() -> None:
    listing, runs = Listing(), sweep_runs(COUNT)
    listing.take(*runs)
    listing.listed.select()
    changed = [msgspec.structs.replace(run, started_at=None, created_at=NOW) for run in runs[7:9]]
    listing.take(*changed, *sweep_runs(COUNT + 5)[COUNT:])
    listing.listed.catch_up()
    await listing.work()
    assert len(listing.shown) == 2
    assert listing.shown[-1] == listing.right


@pytest.mark.usefixtures("in_slices")
async def test_another_wish_drops_the_work_for_the_one_before() -> None:
    listing = Listing()
    listing.take(*sweep_runs(COUNT))
    listing.listed.select()
    listing.selection.query = parse_query("status:failed")
    listing.selection.order = Order("job", descending=False)
    listing.listed.select()
    await listing.work()
    assert listing.shown == [listing.right]
    assert {listing.index.runs[reference].status for reference in listing.shown[0]} == {Status.FAILED}


@pytest.mark.usefixtures("in_slices")
async def test_what_is_about_the_rows_waits_until_they_are_listed() -> None:
    listing = Listing()
    acted: list[int] = []
    listing.take(*sweep_runs(COUNT))
    listing.listed.then(lambda: acted.append(0))
    listing.listed.select()
    listing.listed.then(lambda: acted.append(len(listing.shown)))
    assert acted == [0]
    await listing.work()
    assert acted == [0, 1]


@pytest.mark.usefixtures("in_slices")
async def test_time_passing_does_not_begin_anew_what_is_under_way() -> None:
    listing = Listing()
    listing.take(*sweep_runs(COUNT))
    listing.selection.query = parse_query("started<2d")
    listing.listed.select()
    for _ in range(5):
        listing.listed.take_in_time()
    assert len(listing.waiting) == 1
    await listing.work()
    assert len(listing.shown) == 1


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("hours", [1, 48, -30, -48])
async def test_in_an_order_by_duration_what_still_runs_moves_as_the_clock_goes_on_or_jumps(
    hours: int, descending: bool
) -> None:
    listing = Listing()
    listing.selection.order = Order("took", descending=descending)
    over = [
        msgspec.structs.replace(run, status=Status.SUCCEEDED, started_at=NOW - timedelta(hours=40), ended_at=NOW)
        for run in sweep_runs(20)
    ]
    live = [
        msgspec.structs.replace(run, status=Status.RUNNING, started_at=NOW - timedelta(hours=place), ended_at=None)
        for place, run in enumerate(sweep_runs(40)[20:])
    ]
    listing.take(*over, *live)
    listing.listed.select()
    listing.now = NOW + timedelta(hours=hours)
    listing.listed.take_in_time()
    assert len(listing.shown) == 2
    assert listing.shown[-1] == listing.right


async def test_in_an_order_by_duration_a_change_finds_its_place_however_much_time_passed() -> None:
    listing, runs = Listing(), sweep_runs(50)
    listing.selection.order = Order("took", descending=False)
    listing.take(*runs)
    listing.listed.select()
    listing.now = NOW + timedelta(days=3)
    listing.take(msgspec.structs.replace(runs[30], status=Status.RUNNING, started_at=NOW, ended_at=None))
    listing.listed.catch_up()
    assert listing.shown[-1] == listing.right


async def test_time_that_passes_in_an_order_by_something_else_lists_nothing_anew() -> None:
    listing = Listing()
    listing.take(*sweep_runs(50))
    listing.listed.select()
    listing.now = NOW + timedelta(days=3)
    listing.listed.take_in_time()
    assert len(listing.shown) == 1


async def test_more_live_runs_than_can_be_placed_in_a_moment_stay_where_they_are() -> None:
    listing = Listing()
    listing.selection.order = Order("took", descending=False)
    runs = sweep_runs(2 * MOST_AGEING)
    over = [msgspec.structs.replace(run, status=Status.SUCCEEDED, ended_at=NOW) for run in runs[:100]]
    live = [msgspec.structs.replace(run, status=Status.RUNNING, started_at=NOW, ended_at=None) for run in runs[100:]]
    listing.take(*over, *live)
    listing.listed.select()
    await listing.work()
    listing.now = NOW + timedelta(days=3)
    listing.listed.take_in_time()
    assert not listing.waiting
    assert len(listing.shown) == 1


async def test_what_is_asked_of_the_rows_before_any_are_known_is_done_once_they_are() -> None:
    listing, done = Listing(), list[int]()
    listing.listed.select()
    listing.listed.then(lambda: done.append(len(listing.shown[-1])))
    await listing.work()
    assert not done
    listing.take(*sweep_runs(3))
    listing.listed.catch_up()
    await listing.work()
    assert done == [3]


async def test_what_is_asked_of_the_rows_is_done_when_it_turns_out_that_there_are_none() -> None:
    listing, done = Listing(), list[int]()
    listing.listed.select()
    listing.listed.then(lambda: done.append(len(listing.shown[-1])))
    await listing.work()
    listing.index.apply(Delta(health={"hpc": ProfileHealth(profile="hpc", service="rescale")}))
    listing.listed.catch_up()
    assert done == [0]
    listing.listed.then(lambda: done.append(-1))
    assert done == [0, -1]
