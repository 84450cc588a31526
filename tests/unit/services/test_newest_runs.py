from datetime import timedelta

from runtui.services.newest_runs import NEWEST, newest_after, newest_of
from tests.support.sample_runs import NOW, sweep_runs
from tests.support.scripted_backend import run_of

RUNS = sweep_runs(3 * NEWEST)
"""Those that began last come first."""


def test_the_newest_come_first_and_a_run_without_a_moment_is_none_of_them() -> None:
    assert newest_of([run_of("1"), *reversed(RUNS)]) == RUNS[:NEWEST]


def test_a_newer_run_takes_the_place_of_the_oldest_of_them() -> None:
    newer = run_of("new", created_at=NOW + timedelta(hours=1))
    assert newest_after(RUNS[:NEWEST], {newer.id: newer}, ()) == [newer, *RUNS[: NEWEST - 1]]


def test_a_run_older_than_all_of_them_does_not_take_the_place_of_one_that_is_gone() -> None:
    older = RUNS[NEWEST + 9]
    left = newest_after(RUNS[:NEWEST], {older.id: older}, [RUNS[3].id])
    assert left == RUNS[:3] + RUNS[4:NEWEST]


def test_what_is_newest_of_unknown_runs_is_not_known_after_a_change_either() -> None:
    assert newest_after([], {RUNS[0].id: RUNS[0]}, ()) == []
