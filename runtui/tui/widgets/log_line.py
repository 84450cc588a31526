"""How one row of a log looks: its number, its level, its own colours, what was found in it."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from rich.style import Style

from runtui.render.cell import Cell, Tone
from runtui.render.glyphs import Glyphs
from runtui.render.palette import MONO, sgr_style, sgr_weight
from runtui.render.sanitise import LogText
from runtui.render.widths import cell_width, truncate
from runtui.tui.widgets.inks import Inks
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.log_page import ScreenRow
from runtui.tui.widgets.safe_lines import STAMP
from runtui.tui.widgets.signs import signs_for

_MATCHES_DRAWN = 200
"""On one line. A pattern that matches everywhere need not be drawn everywhere."""


class RowLook(NamedTuple):
    """What beside its text decides how a row looks."""

    tone: Tone
    is_cursor: bool
    has_focus: bool
    """Whether it is the cursor's row and the pager has the keys."""
    is_selected: bool
    margin: "Margin"
    label: Cell
    """The log a line is from, where there are several, as wide as the margin has it."""
    number: int
    """What stands before the line, counted from 1; 0 for nothing."""
    is_marked: bool
    pattern: re.Pattern[str] | None
    thumb: bool


class Margin(NamedTuple):
    """What stands before the text of each line: the cells of the numbers and of the names of logs, 0 for none."""

    digits: int = 0
    names: int = 0

    @property
    def width(self) -> int:
        """At which cell the text of a row begins."""
        return 1 + (self.digits + 2 if self.digits else 0) + (self.names + 2 if self.names else 0)


def matches_in(pattern: re.Pattern[str] | None, text: str) -> list[tuple[int, int]]:
    """Where the pattern matches, as characters; matches of nothing are left out."""
    if pattern is None:
        return []
    found: list[tuple[int, int]] = []
    for match in pattern.finditer(text):
        if match.end() > match.start():
            found.append(match.span())
            if len(found) == _MATCHES_DRAWN:
                break
    return found


def write_row(writer: LineWriter, row: ScreenRow, look: RowLook, inks: Inks, glyphs: Glyphs, width: int) -> None:
    """Write a row up to `width` cells, without what ends it."""
    tones = inks.tones
    sign = glyphs.cursor if look.has_focus else signs_for(glyphs).line_mark if look.is_marked and row.is_first else ""
    writer.write(sign, tones[Tone.ACCENT])
    writer.pad_to(1)
    if row.line.is_gap:
        _write_gap(writer, row.line.text.plain[row.start : row.end], tones[Tone.WARNING], glyphs, width)
        return
    if look.number and row.is_first:
        tone = Tone.ACCENT if look.is_marked else Tone.STRONG if look.is_cursor else Tone.FAINT
        writer.write(str(look.number).rjust(look.margin.digits), tones[tone])
    writer.pad_to(look.margin.width - (look.margin.names + 2 if look.margin.names else 0))
    writer.write(look.label.text if row.is_first else "", tones[look.label.tone])
    writer.pad_to(look.margin.width)
    writer.pad(row.lead)
    for text, style in text_runs(row.line.text, row.start, row.end, look, inks):
        writer.write(text, style)


def _write_gap(writer: LineWriter, text: str, style: Style, glyphs: Glyphs, width: int) -> None:
    stroke = signs_for(glyphs).gap
    said = truncate(f"{stroke * 4} {text} ", max(0, width - writer.width), glyphs.ellipsis)
    writer.write(said + stroke * (width - writer.width - cell_width(said)), style)


def text_runs(text: LogText, start: int, end: int, look: RowLook, inks: Inks) -> Iterable[tuple[str, Style]]:
    """The characters `start` to `end` in runs of one style each."""
    matches = matches_in(look.pattern, text.plain)
    layers: list[tuple[int, int, Style]] = []
    if look.tone is Tone.TEXT and (stamp := STAMP.match(text.plain)):
        layers.append((0, stamp.end(), inks.tones[Tone.MUTED]))
    weigh = sgr_weight if inks.palette is MONO else sgr_style
    layers += [(span.start, span.end, weigh(span.sgr)) for span in text.spans]
    if look.is_selected:
        layers.append((start, end, inks.selected))
    layers += [(first, last, inks.hit if look.is_cursor else inks.match) for first, last in matches]
    return _layered(text.plain, start, end, inks.tones[look.tone], layers)


def _layered(
    plain: str, start: int, end: int, ground: Style, layers: Sequence[tuple[int, int, Style]]
) -> Iterable[tuple[str, Style]]:
    inside = [layer for layer in layers if layer[0] < end and layer[1] > start]
    edges = {start, end, *(max(start, first) for first, _, _ in inside), *(min(end, last) for _, last, _ in inside)}
    for first, last in pairwise(sorted(edges)):
        style = ground
        for begin, finish, over in inside:
            if begin <= first and finish >= last:
                style = style + over
        yield plain[first:last], style
