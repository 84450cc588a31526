"""Runs in the palette."""

import asyncio
from collections.abc import Mapping

from runtui.model.delta import Delta
from runtui.tui.palette import RunProvider
from runtui.tui.slices import STEP
from tests.support.dashboard import dashboard
from tests.support.sample_runs import sweep_runs
from tests.support.stage import ServedSimulator

Services = Mapping[str, ServedSimulator]


async def test_others_have_their_turn_while_many_runs_are_searched_and_runs_may_come(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        runs = sweep_runs(10 * STEP)
        dash.app.index.apply(Delta(changed={run.reference: run for run in runs[1:]}))
        found: list[str] = []
        turns = 0

        async def search() -> None:
            async for hit in RunProvider(dash.screen).search(runs[-1].id):
                found.append(str(hit.text))

        searching = asyncio.create_task(search())
        while not searching.done():
            turns += 1
            dash.app.index.apply(Delta(changed={runs[0].reference: runs[0]}))
            await asyncio.sleep(0)
        await searching
        assert turns >= 10
        assert [text.split()[0] for text in found] == [str(runs[-1].reference)]
