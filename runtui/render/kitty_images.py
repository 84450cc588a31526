"""Images in terminals that take the graphics protocol of kitty and put images into ordinary cells.

An image is sent once with a number; cells that hold a placeholder character in a colour that spells the number show
their part of it, so that they scroll, are covered and go like any other cell. Source: the protocol's own description,
sections "Unicode placeholders" and "Remote client"; kitty from 0.28 on and Ghostty understand it.
"""

import base64
from collections.abc import Mapping

PLACEHOLDER = "\U0010eeee"
_CHUNK = 4096
_ROW_MARKS = (
    "\u0305\u030d\u030e\u0310\u0312\u033d\u033e\u033f\u0346\u034a\u034b\u034c\u0350\u0351\u0352\u0357\u035b\u0363\u0364"
    "\u0365\u0366\u0367\u0368\u0369\u036a\u036b\u036c\u036d\u036e\u036f\u0483\u0484\u0485\u0486\u0487\u0592\u0593\u0594"
    "\u0595\u0597\u0598\u0599\u059c\u059d\u059e\u059f\u05a0\u05a1\u05a8\u05a9\u05ab\u05ac\u05af\u05c4"
)
MOST_ROWS = len(_ROW_MARKS)
"""Rows of cells an image may take."""


def takes_images(environ: Mapping[str, str]) -> bool:
    """Whether the terminal says that it is one of those, and nothing that rewrites its cells stands between."""
    if environ.get("TMUX") or environ.get("STY") or environ.get("NO_COLOR"):
        return False
    terminal = environ.get("TERM", "")
    return (
        terminal in ("xterm-kitty", "xterm-ghostty")
        or bool(environ.get("KITTY_WINDOW_ID") and not terminal.startswith(("screen", "tmux")))
        or environ.get("TERM_PROGRAM") == "ghostty"
    )


def sent_image(png: bytes, number: int, columns: int, rows: int) -> str:
    """What sends an image that is to fill so many cells. `number` is 1 to 2**24 - 1; nothing is answered."""
    encoded = base64.standard_b64encode(png).decode()
    pieces = [encoded[at : at + _CHUNK] for at in range(0, len(encoded), _CHUNK)] or [""]
    keys = f"a=T,U=1,f=100,t=d,q=2,i={number},c={columns},r={rows},"
    return "".join(
        f"\x1b_G{keys if at == 0 else 'q=2,'}m={int(at < len(pieces) - 1)};{piece}\x1b\\"
        for at, piece in enumerate(pieces)
    )


def removed_image(number: int) -> str:
    """What makes the terminal forget an image."""
    return f"\x1b_Ga=d,d=I,q=2,i={number}\x1b\\"


def placeholder_rows(columns: int, rows: int) -> list[str]:
    """The text of each row of cells. The first cell says which row and column it is; those after it count on."""
    return [PLACEHOLDER + _ROW_MARKS[row] + _ROW_MARKS[0] + PLACEHOLDER * (columns - 1) for row in range(rows)]


def colour_of(number: int) -> tuple[int, int, int]:
    """The foreground that spells the number of an image: red, green and blue."""
    return number >> 16 & 255, number >> 8 & 255, number & 255
