"""Groups of runs, runs found by a service's own filters, tables of runs, and the runs of a job."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtui.config.settings import Interface
from runtui.model.status import Status
from runtui.tui.screens.find import FindScreen
from runtui.tui.screens.found_runs import FoundRunsScreen
from runtui.tui.screens.groups import GroupsScreen
from runtui.tui.screens.jobs import JobsScreen
from runtui.tui.screens.report_kinds import ReportKindsScreen
from runtui.tui.screens.reports import ReportsScreen
from runtui.tui.screens.run import RunScreen
from runtui.tui.screens.runs import RunsScreen
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator, Stage


@pytest.fixture
def served(stage: Stage) -> Iterator[ServedSimulator]:
    """CARROT in a world of this test's own."""
    with stage.serving("carrot", runs=40) as one:
        yield one


async def groups(dash: Dashboard) -> GroupsScreen:
    await dash.press("B")
    await dash.opened(GroupsScreen)
    await dash.idle()
    assert isinstance(dash.screen, GroupsScreen)
    return dash.screen


async def test_the_runs_and_the_reports_of_a_group_are_a_key_away(served: ServedSimulator) -> None:
    async with dashboard({"carrot": served}) as dash:
        screen = await groups(dash)
        group = screen._groups[screen.table.keys[0]]
        assert group.id in dash.frame
        await dash.press("enter")
        await dash.opened(FoundRunsScreen)
        await dash.idle()
        found = dash.screen
        assert isinstance(found, FoundRunsScreen)
        runs = [dash.app.index.runs[reference] for reference in found.table.keys]
        assert all(group.id in run.extra["run_groups"] for run in runs)
        await dash.press("escape", "R")
        await dash.opened(ReportsScreen)
        await dash.idle()
        await dash.press("N")
        await dash.opened(ReportKindsScreen)
        await dash.idle()
        await dash.press("enter")
        await dash.opened(ReportsScreen)
        await dash.shows("queued")
        assert any(f"POST /api/v1/run-groups/{group.id}/reports/" in one for one in served.requests)


async def test_deleting_a_group_asks_names_it_and_says_why_not(served: ServedSimulator) -> None:
    async with dashboard({"carrot": served}) as dash:
        await groups(dash)
        await dash.press("D")
        await dash.until(lambda: isinstance(dash.app.screen, ConfirmDialog), "a question")
        await dash.shows("its runs stay")
        await dash.press("enter")
        await dash.idle()
        assert not any(one.startswith("DELETE") for one in served.requests)
        await dash.press("D")
        await dash.until(lambda: isinstance(dash.app.screen, ConfirmDialog), "a question")
        await dash.press("D")
        await dash.idle()
        assert any(one.startswith("DELETE /api/v1/run-groups/") for one in served.requests)


async def test_filters_of_the_service_find_runs_and_stay_typed(served: ServedSimulator) -> None:
    async with dashboard({"carrot": served}) as dash:
        await dash.press("F")
        await dash.opened(FindScreen)
        await dash.idle()
        screen = dash.screen
        assert isinstance(screen, FindScreen)
        screen.form.set_text("status", "nope")
        await dash.press("ctrl+s")
        await dash.shows("none of CARROT's words")
        assert screen.form.texts["status"] == "nope"
        screen.form.set_text("status", "succeeded")
        screen.form.set_text("limit", "2")
        screen.form.set_text("pipeline", "Example Pipeline")
        await dash.press("ctrl+s")
        await dash.opened(FoundRunsScreen)
        await dash.idle()
        found = dash.screen
        assert isinstance(found, FoundRunsScreen)
        assert [dash.app.index.runs[one].status for one in found.table.keys] == [Status.SUCCEEDED] * 2
        await dash.press("enter")
        await dash.opened(RunScreen)
        await dash.press("escape", "escape")
        await dash.opened(FindScreen)
        assert screen.form.texts["limit"] == "2"


async def test_one_report_is_made_of_all_that_is_found(served: ServedSimulator) -> None:
    async with dashboard({"carrot": served}) as dash:
        await dash.press("F")
        await dash.opened(FindScreen)
        await dash.idle()
        screen = dash.screen
        assert isinstance(screen, FindScreen)
        screen.form.set_text("pipeline", "Example Pipeline")
        await dash.press("ctrl+r")
        await dash.opened(ReportKindsScreen)
        await dash.idle()
        await dash.press("enter")
        await dash.shows("Made a group of them")


async def test_chosen_runs_are_exported_to_a_new_file(served: ServedSimulator, tmp_path: Path) -> None:
    async with dashboard({"carrot": served}, interface=Interface(download_dir=tmp_path / "new")) as dash:
        await dash.press("space", "E")
        await dash.until(lambda: list(tmp_path.glob("new/*.zip")), "the zip")
        await dash.shows("Wrote")
        (written,) = tmp_path.glob("new/*")  # noqa: ASYNC240
        assert "metadata.csv" in zipfile.ZipFile(written).namelist()
        await dash.idle()
        await dash.press("E")  # in the same second: the first stays as it is
        await dash.until(lambda: len(list(tmp_path.glob("new/*.zip"))) == 2, "another zip")
        await dash.idle()


async def test_a_service_that_packs_no_tables_says_so(hpc: dict[str, ServedSimulator], tmp_path: Path) -> None:
    async with dashboard(hpc, interface=Interface(download_dir=tmp_path)) as dash:
        await dash.press("E")
        await dash.shows("rescale has no call that packs tables")
        assert not list(tmp_path.iterdir())  # noqa: ASYNC240


@pytest.mark.parametrize("kind", ["pipeline", "template", ""])
async def test_the_runs_of_a_job_are_listed(served: ServedSimulator, kind: str) -> None:
    async with dashboard({"carrot": served}) as dash:
        await dash.press("J")
        await dash.opened(JobsScreen)
        await dash.idle()
        jobs = dash.screen
        assert isinstance(jobs, JobsScreen)
        job = next(one for one in jobs._jobs.values() if one.kind == kind)
        assert jobs.table.move_to_key(job.id)
        await dash.press("l")
        await dash.opened(RunsScreen)
        await dash.idle()
        runs = dash.screen
        assert isinstance(runs, RunsScreen)
        expected = {
            reference
            for reference, run in dash.app.index.runs.items()
            if (run.extra.get(kind) == job.name if kind else run.job_id == job.id)
        }
        assert set(runs.table.keys) == expected
