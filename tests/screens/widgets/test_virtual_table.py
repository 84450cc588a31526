"""The table: cursor and marks by key, exact repaints, columns that hold still."""

from collections.abc import Sequence

import msgspec
import pytest
from textual.events import MouseScrollDown
from textual.pilot import Pilot

from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.cell import Cell
from runtui.render.columns import Column, DrawContext
from runtui.render.run_columns import run_column
from runtui.tui.widgets.virtual_table import VirtualTable
from tests.support.frames import assert_frame, drawn, frame_of
from tests.support.table_app import NOW, TableApp, a_run, some_runs


def references(app: TableApp) -> list[RunReference]:
    return list(app.runs)


async def settled(pilot: Pilot[None], app: TableApp) -> None:
    """Everything asked for so far is on the screen; the lines drawn for it are forgotten."""
    await drawn(pilot)
    app.table.painted.clear()


def row_texts(app: TableApp) -> list[str]:
    return frame_of(app).splitlines()[1:]


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_it_looks_right(size: tuple[int, int]) -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=size) as pilot:
        app.table.set_sort("started", descending=True)
        await pilot.press("down", "down", "space", "down")
        await drawn(pilot)
        assert_frame(app, f"widgets/table_{size[0]}x{size[1]}")


async def test_wide_characters_keep_the_columns_in_line() -> None:
    runs = some_runs(3)
    names = ("翼型スイープ解析ジョブの非常に長い名前で切れるもの", "🚀 launch", "plain")
    wide = {ref: msgspec.structs.replace(run, job=job) for (ref, run), job in zip(runs.items(), names, strict=True)}
    app = TableApp(wide)
    async with app.run_test(size=(80, 8)) as pilot:
        await drawn(pilot)
        assert_frame(app, "widgets/table_wide")
        assert {strip.cell_length for strip in app.screen._compositor.render_strips()} == {80}


# The cursor


@pytest.mark.parametrize(
    ("keys", "index"),
    [
        (["down"], 1),
        (["j", "j"], 2),
        (["j", "k"], 0),
        (["up"], 0),
        (["G"], 199),
        (["end", "g"], 0),
        (["end", "home"], 0),
        (["pagedown"], 23),
        (["pagedown", "pageup"], 0),
        (["ctrl+d"], 12),
        (["ctrl+d", "ctrl+u"], 0),
    ],
)
async def test_keys_move_the_cursor(keys: list[str], index: int) -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        assert app.table.cursor_index == index
        assert app.table.cursor_key in app.table.visible_keys


async def test_the_cursor_stays_on_its_row_when_rows_come_above() -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=(80, 24)) as pilot:
        order = references(app)
        app.table.show_keys(order[50:])
        await pilot.press("pagedown", "down", "down")
        key, place = app.table.cursor_key, app.table.cursor_index
        in_sight = list(app.table.visible_keys)
        app.table.show_keys(order)
        assert app.table.cursor_key == key
        assert app.table.cursor_index == (place or 0) + 50
        assert list(app.table.visible_keys) == in_sight


async def test_new_rows_are_seen_when_the_list_stands_at_its_top() -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=(80, 24)):
        order = references(app)
        app.table.show_keys(order[2:])
        key = app.table.cursor_key
        app.table.show_keys(order)
        assert app.table.visible_keys[0] == order[0]
        assert (app.table.cursor_key, app.table.cursor_index) == (key, 2)


async def test_the_cursor_stays_on_its_row_when_the_order_turns() -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "down")
        key = app.table.cursor_key
        app.table.show_keys(references(app)[::-1])
        assert app.table.cursor_key == key
        assert app.table.cursor_index == 196
        assert key in app.table.visible_keys


async def test_the_cursor_goes_to_the_row_below_when_its_own_is_removed() -> None:
    app = TableApp(some_runs(30))
    async with app.run_test(size=(80, 24)) as pilot:
        order = references(app)
        await pilot.press("down", "down", "down")
        app.table.show_keys([key for key in order if key not in order[2:5]])
        assert app.table.cursor_key == order[5]


async def test_the_cursor_goes_to_the_row_above_when_nothing_is_left_below() -> None:
    app = TableApp(some_runs(30))
    async with app.run_test(size=(80, 24)) as pilot:
        order = references(app)
        await pilot.press("G")
        app.table.show_keys(order[:10])
        assert app.table.cursor_key == order[9]


async def test_the_view_keeps_its_place_while_it_is_scrolled_away_from_the_cursor() -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=(80, 24)) as pilot:
        order = references(app)
        app.table.show_keys(order[5:])
        for _ in range(20):
            await pilot._post_mouse_events([MouseScrollDown], app.table)
        in_sight = list(app.table.visible_keys)
        assert app.table.cursor_key not in in_sight
        app.table.show_keys(order)
        assert list(app.table.visible_keys) == in_sight


async def test_a_moved_cursor_is_told_once_and_an_unmoved_one_not_at_all() -> None:
    app = TableApp(some_runs(30))
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        app.heard.clear()
        await pilot.press("down")
        app.table.show_keys(references(app))
        await pilot.press("k", "k")
        await drawn(pilot)
        moves = [message.key for message in app.heard if isinstance(message, VirtualTable.CursorMoved)]
        assert moves == [references(app)[1], references(app)[0]]


async def test_enter_opens_the_row_under_the_cursor() -> None:
    app = TableApp(some_runs(30))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter")
        assert [message.key for message in app.heard if isinstance(message, VirtualTable.RowOpened)] == [
            references(app)[1]
        ]


# Marks


async def test_space_marks_and_goes_on() -> None:
    app = TableApp(some_runs(30))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "space", "up", "space")
        assert app.table.marked_keys == references(app)[:1]
        assert app.table.cursor_index == 2


async def test_a_range_is_marked_while_the_cursor_moves_and_kept_at_its_end() -> None:
    app = TableApp(some_runs(30))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "v", "down", "down")
        assert app.table.marked_keys == references(app)[1:4]
        await pilot.press("up", "v", "down", "down")
        assert app.table.marked_keys == references(app)[1:3]


async def test_all_rows_are_marked_and_unmarked_with_one_key() -> None:
    app = TableApp(some_runs(30))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "ctrl+a")
        assert app.table.mark_count == 30
        await pilot.press("ctrl+a")
        assert app.table.mark_count == 0


async def test_marks_stay_on_their_rows_and_survive_a_filter() -> None:
    app = TableApp(some_runs(30))
    async with app.run_test(size=(80, 24)) as pilot:
        order = references(app)
        await pilot.press("space", "down", "space")
        app.table.show_keys(order[2:][::-1])
        assert app.table.marked_keys == [order[2]]
        assert app.table.marks == {order[0], order[2]}
        app.table.forget([order[0]])
        assert app.table.marks == {order[2]}


# The mouse


async def test_a_click_moves_the_cursor_and_a_second_one_opens() -> None:
    app = TableApp(some_runs(30))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click("#runs", offset=(10, 5))
        assert app.table.cursor_index == 4
        await pilot.click("#runs", offset=(10, 7), times=2)
        opened = [message.key for message in app.heard if isinstance(message, VirtualTable.RowOpened)]
        assert opened == [references(app)[6]]


async def test_control_and_a_click_marks() -> None:
    app = TableApp(some_runs(30))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click("#runs", offset=(10, 3), control=True)
        assert app.table.marked_keys == [references(app)[2]]


async def test_a_click_below_the_last_row_does_nothing() -> None:
    app = TableApp(some_runs(3))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click("#runs", offset=(10, 15))
        assert app.table.cursor_index == 0


async def test_a_click_on_a_heading_asks_for_that_sort_order() -> None:
    app = TableApp(some_runs(3))
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.click("#runs", offset=(frame_of(app).splitlines()[0].index("STATUS") + 2, 0))
        asked = [message.column for message in app.heard if isinstance(message, VirtualTable.SortRequested)]
        assert asked == ["status"]


# Repaints


async def test_moving_the_cursor_draws_two_lines() -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, app)
        await pilot.press("down")
        await drawn(pilot)
        assert sorted(app.table.painted) == [1, 2]


async def test_a_changed_row_draws_its_own_line() -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, app)
        key = references(app)[8]
        app.runs[key] = msgspec.structs.replace(app.runs[key], status=Status.FAILED)
        app.table.refresh_rows([key])
        await drawn(pilot)
        assert app.table.painted == [9]


async def test_a_row_that_changed_without_looking_different_draws_nothing() -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, app)
        key = references(app)[7]
        app.runs[key] = msgspec.structs.replace(app.runs[key], message="not shown in any column")
        app.table.refresh_rows([key])
        await drawn(pilot)
        assert app.table.painted == []


async def test_a_changed_row_out_of_sight_draws_nothing() -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, app)
        key = references(app)[150]
        app.runs[key] = msgspec.structs.replace(app.runs[key], status=Status.FAILED)
        app.table.refresh_rows([key])
        await drawn(pilot)
        assert app.table.painted == []


async def test_passing_time_draws_only_the_lines_whose_age_changed() -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, app)
        before = row_texts(app)
        later = NOW.replace(second=1)
        app.table.set_context(DrawContext(now=later, zone=NOW.tzinfo))
        await drawn(pilot)
        after = row_texts(app)
        different = [1 + line for line, (one, other) in enumerate(zip(before, after, strict=True)) if one != other]
        assert sorted(app.table.painted) == different
        assert 0 < len(different) < 15


async def test_the_same_rows_again_draw_nothing() -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, app)
        app.table.show_keys(references(app))
        await drawn(pilot)
        assert app.table.painted == []


async def test_another_order_at_another_time_and_place_is_looked_at_once() -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("G")
        await settled(pilot, app)
        app.table.made.clear()
        app.table.show_keys(references(app)[:150][::-1], DrawContext(now=NOW.replace(second=1), zone=NOW.tzinfo))
        assert app.table.made == list(range(40))
        await drawn(pilot)
        assert len(app.table.painted) == len(set(app.table.painted))


async def test_what_is_done_at_once_to_a_table_is_looked_at_once() -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, app)
        app.table.made.clear()
        with app.table.one_repaint():
            app.table.show_keys(references(app)[::-1])
            with app.table.one_repaint():
                app.table.move_to_index(100)
            app.table.settle_anew()
            assert app.table.made == []
        assert app.table.made == list(range(40))


async def test_nothing_done_to_a_table_is_not_looked_at() -> None:
    app = TableApp(some_runs(200))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, app)
        app.table.made.clear()
        with app.table.one_repaint():
            pass
        assert app.table.made == []


async def test_a_row_removed_at_the_bottom_draws_nothing_above() -> None:
    app = TableApp(some_runs(20))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, app)
        app.table.show_keys(references(app)[:-1])
        await drawn(pilot)
        assert app.table.painted == [20]


async def test_other_rows_do_not_lay_the_screen_out_anew() -> None:
    app = TableApp(some_runs(20))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, app)
        layouts = app.table._layout_updates
        app.table.show_keys(references(app)[:5])
        await drawn(pilot)
        assert app.table._layout_updates == layouts


async def test_only_rows_in_sight_are_ever_looked_up() -> None:
    app = TableApp(some_runs(5000))
    asked: set[RunReference] = set()

    def find(key: RunReference) -> Run | None:
        asked.add(key)
        return app.runs.get(key)

    app.table._find = find
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("pagedown", "pagedown", "G")
        assert len(asked) < 5 * 40


# Columns


async def test_columns_do_not_move_when_a_text_gets_shorter() -> None:
    app = TableApp(some_runs(20))
    async with app.run_test(size=(120, 40)) as pilot:
        key = references(app)[4]
        heading = frame_of(app).splitlines()[0]
        app.runs[key] = msgspec.structs.replace(app.runs[key], job="x")
        app.table.refresh_rows([key])
        await drawn(pilot)
        assert frame_of(app).splitlines()[0] == heading


async def test_columns_make_room_for_a_longer_text_at_once() -> None:
    app = TableApp(some_runs(20))
    async with app.run_test(size=(120, 40)) as pilot:
        key = references(app)[4]
        app.runs[key] = msgspec.structs.replace(app.runs[key], job="a job with a long name")
        app.table.refresh_rows([key])
        await drawn(pilot)
        assert "a job with a long name" in frame_of(app)


async def test_the_first_column_stays_when_columns_are_shifted() -> None:
    app = TableApp(some_runs(20))
    async with app.run_test(size=(60, 16)) as pilot:
        assert "OWNER" not in frame_of(app)
        await pilot.press(*["right"] * 12)
        shifted = frame_of(app).splitlines()[0]
        assert shifted.split()[0] == "RUN"
        assert shifted.split()[-1] == "OWNER"
        await pilot.press(*["left"] * 12)
        assert frame_of(app).splitlines()[0].split()[1] == "JOB"


async def test_a_column_is_left_out_below_its_width() -> None:
    app = TableApp(some_runs(5))
    async with app.run_test(size=(100, 16)) as pilot:
        app.table.set_columns([run_column(key) for key in ("run", "status", "owner")], {"owner": 80})
        assert "OWNER" in frame_of(app)
        await pilot.resize_terminal(70, 16)
        await drawn(pilot)
        assert "OWNER" not in frame_of(app)


async def test_rows_that_change_between_a_new_width_and_the_news_of_it_are_drawn_with_the_new_columns() -> None:
    app = TableApp(some_runs(5))
    async with app.run_test(size=(100, 16)) as pilot:
        app.table.set_columns([run_column(key) for key in ("run", "status", "owner")], {"owner": 80})
        app.table.styles.width = 70
        await drawn(pilot)
        app.table.styles.width = 100
        app.screen._clear_arrangement_cache()
        app.screen._compositor.reflow(app.screen, app.screen.size)
        assert app.table.size.width == 100
        app.table.refresh_rows(app.runs)
        await drawn(pilot)
        assert "OWNER" in frame_of(app)


# No rows


async def test_an_empty_table_says_how_to_fill_it() -> None:
    app = TableApp({})
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.set_empty("No runs yet.", "Press N to start one.")
        await pilot.press("down", "space", "enter", "G", "v", "ctrl+a", "pagedown", "right")
        assert_frame(app, "widgets/table_empty")
        assert app.table.cursor_key is None


async def test_waiting_says_so_until_rows_are_there() -> None:
    app = TableApp({})
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.set_empty("No runs yet.")
        app.table.set_waiting(True, "Asking 3 services …")
        await drawn(pilot)
        assert "Asking" in frame_of(app)
        assert "No runs" not in frame_of(app)
        run = a_run(1)
        app.runs[run.reference] = run
        app.table.show_keys([run.reference])
        await drawn(pilot)
        assert "Asking" not in frame_of(app)


async def test_a_row_that_is_gone_but_still_listed_is_drawn_blank() -> None:
    app = TableApp(some_runs(3))
    async with app.run_test(size=(80, 24)) as pilot:
        order = references(app)
        del app.runs[order[1]]
        app.table.refresh_rows([order[1]])
        await drawn(pilot)
        assert row_texts(app)[1] == ""


@pytest.mark.parametrize("theme", ["runtui-light", "ansi-dark", "textual-dark"])
async def test_every_theme_draws_the_same_text(theme: str) -> None:
    frames: Sequence[str] = []
    for each in ("runtui-dark", theme):
        app = TableApp(some_runs(20), theme=each)
        async with app.run_test(size=(100, 16)) as pilot:
            await pilot.press("down", "space")
            frames = [*frames, frame_of(app)]
    assert frames[0] == frames[1]


async def test_without_colour_not_one_colour_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = TableApp(some_runs(20), theme="ansi-dark")
    async with app.run_test(size=(100, 16)) as pilot:
        await pilot.press("down", "space")
        segments = [segment for line in range(16) for segment in app.table.render_line(line)]
        assert {segment.style.color for segment in segments if segment.style} <= {None}
        assert {segment.style.bgcolor for segment in segments if segment.style} <= {None}


# Many columns


def counting_columns(count: int, made: list[str]) -> list[Column[Run]]:
    def column(key: str) -> Column[Run]:
        def cell(_: Run, __: DrawContext) -> Cell:
            made.append(key)
            return Cell(key)

        return Column(key=key, title=key, cell=cell, sort_value=lambda run, _: run.id, width=6, min_width=6)

    return [column(f"v{place}") for place in range(count)]


async def test_of_two_hundred_columns_only_those_that_can_be_in_sight_are_made() -> None:
    made: list[str] = []
    app = TableApp(some_runs(5), counting_columns(200, made))
    async with app.run_test(size=(80, 10)) as pilot:
        await drawn(pilot)
        assert len(set(made)) <= 80 // 3
        for _ in range(205):
            await pilot.press("right")
        await drawn(pilot)
        assert app.table.columns[-1].key in frame_of(app)
        assert frame_of(app).splitlines()[1].split()[1] == "v0"


async def test_the_wheel_with_shift_turns_sideways_and_moves_no_row() -> None:
    app = TableApp(some_runs(200), counting_columns(40, []))
    async with app.run_test(size=(60, 10)) as pilot:
        await drawn(pilot)
        wheel = MouseScrollDown(app.table, 5, 5, 0, 1, 0, True, False, False)
        app.table.post_message(wheel)
        await drawn(pilot)
        assert app.table.top == 0
        assert "v1" not in frame_of(app).split()
        assert "v2" in frame_of(app).split()
