"""Looking into output files: beside the tree, and on a screen of their own."""

import json
from collections.abc import Mapping
from typing import cast

import pytest

from runtui.backends.rescale.simulator import RescaleSimulator
from runtui.model.status import Status
from runtui.simulation.faults import Fault
from runtui.tui.screens.files import FilesScreen
from runtui.tui.screens.preview import PreviewScreen
from runtui.tui.widgets.preview_pane import PreviewPane
from runtui.tui.widgets.preview_table import PreviewTable
from runtui.tui.widgets.preview_text import PreviewText
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator, Stage
from tests.support.ways import to_files, to_preview

Services = Mapping[str, ServedSimulator]
HUGE = "checkpoint/huge.sim"
CONTENTS = "/contents/"


def hold_huge_files(served: ServedSimulator) -> None:
    cast(RescaleSimulator, served.simulator).switches.huge_files = True


def contents_asked(served: ServedSimulator) -> list[str]:
    return [request for request in served.requests if CONTENTS in request]


def aside(dash: Dashboard) -> PreviewText:
    """The text beside the tree."""
    return dash.screen.query_one(PreviewPane).text


async def test_looking_into_a_huge_file_and_at_its_end_costs_two_small_pieces(stage: Stage) -> None:
    with stage.serving("rescale", runs=20) as served:
        hold_huge_files(served)
        async with dashboard({"hpc": served}, size=(100, 30)) as dash:
            run = dash.run_with(Status.SUCCEEDED)
            screen = await to_files(dash, run)
            assert screen.listed.move_to_file(HUGE)
            served.behave()
            await dash.press("enter")
            await dash.shows("00000000  ")
            await dash.shows("5.4 GB")
            await dash.press("G")
            await dash.shows(".......huge")
            line = served.simulator.application
            assert line.bytes_sent < 256_000
            assert line.bytes_sent == 32 * 1024 + 4096 + 123
            assert len(contents_asked(served)) == 2


async def test_beside_the_tree_a_file_is_fetched_once_the_cursor_rests_on_it(hpc: Services) -> None:
    async with dashboard(hpc, size=(140, 30)) as dash:
        screen = await to_files(dash)
        hpc["hpc"].behave()
        assert screen.listed.move_to_file("airFoil2D/system/controlDict")
        await dash.until(lambda: aside(dash).source.line_count > 30)
        await dash.shows("controlDict ─")
        assert len(contents_asked(hpc["hpc"])) == 1
        dash.matches_frame("files_preview_140x30")


async def test_files_the_cursor_only_passes_are_not_fetched(hpc: Services) -> None:
    async with dashboard(hpc, size=(140, 30)) as dash:
        screen = await to_files(dash)
        assert screen.listed.move_to_file("airFoil2D/system/controlDict")
        await dash.until(lambda: aside(dash).source.line_count)
        hpc["hpc"].behave()
        await dash.press("j", "j", "j", "j", "k", "k", "k", "k")
        await dash.until(lambda: aside(dash).source.line_count > 30)
        assert len(contents_asked(hpc["hpc"])) <= 1


async def test_a_preview_on_its_way_is_given_up_when_the_cursor_moves_on(stage: Stage) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}, size=(140, 30)) as dash:
            screen = await to_files(dash)
            served.simulator.application.add(Fault(match=CONTENTS, hang=True, times=1))
            assert screen.listed.move_to_file("airFoil2D/system/fvSchemes")
            await dash.shows("Asking for the beginning")
            assert screen.listed.move_to_file("airFoil2D/system/controlDict")
            await dash.shows("startTime")


async def test_a_narrow_screen_fetches_nothing_beside_the_tree(hpc: Services) -> None:
    async with dashboard(hpc, size=(100, 30)) as dash:
        screen = await to_files(dash)
        hpc["hpc"].behave()
        assert screen.listed.move_to_file("airFoil2D/system/controlDict")
        await dash.press("j", "k")
        await dash.idle()
        assert contents_asked(hpc["hpc"]) == []


async def test_p_hides_what_is_beside_the_tree_and_shows_it_again(hpc: Services) -> None:
    async with dashboard(hpc, size=(140, 30)) as dash:
        screen = await to_files(dash)
        assert screen.listed.move_to_file("airFoil2D/system/controlDict")
        await dash.shows("startTime")
        await dash.press("p")
        await dash.until(lambda: "startTime" not in dash.frame)
        await dash.press("p")
        await dash.shows("startTime")


async def test_a_table_stands_in_columns(hpc: Services) -> None:
    async with dashboard(hpc, size=(100, 20)) as dash:
        await to_preview(dash, dash.run_with(Status.SUCCEEDED), "results.csv")
        await dash.shows("table of 4 columns")
        assert "x_velocity" in dash.frame
        dash.matches_frame("preview_table")


async def test_s_sorts_a_table_by_one_column_after_the_other(hpc: Services) -> None:
    async with dashboard(hpc, size=(100, 20)) as dash:
        await to_preview(dash, dash.run_with(Status.SUCCEEDED), "results.csv")
        await dash.shows("table of 4 columns")
        table = dash.screen.query_one(PreviewTable)
        first = table.columns[0].key
        await dash.press("s")
        await dash.until(lambda: table.sorted_by == first)
        await dash.shows("▴")
        await dash.press("S")
        await dash.shows("▾")
        await dash.press("less_than_sign")
        await dash.until(lambda: table.sorted_by == table.columns[-1].key)


async def test_a_picture_is_shown_and_x_shows_its_bytes(hpc: Services) -> None:
    pytest.importorskip("PIL")
    async with dashboard(hpc, size=(100, 20)) as dash:
        await to_preview(dash, dash.run_with(Status.SUCCEEDED), "images/p.png")
        await dash.shows("▀▀▀▀")
        await dash.press("x")
        await dash.shows("89 50 4e 47")
        await dash.press("x")
        await dash.shows("▀▀▀▀")


async def test_a_file_that_cannot_be_read_says_why_and_the_next_one_is_shown(stage: Stage) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}, size=(140, 30)) as dash:
            screen = await to_files(dash)
            served.simulator.application.fail(CONTENTS, status=403, times=1)
            assert screen.listed.move_to_file("airFoil2D/system/fvSchemes")
            await dash.shows("does not allow this")
            assert screen.listed.move_to_file("airFoil2D/system/controlDict")
            await dash.shows("startTime")


async def test_escape_in_the_preview_goes_back_to_the_tree(hpc: Services) -> None:
    async with dashboard(hpc, size=(140, 30)) as dash:
        screen = await to_files(dash)
        assert screen.listed.move_to_file("airFoil2D/system/controlDict")
        await dash.shows("startTime")
        await dash.press("tab")
        await dash.until(lambda: aside(dash).has_focus)
        await dash.press("escape")
        await dash.until(lambda: screen.listed.has_focus)


# the tree beside it


async def test_plus_marks_the_files_that_fit_a_pattern(hpc: Services) -> None:
    async with dashboard(hpc, size=(100, 30)) as dash:
        screen = await to_files(dash)
        await dash.press("plus")
        await dash.paste("*.png")
        await dash.press("enter")
        marked = [file.path for file in screen.listed.marked_files]
        assert marked
        assert all(path.endswith(".png") for path in marked)
        await dash.shows(f"{len(marked)} marked")


async def test_a_column_can_be_hidden_and_shown_again(hpc: Services) -> None:
    async with dashboard(hpc, size=(100, 30)) as dash:
        await to_files(dash)
        assert "MODIFIED" in dash.frame
        await dash.press("C")
        await dash.shows("Show or hide a column")
        await dash.press("3")
        await dash.until(lambda: "MODIFIED" not in dash.frame)
        await dash.press("C", "3")
        await dash.shows("MODIFIED")


async def test_cursor_marks_and_folders_stay_when_a_run_ends_and_its_files_have_other_ids(stage: Stage) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}) as dash:
            screen: FilesScreen = await to_files(dash, dash.run_with(Status.RUNNING))
            await dash.shows("work folder of the running run")
            path = next(row.file.path for row in screen.listed._by_key.values() if row.file is not None)
            assert screen.listed.move_to_file(path)
            await dash.press("space", "k")
            assert [file.path for file in screen.listed.marked_files] == [path]
            before = screen.listed.cursor_key
            ids = {file.id for file in screen.listed.marked_files}
            await dash.advance(3600)
            await dash.shows("finished run")
            assert screen.listed.cursor_key == before
            assert [file.path for file in screen.listed.marked_files] == [path]
            assert {file.id for file in screen.listed.marked_files} != ids


async def test_the_files_of_every_service_are_listed_and_looked_into(services: Services) -> None:
    async with dashboard(services, size=(140, 30)) as dash:
        for profile in services:
            screen = await to_files(dash, dash.run_with(Status.SUCCEEDED, profile))
            files = [row.file for row in screen.listed._by_key.values() if row.file is not None]
            assert files, profile
            assert screen.listed.move_to_file(files[0].path)
            await dash.press("enter")
            await dash.opened(PreviewScreen)
            await dash.idle()
            look = cast(PreviewScreen, dash.screen).preview.look
            assert look is not None
            assert look.fetched > 0
            await dash.press("q", "q")


def test_the_outline_keeps_numbers_as_they_are_written() -> None:
    from runtui.render.json_outline import json_outline

    outline = json_outline('{"a": 1.50e5, "b": [10000000000000000000001]}')
    assert outline is not None
    assert json.loads("".join(line.text for line in outline)) == {"a": 1.5e5, "b": [10**22 + 1]}
    assert "1.50e5" in outline[1].text
