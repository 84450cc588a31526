"""Nodes and logs through the backend."""

from pathlib import Path

import msgspec
import pytest

from runtui.backends.carrot import wire
from runtui.backends.carrot.workflow_calls import calls_of, flattened
from runtui.model.clock import SystemClock
from runtui.model.errors import NotFoundError, PermissionDeniedError, RejectedError, ServiceDownError
from runtui.model.log import Stream
from runtui.model.status import Status
from runtui.services.service_tail import ServiceTail
from runtui.services.spool import Spool
from tests.support.carrot_service import CarrotService, Connected

GERMLINE = "Germline Variant Calling"


async def test_workflows_are_parents_and_calls_are_below_them(service: CarrotService, lab: Connected) -> None:
    nodes = await lab.backend.nodes(await lab.run(service.row("succeeded")))
    assert [(node.id, node.depth, node.parent_id, node.name, node.status) for node in nodes] == [
        ("test", 0, None, "test workflow", Status.SUCCEEDED),
        ("test/test_workflow.make_data_file/-1/1", 1, "test", "make_data_file", Status.SUCCEEDED),
        ("eval", 0, None, "eval workflow", Status.SUCCEEDED),
        ("eval/eval_workflow.compare/-1/1", 1, "eval", "compare", Status.SUCCEEDED),
    ]
    assert nodes[2].needs == ("test",)
    assert nodes[1].exit_code == 0
    assert nodes[1].started_at is not None
    assert not nodes[0].has_log
    assert nodes[1].has_log


async def test_shards_attempts_and_sub_workflows_have_their_places(service: CarrotService, lab: Connected) -> None:
    nodes = await lab.backend.nodes(await lab.run(service.row("succeeded", GERMLINE)))
    assert len({node.id for node in nodes}) == len(nodes)
    shards = [node for node in nodes if node.name == "HaplotypeCaller"]
    assert {node.shard for node in shards} == set(range(len({node.shard for node in shards})))
    retried = [node for node in shards if node.status_text == "RetryableFailure"]
    assert retried
    assert all(node.attempt == 1 and node.message and node.exit_code == 137 for node in retried)
    assert any(node.attempt == 2 and node.shard == retried[0].shard for node in shards)
    (sub,) = [node for node in nodes if node.kind == "sub-workflow"]
    inner = [node for node in nodes if node.parent_id == sub.id]
    assert {node.name for node in inner} == {"GenotypeGVCFs", "HardFilter"}
    assert {node.depth for node in inner} == {2}
    assert nodes.index(inner[0]) == nodes.index(sub) + 1
    assert not sub.has_log


async def test_calls_come_in_the_order_in_which_they_began(service: CarrotService, lab: Connected) -> None:
    nodes = await lab.backend.nodes(await lab.run(service.row("succeeded", GERMLINE)))
    names = list(dict.fromkeys(node.name for node in nodes if node.depth == 1))
    assert names == [
        "SplitIntervals", "HaplotypeCaller", "MergeGVCFs", "JointGenotyping", "NormaliseCalls", "Vcfeval",
        "SummariseMetrics",
    ]  # fmt: skip


async def test_an_eval_workflow_that_is_to_come_is_shown_as_waiting(service: CarrotService, lab: Connected) -> None:
    nodes = await lab.backend.nodes(await lab.run(service.row("testrunning")))
    assert (nodes[-1].id, nodes[-1].status) == ("eval", Status.QUEUED)
    failed = await lab.backend.nodes(await lab.run(service.row("testfailed")))
    assert "eval" not in {node.id for node in failed}


async def test_a_failed_call_says_why_and_the_run_says_it_too(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("testfailed"))
    assert run.message.startswith("Job test_workflow.make_data_file:NA:1 exited with return code 1")
    nodes = await lab.backend.nodes(run)
    assert (nodes[1].status, nodes[1].exit_code) == (Status.FAILED, 1)
    assert nodes[1].message in run.message


async def test_a_doomed_run_is_told_of_before_it_fails(service: CarrotService, lab: Connected) -> None:
    for _ in range(30):
        for row in service.rows(GERMLINE, status="testrunning"):
            run = await lab.run(row)
            if run.reason.startswith("doomed: HaplotypeCaller[1]"):
                listed = (await lab.runs())[run.id]
                assert listed.status is Status.RUNNING
                assert listed.reason == run.reason
                return
        service.world.advance(4)
    pytest.fail("no doomed run was met")


async def test_a_building_run_shows_the_build_and_what_it_is_of(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("building"))
    assert run.reason.startswith("waiting for the docker image of example-test ")
    nodes = await lab.backend.nodes(run)
    assert [(node.id, node.name) for node in nodes][:2] == [
        ("build", "image build"), ("build/docker_build_workflow.docker_build/-1/1", "docker_build"),
    ]  # fmt: skip
    (first, *_) = await lab.backend.log_sources(run)
    assert b"Step 1/10" in (await lab.read(run, first)).content


async def test_a_failed_calls_stderr_comes_first(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("testfailed", GERMLINE))
    sources = await lab.backend.log_sources(run)
    assert (sources[0].stream, sources[0].node_id) == (
        Stream.STDERR,
        next(node.id for node in await lab.backend.nodes(run) if node.status_text == "Failed" and node.depth),
    )
    window = await lab.read(run, sources[0])
    assert window.size == sources[0].size == len(window.content)
    assert window.is_final


async def test_a_log_is_read_by_position_and_grows(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("testrunning"))
    source = await lab.source(run, "make_data_file stdout")
    first = await lab.read(run, source)
    assert (first.offset, first.size, first.is_final) == (0, len(first.content), False)
    nothing = await lab.read(run, source, offset=first.size or 0)
    assert (nothing.content, nothing.unchanged) == (b"", True)
    service.world.advance(4)
    await lab.backend.nodes(run)
    more = await lab.read(run, source, offset=first.size or 0)
    assert more.offset == first.size
    assert Path(source.location).read_bytes() == first.content + more.content  # noqa: ASYNC240


async def test_a_log_of_a_call_that_has_ended_is_final_while_the_run_goes_on(
    service: CarrotService, lab: Connected
) -> None:
    row = next(row for row in service.rows(GERMLINE) if row["status"] == "evalrunning" or row["eval_cromwell_job_id"])
    run = await lab.run(row)
    assert (await lab.read(run, await lab.source(run, "SplitIntervals stderr"))).is_final


async def test_a_log_that_was_cut_is_read_from_its_start(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("succeeded"))
    source = await lab.source(run, "compare stdout")
    window = await lab.read(run, source, offset=10_000_000)
    assert window.offset == 0
    assert window.content


async def test_a_long_log_comes_in_pieces(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("succeeded"))
    source = await lab.source(run, "compare stdout")
    size = 9 * 1024 * 1024
    Path(source.location).write_bytes(b"x" * size)  # noqa: ASYNC240
    first = await lab.read(run, source)
    assert (len(first.content), first.size, first.is_final) == (4 * 1024 * 1024, size, False)
    last = await lab.read(run, source, offset=8 * 1024 * 1024)
    assert (len(last.content), last.is_final) == (1024 * 1024, True)


async def test_a_log_of_this_machine_says_where_it_may_be_read(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("succeeded"))
    source = await lab.source(run, "compare stdout")
    assert Path(source.path_here).samefile(source.location)  # noqa: ASYNC240


async def test_bytes_that_are_no_utf8_come_as_they_are(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.binary_log_bytes = True
    run = await lab.run(service.row("succeeded"))
    window = await lab.read(run, await lab.source(run, "compare stdout"))
    assert b"\xe9chantillon \xff\xfe" in window.content


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", "../../etc/passwd"])
async def test_a_log_said_to_be_another_file_of_this_machine_is_not_read(
    service: CarrotService, lab: Connected, path: str
) -> None:
    service.simulator.switches.foreign_log_path = path
    run = await lab.run(service.row("succeeded"))
    source = await lab.source(run, "compare stdout")
    assert (source.location, source.size, source.path_here) == (path, None, "")
    with pytest.raises((RejectedError, NotFoundError)) as raised:
        await lab.read(run, source)
    assert path in raised.value.message


async def test_a_log_on_another_host_says_where_it_lies(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("succeeded"))
    source = await lab.source(run, "compare stdout")
    away = msgspec.structs.replace(source, location=source.location.replace("/tmp/", "/not-here/"))
    with pytest.raises(NotFoundError) as raised:
        await lab.read(run, away)
    assert away.location in raised.value.message
    assert "path_rewrites" in raised.value.hint


async def test_a_mounted_folder_is_read_by_its_rewrite(service: CarrotService) -> None:
    root = service.simulator.tree.root
    async with service.connected(path_rewrites={"/cromwell-executions": root}) as lab:
        run = await lab.run(service.row("succeeded"))
        source = await lab.source(run, "compare stdout")
        said = source.location.replace(root, "/cromwell-executions")
        window = await lab.read(run, msgspec.structs.replace(source, location=said))
    assert window.content


async def test_logs_in_googles_storage_are_read_with_the_token(service: CarrotService) -> None:
    switches = service.simulator.switches
    switches.google_paths, switches.storage_token = True, "ya29.hush"
    row = service.row("testrunning", GERMLINE)
    service.world.advance(40)
    async with service.connected(gcs_token="ya29.hush") as lab:
        run = await lab.run(row)
        growing = next(one for one in await lab.backend.log_sources(run) if one.stream is Stream.LOG)
        assert growing.location.startswith("gs://carrot-cromwell/")
        window = await lab.read(run, growing)
        rest = await lab.read(run, growing, offset=len(window.content))
        service.world.advance(300)
        ended = await lab.run(row)
        whole = await lab.read(ended, await lab.source(ended, "SplitIntervals stderr"))
    assert window.content
    assert (rest.content, rest.offset) == (b"", len(window.content))
    assert whole.content
    assert (whole.size, whole.is_final) == (len(whole.content), True)
    authorizations = {headers.get("authorization") for headers in service.simulator.storage.headers}
    assert authorizations == {"Bearer ya29.hush"}
    assert not any("authorization" in headers for headers in service.simulator.application.headers)


async def test_a_stream_google_has_not_uploaded_yet_is_empty(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.google_paths = True
    run = await lab.run(service.row("testrunning", GERMLINE))
    sources = await lab.backend.log_sources(run)
    running = {node.id for node in await lab.backend.nodes(run) if node.status is Status.RUNNING}
    live = next(one for one in sources if one.stream is Stream.STDOUT and one.node_id in running)
    window = await lab.read(run, live)
    assert (window.content, window.is_final) == (b"", False)


async def test_without_the_token_it_says_what_is_missing(service: CarrotService, lab: Connected) -> None:
    switches = service.simulator.switches
    switches.google_paths, switches.storage_token = True, "ya29.hush"
    run = await lab.run(service.row("succeeded"))
    with pytest.raises(PermissionDeniedError) as raised:
        await lab.read(run, await lab.source(run, "compare stdout"))
    assert "gcs_token" in raised.value.hint


async def test_logs_at_http_addresses_are_read_in_ranges_without_any_header_of_ours(service: CarrotService) -> None:
    service.simulator.switches.http_paths = service.urls["gcs_url"]
    async with service.connected(headers={"X-Proxy": "hush"}, gcs_token="ya29.hush") as lab:
        run = await lab.run(service.row("succeeded"))
        source = await lab.source(run, "compare stdout")
        whole = await lab.read(run, source)
        part = await lab.read(run, source, offset=100)
        end = await lab.read(run, source, offset=len(whole.content))
        beyond = await lab.read(run, source, offset=10_000_000)
    assert source.location.startswith("http://")
    assert part.content == whole.content[100:]
    assert (part.offset, end.content, end.unchanged) == (100, b"", True)
    assert (beyond.offset, beyond.content) == (0, whole.content)
    for headers in service.simulator.storage.headers:
        assert not {"x-proxy", "authorization"} & headers.keys()


async def test_a_service_that_ignores_ranges_gives_the_whole(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.http_paths = service.urls["gcs_url"]
    run = await lab.run(service.row("succeeded"))
    source = await lab.source(run, "compare stdout")
    service.simulator.storage.fail("/plain/", status=200, body=b"all of it", content_type="text/plain")
    window = await lab.read(run, source, offset=4)
    assert (window.offset, window.content) == (0, b"all of it")


async def test_a_run_without_workflows_has_no_nodes_and_no_logs(service: CarrotService, lab: Connected) -> None:
    row = next(row for row in service.rows() if row["status"] == "carrotfailed" and not row["test_cromwell_job_id"])
    run = await lab.run(row)
    assert await lab.backend.nodes(run) == ()
    assert await lab.backend.log_sources(run) == ()


async def test_calls_whose_paths_are_not_known_yet_have_no_logs(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.cromwell_calls_missing = True
    run = await lab.run(service.row("testrunning"))
    assert await lab.backend.log_sources(run) == ()
    assert not any(node.has_log for node in await lab.backend.nodes(run))


async def test_an_archived_workflow_says_so(service: CarrotService, lab: Connected) -> None:
    service.simulator.switches.archived_workflows = True
    nodes = await lab.backend.nodes(await lab.run(service.row("succeeded")))
    assert [node.id for node in nodes] == ["test", "eval"]
    assert "archived" in nodes[0].message


async def test_nodes_while_cromwell_is_down_are_an_error_and_the_run_is_not(
    service: CarrotService, lab: Connected
) -> None:
    service.simulator.switches.cromwell_down = True
    run = await lab.run(service.row("testrunning"))
    assert run.status is Status.RUNNING
    with pytest.raises(ServiceDownError):
        await lab.backend.nodes(run)


async def test_a_workflow_cromwell_does_not_know_is_not_found(service: CarrotService, lab: Connected) -> None:
    run = await lab.run(service.row("succeeded"))
    service.simulator.cromwell.fail(
        "/metadata", status=404, body=b'{"status":"fail","message":"Unrecognized workflow ID: x"}'
    )
    with pytest.raises(NotFoundError, match="Unrecognized workflow ID"):
        await lab.backend.nodes(run)


def test_a_call_that_cannot_be_read_leaves_the_others() -> None:
    metadata = msgspec.convert(
        {
            "status": "Running",
            "calls": {
                "w.good": [{"executionStatus": "Running", "shardIndex": -1}],
                "w.bad": [{"executionStatus": 5}, "nonsense"],
                "w.odd": {"executionStatus": "Levitating"},
            },
        },
        wire.MetadataWire,
    )
    calls = calls_of(metadata, "test", "test workflow", "id")
    assert [call.node.name for call in calls.nodes] == ["test workflow", "good", "odd"]
    assert calls.nodes[2].node.status is Status.UNKNOWN
    assert len(calls.problems) == 2


def test_failures_are_flattened_the_innermost_first_and_once() -> None:
    inner = {"message": "disk full", "causedBy": []}
    failures = [{"message": "Workflow failed", "causedBy": [inner, inner]}, {"message": "Workflow failed"}]
    assert flattened(msgspec.convert(failures, list[wire.FailureWire])) == "disk full\nWorkflow failed"
    many = [wire.FailureWire(message=f"cause {number}") for number in range(40)]
    assert flattened(many).splitlines()[-1] == "and 28 more"


async def test_a_token_that_expired_is_fetched_once_more(service: CarrotService) -> None:
    switches = service.simulator.switches
    switches.google_paths, switches.storage_token = True, "ya29.second"
    tokens = iter(["ya29.first", "ya29.second"])
    async with service.connected(gcs_token="fetched", reveal=lambda: next(tokens)) as lab:
        run = await lab.run(service.row("succeeded"))
        window = await lab.read(run, await lab.source(run, "compare stdout"))
    assert window.content
    sent = [headers["authorization"] for headers in service.simulator.storage.headers]
    assert sent == ["Bearer ya29.first", "Bearer ya29.second"]


async def test_a_tail_fetches_hardly_more_than_the_log_over_100_polls(service: CarrotService, tmp_path: Path) -> None:
    service.simulator.switches.http_paths = service.urls["gcs_url"]
    async with service.connected() as lab:
        run = await lab.run(service.row("testrunning"))
        source = await lab.source(run, "make_data_file stdout")
        spool = Spool(tmp_path / "log")
        tail = ServiceTail(lab.backend, run, source, spool, SystemClock())
        service.simulator.storage.clear()
        for _ in range(100):
            await tail.poll()
            service.world.advance(1)
        assert spool.gap_count == 0
        assert spool.byte_count > 1000
        assert service.simulator.storage.bytes_sent <= 1.1 * spool.byte_count
        spool.close()
