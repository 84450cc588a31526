"""The columns of the jobs of a profile."""

from collections.abc import Iterable

from runtui.model.job import Job
from runtui.model.status import Status
from runtui.render import units
from runtui.render.cell import EMPTY, MISSING, Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue, natural_key
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_cell
from runtui.render.widths import Align


def _status(job: Job, context: DrawContext) -> Cell:
    if job.status is Status.UNKNOWN:
        return Cell(one_line(job.status_text), Tone.MUTED) if job.status_text else EMPTY
    return status_cell(job.status, job.status_text, context.glyphs)


def _created(job: Job, context: DrawContext) -> Cell:
    return Cell(units.age_of(job.created_at, context.now), Tone.MUTED) if job.created_at else MISSING


def _age(job: Job, context: DrawContext) -> SortValue:
    return None if job.created_at is None else (context.now - job.created_at).total_seconds()


JOB_COLUMNS: tuple[Column[Job], ...] = (
    Column(
        key="job",
        title="JOB",
        cell=lambda job, _: Cell(one_line(job.name or job.id)),
        sort_value=lambda job, _: natural_key(job.name or job.id),
        width=40,
        min_width=12,
    ),
    Column(
        key="kind",
        title="KIND",
        cell=lambda job, _: Cell(one_line(job.kind), Tone.MUTED),
        sort_value=lambda job, _: natural_key(job.kind),
        width=10,
    ),
    Column(
        key="version",
        title="VERSION",
        cell=lambda job, _: Cell(one_line(job.version)),
        sort_value=lambda job, _: natural_key(job.version),
        width=10,
    ),
    Column(
        key="status",
        title="STATUS",
        cell=_status,
        sort_value=lambda job, _: list(Status).index(job.status),
        width=14,
    ),
    Column(key="created", title="CREATED", cell=_created, sort_value=_age, align=Align.RIGHT, width=7),
    Column(
        key="owner",
        title="OWNER",
        cell=lambda job, _: Cell(one_line(job.owner), Tone.MUTED),
        sort_value=lambda job, _: natural_key(job.owner),
        width=18,
        min_width=5,
    ),
    Column(
        key="description",
        title="",
        cell=lambda job, _: Cell(one_line(job.description or job.reason), Tone.MUTED),
        sort_value=lambda job, _: natural_key(job.description),
        width=30,
        min_width=8,
        grows=True,
    ),
)
"""All columns of a job, in their order."""


def job_columns(jobs: Iterable[Job], context: DrawContext) -> tuple[Column[Job], ...]:
    """The columns for which these jobs have something, the first always."""
    listed = tuple(jobs)
    first, *others = JOB_COLUMNS
    return (first, *(column for column in others if any(column.cell(job, context).text for job in listed)))
