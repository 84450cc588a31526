"""Listing runs: what is asked, what comes back, and what is not asked again."""

import asyncio
from contextlib import aclosing
from datetime import timedelta

import pytest

from runtui.backends.protocol import Listing
from runtui.backends.rescale.backend import RescaleBackend
from runtui.model.errors import (
    AuthenticationError,
    PayloadError,
    RateLimitedError,
    ServiceDownError,
)
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Role
from tests.support.rescale_service import (
    CFX,
    DRAFT,
    FAILING_SWEEP,
    FINISHED_SWEEP,
    FLUENT,
    FORCED,
    KEPT_CLUSTER,
    NEVER_RAN,
    OPTIMISATION,
    QUEUED,
    RESTARTED,
    STARCCM,
    SWEEP,
    TERMINATED,
    RescaleServer,
    collected,
    listed,
    of_job,
    runs_in,
)

REFRESH = Listing(full=False)


def live_of(runs: dict[str, Run]) -> Listing:
    return Listing(full=False, live=frozenset(run_id for run_id, run in runs.items() if run.status.is_live))


async def explained(server: RescaleServer, name: str) -> dict[str, Run]:
    """The runs of one job by number, after its logs were read."""
    backend, listing = server.backend(), Listing(job=name)
    runs = await listed(backend, listing)
    for _ in range(3):
        runs |= await listed(backend, Listing(full=False, job=name))
    return of_job(runs, server.job(name))


# what comes


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        (FLUENT, {"running"}),
        (STARCCM, {"succeeded"}),
        (CFX, {"failed"}),
        (FORCED, {"stopped"}),
        (NEVER_RAN, {"failed"}),
        (RESTARTED, {"failed"}),
        (QUEUED, {"queued"}),
        (KEPT_CLUSTER, {"succeeded"}),
        (FAILING_SWEEP, {"succeeded", "failed"}),
        (TERMINATED, {"succeeded", "stopped", "ended"}),
        (OPTIMISATION, {"running", "queued", "succeeded"}),
        (DRAFT, set()),
    ],
)
async def test_each_kind_of_job_has_runs_of_its_kinds(server: RescaleServer, name: str, statuses: set[str]) -> None:
    assert {run.status.value for run in (await explained(server, name)).values()} == statuses


async def test_a_run_that_failed_says_the_exit_code_its_log_ends_with(server: RescaleServer) -> None:
    failed = [run for run in (await explained(server, FAILING_SWEEP)).values() if run.status is Status.FAILED]
    assert failed
    for run in failed:
        assert run.exit_code in (1, 136)
        assert run.reason == f"the log's last line says exit code {run.exit_code}"


async def test_inputs_and_outputs_are_told_apart_by_what_the_job_declares(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    run = of_job(await listed(backend), server.job(FINISHED_SWEEP))["1"]
    assert {variable.name: variable.role for variable in run.variables} == {
        "x_velocity": Role.INPUT,
        "y_velocity": Role.INPUT,
        "Cd": Role.OUTPUT,
        "Cl": Role.OUTPUT,
    }


async def test_without_the_jobs_declaration_outputs_are_guessed(server: RescaleServer) -> None:
    server.simulator.world.advance(60)
    job_id = server.job(SWEEP)
    server.simulator.application.fail(rf"^GET /api/v2/jobs/{job_id}/$", status=403)
    backend = server.backend(log_checks=0)
    runs = of_job(await listed(backend), job_id)
    done = next(run for run in runs.values() if run.variable("Cd") is not None)
    assert {variable.name: variable.role for variable in done.variables}["Cd"] is Role.OUTPUT


async def test_an_optimisation_is_a_tree_judged_by_its_cases(server: RescaleServer) -> None:
    runs = await explained(server, OPTIMISATION)
    root, iteration, case = runs["1"], runs["2"], runs["3"]
    assert (root.parent_id, iteration.parent_id, case.parent_id) == (None, root.id, iteration.id)
    assert [run.extra["type"] for run in (root, iteration, case)] == ["optimization", "iteration", "case"]
    assert (iteration.status, iteration.reason) == (Status.SUCCEEDED, "all 6 runs below it succeeded")


async def test_the_optimum_is_flagged_when_the_optimisation_is_over(server: RescaleServer) -> None:
    server.simulator.world.advance(600)
    backend = server.backend(log_checks=0)
    runs = of_job(await listed(backend), server.job(OPTIMISATION))
    (best,) = [run for run in runs.values() if run.is_optimal]
    ratios = {run.id: run.variable("Cl/Cd") for run in runs.values()}
    values = {run_id: variable.value for run_id, variable in ratios.items() if variable is not None}
    assert max(values, key=lambda run_id: float(str(values[run_id]))) == best.id


async def test_a_job_that_waits_has_one_line_until_its_runs_come(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    job_id = server.job(QUEUED)
    runs = await listed(backend)
    (line,) = of_job(runs, job_id).values()
    assert (line.id, line.status, line.status_text) == (f"{job_id}/1", Status.QUEUED, "Waiting for Cluster")
    assert line.extra["placeholder"] == "true"
    server.simulator.world.advance(90)
    batches = await collected(backend.iterate_runs(live_of(runs)))
    (whole,) = [batch for batch in batches if batch.scope == job_id and batch.is_last]
    assert [run.id for run in whole.runs] == [f"{job_id}/{number}" for number in range(1, 9)]
    assert not any("placeholder" in run.extra for run in whole.runs)


@pytest.mark.parametrize("answer", ["empty", "404", "405"])
async def test_whatever_is_answered_before_a_job_executes_it_has_its_line(server: RescaleServer, answer: str) -> None:
    server.begin(early_runs=answer)
    backend = server.backend(log_checks=0)
    assert len(of_job(await listed(backend), server.job(QUEUED))) == 1


async def test_a_job_of_the_largest_size_takes_two_requests(server: RescaleServer) -> None:
    server.begin(runs=7000, live=1)
    backend = server.backend(max_jobs=2, log_checks=0)
    runs = await listed(backend)
    assert len(runs) == 1849
    assert len(server.requested("/runs/")) == 3


# what is not asked again


async def test_a_refresh_asks_only_for_jobs_that_move(server: RescaleServer, backend: RescaleBackend) -> None:
    runs = await listed(backend)
    server.simulator.application.clear()
    await listed(backend, live_of(runs))
    moving = {server.job(name) for name in (SWEEP, FLUENT, OPTIMISATION)}
    assert {request.split("/")[4] for request in server.requested("/runs/")} == moving
    assert len(server.requested()) == 1 + len(moving)


async def test_a_refresh_gives_every_live_run(server: RescaleServer, backend: RescaleBackend) -> None:
    runs = await listed(backend)
    refresh = live_of(runs)
    assert refresh.live <= (await listed(backend, refresh)).keys()


async def test_a_live_run_of_a_settled_job_is_given_from_memory(server: RescaleServer, backend: RescaleBackend) -> None:
    await listed(backend)
    run_id = f"{server.job(FINISHED_SWEEP)}/7"
    server.simulator.application.clear()
    assert run_id in await listed(backend, Listing(full=False, live=frozenset({run_id})))
    assert not server.requested(run_id.partition("/")[0])


async def test_a_job_that_ends_is_listed_once_more_and_then_left_alone(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    runs = await listed(backend)
    server.simulator.world.advance(400)
    job_id = server.job(FLUENT)
    runs |= await listed(backend, live_of(runs))
    assert runs[f"{job_id}/1"].status is Status.SUCCEEDED
    server.simulator.application.clear()
    await listed(backend, live_of(runs))
    assert not server.requested(f"/jobs/{job_id}/")


async def test_new_jobs_come_with_a_refresh(server: RescaleServer, backend: RescaleBackend) -> None:
    before = await listed(backend)
    server.simulator.world.advance(120)
    after = await listed(backend, live_of(before))
    assert {run.job_id for run in after.values()} - {run.job_id for run in before.values()}


async def test_the_state_of_a_lingering_cluster_is_kept_up_to_date_without_requests(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    runs = await listed(backend)
    job_id = server.job(KEPT_CLUSTER)
    assert of_job(runs, job_id)["1"].extra["cluster"] == "Started"
    server.simulator.world.advance(4 * 3600)
    server.simulator.application.clear()
    assert of_job(await listed(backend, REFRESH), job_id)["1"].extra["cluster"] == "Stopped"
    assert not server.requested(f"/jobs/{job_id}/")


async def test_the_log_of_a_run_is_looked_at_once(server: RescaleServer) -> None:
    await explained(server, FAILING_SWEEP)
    assert len(server.requested("/contents/")) == 16


async def test_no_more_logs_are_read_than_the_profile_allows(server: RescaleServer) -> None:
    backend = server.backend(log_checks=3)
    await listed(backend, Listing(job=FAILING_SWEEP))
    assert len(server.requested("/contents/")) == 3


# what is gone


async def test_a_deleted_job_takes_its_runs_with_it(server: RescaleServer, backend: RescaleBackend) -> None:
    await listed(backend)
    job_id = server.job(STARCCM)
    state = server.simulator.state
    record = state.job(job_id, server.simulator.world.now())
    assert record is not None
    state.delete(record)
    (batch,) = [batch for batch in await collected(backend.iterate_runs(Listing())) if batch.scope_gone]
    assert (batch.scope, tuple(batch.gone)) == (job_id, (f"{job_id}/1",))


async def test_a_live_run_of_a_job_nobody_lists_any_more_is_gone(backend: RescaleBackend) -> None:
    batches = await collected(backend.iterate_runs(Listing(full=False, live=frozenset({"GoNeee/1"}))))
    assert [batch.scope for batch in batches if batch.scope_gone] == ["GoNeee"]


async def test_a_live_run_its_job_does_not_have_is_gone(server: RescaleServer, backend: RescaleBackend) -> None:
    run_id = f"{server.job(SWEEP)}/4711"
    batches = await collected(backend.iterate_runs(Listing(full=False, live=frozenset({run_id}))))
    assert [run_id] in [list(batch.gone) for batch in batches]


# paging and oddities of lists


@pytest.mark.parametrize(
    "switches",
    [
        {"next_origin": "http://192.0.2.1:1"},
        {"next_origin": "https://elsewhere.example"},
        {"next_drops_filters": True},
        {"next_without_slash": True},
        {"count_too_high": 5000},
        {"job_order": "oldest"},
        {"job_order": "mixed"},
        {"lists_unstarted_runs": False},
        {"cluster_display_null": True},
        {"statuses_oldest_first": True},
        {"statuses_as_codes": True},
        {"dates": "offset"},
        {"dates": "plain"},
        {"dates": "mixed"},
        {"null_output_size": True},
        {"core_type_as_object": False},
    ],
    ids=lambda switches: next(f"{name}={value}" for name, value in switches.items()),
)
async def test_no_oddity_of_lists_loses_or_doubles_a_run(server: RescaleServer, switches: dict[str, object]) -> None:
    server.begin(runs=2100, live=2, **switches)
    backend = server.backend(log_checks=0)
    batches = await collected(backend.iterate_runs(Listing()))
    assert not [batch for batch in batches if batch.error or batch.problems]
    given = [run.id for batch in batches for run in batch.runs]
    assert len(given) == len(set(given)) == 2100
    assert not any(run.status is Status.UNKNOWN for run in runs_in(batches).values())


async def test_the_key_never_leaves_the_configured_origin(server: RescaleServer) -> None:
    server.begin(runs=130, next_origin=server.storage_url)
    backend = server.backend(log_checks=0)
    await listed(backend)
    assert server.simulator.storage.requests == []


async def test_a_bad_item_is_a_problem_and_the_others_are_kept(server: RescaleServer) -> None:
    backend = server.backend(log_checks=0)
    good = await listed(backend)
    server.simulator.switches.bad_items = True
    batches = await collected(backend.iterate_runs(Listing()))
    assert runs_in(batches).keys() >= {run_id for run_id, run in good.items() if "placeholder" not in run.extra}
    problems = [problem for batch in batches for problem in batch.problems]
    assert any("results[" in problem for problem in problems)


async def test_an_unknown_word_of_a_job_is_kept(server: RescaleServer) -> None:
    server.begin(status_word="Hibernating")
    backend = server.backend(log_checks=0)
    runs = of_job(await listed(backend), server.job(SWEEP))
    assert {run.status_text for run in runs.values()} == {"Hibernating"}
    assert {run.status for run in runs.values() if run.started_at is None} == {Status.UNKNOWN}


async def test_only_the_newest_jobs_are_listed_when_the_profile_says_so(server: RescaleServer) -> None:
    backend = server.backend(max_jobs=2, log_checks=0)
    assert {run.job_id for run in (await listed(backend)).values()} == {server.job(QUEUED), server.job(FLUENT)}


async def test_old_jobs_are_left_out_when_the_profile_says_so(server: RescaleServer) -> None:
    backend = server.backend(max_age_days=1.0, log_checks=0)
    now = server.simulator.world.now()
    runs = await listed(backend)
    assert all(run.created_at and now - run.created_at < timedelta(days=1) for run in runs.values())


# what goes wrong


async def test_a_wrong_key_names_the_host_and_the_regions(server: RescaleServer) -> None:
    server.simulator.switches.token_expired = True
    backend = server.backend(log_checks=0)
    with pytest.raises(AuthenticationError) as raised:
        await listed(backend)
    host = server.url.removeprefix("http://")
    assert host in raised.value.message
    assert "one region only" in raised.value.hint
    assert "https://platform.rescale.jp" in raised.value.hint
    assert server.simulator.credentials["token"] not in f"{raised.value.message}{raised.value.hint}"


async def test_a_failing_job_leaves_the_others(server: RescaleServer) -> None:
    job_id = server.job(SWEEP)
    server.simulator.application.fail(f"/{job_id}/runs/", status=500)
    backend = server.backend(log_checks=0)
    batches = await collected(backend.iterate_runs(Listing()))
    (failed,) = [batch for batch in batches if batch.error is not None]
    assert failed.scope == job_id
    assert isinstance(failed.error, ServiceDownError)
    assert len(runs_in(batches)) > 150


async def test_a_web_page_in_place_of_runs_is_an_error_of_that_job(server: RescaleServer) -> None:
    job_id = server.job(SWEEP)
    server.simulator.application.fail(
        f"/{job_id}/runs/", status=200, body=b"<html>log in</html>", content_type="text/html"
    )
    backend = server.backend(log_checks=0)
    batches = await collected(backend.iterate_runs(Listing()))
    (failed,) = [batch.error for batch in batches if batch.error is not None]
    assert isinstance(failed, PayloadError)


async def test_late_reasons_are_asked_for_again(server: RescaleServer) -> None:
    server.begin(gateway_timeout="/statuses/$")
    backend = server.backend(log_checks=0)
    job_id = server.job(CFX)
    first = of_job(await listed(backend), job_id)["1"]
    assert first.status is Status.ENDED
    server.simulator.switches.gateway_timeout = ""
    second = of_job(await listed(backend, REFRESH), job_id)["1"]
    assert (second.status, second.message) == (Status.FAILED, "A run failed")


async def test_throttling_is_told_with_the_seconds_to_wait(server: RescaleServer) -> None:
    server.begin(throttled={"jobs-usage": 90.0})
    backend = server.backend(log_checks=0)
    with pytest.raises(RateLimitedError) as raised:
        await listed(backend)
    assert raised.value.retry_after == pytest.approx(90, abs=1)


async def test_throttling_until_a_date_is_understood(server: RescaleServer) -> None:
    server.begin(throttled={"jobs-usage": 90.0}, retry_after="date")
    backend = server.backend(log_checks=0)
    with pytest.raises(RateLimitedError) as raised:
        await listed(backend)
    assert raised.value.retry_after == pytest.approx(90, abs=2)


async def test_a_listing_that_is_given_up_leaves_nothing_behind(server: RescaleServer, backend: RescaleBackend) -> None:
    before = asyncio.all_tasks()
    async with aclosing(backend.iterate_runs(Listing())) as batches:
        async for batch in batches:
            assert batch.runs
            break
    assert asyncio.all_tasks() == before
