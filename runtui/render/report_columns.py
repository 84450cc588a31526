"""The columns of the reports of a run, and of those that can be made."""

from runtui.model.report import Report, ReportKind
from runtui.model.status import Status
from runtui.render import units
from runtui.render.cell import EMPTY, Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue, natural_key
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_cell
from runtui.render.widths import Align


def _took_seconds(report: Report, context: DrawContext) -> float | None:
    if report.created_at is None:
        return None
    end = report.ended_at or (None if report.status.is_final else context.now)
    return None if end is None else max(0.0, (end - report.created_at).total_seconds())


def _age(report: Report, context: DrawContext) -> SortValue:
    return None if report.created_at is None else (context.now - report.created_at).total_seconds()


def _file_count(report: Report, _: DrawContext) -> Cell:
    return Cell(units.count(len(report.files))) if report.files else EMPTY


REPORT_COLUMNS: tuple[Column[Report], ...] = (
    Column(
        key="report",
        title="REPORT",
        cell=lambda report, _: Cell(one_line(report.name or report.id), Tone.STRONG),
        sort_value=lambda report, _: natural_key(report.name),
        width=36,
        min_width=12,
    ),
    Column(
        key="status",
        title="STATUS",
        cell=lambda report, context: status_cell(report.status, report.status_text, context.glyphs),
        sort_value=lambda report, _: list(Status).index(report.status),
        width=14,
        min_width=11,
    ),
    Column(
        key="files",
        title="FILES",
        cell=_file_count,
        sort_value=lambda report, _: len(report.files),
        align=Align.RIGHT,
        width=5,
    ),
    Column(
        key="created",
        title="CREATED",
        cell=lambda report, context: Cell(units.age_of(report.created_at, context.now), Tone.MUTED),
        sort_value=_age,
        align=Align.RIGHT,
        width=7,
    ),
    Column(
        key="took",
        title="TOOK",
        cell=lambda report, context: Cell(units.duration(_took_seconds(report, context)), Tone.MUTED),
        sort_value=_took_seconds,
        align=Align.RIGHT,
        width=7,
    ),
    Column(
        key="owner",
        title="OWNER",
        cell=lambda report, _: Cell(one_line(report.owner), Tone.MUTED),
        sort_value=lambda report, _: natural_key(report.owner),
        width=20,
        min_width=5,
    ),
)
"""All columns of a report, in their order. It is made for as long as it took, or takes until now."""

REPORT_KIND_COLUMNS: tuple[Column[ReportKind], ...] = (
    Column(
        key="report",
        title="REPORT",
        cell=lambda kind, _: Cell(one_line(kind.name or kind.id), Tone.STRONG),
        sort_value=lambda kind, _: natural_key(kind.name),
        width=36,
        min_width=12,
    ),
    Column(
        key="description",
        title="",
        cell=lambda kind, _: Cell(one_line(kind.description), Tone.MUTED),
        sort_value=lambda kind, _: natural_key(kind.description),
        width=50,
        min_width=8,
        grows=True,
    ),
)
"""All columns of a report that can be made, in their order."""
