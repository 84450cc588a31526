"""The styles of the theme that is on, for widgets that draw their own lines."""

from collections.abc import Mapping
from typing import Final, Protocol, runtime_checkable

import msgspec
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.widget import Widget

from runtui.render.cell import Tone
from runtui.render.glyphs import UNICODE, Glyphs
from runtui.render.palette import ANSI, DARK, LIGHT, MONO, Palette

_GREYS: Final = (Tone.STRONG, Tone.MUTED, Tone.FAINT)


class Inks(msgspec.Struct, frozen=True, kw_only=True):
    """What a widget draws with. All styles but `ground` and those of bars carry no background of their own."""

    palette: Palette
    ground: Style
    """Text on the widget's own background."""
    cursor: Style
    """The cursor's line while its widget has the focus."""
    resting: Style
    """The cursor's line while another widget has the focus."""
    cursor_tones: Mapping[Tone, Style]
    """The tones on the cursor's line, where greys would be hard to read."""
    chosen: Style
    """The active one of several: a chip, a button."""
    match: Style
    """What a search found."""
    hit: Style
    """The found place one is at."""
    selected: Style
    """Lines that are selected."""

    @property
    def tones(self) -> Mapping[Tone, Style]:
        """The style of every tone."""
        return self.palette.styles


@runtime_checkable
class ChoosesGlyphs(Protocol):
    """An app that says which signs to draw with."""

    glyphs: Glyphs


def glyphs_of(widget: Widget) -> Glyphs:
    """The signs the app chose; those of Unicode when it does not say."""
    app = widget.app
    return app.glyphs if isinstance(app, ChoosesGlyphs) else UNICODE


def inks_of(widget: Widget) -> Inks:
    """The styles for a widget under the theme that is on now.

    A theme may give a tone its own colour with a variable of the tone's name: `tone-running`, `tone-muted`.
    """
    app = widget.app
    if app.no_color:
        return _terminal_coloured(MONO, Style.null())
    if app.native_ansi_color:
        default = Style(color="default", bgcolor="default")
        return _terminal_coloured(_with_theme_tones(ANSI, app.theme_variables), default)
    base = DARK if app.current_theme.dark else LIGHT
    return _coloured(_with_theme_tones(base, app.theme_variables), widget.background_colors[1])


def _with_theme_tones(palette: Palette, variables: Mapping[str, str]) -> Palette:
    named = {tone: variables[f"tone-{tone.value}"] for tone in Tone if f"tone-{tone.value}" in variables}
    colours = {tone: colour for tone, text in named.items() if (colour := _rich_colour(text)) is not None}
    return palette.recoloured(f"{palette.name}, themed", colours) if colours else palette


def _rich_colour(text: str) -> str | None:
    try:
        return Color.parse(text).rich_color.name
    except ColorParseError:
        return None


def _coloured(palette: Palette, background: Color) -> Inks:
    def washed(amount: float, tone: Tone) -> Style:
        """The background with some of the tone's colour in it."""
        tint = Color.from_rich_color(palette.style(tone).color)
        return Style(bgcolor=background.blend(tint, amount).rich_color)

    text = palette.style(Tone.TEXT)
    return Inks(
        palette=palette,
        ground=text + Style(bgcolor=background.rich_color),
        cursor=text + washed(0.24, Tone.ACCENT),
        resting=text + washed(0.10, Tone.TEXT),
        cursor_tones={**palette.styles, **dict.fromkeys(_GREYS, text)},
        chosen=text + washed(0.24, Tone.ACCENT),
        match=washed(0.40, Tone.WARNING),
        hit=Style(color=background.rich_color) + washed(1.0, Tone.WARNING),
        selected=washed(0.20, Tone.TEXT),
    )


def _terminal_coloured(palette: Palette, ground: Style) -> Inks:
    """Where backgrounds are not ours to choose, what is chosen is shown in reverse."""
    reverse = Style(reverse=True)
    return Inks(
        palette=palette,
        ground=ground,
        cursor=ground + reverse,
        resting=ground + Style(bold=True),
        cursor_tones=dict.fromkeys(Tone, Style.null()),
        chosen=ground + reverse,
        match=Style(bold=True, underline=True),
        hit=Style(bold=True, reverse=True),
        selected=reverse,
    )
