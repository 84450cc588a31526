"""The runs whose end somebody wants to be told of."""

from collections.abc import Iterable, Iterator, Mapping

from runtui.model.reference import RunReference
from runtui.model.run import Run


class Watched:
    """Runs that are watched until they are over."""

    def __init__(self) -> None:
        self._references: set[RunReference] = set()

    def __contains__(self, reference: object) -> bool:
        return reference in self._references

    def __iter__(self) -> Iterator[RunReference]:
        return iter(self._references)

    def __len__(self) -> int:
        return len(self._references)

    def toggle(self, runs: Iterable[Run]) -> tuple[list[Run], list[Run]]:
        """Watch those of the runs that live; when all of them are watched already, watch them no more.

        Gives those that are watched from now on, and those that are not any more.
        """
        living = [run for run in runs if not run.status.is_final]
        fresh = [run for run in living if run.reference not in self._references]
        if fresh:
            self._references.update(run.reference for run in fresh)
            return fresh, []
        self._references.difference_update(run.reference for run in living)
        return [], living

    def ended(self, changed: Mapping[RunReference, Run]) -> list[Run]:
        """The watched runs that are over by these changes. They are not watched any more."""
        over = [changed[one] for one in self._references & changed.keys() if changed[one].status.is_final]
        self._references.difference_update(run.reference for run in over)
        return over
