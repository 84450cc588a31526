"""`runtui show`: one run with its times, its message and its variables."""

from collections.abc import Iterator
from datetime import datetime

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import run_shape
from runtui.cli.json_text import write_json
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.model.run import Run
from runtui.render import units
from runtui.render.cell import Cell, Tone
from runtui.render.sanitise import one_line, safe_lines
from runtui.render.status_cells import service_word, status_cell
from runtui.render.variables import VariableGroup, variable_groups
from runtui.render.widths import cell_width, pad
from runtui.services.session import Session

_LABEL_WIDTH = 16
_VALUE_WIDTH = 40
_EXTRA_LIMIT = 200


def run(options: CommonOptions, *, written: str, as_json: bool) -> int:
    """Show the run a person means."""

    async def work(session: Session) -> int:
        found = await session.find_run(written)
        now = session.clock.now()
        if as_json:
            write_json(run_shape(found, now))
        else:
            output.write_lines(_lines(found, now))
        return ExitCode.DONE

    return in_session(options, work, written=[written])


def _lines(run: Run, now: datetime) -> Iterator[str]:
    colour, glyphs = output.wants_colour(), output.glyphs()
    status = status_cell(run.status, run.status_text, glyphs)
    reference = Cell(one_line(str(run.reference)), Tone.STRONG)
    yield "  ".join([output.painted(reference, colour), output.painted(status, colour)])
    facts = [(one_line(label), value) for label, value in _facts(run, now)]
    widest = max(cell_width(label) for label, value in facts if value and cell_width(label) <= _LABEL_WIDTH)
    for label, value in facts:
        yield from _labelled(pad(label, widest), value, colour)
    for group in variable_groups(run.variables, glyphs):
        yield ""
        yield from _group_lines(group, colour)


def _facts(run: Run, now: datetime) -> Iterator[tuple[str, str]]:
    """What is known beside the status, as labels and texts that may be empty and are not safe yet."""
    yield "job", run.job or run.job_id
    yield "name", run.name
    yield "service", f"{run.service}: {word}" if (word := service_word(run.status, run.status_text)) else run.service
    for label, moment in (("created", run.created_at), ("started", run.started_at), ("ended", run.ended_at)):
        yield label, f"{units.full_moment(moment)}  ({_since(moment, now)})" if moment else ""
    seconds = run.took_seconds(now)
    yield "took", "" if seconds is None else units.duration(seconds)
    yield "done", "" if run.progress is None else units.percent(run.progress)
    yield "owner", run.owner
    yield "exit code", "" if run.exit_code is None else str(run.exit_code)
    yield "files", _files(run)
    yield "part of", run.parent_id or ""
    yield "message", run.message
    yield "why", "" if run.reason == run.message else run.reason
    for label, value in run.extra.items():
        yield label, one_line(value, _EXTRA_LIMIT)


def _since(moment: datetime, now: datetime) -> str:
    age = units.age_of(moment, now)
    return age if age.startswith("in ") else f"{age} ago"


def _files(run: Run) -> str:
    parts = [units.count(run.output_count)] if run.output_count is not None else []
    return ", ".join([*parts, units.size(run.output_bytes)] if run.output_bytes is not None else parts)


def _labelled(label: str, value: str, colour: bool) -> Iterator[str]:
    for line in safe_lines(value):
        yield f"  {output.painted(Cell(label, Tone.MUTED), colour)}  {line}"
        label = " " * cell_width(label)


def _group_lines(group: VariableGroup, colour: bool) -> Iterator[str]:
    yield output.painted(Cell(group.title, Tone.STRONG), colour)
    names = max(cell_width(row.name) for row in group.rows)
    values = max((w for row in group.rows if (w := cell_width(row.value.text)) <= _VALUE_WIDTH), default=0)
    for row in group.rows:
        value = output.painted(row.value, colour, pad(row.value.text, values))
        rest = output.painted(Cell(row.default, Tone.MUTED), colour)
        yield f"  {pad(row.name, names)}  {value}  {rest}".rstrip()
