"""The keys of a screen under their headings, in as many columns as there is room for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from runtui.render.cell import Cell, Tone
from runtui.render.widths import cell_width, truncate
from runtui.render.wrap import wrap
from runtui.tui.actions import LiveAction

Line = tuple[Cell, ...]

_NUMBERED: Final = re.compile(r"(.+)[_ ][0-9]+")

GAP: Final = 3
"""Blanks between two columns."""
_KEYS_GAP: Final = 2
_MARGIN: Final = 1
_MOST_COLUMNS: Final = 3
_LEAST_WORDS: Final = 24
"""Cells: a column in which words would have less is not made."""


class Entry(NamedTuple):
    """What one line of a column says. The second line of long words has no keys."""

    keys: str
    words: str
    is_heading: bool = False


_BLANK: Final = Entry("", "")


class Column(NamedTuple):
    """Lines one below the other."""

    entries: Sequence[Entry]

    @property
    def keys_width(self) -> int:
        """Cells the keys take."""
        return max((cell_width(entry.keys) for entry in self.entries), default=0)

    @property
    def width(self) -> int:
        """Cells it takes when nothing is cut."""
        words = max((cell_width(entry.words) for entry in self.entries if not entry.is_heading), default=0)
        headings = max((cell_width(entry.words) for entry in self.entries if entry.is_heading), default=0)
        return max(headings, self.keys_width + _KEYS_GAP + words)


def help_lines(groups: Mapping[str, Sequence[LiveAction]], width: int) -> list[Line]:
    """The lines of the help for a screen `width` cells wide. Actions without a key are left out.

    Of few columns with whole words and more columns with words in two lines, more columns are made.
    """
    blocks = {heading: entries for heading, actions in groups.items() if (entries := _joined(actions))}
    room = width - 2 * _MARGIN - 1
    for count in range(_MOST_COLUMNS, 0, -1):
        columns = _columns(blocks, count)
        if _width_of(columns) <= room:
            return _side_by_side(columns, room)
        share = (room - GAP * (count - 1)) // count
        words = share - _KEYS_GAP - max(column.keys_width for column in columns)
        if words >= _LEAST_WORDS or count == 1:
            wrapped = {heading: _wrapped(entries, max(1, words)) for heading, entries in blocks.items()}
            return _side_by_side(_columns(wrapped, count), room)
    return []


def _width_of(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def _wrapped(entries: Sequence[Entry], room: int) -> list[Entry]:
    return [
        Entry(entry.keys if place == 0 else "", line)
        for entry in entries
        for place, line in enumerate(wrap(entry.words, room))
    ]


def _joined(actions: Sequence[LiveAction]) -> list[Entry]:
    """Their words with their keys; what two of them call the same stands there once, and so do numbered ones."""
    keys: dict[str, list[str]] = {}
    for words, known in _told(action for action in actions if action.keys):
        keys.setdefault(words, []).extend(known)
    return [Entry("  ".join(known), words) for words, known in keys.items()]


def _told(actions: Iterator[LiveAction]) -> Iterator[tuple[str, Sequence[str]]]:
    for _, family in groupby(actions, _family):
        first, *others = family
        if len(others) < 2:
            yield from ((action.words, action.keys) for action in (first, *others))
            continue
        last = others[-1].words.rpartition(" ")[2]
        yield f"{first.words} to {last}", (f"{first.keys[0]} to {others[-1].keys[0]}",)


def _family(action: LiveAction) -> str:
    """What the words of actions that differ in a number alone have in common; of any other action its id."""
    words = _NUMBERED.fullmatch(action.words)
    return words[1] if words and _NUMBERED.fullmatch(action.id) else action.id


def _columns(groups: Mapping[str, Sequence[Entry]], count: int) -> list[Column]:
    """The groups one below the other, in order, in at most `count` columns that are as short as can be."""
    blocks = [[Entry("", heading, is_heading=True), *entries, _BLANK] for heading, entries in groups.items()]
    height = max((len(block) for block in blocks), default=0)
    while len(filled := _filled(blocks, height)) > count:
        height += 1
    return filled


def _filled(blocks: Sequence[Sequence[Entry]], height: int) -> list[Column]:
    columns: list[list[Entry]] = [[]]
    for block in blocks:
        if columns[-1] and len(columns[-1]) + len(block) > height:
            columns.append([])
        columns[-1].extend(block)
    return [Column(entries[:-1]) for entries in columns if entries]


def _side_by_side(columns: Sequence[Column], room: int) -> list[Line]:
    lines: list[Line] = []
    for row in range(max((len(column.entries) for column in columns), default=0)):
        cells: list[Cell] = []
        start, used = _MARGIN, 0
        for column in columns:
            entry = column.entries[row] if row < len(column.entries) else _BLANK
            if entry.words:
                written = _cells(entry, column, room)
                cells += [Cell(" " * (start - used)), *written]
                used = start + sum(cell_width(cell.text) for cell in written)
            start += column.width + GAP
        lines.append(tuple(cells))
    return lines


def _cells(entry: Entry, column: Column, room: int) -> list[Cell]:
    if entry.is_heading:
        return [Cell(truncate(entry.words, room), Tone.STRONG)]
    gap = " " * (column.keys_width - cell_width(entry.keys) + _KEYS_GAP)
    return [Cell(entry.keys, Tone.ACCENT), Cell(gap), Cell(entry.words)]
