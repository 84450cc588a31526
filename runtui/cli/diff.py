"""`runtui diff`: in what runs differ."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import comparison_shape
from runtui.cli.json_text import write_json
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.cli.table import table_lines
from runtui.model.comparison import ComparedRow, ComparedValue, compare
from runtui.model.errors import ConfigError
from runtui.model.run import Run
from runtui.render import units
from runtui.render.cell import EMPTY, MISSING, Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue
from runtui.render.run_columns import short_run_ids
from runtui.render.sanitise import one_line
from runtui.render.widths import Align
from runtui.services.session import Session

_LEAST_RUNS = 2
_UNITS: dict[str, Callable[[float], str]] = {"took": units.duration, "bytes": units.size}


def run(options: CommonOptions, *, written: Sequence[str], show_all: bool, as_json: bool) -> int:
    """Show what differs between the runs a person means, or everything."""
    if len(written) < _LEAST_RUNS:
        raise ConfigError("one run differs from nothing", hint="Name two runs or more.")

    async def work(session: Session) -> int:
        runs = await asyncio.gather(*(session.find_run(one) for one in written))
        rows = compare(runs, session.clock.now())
        shown = [row for row in rows if show_all or row.differs]
        if as_json:
            write_json(comparison_shape([run.reference for run in runs], shown))
        else:
            context = DrawContext(now=session.clock.now(), glyphs=output.glyphs())
            output.write_lines(table_lines(shown, list(_columns(runs)), context))
        if len(shown) < len(rows):
            output.say(f"{len(shown)} of {len(rows)} differ; --all shows the others too")
        return ExitCode.DONE

    return in_session(options, work, written=written)


def _columns(runs: Sequence[Run]) -> Iterator[Column[ComparedRow]]:
    yield Column(key="name", title="NAME", cell=_name, sort_value=_unsorted, width=32, min_width=10)
    short = short_run_ids(runs)
    for place, run in enumerate(runs):
        title = one_line(f"{run.profile}:{short[run.reference]}")
        yield _value_column(f"{place}", title, place)
        if place:
            yield _delta_column(f"{place} delta", place)


def _value_column(key: str, title: str, place: int) -> Column[ComparedRow]:
    def cell(row: ComparedRow, _: DrawContext) -> Cell:
        one = row.values[place]
        return Cell(_text(row, one)) if one.text else MISSING

    return Column(
        key=key, title=title, cell=cell, sort_value=_unsorted, align=Align.DECIMAL, width=36, min_width=8, grows=True
    )


def _delta_column(key: str, place: int) -> Column[ComparedRow]:
    def cell(row: ComparedRow, _: DrawContext) -> Cell:
        one = row.values[place]
        if not one.delta:
            return EMPTY
        share = "" if one.share is None else f"  {one.share:+.0%}"
        return Cell(f"{_delta(row, one.delta)}{share}", Tone.MUTED)

    return Column(key=key, title="", cell=cell, sort_value=_unsorted, width=20, min_width=4)


def _name(row: ComparedRow, _: DrawContext) -> Cell:
    return Cell(one_line(row.name), Tone.MUTED if row.role is None else Tone.TEXT)


def _text(row: ComparedRow, one: ComparedValue) -> str:
    if row.role is None and isinstance(one.value, int | float) and row.name in _UNITS:
        return _UNITS[row.name](one.value)
    return one_line(one.text)


def _delta(row: ComparedRow, delta: float) -> str:
    if row.role is None and row.name in _UNITS:
        return ("+" if delta > 0 else "-") + _UNITS[row.name](abs(delta))
    return f"{delta:+.6g}"


def _unsorted(row: ComparedRow, _: DrawContext) -> SortValue:
    """Rows stay in the order of the comparison."""
    return None
