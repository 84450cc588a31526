"""The pager over ten million lines and under a flood of them."""

import asyncio
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtui.services.filtered import filter_of
from runtui.services.local_file import LocalFile
from runtui.services.merged_search import MergedSearch
from runtui.services.spool import Spool
from runtui.tui.log_text import LogText
from runtui.tui.widgets.log_view import LogView
from tests.support.frames import drawn, frame_of
from tests.support.log_app import CountedLines, LogApp

pytestmark = pytest.mark.bench
SIZE = (120, 40)
LINES = 10_000_000
FLOOD = 100_000
"""Lines a second."""


async def cpu_of_keys(app: LogApp, *keys: str) -> dict[str, float]:
    """The least CPU seconds of each key over a few presses, drawing included."""
    best: dict[str, float] = {}
    async with app.run_test(size=SIZE) as pilot:
        for key in keys:
            for _ in range(5):
                await drawn(pilot)
                start = time.process_time()
                await pilot.press(key)
                await drawn(pilot)
                best[key] = min(best.get(key, 9.9), time.process_time() - start)
    return best


async def test_keys_cost_the_same_at_a_thousand_and_ten_million_lines() -> None:
    keys = ("down", "pagedown", "G", "g", "w", "pagedown")
    few, many = (
        await cpu_of_keys(LogApp(CountedLines(1_000)), *keys),
        await cpu_of_keys(LogApp(CountedLines(LINES)), *keys),
    )
    for key in few:
        ratio = many[key] / few[key]
        print(
            f"\n   {key:10} {many[key] * 1000:6.1f} ms   a thousand {few[key] * 1000:6.1f} ms   ratio {ratio:4.1f}",
            end="",
        )


async def test_a_jump_in_ten_million_lines_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("wb") as file:
        for piece in pieces(100_000):
            file.write(piece)
        content = path.read_bytes()
        for _ in range(LINES // 100_000 - 1):
            file.write(content)
    log = LocalFile(path)
    while log.look():
        pass
    app, costs = LogApp(log), []
    async with app.run_test(size=SIZE) as pilot:
        for number in range(1, 20):
            await drawn(pilot)
            start = time.process_time()
            app.log_view.go_to_base_line(LINES * number // 20)
            await drawn(pilot)
            costs.append(time.process_time() - start)
    log.close()
    print(f"\n   a jump {min(costs) * 1000:.1f} ms of CPU at best, {sorted(costs)[9] * 1000:.1f} in the middle", end="")


async def test_the_screen_is_never_held_up_while_a_very_long_line_is_looked_through(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "log")
    for _ in range(200):
        spool.append(b"an error here, a number 12.5 there, " * 28_000)
    text, app = LogText([("log", spool)]), LogApp(spool)
    text.search_for("nowhere|at all")
    text.filter_by(filter_of(["nowhere"]))

    def look() -> None:
        for _ in text.advance(lambda: False):
            pass

    async with app.run_test(size=SIZE) as pilot:
        await drawn(pilot)
        looking, longest = threading.Thread(target=look), 0.0
        looking.start()
        while looking.is_alive():
            begun = time.perf_counter()
            await asyncio.sleep(0.01)
            longest = max(longest, time.perf_counter() - begun - 0.01)
    spool.close()
    print(f"\n   longest block {longest * 1000:.0f} ms", end="")


async def test_a_flood_is_followed_without_keeping_it() -> None:
    source = CountedLines(FLOOD)
    app = LogApp(source)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("F")
        await drawn(pilot)
        app.heard.clear()
        app.sent = 0
        tracemalloc.start()
        held = tracemalloc.get_traced_memory()[0]
        wall, cpu = time.perf_counter(), time.process_time()
        while time.perf_counter() - wall < 2:
            source.grow(FLOOD // 100)
            await asyncio.sleep(0.01)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        grown = tracemalloc.get_traced_memory()[0] - held
        tracemalloc.stop()
        await drawn(pilot)
        draws = sum(isinstance(message, LogView.Changed) for message in app.heard)
        print(
            f"\n   {(source.count - FLOOD) / wall:9,.0f} lines/s at {cpu / wall:4.0%} of a core,"
            f" {draws / wall:4.1f} draws/s, {app.sent / wall / 1000:5.1f} KB/s, {grown / 1e6:4.1f} MB kept",
            end="",
        )
        assert draws <= 10 * wall + 2
        while f"Time = {source.count - 1}" not in frame_of(app):
            await pilot.pause(0.02)


async def test_what_a_pager_sends_in_true_colours() -> None:
    app = LogApp(CountedLines(LINES))
    sent: dict[str, int] = {}
    async with app.run_test(size=SIZE) as pilot:
        for key in ("down", "pagedown", "v", "w"):
            await drawn(pilot)
            app.sent = 0
            await pilot.press(key)
            await drawn(pilot)
            sent[key] = app.sent
    print("\n   " + "   ".join(f"{key} {count:,} B" for key, count in sent.items()), end="")
    assert sent["down"] <= 700
    assert sent["pagedown"] <= 15_000


# a log on the disk, with all that looks for something in it


def pieces(lines: int, *, least: int = 64 * 1024) -> Iterator[bytes]:
    """Made-up lines, some 100 bytes each, in pieces of whole lines."""
    source, content = CountedLines(lines), b""
    for first in range(0, lines, 1000):
        content += b"".join(line.content + b" " * 45 + b"\n" for line in source.lines(first, 1000))
        if len(content) >= least:
            yield content
            content = b""
    yield content


async def test_a_flood_into_a_spool_is_followed_while_errors_are_looked_for(tmp_path: Path) -> None:
    spool, flood = Spool(tmp_path / "log"), list(pieces(FLOOD, least=FLOOD * 100 // 50))
    text, app, over = LogText([("log", spool)]), LogApp(spool), threading.Event()

    def feed() -> None:
        begun = time.perf_counter()
        for number, piece in enumerate(flood * 3, 1):
            spool.append(piece)
            over.wait(max(0.0, begun + number / len(flood) - time.perf_counter()))

    def look() -> None:
        while not over.wait(0.05):
            for _ in text.advance(over.is_set):
                pass

    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("F")
        await drawn(pilot)
        threads = [threading.Thread(target=feed), threading.Thread(target=look)]
        wall, cpu, longest = time.perf_counter(), time.process_time(), 0.0
        for thread in threads:
            thread.start()
        while threads[0].is_alive():
            begun = time.perf_counter()
            await asyncio.sleep(0.01)
            longest = max(longest, time.perf_counter() - begun - 0.01)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        over.set()
        threads[1].join()
        while app.log_view.state.cursor != 3 * FLOOD - 1:
            await pilot.pause(0.02)
    print(
        f"\n   {3 * FLOOD / wall:9,.0f} lines/s at {cpu / wall:4.0%} of a core,"
        f" longest block {longest * 1000:.0f} ms, {len(text.errors.lines)} errors",
        end="",
    )
    assert spool.line_count == 3 * FLOOD


def test_the_first_hits_in_many_logs_do_not_wait_for_their_merging(tmp_path: Path) -> None:
    logs = []
    for number in range(32):
        spool = Spool(tmp_path / f"log-{number}")
        for piece in pieces(62_500):
            spool.append(piece)
        logs.append((f"log {number}", spool))
    text = LogText(logs)
    text.search_for("residual = 3\\.1")
    begun, first = time.process_time(), 0.0
    for _ in text.advance(lambda: False):
        assert isinstance(text.search, MergedSearch)
        if not first and text.search.hit_count:
            first = time.process_time() - begun
    whole = time.process_time() - begun
    print(f"\n   first hits after {first:.2f} s of CPU, all merged and looked through after {whole:.1f} s", end="")
    assert text.search is not None
    assert len(text.search.lines)
