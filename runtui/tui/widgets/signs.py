"""The signs that widgets add to those of `render.glyphs`: where there is more, where one is, how rows are sorted."""

from typing import Final

import msgspec

from runtui.render.glyphs import Glyphs


class Signs(msgspec.Struct, frozen=True, kw_only=True):
    """One set of signs, each one cell wide."""

    thumb: str
    """Where in a list or a text one is."""
    more_left: str
    more_right: str
    ascending: str
    descending: str
    rule: str
    gap: str
    """The stroke beside a sentence about missing lines."""
    part: str
    """The mark of a row of which only some parts are marked."""
    line_mark: str
    """Beside a line one wants to find again."""


UNICODE_SIGNS: Final = Signs(
    thumb="▐", more_left="‹", more_right="›", ascending="▴", descending="▾", rule="─", gap="┄", part="-", line_mark="◆"
)
ASCII_SIGNS: Final = Signs(
    thumb="|", more_left="<", more_right=">", ascending="^", descending="v", rule="-", gap="-", part="-", line_mark="*"
)


def signs_for(glyphs: Glyphs) -> Signs:
    """The signs that go with these glyphs."""
    return ASCII_SIGNS if glyphs.cursor.isascii() else UNICODE_SIGNS
