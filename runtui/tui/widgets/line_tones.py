"""The tones of lines by how serious they are; lines of one record have the tone of its first."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from runtui.model.log_levels import LevelReader, LogLevel
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
    reader = LevelReader()
    for line in lines:
        if line.is_gap:
            reader = LevelReader()
        else:
            yield line.number, _TONES[reader.read(line.text.plain).level]
