"""The themes the palettes were chosen for. Any other theme works too; a terminal's own colours are `ansi-dark`."""

from typing import Final

from textual.theme import Theme

_QUIET: Final = {
    "block-cursor-text-style": "none",
    "footer-key-foreground": "$accent",
    "input-cursor-text-style": "reverse",
}

DARK_THEME: Final = Theme(
    name="runtui-dark",
    primary="#7cc4ff",
    secondary="#8d94a1",
    accent="#7cc4ff",
    foreground="#d4d7dd",
    background="#101318",
    surface="#101318",
    panel="#181c23",
    success="#6cc788",
    warning="#e8b45a",
    error="#ff7a72",
    dark=True,
    variables=_QUIET,
)
"""Bright text on a ground that is nearly black."""

LIGHT_THEME: Final = Theme(
    name="runtui-light",
    primary="#0a5fb4",
    secondary="#626a75",
    accent="#0a5fb4",
    foreground="#24292f",
    background="#fbfbf9",
    surface="#fbfbf9",
    panel="#eff0ee",
    success="#1a7137",
    warning="#8f5d00",
    error="#b81f24",
    dark=False,
    variables=_QUIET,
)
"""Dark text on a ground that is nearly white."""

THEMES: Final = (DARK_THEME, LIGHT_THEME)
"""Register all of them with the app before the first frame."""
