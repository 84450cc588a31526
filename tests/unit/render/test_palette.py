"""Tones made into styles."""

import pytest
from rich.color import ColorType
from rich.style import Style

from runtui.render.cell import Tone
from runtui.render.palette import ANSI, DARK, LIGHT, MONO, Palette, sgr_style, sgr_weight
from runtui.render.sgr import Sgr


@pytest.mark.parametrize("palette", [DARK, LIGHT, ANSI, MONO])
@pytest.mark.parametrize("tone", Tone)
def test_every_tone_has_a_style_that_does_not_blink(palette: Palette, tone: Tone) -> None:
    assert not palette.style(tone).blink


@pytest.mark.parametrize("tone", Tone)
def test_the_ansi_palette_uses_only_the_terminals_own_colours(tone: Tone) -> None:
    color = ANSI.style(tone).color
    assert color is None or color.type in (ColorType.DEFAULT, ColorType.STANDARD)


@pytest.mark.parametrize("tone", Tone)
def test_the_mono_palette_has_no_colour(tone: Tone) -> None:
    style = MONO.style(tone)
    assert style.color is None
    assert style.bgcolor is None


@pytest.mark.parametrize("palette", [DARK, LIGHT, ANSI])
def test_success_is_the_only_green(palette: Palette) -> None:
    styles = [palette.style(tone) for tone in Tone if tone is not Tone.SUCCEEDED]
    assert palette.style(Tone.SUCCEEDED) not in styles


def test_a_palette_takes_colours_of_a_theme() -> None:
    mine = DARK.recoloured("mine", {Tone.STRONG: "#ff0000"})
    assert mine.style(Tone.STRONG) == Style.parse("bold #ff0000")
    assert mine.style(Tone.MUTED) == DARK.style(Tone.MUTED)


def test_a_look_sets_only_what_it_asks_for() -> None:
    assert sgr_style(Sgr(colour=208, bold=True)) == Style.parse("bold color(208)")
    assert sgr_style(Sgr(background=(1, 2, 3))) == Style.parse("on #010203")
    assert sgr_style(Sgr()) == Style.null()


def test_a_look_without_its_colours_keeps_its_weight() -> None:
    assert sgr_weight(Sgr(colour=1, underline=True)) == Style.parse("underline")
