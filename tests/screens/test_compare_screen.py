"""Runs side by side on the screen."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import cast

import msgspec
import pytest

from runtui.config.settings import Interface
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Role
from runtui.services.series_memory import SeriesMemory, job_key
from runtui.tui.screens.compare import CompareScreen
from runtui.tui.screens.compared_values import ComparedValuesScreen
from runtui.tui.screens.log import LogScreen
from runtui.tui.screens.run import RunScreen
from runtui.tui.screens.runs import RunsScreen
from runtui.tui.widgets.check_dialog import CheckDialog
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from runtui.tui.widgets.prompt_dialog import PromptDialog
from tests.support.dashboard import Dashboard, dashboard
from tests.support.sample_runs import number, word
from tests.support.stage import START, ServedSimulator
from tests.support.ways import to_help

Services = Mapping[str, ServedSimulator]
PATTERN = "Ux, Initial residual = {}"


def alike(dash: Dashboard, profile: str, count: int) -> list[Run]:
    """Succeeded runs of one job, the first ones of a list."""
    runs = [run for run in dash.app.index.runs.values() if run.profile == profile and run.status is Status.SUCCEEDED]
    jobs: dict[str, list[Run]] = {}
    for run in sorted(runs, key=lambda run: run.id):
        jobs.setdefault(run.job_id, []).append(run)
    return max(jobs.values(), key=len)[:count]


async def compared(dash: Dashboard, runs: Sequence[Run]) -> CompareScreen:
    """The screen of these runs, each fetched."""
    dash.app.open_comparison(runs)
    await dash.opened(CompareScreen)
    await dash.idle()
    return cast(CompareScreen, dash.screen)


def made_up(place: int, **changes: object) -> Run:
    """A run only the session's store knows."""
    run = Run(
        profile="hpc", service="rescale", id=f"Made{place}/1", job="made up", job_id=f"Made{place}",
        status=Status.SUCCEEDED, created_at=START, started_at=START + timedelta(seconds=place),
        ended_at=START + timedelta(seconds=100 + place * 10),
        variables=(
            number("x_velocity", 20 + place, Role.INPUT), word("mesh", "fine"), number("Cd", -0.02 * place),
        ),
    )  # fmt: skip
    return msgspec.structs.replace(run, **changes)


def names(screen: CompareScreen) -> list[str]:
    return [row.name for row in screen.shown_rows()]


# from the list


async def test_marked_runs_are_compared_with_one_key(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        runs = cast(RunsScreen, dash.screen)
        await dash.press("space", "space", "space", "equals_sign")
        await dash.opened(CompareScreen)
        assert cast(CompareScreen, dash.screen).compared.references == runs.table.marked_keys
        await dash.press("escape")
        await dash.opened(RunsScreen)


async def test_a_single_run_is_compared_with_the_one_before_it_of_its_job(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        earlier, later = sorted(alike(dash, "hpc", 2), key=lambda run: (run.sort_moment or START, run.id))
        cast(RunsScreen, dash.screen).table.move_to_key(later.reference)
        await dash.press("equals_sign")
        await dash.opened(CompareScreen)
        assert cast(CompareScreen, dash.screen).compared.references[1] == later.reference
        assert cast(CompareScreen, dash.screen).compared.runs[0].job_id == earlier.job_id


async def test_nine_runs_are_too_many(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        await dash.press(*["space"] * 9, "equals_sign")
        await dash.shows("8 runs are compared at most: 9 are marked.")
        assert isinstance(dash.screen, RunsScreen)


async def test_a_run_without_one_before_it_says_what_to_do(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        dash.put(made_up(1))
        await dash.until(lambda: made_up(1).reference in dash.app.index.runs)
        cast(RunsScreen, dash.screen).table.move_to_key(made_up(1).reference)
        await dash.press("equals_sign")
        await dash.shows("mark two to eight runs")


async def test_runs_of_all_services_stand_beside_each_other(services: Services) -> None:
    async with dashboard(services) as dash:
        runs = [dash.run_with(Status.SUCCEEDED, profile) for profile in services]
        screen = await compared(dash, runs)
        assert [title.split()[1].partition(":")[0] for title in screen._titles()] == list(services)
        assert "took" in names(screen)


# what is shown


async def test_only_what_differs_is_shown_until_all_is_asked_for(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await compared(dash, [made_up(1), made_up(2)])
        assert "mesh" not in names(screen)
        assert {"x_velocity", "Cd", "took"} <= set(names(screen))
        await dash.press("a")
        assert "mesh" in names(screen)
        await dash.press("a")
        assert "mesh" not in names(screen)


async def test_another_run_is_measured_against(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await compared(dash, [made_up(1), made_up(2), made_up(4)])
        await dash.shows("+1  +4.8%")
        await dash.press("3")
        await dash.shows("Made4/1 (base)")
        await dash.shows("-3  -12%")
        await dash.press("b")
        assert screen.compared.base == 0
        await dash.press("8")
        assert screen.compared.base == 0


async def test_a_filter_finds_rows_and_escape_clears_it_first(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await compared(dash, [made_up(1), made_up(2)])
        await dash.press("slash", *"velo", "enter")
        assert names(screen) == ["x_velocity"]
        await dash.press("escape")
        assert len(names(screen)) > 1
        assert isinstance(dash.screen, CompareScreen)


async def test_what_changes_while_one_looks_on_is_shown_and_the_cursor_stays(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        live = made_up(2, status=Status.RUNNING, ended_at=None)
        dash.put(made_up(1), live)
        await dash.until(lambda: live.reference in dash.app.index.runs)
        screen = await compared(dash, [made_up(1), live])
        screen.table.move_to_key(("result", "Cd", ""))
        changed = msgspec.structs.replace(made_up(2), variables=(*live.variables[:2], number("Cd", -0.75)))
        dash.put(changed)
        await dash.shows("-0.7500")
        assert screen.table.cursor_key == ("result", "Cd", "")
        await dash.until(lambda: "status" not in names(screen), "both succeeded")


async def test_a_run_that_is_gone_stays_as_it_was_and_the_head_says_so(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        dash.put(made_up(1), made_up(2))
        await dash.until(lambda: made_up(2).reference in dash.app.index.runs)
        screen = await compared(dash, [made_up(1), made_up(2)])
        await dash.shows("is gone: as it was last known")
        assert "Cd" in names(screen)


async def test_long_values_open_whole_and_the_head_says_where_they_differ(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        same = "k" * 10_000
        runs = [made_up(place, variables=(word("options", f"{same}{place}"),)) for place in (1, 2)]
        screen = await compared(dash, runs)
        await dash.shows("…kkkkkkkkkk1")
        screen.table.move_to_key(("input", "options", ""))
        await dash.press("enter")
        await dash.opened(ComparedValuesScreen)
        await dash.shows("they differ from character 10001 on")
        await dash.press("escape")
        await dash.opened(CompareScreen)


async def test_json_values_open_indented(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        runs = [made_up(place, variables=(word("o", f'{{"a": {place}, "b": [1, 2]}}'),)) for place in (1, 2)]
        screen = await compared(dash, runs)
        screen.table.move_to_key(("input", "o", ""))
        await dash.press("enter")
        await dash.shows('    "a": 1,')


async def test_two_hundred_variables_can_be_gone_through(hpc: Services) -> None:
    async with dashboard(hpc, size=(80, 24)) as dash:
        runs = [
            made_up(place, variables=tuple(number(f"v{at:03}", place * at) for at in range(200))) for place in (1, 2)
        ]
        screen = await compared(dash, runs)
        await dash.press("G")
        assert screen.table.cursor_key == ("result", "v199", "")
        await dash.shows("v199")


def heading(dash: Dashboard) -> str:
    """The line with the names of the runs."""
    return dash.frame.splitlines()[1].replace("‹", " ")


def first_run(dash: Dashboard) -> str:
    """The first run whose values are in sight."""
    return " ".join(heading(dash).split()[1:3])


async def test_columns_go_sideways_by_whole_runs(hpc: Services) -> None:
    async with dashboard(hpc, size=(80, 24)) as dash:
        await compared(dash, [made_up(place) for place in range(8)])
        assert "8 Made7" not in heading(dash)
        await dash.press("right")
        assert first_run(dash) == "2 Made1/1"
        await dash.press(*["right"] * 8)
        assert "8 Made7" in heading(dash)
        await dash.press(*["left"] * 8)
        assert first_run(dash) == "1 Made0/1"


async def test_without_distances_there_is_room_for_more_runs(hpc: Services) -> None:
    async with dashboard(hpc, size=(150, 40)) as dash:
        await compared(dash, [made_up(place) for place in range(8)])
        assert "8 Made7" not in heading(dash)
        await dash.press("d")
        assert "8 Made7" in heading(dash)
        await dash.press("d")
        assert "8 Made7" not in heading(dash)
        await dash.shows("+1  +5%")


async def test_a_result_is_plotted_once_there_is_one_unless_one_chose_another_row(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        inputs = [made_up(place, variables=made_up(place).variables[:2]) for place in (1, 2)]
        dash.put(*inputs)
        await dash.until(lambda: inputs[1].reference in dash.app.index.runs)
        screen = await compared(dash, inputs)
        await dash.shows("x_velocity over the runs")
        dash.put(made_up(1), made_up(2))
        await dash.shows("Cd over x_velocity")
        screen.table.move_to_key(("", "took", ""))
        await dash.shows("took over x_velocity")
        dash.put(msgspec.structs.replace(made_up(1), owner="ada"))
        await dash.shows("ada")
        assert "took over x_velocity" in dash.frame


# taking it elsewhere


async def test_a_row_and_the_whole_table_are_copied(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await compared(dash, [made_up(1), made_up(2)])
        screen.table.move_to_key(("input", "x_velocity", ""))
        await dash.press("y")
        assert dash.app.clipboard == "x_velocity\t21.0000\t22.0000"
        await dash.press("Y")
        read = list(csv.reader(io.StringIO(dash.app.clipboard)))
        assert [row[1] for row in read[1:]] == names(screen)


async def to_save(dash: Dashboard, target: Path) -> None:
    await dash.press("ctrl+s")
    await dash.until(lambda: isinstance(dash.app.screen, PromptDialog))
    await dash.press("ctrl+u")
    await dash.paste(str(target))
    await dash.press("enter")


async def test_it_is_saved_as_csv_or_json_by_the_name(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc) as dash:
        screen = await compared(dash, [made_up(1), made_up(2)])
        await to_save(dash, tmp_path / "new" / "a.csv")
        await dash.shows("Saved")
        assert (tmp_path / "new" / "a.csv").read_text().startswith("kind,name,hpc:Made1/1,hpc:Made2/1,")
        await to_save(dash, tmp_path / "a.json")
        await dash.until(lambda: (tmp_path / "a.json").exists())
        saved = json.loads((tmp_path / "a.json").read_text())
        assert [row["name"] for row in saved["rows"]] == names(screen)


async def test_another_end_of_the_name_is_refused_and_a_file_in_the_way_is_asked_about(
    hpc: Services, tmp_path: Path
) -> None:
    async with dashboard(hpc) as dash:
        await compared(dash, [made_up(1), made_up(2)])
        await to_save(dash, tmp_path / "a.xlsx")
        await dash.shows("a.xlsx is neither .csv nor .json")
        (tmp_path / "a.csv").write_text("mine")
        await to_save(dash, tmp_path / "a.csv")
        await dash.until(lambda: isinstance(dash.app.screen, ConfirmDialog))
        await dash.press("escape")
        assert (tmp_path / "a.csv").read_text() == "mine"


# going on


async def test_the_logs_of_all_and_the_run_measured_against_are_one_key_away(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        runs = alike(dash, "hpc", 2)
        await compared(dash, runs)
        await dash.press("l")
        await dash.opened(LogScreen)
        assert cast(LogScreen, dash.screen).references == tuple(run.reference for run in runs)
        await dash.press("escape")
        await dash.opened(CompareScreen)
        await dash.press("2", "o")
        await dash.opened(RunScreen)
        assert cast(RunScreen, dash.screen).reference == runs[1].reference


# plots


async def test_the_plot_follows_the_cursor_and_x_chooses_what_it_is_over(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await compared(dash, [made_up(1), made_up(2), made_up(3)])
        await dash.shows("Cd over x_velocity")
        screen.table.move_to_key(("", "took", ""))
        await dash.shows("took over x_velocity")
        await dash.press("x")
        screen.table.move_to_key(("result", "Cd", ""))
        await dash.shows("Cd over took")
        screen.table.move_to_key(("", "took", ""))
        await dash.press("x")
        await dash.shows("took over the runs")


async def test_p_takes_the_plot_away_and_brings_it_back(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        await compared(dash, [made_up(1), made_up(2)])
        await dash.shows("Cd over x_velocity")
        await dash.press("p")
        await dash.until(lambda: "Cd over" not in dash.frame)
        await dash.press("p")
        await dash.shows("Cd over x_velocity")


async def with_series(dash: Dashboard, runs: Sequence[Run]) -> CompareScreen:
    """The screen with a residual of every log, read to the end."""
    screen = await compared(dash, runs)
    await dash.until(lambda: has_last_of_all(screen), "a value of each run")
    await dash.idle()
    return screen


def has_last_of_all(screen: CompareScreen) -> bool:
    rows = [row for row in screen.compared.rows.values() if row.pattern]
    complete = bool(rows) and not any(one.is_missing for row in rows for one in row.values)
    return complete and not screen.is_reading


async def test_a_remembered_series_is_a_row_and_its_curves_are_drawn_over_each_other(
    hpc: Services, tmp_path: Path
) -> None:
    async with dashboard(hpc, data_folder=tmp_path) as dash:
        runs = alike(dash, "hpc", 3)
        SeriesMemory(tmp_path).remember(job_key(runs[0]), PATTERN)
        screen = await with_series(dash, runs)
        key = next(key for key in screen.compared.rows if key[2])
        screen.table.move_to_key(key)
        await dash.shows("residual over the number of values")
        await dash.until(lambda: len(screen.plot.shown.lines) == 3, "three curves")
        await dash.press("x")
        await dash.shows("Series over")
        await dash.press("x", "L")
        await dash.idle()
        await dash.shows("residual over the number of values")


async def test_numbers_of_the_logs_are_offered_and_remembered(hpc: Services, tmp_path: Path) -> None:
    async with dashboard(hpc, data_folder=tmp_path) as dash:
        runs = alike(dash, "hpc", 2)
        screen = await compared(dash, runs)
        await dash.press("s")
        await dash.until(lambda: isinstance(dash.app.screen, CheckDialog), "the numbers of the logs")
        await dash.press("space", "enter")
        await dash.until(lambda: has_last_of_all(screen), "a value of each run")
        await dash.idle()
        assert SeriesMemory(tmp_path).patterns(job_key(runs[0])) == screen.patterns


async def test_a_typed_series_that_means_nothing_is_refused(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await compared(dash, alike(dash, "hpc", 2))
        await dash.press("S", *r"loss=(\S+", "enter")
        await dash.shows("no regular expression")
        assert screen.patterns == ()


async def test_a_series_no_log_has_is_missing_in_every_run(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await compared(dash, alike(dash, "hpc", 2))
        await dash.press("S", *"unheard of = {}", "enter")
        await dash.until(lambda: "unheard of" in names(screen), "its row")
        await dash.until(lambda: not screen.is_reading)
        screen.table.move_to_key(("", "unheard of", "unheard of = {}"))
        await dash.idle()
        await dash.shows("Nothing of this in the logs.")


# looks


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 16)])
async def test_it_fits(hpc: Services, tmp_path: Path, size: tuple[int, int]) -> None:
    async with dashboard(hpc, size=size, data_folder=tmp_path) as dash:
        runs = alike(dash, "hpc", 3)
        SeriesMemory(tmp_path).remember(job_key(runs[0]), PATTERN)
        screen = await with_series(dash, runs)
        await dash.press("G")
        await dash.idle()
        await dash.until(lambda: not screen.is_reading)
        await dash.idle()
        dash.matches_frame(f"compare_{size[0]}x{size[1]}")


async def test_without_unicode_every_curve_is_drawn_with_the_sign_of_its_run(hpc: Services, tmp_path: Path) -> None:
    interface = Interface(download_dir=Path("/home/ada/runs"), ascii=True)
    async with dashboard(hpc, size=(80, 24), data_folder=tmp_path, interface=interface) as dash:
        runs = alike(dash, "hpc", 3)
        SeriesMemory(tmp_path).remember(job_key(runs[0]), PATTERN)
        await with_series(dash, runs)
        await dash.press("G")
        await dash.idle()
        assert dash.frame.isascii()
        dash.matches_frame("compare_ascii_80x24")


async def test_without_colours_no_colour_is_sent(hpc: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with dashboard(hpc, size=(80, 24)) as dash:
        await compared(dash, [made_up(1), made_up(2)])
        strips = dash.app.screen._compositor.render_strips()
        styles = [segment.style for strip in strips for segment in strip if segment.style is not None]
        assert all(style.color is None or style.color.is_default for style in styles)


async def test_its_keys_are_in_the_help(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        await compared(dash, [made_up(1), made_up(2)])
        await to_help(dash)
        await dash.shows("Compare")
        await dash.shows("measure against the next run")
