"""The columns of the jobs of a profile."""

from collections.abc import Iterable, Sequence
from typing import Final

from runtui.model.job import Job
from runtui.model.status import Status
from runtui.render import units
from runtui.render.cell import EMPTY, MISSING, Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue, natural_key
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_cell
from runtui.render.widths import Align

_ID_WIDTH: Final = 8


def _status(job: Job, context: DrawContext) -> Cell:
    if job.status is Status.UNKNOWN:
        return Cell(one_line(job.status_text), Tone.MUTED) if job.status_text else EMPTY
    return status_cell(job.status, job.status_text, context.glyphs)


def _id(job: Job, _: DrawContext) -> Cell:
    return Cell(one_line(job.id), Tone.MUTED) if job.name and job.id != job.name else EMPTY


def _cluster(job: Job, _: DrawContext) -> Cell:
    """Machines that are still there after the job is over are still paid for."""
    is_paid_for = job.status.is_final and job.cluster_text.strip().lower() != "stopped"
    return Cell(one_line(job.cluster_text), Tone.WARNING if is_paid_for else Tone.MUTED) if job.cluster_text else EMPTY


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
    Column(key="id", title="ID", cell=_id, sort_value=lambda job, _: natural_key(job.id), width=_ID_WIDTH, min_width=6),
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
    Column(
        key="cluster",
        title="CLUSTER",
        cell=_cluster,
        sort_value=lambda job, _: natural_key(job.cluster_text),
        width=14,
        min_width=7,
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
    """The columns for which these jobs have something, the first always; ids that say something only."""
    listed = tuple(jobs)
    first, *others = JOB_COLUMNS
    if not _ids_matter(listed):
        others = [column for column in others if column.key != "id"]
    return (first, *(column for column in others if any(column.cell(job, context).text for job in listed)))


def _ids_matter(jobs: Sequence[Job]) -> bool:
    """Whether the ids are short words, by which runs are called too, or tell apart what has one name."""
    are_short = all(len(job.id) <= _ID_WIDTH for job in jobs)
    return are_short or len({(job.name, job.kind) for job in jobs}) < len(jobs)
