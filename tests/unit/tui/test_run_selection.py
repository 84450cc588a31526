"""Which runs are listed in which order, worked out anew and kept up."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtui.model.delta import Delta
from runtui.model.kept_run import KeptRun
from runtui.model.query import parse_query
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.columns import DrawContext
from runtui.render.run_columns import RUN_COLUMNS
from runtui.services.run_keeper import kept_small
from runtui.tui.run_index import RunIndex
from runtui.tui.run_selection import Order, RunSelection
from runtui.tui.slices import Steps, begin
from tests.support.sample_runs import NOW, number, sweep_runs, word

CONTEXT = DrawContext(NOW)
COLUMNS = ("started", "job", "status", "took", "run", "var:Cd", "var:mesh", "exit")


def done(steps: Steps[Sequence[RunReference]]) -> list[RunReference]:
    begun = begin(steps, 60.0)
    assert isinstance(begun, tuple)
    return list(begun[0])


def selection(column: str = "started", *, descending: bool = True, where: str = "") -> RunSelection:
    made = RunSelection()
    made.order, made.query = Order(column, descending), parse_query(where)
    return made


def index_of(*runs: Run) -> RunIndex:
    index = RunIndex()
    index.apply(Delta(changed={run.reference: run for run in runs}))
    index.take_before()
    return index


def in_turn(run: Run, turn: int) -> Run:
    """The run as it might be a moment later."""
    status = list(Status)[turn % len(Status)]
    started = None if turn % 5 == 0 else NOW - timedelta(minutes=turn % 7)
    variables = () if turn % 4 == 0 else (word("mesh", "fine"),) if turn % 4 == 1 else (number("Cd", turn % 9 - 4),)
    return msgspec.structs.replace(run, status=status, started_at=started, variables=variables, job=f"job {turn % 3}")


@settings(deadline=None)
@given(
    st.sampled_from(COLUMNS),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "Cd<0", "status:failed or status:running", "job:1"]),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 60)), max_size=30),
    st.sets(st.integers(0, 30), max_size=8),
)
def test_kept_up_it_is_the_order_worked_out_anew(
    column: str, descending: bool, small: bool, where: str, changes: list[tuple[int, int]], gone: set[int]
) -> None:
    runs = [in_turn(run, index) for index, run in enumerate(sweep_runs(41))]
    known = {run.reference: run for run in runs[:31]}
    index = index_of(*(kept_small(known) if small else known).values())
    listing = selection(column, descending=descending, where=where)
    listed = done(listing.select(index.runs, CONTEXT))
    changed = {runs[place].reference: in_turn(runs[place], turn) for place, turn in changes}
    removed = {runs[place].reference for place in gone} - changed.keys()
    index.apply(Delta(changed=changed, removed=frozenset(removed)))
    kept_up = done(listing.update(listed, index.take_before(), index.runs, CONTEXT))
    assert kept_up == done(listing.select(index.runs, CONTEXT))


@pytest.mark.parametrize("column", [*RUN_COLUMNS, "var:Cd", "var:x_velocity", "var:mesh"])
@pytest.mark.parametrize("descending", [False, True])
def test_runs_kept_small_stand_in_the_order_of_the_whole_ones(column: str, descending: bool) -> None:
    whole = {run.reference: run for run in sweep_runs(600)}
    small = kept_small(whole)
    assert sum(isinstance(run, KeptRun) for run in small.values()) > 200
    listing = selection(column, descending=descending)
    assert done(listing.select(small, CONTEXT)) == done(listing.select(whole, CONTEXT))


def test_what_does_not_move_leaves_the_very_same_sequence() -> None:
    runs = sweep_runs(20)
    index, listing = index_of(*runs), selection()
    listed = done(listing.select(index.runs, CONTEXT))
    changed = msgspec.structs.replace(runs[7], message="said something")
    index.apply(Delta(changed={changed.reference: changed}))
    begun = begin(listing.update(listed, index.take_before(), index.runs, CONTEXT), 60.0)
    assert isinstance(begun, tuple)
    assert begun[0] is listed


@pytest.mark.parametrize("descending", [True, False])
def test_numbers_come_before_texts_and_what_is_missing_comes_last_either_way(descending: bool) -> None:
    values = {"low": number("v", 1.0), "high": number("v", 2.0), "text": word("v", "fine")}
    runs = [Run(profile="p", service="s", id=name, variables=(value,)) for name, value in values.items()]
    index = index_of(*runs, Run(profile="p", service="s", id="none"))
    listed = [reference.id for reference in done(selection("var:v", descending=descending).select(index.runs, CONTEXT))]
    assert listed == (["high", "low"] if descending else ["low", "high"]) + ["text", "none"]


@pytest.mark.parametrize("descending", [True, False])
def test_among_equals_the_newer_run_comes_first_either_way(descending: bool) -> None:
    runs = [
        Run(profile="p", service="s", id=str(age), owner="ada", started_at=NOW - timedelta(hours=age))
        for age in (2, 1, 3)
    ]
    listed = done(selection("owner", descending=descending).select(index_of(*runs).runs, CONTEXT))
    assert [reference.id for reference in listed] == ["1", "2", "3"]


def test_no_more_than_a_few_hundred_runs_are_looked_at_between_two_stops() -> None:
    runs = {run.reference: run for run in sweep_runs(5000)}
    assert sum(1 for _ in selection().select(runs, CONTEXT)) >= 5000 / 256
