"""Whatever is written and whatever fails between polls: each line is shown once, or a gap stands where it is not."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtui.model.clock import ManualClock
from runtui.model.errors import ServiceDownError
from runtui.model.lines import LineKind
from runtui.services.line_windows import WindowLines
from runtui.services.service_tail import ServiceTail
from runtui.services.spool import Spool
from runtui.services.tail import TailState
from tests.support.scripted_log import RUN, SOURCE, Etags, ScriptedLog

GAP = None


class Story:
    """A log that is written to, cut, replaced, lost and found, a tail that follows it, and every line ever written."""

    def __init__(self, path: Path, log: ScriptedLog, lines: WindowLines, *, texts: int = 0) -> None:
        self.log = log
        self.true: list[bytes] = []
        self._texts = texts
        self._written = 0
        self._lines = lines
        self._spool = Spool(path)
        self.tail = self._opened(self._spool)

    def _opened(self, spool: Spool, before: ServiceTail | None = None) -> ServiceTail:
        mark = before.mark if before is not None else None
        return ServiceTail(self.log, RUN, SOURCE, spool, ManualClock(), lines=self._lines, mark=mark)

    def _next_line(self) -> bytes:
        self._written += 1
        return b"line %d" % (self._written % self._texts if self._texts else self._written)

    def write(self, count: int) -> None:
        """Lines come; a line that was begun is ended first."""
        if self.log.content and not self.log.content.endswith(b"\n"):
            self.log.content += b"\n"
        for _ in range(count):
            self.true.append(self._next_line())
            self.log.content += self.true[-1] + b"\n"

    def begin_line(self, part: int) -> None:
        """A part of a line comes, at the end of what was begun or as a beginning."""
        text = b"<%d>" % part
        if self.log.content and not self.log.content.endswith(b"\n"):
            self.true[-1] += text
        else:
            self._written += 1
            text = b"begun %d" % self._written + text
            self.true.append(text)
        self.log.content += text

    def rotate(self) -> None:
        """Another file begins in place of the one there was; of one that was never seen nobody can know."""
        self.log.content = b""
        if not self.shown():
            self.true.clear()

    async def restart(self) -> None:
        """The program ends and comes back to what it left."""
        size, gaps = self._spool.byte_count, self._spool.gap_places
        self.tail.close()
        self._spool = Spool(self._spool.path, keep=size, gaps=gaps)
        self.tail = self._opened(self._spool, self.tail)

    async def do(self, kind: str, count: int) -> None:
        """One step of the story."""
        match kind:
            case "write":
                self.write(count)
            case "begin":
                self.begin_line(count)
            case "poll":
                await self.tail.poll()
            case "down":
                self.log.error = ServiceDownError("the service is down") if count % 2 else None
            case "gone":
                self.log.missing = bool(count % 2)
            case "rotate":
                self.rotate()
            case "restart":
                await self.restart()

    def shown(self) -> list[bytes | None]:
        """What is shown, with None for a gap."""
        lines = self._spool.lines(0, 1_000_000)
        return [line.content if line.kind is LineKind.TEXT else GAP for line in lines]

    def finish(self) -> None:
        """Let go of the files."""
        self.tail.close()


def stretches(shown: list[bytes | None]) -> list[list[bytes]]:
    """What is shown between gaps."""
    found: list[list[bytes]] = [[]]
    for line in shown:
        if line is GAP:
            found.append([])
        else:
            found[-1].append(line)
    return found


def stands(stretch: list[bytes], true: list[bytes], at: int) -> bool:
    """Whether a stretch before a gap is what is true from a place on; its last line may have been broken off."""
    if not stretch:
        return True
    last = at + len(stretch) - 1
    return true[at:last] == stretch[:-1] and last < len(true) and true[last].startswith(stretch[-1])


def is_told(shown: list[bytes | None], true: list[bytes]) -> bool:
    """Whether what is shown is what is true, but for lines missing exactly where there are gaps."""
    *before, last = stretches(shown)
    if not before:
        return last == true
    at = 0
    for order, stretch in enumerate(before):
        while order and at < len(true) and not stands(stretch, true, at):
            at += 1
        if not stands(stretch, true, at):
            return False
        at += len(stretch)
    return len(true) - len(last) >= at and (not last or true[-len(last) :] == last)


KINDS = ["write"] * 5 + ["poll"] * 6 + ["begin", "begin", "down", "gone", "rotate", "restart"]
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 40)), max_size=50)
WINDOWS = st.tuples(st.integers(1, 30), st.integers(1, 4)).map(lambda sizes: WindowLines(sizes[0], sizes[0] * sizes[1]))


async def told(story: Story, steps: list[tuple[str, int]]) -> list[bytes | None]:
    try:
        for kind, count in steps:
            await story.do(kind, count)
        story.log.error, story.log.missing = None, False
        for _ in range(4):
            await story.tail.poll()
        return story.shown()
    finally:
        story.finish()


@settings(suppress_health_check=list(HealthCheck), max_examples=300, deadline=None)
@given(STEPS, WINDOWS)
def test_last_lines_alone_show_each_line_once_or_a_gap(
    tmp_path: Path, steps: list[tuple[str, int]], lines: WindowLines
) -> None:
    story = Story(tmp_path / "log", ScriptedLog(by_lines=True), lines)
    shown = asyncio.run(told(story, steps))
    assert is_told(shown, story.true) or (not story.log.content and is_told([*shown, GAP], story.true)), shown


@settings(suppress_health_check=list(HealthCheck), max_examples=300, deadline=None)
@given(STEPS, st.integers(1, 5), st.integers(1, 30))
def test_lines_that_repeat_are_counted_where_a_window_can_reach_the_beginning(
    tmp_path: Path, steps: list[tuple[str, int]], texts: int, first: int
) -> None:
    kept = [(kind, count) for kind, count in steps if kind != "rotate"]
    story = Story(tmp_path / "log", ScriptedLog(by_lines=True), WindowLines(first, 100_000), texts=texts)
    shown = asyncio.run(told(story, kept))
    assert is_told(shown, story.true), shown
    assert GAP not in shown or shown[0] is GAP


@settings(suppress_health_check=list(HealthCheck), max_examples=300, deadline=None)
@given(STEPS, st.booleans(), st.sampled_from(Etags), st.integers(100, 500))
def test_pieces_with_positions_show_each_line_once_or_a_gap(
    tmp_path: Path, steps: list[tuple[str, int]], whole: bool, etags: Etags, most_bytes: int
) -> None:
    log = ScriptedLog()
    log.whole, log.etags = whole, etags
    log.most_bytes = 1 << 30 if whole else most_bytes
    story = Story(tmp_path / "log", log, WindowLines())

    async def tell() -> list[bytes | None]:
        try:
            for kind, count in steps:
                await story.do(kind, count)
            log.error, log.missing = None, False
            for _ in range(10 + len(log.content) // 36):
                await story.tail.poll()
            return story.shown()
        finally:
            story.finish()

    shown = asyncio.run(tell())
    assert is_told(shown, story.true) or (not log.content and is_told([*shown, GAP], story.true)), shown


@settings(suppress_health_check=list(HealthCheck), max_examples=150, deadline=None)
@given(STEPS, WINDOWS, st.integers(100, 400))
def test_the_stored_file_takes_the_place_of_what_was_followed_whatever_happened_before(
    tmp_path: Path, steps: list[tuple[str, int]], lines: WindowLines, most_bytes: int
) -> None:
    log = ScriptedLog(by_lines=True)
    story = Story(tmp_path / "log", log, lines)

    async def tell() -> None:
        try:
            for kind, count in steps:
                await story.do(kind, count)
            log.error, log.missing, log.by_lines, log.final = None, False, False, True
            log.most_bytes = most_bytes
            for _ in range(5 + len(log.content) // 36):
                if not story.tail.is_over:
                    await story.tail.poll()
            assert story.tail.state is TailState.ENDED
            assert story.tail.spool.path.read_bytes() == log.content
            assert GAP not in story.shown()
        finally:
            story.finish()

    asyncio.run(tell())


@pytest.mark.parametrize(
    ("shown", "true", "good"),
    [
        ([b"a", b"b"], [b"a", b"b"], True),
        ([b"a"], [b"a", b"b"], False),
        ([b"a", GAP, b"c"], [b"a", b"b", b"c"], True),
        ([b"a", GAP, b"b"], [b"a", b"b", b"c"], False),
        ([b"a", b"a"], [b"a"], False),
        ([GAP, b"c"], [b"a", b"b", b"c"], True),
        ([b"a", GAP], [b"a", b"b", b"c"], True),
    ],
)
def test_the_proof_can_fail(shown: list[bytes | None], true: list[bytes], good: bool) -> None:
    assert is_told(shown, true) is good
