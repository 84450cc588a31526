"""Downloads from servers that do not do what they say, and onto disks where something is in the way."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from runtui.model.errors import VerificationError
from runtui.model.on_conflict import OnConflict
from runtui.model.output_file import FileHash, OutputFile
from runtui.model.transfer import TransferState
from runtui.services.file_lock import FileLock, HeldError
from runtui.services.machine import own_mark
from runtui.services.target_folder import TargetFolder
from tests.support.conditions import reached
from tests.support.fetching import LARGE, SMALL, TOKEN, Fetching
from tests.support.file_server import FileServer


@pytest.fixture
def server() -> Iterator[FileServer]:
    served = FileServer(SMALL)
    yield served
    served.close()


@pytest.fixture
async def fetching(server: FileServer, tmp_path: Path) -> AsyncIterator[Fetching]:
    opened = Fetching(server, tmp_path)
    yield opened
    await opened.aclose()


async def test_a_large_file_comes_in_parts_that_are_joined(fetching: Fetching) -> None:
    fetching.server.content = LARGE
    done = await fetching.fetch(size=len(LARGE))
    assert done.state is TransferState.DONE, done
    assert done.target.read_bytes() == LARGE
    starts = sorted(fetching.server.starts())
    assert len(starts) == len(set(starts)) > 1
    assert fetching.server.served == len(LARGE)


async def test_a_server_that_answers_with_the_whole_file_is_read_to_its_end(fetching: Fetching) -> None:
    fetching.server.content, fetching.server.ranges = LARGE, False
    done = await fetching.fetch(size=len(LARGE))
    assert (done.state, done.target.read_bytes()) == (TransferState.DONE, LARGE)


async def test_parts_are_not_mixed_without_anything_that_tells_versions_apart(fetching: Fetching) -> None:
    fetching.server.content, fetching.server.etag = LARGE, None
    done = await fetching.fetch(size=len(LARGE))
    assert (done.state, done.target.read_bytes()) == (TransferState.DONE, LARGE)
    assert set(fetching.server.starts()) == {0}


async def test_a_file_that_changes_between_two_parts_begins_anew_and_says_so(fetching: Fetching) -> None:
    server = fetching.server
    server.content, server.rate = LARGE, 4e6
    fetching.add(size=len(LARGE))
    await reached(lambda: fetching.now().received > 300_000, "some bytes")
    fetching.engine.pause([1])
    await reached(lambda: fetching.now().state is TransferState.PAUSED, "the pause")
    server.content, server.etag, server.rate = LARGE[::-1], '"v2"', None
    fetching.engine.resume([1])
    await reached(lambda: fetching.now().state.is_over, "the end")
    done = fetching.now()
    assert (done.state, done.target.read_bytes()) == (TransferState.DONE, LARGE[::-1])
    assert "began anew" in done.note


async def test_what_was_paused_goes_on_where_it_stopped(fetching: Fetching) -> None:
    server = fetching.server
    server.content, server.rate = LARGE, 2e6
    fetching.add(size=len(LARGE))
    await reached(lambda: fetching.now().received > 1_000_000, "some bytes")
    fetching.engine.pause([1])
    await reached(lambda: fetching.now().state is TransferState.PAUSED, "the pause")
    assert not fetching.now().target.exists()
    server.rate = None
    fetching.engine.resume([1])
    await reached(lambda: fetching.now().state.is_over, "the end")
    assert fetching.now().target.read_bytes() == LARGE
    assert "resumed at" in fetching.now().note
    assert server.served < len(LARGE) + 4 * 1024 * 1024


async def test_the_date_of_a_file_tells_whether_it_is_the_same_where_nothing_else_does(fetching: Fetching) -> None:
    server = fetching.server
    server.content, server.rate, server.etag, server.modified = LARGE, 2e6, None, "Sun, 29 Nov 2020 10:00:00 GMT"
    fetching.add(size=len(LARGE))
    await reached(lambda: fetching.now().received > 1_000_000, "some bytes")
    fetching.engine.pause([1])
    await reached(lambda: fetching.now().state is TransferState.PAUSED, "the pause")
    server.rate = None
    fetching.engine.resume([1])
    await reached(lambda: fetching.now().state.is_over, "the end")
    assert "resumed at" in fetching.now().note
    assert server.served < len(LARGE) + 4 * 1024 * 1024
    assert fetching.now().target.read_bytes() == LARGE


async def test_what_nothing_tells_to_be_the_same_begins_anew_and_says_why(fetching: Fetching) -> None:
    server = fetching.server
    server.content, server.rate, server.etag = LARGE, 4e6, None
    fetching.add(size=len(LARGE))
    await reached(lambda: fetching.now().received > 2_000_000, "some bytes")
    fetching.engine.pause([1])
    await reached(lambda: fetching.now().state is TransferState.PAUSED, "the pause")
    server.rate = None
    fetching.engine.resume([1])
    await reached(lambda: fetching.now().state.is_over, "the end")
    assert fetching.now().note == "began anew: the service names neither version nor hash of it"
    assert fetching.now().target.read_bytes() == LARGE


async def test_a_file_that_became_shorter_begins_anew(fetching: Fetching) -> None:
    server = fetching.server
    server.content, server.rate = LARGE, 4e6
    fetching.add()
    await reached(lambda: fetching.now().received > 2_000_000, "some bytes")
    fetching.engine.pause([1])
    await reached(lambda: fetching.now().state is TransferState.PAUSED, "the pause")
    server.content, server.rate, server.ignores_if_range = SMALL, None, True
    fetching.engine.resume([1])
    await reached(lambda: fetching.now().state.is_over, "the end")
    assert fetching.now().target.read_bytes() == SMALL
    assert "began anew" in fetching.now().note


async def test_fewer_bytes_than_were_listed_never_get_the_final_name(fetching: Fetching) -> None:
    fetching.server.claims = 40_000
    failed = await fetching.fetch(size=len(SMALL))
    assert failed.state is TransferState.FAILED
    assert isinstance(fetching.failures[-1], VerificationError)
    assert [path.name for path in fetching.root.iterdir()] == ["big.rejected"]


async def test_a_connection_that_breaks_off_again_and_again_is_taken_up_each_time(fetching: Fetching) -> None:
    fetching.server.breaks_after = 20_000
    done = await fetching.fetch(size=len(SMALL))
    assert (done.state, done.target.read_bytes()) == (TransferState.DONE, SMALL)
    assert fetching.server.starts() == [0, 20_000, 40_000]


async def test_a_redirect_elsewhere_takes_no_token_along(fetching: Fetching) -> None:
    elsewhere = FileServer(SMALL)
    try:
        fetching.server.to = elsewhere.url + "/signed?signature=abc"
        done = await fetching.fetch(size=len(SMALL))
        assert (done.state, done.target.read_bytes()) == (TransferState.DONE, SMALL)
        assert any(TOKEN.encode() in head for head in fetching.server.requests)
        assert not any(TOKEN.encode() in head for head in elsewhere.requests)
    finally:
        elsewhere.close()


async def test_an_address_that_expires_before_its_first_byte_is_asked_for_anew_once(fetching: Fetching) -> None:
    store = FileServer(SMALL)
    try:
        store.refusals = [403]
        fetching.server.to = store.url + "/signed?signature=abc"
        done = await fetching.fetch(size=len(SMALL))
        assert (done.state, done.target.read_bytes()) == (TransferState.DONE, SMALL)
        assert (len(fetching.server.requests), len(store.requests)) == (2, 2)
        store.refusals = [403] * 9
        failed = await fetching.fetch("other", size=len(SMALL))
        assert failed.state is TransferState.FAILED
        assert "does not allow this" in failed.error
        assert (len(fetching.server.requests), len(store.requests)) == (4, 4)
    finally:
        store.close()


async def test_what_the_service_itself_refuses_is_asked_for_once(fetching: Fetching) -> None:
    fetching.server.status = 403
    failed = await fetching.fetch(size=len(SMALL))
    assert (failed.state, len(fetching.server.requests)) == (TransferState.FAILED, 1)


async def test_without_version_and_hash_the_size_alone_is_verified(fetching: Fetching) -> None:
    fetching.server.etag = None
    done = await fetching.fetch(size=len(SMALL))
    assert (done.state, done.verified) == (TransferState.DONE, "size")


async def test_a_packed_answer_is_unpacked(fetching: Fetching) -> None:
    fetching.server.packed = True
    done = await fetching.fetch(size=len(SMALL))
    assert (done.state, done.target.read_bytes()) == (TransferState.DONE, SMALL)


async def test_a_packed_answer_that_is_cut_short_is_no_file(fetching: Fetching) -> None:
    fetching.server.packed, fetching.server.cut = True, [100] * 20
    failed = await fetching.fetch()
    assert failed.state is TransferState.FAILED
    assert "broke the packed file off" in failed.error
    assert not failed.target.exists()


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["whole", "in parts"])
async def test_a_packed_answer_that_is_cut_short_once_is_asked_for_from_its_beginning(
    fetching: Fetching, content: bytes
) -> None:
    fetching.server.content = content
    fetching.server.packed, fetching.server.cut = True, [100]
    done = await fetching.fetch(size=len(content))
    assert (done.state, done.target.read_bytes()) == (TransferState.DONE, content)


@pytest.mark.parametrize("content", [b"", b"x"])
async def test_a_file_of_next_to_nothing_arrives(fetching: Fetching, content: bytes) -> None:
    fetching.server.content = content
    done = await fetching.fetch(size=len(content))
    assert (done.state, done.target.read_bytes()) == (TransferState.DONE, content)


# what lies in the way


@pytest.mark.parametrize(
    ("choice", "state", "names"),
    [
        (OnConflict.SKIP, TransferState.SKIPPED, {"big"}),
        (OnConflict.COMPARE, TransferState.FAILED, {"big"}),
        (OnConflict.ASK, TransferState.ASKING, {"big"}),
        (OnConflict.RENAME, TransferState.DONE, {"big", "big~2"}),
        (OnConflict.OVERWRITE, TransferState.DONE, {"big"}),
    ],
)
async def test_another_file_in_the_place_meets_what_was_chosen(
    fetching: Fetching, choice: OnConflict, state: TransferState, names: set[str]
) -> None:
    (fetching.root / "big").write_bytes(b"mine")
    over = await fetching.fetch(size=len(SMALL), on_conflict=choice)
    assert over.state is state, over
    assert {path.name for path in fetching.root.iterdir()} == names
    assert ((fetching.root / "big").read_bytes() == b"mine") is (choice is not OnConflict.OVERWRITE)
    if state is TransferState.DONE:
        assert over.target.read_bytes() == SMALL


async def test_a_transfer_that_asks_goes_on_with_the_answer(fetching: Fetching) -> None:
    (fetching.root / "big").write_bytes(b"mine")
    asking = await fetching.fetch(size=len(SMALL), on_conflict=OnConflict.ASK)
    assert asking.existing is not None
    assert (asking.existing.size, asking.existing.differs) == (4, "it has another size than 50,000 bytes")
    fetching.engine.decide([1], OnConflict.COMPARE)
    await reached(lambda: fetching.now().existing is not None, "it asks again")
    fetching.engine.decide([1], OnConflict.OVERWRITE)
    await reached(lambda: fetching.now().state.is_over, "the end")
    assert (fetching.root / "big").read_bytes() == SMALL


@pytest.mark.parametrize("path", ["way/big", "big"])
async def test_a_link_in_the_way_leads_nowhere(
    fetching: Fetching, path: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "big").write_bytes(b"theirs")
    if path == "big":
        (fetching.root / "big").symlink_to(outside / "big")
        (fetching.root / "big.part").symlink_to(outside / "other")
    else:
        (fetching.root / "way").symlink_to(outside)
    failed = await fetching.fetch(path, size=len(SMALL), on_conflict=OnConflict.OVERWRITE)
    assert failed.state is TransferState.FAILED
    assert {entry.name: entry.read_bytes() for entry in outside.iterdir()} == {"big": b"theirs"}


async def test_a_link_under_the_final_name_is_replaced_and_not_followed(
    fetching: Fetching, tmp_path_factory: pytest.TempPathFactory
) -> None:
    theirs = tmp_path_factory.mktemp("outside") / "theirs"
    theirs.write_bytes(b"theirs")
    (fetching.root / "big").symlink_to(theirs)
    done = await fetching.fetch(size=len(SMALL), on_conflict=OnConflict.OVERWRITE)
    assert done.state is TransferState.DONE, done
    assert (theirs.read_bytes(), done.target.is_symlink()) == (b"theirs", False)


async def test_all_files_of_a_request_wait_for_room_for_all(fetching: Fetching) -> None:
    failed = await fetching.fetch(size=10**17)
    assert failed.state is TransferState.FAILED
    assert "bytes are needed for one file" in failed.error
    assert fetching.server.requests == []


async def test_a_part_of_another_file_is_not_continued(fetching: Fetching) -> None:
    server = fetching.server
    server.content, server.rate = LARGE, 2e6
    fetching.add(size=len(LARGE))
    await reached(lambda: fetching.now().received > 1_000_000, "some bytes")
    fetching.engine.cancel([1])
    await reached(lambda: fetching.now().state is TransferState.CANCELLED, "the end")
    server.rate = None
    other = OutputFile(id="other", path="big", size=len(LARGE), hashes=(FileHash("md5", "00" * 16),))
    done = await fetching.fetch(size=len(LARGE), file=msgspec.structs.replace(other, hashes=()))
    assert (done.state, done.target.read_bytes()) == (TransferState.DONE, LARGE)
    assert "not of this file" in done.note


async def test_somebodys_own_file_called_as_the_bytes_under_way_stays(fetching: Fetching) -> None:
    (fetching.root / "big.part").write_bytes(b"mine")
    failed = await fetching.fetch(size=len(SMALL))
    assert failed.state is TransferState.FAILED
    assert "not from a download" in failed.error
    assert {path.name: path.read_bytes() for path in fetching.root.iterdir()} == {"big.part": b"mine"}


# one writer at a time


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    with TargetFolder(tmp_path, Path()) as folder:
        first, second = FileLock(folder, "x.lock"), FileLock(folder, "x.lock")
        first.take()
        with pytest.raises(HeldError, match=f"process {os.getpid()}"):
            second.take()
        first.release()
        second.take()
        second.release()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("change", [{"pid": 2**22 + 1}, {"boot": "another"}, {"began": "another"}])
def test_a_lock_whose_process_is_gone_is_taken_at_once(tmp_path: Path, change: dict[str, object]) -> None:
    gone = msgspec.structs.replace(own_mark(), **change)
    (tmp_path / "x.lock").write_bytes(msgspec.json.encode(gone))
    with TargetFolder(tmp_path, Path()) as folder:
        lock = FileLock(folder, "x.lock")
        lock.take()
        assert lock.holder() == f"process {os.getpid()} on {own_mark().host}"
        lock.release()


def test_a_lock_of_another_machine_counts_as_long_as_it_shows_life(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(own_mark(), host="elsewhere")))
    with TargetFolder(tmp_path, Path()) as folder:
        lock = FileLock(folder, "x.lock")
        with pytest.raises(HeldError, match="elsewhere"):
            lock.take()
        os.utime(path, (1.0, 1.0))
        lock.take()
        lock.release()


async def test_who_meets_a_lock_waits_and_finds_the_file_there(fetching: Fetching) -> None:
    with TargetFolder(fetching.root, Path()) as folder:
        lock = FileLock(folder, "big.part.lock")
        lock.take()
        fetching.add(size=len(SMALL))
        await reached(lambda: "waits" in fetching.now().note, "it waits")
        (fetching.root / "big").write_bytes(SMALL)
        lock.release()
    await reached(lambda: fetching.now().state.is_over, "the end")
    assert fetching.now().state is TransferState.SKIPPED
    assert fetching.server.requests == []
