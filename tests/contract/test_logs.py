"""Following the text of a run."""

import asyncio
import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

import msgspec
import pytest

from runtui.model.capability import Capability
from runtui.model.errors import NotFoundError
from runtui.model.log import LogRequest, LogSource
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.simulation.faults import Fault
from tests.support.held_log import HeldLog, read_log
from tests.support.scene import Scene, unknown_like

pytestmark = pytest.mark.needs(Capability.LOGS)

WHY = rb"error|fail|traceback|exit|cannot|not found|fatal|diverg"
KINDS = (Status.RUNNING, Status.SUCCEEDED, Status.FAILED, Status.STOPPED, Status.QUEUED)
LATIN = b"temp\xe9rature \xff\xfe \x1b[31m 21\xb0C\nsecond line\n"


async def sources_of(scene: Scene, run: Run) -> tuple[LogSource, ...]:
    """What can be followed of a run."""
    return await scene.connection.with_logs.log_sources(run)


async def telling(scene: Scene, *statuses: Status) -> tuple[Run, LogSource]:
    """A run of such a status whose most telling source holds something."""
    for run in (await scene.listed()).some(*statuses):
        for source in (await sources_of(scene, run))[:2]:
            if await read_log(scene, run, source):
                return run, source
    raise AssertionError(f"no run with status {statuses} has a log that holds anything")


async def test_sources_are_told_apart_by_their_ids(still: Scene) -> None:
    listed = await still.listed()
    for status in KINDS:
        for run in listed.some(status)[:2]:
            sources = await sources_of(still, run)
            assert len({source.id for source in sources}) == len(sources), run.id
            assert all(source.id and source.name for source in sources)


async def test_every_run_that_runs_or_failed_has_something_to_follow(still: Scene) -> None:
    for status in (Status.RUNNING, Status.FAILED):
        await telling(still, status)


async def test_the_most_telling_sources_of_failed_runs_say_why(still: Scene) -> None:
    """Not of every one: what was killed had no time to."""
    told = 0
    for run in (await still.listed()).some(Status.FAILED)[:10]:
        for source in (await sources_of(still, run))[:1]:
            told += re.search(WHY, await read_log(still, run, source), re.IGNORECASE) is not None
    assert told


@pytest.mark.needs(Capability.NODES)
async def test_a_source_of_a_node_names_a_node_there_is(still: Scene) -> None:
    listed = await still.listed()
    for run in (*listed.some(Status.RUNNING)[:1], *listed.some(Status.SUCCEEDED)[:1]):
        ids = {node.id for node in await still.connection.with_nodes.nodes(run)}
        assert {source.node_id for source in await sources_of(still, run)} <= {*ids, None}


async def test_a_final_log_is_given_whole_and_says_that_it_is_final(still: Scene) -> None:
    run, source = await telling(still, Status.SUCCEEDED)
    held = HeldLog()
    await held.read_on(still, run, source)
    assert held.is_final
    assert held.content.count(b"\n") > 5


async def test_reading_twice_gives_the_same_bytes(still: Scene) -> None:
    run, source = await telling(still, Status.SUCCEEDED)
    one, two = await asyncio.gather(read_log(still, run, source), read_log(still, run, source))
    assert one == two == await read_log(still, run, source)


async def test_reading_on_from_any_position_gives_the_same_bytes(still: Scene) -> None:
    run, source = await telling(still, Status.SUCCEEDED)
    whole = await read_log(still, run, source)
    for offset in (1, len(whole) // 2, len(whole) - 1, len(whole)):
        window = await still.connection.with_logs.read_log(run, source, LogRequest(offset=offset))
        assert window.offset is not None
        assert window.offset <= offset
        given = whole[: window.offset] + window.content if not window.unchanged else whole
        assert given == whole


async def test_a_position_behind_the_end_is_answered_without_made_up_bytes(still: Scene) -> None:
    run, source = await telling(still, Status.SUCCEEDED)
    whole = await read_log(still, run, source)
    window = await still.connection.with_logs.read_log(run, source, LogRequest(offset=len(whole) + 1000))
    assert window.unchanged or window.content in (b"", whole)


async def test_logs_grow_without_a_byte_lost_or_changed(small_live: Scene) -> None:
    runs = (await small_live.listed()).some(Status.RUNNING)[:3]
    followed = {(run.id, source): HeldLog() for run in runs for source in (await sources_of(small_live, run))[:3]}
    grown = dict.fromkeys(followed, 0)
    for _ in range(30):
        small_live.world.advance(4)
        fetched = {run.id: await small_live.backend.fetch_run(run.id) for run in runs}
        for (run_id, source), held in followed.items():
            if not held.is_final:
                grown[run_id, source] += await held.poll(small_live, fetched[run_id], source) > 0
    assert max(grown.values()) >= 3
    small_live.world.advance(3600)
    for (run_id, source), held in followed.items():
        run = await small_live.backend.fetch_run(run_id)
        assert run.status.is_final
        assert held.content in await read_log(small_live, run, source)


async def test_a_follower_that_goes_on_to_the_end_holds_the_whole(small_live: Scene) -> None:
    run, source = await telling(small_live, Status.RUNNING)
    held = HeldLog()
    for _ in range(200):
        await held.poll(small_live, run, source)
        if held.is_final:
            break
        small_live.world.advance(20)
        run = await small_live.backend.fetch_run(run.id)
    assert held.is_final
    assert held.content == await read_log(small_live, run, source)


async def test_the_end_of_a_log_comes_when_only_a_few_lines_are_asked_for(still: Scene) -> None:
    run, source = await telling(still, Status.RUNNING)
    window = await still.connection.with_logs.read_log(run, source, LogRequest(offset=0, lines=3))
    whole = await read_log(still, run, source)
    assert whole.endswith(window.content)


async def test_bytes_that_are_no_utf_8_come_as_they_are(small_live: Scene) -> None:
    run, source = await telling(small_live, Status.SUCCEEDED)
    write_over(small_live, await requests_of_reading(small_live, run, source), source)
    fresh = (await read_log(small_live, run, source))[-len(LATIN) :]
    assert fresh == LATIN


async def requests_of_reading(scene: Scene, run: Run, source: LogSource) -> list[str]:
    """What a service is asked when a log is read."""
    before = len(scene.served.requests)
    await read_log(scene, run, source)
    return scene.served.requests[before:]


def write_over(scene: Scene, requests: list[str], source: LogSource) -> None:
    """Make a log hold bytes that are no UTF-8: where the service sends it, or on this machine's disk."""
    place = Path(source.location)
    if place.is_absolute() and place.exists():
        place.write_bytes(place.read_bytes() + LATIN)
        return
    asked = re.escape(unquote(requests[-1].partition("?")[0]))
    for line in scene.served.fault_lines:
        line.add(Fault(match=asked, status=200, body=LATIN, content_type="text/plain"))


async def test_a_log_of_a_run_there_is_not_is_not_found(still: Scene) -> None:
    run, source = await telling(still, Status.SUCCEEDED)
    with pytest.raises(NotFoundError):
        await still.connection.with_logs.log_sources(unknown_like(run))
    with pytest.raises(NotFoundError):
        await still.connection.with_logs.read_log(unknown_like(run), source, LogRequest())


@pytest.mark.parametrize("source_id", ["nope", "../../etc/passwd", "/etc/passwd", "a/b", "\x1b[31m", "ü#?%"])
async def test_a_source_there_is_not_gives_no_bytes(still: Scene, source_id: str) -> None:
    run, source = await telling(still, Status.SUCCEEDED)
    strange = msgspec.structs.replace(source, id=source_id, node_id=None, location="")
    content = b""
    with suppress(NotFoundError):
        content = (await still.connection.with_logs.read_log(run, strange, LogRequest())).content
    assert content == b""


async def test_following_a_queued_run_is_no_error_and_no_end(still: Scene) -> None:
    for run in (await still.listed()).some(Status.QUEUED)[:3]:
        for source in await sources_of(still, run):
            await still.connection.with_logs.read_log(run, source, LogRequest())
