"""Nodes of a run that are runs themselves, with logs and files of their own."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from runtui.model.run import Run
from runtui.tui.screens.files import FilesScreen
from runtui.tui.screens.log import LogScreen
from runtui.tui.screens.run import RunScreen
from runtui.tui.widgets.nodes_pane import NodesPane
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator, Stage


@pytest.fixture
def served(stage: Stage) -> Iterator[ServedSimulator]:
    """Rescale with an optimisation among its jobs."""
    with stage.serving("rescale") as one:
        yield one


@asynccontextmanager
async def an_optimisation(served: ServedSimulator) -> AsyncIterator[tuple[Dashboard, Run]]:
    """The screen of an optimisation with the cursor on a case of it that has started; and that case."""
    async with dashboard({"hpc": served}) as dash:
        runs = dash.app.index.runs.values()
        case = next(run for run in runs if run.parent_id and run.extra["type"] == "case" and run.ended_at)
        root = next(run for run in runs if run.job_id == case.job_id and run.extra["type"] == "optimization")
        dash.app.open_run(root.reference)
        await dash.opened(RunScreen)
        await dash.idle()
        assert dash.screen.query_one(NodesPane).move_to_key(case.id.partition("/")[2])
        yield dash, case


async def test_the_log_shown_below_and_opened_is_the_cases_own(served: ServedSimulator) -> None:
    async with an_optimisation(served) as (dash, case):
        name = dash.screen.short_name(case.reference)
        await dash.shows(f"{name} · process_output.log")
        await dash.press("l")
        await dash.opened(LogScreen)
        assert isinstance(dash.screen, LogScreen)
        await dash.shows(name)


async def test_the_files_opened_are_the_cases_own(served: ServedSimulator) -> None:
    async with an_optimisation(served) as (dash, case):
        await dash.press("f")
        await dash.opened(FilesScreen)
        assert isinstance(dash.screen, FilesScreen)
        assert dash.screen.reference == case.reference
