"""A text as the cells of a terminal: what stands in each."""

import re
from functools import lru_cache
from typing import Final

from rich.cells import split_graphemes

BLANK: Final = " "
TAIL: Final = ""
"""Stands in the second cell of a wide character."""
_SINGLE: Final = re.compile(r"[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u2500-\u25fc]*")
"""Texts each of whose characters takes one cell in every terminal."""
_AGREED: Final = re.compile(
    r"[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u20bf\u2100-\u2319"
    r"\u2320-\u23e8\u2400-\u25fc\u25ff-\u2613\u2616-\u2647\u2654-\u267e\u2680-\u2692\u2694-\u26a0\u26a2-\u26a9"
    r"\u2701-\u2704\u2706-\u2709\u270c-\u2727\u2729-\u274b\u2758-\u2794\u2798-\u27af\u27b1-\u27be\u27c0-\u2b1a"
    r"\u2e80-\u2e99\u3001-\u3029\u3041-\u3096\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*"
)
"""Texts that all terminals give as many cells; they differ about emoji and about what is put on other characters."""


def cells_of(text: str) -> list[str]:
    """What stands in each cell; after a wide character `TAIL`. Combining characters stand with the one before them."""
    return list(text) if _SINGLE.fullmatch(text) else list(_split(text))


def is_agreed_on(text: str) -> bool:
    """Whether all terminals will have moved on by as many cells when they have drawn it."""
    return _AGREED.fullmatch(text) is not None


@lru_cache(2048)
def _split(text: str) -> tuple[str, ...]:
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        drawn = "".join(filter(_is_drawn, text[start:end]))
        if width == 1 and cells and _is_half_flag(drawn) and _is_half_flag(cells[-1]):
            cells[-1] += drawn
            cells.append(TAIL)
        elif width:
            cells.append(drawn or BLANK)
            cells.extend([TAIL] * (width - 1))
        elif cells and drawn:
            _put_on(cells, drawn)
    return tuple(cells)


def _is_half_flag(cell: str) -> bool:
    """Whether it is the one letter of a flag, which is drawn as such only when both are written at once."""
    return len(cell) == 1 and "\U0001f1e6" <= cell <= "\U0001f1ff"


def _is_drawn(character: str) -> bool:
    """Whether it is no control character: of those none may reach the terminal as a part of a text."""
    return not (character < " " or "\x7f" <= character < "\xa0")


def _put_on(cells: list[str], drawn: str) -> None:
    at = len(cells) - 1
    while at and cells[at] == TAIL:
        at -= 1
    cells[at] += drawn
