"""Downloads onto disks that are not as one would like them."""

import ctypes
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from runtui.model.transfer import TransferState
from runtui.services.part_file import PartFile
from runtui.services.part_journal import PartSource
from runtui.services.target_folder import TargetFolder
from tests.support.fetch_program import RUN
from tests.support.fetching import SMALL, Fetching
from tests.support.file_server import FileServer
from tests.support.source_tree import ROOT

_DROP_FROM_BOUNDS = 24
_OVERRIDES = (1, 2)  # of permissions, which root has


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


def _as_anybody() -> None:
    libc = ctypes.CDLL(None)
    for capability in _OVERRIDES:
        libc.prctl(_DROP_FROM_BOUNDS, capability, 0, 0, 0)


def fetched_by_anybody(server: FileServer, folder: Path) -> bytes:
    """What the program says that fetches into a folder and may do no more than its permissions."""
    digest = hashlib.sha256(SMALL).hexdigest()
    words = [sys.executable, "-m", "tests.support.fetch_program", server.url, str(folder), str(len(SMALL)), digest]
    ended = subprocess.run(words, cwd=ROOT, preexec_fn=_as_anybody, capture_output=True, timeout=60, check=False)
    return ended.stdout


@pytest.mark.parametrize(("mode", "below"), [(0o555, ""), (0o555, "new/deep"), (0o000, "new/deep"), (0o000, "")])
def test_a_folder_that_cannot_be_written_in_is_named_before_a_byte_is_asked_for(
    server: FileServer, tmp_path: Path, mode: int, below: str
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode)
    try:
        said = fetched_by_anybody(server, locked / below)
    finally:
        locked.chmod(0o755)
    assert said.startswith(f"failed nothing can be written in {locked}".encode()), said
    assert (list(locked.iterdir()), server.requests) == ([], [])


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system than the temporary one."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev or not os.access(memory, os.W_OK):
        pytest.skip("there is no second file system")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


async def test_a_download_folder_that_is_a_link_to_another_file_system_is_followed(
    server: FileServer, tmp_path: Path, other_disk: Path
) -> None:
    (tmp_path / "downloads").symlink_to(other_disk)
    fetching = Fetching(server, tmp_path / "downloads")
    done = await fetching.fetch("a/big", size=len(SMALL))
    await fetching.aclose()
    assert (done.state, done.target.read_bytes()) == (TransferState.DONE, SMALL)
    assert [path.name for path in (other_disk / "a").iterdir()] == ["big"], "the bytes were beside it all the time"


class Zeros:
    """Bytes that need no memory."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice, /) -> bytes:
        start, end, _ = part.indices(self._size)
        return bytes(end - start)


async def test_a_file_of_more_than_4_gib_goes_on_near_its_end(fetching: Fetching, tmp_path: Path) -> None:
    size, there = 5 * 2**30 + 7, 5 * 2**30 - 1_000_003
    fetching.server.content = Zeros(size)
    source = PartSource(profile=RUN.profile, run=RUN.id, file="big", path="big", size=size, etag=fetching.server.etag)
    with TargetFolder(tmp_path, Path()) as folder:
        part = PartFile(folder, "big", source)
        part.open(is_ours=False)
        os.truncate(tmp_path / "big.part", there)
        part.note((0, there))
        part.close()
    done = await fetching.fetch(size=size, received=there)
    assert (done.state, done.received) == (TransferState.DONE, size), done
    assert done.target.stat().st_size == size
    assert done.note == f"resumed at {there:,} bytes"
    assert (min(fetching.server.starts()), fetching.server.served) == (there, size - there)


@pytest.mark.parametrize(
    ("make", "what"),
    [(Path.mkdir, "is a folder"), (lambda path: path.symlink_to("/nowhere"), "is no plain file"), (os.mkfifo, "is no")],
)
async def test_what_is_no_file_where_the_lock_is_to_lie_is_named_and_not_waited_for(
    fetching: Fetching, make: Callable[[Path], object], what: str
) -> None:
    make(fetching.root / "big.part.lock")
    failed = await fetching.fetch(size=len(SMALL))
    assert failed.state is TransferState.FAILED
    assert f"{fetching.root / 'big.part.lock'} {what}" in failed.error
    assert "move it away" in failed.hint
    assert [path.name for path in fetching.root.iterdir()] == ["big.part.lock"]
