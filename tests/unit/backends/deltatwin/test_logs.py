"""Following what nodes write."""

from pathlib import Path

import pytest

from runtui.backends.deltatwin.backend import DeltaTwinBackend
from runtui.model.clock import SystemClock
from runtui.model.errors import NotFoundError
from runtui.model.log import LogRequest, LogSource, LogWindow, Stream
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.service_tail import ServiceTail
from runtui.services.spool import Spool
from tests.support.deltatwin_service import DeltaTwinServer, listed

LOG = "/stdout"


async def a_run(backend: DeltaTwinBackend, status: Status, job: str = "") -> Run:
    return next(run for run in await listed(backend) if run.status is status and job in run.job)


async def running_solver(server: DeltaTwinServer, backend: DeltaTwinBackend) -> tuple[Run, LogSource]:
    """A run whose solver has just started, and its stdout."""
    run = await backend.start("coastal-flood", FLOOD)
    server.simulator.world.advance(60)
    run = await backend.fetch_run(run.id)
    source = next(s for s in await backend.log_sources(run) if s.node == "solver" and s.stream is Stream.STDOUT)
    return run, source


FLOOD: dict[str, object] = {
    "storm": {"type": "string", "value": "Xynthia"},
    "sea_level_rise": {"type": "number", "value": 0.5},
    "return_period": {"type": "integer", "value": 100},
}


async def test_a_failed_runs_first_source_is_its_failed_nodes_stderr_with_the_traceback(
    server: DeltaTwinServer,
) -> None:
    server.simulator.world.advance(300)
    backend = server.backend()
    run = await a_run(backend, Status.FAILED, "coastal-flood")
    first = (await backend.log_sources(run))[0]
    window = await backend.read_log(run, first, LogRequest())
    await backend.aclose()
    assert first.stream is Stream.STDERR
    assert b"Traceback (most recent call last):" in window.content or b"Killed" in window.content
    assert window.is_final


async def test_a_running_runs_first_source_is_its_running_nodes_stdout(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run, _ = await running_solver(server, backend)
    sources = await backend.log_sources(run)
    await backend.aclose()
    assert [(s.node, s.stream) for s in sources] == [
        ("solver", Stream.STDOUT),
        ("solver", Stream.STDERR),
        ("mesh", Stream.STDOUT),
        ("mesh", Stream.STDERR),
    ]
    assert len({s.id for s in sources}) == 4


async def test_a_run_that_waits_has_nothing_to_follow(server: DeltaTwinServer) -> None:
    backend = server.backend()
    assert await backend.log_sources(await a_run(backend, Status.QUEUED)) == ()
    await backend.aclose()


async def test_where_parts_are_given_only_what_is_new_is_fetched(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run, source = await running_solver(server, backend)
    held = b""
    etag = None
    server.simulator.application.clear()
    for _ in range(20):
        window = await backend.read_log(run, source, LogRequest(offset=len(held), etag=etag))
        assert window.offset == len(held)
        held += window.content
        etag = window.etag
        server.simulator.world.advance(2)
    await backend.aclose()
    fetched = server.simulator.application.bytes_sent
    node_id = source.node_id or ""
    assert server.simulator.log_text(run.id, node_id, "stdout").startswith(held)
    assert len(held) > 10_000
    assert fetched <= 1.01 * len(held)


async def test_where_only_the_whole_text_is_given_it_comes_whole(server: DeltaTwinServer) -> None:
    server.simulator.switches.gives_ranges = False
    backend = server.backend()
    run, source = await running_solver(server, backend)
    first = await backend.read_log(run, source, LogRequest())
    server.simulator.world.advance(5)
    second = await backend.read_log(run, source, LogRequest(offset=len(first.content)))
    await backend.aclose()
    assert (second.offset, second.size, second.etag) == (0, len(second.content), None)
    assert second.content.startswith(first.content)
    assert len(second.content) > len(first.content)
    assert not any("range" in headers for headers in server.simulator.application.headers)


async def test_nothing_new_is_told_as_unchanged(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run, source = await running_solver(server, backend)
    first = await backend.read_log(run, source, LogRequest())
    by_tag = await backend.read_log(run, source, LogRequest(offset=len(first.content), etag=first.etag))
    by_range = await backend.read_log(run, source, LogRequest(offset=len(first.content)))
    await backend.aclose()
    expected = (True, b"", len(first.content))
    assert (by_tag.unchanged, by_tag.content, by_tag.offset) == expected
    assert (by_range.unchanged, by_range.content, by_range.offset) == expected


async def test_a_text_shorter_than_what_is_held_is_given_whole(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run, source = await running_solver(server, backend)
    first = await backend.read_log(run, source, LogRequest())
    window = await backend.read_log(run, source, LogRequest(offset=len(first.content) + 1000))
    await backend.aclose()
    assert (window.offset, window.content) == (0, first.content)


async def test_a_node_that_is_over_has_a_final_log_though_its_run_goes_on(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run, solver = await running_solver(server, backend)
    mesh = next(source for source in await backend.log_sources(run) if source.node == "mesh")
    assert not (await backend.read_log(run, solver, LogRequest())).is_final
    assert (await backend.read_log(run, mesh, LogRequest())).is_final
    await backend.aclose()


async def test_bytes_that_are_no_text_come_as_they_are(server: DeltaTwinServer) -> None:
    server.simulator.switches.broken_text_logs = True
    backend = server.backend()
    run, source = await running_solver(server, backend)
    window = await backend.read_log(run, source, LogRequest())
    await backend.aclose()
    assert b"\xff\xfe" in window.content
    assert b"\x1b]0;owned\x07" in window.content


async def test_a_node_without_a_log_has_an_empty_one(server: DeltaTwinServer) -> None:
    server.simulator.switches.missing_logs = True
    backend = server.backend()
    run, _ = await running_solver(server, backend)
    storm = next(node for node in await backend.nodes(run) if node.name == "storm")
    source = LogSource(id=f"{storm.id}/stdout", name="storm", stream=Stream.STDOUT, node_id=storm.id)
    assert await backend.read_log(run, source, LogRequest()) == LogWindow(size=0, is_final=True)
    await backend.aclose()


async def test_the_log_of_a_run_that_is_gone_is_not_found(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run, source = await running_solver(server, backend)
    server.simulator.runs.delete(run.id)
    with pytest.raises(NotFoundError):
        await backend.read_log(run, source, LogRequest())
    await backend.aclose()


async def test_a_source_is_read_by_its_id_alone(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run, source = await running_solver(server, backend)
    bare = LogSource(id=source.id, name="", stream=source.stream)
    window = await backend.read_log(run, bare, LogRequest())
    await backend.aclose()
    assert window.content.startswith(b"2026-01-29 10:00:")


async def test_a_tail_fetches_hardly_more_than_the_log_over_100_polls(server: DeltaTwinServer, tmp_path: Path) -> None:
    backend = server.backend()
    run, source = await running_solver(server, backend)
    spool = Spool(tmp_path / "log")
    tail = ServiceTail(backend, run, source, spool, SystemClock())
    server.simulator.application.clear()
    for _ in range(100):
        await tail.poll()
        server.simulator.world.advance(2)
    await backend.aclose()
    fetched = server.simulator.application.bytes_sent
    held = spool.read(0, spool.byte_count)
    spool.close()
    assert server.simulator.log_text(run.id, source.node_id or "", "stdout").startswith(held)
    assert fetched <= 1.1 * len(held)
