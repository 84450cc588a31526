"""Stopping and deleting a job with all its runs from the list of jobs."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager

import msgspec
import pytest

from runtui.model.status import Status
from runtui.tui.screens.jobs import JobsScreen
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator, Stage


@pytest.fixture
def served(stage: Stage) -> Iterator[ServedSimulator]:
    """Rescale in a world of this test's own."""
    with stage.serving("rescale", runs=60) as one:
        yield one


def a_job(dash: Dashboard, *, is_live: bool) -> tuple[str, int]:
    """A job of several runs, one of which runs or all of which are over, and how many it has."""
    runs = dash.app.index.runs.values()
    counts = Counter(run.job_id for run in runs)
    running = {run.job_id for run in runs if run.status is Status.RUNNING}
    live = {run.job_id for run in runs if not run.status.is_final}
    fits = running if is_live else counts.keys() - live
    return next((job, counts[job]) for job in counts if job in fits and counts[job] > 1)


@asynccontextmanager
async def jobs_of(served: ServedSimulator, *, is_live: bool) -> AsyncIterator[tuple[Dashboard, str, int]]:
    """The list of jobs with the cursor on such a job."""
    async with dashboard({"hpc": served}) as dash:
        job, many = a_job(dash, is_live=is_live)
        dash.app.open_jobs("hpc")
        await dash.opened(JobsScreen)
        await dash.idle()
        screen = dash.screen
        assert isinstance(screen, JobsScreen)
        assert screen.table.move_to_key(job)
        yield dash, job, many


def changing(served: ServedSimulator) -> list[str]:
    return [one for one in served.requests if not one.startswith("GET ")]


async def asked(dash: Dashboard, key: str) -> None:
    await dash.press(key)
    await dash.until(lambda: isinstance(dash.app.screen, ConfirmDialog))


async def test_the_dialog_names_the_job_and_how_many_runs_it_has_and_enter_alone_ends_nothing(
    served: ServedSimulator,
) -> None:
    async with jobs_of(served, is_live=True) as (dash, job, many):
        for key, verb in (("X", "Stop"), ("D", "Delete")):
            await asked(dash, key)
            assert f"{verb} the whole job?" in dash.frame
            assert f"hpc:{job}" in dash.frame
            assert f"with all its {many} runs" in dash.frame
            await dash.press("enter")
            await dash.idle()
        assert changing(served) == []


async def test_a_stopped_job_shows_on_its_runs_until_the_service_confirms(served: ServedSimulator) -> None:
    async with jobs_of(served, is_live=True) as (dash, job, _):
        await asked(dash, "X")
        await dash.press("X")
        await dash.idle()
        assert len(changing(served)) == 1
        live = [run for run in dash.app.index.runs.values() if run.job_id == job and not run.status.is_final]
        await dash.until(lambda: all(_is_told(dash, run.reference) for run in live))


def _is_told(dash: Dashboard, reference: object) -> bool:
    run = {one.reference: one for one in dash.app.index.runs.values()}[reference]  # type: ignore[index]
    return bool(run.pending) or run.status in (Status.STOPPING, Status.STOPPED)


async def test_a_deleted_job_leaves_the_list_with_its_runs(served: ServedSimulator) -> None:
    async with jobs_of(served, is_live=False) as (dash, job, _):
        await asked(dash, "D")
        await dash.press("D")
        await dash.idle()
        assert isinstance(dash.screen, JobsScreen)
        await dash.until(lambda: job not in dash.screen.table.keys)  # type: ignore[attr-defined]
        await dash.until(lambda: all(run.job_id != job for run in dash.app.index.runs.values()))


async def test_a_job_that_lives_is_not_deleted_and_it_is_said_why(served: ServedSimulator) -> None:
    async with jobs_of(served, is_live=True) as (dash, job, _):
        await asked(dash, "D")
        await dash.press("D")
        await dash.shows("is not deleted")
        assert any(run.job_id == job for run in dash.app.index.runs.values())


async def test_a_read_only_session_ends_no_job(served: ServedSimulator) -> None:
    async with jobs_of(served, is_live=True) as (dash, _, _many):
        dash.app.opening = msgspec.structs.replace(dash.app.opening, read_only=True)
        await dash.press("D")
        await dash.shows("nothing is deleted")
        await dash.press("X")
        await dash.shows("nothing is stopped")
        assert changing(served) == []


async def test_the_keys_are_not_offered_where_the_service_ends_no_jobs(
    services: Mapping[str, ServedSimulator],
) -> None:
    async with dashboard({"destine": services["destine"]}) as dash:
        dash.app.open_jobs("destine")
        await dash.shows("coastal-flood")
        await dash.press("D")
        await dash.idle()
        assert isinstance(dash.screen, JobsScreen)
        assert "D delete" not in dash.frame
