"""The table with 100,000 and a million rows, beside the framework's own with a thousand; and what it sends."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import msgspec
import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import DataTable

from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.columns import DrawContext
from tests.support.frames import drawn
from tests.support.table_app import COLUMNS, NOW, TableApp, a_run, some_runs

pytestmark = pytest.mark.bench
SIZE = (120, 40)
PEER_ROWS = 1_000


class MadeUpRuns(dict[RunReference, Run]):
    """Any number of runs, each made when it is looked at."""

    def get(self, key: RunReference, default: object = None) -> Run:
        run = super().get(key)
        if run is None:
            run = self[key] = msgspec.structs.replace(a_run(int(key.id)), profile=key.profile, id=key.id)
        return run


class PeerApp(App[None]):
    """The framework's own table with a thousand rows of as many columns."""

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        self.query_one(DataTable).add_columns(*COLUMNS)


async def cpu_of(pilot: Pilot[None], act: Callable[[], Awaitable[None]], times: int = 5) -> float:
    """The least CPU seconds of the process for an act and all that is drawn for it."""
    best = float("inf")
    for _ in range(times):
        await drawn(pilot)
        start = time.process_time()
        await act()
        await drawn(pilot)
        best = min(best, time.process_time() - start)
    return best


async def peer_figures() -> dict[str, float]:
    """What filling, a key, a page and one changed cell cost the framework's own table, in CPU seconds."""
    app = PeerApp()
    async with app.run_test(size=SIZE) as pilot:
        table = app.query_one(DataTable)
        table.focus()
        rows = [
            [str(row), "airfoil sweep", "● running", "12s", "00:12", "0.1", "0.2", "me"] for row in range(PEER_ROWS)
        ]

        async def fill() -> None:
            table.clear()
            table.add_rows(rows)

        async def change() -> None:
            table.update_cell_at((3, 3), f"{time.monotonic()}s")  # type: ignore[arg-type]  # a coordinate

        return {
            "fill": await cpu_of(pilot, fill, 2),
            "key": await cpu_of(pilot, lambda: pilot.press("down")),
            "page": await cpu_of(pilot, lambda: pilot.press("pagedown")),
            "one row": await cpu_of(pilot, change),
        }


async def our_figures(count: int) -> dict[str, float]:
    """The same of our table with `count` rows."""
    app = TableApp(MadeUpRuns())
    keys = [RunReference("hpc", f"{number:07}") for number in range(count)]
    async with app.run_test(size=SIZE) as pilot:

        async def fill() -> None:
            app.table.show_keys(())
            app.table.show_keys(list(keys))

        async def turn() -> None:
            app.table.show_keys(list(app.table.keys)[::-1])

        async def change() -> None:
            key = app.table.visible_keys[3]
            status = Status.FAILED if app.runs[key].status is Status.RUNNING else Status.RUNNING
            app.runs[key] = msgspec.structs.replace(app.runs[key], status=status)
            app.table.refresh_rows([key])

        return {
            "fill": await cpu_of(pilot, fill, 3),
            "key": await cpu_of(pilot, lambda: pilot.press("down")),
            "page": await cpu_of(pilot, lambda: pilot.press("pagedown")),
            "one row": await cpu_of(pilot, change),
            "other order": await cpu_of(pilot, turn, 3),
        }


async def test_a_hundred_thousand_and_a_million_rows_beside_a_thousand_of_the_frameworks() -> None:
    peer = await peer_figures()
    for count in (100_000, 1_000_000):
        ours = await our_figures(count)
        print(f"\n{count:9,} rows, CPU ms (DataTable with {PEER_ROWS:,})", end="")
        for name, seconds in ours.items():
            beside = f"({peer[name] * 1000:6.1f}, ratio {seconds / peer[name]:5.2f})" if name in peer else ""
            print(f"\n   {name:12} {seconds * 1000:8.1f}  {beside}", end="")
    await asyncio.sleep(0)


async def test_what_a_list_sends_in_true_colours() -> None:
    app = TableApp(some_runs(1000))
    sent: dict[str, int] = {}
    async with app.run_test(size=SIZE) as pilot:

        async def weigh(name: str, act: Callable[[], Awaitable[None]]) -> None:
            await drawn(pilot)
            app.sent = 0
            await act()
            await drawn(pilot)
            sent[name] = app.sent

        async def change() -> None:
            key = app.table.visible_keys[5]
            app.runs[key] = msgspec.structs.replace(app.runs[key], status=Status.FAILED, status_text="other")
            app.table.refresh_rows([key])

        async def second() -> None:
            app.table.set_context(DrawContext(now=NOW.replace(second=1), zone=NOW.tzinfo))

        async def nothing() -> None:
            app.table.show_keys(list(app.table.keys))

        await weigh("key", lambda: pilot.press("down"))
        await weigh("one row", change)
        await weigh("a second", second)
        await weigh("page", lambda: pilot.press("pagedown"))
        await weigh("nothing", nothing)
    print("\n   " + "   ".join(f"{name} {count:,} B" for name, count in sent.items()), end="")
    assert sent["key"] <= 700
    assert sent["one row"] <= 700
    assert sent["page"] <= 15_000
    assert sent["nothing"] == 0
