"""The tones of lines by how serious they are; lines of one record have the tone of its first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from runtui.model.log_levels import LONGEST_RECORD, LevelReader, LogLevel
from runtui.render.cell import Tone
from runtui.tui.widgets.safe_lines import SafeLine, SafeLines

LOOK_BACK: Final = 100
"""Lines above a page that are read to know to which record its first lines belong."""

_TONES: Final[Mapping[LogLevel, Tone]] = MappingProxyType(
    {
        LogLevel.ERROR: Tone.ERROR,
        LogLevel.WARNING: Tone.WARNING,
        LogLevel.INFO: Tone.TEXT,
        LogLevel.DEBUG: Tone.MUTED,
        LogLevel.NONE: Tone.TEXT,
    }
)


def tones_of_page(lines: SafeLines, first: int, last: int) -> dict[int, Tone]:
    """The tones of the lines `first` to `last`, both included, by line number."""
    start = max(0, first - LOOK_BACK)
    return dict(_tones(lines.read(start, last - start + 1)))


def _tones(lines: Iterable[SafeLine]) -> Iterable[tuple[int, Tone]]:
    readers: defaultdict[int | None, LevelReader] = defaultdict(LevelReader)
    for line in lines:
        if line.is_gap:
            readers.pop(line.line.origin, None)
        else:
            yield line.number, _TONES[readers[line.line.origin].read(line.text.plain).level]


def record_around(lines: SafeLines, number: int) -> range:
    """The lines of the record a line belongs to, of its own log."""
    start = max(0, number - LOOK_BACK)
    read = lines.read(start, LOOK_BACK + LONGEST_RECORD)
    at = next((line for line in read if line.number == number), None)
    if at is None or at.is_gap:
        return range(number, number + 1)
    reader, first, last = LevelReader(), number, number
    for line in read:
        if line.line.origin != at.line.origin:
            continue
        continues = not line.is_gap and reader.read(line.text.plain).continues
        if line.number <= number and not continues:
            first = line.number
        elif line.number > number and not continues:
            break
        last = max(number, line.number)
    return range(first, last + 1)
