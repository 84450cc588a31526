"""The whole dashboard on 10,000 and 100,000 runs: first paint beside a bare app, memory, and the longest hold-up.

With RUNTUI_BENCH_LEET=1 also the first paint of `wandb leet`, installed from PyPI into an environment of its own.
"""

import asyncio
import os
import subprocess
import sys
import time
import venv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from runtui.backends.protocol import RunBatch
from runtui.config.profile import Origin, Profile
from runtui.config.settings import Config, load_config
from runtui.services.cache import RunCache
from runtui.services.session import Session
from runtui.tui.app import RuntuiApp
from runtui.tui.collector import calm_collector
from runtui.tui.opening import Opening
from runtui.tui.screens.runs import RunsScreen
from tests.support.conditions import reached
from tests.support.frames import drawn
from tests.support.sample_runs import sweep_runs
from tests.support.watched_program import WatchedProgram

pytestmark = pytest.mark.bench
MB = 1_000_000
TIMES = 7
MOST_CPU = 1.5
ALL_LISTED = b"0 000 "
"""The end of the number of all runs, for of what stood there only what is another is painted."""
DEAD = "http://127.0.0.1:9"
BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("airfoil")

Bare().run()
"""


def cached_environ(folder: Path, count: int) -> dict[str, str]:
    """The environment of a dashboard that finds so many cached runs of a service that does not answer."""
    folder.mkdir()
    config = folder / "config.toml"
    config.touch(mode=0o600)
    config.write_text(f'[profiles.hpc]\nservice = "rescale"\nurl = "{DEAD}"\ntoken = "none"\n')
    profile = load_config(config, {}).profiles[0]
    RunCache(folder / "cache").save(profile, sweep_runs(count), datetime.now(UTC))
    return {
        "HOME": str(folder),
        "RUNTUI_CONFIG": str(config),
        "RUNTUI_DATA_DIR": str(folder / "data"),
        "RUNTUI_CACHE_DIR": str(folder / "cache"),
    }


class Start(NamedTuple):
    """Processor and wall seconds until a program painted what it was to paint, and MB of memory a moment later."""

    cpu: float
    wall: float
    memory: float

    def __str__(self) -> str:
        return f"CPU {self.cpu * 1000:4.0f} ms   wall {self.wall * 1000:5.0f} ms   {self.memory:6.1f} MB"


def started(words: list[str], environ: dict[str, str], mark: bytes, folder: Path, last_mark: bytes = b"") -> Start:
    """Start a program until it painted `mark`; its memory is that of a moment after `last_mark`."""
    with WatchedProgram(words, environ, cwd=folder) as program:
        cpu, wall = program.painted(mark)
        program.painted(last_mark)
        program.until_quiet()
        return Start(cpu, wall, program.resident_bytes / MB)


def least(starts: list[Start]) -> Start:
    """What a start takes when nothing else goes on."""
    return Start(*(min(figures) for figures in zip(*starts, strict=True)))


def test_first_paint_and_memory_beside_a_bare_app(tmp_path: Path) -> None:
    for count, most_memory in ((10_000, 1.8), (100_000, 3.6)):
        environ = cached_environ(tmp_path / str(count), count)
        bares, all_ours = list[Start](), list[Start]()
        for _ in range(TIMES):
            bares.append(started([sys.executable, "-c", BARE], {"TEXTUAL_ANIMATIONS": "none"}, b"airfoil", tmp_path))
            all_ours.append(started([sys.executable, "-m", "runtui"], environ, b"airfoil", tmp_path, ALL_LISTED))
        bare, ours = least(bares), least(all_ours)
        print(f"\nbare app       {bare}\n{count:7,} runs   {ours}", end="")
        print(f"   CPU ratio {ours.cpu / bare.cpu:4.2f}   memory ratio {ours.memory / bare.memory:4.2f}", end="")
        assert ours.cpu <= MOST_CPU * bare.cpu
        assert ours.memory <= most_memory * bare.memory
    if os.environ.get("RUNTUI_BENCH_LEET"):
        peer = _leet(tmp_path / "leet")
        print(f"\nwandb leet     {least([started(*peer, tmp_path / 'leet') for _ in range(TIMES)])}", end="")


def _leet(folder: Path) -> tuple[list[str], dict[str, str], bytes]:
    """The command, the environment and the mark of the peer, with a run of its own to show."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "wandb"], check=True, capture_output=True)
    made = "import wandb; run = wandb.init(mode='offline', project='airfoil'); run.log({'Cd': 1}); run.finish()"
    alone = {"WANDB_MODE": "offline", "WANDB_BASE_URL": DEAD, "WANDB_ERROR_REPORTING": "false"}
    environ = {"HOME": str(folder), "WANDB_DIR": str(folder), "WANDB_SILENT": "true", **alone}
    subprocess.run([python, "-c", made], check=True, env=os.environ | environ, cwd=folder)
    return [str(folder / "bin" / "wandb"), "leet", str(folder / "wandb")], environ, b"offline-run"


def test_what_the_whole_dashboard_sends(tmp_path: Path) -> None:
    environ = cached_environ(tmp_path / "runs", 10_000)
    for theme, most in (("", 15_000), ("ansi-dark", 8_192)):
        chosen = {"TEXTUAL_THEME": theme, "NO_COLOR": "1"} if theme else {}
        with WatchedProgram([sys.executable, "-m", "runtui"], environ | chosen, cwd=tmp_path) as program:
            program.painted(b"airfoil")
            program.rest(1.5)
            sent = {}
            for name, key in (("key", b"\x1b[B"), ("page", b"\x1b[6~")):
                counts = []
                for _ in range(5):
                    program.press(key)
                    counts.append(program.rest(0.2))
                sent[name] = sorted(counts)[len(counts) // 2]
            print(f"\n   {theme or 'true colours':14} key {sent['key']} B   page {sent['page']:,} B", end="")
            assert sent["key"] <= 700
            assert sent["page"] <= most


class Beats:
    """Notes how long the loop was held up between two of its turns, in wall and in its thread's processor seconds."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    async def beat(self) -> None:
        """Beat until cancelled."""
        while True:
            wall, cpu = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.001)
            self.wall.append(time.perf_counter() - wall)
            self.cpu.append(time.thread_time() - cpu)


@pytest.fixture
def config() -> Config:
    profile = Profile(
        name="hpc", service="rescale", options={"url": DEAD, "token": "none"}, origin=Origin(place="a bench")
    )
    return Config(path=Path("/none"), profiles=(profile,))


async def test_the_longest_hold_up_while_a_hundred_thousand_runs_stream_in(config: Config, tmp_path: Path) -> None:
    runs = sweep_runs(100_000)
    calm_collector()

    @asynccontextmanager
    async def open_session() -> AsyncIterator[Session]:
        session = Session(config, config.profiles, environ={}, cache=RunCache(tmp_path))
        try:
            yield session
        finally:
            await session.aclose()

    async def stream(session: Session) -> None:
        for start in range(0, len(runs), 500):
            batch = RunBatch(scope="all", runs=tuple(runs[start : start + 500]), is_last=False)
            session.store.apply("hpc", batch, full=False)
            await asyncio.sleep(0.02)

    app = RuntuiApp(Opening(open_session=open_session, config=config, profiles=config.profiles))
    async with app.run_test(size=(120, 40)) as pilot:
        beats = Beats()
        beating = asyncio.create_task(beats.beat())
        start = time.process_time()
        await app.ask(stream)
        screen = app.screen
        assert isinstance(screen, RunsScreen)
        await reached(lambda: len(screen.table.keys) == len(runs), "all runs listed")
        used = time.process_time() - start
        print(f"\n   streamed in: CPU {used:.2f} s", end="")
        _say("streaming", beats)
        for name, keys in (("sort", ["s"]), ("turn", ["S"]), ("chip", ["4"]), ("filter", ["slash", *"/div/", "enter"])):
            beats.wall.clear()
            beats.cpu.clear()
            await pilot.press(*keys)
            await drawn(pilot)
            await reached(lambda: not screen.listed.is_working, "the new order")
            _say(name, beats)
        beating.cancel()


def _say(name: str, beats: Beats) -> None:
    print(
        f"\n   {name:10} longest hold-up {max(beats.cpu) * 1000:5.1f} ms CPU   {max(beats.wall) * 1000:5.1f} ms", end=""
    )
