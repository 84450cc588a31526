"""Every screen of widgets under other themes, without colour, and in ASCII."""

import pytest
from rich.style import Style
from textual.strip import Strip
from textual.theme import Theme

from runtui.render.glyphs import ASCII
from tests.support.frames import drawn, frame_of
from tests.support.gallery import SCREENS, GalleryApp

SIZE = (80, 24)


class AsciiApp(GalleryApp):
    """The gallery in a terminal that only has ASCII."""

    glyphs = ASCII


@pytest.mark.parametrize("screen", SCREENS)
async def test_in_ascii_our_own_signs_are_ascii(screen: str) -> None:
    app = AsciiApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("down", "space")
        await drawn(pilot)
        ours = {character for character in frame_of(app) if not character.isascii()}
        # What the samples themselves hold: names, and the sentences of the galleries.
        assert ours <= set("翼型解析結果␛␇›·→‖↓≥✔✖○●■◇⟨⟩…▸▾█▕▏•")
        assert not ours & set("▌▐‹─┄▴")


@pytest.mark.parametrize("theme", ["runtui-light", "ansi-dark", "ansi-light", "textual-dark", "nord"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_every_theme_shows_the_same_text(screen: str, theme: str) -> None:
    frames = []
    for each in ("runtui-dark", theme):
        app = GalleryApp(screen, each)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press("down")
            await drawn(pilot)
            frames.append(frame_of(app))
    assert frames[0] == frames[1]


@pytest.mark.parametrize("screen", SCREENS)
async def test_without_colour_no_widget_of_ours_asks_for_one(screen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = GalleryApp(screen, "ansi-dark")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("down")
        await drawn(pilot)
        styles = {style for strip in app.screen._compositor.render_strips() for style in colours(strip)}
        assert styles <= {None, "default"}


def colours(strip: Strip) -> set[str | None]:
    """The names of all colours a line asks for."""
    styles = [segment.style or Style.null() for segment in strip]
    return {color.name if color else None for style in styles for color in (style.color, style.bgcolor)}


async def test_a_theme_may_choose_the_colour_of_a_tone() -> None:
    app = GalleryApp("runs")
    app.register_theme(Theme(name="mine", primary="#123456", variables={"tone-running": "#00ff7f"}))
    async with app.run_test(size=SIZE) as pilot:
        app.theme = "mine"
        await drawn(pilot)
        running = [
            segment.style.color.name
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if "● running" in segment.text and segment.style and segment.style.color
        ]
        assert set(running) == {"#00ff7f"}
