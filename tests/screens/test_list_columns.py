"""Columns of the list: chosen, moved, resized, fed."""

from collections.abc import Mapping

from runtui.model.list_view import ChosenColumn
from runtui.model.status import Status
from runtui.render.cell import Cell
from runtui.render.columns import FedValue
from runtui.tui.screens.columns import ColumnsScreen
from runtui.tui.screens.runs import RunsScreen
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator

Services = Mapping[str, ServedSimulator]


def runs_screen(dash: Dashboard) -> RunsScreen:
    screen = dash.app.screen_stack[0]
    assert isinstance(screen, RunsScreen)
    return screen


def headings(dash: Dashboard) -> list[str]:
    return [column.key for column in runs_screen(dash).table.columns]


async def test_a_variable_becomes_a_column_sorted_by_its_value_and_right_aligned(hpc: Services) -> None:
    async with dashboard(hpc, size=(120, 40)) as dash:
        await dash.press("C", "slash", *"x_velocity", "enter")
        dialog = dash.app.screen
        assert isinstance(dialog, ColumnsScreen)
        before = "var:x_velocity" in headings(dash)
        await dash.press("space")
        assert ("var:x_velocity" in headings(dash)) is not before
        if before:
            await dash.press("space")
        await dash.press("escape")
        screen = runs_screen(dash)
        while screen.selection.order.column != "var:x_velocity":
            await dash.press("s")
        values = [run.variable("x_velocity") for run in map(dash.app.index.runs.__getitem__, screen.table.keys)]
        numbers = [variable.value for variable in values if variable is not None]
        assert numbers == sorted(numbers)  # type: ignore[type-var]  # they are numbers
        assert values[len(numbers) :] == [None] * (len(values) - len(numbers))


async def test_columns_move_in_the_dialog_and_the_list_beside_it_follows(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        first, second, *rest = headings(dash)
        await dash.press("C", "J")
        assert headings(dash) == [second, first, *rest]
        await dash.press("u")
        assert headings(dash) == [first, second, *rest]


async def test_the_last_column_stays(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        runs_screen(dash).choose([ChosenColumn("run")])
        await dash.press("C", "space")
        assert headings(dash) == ["run"]


async def test_automatic_lets_the_list_choose_again(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        before = headings(dash)
        await dash.press("C", "space", "a")
        assert runs_screen(dash).chosen == ()
        assert headings(dash) == before


async def test_plus_and_minus_resize_the_sorted_column_whatever_it_holds(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        table = runs_screen(dash).table
        width = table.width_of("started")
        assert width is not None
        await dash.press("plus", "plus")
        assert table.width_of("started") == width + 2
        await dash.press(*["minus"] * 4)
        assert table.width_of("started") == width - 2


async def test_the_edge_of_a_heading_is_dragged_and_nothing_is_sorted_by_it(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = runs_screen(dash)
        line = dash.frame.splitlines()[3]
        width, order = screen.table.width_of("run"), screen.selection.order
        assert width is not None
        edge = line.index("JOB") - 1
        await dash.pilot.mouse_down("#runs", offset=(edge, 0))
        await dash.pilot.hover("#runs", offset=(edge + 5, 0))
        await dash.pilot.mouse_up("#runs", offset=(edge + 5, 0))
        await dash.pilot.click("#runs", offset=(edge + 5, 3))
        assert abs((screen.table.width_of("run") or 0) - width - 5) <= 2
        assert screen.selection.order == order


async def test_what_is_fed_by_reference_is_shown_and_sorted_by(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = runs_screen(dash)
        screen.choose([ChosenColumn("run"), ChosenColumn("download")])
        run = dash.run_with(Status.SUCCEEDED)
        screen.feed_column("download", {run.reference: FedValue(Cell("▇▆▅ 3e-4"), 3e-4)})
        await dash.shows("▇▆▅ 3e-4")
        await dash.press("s" if screen.selection.order.column == "run" else "greater_than_sign")
        while screen.selection.order.column != "download":
            await dash.press("s")
        assert screen.table.keys[0] == run.reference
        screen.feed_column("download", {})
        await dash.until(lambda: "▇▆▅" not in dash.frame)


async def test_the_dialog_at_eighty_columns(hpc: Services) -> None:
    async with dashboard(hpc, size=(80, 24)) as dash:
        await dash.press("C")
        dash.matches_frame("columns_80x24")
