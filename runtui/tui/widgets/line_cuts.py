"""Where a text is cut when it is wider than its place. Characters are counted from 0, widths in cells."""

from typing import NamedTuple

from rich.cells import split_graphemes

from runtui.render.widths import cell_width


class Slice(NamedTuple):
    """The characters `start` to `end` of a text, with `lead` blanks for the half of a wide one that is cut off."""

    start: int
    end: int
    lead: int = 0


def wrap_cuts(text: str, width: int) -> list[int]:
    """At which characters the rows of a text begin when no row is wider than `width`: the first is 0, the last its end.

    A wide character that does not fit goes to the next row.
    """
    if text.isascii() or cell_width(text) == len(text):
        return [*range(0, max(1, len(text)), width), len(text)]
    cuts, used = [0], 0
    for start, _, cells in split_graphemes(text)[0]:
        if used + cells > width and used:
            cuts.append(start)
            used = 0
        used += cells
    return [*cuts, len(text)]


def slice_cells(text: str, first: int, width: int) -> Slice:
    """The characters that show in `width` cells when the first `first` cells are scrolled away."""
    if text.isascii():
        return Slice(min(first, len(text)), min(first + width, len(text)))
    at, start, lead = 0, len(text), 0
    for begin, end, cells in split_graphemes(text)[0]:
        if at + cells > first + width:
            return Slice(min(start, begin), begin, lead)
        if at < first < at + cells:
            start, lead = end, at + cells - first
        elif at >= first:
            start = min(start, begin)
        at += cells
    return Slice(start, len(text), lead)
