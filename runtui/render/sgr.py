"""The harmless part of terminal colours: select-graphic-rendition sequences read into values.

Blinking and concealment are left out on purpose: a service may not make our screen blink or hide text on it.
Source: ECMA-48, section 8.3.117, with the 256-colour and direct-colour forms of ISO 8613-6.
"""

from collections.abc import Iterator
from typing import NamedTuple

Colour = int | tuple[int, int, int]
"""A number of the terminal's palette (0-15 are the theme's own, up to 255), or red, green and blue of 0-255."""


class Sgr(NamedTuple):
    """How a piece of text asks to look. `None` and False mean as the rest of the line."""

    colour: Colour | None = None
    background: Colour | None = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False
    strike: bool = False

    @property
    def visible(self) -> "Sgr":
        """The same look, without the colours when they are equal: such text could not be read."""
        if self.colour is not None and self.colour == self.background:
            return self._replace(colour=None, background=None)
        return self


class SgrSpan(NamedTuple):
    """The look of `plain[start:end]`."""

    start: int
    end: int
    sgr: Sgr


PLAIN = Sgr()

_SWITCHES: dict[int, dict[str, bool]] = {
    1: {"bold": True},
    2: {"dim": True},
    3: {"italic": True},
    4: {"underline": True},
    7: {"reverse": True},
    9: {"strike": True},
    21: {"underline": True},
    22: {"bold": False, "dim": False},
    23: {"italic": False},
    24: {"underline": False},
    27: {"reverse": False},
    29: {"strike": False},
}


def apply_sgr(before: Sgr, parameters: str) -> Sgr:
    """The look after a sequence with these parameters (`1;31`, `38;2;255;0;0`, `38:5:208`, or empty for a reset).

    What is not understood changes nothing.
    """
    if not parameters.strip(";:"):
        return PLAIN
    sgr = before
    codes = _codes(parameters)
    for code in codes:
        if code == 0:
            sgr = PLAIN
        elif code in _SWITCHES:
            sgr = sgr._replace(**_SWITCHES[code])
        else:
            sgr = _coloured(sgr, code, codes)
    return sgr


def _codes(parameters: str) -> Iterator[int]:
    for part in parameters.split(";"):
        subparts = part.split(":")
        if len(subparts) == 6 and subparts[:2] in (["38", "2"], ["48", "2"]):
            del subparts[2]  # the colour space of the six-part form, which no terminal uses
        if subparts[0] == "4" and subparts[1:] == ["0"]:
            yield 24
        elif subparts[0] == "4":
            yield 4
        else:
            for subpart in subparts:
                yield int(subpart) if subpart.isascii() and subpart.isdigit() and len(subpart) < 4 else 0


def _coloured(sgr: Sgr, code: int, rest: Iterator[int]) -> Sgr:
    if code in (38, 48):
        colour = _extended_colour(rest)
        if colour is None:
            return sgr
        return sgr._replace(colour=colour) if code == 38 else sgr._replace(background=colour)
    if 30 <= code <= 37 or 90 <= code <= 97:
        return sgr._replace(colour=code - 30 if code < 90 else code - 82)
    if 40 <= code <= 47 or 100 <= code <= 107:
        return sgr._replace(background=code - 40 if code < 100 else code - 92)
    if code == 39:
        return sgr._replace(colour=None)
    return sgr._replace(background=None) if code == 49 else sgr


def _extended_colour(rest: Iterator[int]) -> Colour | None:
    kind = next(rest, None)
    if kind == 5:
        number = next(rest, None)
        return number if number is not None and number < 256 else None
    if kind == 2:
        red, green, blue = next(rest, 256), next(rest, 256), next(rest, 256)
        return (red, green, blue) if max(red, green, blue) < 256 else None
    return None
