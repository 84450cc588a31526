"""A download whose process is killed again and again."""

import hashlib
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtui.services.part_file import NOTED_EVERY
from runtui.services.part_journal import PartJournal
from runtui.services.target_folder import TargetFolder
from tests.support.file_server import FileServer
from tests.support.source_tree import ROOT

_SIZE = 16 * 1024 * 1024
_KILLS = 3
_CONNECTIONS = 8


@pytest.fixture
def server() -> Iterator[FileServer]:
    served = FileServer(random.Random(1).randbytes(_SIZE))
    yield served
    served.close()


def started(server: FileServer, folder: Path) -> "subprocess.Popen[bytes]":
    """The program, once it receives bytes."""
    size, digest = str(len(server.content)), hashlib.sha256(server.content[:]).hexdigest()
    before = server.served
    words = [sys.executable, "-m", "tests.support.fetch_program", server.url, str(folder), size, digest]
    program = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)
    while server.served == before and program.poll() is None:
        time.sleep(0.005)
    return program


def test_a_download_onto_a_full_disk_fails_with_what_to_do_and_goes_on_once_there_is_room(
    server: FileServer, tmp_path: Path
) -> None:
    digest = hashlib.sha256(server.content[:]).hexdigest()
    program = [sys.executable, "-m", "tests.support.fetch_program", server.url, str(tmp_path), str(_SIZE), digest]

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (_SIZE // 2, _SIZE // 2))

    full = subprocess.run(program, cwd=ROOT, preexec_fn=limited, capture_output=True, check=False)
    assert full.stdout.startswith(b"failed"), full
    assert b"big.part cannot be written" in full.stdout
    assert not (tmp_path / "big").exists()
    done = subprocess.run(program, cwd=ROOT, capture_output=True, check=False)
    assert done.stdout.startswith(b"done  resumed at"), done
    assert (tmp_path / "big").read_bytes() == server.content


def noted(folder: Path) -> int:
    """How many bytes the journal on the disk says are there."""
    with TargetFolder(folder, Path()) as opened:
        found = PartJournal(opened, "big.part.journal").load()
    return 0 if found is None else found[1].total


def test_a_download_that_is_killed_at_any_moment_goes_on_and_wastes_next_to_nothing(
    server: FileServer, tmp_path: Path
) -> None:
    moments = random.Random(7)
    for _ in range(_KILLS):
        before = noted(tmp_path)
        server.stalls_at = server.served + _CONNECTIONS * NOTED_EVERY + moments.randrange(1, 2 * 1024 * 1024)
        with started(server, tmp_path) as program:
            while noted(tmp_path) <= before and program.poll() is None:
                time.sleep(0.002)
            program.send_signal(signal.SIGKILL)
        assert program.returncode == -signal.SIGKILL
        assert not (tmp_path / "big").exists(), "a short file never has the final name"
    server.stalls_at = None
    left, served = _SIZE - noted(tmp_path), server.served
    with started(server, tmp_path) as program:
        out, _ = program.communicate(timeout=60)
    assert out.startswith(b"done  resumed at"), out
    assert server.served - served == left, "what was noted is not asked for again, and nothing else is twice"
    assert (tmp_path / "big").read_bytes() == server.content
    assert [path.name for path in tmp_path.iterdir()] == ["big"]
