"""Pictures in cells."""

import base64
import re

import pytest
from textual.app import App, ComposeResult

from runtui.render.glyphs import ASCII, UNICODE, Glyphs
from runtui.render.kitty_images import PLACEHOLDER, colour_of, takes_images
from runtui.render.picture import Picture
from runtui.tui.widgets.picture_view import PictureView
from tests.support.frames import drawn, frame_of

pytest.importorskip("PIL")

HALVES = Picture(4, 4, bytes([255, 255, 255] * 8 + [0, 0, 0] * 8), "PNG", 4, 4)
"""White above, black below."""


class PictureApp(App[None]):
    """A picture alone; `written` is what went to the terminal beside the cells."""

    def __init__(self, environ: dict[str, str], glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.view = PictureView(environ=environ)
        self.written: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        driver = self._driver
        assert driver is not None
        driver.write = self._keep  # type: ignore[method-assign]  # a driver without a terminal drops it
        self.view.styles.width, self.view.styles.height = 8, 4
        self.view.show_picture(HALVES)

    def _keep(self, data: str) -> None:
        if "_G" in data:
            self.written.append(data)


async def test_two_pixels_stand_in_each_cell() -> None:
    app = PictureApp({"TERM": "xterm-256color"})
    async with app.run_test(size=(20, 6)) as pilot:
        await drawn(pilot)
        assert frame_of(app).splitlines()[:4] == ["▀" * 8] * 4
        assert app.written == []
        line = app.view.render_line(0)
        first = next(iter(line)).style
        assert first is not None
        assert first.color is not None
        assert first.color.triplet == (255, 255, 255)


async def test_without_signs_of_colour_letters_say_how_light_it_is() -> None:
    app = PictureApp({}, ASCII)
    async with app.run_test(size=(20, 6)) as pilot:
        await drawn(pilot)
        assert [line.strip() for line in frame_of(app).splitlines()[:4]] == ["@" * 8, "@" * 8, "", ""]


async def test_a_terminal_that_takes_images_is_sent_one_and_forgets_it_after() -> None:
    app = PictureApp({"TERM": "xterm-kitty"})
    async with app.run_test(size=(20, 6)) as pilot:
        await drawn(pilot)
        (sent,) = app.written
        found = re.fullmatch(r"\x1b_Ga=T,U=1,f=100,t=d,q=2,i=(\d+),c=8,r=4,m=0;([^\x1b]*)\x1b\\", sent)
        assert found is not None
        assert base64.b64decode(found[2]).startswith(b"\x89PNG")
        line = app.view.render_line(0)
        assert line.text.count(PLACEHOLDER) == 8
        style = next(iter(line)).style
        assert style is not None
        assert style.color is not None
        assert style.color.triplet == colour_of(int(found[1]))
        number = found[1]
        await app.view.remove()
        assert app.written[1:] == [f"\x1b_Ga=d,d=I,q=2,i={number}\x1b\\"]


@pytest.mark.parametrize(
    ("environ", "takes"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-ghostty"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, True),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, False),
        ({"TERM": "screen-256color", "KITTY_WINDOW_ID": "1"}, False),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, False),
        ({}, False),
    ],
)
def test_only_terminals_that_say_so_are_sent_images(environ: dict[str, str], takes: bool) -> None:
    assert takes_images(environ) is takes
