"""Mail when runs of a job are over, asked for in the list of jobs."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from runtui.tui.screens.jobs import JobsScreen
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from tests.support.dashboard import Dashboard, a_profile, dashboard
from tests.support.stage import ServedSimulator, Stage


@pytest.fixture
def served(stage: Stage) -> Iterator[ServedSimulator]:
    """CARROT in a world of this test's own."""
    with stage.serving("carrot", runs=12) as one:
        yield one


@asynccontextmanager
async def jobs_of(served: ServedSimulator) -> AsyncIterator[Dashboard]:
    """The list of jobs of a profile with an address."""
    async with dashboard({}, profiles=[a_profile("lab", served, email="ada@lab.org")]) as dash:
        dash.app.open_jobs("lab")
        await dash.opened(JobsScreen)
        await dash.idle()
        yield dash


async def asked(dash: Dashboard) -> str:
    """Press the key; gives the dialog as a text."""
    await dash.press("m")
    await dash.until(lambda: isinstance(dash.app.screen, ConfirmDialog))
    return dash.frame


def changing(served: ServedSimulator) -> list[str]:
    return [one.partition(" ")[0] for one in served.requests if not one.startswith("GET ")]


async def test_the_dialog_names_address_and_job_and_enter_alone_asks_for_nothing(served: ServedSimulator) -> None:
    async with jobs_of(served) as dash:
        job = dash.screen.table.cursor_key  # type: ignore[attr-defined]
        frame = await asked(dash)
        assert f"lab:{job}" in frame
        assert "ada@lab.org" in frame
        await dash.press("enter")
        await dash.idle()
        assert changing(served) == []


async def test_the_same_key_asks_for_mail_and_then_ends_it(served: ServedSimulator) -> None:
    async with jobs_of(served) as dash:
        await asked(dash)
        await dash.press("m")
        await dash.shows("is told when runs of")
        assert "End the mail about this job?" in await asked(dash)
        await dash.press("m")
        await dash.shows("is told no more of it")
        assert changing(served) == ["POST", "DELETE"]
