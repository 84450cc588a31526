"""The dashboard's own copy of what the store last told it."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from runtui.model.delta import Delta, ProfileHealth
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.short_ids import ShortIds

Before = dict[RunReference, Run | None]
"""The runs that changed, came or went, each with the value it had before: None when it was not there."""


class RunIndex:
    """Runs, their counts by status, and the profiles' healths, as of the last delta. Belongs to the screens' thread."""

    def __init__(self) -> None:
        self._runs: dict[RunReference, Run] = {}
        self._health: dict[str, ProfileHealth] = {}
        self._counts: Counter[Status] = Counter()
        self._short_ids = ShortIds()
        self._foretold: Mapping[Status, int] = {}
        self._before: Before = {}
        self._is_told = False

    @property
    def is_told(self) -> bool:
        """Whether anything was told yet: until then nobody knows whether there are runs."""
        return self._is_told

    @property
    def runs(self) -> Mapping[RunReference, Run]:
        """All runs by reference."""
        return MappingProxyType(self._runs)

    @property
    def health(self) -> Mapping[str, ProfileHealth]:
        """Every profile's health by name, in the order in which the profiles were configured."""
        return MappingProxyType(self._health)

    @property
    def counts(self) -> Mapping[Status, int]:
        """How many runs have each status, those included that were foretold and are still to come."""
        return MappingProxyType(self._foretold or self._counts)

    def foretell(self, counts: Mapping[Status, int]) -> None:
        """So many runs of each status there are, though not all of them were told yet: until `has_all`."""
        self._foretold = counts

    def has_all(self) -> None:
        """From now on only what was told counts."""
        self._foretold = {}

    @property
    def live_count(self) -> int:
        """How many runs are not over."""
        return sum(number for status, number in self._counts.items() if not status.is_final)

    @property
    def short_ids(self) -> Mapping[RunReference, str]:
        """Ids as short as they are unique among the runs there are now."""
        return self._short_ids

    def copy_runs(self) -> dict[RunReference, Run]:
        """All runs by reference as they are now, for work that takes a while."""
        return self._runs.copy()

    def run(self, reference: RunReference) -> Run | None:
        """The run, or None when it is gone."""
        return self._runs.get(reference)

    @property
    def has_news(self) -> bool:
        """Whether any run changed since the last `take_before`."""
        return bool(self._before)

    def take_before(self) -> Before:
        """What the runs that changed since the last call were then. For the one reader that keeps them in order."""
        before, self._before = self._before, {}
        return before

    def apply(self, delta: Delta) -> None:
        """Take a delta in."""
        self._is_told = self._is_told or not delta.is_empty
        gone = [reference for reference in delta.removed if reference in self._runs]
        for reference in gone:
            removed = self._runs.pop(reference)
            self._counts[removed.status] -= 1
            self._before.setdefault(reference, removed)
        self._short_ids.remove(gone)
        new: list[RunReference] = []
        for reference, run in delta.changed.items():
            known = self._runs.get(reference)
            if known is run:
                continue
            self._before.setdefault(reference, known)
            if known is None:
                new.append(reference)
            else:
                self._counts[known.status] -= 1
            self._counts[run.status] += 1
            self._runs[reference] = run
        self._short_ids.add(new)
        self._health.update(delta.health)
