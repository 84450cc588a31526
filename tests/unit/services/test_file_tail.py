import os
from pathlib import Path

import msgspec
import pytest

from runtui.model.clock import ManualClock
from runtui.model.errors import StorageError
from runtui.model.log import LogSource
from runtui.model.status import Status
from runtui.services import local_file
from runtui.services.background import Background
from runtui.services.file_tail import FileTail
from runtui.services.followed_tails import FollowedTails
from runtui.services.local_file import LocalFile
from runtui.services.store import Store
from runtui.services.tail import TailPace, TailState
from tests.support.scripted_log import RUN, ScriptedLog


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "solver.log"
    path.write_bytes(b"one\ntwo\n")
    return path


def source_of(path: Path) -> LogSource:
    return LogSource(id="log", name="solver.log", location=str(path), path_here=str(path))


def tail_of(path: Path) -> FileTail:
    return FileTail(RUN, source_of(path), LocalFile(path), ManualClock())


def texts(tail: FileTail) -> list[bytes]:
    return [line.content for line in tail.spool.lines(0, 1000)]


async def test_a_large_local_log_is_followed_where_it_lies(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_file, "IN_PLACE_FROM", 4)
    tails = FollowedTails(Store(), ManualClock(), Background(), TailPace())
    tail = tails.open(ScriptedLog(), RUN, source_of(log))
    assert tail.spool.path == log
    await tail.poll()
    with log.open("ab") as file:
        file.write(b"three\n")
    await tail.poll()
    assert [line.content for line in tail.spool.lines(0, 9)] == [b"one", b"two", b"three"]
    await tails.close(tail)
    again = tails.open(ScriptedLog(), RUN, source_of(log))
    assert again.spool.path == log
    await tails.close(again)
    await tails.aclose()


async def test_a_link_put_in_the_place_of_the_file_is_not_followed(log: Path, tmp_path: Path) -> None:
    tail = tail_of(log)
    await tail.poll()
    secret = tmp_path / "secret"
    secret.write_bytes(b"not for us\n")
    log.unlink()  # noqa: ASYNC240
    log.symlink_to(secret)  # noqa: ASYNC240
    await tail.poll()
    assert isinstance(tail.error, StorageError)
    assert texts(tail) == [b"one", b"two"]
    tail.close()


async def test_a_small_one_is_copied_so_that_it_may_be_replaced(log: Path) -> None:
    tails = FollowedTails(Store(), ManualClock(), Background(), TailPace())
    assert tails.open(ScriptedLog(), RUN, source_of(log)).spool.path != log
    await tails.aclose()


@pytest.mark.parametrize("way", ["cut", "replaced"])
async def test_a_log_that_shrinks_or_is_replaced_is_shown_anew_below_a_line_that_says_so(log: Path, way: str) -> None:
    tail = tail_of(log)
    await tail.poll()
    if way == "replaced":
        other = log.with_name("other")
        other.write_bytes(b"another one\n" * 3)
        os.replace(other, log)
    else:
        os.truncate(log, 4)
    assert len(texts(tail)) <= 2
    await tail.poll()
    gap, *lines = texts(tail)
    assert b"cut or begun anew" in gap
    assert lines == ([b"one"] if way == "cut" else [b"another one"] * 3)
    assert tail.spool.unchanged_lines(0) == 0
    tail.close()


async def test_a_log_that_is_gone_is_waited_for_and_what_was_read_stays(log: Path) -> None:
    tail = tail_of(log)
    await tail.poll()
    os.unlink(log)
    await tail.poll()
    assert tail.state is TailState.WAITING
    assert texts(tail) == [b"one", b"two"]
    tail.close()


async def test_it_ends_once_the_run_is_over_and_all_is_read(log: Path) -> None:
    tail = tail_of(log)
    await tail.poll()
    state = tail.state
    assert state is TailState.FOLLOWING
    tail.note_run(msgspec.structs.replace(RUN, status=Status.SUCCEEDED))
    await tail.poll()
    assert tail.is_over
    tail.close()
