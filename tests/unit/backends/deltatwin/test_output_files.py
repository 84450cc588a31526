"""Output files: their list, and their bytes over every road they may take."""

import hashlib

import pytest

from runtui.backends.deltatwin.backend import DeltaTwinBackend
from runtui.backends.protocol import ByteStream
from runtui.model.errors import NotFoundError, RejectedError, ServiceDownError
from runtui.model.output_file import FilesWorld, OutputFile
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.simulation.faults import Fault
from tests.support.deltatwin_service import DeltaTwinServer, listed


async def finished(backend: DeltaTwinBackend, job: str = "ai-sen2cor-processor") -> Run:
    return next(run for run in await listed(backend) if run.status is Status.SUCCEEDED and run.job == job)


async def read(stream: ByteStream) -> bytes:
    return b"".join([piece async for piece in stream.pieces()])


async def fetched(backend: DeltaTwinBackend, run: Run, file_id: str, **part: object) -> tuple[ByteStream, bytes]:
    file = OutputFile(id=file_id, path=file_id)
    async with backend.open_file(run, file, **part) as stream:  # type: ignore[arg-type]
        return stream, await read(stream)


async def test_the_outputs_of_a_finished_run_are_its_files(server: DeltaTwinServer) -> None:
    backend = server.backend()
    listing = await backend.output_files(await finished(backend))
    await backend.aclose()
    assert listing.world is FilesWorld.FINISHED
    assert [(file.id, file.path) for file in listing.files] == [
        ("L2A_B02", "L2A_T31TCJ_B02_10m.tif"),
        ("L2A_B03", "L2A_T31TCJ_B03_10m.tif"),
        ("L2A_B04", "L2A_T31TCJ_B04_10m.tif"),
        ("L2A_TCI", "L2A_T31TCJ_TCI_10m.tif"),
        ("tile_benchmark", "tile_benchmark.json"),
    ]


async def test_a_running_run_has_no_files_yet(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run = next(run for run in await listed(backend) if run.status is Status.RUNNING)
    listing = await backend.output_files(run)
    await backend.aclose()
    assert (listing.files, listing.world) == ((), FilesWorld.RUNNING)


async def test_files_are_listed_also_for_a_run_from_a_list_without_outputs(server: DeltaTwinServer) -> None:
    server.simulator.switches.lean_list = True
    backend = server.backend()
    run = await finished(backend)
    assert (run.output_count, run.variables) == (None, ())
    assert len((await backend.output_files(run)).files) == 5
    await backend.aclose()


async def test_announced_sizes_and_hashes_are_those_of_the_bytes(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run = await finished(backend)
    server.simulator.switches.checksums = True
    for file in (await backend.output_files(run)).files:
        _, content = await fetched(backend, run, file.id)
        assert (file.size, file.hashes[0].hex) == (len(content), hashlib.md5(content).hexdigest())
    await backend.aclose()


async def test_a_file_comes_whole_with_its_name_size_and_tag(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run = await finished(backend)
    stream, content = await fetched(backend, run, "L2A_B02")
    await backend.aclose()
    assert content == server.simulator.content(run.id, "L2A_B02")
    assert (stream.offset, stream.size, stream.name) == (0, len(content), "L2A_T31TCJ_B02_10m.tif")
    assert stream.etag


async def test_a_part_is_given_from_where_it_was_asked(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run = await finished(backend)
    whole = server.simulator.content(run.id, "L2A_B02")
    rest, tail = await fetched(backend, run, "L2A_B02", start=1000)
    middle, part = await fetched(backend, run, "L2A_B02", start=1000, end=1500, etag=rest.etag)
    await backend.aclose()
    assert (rest.offset, rest.size, tail) == (1000, len(whole), whole[1000:])
    assert (middle.offset, middle.size, part) == (1000, len(whole), whole[1000:1500])


async def test_a_part_of_another_version_is_not_given_but_the_whole(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run = await finished(backend)
    stream, content = await fetched(backend, run, "L2A_B02", start=1000, etag='"another"')
    await backend.aclose()
    assert (stream.offset, len(content)) == (0, stream.size)


async def test_a_service_without_ranges_gives_the_whole_and_says_so(server: DeltaTwinServer) -> None:
    server.simulator.switches.gives_ranges = False
    backend = server.backend()
    run = await finished(backend)
    stream, content = await fetched(backend, run, "L2A_B02", start=1000)
    await backend.aclose()
    assert (stream.offset, stream.size, stream.etag) == (0, len(content), None)


async def test_after_the_last_byte_there_is_nothing(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run = await finished(backend)
    size = len(server.simulator.content(run.id, "tile_benchmark"))
    stream, content = await fetched(backend, run, "tile_benchmark", start=size)
    assert (stream.offset, stream.size, content) == (size, size, b"")
    with pytest.raises(RejectedError, match=f"has {size} bytes"):
        await fetched(backend, run, "tile_benchmark", start=size + 1)
    await backend.aclose()


async def test_a_redirect_to_a_storage_is_followed_without_the_token(server: DeltaTwinServer) -> None:
    server.simulator.switches.download_redirect = server.storage_url
    backend = server.backend()
    run = await finished(backend)
    stream, content = await fetched(backend, run, "L2A_B03", start=500)
    await backend.aclose()
    assert content == server.simulator.content(run.id, "L2A_B03")[500:]
    assert (stream.offset, stream.name) == (500, "L2A_T31TCJ_B03_10m.tif")
    assert "authorization" not in server.simulator.storage.headers[0]


async def test_a_broken_transfer_gives_what_came_and_then_the_error(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run = await finished(backend)
    server.simulator.application.add(Fault(match="download", cut_after=70_000))
    pieces: list[bytes] = []

    async def read_on() -> None:
        async with backend.open_file(run, OutputFile(id="L2A_B02", path="x")) as stream:
            async for piece in stream.pieces():
                pieces.append(piece)

    with pytest.raises(ServiceDownError):
        await read_on()
    await backend.aclose()
    assert b"".join(pieces) == server.simulator.content(run.id, "L2A_B02")[:70_000]


async def test_an_output_there_is_not_is_not_found(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run = await finished(backend)
    for name in ("nothing", "../../runs", "a b/ü"):
        with pytest.raises(NotFoundError):
            await fetched(backend, run, name)
    await backend.aclose()


async def test_hostile_names_are_given_as_they_came(server: DeltaTwinServer) -> None:
    server.simulator.switches.hostile_names = True
    backend = server.backend()
    run = await finished(backend)
    paths = [file.path for file in (await backend.output_files(run)).files]
    stream, _ = await fetched(backend, run, "L2A_B02")
    await backend.aclose()
    assert paths == ["../../etc/passwd", "/etc/cron.d/evil", "a\x1b[2Jb\u202egpj.exe", "..", "C:\\windows\\evil.bat"]
    assert stream.name == "../../etc/passwd"


@pytest.mark.parametrize(("disposition", "name"), [("quoted", True), ("extended", True), ("missing", False)])
async def test_every_form_of_the_proposed_name_is_read(server: DeltaTwinServer, disposition: str, name: bool) -> None:
    server.simulator.switches.disposition = disposition  # type: ignore[assignment]
    backend = server.backend()
    stream, _ = await fetched(backend, await finished(backend), "tile_benchmark")
    await backend.aclose()
    assert stream.name == ("tile_benchmark.json" if name else None)
