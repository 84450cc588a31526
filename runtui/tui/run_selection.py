"""Which runs the list shows, and in which order."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from runtui.model.query import EVERYTHING, Predicate, Query
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.sorted_pieces import Entry, SortedPieces
from runtui.model.status import Status
from runtui.render.columns import Column, DrawContext
from runtui.render.run_columns import run_column
from runtui.tui.run_index import Before
from runtui.tui.slices import STEP, Steps

_NUMBER: Final = 0
_TEXT: Final = 1
_MISSING: Final = 2
_AGEING: Final = "took"
_A_PIECE: Final = 2048
MOST_AGEING: Final = 500
"""Runs that are placed anew whenever time passes; each costs some 30 microseconds among 100,000 others."""

RunEntry = Entry[RunReference]


class Order(msgspec.Struct, frozen=True):
    """By which column runs are sorted, and which way."""

    column: str = "started"
    descending: bool = True

    def turned(self) -> "Order":
        """The other way round."""
        return Order(self.column, not self.descending)


class Place(NamedTuple):
    """What puts a run before or behind another: numbers before texts before missing values, then the value, then the
    newer one first, then the reference, so that no two runs are equal and none ever moves without a reason.
    """

    kind: int
    entry: RunEntry


class Placing:
    """An order as of one moment: gives each run its place."""

    def __init__(self, column: Column[Run], context: DrawContext, *, descending: bool) -> None:
        self._value_of = column.sort_value
        self._context = context
        self.descending = descending

    def place(self, run: Run, reference: RunReference) -> Place:
        """Where a run belongs."""
        value = self._value_of(run, self._context)
        stamp = run.sort_stamp
        age = 0.0 if stamp is None else -stamp
        if isinstance(value, str):
            return Place(_TEXT, (value, -age if self.descending else age, reference))
        if value is None or value != value:
            return Place(_MISSING, (0.0, age, reference))
        number = -value if self.descending else value
        return Place(_NUMBER, (age if number == age else number, age, reference))  # the same number once

    def is_descending(self, kind: int) -> bool:
        """Whether entries of this kind stand with the greatest first: a text has no negative to turn them round by."""
        return self.descending and kind == _TEXT

    def find(self, place: Place, listed: Sequence[RunReference], runs: Mapping[RunReference, Run], low: int = 0) -> int:
        """Before which of the listed runs, all of them in order, a run of that place belongs.

        It is known not to belong before `low`; the nearer to it, the sooner it is found.
        """
        step, high = 1, len(listed)
        while low + step < high:
            reference = listed[low + step]
            if self._precedes(place, self.place(runs[reference], reference)):
                high = low + step
                break
            low += step + 1
            step *= 2
        while low < high:
            middle = (low + high) // 2
            reference = listed[middle]
            if self._precedes(place, self.place(runs[reference], reference)):
                high = middle
            else:
                low = middle + 1
        return low

    def _precedes(self, one: Place, other: Place) -> bool:
        if one.kind != other.kind:
            return one.kind < other.kind
        return one.entry > other.entry if self.is_descending(one.kind) else one.entry < other.entry

    def sorted(self, places: Iterable[tuple[Place, RunReference]]) -> list[tuple[Place, RunReference]]:
        """A few runs in order."""
        by_kind: dict[int, list[tuple[Place, RunReference]]] = {}
        for placed in places:
            by_kind.setdefault(placed[0].kind, []).append(placed)
        return [
            placed
            for kind in sorted(by_kind)
            for placed in sorted(by_kind[kind], key=_entry, reverse=self.is_descending(kind))
        ]


def _entry(placed: tuple[Place, RunReference]) -> RunEntry:
    return placed[0].entry


class RunSelection:
    """A filter, a status and an order, applied to whatever runs there are."""

    def __init__(self) -> None:
        self.query: Query = EVERYTHING
        self.statuses: frozenset[Status] = frozenset(Status)
        self.order = Order()

    @property
    def is_narrowed(self) -> bool:
        """Whether any run may be left out."""
        return len(self.statuses) < len(Status) or not self.query.is_empty

    def select(self, runs: Mapping[RunReference, Run], context: DrawContext) -> Steps[list[RunReference]]:
        """The references of the runs that are shown, in order. `runs` must not change meanwhile."""
        passes, placing = self._predicate(context.now), self._placing(context)
        kinds: dict[int, SortedPieces[RunReference]] = {kind: SortedPieces() for kind in (_NUMBER, _TEXT, _MISSING)}
        piece: dict[int, list[RunEntry]] = {kind: [] for kind in kinds}
        for count, (reference, run) in enumerate(runs.items(), start=1):
            if passes(run):
                kind, entry = placing.place(run, reference)
                piece[kind].append(entry)
            if not count % STEP:
                yield
                for kind, entries in piece.items():
                    if len(entries) >= _A_PIECE:
                        kinds[kind].add(entries)
                        piece[kind] = []
        references: list[RunReference] = []
        for kind, pieces in kinds.items():
            pieces.add(piece[kind])
            yield
            for entries in pieces.in_order(descending=placing.is_descending(kind)):
                references += [entry[2] for entry in entries]
                yield
        return references

    def update(
        self,
        listed: Sequence[RunReference],
        before: Before,
        runs: Mapping[RunReference, Run],
        context: DrawContext,
    ) -> Steps[Sequence[RunReference]]:
        """The listed references after some runs changed; the very same sequence when none has to move.

        `before` are the values for which `listed` is in order, `runs` those there are now.
        """
        passes, placing = self._predicate(context.now), self._placing(context)
        leaving: set[RunReference] = set()
        coming: list[tuple[Place, RunReference]] = []
        for count, (reference, known) in enumerate(before.items(), start=1):
            run = runs.get(reference)
            place = None if run is None or not passes(run) else placing.place(run, reference)
            if known is not None:
                if place is not None and passes(known) and placing.place(known, reference) == place:
                    continue
                leaving.add(reference)
            if place is not None:
                coming.append((place, reference))
            if not count % STEP:
                yield
        for reference, run in (yield from self._ageing(listed, before, runs)):
            leaving.add(reference)
            coming.append((placing.place(run, reference), reference))
        given = listed
        if leaving:
            stayed = [reference for reference in listed if reference not in leaving]
            if not coming and len(stayed) == len(listed):
                return listed
            listed = stayed
        if not coming:
            return listed
        merged = yield from _merged(listed, placing.sorted(coming), placing, runs)
        return given if merged == given else merged

    @property
    def ages(self) -> bool:
        """Whether runs that nothing is heard of change places all the same: what still runs takes ever longer."""
        return self.order.column == _AGEING

    def _ageing(
        self, listed: Sequence[RunReference], before: Before, runs: Mapping[RunReference, Run]
    ) -> Steps[list[tuple[RunReference, Run]]]:
        """The listed runs that did not change and have another place all the same, because time passed.

        Of more than `MOST_AGEING` none is said to: that would hold up keys.
        """
        ageing: list[tuple[RunReference, Run]] = []
        for count, reference in enumerate(listed if self.ages else (), start=1):
            run = runs.get(reference)
            if run is not None and not run.status.is_final and reference not in before:
                ageing.append((reference, run))
            if not count % STEP:
                yield
        return ageing if len(ageing) <= MOST_AGEING else []

    def _placing(self, context: DrawContext) -> Placing:
        return Placing(run_column(self.order.column), context, descending=self.order.descending)

    def _predicate(self, now: datetime) -> Predicate:
        statuses, matches = self.statuses, self.query.predicate(now)
        if len(statuses) == len(Status):
            return matches
        if self.query.is_empty:
            return lambda run: run.status in statuses
        return lambda run: run.status in statuses and matches(run)


def _merged(
    listed: Sequence[RunReference],
    coming: Sequence[tuple[Place, RunReference]],
    placing: Placing,
    runs: Mapping[RunReference, Run],
) -> Steps[list[RunReference]]:
    merged: list[RunReference] = []
    start = 0
    for count, (place, reference) in enumerate(coming, start=1):
        end = placing.find(place, listed, runs, start)
        merged += listed[start:end]
        merged.append(reference)
        start = end
        if not count % 64:
            yield
    merged += listed[start:]
    return merged


def next_order(order: Order, columns: Sequence[Column[Run]], step: int) -> Order:
    """The order by the column `step` places further among those shown, wrapping around; its natural way first."""
    keys = [column.key for column in columns]
    place = keys.index(order.column) if order.column in keys else -1
    column = columns[(place + step) % len(columns)]
    return Order(column.key, column.descending_first)


def order_by(order: Order, column: Column[Run]) -> Order:
    """The order by a column that was picked: picked again, it turns."""
    return order.turned() if order.column == column.key else Order(column.key, column.descending_first)
