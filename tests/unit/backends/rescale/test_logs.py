"""What can be followed, and the pieces of it."""

from pathlib import Path

import pytest

from runtui.backends.rescale.backend import RescaleBackend
from runtui.backends.rescale.logs import is_text, telling
from runtui.model.clock import SystemClock
from runtui.model.errors import NotFoundError
from runtui.model.log import LogRequest, LogSource, Stream
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.service_tail import ServiceTail
from runtui.services.spool import Spool
from tests.support.rescale_service import FLUENT, KEPT_CLUSTER, QUEUED, RescaleServer

LOG = LogSource(id="process_output.log", name="process_output.log")


async def running(server: RescaleServer, backend: RescaleBackend) -> Run:
    server.simulator.world.advance(135)
    return await backend.fetch_run(f"{server.job(QUEUED)}/2")


async def done(server: RescaleServer, backend: RescaleBackend) -> Run:
    return await backend.fetch_run(f"{server.job(KEPT_CLUSTER)}/1")


@pytest.mark.parametrize("over", [False, True])
async def test_the_output_of_the_command_comes_first_and_keeps_its_name(
    server: RescaleServer, backend: RescaleBackend, over: bool
) -> None:
    run = await (done if over else running)(server, backend)
    sources = await backend.log_sources(run)
    assert (sources[0].id, sources[0].stream) == ("process_output.log", Stream.LOG)
    assert sources[1].id == "airFoil2D/log.checkMesh"
    assert "airFoil2D/postProcessing/forceCoeffs/0/forceCoeffs.dat" in {source.id for source in sources}
    assert not any(source.id.endswith((".png", "/U")) for source in sources)


@pytest.mark.parametrize(
    ("path", "rank"),
    [
        ("process_output.log", 0),
        ("shared/process_output.log.1", 0),
        ("log.simpleFoam", 1),
        ("a/solver.log", 2),
        ("shared/x.sta", 3),
        ("x.msg", 3),
        ("cfx.out", 3),
        ("forceCoeffs.dat", 4),
        ("manifold.dat.h5", None),
        ("U.png", None),
        ("constant/polyMesh/points", None),
    ],
)
def test_files_are_ranked_by_how_telling_their_names_are(path: str, rank: int | None) -> None:
    assert telling(path) == rank


async def test_a_running_log_gives_its_last_lines_without_a_position(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    window = await backend.read_log(await running(server, backend), LOG, LogRequest(lines=3))
    assert window.offset is None
    assert window.content.count(b"\n") == 3
    assert not window.is_final
    assert window.is_text


async def test_two_windows_of_a_growing_log_overlap(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await running(server, backend)
    first = (await backend.read_log(run, LOG, LogRequest(lines=50))).content
    server.simulator.world.advance(1)
    second = (await backend.read_log(run, LOG, LogRequest(lines=50))).content
    assert first != second
    assert any(second.startswith(first[at:]) for at in range(1, len(first)))


async def test_a_stored_log_is_read_from_a_position_to_its_end(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await done(server, backend)
    whole = await backend.read_log(run, LOG, LogRequest())
    assert (whole.offset, whole.size, whole.is_final) == (0, len(whole.content), True)
    assert whole.content.rstrip().endswith(b"Exited with code 0")
    rest = await backend.read_log(run, LOG, LogRequest(offset=1000))
    assert (rest.offset, rest.content) == (1000, whole.content[1000:])


async def test_at_its_end_a_stored_log_costs_no_request(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await done(server, backend)
    size = (await backend.read_log(run, LOG, LogRequest())).size
    server.simulator.application.clear()
    window = await backend.read_log(run, LOG, LogRequest(offset=size or 0))
    assert (window.content, window.unchanged, window.is_final) == (b"", True, True)
    assert server.requested() == []


@pytest.mark.parametrize("answer", ["404", "text"])
async def test_a_follower_goes_on_when_its_run_ends_between_two_polls(
    server: RescaleServer, backend: RescaleBackend, answer: str
) -> None:
    server.begin(inactive_tail=answer)
    run = await running(server, backend)
    live = await backend.read_log(run, LOG, LogRequest(lines=10_000))
    server.simulator.world.advance(300)
    stored = await backend.read_log(run, LOG, LogRequest(offset=len(live.content)))
    assert (stored.offset, stored.is_final) == (len(live.content), True)
    whole = await backend.read_log(run, LOG, LogRequest())
    assert live.content + stored.content == whole.content


async def test_in_the_gap_a_follower_is_told_to_wait(server: RescaleServer, backend: RescaleBackend) -> None:
    server.simulator.switches.hold_indexing = True
    run = await running(server, backend)
    await backend.output_files(run)
    server.simulator.world.advance(120)
    window = await backend.read_log(run, LOG, LogRequest())
    assert (window.content, window.unchanged, window.is_final) == (b"", True, False)
    server.simulator.switches.hold_indexing = False
    assert (await backend.read_log(run, LOG, LogRequest())).is_final


async def test_a_queued_run_has_nothing_to_follow_yet(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await backend.fetch_run(f"{server.job(QUEUED)}/1")
    assert await backend.log_sources(run) == ()
    window = await backend.read_log(run, LOG, LogRequest())
    assert (window.content, window.is_final) == (b"", False)


@pytest.mark.parametrize("over", [False, True])
async def test_a_source_there_is_not_is_not_found(server: RescaleServer, backend: RescaleBackend, over: bool) -> None:
    run = await (done if over else running)(server, backend)
    with pytest.raises(NotFoundError):
        await backend.read_log(run, LogSource(id="no.such.log", name="x"), LogRequest())


async def test_bytes_that_are_no_utf_8_come_as_they_are_once_stored(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    server.begin(dirty_logs=True)
    window = await backend.read_log(await done(server, backend), LOG, LogRequest())
    assert b"\x1b[31mTemp\xe9rature" in window.content
    live = await backend.read_log(await running(server, backend), LOG, LogRequest(lines=10_000))
    assert b"\x1b[31mTemp\xef\xbf\xbdrature" in live.content


@pytest.mark.parametrize("over", [False, True])
async def test_a_file_that_is_no_text_says_so(server: RescaleServer, backend: RescaleBackend, over: bool) -> None:
    server.begin(hostile_names=True)
    run = await (done if over else running)(server, backend)
    window = await backend.read_log(run, LogSource(id="binary.dat", name="b"), LogRequest())
    assert not window.is_text


async def test_an_empty_file_is_an_empty_text(server: RescaleServer, backend: RescaleBackend) -> None:
    server.begin(hostile_names=True)
    window = await backend.read_log(await running(server, backend), LogSource(id="empty.dat", name="e"), LogRequest())
    assert (window.content, window.is_text) == (b"", True)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("/enc/x/process_output.log: ASCII text", True),
        ("/enc/x/process_output.log: UTF-8 Unicode text, with very long lines", True),
        ("/enc/x/process_output.log: empty", True),
        ("/enc/x/process_output.log: JSON data", True),
        ("/enc/text: /process_output.log: data", False),
        ("/enc/x/process_output.log: gzip compressed data", False),
        ("", True),
        (None, True),
    ],
)
def test_what_the_file_command_said_means_text_or_not(said: str | None, text: bool) -> None:
    assert is_text(said, "process_output.log") is text


@pytest.mark.parametrize("rewind", ["truncated", "rotated"])
async def test_a_log_that_begins_anew_is_given_as_it_is(
    server: RescaleServer, backend: RescaleBackend, rewind: str
) -> None:
    server.begin(log_rewind=rewind)
    run = await running(server, backend)
    assert run.status is Status.RUNNING
    first = await backend.read_log(run, LOG, LogRequest(lines=10_000))
    server.simulator.world.advance(20)
    second = await backend.read_log(run, LOG, LogRequest(lines=10_000))
    assert first.content[:24] != second.content[:24]
    names = [source.id for source in await backend.log_sources(run)]
    assert ("process_output.log.1" in names) == (rewind == "rotated")


async def test_a_log_of_another_solver_is_its_own(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await backend.fetch_run(f"{server.job(FLUENT)}/1")
    window = await backend.read_log(run, LOG, LogRequest(lines=400))
    assert b"continuity  x-velocity" in window.content


async def test_a_tail_of_last_lines_asks_once_a_poll_and_for_about_what_is_new(
    server: RescaleServer, backend: RescaleBackend, tmp_path: Path
) -> None:
    run = await running(server, backend)
    spool = Spool(tmp_path / "log")
    tail = ServiceTail(backend, run, LOG, spool, SystemClock())
    await tail.poll()
    held = spool.byte_count
    server.simulator.application.clear()
    for _ in range(20):
        server.simulator.world.advance(1)
        await tail.poll()
    new, gaps = spool.byte_count - held, spool.gap_count
    spool.close()
    assert (len(server.simulator.application.requests), gaps) == (20, 0)
    assert new > 10_000
    assert server.simulator.application.bytes_sent <= 6 * new
