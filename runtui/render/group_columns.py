"""The columns of run groups."""

from runtui.model.run_group import RunGroup
from runtui.render import units
from runtui.render.cell import Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue, natural_key
from runtui.render.sanitise import one_line
from runtui.render.widths import Align


def _age(group: RunGroup, context: DrawContext) -> SortValue:
    return None if group.created_at is None else (context.now - group.created_at).total_seconds()


GROUP_COLUMNS: tuple[Column[RunGroup], ...] = (
    Column(
        key="group",
        title="GROUP",
        cell=lambda group, _: Cell(one_line(group.id), Tone.STRONG),
        sort_value=lambda group, _: natural_key(group.id),
        width=36,
        min_width=36,
    ),
    Column(
        key="created",
        title="CREATED",
        cell=lambda group, context: Cell(units.age_of(group.created_at, context.now), Tone.MUTED),
        sort_value=_age,
        align=Align.RIGHT,
        width=7,
    ),
    Column(
        key="about",
        title="ABOUT",
        cell=lambda group, _: Cell(one_line(group.about)),
        sort_value=lambda group, _: natural_key(group.about),
        width=60,
        min_width=12,
        grows=True,
    ),
)
"""All columns of a run group, in their order."""
