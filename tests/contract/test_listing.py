"""Listing runs: every scope to its end, every run once, every moment aware."""

import asyncio
from datetime import UTC, datetime
from itertools import groupby

import pytest

from runtui.backends.protocol import Listing
from runtui.model.identity import Identity
from runtui.model.run import Run
from runtui.model.status import Status
from tests.support.asking import secrets_of
from tests.support.scene import PROFILE, Scene, agree, disagreements, newest_first, statuses_agree

KINDS = (Status.QUEUED, Status.RUNNING, Status.SUCCEEDED, Status.FAILED)


@pytest.mark.over_http
async def test_checking_the_connection_takes_few_requests_and_says_who_we_are(still: Scene) -> None:
    cost, identity = await still.cost(still.backend.check())
    assert 1 <= cost <= 3
    assert isinstance(identity, Identity)
    assert identity.name or identity.email or not secrets_of(still)


async def test_every_run_is_in_one_scope_and_given_again_only_where_more_is_known(still: Scene) -> None:
    listed = await still.listed()
    assert len(listed.runs) > 5
    scopes: dict[str, set[str]] = {}
    before: dict[str, Run] = {}
    for batch in listed.batches:
        for run in batch.runs:
            scopes.setdefault(run.id, set()).add(batch.scope)
            assert run.id not in before or (run != before[run.id] and agree(before[run.id], run))
            before[run.id] = run
    assert {run_id: names for run_id, names in scopes.items() if len(names) > 1} == {}


async def test_nothing_is_wrong_with_an_honest_service(still: Scene) -> None:
    listed = await still.listed()
    assert listed.problems == []
    assert [batch for batch in listed.batches if batch.error or batch.gone or batch.scope_gone] == []


async def test_every_scope_says_once_that_it_is_whole_and_holds_nothing_new_then(still: Scene) -> None:
    held: dict[str, set[str]] = {}
    whole: set[str] = set()
    for batch in (await still.listed()).batches:
        given = {run.id for run in batch.runs}
        if batch.scope in whole:
            assert not batch.is_last
            assert given <= held[batch.scope]
        held.setdefault(batch.scope, set()).update(given)
        whole |= {batch.scope} if batch.is_last else set()
    assert whole == held.keys()


async def test_runs_say_where_they_were_seen(still: Scene) -> None:
    runs = (await still.listed()).runs.values()
    assert {(run.profile, run.service) for run in runs} == {(PROFILE, still.service)}
    assert all(run.id and run.job for run in runs)


async def test_every_status_is_explained_by_the_services_word_or_a_reason(still: Scene) -> None:
    runs = (await still.listed()).runs.values()
    assert [run.id for run in runs if not run.status_text and not run.reason] == []
    assert [run.id for run in runs if run.status is Status.UNKNOWN] == []


async def test_the_story_begins_with_runs_of_every_kind(still: Scene) -> None:
    assert set(KINDS) <= {run.status for run in (await still.listed()).runs.values()}


async def test_every_moment_is_aware_and_in_utc(still: Scene) -> None:
    runs = (await still.listed()).runs.values()
    moments = [moment for run in runs for moment in (run.created_at, run.started_at, run.ended_at) if moment]
    assert moments
    assert {moment.tzinfo for moment in moments} == {UTC}


async def test_moments_come_in_their_order_and_not_from_the_future(still: Scene) -> None:
    now = still.world.now()
    for run in (await still.listed()).runs.values():
        moments = [moment for moment in (run.created_at, run.started_at, run.ended_at) if moment]
        assert moments == sorted(moments), run
        assert all(moment <= now for moment in moments), run


async def test_what_lives_has_no_end_and_what_waits_no_start(still: Scene) -> None:
    for run in (await still.listed()).runs.values():
        assert run.status.is_final or run.ended_at is None, run
        assert run.status is not Status.QUEUED or run.started_at is None, run
        assert run.status is not Status.RUNNING or run.started_at is not None, run
        assert run.status is not Status.SUCCEEDED or run.ended_at is not None, run


async def test_counts_and_shares_are_what_they_can_be(still: Scene) -> None:
    for run in (await still.listed()).runs.values():
        assert run.progress is None or 0.0 <= run.progress <= 1.0, run
        assert (run.output_count or 0) >= 0, run
        assert (run.output_bytes or 0) >= 0, run


async def test_a_parent_is_a_run_that_is_listed_too(still: Scene) -> None:
    runs = (await still.listed()).runs
    assert [run.id for run in runs.values() if run.parent_id is not None and run.parent_id not in runs] == []


async def test_listing_twice_gives_the_same(still: Scene) -> None:
    assert disagreements((await still.listed()).runs, (await still.listed()).runs) == []


@pytest.mark.parametrize("limit", [1, 3])
async def test_a_limit_gives_the_newest_of_every_scope_and_asks_no_more_than_without(still: Scene, limit: int) -> None:
    whole_cost, whole = await still.cost(still.listed())
    cost, limited = await still.cost(still.listed(limit=limit))
    assert cost <= whole_cost
    for scope, batches in groupby(sorted(whole.batches, key=lambda batch: batch.scope), lambda batch: batch.scope):
        runs = [run for batch in batches for run in batch.runs]
        given = {run.id for batch in limited.batches if batch.scope == scope for run in batch.runs}
        newest = {run.sort_moment for run in newest_first(runs)[:limit]}
        got = {run.sort_moment for run in runs if run.id in given}
        assert newest <= got, scope


async def test_a_scope_that_was_limited_does_not_claim_to_be_whole(still: Scene) -> None:
    whole = await still.listed()
    limited = await still.listed(limit=1)
    for scope in {batch.scope for batch in limited.batches if batch.is_last}:
        in_whole = {run.id for batch in whole.batches if batch.scope == scope for run in batch.runs}
        in_limited = {run.id for batch in limited.batches if batch.scope == scope for run in batch.runs}
        assert in_limited == in_whole, scope


@pytest.mark.parametrize("status", KINDS)
async def test_a_wish_for_a_status_loses_none_of_it(still: Scene, status: Status) -> None:
    whole = {run.id for run in (await still.listed()).some(status)}
    wished = (await still.listed(statuses=frozenset({status}))).statuses
    assert {run_id for run_id in whole if run_id not in wished or not statuses_agree(wished[run_id], status)} == set()


async def test_a_wish_for_a_job_loses_none_of_its_runs(still: Scene) -> None:
    whole = (await still.listed()).runs.values()
    job = next(iter(whole)).job
    wished = (await still.listed(job=job)).runs.values()
    assert {run.id for run in wished if run.job == job} == {run.id for run in whole if run.job == job}


async def test_a_wish_does_not_claim_that_what_was_not_wished_for_is_gone(still: Scene) -> None:
    await still.feed(full=True)
    before = set(still.fed)
    listed = await still.listed(statuses=frozenset({Status.FAILED}))
    for batch in listed.batches:
        still.store.apply(PROFILE, batch, full=True)
    assert set(still.fed) == before


async def test_a_listing_can_be_left_at_any_batch(still: Scene) -> None:
    whole = await still.listed()
    for leave_after in range(1, min(4, len(whole.batches)) + 1):
        batches = still.backend.iterate_runs(Listing())
        for _ in range(leave_after):
            await anext(batches)
        aclose = getattr(batches, "aclose", None)
        assert aclose is not None, "what is iterated must be able to end"
        await aclose()
    assert disagreements((await still.listed()).runs, whole.runs) == []


async def test_a_cancelled_listing_does_no_harm(still: Scene) -> None:
    whole = await still.listed()
    for steps in (1, 5, 25):
        listing = asyncio.create_task(still.listed())
        for _ in range(steps):
            await asyncio.sleep(0)
        listing.cancel()
        await asyncio.wait([listing])
    assert disagreements((await still.listed()).runs, whole.runs) == []


async def test_several_listings_at_the_same_time_give_each_the_same(still: Scene) -> None:
    one, two, three = await asyncio.gather(still.listed(), still.listed(), still.listed())
    assert disagreements(one.runs, two.runs) == disagreements(two.runs, three.runs) == []


async def test_ages_can_be_told(still: Scene) -> None:
    assert all(isinstance(run.sort_moment, datetime) for run in (await still.listed()).runs.values() if run.started_at)
