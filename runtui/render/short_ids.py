"""Ids as short as they are unique, worked out for those that are asked for, among runs that come and go."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

from runtui.model.reference import RunReference
from runtui.model.stretches import Stretches

SHORTEST = 6
"""An id is never cut below so many characters."""


class ShortIds(Mapping[RunReference, str]):
    """For each run, its id as short as it is unique within its profile; one with a slash (`JOB/RUN`) stays whole.

    Whoever knows which runs there are calls `add` and `remove`, with each run once.
    """

    def __init__(self) -> None:
        self._ids: dict[str, Stretches[str]] = {}
        self._known: dict[RunReference, str] = {}

    def __getitem__(self, reference: RunReference) -> str:
        known = self._known.get(reference)
        if known is None:
            known = self._known[reference] = self._shortened(reference)
        return known

    def __iter__(self) -> Iterator[RunReference]:
        return (
            RunReference(profile, run_id)
            for profile, stretches in self._ids.items()
            for stretch in stretches
            for run_id in stretch
        )

    def __len__(self) -> int:
        return sum(map(len, self._ids.values()))

    def add(self, references: Iterable[RunReference]) -> None:
        """These runs are there now, and were not before."""
        by_profile: dict[str, list[str]] = {}
        for reference in references:
            by_profile.setdefault(reference.profile, []).append(reference.id)
        for profile, ids in by_profile.items():
            self._ids.setdefault(profile, Stretches()).add(ids)
            self._known.clear()

    def remove(self, references: Iterable[RunReference]) -> None:
        """These runs are gone."""
        by_profile: dict[str, set[str]] = {}
        for reference in references:
            by_profile.setdefault(reference.profile, set()).add(reference.id)
        for profile, ids in by_profile.items():
            if profile in self._ids:
                self._ids[profile].take_out(ids)
            self._known.clear()

    def _shortened(self, reference: RunReference) -> str:
        """The id up to where its neighbours in the order of all ids stop being like it. Raises KeyError."""
        run_id, is_there, shared = reference.id, False, 0
        for stretch in self._ids.get(reference.profile, ()):
            place = bisect_left(stretch, run_id)
            after = place
            if place < len(stretch) and stretch[place] == run_id:
                is_there, after = True, place + 1
            for neighbour in (*stretch[max(0, place - 1) : place], *stretch[after : after + 1]):
                shared = max(shared, _shared(run_id, neighbour))
        if not is_there:
            raise KeyError(reference)
        return run_id if "/" in run_id else run_id[: max(SHORTEST, shared + 1)]


def _shared(one: str, other: str) -> int:
    """How many first characters two texts have in common."""
    for place, (char, its) in enumerate(zip(one, other, strict=False)):
        if char != its:
            return place
    return min(len(one), len(other))
