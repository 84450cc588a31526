from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.notify import Watched
from tests.support.scripted_backend import run_of


def changed(*runs: Run) -> dict[RunReference, Run]:
    return {run.reference: run for run in runs}


def test_only_a_watched_run_that_is_over_is_told_and_only_once() -> None:
    watched = Watched()
    watched.toggle([run_of("1"), run_of("2")])
    assert watched.ended(changed(run_of("1", Status.STOPPING), run_of("3", Status.FAILED))) == []
    over = run_of("1", Status.FAILED)
    assert watched.ended(changed(over)) == [over]
    assert watched.ended(changed(over)) == []
    assert len(watched) == 1


def test_what_is_over_already_is_not_watched() -> None:
    watched = Watched()
    assert watched.toggle([run_of("1", Status.SUCCEEDED)]) == ([], [])


def test_some_that_are_not_watched_are_added_and_all_that_are_go() -> None:
    watched = Watched()
    one, other = run_of("1"), run_of("2")
    watched.toggle([one])
    assert watched.toggle([one, other]) == ([other], [])
    assert watched.toggle([one, other]) == ([], [one, other])
    assert one.reference not in watched
