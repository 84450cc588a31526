"""Saved views, and the list as it was left."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from runtui.model.list_view import ChosenColumn, ListView
from runtui.model.status import Status
from runtui.services.views import LastList, Views
from runtui.tui.screens.runs import RunsScreen
from runtui.tui.screens.views import ViewsScreen
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator

Services = Mapping[str, ServedSimulator]
COLUMNS = (ChosenColumn("run", 30), ChosenColumn("var:x_velocity"), ChosenColumn("took"))
FAILED = ListView(name="failed by time", where="air", status="failed", sort="took", columns=COLUMNS)


@pytest.fixture
def views(tmp_path: Path) -> Views:
    return Views(tmp_path / "data")


def runs_screen(dash: Dashboard) -> RunsScreen:
    screen = dash.app.screen_stack[0]
    assert isinstance(screen, RunsScreen)
    return screen


def listed_statuses(dash: Dashboard) -> set[Status]:
    return {dash.app.index.runs[key].status for key in runs_screen(dash).table.keys}


async def test_the_next_start_shows_the_same_filter_chip_order_columns_and_row(hpc: Services, views: Views) -> None:
    async with dashboard(hpc, views=views) as dash:
        screen = runs_screen(dash)
        screen.choose([*COLUMNS, ChosenColumn("of tomorrow")])
        await dash.press("4", "slash", *"air", "enter", "S", "j", "j")
        listed, row, view = list(screen.table.keys), screen.table.cursor_key, screen.current_view()
        assert len(listed) > 3
        await dash.press("q")
    async with dashboard(hpc, views=views) as dash:
        again = runs_screen(dash)
        await dash.until(lambda: list(again.table.keys) == listed)
        assert again.table.cursor_key == row
        assert again.current_view() == view
        assert [column.key for column in again.table.columns] == [each.key for each in COLUMNS]
        assert again.table.width_of("run") == 30
        assert again.filter_line.text == "air"


async def test_a_list_that_rests_is_kept_though_nobody_quits(hpc: Services, views: Views) -> None:
    async with dashboard(hpc, views=views) as dash:
        await dash.press("5")
        dash.app._tick()
        dash.app._tick()
        await dash.until(lambda: (kept := views.load_last()) is not None and kept.view.status == "failed")


async def test_a_view_is_saved_under_a_name_and_opened_with_its_key(hpc: Services, views: Views) -> None:
    async with dashboard(hpc, views=views) as dash:
        await dash.press("4", "V", "s", *"done", "enter")
        await dash.until(lambda: [view.name for view in views.load()] == ["done"])
        await dash.shows("saved done")
        assert "F2" in dash.frame
        await dash.press("s", *"again", "enter")
        await dash.until(lambda: len(views.load()) == 2)
        await dash.shows("F3")
        await dash.press("escape", "1")
        assert len(listed_statuses(dash)) > 1
        await dash.press("f2")
        assert listed_statuses(dash) == {Status.SUCCEEDED}


async def test_while_no_view_is_saved_the_first_key_says_how_to_save_one(hpc: Services, views: Views) -> None:
    async with dashboard(hpc, views=views) as dash:
        await dash.press("f2")
        await dash.shows("V saves what the list shows")


async def test_the_dialog_lists_views_with_their_keys_and_opens_one(hpc: Services, views: Views) -> None:
    views.save(ListView(name="everything"))
    views.save(FAILED)
    async with dashboard(hpc, size=(80, 24), views=views) as dash:
        await dash.press("V")
        await dash.until(lambda: isinstance(dash.app.screen, ViewsScreen))
        dash.matches_frame("views_80x24")
        await dash.press("j", "enter")
        screen = runs_screen(dash)
        await dash.until(lambda: dash.app.screen is screen)
        assert screen.current_view() == ListView(where="air", status="failed", sort="took", columns=COLUMNS)


async def test_a_view_is_deleted_only_when_that_is_meant(hpc: Services, views: Views) -> None:
    views.save(FAILED)
    async with dashboard(hpc, views=views) as dash:
        await dash.press("V")
        await dash.until(lambda: isinstance(dash.app.screen, ViewsScreen))
        await dash.press("D", "enter")
        assert views.load() == (FAILED,)
        await dash.press("D", "D")
        await dash.until(lambda: views.load() == ())


async def test_a_view_with_a_column_of_another_version_is_shown_without_it_and_says_so(
    hpc: Services, views: Views
) -> None:
    views.save(ListView(name="odd", columns=(ChosenColumn("of tomorrow"), ChosenColumn("run"))))
    async with dashboard(hpc, views=views) as dash:
        await dash.press("f2")
        await dash.shows("no column of tomorrow")
        assert [column.key for column in runs_screen(dash).table.columns] == ["run"]
        assert runs_screen(dash).current_view().columns[0].key == "of tomorrow"


async def test_a_view_whose_filter_cannot_be_read_lists_everything_and_shows_where_it_is_wrong(
    hpc: Services, views: Views
) -> None:
    views.save(ListView(name="odd", where="(air"))
    async with dashboard(hpc, views=views) as dash:
        await dash.press("f2")
        assert len(runs_screen(dash).table.keys) == len(dash.app.index.runs)
        assert runs_screen(dash).filter_line.text == "(air"
        assert dash.frame.splitlines()[2].strip() != "/ (air"


async def test_a_file_of_views_that_cannot_be_read_is_told_of_at_the_start(hpc: Services, views: Views) -> None:
    views.save(FAILED)
    views.path.write_bytes(views.path.read_bytes()[:40])
    async with dashboard(hpc, size=(160, 40), views=views) as dash:
        await dash.shows("was truncated")


async def test_a_last_list_with_a_row_that_is_gone_begins_at_the_top(hpc: Services, views: Views) -> None:
    views.save_last(LastList(row="hpc:gone"))
    async with dashboard(hpc, views=views) as dash:
        assert runs_screen(dash).table.cursor_index == 0
