"""Output files in each of the service's worlds, and their bytes."""

import hashlib

import pytest

from runtui.backends.rescale.backend import RescaleBackend
from runtui.model.errors import NotFoundError, RejectedError, RuntuiError, ServiceDownError
from runtui.model.output_file import FileListing, FilesWorld, OutputFile
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.simulation.faults import Fault
from tests.support.rescale_service import (
    KEPT_CLUSTER,
    QUEUED,
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


# listings


async def test_a_running_run_lists_its_work_folder(server: RescaleServer, backend: RescaleBackend) -> None:
    listing = await backend.output_files(await running(server, backend))
    assert listing.world is FilesWorld.RUNNING
    assert named(listing, "process_output.log").id == "process_output.log"
    assert all(file.size is None for file in listing.files)


async def test_a_finished_run_lists_its_stored_files_with_sizes_and_hashes(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    run = await done(server, backend)
    listing = await backend.output_files(run)
    assert listing.world is FilesWorld.FINISHED
    assert 63 <= len(listing.files) <= 72
    assert run.output_count == len(listing.files)
    assert run.output_bytes == sum(file.size or 0 for file in listing.files)
    assert 7_500_000 < (run.output_bytes or 0) < 10_000_000
    assert {one.algorithm for one in listing.files[0].hashes} == {"md5", "sha512"}


async def test_between_its_end_and_its_files_a_run_keeps_its_last_listing(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    server.simulator.switches.hold_indexing = True
    run = await running(server, backend)
    before = await backend.output_files(run)
    server.simulator.world.advance(120)
    run = await backend.fetch_run(run.id)
    gap = await backend.output_files(run)
    assert (run.status, gap.world) == (Status.ENDED, FilesWorld.GAP)
    assert gap.files == before.files
    server.simulator.switches.hold_indexing = False
    after = await backend.output_files(run)
    assert after.world is FilesWorld.FINISHED
    assert {file.path for file in before.files} <= {file.path for file in after.files}


@pytest.mark.parametrize("listing", ["404", "empty"])
@pytest.mark.parametrize("files", ["404", "empty"])
async def test_whatever_the_wrong_list_answers_the_worlds_change(
    server: RescaleServer, backend: RescaleBackend, listing: str, files: str
) -> None:
    server.begin(inactive_listing=listing, active_files=files)
    run = await running(server, backend)
    assert (await backend.output_files(run)).world is FilesWorld.RUNNING
    server.simulator.world.advance(300)
    assert (await backend.output_files(run)).world is FilesWorld.FINISHED


async def test_a_queued_run_has_no_files_and_costs_no_request(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await backend.fetch_run(f"{server.job(QUEUED)}/1")
    server.simulator.application.clear()
    assert (await backend.output_files(run)).files == ()
    assert server.requested() == []


async def test_bad_items_of_a_list_are_told_and_the_others_kept(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await done(server, backend)
    count = len((await backend.output_files(run)).files)
    server.simulator.switches.bad_items = True
    listing = await backend.output_files(run)
    assert len(listing.files) == count
    assert len(listing.problems) == 1


async def test_names_are_given_as_they_came(server: RescaleServer, backend: RescaleBackend) -> None:
    server.begin(hostile_names=True)
    paths = {file.path for file in (await backend.output_files(await done(server, backend))).files}
    assert {"../climbs.txt", "/absolute.txt", "line\nbreak.txt", "100%.txt", "what?.txt", "hash#tag.txt"} <= paths


async def test_no_list_shows_the_key_a_file_is_encrypted_with(server: RescaleServer, backend: RescaleBackend) -> None:
    listing = await backend.output_files(await done(server, backend))
    for file in listing.files:
        secret = hashlib.sha256(f"encryption key of {file.id}".encode()).hexdigest()[:43]
        assert secret not in repr(file)


# bytes


async def test_a_files_bytes_have_the_size_and_the_hash_it_says(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await done(server, backend)
    for file in (await backend.output_files(run)).files[::5]:
        offset, size, content = await read(backend, run, file)
        assert (offset, size) == (0, file.size)
        for expected in file.hashes:
            assert hashlib.new(expected.algorithm, content).hexdigest() == expected.hex


@pytest.mark.parametrize(("start", "end"), [(0, 10), (5, 6), (40_000, 99_000), (100, None), (0, 1)])
async def test_a_range_is_the_same_bytes_as_in_the_whole(
    server: RescaleServer, backend: RescaleBackend, start: int, end: int | None
) -> None:
    run = await done(server, backend)
    file = named(await backend.output_files(run), "airFoil2D/25/U")
    _, _, whole = await read(backend, run, file)
    assert await read(backend, run, file, start=start, end=end) == (start, len(whole), whole[start:end])


async def test_a_range_past_the_end_is_empty(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await done(server, backend)
    file = named(await backend.output_files(run), "results.csv")
    assert file.size is not None
    assert await read(backend, run, file, start=file.size) == (file.size, file.size, b"")


async def test_a_server_without_ranges_is_found_out_by_the_offset(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    server.begin(contents_ranges=False)
    run = await done(server, backend)
    file = named(await backend.output_files(run), "results.csv")
    offset, size, content = await read(backend, run, file, start=5)
    assert (offset, size, content[:10]) == (0, file.size, b"x_velocity")


async def test_a_range_of_another_version_gives_the_whole(server: RescaleServer, backend: RescaleBackend) -> None:
    server.begin(contents_etag=True)
    run = await done(server, backend)
    file = named(await backend.output_files(run), "results.csv")
    async with backend.open_file(run, file) as stream:
        etag = stream.etag
    assert etag
    assert (await read(backend, run, file, start=5, etag=etag))[0] == 5
    assert (await read(backend, run, file, start=5, etag='"other"'))[0] == 0


async def test_storage_elsewhere_is_followed_without_the_key(server: RescaleServer, backend: RescaleBackend) -> None:
    server.begin(contents_redirect=server.storage_url)
    run = await done(server, backend)
    file = named(await backend.output_files(run), "results.csv")
    _, size, content = await read(backend, run, file, start=2, end=9)
    assert (size, len(content)) == (file.size, 7)
    assert server.simulator.storage.requests
    assert not any("authorization" in headers for headers in server.simulator.storage.headers)


async def test_sizes_over_four_gigabytes_and_sizes_as_texts_are_numbers(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    server.begin(huge_files=True, string_sizes=True, no_hashes=True)
    run = await done(server, backend)
    file = named(await backend.output_files(run), "checkpoint/huge.sim")
    assert file.size == 5 * 1024**3 + 123
    assert file.hashes == ()
    assert (await read(backend, run, file, start=file.size - 4))[2] == b"huge"


async def test_a_work_file_is_read_from_its_beginning_and_no_further_than_asked(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    run = await running(server, backend)
    file = named(await backend.output_files(run), "process_output.log")
    offset, size, content = await read(backend, run, file, start=10, end=50)
    assert (offset, size, len(content)) == (0, None, 50)
    assert content.startswith(b"[2026-01-29T")


async def test_a_work_file_whose_run_has_ended_meanwhile_is_read_from_where_it_is_stored(
    server: RescaleServer, backend: RescaleBackend
) -> None:
    run = await running(server, backend)
    file = named(await backend.output_files(run), "process_output.log")
    server.simulator.world.advance(300)
    offset, size, content = await read(backend, run, file, start=7)
    assert (offset, size) == (7, len(content) + 7)
    assert content.rstrip().endswith(b"Exited with code 0")


@pytest.mark.parametrize("path", ["../climbs.txt", "/absolute.txt", "a//b", ".", ""])
async def test_a_work_file_whose_name_leads_elsewhere_is_not_asked_for(
    server: RescaleServer, backend: RescaleBackend, path: str
) -> None:
    run = await running(server, backend)
    with pytest.raises(RejectedError, match="no plain path"):
        await read(backend, run, OutputFile(id=path, path=path))


async def test_odd_names_of_work_files_reach_the_service_whole(server: RescaleServer, backend: RescaleBackend) -> None:
    server.begin(hostile_names=True)
    run = await running(server, backend)
    listing = await backend.output_files(run)
    odd = ("with space.txt", "hash#tag.txt", "what?.txt", "100%.txt", "ergebnis-größe-結果.txt", "line\nbreak.txt")
    for path in odd:
        _, _, content = await read(backend, run, named(listing, path))
        assert repr(path).encode() in content


async def test_a_connection_that_breaks_is_a_temporary_error(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await done(server, backend)
    file = named(await backend.output_files(run), "airFoil2D/25/U")
    server.simulator.application.add(Fault(match="/contents/", cut_after=1000))
    with pytest.raises(ServiceDownError):
        await read(backend, run, file)


async def test_a_file_nobody_has_is_not_found(server: RescaleServer, backend: RescaleBackend) -> None:
    run = await done(server, backend)
    with pytest.raises(NotFoundError):
        await read(backend, run, OutputFile(id="zzzzz", path="gone.txt"))


async def test_an_id_that_is_none_of_ours_is_refused(backend: RescaleBackend) -> None:
    with pytest.raises(RuntuiError, match="no run of Rescale"):
        await backend.output_files(Run(profile="hpc", service="rescale", id="x", started_at=None))
