"""A log, followed."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from runtui.backends.deltatwin.simulator import DeltaTwinSimulator
from runtui.config.settings import Interface
from runtui.model.log import Stream
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.simulation.faults import Fault
from runtui.tui.log_taking import CLIPBOARD_BYTES, clipped
from runtui.tui.screens.files import FilesScreen
from runtui.tui.screens.log import LogScreen
from runtui.tui.screens.record import RecordScreen
from runtui.tui.screens.runs import RunsScreen
from runtui.tui.widgets.filter_line import FilterLine
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator, Stage
from tests.support.ways import to_log

Services = Mapping[str, ServedSimulator]
SIZES = [(120, 40), (80, 24), (60, 16)]


def broken_off(dash: Dashboard) -> Run:
    """A run that failed with a traceback."""
    return next(run for run in dash.app.index.runs.values() if run.status is Status.FAILED and run.exit_code == 221)


def text_of(served: ServedSimulator, screen: LogScreen) -> bytes:
    """What the service serves of the log that is shown."""
    source, run = screen.shown[0].source, screen.run
    assert run is not None
    assert source.node_id is not None
    stream = "stderr" if source.stream is Stream.STDERR else "stdout"
    return cast(DeltaTwinSimulator, served.simulator).log_text(run.id, source.node_id, stream)


def contents_below(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def prompt(screen: LogScreen) -> FilterLine:
    return screen.query_one(FilterLine)


# what it looks like


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_the_log_of_the_failed_node_is_shown_to_its_end(destine: Services, width: int, height: int) -> None:
    async with dashboard(destine, size=(width, height)) as dash:
        await to_log(dash, broken_off(dash))
        dash.matches_frame(f"log_{width}x{height}")


async def test_a_log_with_many_lines_and_files_of_its_run(hpc: Services) -> None:
    async with dashboard(hpc, size=(100, 24)) as dash:
        await to_log(dash)
        dash.matches_frame("log_finished")


async def test_while_the_answer_is_awaited_it_says_so(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}, size=(80, 24)) as dash:
            served.simulator.application.add(Fault(hang=True))
            dash.app.open_log(broken_off(dash))
            await dash.shows("Looking for its logs")
            dash.matches_frame("log_loading")


async def test_a_run_that_waits_has_no_log_yet(destine: Services) -> None:
    async with dashboard(destine, size=(80, 24)) as dash:
        dash.app.open_log(dash.run_with(Status.QUEUED))
        await dash.shows("No log yet")
        dash.matches_frame("log_empty")


async def test_an_error_says_what_is_wrong_and_what_to_do(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}, size=(80, 24)) as dash:
            served.simulator.application.fail(status=403)
            dash.app.open_log(broken_off(dash))
            await dash.shows("does not allow this")
            await dash.idle()
            dash.matches_frame("log_error")


async def test_broken_text_and_escape_sequences_are_made_safe(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        simulator = cast(DeltaTwinSimulator, served.simulator)
        simulator.switches.broken_text_logs = simulator.switches.hostile_names = True
        async with dashboard({"destine": served}, size=(80, 24)) as dash:
            screen = await to_log(dash, dash.run_with(Status.SUCCEEDED))
            lines = screen.view.source.lines(0, screen.view.state.line_count)
            assert any(b"\x1b" in line.content for line in lines)
            await dash.press("g")
            assert not any(ord(character) < 32 for line in dash.frame.splitlines() for character in line)
            dash.matches_frame("log_strange")


# following


async def test_a_growing_log_is_followed(stage: Stage) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}) as dash:
            screen = await to_log(dash, dash.run_with(Status.RUNNING))
            before = screen.view.state.line_count
            await dash.advance(5)
            await dash.until(lambda: screen.view.state.line_count > before, "more lines")
            await dash.until(lambda: screen.view.state.cursor == screen.view.state.line_count - 1)
            assert screen.view.state.is_following


async def test_who_scrolls_up_is_left_alone_and_told_what_is_new(stage: Stage) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}) as dash:
            screen = await to_log(dash, dash.run_with(Status.RUNNING))
            await dash.press("k", "k", "k")
            place = screen.view.state.cursor
            await dash.advance(5)
            await dash.until(lambda: screen.view.state.new_lines, "new lines")
            assert screen.view.state.cursor == place
            await dash.shows("new: F follows")
            await dash.press("F")
            assert screen.view.state.cursor == screen.view.state.line_count - 1


async def test_a_log_that_was_not_there_is_opened_once_it_is(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}) as dash:
            dash.app.open_log(dash.run_with(Status.QUEUED))
            await dash.shows("No log yet")
            screen = cast(LogScreen, dash.screen)
            await dash.advance(120)
            await dash.until(lambda: screen.view.state.line_count, "the first lines")


async def test_the_log_of_a_run_that_ends_is_said_to_be_complete(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        async with dashboard({"destine": served}) as dash:
            screen = await to_log(dash, dash.run_with(Status.RUNNING))
            await dash.advance(3600)
            await dash.shows("complete")
            await dash.until(lambda: screen.view.state.byte_count == len(text_of(served, screen)))


async def test_brackets_show_the_other_logs_of_the_run(destine: Services) -> None:
    async with dashboard(destine) as dash:
        screen = await to_log(dash, broken_off(dash))
        ids = [one.source.id for one in screen.sources]
        assert len(ids) > 1
        await dash.press("right_square_bracket")
        await dash.until(lambda: screen.shown[0].source.id == ids[1])
        await dash.until(lambda: screen.view.state.byte_count == len(text_of(destine["destine"], screen)))
        await dash.press("left_square_bracket")
        await dash.until(lambda: screen.shown[0].source.id == ids[0])


# finding


async def test_a_search_counts_its_lines_and_n_goes_through_them(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await to_log(dash)
        await dash.press("g", "slash")
        await dash.paste("^.*: Time = \\d*5$")
        await dash.press("enter")
        await dash.until(lambda: screen.view.state.hit_count, "hits")
        await dash.idle()
        run = screen.run
        assert run is not None
        lines = screen.view.source.lines(0, screen.view.state.line_count)
        truth = [
            number
            for number, line in enumerate(lines)
            if line.content.rstrip().endswith(b"5") and b": Time = " in line.content
        ]
        assert screen.view.state.hit_count == len(truth)
        assert screen.view.state.cursor == truth[0]
        await dash.press("n")
        assert screen.view.state.cursor == truth[1]
        await dash.press("N", "N")
        assert screen.view.state.cursor == truth[-1]
        assert f"{len(truth)} of {len(truth)} lines" in dash.frame


async def test_a_search_finds_also_in_what_comes_later(stage: Stage) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}) as dash:
            screen = await to_log(dash, dash.run_with(Status.RUNNING))
            await dash.press("slash")
            await dash.paste("ExecutionTime")
            await dash.press("enter")
            await dash.shows("not found")
            await dash.advance(5)
            await dash.until(lambda: screen.view.state.hit_count, "a hit in the new lines")


async def test_a_pattern_that_cannot_be_read_says_so_where_it_is_typed(destine: Services) -> None:
    async with dashboard(destine, size=(80, 24)) as dash:
        screen = await to_log(dash, broken_off(dash))
        await dash.press("slash")
        await dash.paste("(oops")
        await dash.press("enter")
        assert prompt(screen).is_typing
        dash.matches_frame("log_search_error")


async def test_e_goes_to_the_error_and_its_record_counts_once(destine: Services) -> None:
    async with dashboard(destine) as dash:
        screen = await to_log(dash, broken_off(dash))
        await dash.until(lambda: screen.view.state.error_count, "errors")
        assert screen.view.state.error_count == 1
        await dash.press("g", "e")
        assert b"Traceback" in screen.view.source.lines(screen.view.state.cursor, 1)[0].content


async def test_escape_drops_the_prompt_the_selection_the_search_and_then_goes_back(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await to_log(dash)
        await dash.press("slash")
        await dash.paste("Solving")
        await dash.press("enter")
        await dash.until(lambda: screen.view.state.hit_count)
        await dash.press("v", "k", "k", "slash", "x", "escape")
        assert prompt(screen).text == "Solving"
        assert screen.view.state.selected_count == 3
        await dash.press("escape")
        assert screen.view.state.selected_count == 0
        assert screen.view.state.hit_count
        await dash.press("escape")
        assert (screen.view.state.hit_count, prompt(screen).text) == (0, "")
        assert dash.screen is screen
        await dash.press("escape")
        await dash.opened(RunsScreen)


# filters and places


def shown_texts(screen: LogScreen) -> list[bytes]:
    """The lines that are shown."""
    return [line.content for line in screen.view.source.lines(0, screen.view.state.shown_count)]


async def test_filters_show_some_lines_and_hide_others(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await to_log(dash)
        whole = shown_texts(screen)
        for key, text in (("ampersand", "Time"), ("exclamation_mark", "Execution")):
            await dash.press(key)
            await dash.paste(text)
            await dash.press("enter")
            await dash.idle()
        wanted = [line for line in whole if b"Time" in line and b"Execution" not in line]
        await dash.until(lambda: shown_texts(screen) == wanted, "the lines filtered")
        await dash.shows("& Time !Execution")
        await dash.press("backspace")
        await dash.until(lambda: shown_texts(screen) == [line for line in whole if b"Time" in line])
        await dash.press("escape")
        await dash.until(lambda: shown_texts(screen) == whole)


async def test_the_cursor_and_the_hits_keep_their_lines_when_a_filter_comes_and_goes(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await to_log(dash)
        await dash.press("g", "slash")
        await dash.paste("Time = 20$")
        await dash.press("enter")
        await dash.until(lambda: screen.view.state.hit, "a hit")
        line, hits = screen.view.state.line, screen.view.state.hit_count
        row = line - screen.view.top
        await dash.press("ampersand")
        await dash.paste("Time")
        await dash.press("enter")
        await dash.until(lambda: screen.view.state.shown_count < screen.view.state.line_count)
        await dash.idle()
        assert (screen.view.state.line, screen.view.state.hit_count, screen.view.state.hit) == (line, hits, 1)
        await dash.press("backspace")
        await dash.idle()
        assert screen.view.state.cursor == screen.view.state.line == line
        assert screen.view.state.cursor - screen.view.top <= row


async def test_a_filter_goes_on_while_the_log_grows(stage: Stage) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}) as dash:
            screen = await to_log(dash, dash.run_with(Status.RUNNING))
            await dash.press("ampersand")
            await dash.paste("Time = ")
            await dash.press("enter")
            await dash.idle()
            before = screen.view.state.shown_count
            await dash.advance(20)
            await dash.until(lambda: screen.view.state.shown_count > before, "more lines that are shown")
            assert all(b"Time = " in line for line in shown_texts(screen) if b"missing" not in line)


async def test_keys_that_have_nothing_to_go_to_say_so(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await to_log(dash)
        await dash.press("n")
        assert "/ searches" in dash.frame
        await dash.press("F")
        assert "nothing more comes" in dash.frame
        assert dash.screen is screen


async def test_one_goes_to_a_line_a_share_and_a_time(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await to_log(dash)
        for text, line in (("3", 2), ("100%", screen.view.state.line_count - 1), ("0%", 0)):
            await dash.press("ctrl+g")
            await dash.paste(text)
            await dash.press("enter")
            assert screen.view.state.line == line
        await dash.press("ctrl+g")
        await dash.paste("soon")
        await dash.press("enter")
        assert "neither a line, a share nor a time" in dash.frame
        await dash.press("escape")
        assert screen.view.has_focus


async def test_marked_lines_are_found_again_under_any_filter(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await to_log(dash)
        await dash.press("g", "j", "j", "m", "G", "k", "m", "g")
        assert screen.view.state.mark_count == 2
        await dash.press("apostrophe")
        assert screen.view.state.line == 2
        await dash.press("quotation_mark")
        assert screen.view.state.line == screen.view.state.line_count - 2
        await dash.press("m")
        assert screen.view.state.mark_count == 1


async def test_a_traceback_is_folded_to_its_first_line(destine: Services) -> None:
    async with dashboard(destine) as dash:
        screen = await to_log(dash, broken_off(dash))
        await dash.until(lambda: screen.view.state.error_count, "errors")
        whole = screen.view.state.line_count
        await dash.press("z")
        assert screen.view.state.shown_count < whole
        await dash.shows("lines folded")
        assert b"Traceback" in screen.view.source.lines(screen.view.state.cursor, 1)[0].content
        await dash.press("z")
        assert screen.view.state.shown_count == whole


async def test_escape_takes_back_to_where_a_search_began(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await to_log(dash)
        await dash.press("ctrl+g")
        await dash.paste("7")
        await dash.press("enter", "slash")
        await dash.paste("Time = ")
        await dash.press("enter")
        await dash.until(lambda: screen.view.state.hit, "a hit")
        await dash.press("n", "n", "escape")
        assert screen.view.state.line == 6


async def test_what_was_searched_for_is_recalled_after_a_restart(hpc: Services, tmp_path: Path) -> None:
    for keys, text in ((("slash",), "Courant"), (("slash", "up"), "")):
        async with dashboard(hpc, data_folder=tmp_path) as dash:
            screen = await to_log(dash)
            await dash.press(*keys)
            if text:
                await dash.paste(text)
                await dash.press("enter")
                await dash.idle()
            assert prompt(screen).text == "Courant"


async def test_the_log_of_a_failed_run_opens_at_its_cause_and_says_why(destine: Services) -> None:
    async with dashboard(destine) as dash:
        screen = await to_log(dash, broken_off(dash))
        await dash.shows("here: the exception the last traceback ends with")
        assert screen.view.source.lines(screen.view.state.cursor, 1)[0].content.startswith(b"OSError")


async def test_all_logs_of_a_run_are_merged_with_their_names(destine: Services) -> None:
    async with dashboard(destine) as dash:
        screen = await to_log(dash, broken_off(dash))
        alone = screen.view.state.line_count
        await dash.press("a")
        await dash.shows("2 logs by time")
        await dash.until(lambda: screen.view.state.line_count > alone, "the lines of the other log")
        await dash.idle()
        await dash.shows("rotation stdout  ")
        await dash.press("a")
        await dash.until(lambda: screen.view.state.line_count == alone, "one log alone")


async def test_merged_logs_can_be_left_out_one_by_one(destine: Services) -> None:
    async with dashboard(destine) as dash:
        screen = await to_log(dash, broken_off(dash))
        alone = screen.view.state.line_count
        await dash.press("a")
        await dash.until(lambda: screen.view.state.line_count > alone, "the lines of the other log")
        await dash.idle()
        await dash.press("u")
        await dash.shows("Logs that are shown")
        await dash.press("down", "space", "enter")
        await dash.until(lambda: screen.view.state.line_count == alone, "the lines of one log")
        await dash.shows("1 muted")


async def test_errors_of_merged_logs_are_folded_and_what_is_saved_of_them_is_said(
    destine: Services, tmp_path: Path
) -> None:
    async with dashboard(destine, interface=Interface(download_dir=tmp_path)) as dash:
        screen = await to_log(dash, broken_off(dash))
        alone = screen.view.state.line_count
        await dash.press("a")
        await dash.until(lambda: screen.view.state.line_count > alone, "the lines of the other log")
        await dash.until(lambda: screen.text is not None and not screen.text.is_behind, "all errors")
        whole = screen.view.state.line_count
        await dash.press("Z")
        await dash.until(lambda: screen.view.state.shown_count < whole, "folds")
        await dash.press("ctrl+s", "enter")
        await dash.shows(f"Saved the {whole} lines of 2 logs by time")
        await dash.press("full_stop")
        await dash.shows("warning 1 of ")


async def test_the_logs_of_marked_runs_are_shown_together(destine: Services) -> None:
    async with dashboard(destine) as dash:
        runs = [run for run in dash.app.index.runs.values() if run.status is Status.SUCCEEDED][:2]
        dash.app.open_logs(runs)
        await dash.shows("2 runs › ")
        screen = cast(LogScreen, dash.screen)
        await dash.until(lambda: screen.view.state.line_count > 100, "their lines")
        assert {one.run.id for one in screen.shown} == {run.id for run in runs}
        assert screen.text is not None
        assert {name[:6] for name in screen.text.names} == {run.id[:6] for run in runs}
        times = [line.content[:23] for line in screen.view.source.lines(0, 500) if line.content.startswith(b"2026-")]
        await dash.idle()
        assert times == sorted(times)


async def test_of_marked_runs_only_the_logs_are_merged_not_every_file_that_is_text(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        done = [run for run in dash.app.index.runs.values() if run.status is Status.SUCCEEDED]
        runs = [run for run in done if run.job_id == done[0].job_id][:2] if len(done) > 1 else done
        dash.app.open_logs(runs)
        await dash.shows("2 runs › 2 logs by time")
        screen = cast(LogScreen, dash.screen)
        assert {one.source.name for one in screen.shown} == {"process_output.log"}
        assert len(screen.sources) > 2
        text = screen.text
        assert text is not None
        assert not any("process_output" in name for name in text.names)
        assert len(set(text.names)) == 2


# records


@pytest.mark.parametrize("rule", ["", "image file is truncated"])
async def test_enter_shows_the_whole_record_from_any_of_its_lines_and_no_more(destine: Services, rule: str) -> None:
    async with dashboard(destine) as dash:
        screen = await to_log(dash, broken_off(dash))
        if rule:
            await dash.press("ampersand")
            await dash.paste(rule)
            await dash.press("enter")
            await dash.until(lambda: screen.view.state.shown_count == 1, "the last line of the traceback alone")
        await dash.press("enter")
        await dash.opened(RecordScreen)
        await dash.idle()
        text = screen.text
        assert text is not None
        log = [line.content.decode() for line in text.logs[0][1].lines(0, 1000)]
        first = max(number for number, line in enumerate(log) if line.startswith("Traceback"))
        last = next(number for number, line in enumerate(log) if number > first and line.startswith("OSError"))
        shown = [line.strip("▌ ") for line in dash.frame.splitlines()[1:] if line.strip()]
        assert f"{last - first + 1} lines" in dash.frame
        assert shown[0] == log[first]
        assert shown[last - first].startswith("OSError")
        await dash.press("enter")
        await dash.opened(LogScreen)


# taking it away


async def test_the_line_under_the_cursor_or_the_selected_ones_are_copied(destine: Services) -> None:
    async with dashboard(destine) as dash:
        screen = await to_log(dash, broken_off(dash))
        lines = text_of(destine["destine"], screen).decode().splitlines()
        await dash.press("y")
        assert dash.app.clipboard == lines[-1]
        await dash.press("v", "k", "k", "y")
        assert dash.app.clipboard == "\n".join(lines[-3:])


async def test_a_saved_log_has_the_exact_bytes(destine: Services, tmp_path: Path) -> None:
    async with dashboard(destine, interface=Interface(download_dir=tmp_path)) as dash:
        screen = await to_log(dash, broken_off(dash))
        await dash.press("ctrl+s", "enter")
        await dash.shows("Saved 607 B as")
        assert contents_below(tmp_path) == [text_of(destine["destine"], screen)]


async def test_a_file_is_replaced_only_when_that_is_meant(destine: Services, tmp_path: Path) -> None:
    kept = tmp_path / "kept.log"
    kept.write_text("older")
    async with dashboard(destine, interface=Interface(download_dir=tmp_path)) as dash:
        screen = await to_log(dash, broken_off(dash))
        await dash.press("ctrl+s", "ctrl+u")
        await dash.paste(str(kept))
        await dash.press("enter")
        await dash.shows("Replace the file?")
        await dash.press("enter")
        await dash.idle()
        assert kept.read_text() == "older"
        await dash.press("ctrl+s", "up", "enter")
        await dash.shows("Replace the file?")
        await dash.press("right", "enter")
        await dash.shows("Saved")
        assert kept.read_bytes() == text_of(destine["destine"], screen)


async def test_all_lines_found_are_copied(hpc: Services) -> None:
    async with dashboard(hpc) as dash:
        screen = await to_log(dash)
        await dash.press("slash")
        await dash.paste("^.*: Time = ")
        await dash.press("enter")
        await dash.until(lambda: screen.view.state.hit_count, "hits")
        await dash.idle()
        await dash.press("Y")
        copied = dash.app.clipboard.split("\n")
        assert len(copied) == screen.view.state.hit_count
        assert all(": Time = " in line for line in copied)


def test_no_more_is_copied_than_terminals_take() -> None:
    assert clipped(["x" * 30_000, "y" * 30_000, "z" * 30_000]) == "x" * 30_000 + "\n" + "y" * 30_000
    assert clipped(["é" * 80_000]) == "é" * (CLIPBOARD_BYTES // 2)


async def test_f_opens_the_files_of_the_run(destine: Services) -> None:
    async with dashboard(destine) as dash:
        screen = await to_log(dash, broken_off(dash))
        await dash.press("f")
        await dash.opened(FilesScreen)
        assert cast(FilesScreen, dash.screen).reference == screen.reference


async def test_nothing_is_polled_for_a_log_that_was_left(stage: Stage) -> None:
    with stage.serving("rescale", runs=20) as served:
        async with dashboard({"hpc": served}) as dash:
            await to_log(dash, dash.run_with(Status.RUNNING))
            await dash.press("q")
            await dash.advance(5)
            served.behave()
            await dash.advance(5)
            assert not [request for request in served.requests if "tail" in request]
