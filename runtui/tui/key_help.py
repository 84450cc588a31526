"""The keys of a screen under their headings, in as many columns as there is room for."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from runtui.render.cell import Cell, Tone
from runtui.render.widths import cell_width, truncate
from runtui.tui.actions import LiveAction

Line = tuple[Cell, ...]
Block = list[Line]
"""A heading with its keys; the blank line after it counts."""


class Entry(NamedTuple):
    """What one line of the help says."""

    keys: str
    words: str


GAP: Final = 3
"""Blanks between two columns."""
_MARGIN: Final = 1
_WIDEST_KEYS: Final = 16
_COLUMNS: Final = ((108, 3), (70, 2), (0, 1))
"""From how many cells on there are how many columns."""


def help_lines(groups: Mapping[str, Sequence[LiveAction]], width: int) -> list[Line]:
    """The lines of the help for a screen `width` cells wide. Actions without a key are left out."""
    with_keys = {heading: _joined(actions) for heading, actions in groups.items()}
    columns = next(columns for least, columns in _COLUMNS if width >= least)
    room = (width - 2 * _MARGIN - 1 - GAP * (columns - 1)) // columns
    keys_width = min(_WIDEST_KEYS, max((cell_width(e.keys) for each in with_keys.values() for e in each), default=0))
    blocks = [_block(heading, entries, keys_width, room) for heading, entries in with_keys.items() if entries]
    return _side_by_side(_columns(blocks, columns), room)


def _joined(actions: Sequence[LiveAction]) -> list[Entry]:
    """Their words with their keys; what two of them call the same stands there once."""
    keys: dict[str, list[str]] = {}
    for action in actions:
        keys.setdefault(action.words, []).extend(action.keys)
    return [Entry("  ".join(known), words) for words, known in keys.items() if known]


def _block(heading: str, entries: Sequence[Entry], keys_width: int, room: int) -> Block:
    block: Block = [(Cell(heading, Tone.STRONG),)]
    for entry in entries:
        keys = truncate(entry.keys, keys_width)
        gap = " " * (keys_width - cell_width(keys) + 2)
        block.append((Cell(keys, Tone.ACCENT), Cell(gap), Cell(truncate(entry.words, room - keys_width - 2))))
    return [*block, ()]


def _columns(blocks: Sequence[Block], count: int) -> list[Block]:
    """The blocks one below the other, in order, in at most `count` columns that are as short as can be."""
    height = max((len(block) for block in blocks), default=0)
    while len(filled := _filled(blocks, height)) > count:
        height += 1
    return filled


def _filled(blocks: Sequence[Block], height: int) -> list[Block]:
    columns: list[Block] = [[]]
    for block in blocks:
        if columns[-1] and len(columns[-1]) + len(block) > height:
            columns.append([])
        columns[-1].extend(block)
    return columns


def _side_by_side(columns: Sequence[Block], room: int) -> list[Line]:
    lines: list[Line] = []
    for row in range(max(map(len, columns), default=0)):
        cells: list[Cell] = []
        used = 0
        for place, column in enumerate(columns):
            start = _MARGIN + place * (room + GAP)
            line = column[row] if row < len(column) else ()
            if line:
                cells += [Cell(" " * (start - used)), *line]
                used = start + sum(cell_width(cell.text) for cell in line)
        lines.append(tuple(cells))
    while lines and not lines[-1]:
        lines.pop()
    return lines
