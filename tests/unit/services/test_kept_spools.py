import os
import socket
from pathlib import Path

import pytest

from runtui.model.clock import ManualClock
from runtui.services import kept_spools
from runtui.services.background import Background
from runtui.services.followed_tails import FollowedTails
from runtui.services.kept_spools import KeptSpool, KeptSpools, SpoolState, state_of
from runtui.services.line_windows import WindowLines
from runtui.services.service_tail import ServiceTail, TailMark
from runtui.services.store import Store
from runtui.services.tail import TailPace
from tests.support.scripted_log import RUN, SOURCE, ScriptedLog


def tail_of(kept: KeptSpool | None, log: ScriptedLog) -> ServiceTail:
    assert kept is not None
    return ServiceTail(log, RUN, SOURCE, kept.spool, ManualClock(), mark=kept.mark, lines=WindowLines(10, 10))


@pytest.mark.parametrize("by_lines", [False, True])
async def test_a_log_goes_on_where_it_was_followed_to_before(tmp_path: Path, by_lines: bool) -> None:
    spools, log = KeptSpools(tmp_path), ScriptedLog(by_lines=by_lines)
    log.content = b"".join(b"line %d\n" % number for number in range(100))
    kept = spools.take("a")
    tail = tail_of(kept, log)
    await tail.poll()
    before = [line.content for line in tail.spool.lines(0, 1000)]
    tail.close()
    assert kept is not None
    spools.give_back(kept, state_of(tail, kept.spool))
    log.content += b"line 100\n"
    served = log.served
    again = tail_of(KeptSpools(tmp_path).take("a"), log)
    assert [line.content for line in again.spool.lines(0, 1000)] == before
    await again.poll()
    assert [line.content for line in again.spool.lines(0, 1000)] == [*before, b"line 100"]
    assert log.served - served < 200
    again.close()


def test_a_spool_is_one_processes_alone_until_it_is_given_back(tmp_path: Path) -> None:
    spools = KeptSpools(tmp_path)
    kept = spools.take("a")
    assert kept is not None
    assert spools.take("a") is None
    other = spools.take("b")
    assert other is not None
    for one in (kept, other):
        one.spool.close()
        spools.give_back(one, SpoolState(size=0, gaps=(), mark=TailMark()))
    again = spools.take("a")
    assert again is not None
    again.spool.close()


def test_what_a_killed_process_left_is_taken_as_far_as_it_was_saved(tmp_path: Path) -> None:
    spools = KeptSpools(tmp_path)
    kept = spools.take("a")
    assert kept is not None
    kept.spool.append(b"saved\n")
    kept.save(SpoolState(size=6, gaps=(), mark=TailMark(base=0)))
    kept.spool.append(b"not saved\n")
    kept.spool.close()
    gone = kept.folder.with_name(f"{kept.name}@{socket.gethostname()}.{2**22 + 7}")
    os.rename(kept.folder, gone)
    again = spools.take("a")
    assert again is not None
    assert again.spool.read(0, 100) == b"saved\n"
    again.spool.close()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"version":99,"size":6,"gaps":[],"mark":{}}',
        b'{"version":1,"size":600,"gaps":[],"mark":{}}',
    ],
)
def test_a_spool_that_cannot_be_read_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    spools = KeptSpools(tmp_path)
    kept = spools.take("a")
    assert kept is not None
    kept.spool.append(b"x" * 500)
    kept.spool.close()
    spools.give_back(kept, SpoolState(size=500, gaps=(), mark=TailMark()))
    (tmp_path / "logs" / kept.name / "mark.json").write_bytes(content)
    again = spools.take("a")
    assert again is not None
    assert (again.mark, again.spool.byte_count) == (None, 0)
    again.spool.close()


def test_the_oldest_go_when_all_together_are_too_large_and_the_old_in_any_case(tmp_path: Path) -> None:
    spools = KeptSpools(tmp_path, most_bytes=2500)
    for name, age in (("new", 10), ("older", 1000), ("oldest", 2000), ("old", kept_spools.OLDEST_SECONDS * 2)):
        kept = spools.take(name)
        assert kept is not None
        kept.spool.append(b"x" * (100 if name == "old" else 1000))
        kept.spool.close()
        spools.give_back(kept, SpoolState(size=kept.spool.byte_count, gaps=(), mark=TailMark()))
        for path in (tmp_path / "logs" / kept.name).iterdir():
            moment = path.stat().st_mtime - age
            os.utime(path, (moment, moment))
    in_use = spools.take("in use")
    assert in_use is not None
    spools.sweep()
    in_use.spool.close()
    left = {name: spools.take(name) for name in ("new", "older", "oldest", "old")}
    sizes = {name: kept.spool.byte_count for name, kept in left.items() if kept is not None}
    assert sizes == {"new": 1000, "older": 1000, "oldest": 0, "old": 0}
    for kept in left.values():
        if kept is not None:
            kept.spool.close()


async def test_a_session_that_starts_again_goes_on_where_the_one_before_was(tmp_path: Path) -> None:
    log = ScriptedLog()
    log.content = b"one\ntwo\n"
    shown: list[list[bytes]] = []
    for _ in range(2):
        tails = FollowedTails(Store(), ManualClock(), Background(), TailPace(), KeptSpools(tmp_path))
        tail = tails.open(log, RUN, SOURCE, keep_as="p 1 log")
        before = tail.spool.line_count
        await tail.poll()
        shown.append([line.content for line in tail.spool.lines(before, 10)])
        await tails.aclose()
        log.content += b"three\n"
    assert shown == [[b"one", b"two"], [b"three"]]
