"""The reports of a run: listed, made, deleted, downloaded."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from runtui.config.settings import Interface
from runtui.model.status import Status
from runtui.tui.screens.report_kinds import ReportKindsScreen
from runtui.tui.screens.reports import ReportsScreen
from runtui.tui.screens.run import RunScreen
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator, Stage


@pytest.fixture
def served(stage: Stage) -> Iterator[ServedSimulator]:
    """CARROT in a world of this test's own."""
    with stage.serving("carrot", runs=20) as one:
        yield one


@asynccontextmanager
async def reports(served: ServedSimulator, folder: Path) -> AsyncIterator[tuple[Dashboard, ReportsScreen]]:
    """The reports of a run that has some, reached through the run."""
    async with dashboard({"carrot": served}, interface=Interface(download_dir=folder)) as dash:
        for run in list(dash.app.index.runs.values()):
            made = await dash.app.ask(lambda session, run=run: session.reports(run))  # type: ignore[misc]
            if any(report.status is Status.SUCCEEDED for report in made):
                break
        dash.app.open_run(run.reference)
        await dash.opened(RunScreen)
        await dash.idle()
        await dash.press("R")
        await dash.opened(ReportsScreen)
        await dash.idle()
        screen = dash.screen
        assert isinstance(screen, ReportsScreen)
        yield dash, screen


def changing(served: ServedSimulator) -> list[str]:
    return [one for one in served.requests if one.startswith(("POST ", "DELETE ")) and "reports" in one]


async def confirmed(dash: Dashboard, key: str) -> None:
    """Press a key that asks, and once more to confirm."""
    await dash.press(key)
    await dash.until(lambda: isinstance(dash.app.screen, ConfirmDialog), "a question")
    await dash.press(key)
    await dash.idle()


async def test_a_report_is_listed_with_its_status_and_files(served: ServedSimulator, tmp_path: Path) -> None:
    async with reports(served, tmp_path) as (dash, _):
        assert "Example Report" in dash.frame
        assert "succeeded" in dash.frame
        assert "populated_notebook.html" in dash.frame


async def test_a_run_without_such_a_service_has_no_key_for_reports(destine: dict[str, ServedSimulator]) -> None:
    async with dashboard(destine) as dash:
        dash.app.open_run(dash.run_with(Status.SUCCEEDED).reference)
        await dash.opened(RunScreen)
        await dash.idle()
        await dash.press("R")
        assert isinstance(dash.screen, RunScreen)


async def test_the_files_of_a_report_are_downloaded(served: ServedSimulator, tmp_path: Path) -> None:
    async with reports(served, tmp_path) as (dash, screen):
        report = next(iter(screen._reports.values()))
        await dash.press("d")
        await dash.until(
            lambda: (
                len(dash.app.transfers) == len(report.files)
                and all(transfer.state.is_over for transfer in dash.app.transfers.values())
            ),
            "the end of every download",
        )
        assert all(each.target.is_file() and not each.error for each in dash.app.transfers.values())


async def test_deleting_a_report_asks_and_enter_alone_keeps_it(served: ServedSimulator, tmp_path: Path) -> None:
    async with reports(served, tmp_path) as (dash, screen):
        await dash.press("D")
        await dash.until(lambda: isinstance(dash.app.screen, ConfirmDialog), "a question")
        assert f"of {screen.short_name(screen.subject.reference)}" in dash.frame  # type: ignore[arg-type]
        await dash.press("enter")
        await dash.idle()
        assert not changing(served)
        assert screen.table.keys


async def test_a_deleted_report_is_gone_and_can_be_made_again(served: ServedSimulator, tmp_path: Path) -> None:
    async with reports(served, tmp_path) as (dash, screen):
        await confirmed(dash, "D")
        assert not screen.table.keys
        assert "No report was made of it." in dash.frame
        await dash.press("N")
        await dash.opened(ReportKindsScreen)
        await dash.shows("Variant Benchmark Report")
        await dash.press("enter")
        await dash.opened(ReportsScreen)
        await dash.shows("Example Report")
        assert [one.partition(" ")[0] for one in changing(served)] == ["DELETE", "POST"]


async def test_a_report_that_is_there_is_not_made_again(served: ServedSimulator, tmp_path: Path) -> None:
    async with reports(served, tmp_path) as (dash, screen):
        (there,) = screen.table.keys
        await dash.press("N")
        await dash.opened(ReportKindsScreen)
        await dash.idle()
        kinds = dash.screen
        assert isinstance(kinds, ReportKindsScreen)
        assert kinds.table.move_to_key(there)
        await dash.press("enter")
        await dash.shows("There is one already")
        assert not changing(served)


async def test_a_report_that_failed_is_replaced_when_that_is_meant(served: ServedSimulator, tmp_path: Path) -> None:
    async with reports(served, tmp_path) as (dash, screen):
        (there,) = screen.table.keys
        screen._reports[there] = msgspec.structs.replace(screen._reports[there], status=Status.FAILED)
        await dash.press("N")
        await dash.opened(ReportKindsScreen)
        await dash.idle()
        kinds = dash.screen
        assert isinstance(kinds, ReportKindsScreen)
        assert kinds.table.move_to_key(there)
        await dash.press("enter")
        await dash.until(lambda: isinstance(dash.app.screen, ConfirmDialog), "a question")
        await dash.press("right", "enter")
        await dash.idle()
        assert "delete_failed=true" in changing(served)[0]


async def test_a_read_only_session_makes_and_deletes_no_report(served: ServedSimulator, tmp_path: Path) -> None:
    async with reports(served, tmp_path) as (dash, _):
        dash.app.opening = msgspec.structs.replace(dash.app.opening, read_only=True)
        await dash.press("D")
        await dash.shows("nothing is deleted")
        await dash.press("N")
        await dash.opened(ReportKindsScreen)
        await dash.idle()
        await dash.press("G", "enter")
        await dash.shows("no report is made")
        assert not changing(served)


async def test_the_services_own_filters_narrow_the_reports_and_a_wrong_one_is_named(
    served: ServedSimulator, tmp_path: Path
) -> None:
    async with reports(served, tmp_path) as (dash, screen):
        every = list(screen.table.keys)
        await dash.press("slash", *"sort=-finished_at cromwell_job_id=none", "enter")
        await dash.shows("No report of it fits")
        assert any("cromwell_job_id=none" in one and "finished_at" in one for one in served.requests)
        await dash.press("slash", "ctrl+u", *"stat=failed", "enter")
        await dash.shows("CARROT has no such filter. Did you mean 'status'?")
        await dash.press("slash", "ctrl+u", *"failed", "enter")
        await dash.shows("write NAME=VALUE")
        await dash.press("escape")
        await dash.until(lambda: list(screen.table.keys) == every, "all reports again")
        assert dash.screen is screen
