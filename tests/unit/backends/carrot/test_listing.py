"""Listing and refreshing through the backend."""

import msgspec
import pytest

from runtui.backends.protocol import Listing
from runtui.model.errors import (
    AuthenticationError,
    ConfigError,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    ServiceDownError,
    UnsupportedError,
)
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.simulation.faults import Fault
from tests.support.carrot_service import CarrotService, Connected

EXAMPLE, GERMLINE, EMPTY = "Example Pipeline", "Germline Variant Calling", "Structural Variants"


def forget(service: CarrotService) -> None:
    service.simulator.application.clear()
    service.simulator.cromwell.clear()


def live_of(runs: dict[str, Run]) -> frozenset[str]:
    return frozenset(run_id for run_id, run in runs.items() if not run.status.is_final)


async def test_every_pipeline_is_a_scope_and_is_given_whole(service: CarrotService, lab: Connected) -> None:
    batches = await lab.batches()
    assert [batch.scope for batch in batches if batch.is_last] == [EXAMPLE, GERMLINE, EMPTY]
    given = [run.id for batch in batches for run in batch.runs]
    assert len(given) == len(set(given)) == len(service.rows(EXAMPLE)) + len(service.rows(GERMLINE))
    assert not any(batch.problems or batch.error for batch in batches)


async def test_runs_have_the_names_of_their_test_template_and_pipeline(lab: Connected) -> None:
    for run in (await lab.runs()).values():
        assert run.job in {
            "Example Test", "Example Test, steep curve", "NA12878 chr20 WGS", "NA24385 exome", "HG002 10x downsampled",
        }  # fmt: skip
        assert run.extra["template"]
        assert run.extra["pipeline"] in (EXAMPLE, GERMLINE)


async def test_names_are_asked_for_once(service: CarrotService, lab: Connected) -> None:
    await lab.runs()
    forget(service)
    await lab.runs()
    asked = [request for request in service.simulator.application.requests if "/runs" not in request]
    assert asked == ["GET /api/v1/pipelines?sort=asc%28name%29"]


async def test_a_status_is_as_fresh_as_cromwell(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.tick_seconds = 300
    run_id = service.ask("POST", f"/tests/{service.test_id()}/runs", json={}).json()["run_id"]
    service.world.advance(12)
    run = (await lab.runs())[run_id]
    assert (run.status, run.status_text) == (Status.RUNNING, "testsubmitted")
    assert run.extra["cromwell_status"] == "Running"
    assert run.extra["carrot_status"] == "testsubmitted"
    assert run.reason == "test workflow running; CARROT still says testsubmitted"


async def test_a_run_cromwell_is_done_with_is_looked_at_until_carrot_is_too(
    service: CarrotService, lab: Connected
) -> None:
    service.simulator.switches.tick_seconds = 60
    body = {"test_input": {"test_workflow.a": "half"}}
    run_id = service.ask("POST", f"/tests/{service.test_id()}/runs", json=body).json()["run_id"]
    service.world.advance(58)
    early = (await lab.runs())[run_id]
    assert (early.status, early.status_text) == (Status.FAILED, "testsubmitted")
    assert "CARROT has not noticed yet" in early.reason
    service.world.advance(10)
    later = (await lab.runs(Listing(full=False)))[run_id]
    assert (later.status_text, later.reason) == ("testfailed", "the test workflow failed")
    assert later.ended_at is not None


async def test_all_live_runs_are_one_question_to_cromwell(service: CarrotService, lab: Connected) -> None:
    await lab.runs()
    queries = [request for request in service.simulator.cromwell.requests if "/query" in request]
    assert len(queries) == 2
    assert all(request.count("id=") <= 40 for request in queries)


async def test_pages_are_asked_for_until_the_last_and_no_run_comes_twice(
    service: CarrotService,
) -> None:
    count, pipeline = len(service.rows(EXAMPLE)) + len(service.rows(GERMLINE)), service.pipeline()
    forget(service)
    async with service.connected(page_size=7) as lab:
        batches = await lab.batches()
    given = [run.id for batch in batches for run in batch.runs]
    assert len(given) == len(set(given)) == count
    lists = [one for one in service.simulator.application.requests if f"/pipelines/{pipeline}/runs" in one]
    assert len(lists) > 4
    assert all("sort=desc%28created_at%29" in one and "limit=7" in one for one in lists)


async def test_a_run_that_is_in_a_list_twice_is_given_once(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.duplicate_rows = True
    given = [run.id for batch in await lab.batches() for run in batch.runs]
    assert len(given) == len(set(given))


async def test_no_more_than_the_configured_number_of_runs_is_listed(service: CarrotService) -> None:
    async with service.connected(runs_per_pipeline=5, page_size=3) as lab:
        batches = await lab.batches()
    counts = {scope: sum(len(batch.runs) for batch in batches if batch.scope == scope) for scope in (EXAMPLE, GERMLINE)}
    assert counts == {EXAMPLE: 5, GERMLINE: 5}
    assert sum(batch.is_last for batch in batches) == 3


async def test_a_callers_limit_leaves_the_scope_open(lab: Connected) -> None:
    batches = await lab.batches(Listing(limit=4))
    assert [batch.scope for batch in batches if batch.is_last] == [EMPTY]
    assert sum(len(batch.runs) for batch in batches) == 8


async def test_final_statuses_are_filtered_by_the_service_where_a_page_does_not_hold_all(
    service: CarrotService,
) -> None:
    async with service.connected(page_size=10) as lab:
        stopped = await lab.batches(Listing(statuses=frozenset({Status.STOPPED})))
    assert not any(batch.is_last for batch in stopped if batch.scope != EMPTY)
    given = [run.id for batch in stopped for run in batch.runs]
    assert len(given) == len(set(given))
    asked = [one for one in service.simulator.application.requests if "status=" in one]
    assert all(any(f"status={word}&" in one for one in asked) for word in ("testaborted", "evalaborted", "testrunning"))
    assert not any("status=succeeded&" in one for one in asked)
    wanted = {row["run_id"] for name in (EXAMPLE, GERMLINE) for row in service.rows(name) if "aborted" in row["status"]}
    assert wanted <= set(given)


async def test_a_pipeline_of_one_page_is_not_filtered(service: CarrotService, lab: Connected) -> None:
    batches = await lab.batches(Listing(statuses=frozenset({Status.STOPPED})))
    assert sum(batch.is_last for batch in batches) == 3
    assert not any("status=" in one for one in service.simulator.application.requests)


async def test_live_statuses_are_not_filtered_for_cromwell_knows_better(service: CarrotService, lab: Connected) -> None:
    await lab.runs(Listing(statuses=frozenset({Status.RUNNING})))
    assert not any("status=" in one for one in service.simulator.application.requests)


async def test_the_runs_of_one_job_are_asked_for_by_its_test(service: CarrotService, lab: Connected) -> None:
    runs = await lab.runs(Listing(job="NA24385 exome"))
    assert {run.job for run in runs.values()} == {"NA24385 exome"}
    test_id = service.test_id("NA24385 exome")
    assert any(f"/tests/{test_id}/runs" in one for one in service.simulator.application.requests)


async def test_a_refresh_takes_one_request_a_pipeline_and_one_to_cromwell(
    service: CarrotService, lab: Connected
) -> None:
    live = live_of(await lab.runs())
    forget(service)
    batches = await lab.batches(Listing(full=False, live=live))
    assert {run.id for batch in batches for run in batch.runs} >= live
    assert len(service.simulator.application.requests) == 3
    assert len(service.simulator.cromwell.requests) == 2
    assert not any(batch.is_last for batch in batches)


async def test_a_refresh_finds_new_runs(service: CarrotService, lab: Connected) -> None:
    before = await lab.runs()
    service.world.advance(55)
    after = await lab.runs(Listing(full=False, live=live_of(before)))
    new = {row["run_id"] for row in service.rows() if row["run_id"] not in before}
    assert new
    assert new <= after.keys()


async def test_an_old_live_run_is_asked_for_by_itself(service: CarrotService) -> None:
    service.begin(runs=400, stuck_runs=True)
    async with service.connected() as lab:
        live = live_of(await lab.runs())
        forget(service)
        refreshed = await lab.runs(Listing(full=False, live=live))
    assert live <= refreshed.keys()
    assert any("/api/v1/runs/" in one for one in service.simulator.application.requests)


async def test_a_live_run_that_vanished_is_reported(service: CarrotService, lab: Connected) -> None:
    run_id = service.row("testfailed")["run_id"]
    await lab.runs()
    service.ask("DELETE", f"/runs/{run_id}")
    batches = await lab.batches(Listing(full=False, live=frozenset({run_id})))
    assert [gone for batch in batches for gone in batch.gone] == [run_id]


async def test_a_live_run_no_list_showed_comes_in_the_scope_of_its_pipeline(
    service: CarrotService,
) -> None:
    row = service.rows(GERMLINE)[-1]
    async with service.connected(runs_per_pipeline=3) as lab:
        await lab.runs()
        batches = await lab.batches(Listing(full=False, live=frozenset({row["run_id"]})))
    (scope,) = [batch.scope for batch in batches if row["run_id"] in {run.id for run in batch.runs}]
    assert scope == GERMLINE


async def test_one_failing_pipeline_leaves_the_others(service: CarrotService, lab: Connected) -> None:
    service.simulator.application.fail(f"/pipelines/{service.pipeline(GERMLINE)}/runs", status=500)
    batches = await lab.batches()
    (failed,) = [batch for batch in batches if batch.error is not None]
    assert failed.scope == GERMLINE
    assert isinstance(failed.error, ServiceDownError)
    assert failed.error.message.startswith(f"pipeline {GERMLINE}: ")
    assert [batch.scope for batch in batches if batch.is_last] == [EXAMPLE, EMPTY]


async def test_a_server_that_cannot_list_says_why(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.image_building = False
    errors = [batch.error for batch in await lab.batches()]
    assert all(isinstance(error, UnsupportedError) for error in errors)
    assert errors[0] is not None
    assert "image building is not configured" in errors[0].message
    assert "custom_image_build" in errors[0].hint


async def test_a_cromwell_that_is_down_leaves_carrots_own_statuses_and_is_left_alone(
    service: CarrotService, lab: Connected
) -> None:
    service.simulator.switches.cromwell_down = True
    batches = await lab.batches()
    problems = [problem for batch in batches for problem in batch.problems]
    assert problems
    assert "CARROT's own" in problems[0]
    running = next(run for batch in batches for run in batch.runs if run.status_text == "testrunning")
    assert (running.status, running.extra["cromwell_status"]) == (Status.RUNNING, "")
    forget(service)
    await lab.batches(Listing(full=False))
    assert service.simulator.cromwell.requests == []
    service.world.advance(70)
    service.simulator.switches.cromwell_down = False
    later = await lab.batches(Listing(full=False))
    assert service.simulator.cromwell.requests
    assert not any(batch.problems for batch in later)


async def test_without_a_cromwell_address_the_servers_is_used_and_without_that_lists_go_on(
    service: CarrotService,
) -> None:
    async with service.connected(cromwell_url=None) as lab:
        run = next(run for run in (await lab.runs()).values() if run.status_text == "testrunning")
        assert run.extra["cromwell_status"] == "Running"
    service.simulator.switches.config_route = False
    async with service.connected(cromwell_url=None) as lab:
        runs = await lab.runs()
        run = next(run for run in runs.values() if run.status_text == "testrunning")
        with pytest.raises(UnsupportedError, match="does not say where its Cromwell is"):
            await lab.backend.nodes(run)


async def test_bad_items_are_problems_and_the_others_stay(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.bad_items = True
    batches = await lab.batches()
    problems = [problem for batch in batches for problem in batch.problems]
    assert len(problems) == 2
    assert all("$[1]" in problem for problem in problems)
    assert sum(len(batch.runs) for batch in batches) == len(service.rows(EXAMPLE)) + len(service.rows(GERMLINE)) - 2


async def test_unknown_statuses_odd_dates_and_unknown_fields_are_taken_as_they_come(
    service: CarrotService, lab: Connected
) -> None:
    switches = service.simulator.switches
    switches.unknown_status, switches.odd_dates, switches.unknown_fields = "levitating", True, True
    batch = (await lab.batches())[0]
    first, second, third = batch.runs[:3]
    assert (first.status, first.status_text, first.created_at) == (Status.UNKNOWN, "levitating", None)
    assert second.created_at is not None
    assert second.created_at.microsecond == 123456
    assert third.created_at is not None
    assert first.extra["cost"] == "1.25"
    assert "never-shown" not in repr(batch)


async def test_an_older_server_is_read_too(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.old_server = True
    assert len(await lab.runs()) == len(service.rows(EXAMPLE)) + len(service.rows(GERMLINE))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=401, body=b"{}"), AuthenticationError),
        (Fault(status=429, headers={"Retry-After": "120"}), RateLimitedError),
        (Fault(status=200, body=b"<html>log in</html>", content_type="text/html"), PayloadError),
        (Fault(status=404, body=b"<html>not here</html>", content_type="text/html"), NotFoundError),
        (Fault(status=404), NotFoundError),
        (Fault(cut_after=40), ServiceDownError),
        (Fault(status=200, body=b'[{"pipeline_id": "x"'), PayloadError),
        (Fault(status=200, body=b'{"pipelines": []}'), PayloadError),
        (Fault(status=503), ServiceDownError),
    ],
)
async def test_when_not_even_the_pipelines_can_be_listed_that_is_an_error(
    service: CarrotService, lab: Connected, fault: Fault, error: type[Exception]
) -> None:
    service.simulator.application.add(msgspec.structs.replace(fault, match="/pipelines"))
    with pytest.raises(error):
        await lab.batches()


async def test_a_pipeline_that_went_away_is_reported_with_its_runs(service: CarrotService, lab: Connected) -> None:
    await lab.runs()
    kept = [one for one in service.get("/pipelines").json() if one["name"] != GERMLINE]
    body = msgspec.json.encode(kept)
    service.simulator.application.add(Fault(match=r"/pipelines\?sort", status=200, body=body))
    batches = await lab.batches()
    assert [batch.scope for batch in batches if batch.scope_gone] == [GERMLINE]


async def test_names_that_cannot_be_had_are_a_problem_and_the_runs_come(service: CarrotService, lab: Connected) -> None:
    service.simulator.application.fail(r"GET /api/v1/tests", status=500)
    batches = await lab.batches()
    assert sum("/api/v1/tests" in request for request in service.simulator.application.requests) <= 6
    assert any("names of tests are missing" in problem for batch in batches for problem in batch.problems)
    assert all(run.job for batch in batches for run in batch.runs)


async def test_the_cheapest_request_proves_the_address(service: CarrotService, lab: Connected) -> None:
    assert (await lab.backend.check()).email == "alice@lab.org"
    assert service.simulator.application.requests == ["GET /api/v1/config/cromwell"]
    service.simulator.switches.config_route = False
    assert (await lab.backend.check()).email == "alice@lab.org"
    service.simulator.application.fail("", status=404, body=b"<html></html>", content_type="text/html")
    with pytest.raises(NotFoundError):
        await lab.backend.check()


async def test_headers_for_a_proxy_go_to_carrot_alone(service: CarrotService) -> None:
    async with service.connected(headers={"X-Proxy": "hush-hush"}, cromwell_headers={"X-Other": "other"}) as lab:
        await lab.runs()
    carrot, cromwell = service.simulator.application.headers, service.simulator.cromwell.headers
    assert all(headers["x-proxy"] == "hush-hush" and "x-other" not in headers for headers in carrot)
    assert all(headers["x-other"] == "other" and "x-proxy" not in headers for headers in cromwell)


@pytest.mark.parametrize("options", [{"url": ""}, {"url": "ftp://x"}, {"cromwell_url": "://"}, {"gcs_url": "?"}])
async def test_an_address_that_is_none_is_refused_when_the_profile_is_opened(
    service: CarrotService, options: dict[str, object]
) -> None:
    with pytest.raises(ConfigError):
        async with service.connected(profile=options):
            pass


async def test_an_address_may_have_a_path_before_and_the_apis_own_behind(service: CarrotService) -> None:
    carrot, cromwell = service.urls["url"], service.urls["cromwell_url"]
    bare = carrot.removeprefix("http://")
    async with service.connected(url=f"{bare}/api/v1", cromwell_url=f"{cromwell}/api/workflows/v1/") as lab:
        run = next(run for run in (await lab.runs()).values() if run.status_text == "testrunning")
    assert run.extra["cromwell_status"] == "Running"


async def test_a_slow_start_is_waited_for(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.start_seconds = 0.05
    assert (await lab.backend.start(service.test_id(), {})).status_text == "testsubmitted"


async def test_a_run_is_fetched_also_when_no_name_can_be_had(service: CarrotService, lab: Connected) -> None:
    row = service.row("succeeded")
    service.simulator.application.fail(r"GET /api/v1/(pipelines|tests|templates|results)", status=500)
    run = await lab.run(row)
    assert (run.job, run.status) == (row["test_id"], Status.SUCCEEDED)
