"""Output files: what is listed, and their bytes."""

import hashlib

import msgspec
import pytest

from runtui.model.capability import Capability
from runtui.model.errors import BackendError, NotFoundError, RejectedError, TemporaryError
from runtui.model.output_file import FilesWorld, OutputFile
from runtui.model.run import Run
from runtui.model.status import Status
from tests.support.scene import Scene, unknown_like

pytestmark = pytest.mark.needs(Capability.FILES)
reading = pytest.mark.needs(Capability.READ_FILE)


class Bytes(msgspec.Struct):
    """What came of a file."""

    content: bytes
    offset: int
    size: int | None
    etag: str | None


async def read(
    scene: Scene, run: Run, file: OutputFile, *, start: int = 0, end: int | None = None, etag: str | None = None
) -> Bytes:
    """The bytes of a file as its service gives them."""
    async with scene.connection.reading_files.open_file(run, file, start=start, end=end, etag=etag) as stream:
        pieces = [piece async for piece in stream.pieces()]
    return Bytes(b"".join(pieces), stream.offset, stream.size, stream.etag)


async def finished(scene: Scene) -> tuple[Run, tuple[OutputFile, ...]]:
    """A run that succeeded, with its files."""
    for run in (await scene.listed()).some(Status.SUCCEEDED)[:5]:
        files = (await scene.connection.with_files.output_files(run)).files
        if files:
            return run, files
    raise AssertionError("no run that succeeded has output files")


async def test_files_are_told_apart_by_their_ids_and_have_a_path(still: Scene) -> None:
    listed = await still.listed()
    for status in Status:
        for run in listed.some(status)[:2]:
            files = (await still.connection.with_files.output_files(run)).files
            assert len({file.id for file in files}) == len(files), run.id
            assert all(file.path and file.name for file in files)
            assert all(file.size is None or file.size >= 0 for file in files)


async def test_the_files_of_a_run_that_is_long_over_are_its_finished_ones(still: Scene) -> None:
    run, _ = await finished(still)
    listing = await still.connection.with_files.output_files(run)
    assert (listing.world, listing.problems) == (FilesWorld.FINISHED, ())


async def test_the_files_of_a_live_run_are_not_called_finished(still: Scene) -> None:
    for run in (await still.listed()).some(Status.RUNNING, Status.QUEUED)[:3]:
        assert (await still.connection.with_files.output_files(run)).world is not FilesWorld.FINISHED


async def test_the_files_of_a_run_there_is_not_are_not_found(still: Scene) -> None:
    run, _ = await finished(still)
    with pytest.raises(NotFoundError):
        await still.connection.with_files.output_files(unknown_like(run))


async def test_what_a_listed_run_says_of_its_files_is_so(still: Scene) -> None:
    run, files = await finished(still)
    fetched = await still.backend.fetch_run(run.id)
    if fetched.output_count is not None:
        assert fetched.output_count == len(files)
    if fetched.output_bytes is not None and all(file.size is not None for file in files):
        assert fetched.output_bytes == sum(file.size or 0 for file in files)


@reading
async def test_a_files_bytes_have_the_size_and_the_hashes_it_says(still: Scene) -> None:
    run, files = await finished(still)
    for file in files[:12]:
        got = await read(still, run, file)
        assert got.offset == 0
        assert file.size in (None, len(got.content)), file
        assert got.size in (None, len(got.content)), file
        for stated in file.hashes:
            assert hashlib.new(stated.algorithm, got.content).hexdigest() == stated.hex.lower(), file


@reading
async def test_a_file_has_the_same_bytes_each_time(still: Scene) -> None:
    run, files = await finished(still)
    assert await read(still, run, files[0]) == await read(still, run, files[0])


@reading
@pytest.mark.parametrize(("first", "last"), [(0, 10), (1, None), (7, 8), (100, 300), (-10, None), (-1, None)])
async def test_a_part_of_a_file_is_the_part_it_says(still: Scene, first: int, last: int | None) -> None:
    run, files = await finished(still)
    file = max(files[:12], key=lambda file: file.size or 0)
    whole = (await read(still, run, file)).content
    start = first if first >= 0 else len(whole) + first
    part = await read(still, run, file, start=start, end=last)
    assert part.offset in (0, start)
    assert part.size in (None, len(whole))
    ends = {len(whole)} if last is None else {last, len(whole)}
    assert part.offset + len(part.content) in ends
    assert part.content == whole[part.offset : part.offset + len(part.content)]


@reading
async def test_a_part_of_content_that_was_replaced_is_not_given_as_such(still: Scene) -> None:
    run, files = await finished(still)
    file = max(files[:12], key=lambda file: file.size or 0)
    whole = await read(still, run, file)
    if whole.etag is None:
        pytest.skip(f"{still.service} names no version of a file's content")
    same = await read(still, run, file, start=5, etag=whole.etag)
    assert (same.offset, same.content) == (5, whole.content[5:])
    other = await read(still, run, file, start=5, etag='"another version"')
    assert (other.offset, other.content) == (0, whole.content)


@reading
@pytest.mark.parametrize("beyond", [0, 1, 1000])
async def test_nothing_is_made_up_behind_the_end_of_a_file(still: Scene, beyond: int) -> None:
    run, files = await finished(still)
    whole = (await read(still, run, files[0])).content
    try:
        part = await read(still, run, files[0], start=len(whole) + beyond)
    except RejectedError:
        assert beyond
    else:
        assert part.content == (b"" if part.offset else whole)


@reading
async def test_a_file_can_be_left_in_the_middle(still: Scene) -> None:
    run, files = await finished(still)
    file = max(files[:12], key=lambda file: file.size or 0)
    for _ in range(15):
        async with still.connection.reading_files.open_file(run, file) as stream:
            await anext(stream.pieces())
    await read(still, run, file)


@reading
@pytest.mark.parametrize("file_id", ["nope", "../../etc/passwd", "/etc/passwd", "..", "a/b?c#d", "ü\x1b"])
async def test_a_file_there_is_not_gives_no_bytes_and_will_not_later(still: Scene, file_id: str) -> None:
    run, files = await finished(still)
    strange = msgspec.structs.replace(files[0], id=file_id, path=file_id, location="")
    with pytest.raises(BackendError) as raised:
        await read(still, run, strange)
    assert not isinstance(raised.value, TemporaryError)


async def test_a_run_that_ends_keeps_its_files_through_the_change(small_live: Scene) -> None:
    run = (await small_live.listed()).some(Status.RUNNING)[0]
    ask = small_live.connection.with_files.output_files
    before = {file.path for file in (await ask(run)).files}
    worlds: list[FilesWorld] = []
    for _ in range(200):
        small_live.world.advance(10)
        run = await small_live.backend.fetch_run(run.id)
        listing = await ask(run)
        worlds.append(listing.world)
        if listing.world is FilesWorld.FINISHED:
            break
        if listing.world is FilesWorld.GAP:
            assert before <= {file.path for file in listing.files}
    assert worlds[-1] is FilesWorld.FINISHED
    assert sorted(worlds, key=list(FilesWorld).index) == worlds
