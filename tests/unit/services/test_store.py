import asyncio

import msgspec

from runtui.backends.protocol import RunBatch
from runtui.model.delta import FeedState, ProfileHealth
from runtui.model.errors import ServiceDownError
from runtui.model.kept_run import KeptRun
from runtui.model.reference import RunReference
from runtui.model.status import Status
from runtui.model.variable import Role, Variable
from runtui.services.store import Store
from tests.support.sample_runs import sweep_runs
from tests.support.scripted_backend import run_of

A, B = RunReference("p", "a"), RunReference("p", "b")


def batch(*ids: str, last: bool = True, scope: str = "s") -> RunBatch:
    return RunBatch(scope=scope, runs=[run_of(run_id) for run_id in ids], is_last=last)


def test_a_run_that_a_whole_scope_no_longer_lists_is_removed() -> None:
    store = Store()
    store.apply("p", batch("a", "b"), full=True)
    store.apply("p", batch("a"), full=True)
    assert set(store.runs) == {A}


def test_a_refresh_removes_nothing_it_does_not_list() -> None:
    store = Store()
    store.apply("p", batch("a", "b"), full=True)
    store.apply("p", batch("a"), full=False)
    assert set(store.runs) == {A, B}


def test_pages_of_one_scope_count_together() -> None:
    store = Store()
    store.apply("p", batch("a", "b"), full=True)
    store.apply("p", batch("a", last=False), full=True)
    store.apply("p", batch("b"), full=True)
    assert set(store.runs) == {A, B}


def test_a_failing_scope_keeps_its_runs() -> None:
    store = Store()
    store.apply("p", batch("a", "b"), full=True)
    store.apply("p", batch("a", last=False), full=True)
    store.apply("p", RunBatch(scope="s", error=ServiceDownError("down")), full=True)
    store.apply("p", batch("b"), full=True)
    assert set(store.runs) == {B}
    assert A not in store.runs


def test_an_error_forgets_what_the_broken_listing_had_seen() -> None:
    store = Store()
    store.apply("p", batch("a", "b"), full=True)
    store.apply("p", RunBatch(scope="s", error=ServiceDownError("down")), full=True)
    assert set(store.runs) == {A, B}


def test_a_scope_that_is_gone_takes_its_runs_along() -> None:
    store = Store()
    store.apply("p", batch("a"), full=True)
    store.apply("p", RunBatch(scope="s", scope_gone=True), full=False)
    assert not store.runs


def test_a_scope_that_a_full_listing_does_not_speak_of_is_gone() -> None:
    store = Store()
    store.apply("p", batch("a", scope="one"), full=True)
    store.apply("p", batch("b", scope="two"), full=True)
    store.end_listing("p", {"one"})
    assert set(store.runs) == {A}


def test_a_list_that_says_less_does_not_take_variables_away() -> None:
    store = Store()
    variables = (Variable(name="x", role=Role.INPUT, value=1, text="1"),)
    store.put(run_of("a", variables=variables, message="why"))
    store.apply("p", batch("a"), full=True)
    assert store.runs[A].variables == variables
    assert store.runs[A].message == "why"


def test_a_message_of_an_earlier_status_is_not_kept() -> None:
    store = Store()
    store.put(run_of("a", message="waits"))
    store.put(run_of("a", Status.FAILED))
    assert store.runs[A].message == ""


def test_a_reader_starts_with_all_there_is() -> None:
    store = Store()
    store.put(run_of("a"))
    assert set(store.subscribe().take().changed) == {A}


def test_what_happens_while_a_reader_is_busy_is_merged_to_the_newest_values() -> None:
    store = Store()
    reader = store.subscribe()
    store.put(run_of("a", Status.QUEUED))
    store.put(run_of("a", Status.RUNNING))
    store.put(run_of("b"))
    store.remove([B])
    delta = reader.take()
    assert {ref: run.status for ref, run in delta.changed.items()} == {A: Status.RUNNING}
    assert delta.removed == {B}


def test_an_unchanged_run_tells_nobody() -> None:
    store = Store()
    store.put(run_of("a"))
    reader = store.subscribe()
    reader.take()
    store.apply("p", batch("a"), full=True)
    assert reader.take().is_empty


async def test_a_waiting_reader_wakes_when_health_changes() -> None:
    store = Store()
    reader = store.subscribe()
    waiting = asyncio.create_task(reader.next())
    await asyncio.sleep(0)
    store.put_health(ProfileHealth(profile="p", service="s", state=FeedState.OFFLINE))
    assert (await waiting).health["p"].state is FeedState.OFFLINE


def test_a_closed_reader_is_told_nothing_more() -> None:
    store = Store()
    reader = store.subscribe()
    reader.close()
    store.put(run_of("a"))
    assert reader.take().is_empty


def test_runs_put_together_are_told_of_once_and_given_back_as_they_are_held() -> None:
    store = Store()
    told: list[RunReference] = []
    store.watch(lambda reference, before, after: told.append(reference))
    held = store.put_all([run_of("a"), run_of("b"), run_of("a")])
    assert [run.reference for run in held] == [A, B, A]
    assert told == [A, B]
    assert [store.runs[A], store.runs[B]] == held[:2]


def test_listed_runs_that_are_over_are_held_small_where_a_store_keeps_many() -> None:
    listed = sweep_runs(40)
    store, plain = Store(keeps_small=True), Store()
    reader = store.subscribe()
    for one in (store, plain):
        one.apply("hpc", RunBatch(scope="s", runs=listed, is_last=True), full=True)
    assert store.runs == plain.runs
    assert reader.take().changed == plain.runs
    assert {run.reference for run in store.runs.values() if isinstance(run, KeptRun)} == {
        run.reference for run in listed if run.status.is_final
    }
    assert not any(isinstance(run, KeptRun) for run in plain.runs.values())


def test_a_small_run_changes_and_goes_as_any() -> None:
    (known, *_) = listed = [msgspec.structs.replace(run, status=Status.FAILED) for run in sweep_runs(20)]
    store = Store(keeps_small=True)
    store.apply("hpc", RunBatch(scope="s", runs=listed, is_last=True), full=True)
    held = dict(store.runs)
    reader = store.subscribe(whole=False)
    store.apply("hpc", RunBatch(scope="s", runs=listed, is_last=True), full=True)
    assert reader.take().is_empty
    assert all(store.runs[reference] is run for reference, run in held.items())
    later = msgspec.structs.replace(known, status=Status.SUCCEEDED, message="again")
    store.apply("hpc", RunBatch(scope="s", runs=[later, *listed[1:]], is_last=True), full=True)
    assert reader.take().changed == {known.reference: later}
    store.mark_pending(known.reference, "delete")
    assert store.runs[known.reference] == msgspec.structs.replace(later, pending="delete")
    store.apply("hpc", RunBatch(scope="s", runs=listed[1:], is_last=True), full=True)
    assert known.reference not in store.runs


def test_it_counts_the_runs_of_a_profile_by_status_while_they_change_and_go() -> None:
    store = Store()
    store.put_all([run_of("1", Status.QUEUED), run_of("2", Status.QUEUED), run_of("3", Status.RUNNING)])
    store.put(run_of("1", Status.FAILED))
    store.put(run_of("1", Status.FAILED, message="again"))
    store.remove([run_of("3").reference])
    assert {status: number for status, number in store.counts_of("p").items() if number} == {
        Status.QUEUED: 1,
        Status.FAILED: 1,
    }
    assert store.count_of("p") == 2
    assert (store.count_of("q"), store.counts_of("q")) == (0, {})
