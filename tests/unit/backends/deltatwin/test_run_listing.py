"""Listing runs without totals, cursors or an order."""

import pytest

from runtui.backends.deltatwin.backend import DeltaTwinBackend
from runtui.backends.protocol import Listing
from runtui.model.errors import BackendError, NotFoundError, PayloadError, ServiceDownError
from runtui.model.status import LIVE, Status
from tests.support.deltatwin_service import DeltaTwinServer, collected, listed, runs_in

LIST = "GET /v2.0/runs?"


async def live_ids(backend: DeltaTwinBackend) -> frozenset[str]:
    return frozenset(run.id for run in await listed(backend) if run.status.is_live)


async def test_a_full_listing_gives_every_run_once_and_says_that_it_is_whole(server: DeltaTwinServer) -> None:
    simulator = server.begin(runs=430)
    backend = server.backend()
    batches = await collected(backend.iterate_runs(Listing()))
    await backend.aclose()
    expected = [plan.id for plan in simulator.runs.page(top=1000, skip=0)]
    assert [run.id for run in runs_in(batches)] == expected
    assert [batch.is_last for batch in batches] == [False] * (len(batches) - 1) + [True]
    assert len(server.requested(LIST)) == 4


async def test_an_empty_list_is_a_whole_list(server: DeltaTwinServer) -> None:
    server.begin(runs=0)
    backend = server.backend()
    batches = await collected(backend.iterate_runs(Listing()))
    await backend.aclose()
    assert (runs_in(batches), batches[-1].is_last) == ([], True)


async def test_a_cap_on_the_page_nobody_told_of_loses_no_run(server: DeltaTwinServer) -> None:
    server.begin(runs=130, largest_page=20)
    backend = server.backend()
    assert len(await listed(backend)) == 130
    await backend.aclose()


async def test_an_order_of_oldest_first_loses_no_run(server: DeltaTwinServer) -> None:
    server.begin(runs=130, order="oldest")
    backend = server.backend()
    assert len({run.id for run in await listed(backend)}) == 130
    await backend.aclose()


async def test_a_run_that_arrives_while_we_page_makes_none_come_twice(server: DeltaTwinServer) -> None:
    simulator = server.begin(runs=130)
    backend = server.backend()
    found = []
    async for batch in backend.iterate_runs(Listing()):
        found += [run.id for run in batch.runs]
        simulator.world.advance(20)
    await backend.aclose()
    assert len(found) == len(set(found)) >= 130


async def test_a_run_we_start_while_we_page_is_part_of_the_whole_list(server: DeltaTwinServer) -> None:
    server.begin(runs=130)
    backend = server.backend()
    found, started = [], ""
    async for batch in backend.iterate_runs(Listing()):
        found += [run.id for run in batch.runs]
        started = started or (await backend.start("coastal-flood", {})).id
    await backend.aclose()
    assert found.count(started) == 1


@pytest.mark.parametrize("deleted", [1, 3, 30])
async def test_a_run_deleted_while_we_page_makes_us_miss_none(server: DeltaTwinServer, deleted: int) -> None:
    simulator = server.begin(runs=130)
    backend = server.backend(page_size=50)
    everything = {plan.id for plan in simulator.runs.page(top=1000, skip=0)}
    found: set[str] = set()
    doomed: list[str] = []
    async for batch in backend.iterate_runs(Listing()):
        found |= {run.id for run in batch.runs}
        if not doomed:
            doomed = sorted(found)[:deleted]
            for run_id in doomed:
                simulator.runs.delete(run_id)
    await backend.aclose()
    assert found == everything


async def test_statuses_and_job_are_given_to_the_service(server: DeltaTwinServer) -> None:
    backend = server.backend()
    wanted = Listing(statuses=frozenset({Status.FAILED}), job="image-rotation")
    runs = await listed(backend, wanted)
    await backend.aclose()
    assert {(run.status, run.job) for run in runs} == {(Status.FAILED, "image-rotation")}
    assert all("status=error" in r and "deltatwin_name=image-rotation" in r for r in server.requested(LIST))


async def test_several_statuses_are_asked_for_one_by_one(server: DeltaTwinServer) -> None:
    backend = server.backend()
    runs = await listed(backend, Listing(statuses=frozenset({Status.QUEUED, Status.RUNNING})))
    await backend.aclose()
    assert {run.status for run in runs} == {Status.QUEUED, Status.RUNNING}
    assert {r.partition("status=")[2].partition("&")[0] for r in server.requested(LIST)} == {
        "created",
        "pending",
        "running",
    }


async def test_a_status_the_service_has_no_word_for_is_not_filtered_by(server: DeltaTwinServer) -> None:
    backend = server.backend()
    assert len(await listed(backend, Listing(statuses=frozenset({Status.UNKNOWN})))) == 72
    await backend.aclose()


async def test_a_filtered_or_limited_listing_does_not_claim_to_be_whole(server: DeltaTwinServer) -> None:
    backend = server.backend()
    for listing in (Listing(job="image-rotation"), Listing(limit=10), Listing(statuses=frozenset({Status.FAILED}))):
        assert not any(batch.is_last for batch in await collected(backend.iterate_runs(listing)))
    await backend.aclose()


async def test_a_limit_ends_the_paging(server: DeltaTwinServer) -> None:
    server.begin(runs=1000)
    backend = server.backend()
    assert 10 <= len(await listed(backend, Listing(limit=10))) <= 50
    await backend.aclose()
    assert len(server.requested(LIST)) == 1


async def test_a_refresh_of_an_old_list_costs_one_request(server: DeltaTwinServer) -> None:
    simulator = server.begin(runs=1000, new_runs=False)
    simulator.world.advance(600)
    backend = server.backend()
    await listed(backend)
    simulator.application.clear()
    await listed(backend, Listing(full=False))
    await backend.aclose()
    assert server.simulator.application.requests == [f"{LIST}top=50&skip=0"]


async def test_a_refresh_with_live_runs_on_the_first_page_costs_one_request(server: DeltaTwinServer) -> None:
    simulator = server.begin(runs=1000)
    backend = server.backend()
    live = await live_ids(backend)
    assert live
    simulator.application.clear()
    runs = await listed(backend, Listing(full=False, live=live))
    await backend.aclose()
    assert live <= {run.id for run in runs}
    assert len(simulator.application.requests) == 1


async def test_a_refresh_gives_new_runs_and_what_became_of_live_ones(server: DeltaTwinServer) -> None:
    simulator = server.begin()
    backend = server.backend()
    live = await live_ids(backend)
    known = {run.id for run in await listed(backend)}
    simulator.world.advance(400)
    found = {run.id: run for run in await listed(backend, Listing(full=False, live=live))}
    await backend.aclose()
    assert all(found[run_id].status.is_final for run_id in live)
    assert len(found.keys() - known) >= 18


async def test_a_refresh_reaches_new_runs_beyond_the_first_page(server: DeltaTwinServer) -> None:
    simulator = server.begin()
    backend = server.backend()
    known = {run.id for run in await listed(backend)}
    simulator.world.advance(20 * 120)
    found = {run.id for run in await listed(backend, Listing(full=False))}
    await backend.aclose()
    assert {plan.id for plan in simulator.runs.page(top=1000, skip=0)} - known <= found


async def test_a_few_live_runs_far_down_are_asked_for_singly(server: DeltaTwinServer) -> None:
    simulator = server.begin(runs=400)
    backend = server.backend()
    await listed(backend)
    far = frozenset(plan.id for plan in simulator.runs.page(top=2, skip=300))
    simulator.application.clear()
    found = {run.id for run in await listed(backend, Listing(full=False, live=far))}
    await backend.aclose()
    assert far <= found
    assert len(server.requested("GET /v2.0/runs/")) == 2


async def test_many_live_runs_far_down_are_asked_for_by_status_first(server: DeltaTwinServer) -> None:
    simulator = server.begin(runs=400)
    backend = server.backend()
    await listed(backend)
    far = frozenset(plan.id for plan in simulator.runs.page(top=5, skip=300))
    simulator.application.clear()
    found = {run.id: run for run in await listed(backend, Listing(full=False, live=far))}
    await backend.aclose()
    assert far <= found.keys()
    assert all(found[run_id].status not in LIVE for run_id in far)
    assert server.requested("status=running")


async def test_a_live_run_that_was_deleted_is_told_of_as_gone(server: DeltaTwinServer) -> None:
    simulator = server.begin()
    backend = server.backend()
    live = await live_ids(backend)
    victim = sorted(live)[0]
    simulator.runs.delete(victim)
    batches = await collected(backend.iterate_runs(Listing(full=False, live=live)))
    await backend.aclose()
    assert [run_id for batch in batches for run_id in batch.gone] == [victim]
    assert victim not in {run.id for run in runs_in(batches)}


async def test_bad_items_become_problems_and_the_others_are_given(server: DeltaTwinServer) -> None:
    server.begin(bad_items=True, runs=120)
    backend = server.backend()
    batches = await collected(backend.iterate_runs(Listing()))
    await backend.aclose()
    problems = [problem for batch in batches for problem in batch.problems]
    assert len(runs_in(batches)) == 120
    assert any("$[1]" in problem and "run_id" in problem for problem in problems)
    assert any("$[2]" in problem for problem in problems)


async def test_with_bad_items_the_list_is_not_whole_and_missing_runs_are_asked_for_singly(
    server: DeltaTwinServer,
) -> None:
    simulator = server.begin(runs=60)
    backend = server.backend()
    known = [run.id for run in await listed(backend)]
    simulator.switches.bad_items = True
    simulator.runs.delete(known[7])
    batches = await collected(backend.iterate_runs(Listing()))
    await backend.aclose()
    assert not any(batch.is_last for batch in batches)
    assert [run_id for batch in batches for run_id in batch.gone] == [known[7]]


async def test_a_list_that_fails_at_once_raises(server: DeltaTwinServer) -> None:
    backend = server.backend()
    await backend.check()
    server.simulator.application.fail(LIST.replace("?", r"\?"), status=400, body=b'{"detail": "no"}')
    with pytest.raises(BackendError, match="no"):
        await listed(backend)
    await backend.aclose()


async def test_a_list_that_fails_in_the_middle_ends_with_the_error(server: DeltaTwinServer) -> None:
    server.begin(runs=300)
    server.simulator.application.fail(r"skip=[1-9]", status=400)
    backend = server.backend()
    batches = await collected(backend.iterate_runs(Listing()))
    await backend.aclose()
    assert len(runs_in(batches)) == 50
    assert batches[-1].error is not None
    assert not any(batch.is_last for batch in batches)


async def test_a_web_page_in_place_of_the_list_is_told_as_such(server: DeltaTwinServer) -> None:
    server.simulator.application.fail(r"GET /v2.0/runs\?", status=200, body=b"<html>", content_type="text/html")
    backend = server.backend()
    with pytest.raises(PayloadError, match="web page"):
        await listed(backend)
    await backend.aclose()


async def test_a_list_that_is_no_array_is_told_as_such(server: DeltaTwinServer) -> None:
    server.simulator.application.fail(r"GET /v2.0/runs\?", status=200, body=b'{"items": []}')
    backend = server.backend()
    with pytest.raises(PayloadError, match="no list"):
        await listed(backend)
    await backend.aclose()


async def test_an_unknown_run_is_not_found_and_so_is_what_is_no_id(server: DeltaTwinServer) -> None:
    backend = server.backend()
    for run_id in ("5e8f6a4f-3a83-4f41-ae28-99ce831a9861", "abc", "../connect", "a/b?c"):
        with pytest.raises(NotFoundError):
            await backend.fetch_run(run_id)
    await backend.aclose()


async def test_a_run_comes_alike_from_the_list_and_on_its_own(server: DeltaTwinServer) -> None:
    backend = server.backend()
    runs = await listed(backend)
    assert [await backend.fetch_run(run.id) for run in runs[:6]] == runs[:6]
    await backend.aclose()


@pytest.mark.parametrize("times", ["plain", "fraction", "offset"])
async def test_dates_of_every_form_mean_the_same(server: DeltaTwinServer, times: str) -> None:
    server.begin()
    plain = server.backend()
    before = [run.started_at and run.started_at.replace(microsecond=0) for run in await listed(plain)]
    server.simulator.switches.times = times  # type: ignore[assignment]
    after = [run.started_at and run.started_at.replace(microsecond=0) for run in await listed(plain)]
    await plain.aclose()
    assert after == before


async def test_other_forms_of_the_same_list_give_the_same_runs(server: DeltaTwinServer) -> None:
    server.begin(runs=30)
    backend = server.backend()
    before = await listed(backend)
    for switch in ("parameters_as_lists", "legacy_names"):
        setattr(server.simulator.switches, switch, True)
        assert await listed(backend) == before
    await backend.aclose()


async def test_an_unknown_status_is_shown_as_it_came(server: DeltaTwinServer) -> None:
    server.begin(unknown_status="hibernating")
    backend = server.backend()
    odd = [run for run in await listed(backend) if run.status is Status.UNKNOWN]
    await backend.aclose()
    assert {run.status_text for run in odd} == {"hibernating"}


async def test_null_dates_are_none(server: DeltaTwinServer) -> None:
    server.begin(null_start=True)
    backend = server.backend()
    assert {run.started_at for run in await listed(backend)} == {None}
    await backend.aclose()


async def test_secrets_a_service_sends_back_are_masked(server: DeltaTwinServer) -> None:
    server.begin(leaks_secrets=True)
    with server.client() as client:
        raw = client.get("/runs").text
    assert "sk-" in raw
    assert "ak-" in raw
    backend = server.backend()
    shown = repr(await listed(backend))
    await backend.aclose()
    assert "sk-" not in shown
    assert "ak-" not in shown
    assert "X-Amz-Signature" not in shown


async def test_a_service_that_is_down_is_told_so(server: DeltaTwinServer) -> None:
    server.simulator.application.fail(r"GET /v2.0/runs\?", status=503, headers={"retry-after": "30"})
    backend = server.backend()
    with pytest.raises(ServiceDownError) as caught:
        await listed(backend)
    await backend.aclose()
    assert caught.value.retry_after == 30
