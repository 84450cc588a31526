"""A run in a narrow pane: how it stands, its variables, its nodes, the end of its log."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from runtui.model.node import Node
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.node_rows import node_rows
from runtui.render.sanitise import log_line, one_line, safe_lines
from runtui.render.status_cells import service_word, status_cell
from runtui.render.units import age_of, duration, percent
from runtui.render.variables import variable_groups
from runtui.render.widths import cell_width, pad, truncate

Line = list[Cell]

_LEAST_LOG = 5
_STAMP = re.compile(r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^\s\]]*\]?:?\s*")
"""A time in front of a line: where every line has one there is no room for them all."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown. `nodes` and `log` are None while nobody has looked yet; a note stands in place of what failed."""

    run: Run
    nodes: Sequence[Node] | None = None
    nodes_note: str = ""
    log_name: str = ""
    log: Sequence[str] | None = None
    log_note: str = ""


def preview_lines(preview: Preview, width: int, height: int, context: DrawContext) -> list[Line]:
    """The pane as lines of `width` cells, `height` of them at most.

    Each part gets what it needs while there is room, variables and nodes at most a third each, the log the rest.
    """
    lines = _head(preview.run, width, context)
    part = max(3, (height - len(lines) - _LEAST_LOG) // 2 - 2)
    variables = _variables(preview.run, width, context)
    lines += _part("Variables", variables, part, width)
    lines += _part("Nodes", _nodes(preview, width, context), part, width)
    room = height - len(lines) - 2
    if room > 0 and (preview.log_name or preview.log_note):
        log = [[Cell(preview.log_note, Tone.WARNING)]] if preview.log_note else _log(preview, width)
        lines += _part(preview.log_name or "Log", log[-room:], room, width)
    return lines[:height]


def _part(title: str, lines: Sequence[Line], most: int, width: int) -> list[Line]:
    if not lines:
        return []
    shown = list(lines) if len(lines) <= most else [*lines[: most - 1], [_more(len(lines) - most + 1)]]
    return [[], [Cell(truncate(title, width), Tone.ACCENT)], *shown]


def _more(count: int) -> Cell:
    return Cell(f"and {count} more", Tone.FAINT)


def _head(run: Run, width: int, context: DrawContext) -> list[Line]:
    name = one_line(f"{run.profile}:{context.short_ids.get(run.reference, run.id)}")
    lines: list[Line] = [[Cell(truncate(name, width), Tone.STRONG)]]
    job = one_line(run.job or run.name)
    if job:
        lines.append([Cell(truncate(job, width), Tone.TEXT)])
    lines.append(_standing(run, context))
    tone = Tone.ERROR if run.status is Status.FAILED else Tone.MUTED
    message = safe_lines((run.message or run.reason).strip())[:2]
    return lines + [[Cell(truncate(line, width), tone)] for line in message if line]


def _standing(run: Run, context: DrawContext) -> Line:
    line = [status_cell(run.status, run.status_text, context.glyphs)]
    moment = run.ended_at or run.sort_moment
    if moment is not None:
        line.append(Cell(f"  {age_of(moment, context.now)}", Tone.MUTED))
    took = run.took_seconds(context.now)
    if took is not None:
        line.append(Cell(f"  took {duration(took)}" if run.status.is_final else f"  for {duration(took)}", Tone.MUTED))
    if run.progress is not None and not run.status.is_final:
        line.append(Cell(f"  {percent(run.progress)}"))
    if run.exit_code:
        line.append(Cell(f"  exit {run.exit_code}", Tone.ERROR))
    word = service_word(run.status, run.status_text)
    return [*line, Cell(f"  {word}", Tone.FAINT)] if word else line


def _variables(run: Run, width: int, context: DrawContext) -> list[Line]:
    groups = variable_groups(run.variables, context.glyphs)
    rows = [row for group in groups for row in group.rows]
    name_width = min(max((cell_width(row.name) for row in rows), default=0), max(8, width // 2))
    lines: list[Line] = []
    for row in rows:
        name = pad(truncate(row.name, name_width), name_width)
        value = truncate(row.value.text, max(1, width - name_width - 2))
        lines.append([Cell(f"{name}  ", Tone.MUTED), Cell(value, row.value.tone)])
    return lines


def _nodes(preview: Preview, width: int, context: DrawContext) -> list[Line]:
    if preview.nodes_note:
        return [[Cell(truncate(preview.nodes_note, width), Tone.WARNING)]]
    lines: list[Line] = []
    for row in node_rows(preview.nodes or (), (), context.glyphs):
        took = row.took_cell(context.now)
        room = max(4, width - 2 - cell_width(took.text) - 1)
        name = pad(truncate(f"{row.guide}{row.name}{'  ' if row.shards else ''}{row.shards}", room), room)
        lines.append([row.status_cell(context.glyphs), Cell(f" {name} "), took])
    return lines


def _log(preview: Preview, width: int) -> list[Line]:
    lines = [log_line(line).plain for line in preview.log or ()]
    if all(map(_STAMP.match, lines)):
        lines = [_STAMP.sub("", line) for line in lines]
    return [[Cell(truncate(line, width), Tone.MUTED)] for line in lines]
