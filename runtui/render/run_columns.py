"""The columns of the run list."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from runtui.model.errors import ConfigError
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Variable
from runtui.model.variable_path import value_getter, variable_getter
from runtui.render import units
from runtui.render.cell import EMPTY, MISSING, Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue, natural_key
from runtui.render.fed_columns import FED_COLUMNS, WATCHED
from runtui.render.sanitise import one_line
from runtui.render.series_columns import LOG_PREFIX, series_column
from runtui.render.status_cells import service_word, status_cell
from runtui.render.variables import is_number, value_cell
from runtui.render.widths import Align, shorten_ids

VARIABLE_PREFIX = "var:"
VARIABLE_WIDTH = 14
PROGRESS = "progress"
"""The column of the share done; what is fed under this key stands where the service tells none."""

_ATTENTION = (
    Status.RUNNING,
    Status.STOPPING,
    Status.QUEUED,
    Status.UNKNOWN,
    Status.FAILED,
    Status.ENDED,
    Status.STOPPED,
    Status.SUCCEEDED,
)
_STATUS_RANK = {status: rank for rank, status in enumerate(_ATTENTION)}


def short_run_ids(runs: Iterable[Run]) -> dict[RunReference, str]:
    """For each run, its id as short as it is unique within its profile."""
    by_profile: dict[str, list[str]] = {}
    for run in runs:
        by_profile.setdefault(run.profile, []).append(run.id)
    return {
        RunReference(profile, run_id): short
        for profile, ids in by_profile.items()
        for run_id, short in shorten_ids(ids).items()
    }


def _run(run: Run, context: DrawContext) -> Cell:
    short = context.short_ids.get(run.reference, run.id)
    return Cell(one_line(f"{run.profile}:{short}"))


def _status(run: Run, context: DrawContext) -> Cell:
    if run.pending:
        return Cell(f"{context.glyphs.status[Status.STOPPING]} {one_line(run.pending)} asked", Tone.STOPPING)
    cell = status_cell(run.status, run.status_text, context.glyphs)
    watched = context.fed.get(WATCHED, {}).get(run.reference)
    return cell if watched is None else Cell(f"{cell.text} {watched.cell.text}", cell.tone)


def _took(run: Run, context: DrawContext) -> Cell:
    seconds = run.took_seconds(context.now)
    return MISSING if seconds is None else Cell(units.duration(seconds))


def _text(text: str, tone: Tone = Tone.TEXT) -> Cell:
    return Cell(one_line(text), tone) if text else EMPTY


def _age(moment: datetime | None, context: DrawContext) -> Cell:
    return MISSING if moment is None else Cell(units.age_of(moment, context.now), Tone.MUTED)


def _progress(run: Run, context: DrawContext) -> Cell:
    if run.progress is not None:
        return Cell(units.percent(run.progress))
    fed = context.fed.get(PROGRESS, {}).get(run.reference)
    return MISSING if fed is None else fed.cell


def _share_done(run: Run, context: DrawContext) -> SortValue:
    if run.progress is not None:
        return run.progress
    fed = context.fed.get(PROGRESS, {}).get(run.reference)
    return None if fed is None else fed.value


def _message(run: Run, _: DrawContext) -> Cell:
    tone = Tone.TEXT if run.status is Status.FAILED else Tone.MUTED
    return _text((run.message or run.reason).strip(), tone)


def _exit(run: Run, _: DrawContext) -> Cell:
    if run.exit_code is None:
        return MISSING
    return Cell(str(run.exit_code), Tone.ERROR if run.exit_code else Tone.TEXT)


def _stamp(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _or_none(text: str) -> str | None:
    return text.lower() if text else None


_COLUMNS: tuple[Column[Run], ...] = (
    Column(
        key="run",
        title="RUN",
        cell=_run,
        sort_value=lambda run, _: f"{run.profile}\0{natural_key(run.id)}",
        width=24,
        min_width=12,
        cut_middle=True,
    ),
    Column(
        key="job",
        title="JOB",
        cell=lambda run, _: _text(run.job or run.name),
        sort_value=lambda run, _: natural_key(run.job or run.name) or None,
        width=24,
        min_width=10,
        grows=True,
    ),
    Column(
        key="status",
        title="STATUS",
        cell=_status,
        sort_value=lambda run, _: _STATUS_RANK[run.status],
        width=20,
        min_width=11,
    ),
    Column(
        key="started",
        title="STARTED",
        cell=lambda run, context: _age(run.sort_moment, context),
        sort_value=lambda run, _: run.sort_stamp,
        align=Align.RIGHT,
        width=7,
        min_width=7,
        descending_first=True,
    ),
    Column(
        key="took",
        title="TOOK",
        cell=_took,
        sort_value=lambda run, context: run.took_seconds(context.now),
        align=Align.RIGHT,
        width=7,
        min_width=6,
        descending_first=True,
    ),
    Column(
        key="ended",
        title="ENDED",
        cell=lambda run, context: _age(run.ended_at, context),
        sort_value=lambda run, _: _stamp(run.ended_at),
        align=Align.RIGHT,
        width=7,
        min_width=5,
        descending_first=True,
    ),
    Column(
        key="created",
        title="CREATED",
        cell=lambda run, context: _age(run.created_at, context),
        sort_value=lambda run, _: _stamp(run.created_at),
        align=Align.RIGHT,
        width=7,
        min_width=7,
        descending_first=True,
    ),
    Column(
        key=PROGRESS,
        title="DONE",
        cell=_progress,
        sort_value=_share_done,
        align=Align.RIGHT,
        width=4,
        min_width=4,
        descending_first=True,
    ),
    Column(
        key="exit",
        title="EXIT",
        cell=_exit,
        sort_value=lambda run, _: run.exit_code,
        align=Align.RIGHT,
        width=5,
        min_width=4,
    ),
    Column(
        key="owner",
        title="OWNER",
        cell=lambda run, _: _text(run.owner, Tone.MUTED),
        sort_value=lambda run, _: _or_none(run.owner),
        width=16,
        min_width=5,
    ),
    Column(
        key="message",
        title="MESSAGE",
        cell=_message,
        sort_value=lambda run, _: _or_none(run.message or run.reason),
        width=30,
        min_width=10,
        grows=True,
    ),
    Column(
        key="name",
        title="NAME",
        cell=lambda run, _: _text(run.name),
        sort_value=lambda run, _: natural_key(run.name) or None,
        width=24,
        min_width=8,
    ),
    Column(
        key="service",
        title="SERVICE",
        cell=lambda run, _: _text(run.service, Tone.MUTED),
        sort_value=lambda run, _: run.service,
        width=10,
        min_width=7,
    ),
    Column(
        key="profile",
        title="PROFILE",
        cell=lambda run, _: _text(run.profile, Tone.MUTED),
        sort_value=lambda run, _: run.profile.lower(),
        width=16,
        min_width=7,
    ),
    Column(
        key="word",
        title="WORD",
        cell=lambda run, _: _text(service_word(run.status, run.status_text), Tone.MUTED),
        sort_value=lambda run, _: _or_none(run.status_text),
        width=20,
        min_width=6,
    ),
    Column(
        key="files",
        title="FILES",
        cell=lambda run, _: MISSING if run.output_count is None else Cell(units.count(run.output_count)),
        sort_value=lambda run, _: run.output_count,
        align=Align.RIGHT,
        width=8,
        min_width=5,
        descending_first=True,
    ),
    Column(
        key="size",
        title="SIZE",
        cell=lambda run, _: MISSING if run.output_bytes is None else Cell(units.size(run.output_bytes)),
        sort_value=lambda run, _: run.output_bytes,
        align=Align.RIGHT,
        width=7,
        min_width=6,
        descending_first=True,
    ),
    Column(
        key="optimal",
        title="",
        cell=lambda run, context: Cell(context.glyphs.optimal, Tone.ACCENT) if run.is_optimal else EMPTY,
        sort_value=lambda run, _: 0 if run.is_optimal else None,
        width=1,
        min_width=1,
    ),
)

RUN_COLUMNS: Mapping[str, Column[Run]] = MappingProxyType({column.key: column for column in (*_COLUMNS, *FED_COLUMNS)})
"""Every column that is no variable, by key."""


@lru_cache(maxsize=512)
def variable_column(path: str) -> Column[Run]:
    """The column of the variable of this path (`Cd`, `outputs.Cd`): sorted by its value, shown by its text."""
    find, value_of = variable_getter(path), value_getter(path)

    def sort_value(run: Run, _: DrawContext) -> SortValue:
        value = value_of(run)
        return value if isinstance(value, int | float) else _value(find(run))

    def cell(run: Run, context: DrawContext) -> Cell:
        variable = find(run)
        return MISSING if variable is None else value_cell(variable, context.glyphs)

    return Column(
        key=VARIABLE_PREFIX + path,
        title=one_line(path, VARIABLE_WIDTH * 2),
        cell=cell,
        sort_value=sort_value,
        align=Align.DECIMAL,
        width=VARIABLE_WIDTH,
        min_width=6,
    )


def _value(variable: Variable | None) -> SortValue:
    if variable is None or variable.secret:
        return None
    if is_number(variable) or isinstance(variable.value, bool):
        return variable.value
    return natural_key(str(variable.value or variable.text)) or None


def has_column(key: str) -> bool:
    """Whether there is a column of this key."""
    return _column_of(key) is not None


def run_column(key: str) -> Column[Run]:
    """The column of this key: `var:PATH` for a variable, `log:PATTERN` for a series in logs. Raises ConfigError for a
    key no column has."""
    column = _column_of(key)
    if column is None:
        known = ", ".join(RUN_COLUMNS)
        raise ConfigError(
            f"there is no column {key!r}", hint=f"Columns are {known}, and {VARIABLE_PREFIX}NAME for a variable."
        )
    return column


def _column_of(key: str) -> Column[Run] | None:
    if key.startswith(VARIABLE_PREFIX) and key != VARIABLE_PREFIX:
        return variable_column(key.removeprefix(VARIABLE_PREFIX))
    if key.startswith(LOG_PREFIX):
        return series_column(key.removeprefix(LOG_PREFIX))
    return RUN_COLUMNS.get(key)
