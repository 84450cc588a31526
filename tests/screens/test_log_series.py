"""Series of numbers plotted in the pager."""

from collections.abc import Mapping
from pathlib import Path

from runtui.model.status import Status
from tests.support.dashboard import dashboard
from tests.support.stage import ServedSimulator
from tests.support.ways import to_log

Services = Mapping[str, ServedSimulator]


async def test_a_number_of_a_line_is_plotted_and_remembered(destine: Services, tmp_path: Path) -> None:
    async with dashboard(destine, data_folder=tmp_path) as dash:
        screen = await to_log(dash, dash.run_with(Status.SUCCEEDED))
        await dash.press("slash")
        await dash.paste("tile 10/17")
        await dash.press("enter")
        await dash.until(lambda: screen.view.state.hit, "a hit")
        await dash.press("s")
        await dash.shows("Numbers to plot")
        await dash.press("down", "down", "space", "enter")
        await dash.idle()
        await dash.until(lambda: screen.plot.size.height, "the plot")
        assert screen.text is not None
        values = screen.text.series[0].values
        await dash.shows(f"{len(values)} values")
        dash.matches_frame("log_plot")
    async with dashboard(destine, data_folder=tmp_path) as dash:
        screen = await to_log(dash, dash.run_with(Status.SUCCEEDED))
        await dash.until(lambda: screen.plot.size.height, "the plot as it was left")


async def test_a_typed_pattern_is_plotted_and_a_wrong_one_said(destine: Services) -> None:
    async with dashboard(destine) as dash:
        screen = await to_log(dash, dash.run_with(Status.SUCCEEDED))
        await dash.press("S", "enter")
        assert "a series needs a pattern" in dash.frame
        await dash.paste("resampled in {}")
        await dash.press("enter", "L")
        await dash.until(lambda: screen.plot.size.height, "the plot")
        await dash.shows("   log")


async def test_the_plot_stands_beside_the_log_where_there_is_room(destine: Services) -> None:
    async with dashboard(destine, size=(160, 40)) as dash:
        screen = await to_log(dash, dash.run_with(Status.SUCCEEDED))
        width = screen.view.size.width
        await dash.press("S")
        await dash.paste("resampled in {}")
        await dash.press("enter")
        await dash.until(lambda: screen.plot.size.height, "the plot")
        await dash.until(lambda: screen.plot.region.x >= screen.view.region.right, "the plot beside the log")
        assert screen.plot.region.y == screen.view.region.y
        await dash.pilot.resize_terminal(100, 40)
        await dash.until(lambda: screen.plot.region.y >= screen.view.region.bottom, "the plot below the log")
        await dash.pilot.resize_terminal(160, 40)
        await dash.until(lambda: screen.plot.region.x >= screen.view.region.right, "the plot beside the log again")
        await dash.press("s")
        await dash.shows("Numbers to plot")
        await dash.press("down", "space", "enter")
        await dash.until(lambda: screen.view.size.width == width, "the whole width for the log")
