"""Series found in logs, in columns of the list."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from runtui.config.settings import Interface
from runtui.model.list_view import ChosenColumn
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.listed_series import SeriesChange
from runtui.services.log_summary import LogSummary, SeriesEnd
from runtui.services.series_memory import SeriesMemory, job_key
from runtui.tui.messages import SeriesFound
from runtui.tui.screens.columns import ColumnsScreen
from runtui.tui.screens.runs import RunsScreen
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator, Stage
from tests.support.ways import to_log

Services = Mapping[str, ServedSimulator]
PATTERN = "Ux, Initial residual = {}"
KEY = f"log:{PATTERN}"


def runs_screen(dash: Dashboard) -> RunsScreen:
    screen = dash.app.screen_stack[0]
    assert isinstance(screen, RunsScreen)
    return screen


def headings(dash: Dashboard) -> list[str]:
    return [column.key for column in runs_screen(dash).table.columns]


def shown_of(dash: Dashboard, run: Run) -> str:
    screen = runs_screen(dash)
    column = next((column for column in screen.table.columns if column.key == KEY), None)
    return "" if column is None else column.cell(run, screen.drawing()).text


def log_requests(served: ServedSimulator) -> Counter[str]:
    """How often logs were looked for and read."""
    kinds = {"/files/?": "listed", "/contents/": "read", "/tail/": "read", "directory-contents": "listed"}
    return Counter(kind for request in served.requests for part, kind in kinds.items() if part in request)


async def remembered(dash: Dashboard, folder: Path, run: Run, pattern: str = PATTERN) -> None:
    """As if the pattern had been picked in a log of the run's job a while ago."""
    SeriesMemory(folder).remember(job_key(run), pattern)
    dash.app.tell(lambda session: session.listed_series.look_again())


async def test_a_remembered_series_gets_a_column_by_itself(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, size=(140, 40), data_folder=tmp_path) as dash:
        run = dash.run_with(Status.SUCCEEDED)
        assert KEY not in headings(dash)
        await dash.press("4")
        await remembered(dash, tmp_path, run)
        listed = [dash.app.index.runs[key] for key in runs_screen(dash).table.keys]
        await dash.until(lambda: all(shown_of(dash, run) for run in listed), "the series of all runs")
        dash.matches_frame("runs_with_series")


async def test_a_series_picked_in_a_log_is_in_the_list_when_one_comes_back(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, size=(140, 40), data_folder=tmp_path) as dash:
        await dash.press("4")
        run = dash.run_with(Status.SUCCEEDED)
        screen = await to_log(dash, run)
        await dash.press("s")
        await dash.until(lambda: screen.plot.size.height, "the plot")
        await dash.press("q")
        await dash.opened(RunsScreen)
        await dash.until(lambda: runs_screen(dash).series_keys, "the pattern of the last line")
        assert runs_screen(dash).series_keys[0] in headings(dash)


async def test_the_dialog_offers_it_and_a_chosen_one_is_sorted_by(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, size=(140, 40), data_folder=tmp_path) as dash:
        screen = runs_screen(dash)
        run = dash.run_with(Status.SUCCEEDED)
        screen.choose([ChosenColumn("run"), ChosenColumn("status")])
        await remembered(dash, tmp_path, run)
        await dash.until(lambda: KEY in screen.series_keys, "the pattern")
        await dash.press("C", "slash", *"residual", "enter")
        assert isinstance(dash.app.screen, ColumnsScreen)
        await dash.press("g", "space", "escape")
        assert headings(dash) == ["run", "status", KEY]
        await dash.until(lambda: shown_of(dash, run), "the series of a run")
        while screen.selection.order.column != KEY:
            await dash.press("s")
        await dash.until(lambda: shown_of(dash, dash.app.index.runs[screen.table.keys[0]]), "the greatest first")


async def test_a_run_that_is_over_costs_one_listing_and_one_window(stage: Stage, tmp_path: Path) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}, size=(120, 40), data_folder=tmp_path) as dash:
            await dash.press("4")
            dash.screen.time_passed(dash.clock.now())
            served.behave()
            await remembered(dash, tmp_path, dash.run_with(Status.SUCCEEDED))
            screen = runs_screen(dash)
            listed = list(screen.table.keys)
            await dash.until(lambda: all(shown_of(dash, dash.app.index.runs[key]) for key in listed), "all series")
            assert log_requests(served) == Counter(listed=len(listed), read=len(listed))


async def test_without_a_column_that_shows_it_no_log_is_read(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, size=(100, 40), data_folder=tmp_path) as dash:
        screen = runs_screen(dash)
        screen.choose([ChosenColumn("run"), ChosenColumn("status")])
        hpc["hpc"].behave()
        await remembered(dash, tmp_path, dash.run_with(Status.SUCCEEDED))
        await dash.until(lambda: KEY in screen.series_keys, "the pattern")
        assert log_requests(hpc["hpc"]) == Counter()


async def test_only_rows_in_sight_are_read(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, size=(100, 9), data_folder=tmp_path) as dash:
        screen = runs_screen(dash)
        screen.choose([ChosenColumn("run"), ChosenColumn(KEY)])
        await dash.press("4")
        screen.look_at_rows()
        in_sight = set(screen.table.visible_keys)
        jobs = {dash.app.index.runs[key].job for key in screen.table.keys}
        for run in dash.app.index.runs.values():
            if run.job in jobs:
                SeriesMemory(tmp_path).remember(job_key(run), PATTERN)
        dash.app.tell(lambda session: session.listed_series.look_again())
        runs = dash.app.index.runs
        await dash.until(lambda: all(shown_of(dash, runs[key]) for key in in_sight), "what is in sight")
        others = [key for key in screen.table.keys if key not in in_sight]
        assert others
        assert not any(shown_of(dash, runs[key]) for key in others)


async def test_without_unicode_nan_is_marked_and_the_share_in_the_log_fills_done(hpc: Services, tmp_path: Path) -> None:
    interface = Interface(download_dir=Path("/home/ada/runs"), ascii=True)
    async with dashboard(hpc, size=(80, 24), data_folder=tmp_path, interface=interface) as dash:
        screen = runs_screen(dash)
        screen.choose([ChosenColumn("run"), ChosenColumn("status"), ChosenColumn("progress"), ChosenColumn(KEY)])
        await dash.press("4")
        first, second, third, *_ = screen.table.keys
        job = job_key(dash.app.index.runs[first])
        falling = tuple(10.0**-power for power in range(8))
        found = {
            first: LogSummary(series={PATTERN: SeriesEnd(values=falling, last=falling[-1])}, progress=1.0),
            second: LogSummary(series={PATTERN: SeriesEnd(values=falling[:3])}, progress=0.37),
            third: LogSummary(),
        }
        screen.post_message(SeriesFound(SeriesChange(patterns={job: (PATTERN,)}, summaries=found)))
        await dash.shows("37%")
        dash.matches_frame("runs_with_series_ascii_80x24")


async def test_a_chosen_column_goes_with_its_series_and_that_is_said(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, size=(140, 40), data_folder=tmp_path) as dash:
        screen = runs_screen(dash)
        run = dash.run_with(Status.SUCCEEDED)
        await remembered(dash, tmp_path, run)
        await dash.until(lambda: KEY in screen.series_keys, "the pattern")
        screen.choose([ChosenColumn("run"), ChosenColumn(KEY), ChosenColumn("status")])
        SeriesMemory(tmp_path).forget(job_key(run), PATTERN)
        dash.app.tell(lambda session: session.listed_series.look_again())
        await dash.until(lambda: headings(dash) == ["run", "status"], "the column to go")
        await dash.shows("Ux, Initial residual: no column any more")
        assert KEY not in screen.series_keys
