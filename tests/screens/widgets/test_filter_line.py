"""The prompt: what is told while one types, its history, its errors."""

import pytest
from textual.app import ComposeResult
from textual.widgets import Input

from runtui.render.cell import Cell, Tone
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.themes import THEMES
from tests.support.frames import assert_frame, drawn, frame_of
from tests.support.gallery import GalleryApp
from tests.support.wire import WeighedApp


class PromptApp(WeighedApp):
    """A prompt, and what it told."""

    def __init__(self) -> None:
        super().__init__()
        for each in THEMES:
            self.register_theme(each)
        self.theme = "runtui-dark"
        self.line = FilterLine("type to filter", id="filter")
        self.told: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield self.line

    def on_filter_line_filter_changed(self, message: FilterLine.FilterChanged) -> None:
        self.told.append(("changed", message.text))

    def on_filter_line_filter_accepted(self, message: FilterLine.FilterAccepted) -> None:
        self.told.append(("accepted", message.text))

    def on_filter_line_filter_cancelled(self, message: FilterLine.FilterCancelled) -> None:
        self.told.append(("cancelled", message.text))


async def test_every_keystroke_is_told_and_enter_takes_it() -> None:
    app = PromptApp()
    async with app.run_test(size=(80, 3)) as pilot:
        app.line.begin()
        await pilot.press("a", "b", "enter")
        await drawn(pilot)
        assert app.told == [("changed", "a"), ("changed", "ab"), ("accepted", "ab")]


async def test_escape_brings_back_what_was_there() -> None:
    app = PromptApp()
    async with app.run_test(size=(80, 3)) as pilot:
        app.line.set_text("before")
        app.line.begin()
        await pilot.press("x")
        assert app.line.text == "beforex"
        await pilot.press("escape")
        await drawn(pilot)
        assert app.line.text == "before"
        assert ("cancelled", "before") in app.told


async def test_what_was_entered_comes_back_with_the_arrow_keys() -> None:
    app = PromptApp()
    async with app.run_test(size=(80, 3)) as pilot:
        app.line.set_history(["oldest"])
        app.line.begin()
        await pilot.press("a", "enter", "ctrl+u", "b", "enter", "ctrl+u", "d", "up")
        seen = [app.line.text]
        for key in ("up", "up", "up", "down", "down", "down", "down"):
            await pilot.press(key)
            seen.append(app.line.text)
        assert seen == ["b", "a", "oldest", "oldest", "a", "b", "d", "d"]
        assert list(app.line.history) == ["oldest", "a", "b"]


async def test_the_same_text_is_remembered_once() -> None:
    app = PromptApp()
    async with app.run_test(size=(80, 3)) as pilot:
        app.line.begin()
        await pilot.press("a", "enter", "ctrl+u", "b", "enter", "ctrl+u", "a", "enter", "ctrl+u", "enter")
        assert list(app.line.history) == ["b", "a"]


async def test_an_error_stands_in_place_of_the_summary_until_it_is_mended() -> None:
    app = PromptApp()
    async with app.run_test(size=(80, 3)) as pilot:
        app.line.set_text("Cd<<0")
        app.line.show_summary(Cell("37 of 1284", Tone.MUTED))
        app.line.show_error("unexpected '<' (column 4)", 3)
        app.line.show_summary(Cell("38 of 1284", Tone.MUTED))
        await drawn(pilot)
        assert frame_of(app).splitlines()[0].endswith("unexpected '<' (column 4)")
        segments = [segment for segment in app.line.query_one(Input).render_line(0) if segment.text.strip()]
        assert [(each.text.strip(), bool(each.style and each.style.underline)) for each in segments] == [
            ("Cd<", False),
            ("<0", True),
        ]
        app.line.clear_error()
        await drawn(pilot)
        assert frame_of(app).splitlines()[0].endswith("38 of 1284")


async def test_a_key_costs_little_and_the_cursor_does_not_blink() -> None:
    app = PromptApp()
    async with app.run_test(size=(120, 3)) as pilot:
        app.line.begin()
        await pilot.press("a")
        await drawn(pilot)
        app.sent = 0
        await pilot.press("b")
        await drawn(pilot)
        assert 0 < app.sent <= 300
        assert not app.line.query_one(Input).cursor_blink


async def test_beginning_and_leaving_the_prompt_draws_no_more_than_the_lines_concerned() -> None:
    app = GalleryApp("runs")
    async with app.run_test(size=(120, 40)) as pilot:
        await drawn(pilot)
        for key in ("slash", "escape"):
            app.sent = 0
            await pilot.press(key)
            await drawn(pilot)
            assert 0 < app.sent <= 1500


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40), (160, 24)])
async def test_the_home_screen_looks_right(size: tuple[int, int]) -> None:
    app = GalleryApp("runs")
    async with app.run_test(size=size) as pilot:
        await pilot.press("slash", *"job:air", "enter")
        await drawn(pilot)
        assert_frame(app, f"widgets/runs_{size[0]}x{size[1]}")
