"""The pager: what it reads, where it stands, how it follows, finds and selects."""

import re
import threading
from collections.abc import Callable

import pytest
from rich.color import Color
from rich.segment import Segment
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot

from runtui.model.lines import LINE_BYTES_CAP, Line, StaticLines
from runtui.render.cell import Tone
from runtui.tui.widgets.log_view import LogView
from runtui.tui.widgets.text_pane import TextPane
from tests.support.frames import assert_frame, drawn, frame_of
from tests.support.gallery import GalleryApp
from tests.support.log_app import CountedLines, GrowingLines, LogApp, gap


def numbered(count: int) -> GrowingLines:
    return GrowingLines([f"line {number}" for number in range(count)])


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait for a condition, then for the screen; growth is drawn a tenth of a second after it is told."""
    while not condition():
        await pilot.pause(0.01)
    await drawn(pilot)


async def grown(pilot: Pilot[None], app: LogApp) -> None:
    """All that came is on the screen."""
    await until(pilot, lambda: not (app.log_view._growth_told or app.log_view._growth_waits))


def rows_of(app: LogApp) -> list[str]:
    """The rows without the mark of the scroll position, which moves as a text grows."""
    return [row.rstrip(" ▐") for row in frame_of(app).splitlines()]


def first_row(app: LogApp) -> str:
    return frame_of(app).splitlines()[0]


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_it_looks_right(size: tuple[int, int]) -> None:
    app = GalleryApp("log")
    async with app.run_test(size=size) as pilot:
        await drawn(pilot)
        assert_frame(app, f"widgets/log_{size[0]}x{size[1]}")


async def test_wrapped_it_looks_right() -> None:
    app = GalleryApp("log")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("w", "number_sign")
        await drawn(pilot)
        assert_frame(app, "widgets/log_wrapped")


# Reading


async def test_only_lines_in_sight_and_just_above_are_read() -> None:
    source = CountedLines(10_000_000)
    app = LogApp(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G", "pageup", "g", "pagedown")
        await drawn(pilot)
        assert max(count for _, count in source.asked) <= 24 + 100


async def test_moving_the_cursor_reads_nothing_again() -> None:
    source = numbered(100)
    app = LogApp(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        source.asked.clear()
        await pilot.press("down", "down", "up")
        await drawn(pilot)
        assert source.asked == []


async def test_a_long_line_is_cut_and_says_how_long_it_is() -> None:
    app = LogApp(StaticLines([b"x" * (3 * LINE_BYTES_CAP)]))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("w", "G")
        for _ in range(80):
            await pilot.press("pagedown")
        await drawn(pilot)
        assert "this line has 197 KB, the rest is not shown" in frame_of(app).replace("\n", "").replace("       ", "")


async def test_bytes_that_are_no_text_are_shown_as_such() -> None:
    app = LogApp(StaticLines([b"caf\xe9 \x1b]0;title\x07 \x1b[2J"]))
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        text = frame_of(app)
        assert "caf�" in text
        assert "\x1b" not in text
        assert "\x07" not in text


# Moving


@pytest.mark.parametrize(
    ("keys", "cursor"),
    [
        (["j"], 1),
        (["down", "down", "k"], 1),
        (["G"], 99),
        (["G", "g"], 0),
        (["pagedown"], 24),
        (["space"], 24),
        (["pagedown", "pageup"], 0),
        (["ctrl+d"], 12),
        (["ctrl+d", "ctrl+u"], 0),
        (["G", "down"], 99),
        (["end", "home"], 0),
        (["pagedown"] * 9, 99),
    ],
)
@pytest.mark.parametrize("wraps", [False, True])
async def test_keys_move_the_cursor(keys: list[str], cursor: int, wraps: bool) -> None:
    app = LogApp(numbered(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*(["w"] if wraps else []), *keys)
        await drawn(pilot)
        assert app.log_view.state.cursor == cursor
        assert f" {cursor + 1}  line {cursor}" in frame_of(app)


async def test_wrapped_paging_shows_every_row_once() -> None:
    source = GrowingLines([f"{number:03}" + "abcdefgh" * (number % 7 * 9) for number in range(60)])
    app = LogApp(source, numbers=False)
    async with app.run_test(size=(50, 11)) as pilot:
        await pilot.press("w")
        await drawn(pilot)
        seen = ""
        while True:
            rows = [row[1:].rstrip(" ▐") for row in frame_of(app).splitlines()]
            top = (app.log_view.top, app.log_view._row)
            if top >= app.log_view._page().last_top():
                break
            seen += "".join(rows)
            await pilot.press("pagedown")
            await drawn(pilot)
        seen += "".join(rows)
        wanted = "".join(line.content.decode() for line in source.lines(0, 60))
        assert all(f"{number:03}" in seen for number in range(60))
        assert seen.startswith(wanted[: len(wanted) // 2])


async def test_wrapped_no_row_says_any_more_that_its_line_goes_on_to_the_right() -> None:
    app = LogApp(GrowingLines(["abcdefgh" * 9]), numbers=False)
    async with app.run_test(size=(50, 11)) as pilot:
        await drawn(pilot)
        assert "›" in frame_of(app)
        await pilot.press("w")
        await drawn(pilot)
        assert "›" not in frame_of(app)


async def test_a_line_given_is_gone_to() -> None:
    app = LogApp(CountedLines(1_000_000))
    async with app.run_test(size=(80, 24)) as pilot:
        app.log_view.go_to_line(654_320)
        await drawn(pilot)
        assert "654321  " in frame_of(app)
        assert app.log_view.state.cursor == 654_320


async def test_long_lines_are_scrolled_sideways() -> None:
    app = LogApp(GrowingLines(["0123456789abcdefghij翼型" * 20]), numbers=False)
    async with app.run_test(size=(40, 5)) as pilot:
        await drawn(pilot)
        assert first_row(app).endswith("›")
        await pilot.press("right")
        await drawn(pilot)
        assert first_row(app)[1:].startswith("ghij翼型0123")
        await pilot.press("left")
        await drawn(pilot)
        assert first_row(app)[1:].startswith("0123")


async def test_a_click_puts_the_cursor_on_its_line() -> None:
    app = LogApp(numbered(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click("#log", offset=(20, 7))
        assert app.log_view.state.cursor == 7


# Following


async def test_following_shows_what_comes() -> None:
    source = numbered(100)
    app = LogApp(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("F")
        source.append("the newest line")
        await until(pilot, lambda: "the newest line" in frame_of(app))
        assert app.log_view.state.is_following
        assert app.log_view.state.cursor == 100


@pytest.mark.parametrize("wraps", [False, True])
async def test_moving_up_pauses_and_counts_what_comes(wraps: bool) -> None:
    source = numbered(100)
    app = LogApp(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*(["w"] if wraps else []), "F", "up")
        await drawn(pilot)
        before = rows_of(app)
        source.append("one", "two")
        await grown(pilot, app)
        assert app.log_view.state.new_lines == 2
        assert not app.log_view.state.is_following
        assert rows_of(app) == before
        await pilot.press("F")
        await drawn(pilot)
        assert app.log_view.state.new_lines == 0
        assert "two" in frame_of(app)


async def test_the_wheel_up_pauses_and_down_does_not() -> None:
    app = LogApp(numbered(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("F")
        await pilot._post_mouse_events([MouseScrollDown], app.log_view)
        assert app.log_view.state.is_following
        await pilot._post_mouse_events([MouseScrollUp], app.log_view)
        assert not app.log_view.state.is_following


async def test_growth_from_another_thread_is_shown() -> None:
    source = numbered(5)
    app = LogApp(source)
    async with app.run_test(size=(80, 24)) as pilot:
        thread = threading.Thread(target=source.append, args=("from a thread",))
        thread.start()
        await until(pilot, lambda: "from a thread" in frame_of(app))
        thread.join()


async def test_a_burst_is_drawn_once() -> None:
    source = numbered(5)
    app = LogApp(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("F")
        await drawn(pilot)
        app.heard.clear()
        for number in range(1000):
            source.append(f"burst {number}")
        await until(pilot, lambda: "burst 999" in frame_of(app))
        assert len([message for message in app.heard if isinstance(message, LogView.Changed)]) == 1


async def test_a_last_line_that_was_not_complete_is_completed() -> None:
    source = numbered(3)
    app = LogApp(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        source.extend_last(" and its end")
        await until(pilot, lambda: "line 2 and its end" in frame_of(app))


async def test_a_line_completed_while_more_came_is_complete() -> None:
    source = numbered(3)
    app = LogApp(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        source.extend_last(" and its end")
        source.append("next")
        await until(pilot, lambda: "next" in frame_of(app))
        assert "line 2 and its end" in frame_of(app)


async def test_a_source_that_was_replaced_is_read_anew() -> None:
    source = numbered(100)
    app = LogApp(source)
    async with app.run_test(size=(80, 24)) as pilot:
        app.log_view.set_hits([5, 90])
        await pilot.press("G")
        source.replace(["other", "lines"])
        await until(pilot, lambda: "other" in frame_of(app))
        assert app.log_view.state.cursor == 1
        assert app.log_view.state.hit_count == 0
        assert "line 9" not in frame_of(app)


async def test_another_source_takes_the_place_and_the_old_one_is_let_go() -> None:
    old, new = numbered(100), GrowingLines(["new source"])
    app = LogApp(old)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G")
        app.log_view.set_source(new)
        await drawn(pilot)
        assert "new source" in frame_of(app)
        assert "line" not in frame_of(app)
        assert (old.listener_count, new.listener_count) == (0, 1)
    assert new.listener_count == 0


async def test_a_resize_stays_at_the_end_while_following() -> None:
    app = LogApp(numbered(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("F")
        await pilot.resize_terminal(60, 10)
        await drawn(pilot)
        assert "line 99" in frame_of(app).splitlines()[-1]


# Searching


async def test_matches_are_gone_to_forwards_backwards_and_round() -> None:
    app = LogApp(numbered(100))
    async with app.run_test(size=(80, 24)) as pilot:
        app.log_view.set_pattern(re.compile("7$"))
        app.log_view.set_hits([7, 17, 97])
        visited: list[tuple[int, int | None]] = []
        for key in ("n", "n", "n", "n", "N"):
            await pilot.press(key)
            visited.append((app.log_view.state.cursor, app.log_view.state.hit))
        assert visited == [(7, 1), (17, 2), (97, 3), (7, 1), (97, 3)]
        await drawn(pilot)
        assert sum(isinstance(message, LogView.WentRound) for message in app.heard) == 2


async def test_without_a_match_the_keys_are_not_offered() -> None:
    app = LogApp(numbered(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n", "e")
        assert app.log_view.state.cursor == 0
        assert "n" not in app.screen.active_bindings
        app.log_view.set_hits([3])
        app.log_view.set_errors([4])
        assert {"n", "N", "e", "E"} <= app.screen.active_bindings.keys()
        await pilot.press("e")
        assert app.log_view.state.error == 1


async def test_a_match_is_drawn_in_another_style_and_the_one_one_is_at_in_a_third() -> None:
    app = LogApp(GrowingLines(["a needle here", "a needle there"]))
    async with app.run_test(size=(80, 24)) as pilot:
        app.log_view.set_pattern(re.compile("needle"))
        await drawn(pilot)
        styles = [
            next(segment.style for segment in app.log_view.render_line(line) if segment.text == "needle")
            for line in (0, 1)
        ]
        plain = app.log_view.inks.ground.bgcolor
        assert len({style.bgcolor for style in styles if style} | {plain}) == 3


async def test_a_found_line_out_of_sight_comes_to_the_middle() -> None:
    app = LogApp(numbered(1000))
    async with app.run_test(size=(80, 25)) as pilot:
        app.log_view.set_hits([500])
        await pilot.press("n")
        await drawn(pilot)
        assert "line 500" in frame_of(app).splitlines()[12]


async def test_a_time_at_the_beginning_of_a_line_stands_back() -> None:
    app = LogApp(GrowingLines(["12:00:01  Time = 3", "took 12:00:01", "12:00:02 ERROR: it broke"]))
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        muted = app.log_view.inks.tones[Tone.MUTED].color
        found = [[each.text.strip() for each in app.log_view.render_line(y) if _has(each, muted)] for y in range(3)]
        assert found == [["12:00:01"], [], []]


def _has(segment: Segment, color: Color | None) -> bool:
    return segment.style is not None and segment.style.color == color


# Selecting


async def test_selected_lines_are_given_as_drawn() -> None:
    app = LogApp(GrowingLines(["one", "\x1b[31mtwo\x1b[0m", "three\tthree", "four"]))
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.log_view.selected_text() == "one"
        await pilot.press("down", "v", "down")
        assert app.log_view.selected_text() == "two\nthree   three"
        assert app.log_view.state.selected_count == 2
        assert app.log_view.clear_selection()
        assert not app.log_view.clear_selection()


async def test_a_gap_is_drawn_as_one_and_selected_as_text() -> None:
    app = LogApp(GrowingLines(["before", gap("3 lines are missing here"), "after"]))
    async with app.run_test(size=(60, 8)) as pilot:
        await drawn(pilot)
        assert frame_of(app).splitlines()[1] == " ┄┄┄┄ 3 lines are missing here ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄"


# What it costs


async def test_moving_the_cursor_draws_two_lines() -> None:
    app = LogApp(numbered(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        app.log_view.painted.clear()
        await pilot.press("down")
        await drawn(pilot)
        assert sorted(app.log_view.painted) == [0, 1]


async def test_growth_out_of_sight_draws_nothing() -> None:
    source = numbered(50)
    app = LogApp(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        app.log_view.painted.clear()
        source.append("out of sight")
        await until(pilot, lambda: app.log_view.state.line_count == 51)
        assert app.log_view.painted == []


# No lines, and text that does not grow


async def test_an_empty_log_says_what_would_be_here() -> None:
    app = LogApp(GrowingLines())
    async with app.run_test(size=(80, 24)) as pilot:
        app.log_view.set_empty("Nothing was written yet.", "It appears here as soon as the node writes.")
        await pilot.press("down", "G", "pageup", "pagedown", "v", "w", "F", "k", "right")
        await drawn(pilot)
        assert_frame(app, "widgets/log_empty")


async def test_a_text_pane_wraps_and_is_not_followed() -> None:
    pane = TextPane("word " * 40 + "\nsecond")
    app = LogApp(StaticLines())
    async with app.run_test(size=(50, 12)) as pilot:
        await app.mount(pane)
        pane.focus()
        await drawn(pilot)
        assert "second" in frame_of(app)
        assert "F" not in app.screen.active_bindings
        pane.show_text("another text")
        await drawn(pilot)
        assert "another text" in frame_of(app)
        assert "second" not in frame_of(app)


# Views, marks and looks


class OddLines:
    """Every second line of a text."""

    def __init__(self, source: GrowingLines) -> None:
        self._source = source
        self.generation = 0

    @property
    def line_count(self) -> int:
        return self._source.line_count // 2

    @property
    def byte_count(self) -> int:
        return self._source.byte_count

    def lines(self, first: int, count: int) -> list[Line]:
        return [self._source.lines(2 * at + 1, 1)[0] for at in range(first, min(first + count, self.line_count))]

    def source_line(self, number: int) -> int:
        return 2 * number + 1

    def place_of(self, line: int) -> int | None:
        return line // 2 if line % 2 else None

    def nearest(self, line: int) -> int:
        return min(line // 2, self.line_count - 1)

    def watch(self, on_change: Callable[[], None]) -> Callable[[], None]:
        return self._source.watch(on_change)


async def test_the_cursor_keeps_its_line_and_its_row_when_a_view_comes_and_goes() -> None:
    source = numbered(200)
    app = LogApp(source)
    async with app.run_test(size=(80, 10)) as pilot:
        view = app.log_view
        view.go_to_line(101)
        row = view.state.cursor - view.top
        view.set_view(OddLines(source))
        await drawn(pilot)
        assert (view.state.line, view.state.cursor, view.state.cursor - view.top) == (101, 50, row)
        assert "102  line 101" in frame_of(app)
        view.set_view(None)
        await drawn(pilot)
        assert (view.state.cursor, view.state.cursor - view.top) == (101, row)


async def test_hits_that_a_view_does_not_show_are_passed_over() -> None:
    source = numbered(40)
    app = LogApp(source)
    async with app.run_test(size=(80, 10)) as pilot:
        view = app.log_view
        view.set_view(OddLines(source))
        view.set_hits([4, 9, 10, 21])
        await pilot.press("n")
        assert (view.state.line, view.state.hit, view.state.hit_count) == (9, 2, 4)
        await pilot.press("n")
        assert view.state.line == 21
        await pilot.press("n")
        assert view.state.line == 9


async def test_marks_are_seen_gone_to_and_taken_away() -> None:
    app = LogApp(numbered(40))
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.press("m", "j", "j", "m", "j")
        await drawn(pilot)
        assert [line.startswith("◆") for line in frame_of(app).splitlines()[:3]] == [True, False, True]
        await pilot.press("apostrophe", "m")
        assert app.log_view.state.mark_count == 1


async def test_times_are_left_out_and_come_back() -> None:
    app = LogApp(GrowingLines(["12:00:01  begun", "no time"]))
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.press("t")
        await drawn(pilot)
        assert frame_of(app).splitlines()[:2] == ["▌   1  begun", "    2  no time"]
        await pilot.press("t")
        await drawn(pilot)
        assert "12:00:01  begun" in first_row(app)


async def test_json_is_readable_or_as_it_came_and_copied_as_it_came() -> None:
    line = '{"level": "info", "msg": "begun", "step": 1}'
    app = LogApp(GrowingLines([line]))
    async with app.run_test(size=(80, 10)) as pilot:
        await drawn(pilot)
        assert first_row(app) == "▌   1  INFO begun  step=1"
        assert app.log_view.selected_text() == line
        await pilot.press("i")
        await drawn(pilot)
        assert line in first_row(app)


async def test_lines_of_several_logs_have_their_names() -> None:
    app = LogApp(numbered(1))
    async with app.run_test(size=(80, 10)) as pilot:
        source = GrowingLines([Line(b"one", origin=0), Line(b"two", origin=1)])
        app.log_view.set_source(source, names=("mesh", "solve"))
        await drawn(pilot)
        assert [line[7:] for line in frame_of(app).splitlines()[:2]] == ["mesh   one", "solve  two"]


async def test_nothing_is_followed_where_nothing_more_comes() -> None:
    app = LogApp(numbered(3))
    async with app.run_test(size=(80, 10)):
        app.log_view.set_over(True)
        assert app.log_view.check_action("toggle_follow", ()) is False
