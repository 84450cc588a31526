"""The columns of what a service keeps beside jobs and runs."""

from collections.abc import Iterable

from runtui.model.catalogue import CatalogueEntry
from runtui.model.moment import parse_moment
from runtui.render import units
from runtui.render.cell import EMPTY, Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue, natural_key
from runtui.render.sanitise import one_line
from runtui.render.widths import Align

_LAST = "description"


def catalogue_columns(entries: Iterable[CatalogueEntry]) -> tuple[Column[CatalogueEntry], ...]:
    """The name, a column for each fact some of these entries have, and the age where one is told.

    Moments among the facts are shown as ages, and what describes an entry comes last.
    """
    listed = tuple(entries)
    names = list(dict.fromkeys(name for entry in listed for name in entry.facts))
    facts = [_fact_column(name) for name in sorted(names, key=lambda name: name == _LAST)]
    if any(entry.created_at for entry in listed):
        facts.insert(len(facts) - (_LAST in names), _CREATED)
    return (_NAME, *facts)


def _age(entry: CatalogueEntry, context: DrawContext) -> SortValue:
    return None if entry.created_at is None else (context.now - entry.created_at).total_seconds()


def _created(entry: CatalogueEntry, context: DrawContext) -> Cell:
    return Cell(units.age_of(entry.created_at, context.now), Tone.MUTED) if entry.created_at else EMPTY


_NAME: Column[CatalogueEntry] = Column(
    key="name",
    title="NAME",
    cell=lambda entry, _: Cell(one_line(entry.name or entry.id), Tone.STRONG),
    sort_value=lambda entry, _: natural_key(entry.name or entry.id),
    width=30,
    min_width=16,
)
_CREATED: Column[CatalogueEntry] = Column(
    key="created", title="CREATED", cell=_created, sort_value=_age, align=Align.RIGHT, width=7, min_width=7
)


def _fact_column(name: str) -> Column[CatalogueEntry]:
    is_last = name == _LAST

    def cell(entry: CatalogueEntry, context: DrawContext) -> Cell:
        text = entry.facts.get(name, "")
        moment = parse_moment(text)
        shown = units.age_of(moment, context.now) if moment else one_line(text)
        return Cell(shown, Tone.MUTED if is_last else Tone.TEXT)

    return Column(
        key=name,
        title="" if is_last else one_line(name).upper(),
        cell=cell,
        sort_value=lambda entry, _: natural_key(entry.facts.get(name, "")),
        width=8 if is_last else 40,
        min_width=8,
        grows=True,
        cut_middle=not is_last,
    )
