"""Telling text of two bytes a character from all other text."""

import codecs
from typing import Final

_LOOKED_AT: Final = 4096
_LEAST: Final = 16


def utf16_form(head: bytes) -> str | None:
    """The codec of a text whose beginning is UTF-16; None for any other.

    In most languages every second byte is zero, in all of them some are: those of blanks and line ends. Zero bytes in
    the other places tell that it is something else, whatever mark it begins with.
    """
    little, big = head.startswith(codecs.BOM_UTF16_LE), head.startswith(codecs.BOM_UTF16_BE)
    even, odd = head[:_LOOKED_AT:2], head[1:_LOOKED_AT:2]
    if little or big:
        low, high = (even, odd) if little else (odd, even)
        if low.count(0) or not (high.count(0) or len(head) < 4):
            return None
        return "utf-16-le" if little else "utf-16-be"
    if len(odd) >= _LEAST:
        if odd.count(0) > 0.7 * len(odd) and not even.count(0):
            return "utf-16-le"
        if even.count(0) > 0.7 * len(even) and not odd.count(0):
            return "utf-16-be"
    return None
