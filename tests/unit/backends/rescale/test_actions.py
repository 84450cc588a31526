"""Snapshots, stops, starts and deletions."""

import io
import zipfile

import pytest

from runtui.backends.rescale.backend import RescaleBackend
from runtui.model.errors import NotFoundError, RejectedError, RuntuiError
from runtui.model.output_file import FileListing, FilesWorld, OutputFile
from runtui.model.run import Run
from runtui.model.status import Status
from tests.support.rescale_service import (
    FINISHED_SWEEP,
    FLUENT,
    KEPT_CLUSTER,
    QUEUED,
    SWEEP,
    RescaleServer,
)


async def read(
    backend: RescaleBackend,
    run: Run,
    file: OutputFile,
    *,
    start: int = 0,
    end: int | None = None,
    etag: str | None = None,
) -> tuple[int, int | None, bytes]:
    """Offset, size and bytes of what came."""
    async with backend.open_file(run, file, start=start, end=end, etag=etag) as stream:
        content = b"".join([piece async for piece in stream.pieces()])
        return stream.offset, stream.size, content


async def running(server: RescaleServer, backend: RescaleBackend, seconds: float = 40) -> Run:
    """A run in progress."""
    server.simulator.world.advance(90 + seconds)
    return await backend.fetch_run(f"{server.job(QUEUED)}/2")


async def done(server: RescaleServer, backend: RescaleBackend) -> Run:
    return await backend.fetch_run(f"{server.job(KEPT_CLUSTER)}/1")


def named(listing: FileListing, path: str) -> OutputFile:
    return next(file for file in listing.files if file.path == path)


# snapshots


async def test_a_snapshot_turns_up_among_the_files_of_the_running_run(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    run = await running(server, backend)
    sentence = await backend.snapshot(run)
    assert "A snapshot is being generated" in sentence
    assert not [file for file in (await backend.output_files(run)).files if file.kind == "snapshot"]
    server.simulator.world.advance(7)
    listing = await backend.output_files(run)
    (archive,) = [file for file in listing.files if file.kind == "snapshot"]
    assert listing.world is FilesWorld.RUNNING
    _, size, content = await read(backend, run, archive)
    assert size == archive.size
    assert "process_output.log" in zipfile.ZipFile(io.BytesIO(content)).namelist()


async def test_a_snapshot_only_the_end_of_the_run_shows_is_found_then(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    server.begin(snapshot_listed_early=False)
    run = await running(server, backend)
    await backend.snapshot(run)
    server.simulator.world.advance(7)
    assert await backend.snapshots(run) == ()
    server.simulator.world.advance(300)
    assert len(await backend.snapshots(run)) == 1


async def test_a_snapshot_alone_is_not_taken_for_the_files_of_a_run_that_just_ended(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    server.simulator.switches.hold_indexing = True
    run = await running(server, backend)
    await backend.output_files(run)
    await backend.snapshot(run)
    server.simulator.world.advance(110)
    listing = await backend.output_files(await backend.fetch_run(run.id))
    assert listing.world is FilesWorld.GAP
    assert len(listing.files) > 10
    assert [file.kind for file in listing.files].count("snapshot") == 1


@pytest.mark.parametrize("name", [FINISHED_SWEEP, SWEEP])
async def test_only_a_run_in_progress_can_be_packed(server: RescaleServer, backend: RescaleBackend, name: str) -> None:
    number = "7" if name == FINISHED_SWEEP else "12"
    run = await backend.fetch_run(f"{server.job(name)}/{number}")
    assert run.status is not Status.RUNNING
    with pytest.raises(RejectedError, match=r"is over|has not started"):
        await backend.snapshot(run)
    assert not [request for request in server.requested() if request.startswith("POST")]


# stopping, starting, deleting


async def test_a_stopped_run_is_stopping_until_its_files_are_up(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await running(server, backend)
    assert "asked to stop" in await backend.stop(run)
    assert (await backend.fetch_run(run.id)).status is Status.STOPPING
    server.simulator.world.advance(20)
    ended = await backend.fetch_run(run.id)
    assert ended.status in (Status.STOPPED, Status.ENDED)


async def test_stopping_the_line_of_a_waiting_job_stops_the_job(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await backend.fetch_run(f"{server.job(QUEUED)}/1")
    assert "whole job" in await backend.stop(run)
    server.simulator.world.advance(30)
    assert (await backend.fetch_run(run.id)).status is Status.STOPPED


async def test_a_run_that_is_over_cannot_be_stopped(server: RescaleServer, backend: RescaleBackend) -> None:
    with pytest.raises(RejectedError, match="is over"):
        await backend.stop(await done(server, backend))


async def test_a_job_with_one_run_is_deleted_through_it(server: RescaleServer, backend: RescaleBackend) -> None:
    server.simulator.world.advance(3600)
    run = await backend.fetch_run(f"{server.job(FLUENT)}/1")
    assert "is deleted" in await backend.delete(run)
    with pytest.raises(NotFoundError):
        await backend.fetch_run(run.id)


async def test_one_run_of_many_is_not_deleted(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await backend.fetch_run(f"{server.job(FINISHED_SWEEP)}/7")
    with pytest.raises(RejectedError, match="deletes whole jobs"):
        await backend.delete(run)


async def test_a_job_whose_cluster_lives_is_not_deleted_and_says_so(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    with pytest.raises(RejectedError, match="cluster has not been stopped") as raised:
        await backend.delete_job(server.job(KEPT_CLUSTER))
    assert "Stopped" in raised.value.hint


async def test_a_read_only_session_changes_nothing(server: RescaleServer) -> None:
    backend = server.backend(read_only=True)
    run = await running(server, backend)
    with pytest.raises(RuntuiError, match="read-only"):
        await backend.stop(run)
    assert not [request for request in server.requested() if request.startswith("POST")]


async def test_a_job_is_made_and_submitted_from_its_whole_body(server: RescaleServer, backend: RescaleBackend) -> None:
    body = {"jobanalyses": [{"analysis": {"code": "user_included"}, "command": "./solve.sh"}]}
    run = await backend.start("", body, name="from here")
    assert (run.job, run.status) == ("from here", Status.QUEUED)
    server.simulator.world.advance(60)
    assert (await backend.fetch_run(run.id)).status is Status.SUCCEEDED


async def test_a_job_that_lacks_something_is_refused_with_what_it_lacks(backend: RescaleBackend) -> None:
    with pytest.raises(RejectedError, match="command: This field is required"):
        await backend.start("", {"name": "x", "jobanalyses": [{"analysis": {"code": "user_included"}}]})


async def test_a_job_is_not_submitted_twice(server: RescaleServer, backend: RescaleBackend) -> None:
    with pytest.raises(RejectedError, match="was submitted before"):
        await backend.start(server.job(SWEEP), {})
    assert not server.requested("submit")
