"""The runs that are compared, as far as they are known, and the rows of their comparison."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from runtui.model.comparison import ComparedRow, compare
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.variable import Role

LEAST_RUNS: Final = 2
MOST_RUNS: Final = 8
RowKey = tuple[str, str, str]
"""See `ComparedRow.key`."""


class ComparedRuns:
    """Two to eight runs and what they have. A run that its service has no more stays as it was last known.

    Rows that did not change stay the same objects.
    """

    def __init__(self, runs: Sequence[Run]) -> None:
        self.runs = list(runs)
        self.base = 0
        """Which of them the others are measured against."""
        self.gone: frozenset[RunReference] = frozenset()
        """Those that their service has no more."""
        self.rows: dict[RowKey, ComparedRow] = {}
        self._listed: set[RunReference] = set()

    @property
    def references(self) -> list[RunReference]:
        """The runs in their order."""
        return [run.reference for run in self.runs]

    @property
    def are_live(self) -> bool:
        """Whether a time of one of them still runs."""
        return any(not run.status.is_final for run in self.runs)

    def take_in(self, known: Callable[[RunReference], Run | None]) -> list[RunReference]:
        """Take the values the runs have now; gives those that have ended since.

        A run that was never known there, because a service found it, is not gone.
        """
        now = [known(reference) for reference in self.references]
        self._listed.update(value.reference for value in now if value is not None)
        there = {value.reference for value in now if value is not None}
        self.gone = frozenset(self._listed - there)
        ended = [
            value.reference
            for run, value in zip(self.runs, now, strict=True)
            if value is not None and value.status.is_final and not run.status.is_final
        ]
        self.runs = [value or run for run, value in zip(self.runs, now, strict=True)]
        return ended

    def compare(self, now: datetime, series: Mapping[str, tuple[str, Mapping[RunReference, float]]]) -> None:
        """Make the rows anew."""
        rows = compare(self.runs, now, reference=self.base, series=series)
        self.rows = {row.key: before if (before := self.rows.get(row.key)) == row else row for row in rows}

    def shown(self, words: Sequence[str], *, all_rows: bool) -> list[RowKey]:
        """The rows that tell the runs apart, or all, and of these those that have every word in name, kind or values.

        Series are always among them: somebody asked for each.
        """
        return [
            key
            for key, row in self.rows.items()
            if (all_rows or row.differs or row.pattern) and all(_has(row, word) for word in words)
        ]

    @property
    def differing(self) -> int:
        """How many rows tell the runs apart."""
        return sum(row.differs for row in self.rows.values())

    def first_number(self, *roles: Role) -> RowKey | None:
        """The first row of these roles in which at least two runs have different numbers."""
        for key, row in self.rows.items():
            if row.role in roles and len({one for one in row.numbers if one is not None}) > 1:
                return key
        return None


def _has(row: ComparedRow, word: str) -> bool:
    return (
        word in row.name.casefold()
        or word == row.kind
        or any(word in one.text.casefold() for one in row.values if one.value is not None)
    )


def run_before(run: Run, known: Iterable[Run]) -> Run | None:
    """The last run of the same job that began before this one; None when it is the first."""
    moment = run.sort_moment
    if moment is None:
        return None
    before = [
        other
        for other in known
        if other.profile == run.profile
        and (other.job_id, other.job) == (run.job_id, run.job)
        and other.sort_moment is not None
        and (other.sort_moment, other.id) < (moment, run.id)
    ]
    return max(before, key=lambda other: (other.sort_moment or moment, other.id), default=None)
