"""The dashboard's own copy of what the store last told it."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from runtui.model.delta import Delta, ProfileHealth
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.run_columns import short_run_ids


class RunIndex:
    """Runs, their counts by status, and the profiles' healths, as of the last delta. Belongs to the screens' thread."""

    def __init__(self) -> None:
        self._runs: dict[RunReference, Run] = {}
        self._health: dict[str, ProfileHealth] = {}
        self._counts: Counter[Status] = Counter()
        self._short_ids: Mapping[RunReference, str] | None = None

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
        """How many runs have each status."""
        return MappingProxyType(self._counts)

    @property
    def short_ids(self) -> Mapping[RunReference, str]:
        """Ids as short as they are unique, made anew only when runs came or went."""
        if self._short_ids is None:
            self._short_ids = MappingProxyType(short_run_ids(self._runs.values()))
        return self._short_ids

    def run(self, reference: RunReference) -> Run | None:
        """The run, or None when it is gone."""
        return self._runs.get(reference)

    def apply(self, delta: Delta) -> None:
        """Take a delta in."""
        for reference in delta.removed:
            known = self._runs.pop(reference, None)
            if known is not None:
                self._counts[known.status] -= 1
                self._short_ids = None
        for reference, run in delta.changed.items():
            known = self._runs.get(reference)
            if known is None:
                self._short_ids = None
            else:
                self._counts[known.status] -= 1
            self._counts[run.status] += 1
            self._runs[reference] = run
        self._health.update(delta.health)
