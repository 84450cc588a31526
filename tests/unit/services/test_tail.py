import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from runtui.model.clock import ManualClock
from runtui.model.errors import RateLimitedError, ServiceDownError
from runtui.model.lines import LineKind
from runtui.model.status import Status
from runtui.services.byte_windows import GUARD_BYTES
from runtui.services.line_windows import WindowLines
from runtui.services.service_tail import ServiceTail
from runtui.services.spool import Spool
from runtui.services.tail import TailState
from tests.support.scripted_log import RUN, SOURCE, Etags, ScriptedLog


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "log")
    yield spool
    spool.close()


def tail_of(
    log: ScriptedLog, spool: Spool, clock: ManualClock | None = None, lines: WindowLines | None = None
) -> ServiceTail:
    return ServiceTail(log, RUN, SOURCE, spool, clock or ManualClock(), lines=lines)


def shown(spool: Spool) -> list[str]:
    return [
        f"[{line.content.decode()}]" if line.kind is LineKind.GAP else line.content.decode()
        for line in spool.lines(0, 100_000)
    ]


def numbered(first: int, last: int) -> bytes:
    return b"".join(b"line %d\n" % number for number in range(first, last))


async def test_positions_bring_only_what_is_new(spool: Spool) -> None:
    log = ScriptedLog()
    tail = tail_of(log, spool)
    for end in range(10, 110, 10):
        log.content = numbered(0, end)
        assert await tail.poll()
    assert spool.path.read_bytes() == log.content
    assert log.served <= len(log.content) + 9 * GUARD_BYTES


async def test_nothing_new_grows_nothing(spool: Spool) -> None:
    log = ScriptedLog()
    log.content = b"one\n"
    tail = tail_of(log, spool)
    await tail.poll()
    assert not await tail.poll()


async def test_last_lines_are_joined_without_a_double(spool: Spool) -> None:
    log = ScriptedLog(by_lines=True)
    tail = tail_of(log, spool)
    for end in (5, 400, 900, 1700):
        log.content = numbered(0, end)
        await tail.poll()
    assert spool.path.read_bytes() == log.content


async def test_a_window_that_does_not_reach_is_widened_before_a_gap_is_admitted(spool: Spool) -> None:
    log = ScriptedLog(by_lines=True)
    tail = tail_of(log, spool)
    log.content = numbered(0, 10)
    await tail.poll()
    log.content = numbered(0, 5000)
    await tail.poll()
    assert spool.path.read_bytes() == log.content
    asked = [request.lines for request in log.requests[1:]]
    assert asked == sorted(asked)
    assert asked[0] < asked[-1]


async def test_lines_the_service_no_longer_gives_leave_a_gap_line(spool: Spool) -> None:
    log = ScriptedLog(by_lines=True)
    tail = tail_of(log, spool, lines=WindowLines(100, 100))
    log.content = numbered(0, 10)
    await tail.poll()
    log.error = ServiceDownError("down")
    await tail.poll()
    await tail.poll()
    log.error = None
    log.content = numbered(0, 500)
    await tail.poll()
    lines = shown(spool)
    assert lines[9] == "line 9"
    assert lines[10].startswith("[lines are missing here")
    assert "2 polls failed" in lines[10]
    assert lines[11:] == [f"line {number}" for number in range(400, 500)]


async def test_a_live_file_longer_than_one_window_says_that_earlier_lines_are_not_shown(spool: Spool) -> None:
    log = ScriptedLog(by_lines=True)
    log.content = numbered(0, 3000)
    await tail_of(log, spool).poll()
    lines = shown(spool)
    assert lines[0].startswith("[earlier lines are not shown")
    assert lines[1] == "line 2000"


async def test_the_stored_file_closes_the_gaps_once_the_run_is_over(spool: Spool) -> None:
    log = ScriptedLog(by_lines=True)
    log.content = numbered(0, 3000)
    tail = tail_of(log, spool)
    await tail.poll()
    log.by_lines, log.final = False, True
    log.content = numbered(0, 3100)
    await tail.poll()
    assert tail.state is TailState.ENDED
    assert spool.path.read_bytes() == log.content
    assert spool.gap_count == 0


async def test_a_progress_bar_that_rewrites_its_last_line_is_shown_once(spool: Spool) -> None:
    log = ScriptedLog(by_lines=True)
    tail = tail_of(log, spool)
    for content in (b"start\n10 %", b"start\n10 %..", b"start\n90 %", b"start\n90 %\ndone\n"):
        log.content = content
        await tail.poll()
    assert shown(spool) == ["start", "90 %", "done"]


async def test_a_log_that_was_begun_anew_keeps_what_was_shown_above_a_line_that_says_so(spool: Spool) -> None:
    log = ScriptedLog()
    tail = tail_of(log, spool)
    log.content = numbered(0, 5)
    await tail.poll()
    log.content = b"fresh\n"
    await tail.poll()
    log.content = b"fresh\nmore\n"
    await tail.poll()
    assert shown(spool) == [
        *(f"line {number}" for number in range(5)), "[the log was cut or begun anew here]", "fresh", "more",
    ]  # fmt: skip


async def test_a_rewritten_whole_text_is_not_mistaken_for_growth(spool: Spool) -> None:
    log = ScriptedLog()
    log.content = b"aaaa\n"
    tail = tail_of(log, spool)
    await tail.poll()
    log.content = b"bbbb\nmore\n"
    await tail.poll()
    assert shown(spool) == ["aaaa", "[the log was cut or begun anew here]", "bbbb", "more"]


async def test_an_error_keeps_what_is_shown_and_is_said(spool: Spool) -> None:
    log = ScriptedLog()
    log.content = b"one\n"
    tail = tail_of(log, spool)
    await tail.poll()
    log.error = ServiceDownError("the service is down")
    await tail.poll()
    assert tail.state is TailState.FAILING
    assert str(tail.error) == "the service is down"
    assert shown(spool) == ["one"]


async def test_a_missing_log_of_a_live_run_is_waited_for(spool: Spool) -> None:
    log = ScriptedLog()
    log.missing = True
    tail = tail_of(log, spool)
    for _ in range(5):
        await tail.poll()
    assert tail.state is TailState.WAITING
    log.missing, log.content = False, b"here\n"
    await tail.poll()
    assert shown(spool) == ["here"]


async def test_a_missing_log_of_a_run_that_is_over_ends_the_tail(spool: Spool) -> None:
    log = ScriptedLog()
    log.missing = True
    tail = tail_of(log, spool)
    tail.note_run(msgspec.structs.replace(RUN, status=Status.FAILED))
    for _ in range(3):
        await tail.poll()
    assert tail.is_over


async def test_following_polls_until_the_log_is_final_and_then_stops(spool: Spool) -> None:
    clock, log = ManualClock(), ScriptedLog()
    tail = tail_of(log, spool, clock)
    following = asyncio.create_task(tail.run())
    await clock.until_asleep()
    log.content, log.final = b"all\n", True
    await clock.advance(60)
    await asyncio.wait_for(following, 5)
    assert (shown(spool), tail.is_over) == (["all"], True)


async def test_what_the_service_asks_for_with_retry_after_is_waited(spool: Spool) -> None:
    clock, log = ManualClock(), ScriptedLog()
    log.error = RateLimitedError("slower", retry_after=40.0)
    tail = tail_of(log, spool, clock)
    following = asyncio.create_task(tail.run())
    await clock.until_asleep()
    await clock.advance(39)
    assert tail.polls == 1
    await clock.advance(2)
    await clock.until_asleep()
    assert tail.polls == 2
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_an_etag_that_is_wrong_does_not_freeze_the_log(spool: Spool) -> None:
    log = ScriptedLog()
    log.etags = Etags.FROZEN
    tail = tail_of(log, spool)
    log.content = numbered(0, 10)
    await tail.poll()
    for count in range(11, 40):
        log.content = numbered(0, count)
        await tail.poll()
        assert spool.line_count >= count - 4
    assert all(request.etag is None for request in log.requests[8:])


async def test_an_etag_that_is_right_saves_a_quiet_log_from_being_fetched_again(spool: Spool) -> None:
    log = ScriptedLog()
    log.etags, log.whole = Etags.HONEST, True
    tail = tail_of(log, spool)
    for count in (100, 101):
        log.content = numbered(0, count)
        await tail.poll()
    served = log.served
    for _ in range(100):
        await tail.poll()
    assert log.served - served <= 2 * len(log.content)


async def test_where_a_line_stands_is_known_after_the_stored_file_took_the_place_of_windows(spool: Spool) -> None:
    log = ScriptedLog(by_lines=True)
    log.content = numbered(0, 3000)
    tail = tail_of(log, spool)
    await tail.poll()
    before = spool.generation
    seen = spool.lines(501, 1)
    log.by_lines, log.final = False, True
    log.content = numbered(0, 3100)
    await tail.poll()
    now = spool.line_now(501, before)
    assert spool.lines(now, 1) == seen
    assert now == 2500


async def test_a_stored_file_that_only_goes_on_changes_no_line(spool: Spool) -> None:
    log = ScriptedLog(by_lines=True)
    log.content = numbered(0, 30)
    tail = tail_of(log, spool)
    await tail.poll()
    before = spool.generation
    log.by_lines, log.final = False, True
    log.content = numbered(0, 31)
    await tail.poll()
    assert (spool.generation, spool.line_count) == (before, 31)


async def test_a_service_that_gives_an_older_copy_for_once_doubles_nothing(spool: Spool) -> None:
    log = ScriptedLog()
    tail = tail_of(log, spool)
    for count in (10, 20, 15, 25):
        log.content = numbered(0, count)
        await tail.poll()
    assert shown(spool) == [f"line {number}" for number in range(25)]


async def test_a_service_that_promises_more_and_gives_nothing_is_not_asked_without_end(spool: Spool) -> None:
    clock, log = ManualClock(), ScriptedLog()
    log.content = b"x" * 1000
    log.most_bytes = 10
    tail = tail_of(log, spool, clock)
    following = asyncio.create_task(tail.run())
    await clock.until_asleep()
    assert tail.polls <= 4
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_a_large_log_comes_without_waiting_between_its_pieces(spool: Spool) -> None:
    clock, log = ManualClock(), ScriptedLog()
    log.content = numbered(0, 1000)
    log.most_bytes = 1000
    tail = tail_of(log, spool, clock)
    following = asyncio.create_task(tail.run())
    await clock.until_asleep()
    assert spool.line_count == 1000
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
