"""Which runs there are at a moment, newest first, without making them."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime

from runtui.backends.carrot.simulation.identity import Origin, RunKey
from runtui.backends.carrot.simulation.ledger import Ledger
from runtui.backends.carrot.simulation.plans import Planner


class Population:
    """The sequences of runs of every pipeline. `history` is how many each had before the world's start."""

    def __init__(self, planner: Planner, ledger: Ledger, history: tuple[int, ...], *, comes: bool) -> None:
        self._planner = planner
        self._ledger = ledger
        self._history = history
        self._comes = comes

    def exists(self, key: RunKey, elapsed: float) -> bool:
        """Whether a run is there at that second of the world."""
        if key in self._ledger.deleted or key.pipeline >= len(self._history):
            return False
        match key.origin:
            case Origin.STARTED:
                return key in self._ledger.started
            case Origin.HISTORY:
                return key.number < self._history[key.pipeline]
            case Origin.COMING:
                return key.number < self._coming(key.pipeline, elapsed)

    def newest_first(self, pipeline: int, elapsed: float, skip: int = 0) -> Iterator[RunKey]:
        """The keys of a pipeline by their moment of creation, the newest first, without the first `skip`."""
        recent = [key for key in self._recent(pipeline, elapsed) if key not in self._ledger.deleted]
        yield from recent[skip:]
        skip = max(0, skip - len(recent))
        gone = sorted(
            key.number for key in self._ledger.deleted if key.pipeline == pipeline and key.origin is Origin.HISTORY
        )
        index = _nth_left(skip, gone)
        for number in range(index, self._history[pipeline]):
            key = RunKey(pipeline, Origin.HISTORY, number)
            if key not in self._ledger.deleted:
                yield key

    def created_after(self, pipeline: int, elapsed: float, bound: datetime) -> Iterator[RunKey]:
        """The keys of a pipeline created after a moment, newest first."""
        for key in self.newest_first(pipeline, elapsed):
            if self._planner.created_at(key) <= bound:
                return
            yield key

    def _recent(self, pipeline: int, elapsed: float) -> list[RunKey]:
        coming = [RunKey(pipeline, Origin.COMING, number) for number in range(self._coming(pipeline, elapsed))]
        started = [key for key in list(self._ledger.started) if key.pipeline == pipeline]
        return sorted(coming + started, key=self._planner.created_at, reverse=True)

    def _coming(self, pipeline: int, elapsed: float) -> int:
        return self._planner.coming_count(pipeline, elapsed) if self._comes else 0


def _nth_left(number: int, gone: list[int]) -> int:
    """The index of the number-th item that is left when the sorted indices `gone` are taken out."""
    index = number
    while (shifted := number + bisect_left(gone, index + 1)) != index:
        index = shifted
    return index
