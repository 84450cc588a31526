"""Tones made into terminal styles."""

from collections.abc import Mapping
from functools import lru_cache

import msgspec
from rich.color import Color
from rich.style import Style

from runtui.render.cell import Tone
from runtui.render.sgr import Colour, Sgr


class Palette(msgspec.Struct, frozen=True):
    """A style for every tone. `styles` holds all of them."""

    name: str
    styles: Mapping[Tone, Style]

    def style(self, tone: Tone) -> Style:
        """The style of the tone."""
        return self.styles[tone]

    def recoloured(self, name: str, colours: Mapping[Tone, str]) -> "Palette":
        """This palette under another name, some tones with another foreground (`#RRGGBB` or a colour's name)."""
        changed = {tone: self.styles[tone] + Style(color=colour) for tone, colour in colours.items()}
        return Palette(name, {**self.styles, **changed})


def _palette(name: str, definitions: Mapping[Tone, str]) -> Palette:
    return Palette(name, {tone: Style.parse(definitions[tone]) for tone in Tone})


DARK = _palette(
    "dark",
    {
        Tone.TEXT: "#d4d7dd",
        Tone.STRONG: "bold #f2f4f8",
        Tone.MUTED: "#8d94a1",
        Tone.FAINT: "#5d6472",
        Tone.ACCENT: "#7cc4ff",
        Tone.WARNING: "#e8b45a",
        Tone.ERROR: "#ff7a72",
        Tone.QUEUED: "#a9b4c8",
        Tone.RUNNING: "#58a6ff",
        Tone.STOPPING: "#e8b45a",
        Tone.SUCCEEDED: "#6cc788",
        Tone.FAILED: "#ff7a72",
        Tone.STOPPED: "#c9a27e",
        Tone.ENDED: "#b9a5d6",
        Tone.UNKNOWN: "#e59ad8",
    },
)
"""True colours on a dark ground. Blue, green and red differ in lightness too, for eyes that see few hues."""

LIGHT = _palette(
    "light",
    {
        Tone.TEXT: "#24292f",
        Tone.STRONG: "bold #0b0e12",
        Tone.MUTED: "#626a75",
        Tone.FAINT: "#949ba6",
        Tone.ACCENT: "#0a5fb4",
        Tone.WARNING: "#8f5d00",
        Tone.ERROR: "#b81f24",
        Tone.QUEUED: "#52606f",
        Tone.RUNNING: "#0a5fb4",
        Tone.STOPPING: "#8f5d00",
        Tone.SUCCEEDED: "#1a7137",
        Tone.FAILED: "#b81f24",
        Tone.STOPPED: "#7a5230",
        Tone.ENDED: "#6a4fa0",
        Tone.UNKNOWN: "#a12d8c",
    },
)
"""True colours on a light ground."""

ANSI = _palette(
    "ansi",
    {
        Tone.TEXT: "default",
        Tone.STRONG: "bold default",
        Tone.MUTED: "bright_black",
        Tone.FAINT: "bright_black",
        Tone.ACCENT: "cyan",
        Tone.WARNING: "yellow",
        Tone.ERROR: "red",
        Tone.QUEUED: "default",
        Tone.RUNNING: "blue",
        Tone.STOPPING: "yellow",
        Tone.SUCCEEDED: "green",
        Tone.FAILED: "red",
        Tone.STOPPED: "yellow",
        Tone.ENDED: "magenta",
        Tone.UNKNOWN: "bright_magenta",
    },
)
"""The sixteen colours the terminal's owner chose."""

MONO = _palette(
    "mono",
    {
        Tone.TEXT: "none",
        Tone.STRONG: "bold",
        Tone.MUTED: "dim",
        Tone.FAINT: "dim",
        Tone.ACCENT: "underline",
        Tone.WARNING: "bold",
        Tone.ERROR: "bold",
        Tone.QUEUED: "none",
        Tone.RUNNING: "bold",
        Tone.STOPPING: "bold",
        Tone.SUCCEEDED: "none",
        Tone.FAILED: "bold",
        Tone.STOPPED: "none",
        Tone.ENDED: "none",
        Tone.UNKNOWN: "bold",
    },
)
"""No colour at all, for NO_COLOR: only weights, so that not one colour code leaves the program."""


@lru_cache(maxsize=512)
def sgr_style(sgr: Sgr) -> Style:
    """The style of a look a log asked for. Only what it asks for is set, the rest shows through."""
    return Style(
        color=_color(sgr.colour),
        bgcolor=_color(sgr.background),
        bold=sgr.bold or None,
        dim=sgr.dim or None,
        italic=sgr.italic or None,
        underline=sgr.underline or None,
        reverse=sgr.reverse or None,
        strike=sgr.strike or None,
    )


@lru_cache(maxsize=512)
def sgr_weight(sgr: Sgr) -> Style:
    """The same look without its colours, for NO_COLOR."""
    return sgr_style(sgr._replace(colour=None, background=None))


def _color(colour: Colour | None) -> Color | None:
    if colour is None:
        return None
    return Color.from_ansi(colour) if isinstance(colour, int) else Color.from_rgb(*colour)
