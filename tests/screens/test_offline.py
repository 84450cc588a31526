"""The list of runs without a network: what was known is there, nothing moves, and it heals without a key."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from runtui.model.delta import FeedState
from runtui.model.kept_run import KeptRun
from runtui.services.cache import RunCache
from runtui.simulation.faults import Fault
from runtui.tui.screens.runs import RunsScreen
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator, Stage
from tests.support.ways import to_facts

Services = Mapping[str, ServedSimulator]


@pytest.fixture
def destine(stage: Stage) -> Iterator[Services]:
    with stage.serving("deltatwin", runs=20) as served:
        yield {"destine": served}


@pytest.fixture
def cache(tmp_path: Path) -> RunCache:
    return RunCache(tmp_path)


def break_network(destine: Services) -> None:
    """Every connection is broken off from now on."""
    destine["destine"].simulator.application.add(Fault(drop_answer=True))


def listed(dash: Dashboard) -> list[object]:
    return list(cast(RunsScreen, dash.screen).table.keys)


async def passes(dash: Dashboard, seconds: float) -> None:
    """Time passes for the dashboard alone, long enough for it to ask again."""
    dash.clock.elapsed += seconds
    dash.screen.time_passed(dash.clock.now())


async def test_what_was_known_is_listed_with_its_age_and_the_cursor_stays_where_it_is_when_the_network_comes(
    destine: Services, cache: RunCache
) -> None:
    async with dashboard(destine, cache=cache) as dash:
        known = listed(dash)
    break_network(destine)
    async with dashboard(destine, cache=cache) as dash:
        await dash.until(lambda: dash.app.index.health["destine"].state is FeedState.OFFLINE)
        assert listed(dash) == known
        await dash.press("j", "j")
        await passes(dash, 720)
        await dash.shows("▲ offline 12m")
        table = cast(RunsScreen, dash.screen).table
        under_cursor, lines = table.cursor_key, dash.frame.splitlines()[3:]
        destine["destine"].behave()
        await passes(dash, 0.01)
        await dash.until(lambda: dash.app.index.health["destine"].state is FeedState.FRESH)
        assert "offline" not in dash.frame
        assert (listed(dash), table.cursor_key) == (known, under_cursor)
        assert [line[:80] for line in dash.frame.splitlines()[3:]] == [line[:80] for line in lines]


async def test_all_facts_of_a_run_are_shown_that_is_known_from_before(stage: Stage, cache: RunCache) -> None:
    with stage.serving("rescale", runs=60) as served:
        hpc = {"hpc": served}
        async with dashboard(hpc, cache=cache) as dash:
            await dash.until(lambda: dash.app.index.health["hpc"].state is FeedState.FRESH)
        served.simulator.application.add(Fault(drop_answer=True))
        async with dashboard(hpc, cache=cache) as dash:
            await dash.until(lambda: dash.app.index.health["hpc"].state is FeedState.OFFLINE)
            known = dash.app.index.runs.values()
            run = next(run for run in known if isinstance(run, KeptRun) and run.variables)
            await to_facts(dash, run)
            await dash.press("y")
            shown = json.loads(dash.app.clipboard)
    assert shown["id"] == run.id
    assert [variable["name"] for variable in shown["variables"]] == [variable.name for variable in run.variables]
