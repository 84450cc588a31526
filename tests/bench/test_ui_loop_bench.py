"""How long the loop of the screens is kept by one thing at a time while downloads run beside it."""

import asyncio
import gc
import time
from pathlib import Path

import pytest

from runtui.config.settings import Interface
from tests.support.dashboard import dashboard
from tests.support.stage import Stage
from tests.support.ways import to_files

pytestmark = pytest.mark.bench


class Keeping:
    """How long the loop was kept each time, in CPU seconds of its own thread: other programs do not count."""

    def __init__(self) -> None:
        self.times: list[float] = []

    async def watch(self) -> None:
        """Note it at every turn of the loop."""
        before = time.thread_time()
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            self.times.append(now - before)
            before = now

    def longest(self) -> str:
        """The longest times, in a sentence."""
        return "  ".join(f"{seconds * 1000:.1f}" for seconds in sorted(self.times)[-4:]) + " ms"


async def test_the_loop_of_the_screens_while_downloads_run(tmp_path: Path) -> None:
    stage = Stage()
    with stage.serving("rescale", runs=200) as served:
        async with dashboard({"hpc": served}, interface=Interface(download_dir=tmp_path)) as dash:
            await to_files(dash)
            gc.collect()
            gc.freeze()  # what the tests themselves hold is no part of it
            keys, rest = Keeping(), Keeping()
            for keeping, pressed in ((keys, ("A", "d", "T", "down", "up", "q", "down", "q", "down")), (rest, ())):
                watching = asyncio.create_task(keeping.watch())
                for key in pressed:
                    await dash.pilot.press(key)
                if not pressed:
                    await dash.until(lambda: all(one.state.is_over for one in dash.app.transfers.values()))
                watching.cancel()
            gc.unfreeze()
            count = len(dash.app.transfers)
    stage.close()
    print(f"\n{count} downloads   longest with keys {keys.longest()}   without {rest.longest()}", end="")
    assert count
