"""The columns of what changed."""

from runtui.model.changes import Change, ChangeKind
from runtui.model.status import Status
from runtui.render import units
from runtui.render.cell import EMPTY, MISSING, Cell, Tone
from runtui.render.columns import Column, DrawContext, natural_key
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_cell, status_word
from runtui.render.widths import Align

_TONES = {
    ChangeKind.FAILED: Tone.FAILED,
    ChangeKind.ENDED: Tone.STRONG,
    ChangeKind.CHANGED: Tone.RUNNING,
    ChangeKind.APPEARED: Tone.ACCENT,
    ChangeKind.GONE: Tone.MUTED,
}


def _run(change: Change, context: DrawContext) -> Cell:
    short = context.short_ids.get(change.reference, change.reference.id)
    return Cell(one_line(f"{change.reference.profile}:{short}"), Tone.MUTED if change.run is None else Tone.TEXT)


def _job(change: Change, _: DrawContext) -> Cell:
    name = "" if change.run is None else change.run.job or change.run.name
    return Cell(one_line(name)) if name else EMPTY


def _was(change: Change, _: DrawContext) -> Cell:
    return Cell("new" if change.before is None else status_word(change.before), Tone.MUTED)


def _is(change: Change, context: DrawContext) -> Cell:
    return EMPTY if change.run is None else status_cell(change.run.status, change.run.status_text, context.glyphs)


def _when(change: Change, context: DrawContext) -> Cell:
    return MISSING if change.at is None else Cell(units.age_of(change.at, context.now), Tone.MUTED)


def _message(change: Change, _: DrawContext) -> Cell:
    run = change.run
    text = "" if run is None else (run.message or run.reason).strip()
    tone = Tone.TEXT if run is not None and run.status is Status.FAILED else Tone.MUTED
    return Cell(one_line(text), tone) if text else EMPTY


CHANGE_COLUMNS: tuple[Column[Change], ...] = (
    Column(
        key="change",
        title="WHAT",
        cell=lambda change, _: Cell(change.kind.value, _TONES[change.kind]),
        sort_value=lambda change, _: list(ChangeKind).index(change.kind),
        width=8,
        min_width=8,
    ),
    Column(
        key="run",
        title="RUN",
        cell=_run,
        sort_value=lambda change, _: natural_key(str(change.reference)),
        width=24,
        min_width=12,
        cut_middle=True,
    ),
    Column(
        key="job",
        title="JOB",
        cell=_job,
        sort_value=lambda change, context: natural_key(_job(change, context).text) or None,
        width=28,
        min_width=10,
    ),
    Column(key="was", title="WAS", cell=_was, sort_value=lambda change, _: change.before or None, width=9),
    Column(
        key="is",
        title="IS NOW",
        cell=_is,
        sort_value=lambda change, _: None if change.run is None else change.run.status,
        width=20,
        min_width=11,
    ),
    Column(
        key="when",
        title="WHEN",
        cell=_when,
        sort_value=lambda change, _: None if change.at is None else change.at.timestamp(),
        align=Align.RIGHT,
        width=5,
        min_width=4,
        descending_first=True,
    ),
    Column(
        key="message",
        title="MESSAGE",
        cell=_message,
        sort_value=lambda change, context: _message(change, context).text or None,
        width=30,
        min_width=10,
        grows=True,
    ),
)
"""All columns of a change, in their order."""
