"""What will happen to one job and its runs if nobody interferes: a function of the job's plan alone."""

import math
import zlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from runtui.backends.rescale.simulation.airfoil import Coefficients, coefficients
from runtui.simulation.script import Outcome

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Kind(StrEnum):
    """What a job's runs are to each other."""

    BASIC = "basic"
    SWEEP = "sweep"
    OPTIMISATION = "optimisation"


class Ending(StrEnum):
    """How a job ends by itself."""

    OWN = "own"
    """When its runs are over; the reason tells whether one failed."""
    NO_RESOURCES = "no resources"
    """It never executes: there was no machine."""
    RESTARTS = "restarts"
    """Its machine was taken away too often."""


class Axis(NamedTuple):
    """An input of a sweep: its values lie evenly between two bounds."""

    name: str
    low: float
    high: float
    steps: int

    def value(self, index: int) -> float:
        """The value at a place of the axis, rounded as a person would write it."""
        span = (self.high - self.low) * (index % self.steps) / max(1, self.steps - 1)
        return round(self.low + span, 4)


class Place(NamedTuple):
    """Where a run stands: `wave` is which batch of slots it is in, `type` is Rescale's (1, 2, 3)."""

    wave: int
    type: int
    parent: str | None
    is_span: bool
    """Whether it lasts as long as what is below it: an iteration, the root of an optimisation."""


class JobPlan(msgspec.Struct, kw_only=True):
    """One job. Moments are aware UTC, spans seconds. A `submitted_at` of None is a draft.

    A wave of `slots` runs takes `period`. `salt` makes what is left to chance this job's own.
    """

    number: int
    id: str
    name: str
    owner: str
    kind: Kind
    solver: str
    created_at: datetime
    submitted_at: datetime | None
    salt: int
    queue_seconds: float = 45.0
    waits_for_cluster: bool = False
    run_count: int = 1
    slots: int = 1
    period: float = 60.0
    axes: tuple[Axis, ...] = ()
    population: int = 6
    failing_share: float = 0.0
    ending: Ending = Ending.OWN
    stopped_after: float | None = None
    """Seconds after it began to execute at which its owner stops it."""
    forced: bool = False
    """The stop is a Force Stop."""
    cluster_lingers: float = 60.0
    """Seconds the cluster lives on after the job."""
    low_priority: bool = False
    description: str = ""
    body: dict[str, object] = {}
    """What a client sent when it created the job."""

    @property
    def executing_at(self) -> datetime | None:
        """When its runs begin; None when they never do."""
        if self.submitted_at is None or self.ending is Ending.NO_RESOURCES:
            return None
        return self.submitted_at + timedelta(seconds=self.queue_seconds)

    @property
    def waves(self) -> int:
        """How many batches of slots it takes."""
        if self.kind is Kind.OPTIMISATION:
            return (self.run_count - 1) // (self.population + 1)
        return math.ceil(self.run_count / max(1, self.slots))

    @property
    def planned_seconds(self) -> float:
        """Seconds from the first run's start until the job is completed."""
        return self.waves * self.period + 8.0

    def share(self, index: int, what: str) -> float:
        """A number from 0 to 1 that is the same each time for the same run (0 is the first) and purpose."""
        return zlib.crc32(f"{self.salt}/{index}/{what}".encode()) / 0xFFFFFFFF

    def place(self, index: int) -> Place:
        """Where a run stands. Sweeps do not run in the order of their ids."""
        if self.kind is not Kind.OPTIMISATION:
            return Place(self._order(index) // max(1, self.slots), 3, None, False)
        if index == 0:
            return Place(0, 1, None, True)
        iteration, member = divmod(index - 1, self.population + 1)
        if member == 0:
            return Place(iteration, 2, "1", True)
        return Place(iteration, 3, str(index + 1 - member), False)

    def _order(self, index: int) -> int:
        if self.run_count < 3:
            return index
        step = next(step for step in (7, 5, 3, 11, 13, 1) if math.gcd(step, self.run_count) == 1)
        return (index * step + self.salt) % self.run_count

    def fails(self, index: int) -> bool:
        """Whether the run ends with an error of its own."""
        if self.place(index).is_span:
            return False
        return self.share(index, "fails") < self.failing_share or (
            self.failing_share > 0 and index == self.run_count // 2
        )

    @property
    def any_fails(self) -> bool:
        """Whether one of its runs does."""
        return self.failing_share > 0

    def inputs(self, index: int) -> tuple[tuple[str, float], ...]:
        """The values the run is made with; none for a run that only holds others."""
        if self.place(index).is_span:
            return ()
        if self.kind is Kind.OPTIMISATION:
            return self._searched(index)
        values = []
        for axis in self.axes:
            values.append((axis.name, axis.value(index)))
            index //= axis.steps
        return tuple(values)

    def _searched(self, index: int) -> tuple[tuple[str, float], ...]:
        """An optimiser narrows its search from iteration to iteration."""
        narrowing = 0.55 ** self.place(index).wave
        values = []
        for axis in self.axes:
            middle = (axis.low + axis.high) / 2 + (axis.high - axis.low) * 0.21
            reach = (axis.high - axis.low) / 2 * narrowing
            values.append((axis.name, round(middle + reach * (2 * self.share(index, axis.name) - 1), 4)))
        return tuple(values)

    def results(self, index: int) -> Coefficients | None:
        """What the run computes; None when it computes no forces."""
        inputs = dict(self.inputs(index))
        if "x_velocity" not in inputs:
            return None
        return coefficients(inputs["x_velocity"], inputs.get("y_velocity", 0.0), 2 * self.share(index, "noise") - 1)

    def optimal(self) -> int | None:
        """The index of the case with the best lift to drag, for an optimisation."""
        if self.kind is not Kind.OPTIMISATION:
            return None
        best = None
        for index in range(self.run_count):
            found = self.results(index)
            if found is not None and (best is None or found.cl / found.cd > best[0]):
                best = (found.cl / found.cd, index)
        return None if best is None else best[1]


class RunTimes(NamedTuple):
    """When a run's process begins and ends, when its files are up, and how it ends. `cut` is by a stop."""

    started_at: datetime
    work_ended_at: datetime
    completed_at: datetime
    outcome: Outcome
    planned_end: datetime

    @property
    def planned_seconds(self) -> float:
        """Seconds the process takes if nobody stops it."""
        return (self.planned_end - self.started_at).total_seconds()

    @property
    def share_done(self) -> float:
        """How much of the plan was done when the process ended."""
        worked = (self.work_ended_at - self.started_at).total_seconds()
        return 1.0 if self.planned_seconds <= 0 else min(1.0, worked / self.planned_seconds)


def run_times(
    plan: JobPlan, index: int, stopped_at: datetime | None, job_stopped_at: datetime | None
) -> RunTimes | None:
    """The times of a run, with stops of itself and of its job taken into account; None when it never starts."""
    executing_at = plan.executing_at
    if executing_at is None:
        return None
    place = plan.place(index)
    outcome = Outcome.FAILURE if plan.fails(index) else Outcome.SUCCESS
    start = executing_at + timedelta(seconds=place.wave * plan.period)
    if place.is_span:
        waves = plan.waves if place.type == 1 else 1
        length = waves * plan.period - (0.0 if place.type == 1 else 0.02 * plan.period)
    else:
        start += timedelta(seconds=plan.period * (0.005 + 0.05 * plan.share(index, "start")))
        length = plan.period * (0.62 + 0.24 * plan.share(index, "length"))
        if outcome is Outcome.FAILURE:
            length *= 0.3 + 0.4 * plan.share(index, "fails when")
    end = start + timedelta(seconds=length)
    upload = timedelta(seconds=1.0 + 0.03 * plan.period * plan.share(index, "upload"))
    stops = [moment for moment in (stopped_at, job_stopped_at) if moment is not None and moment < end]
    if not stops:
        return RunTimes(start, end, end + upload, outcome, end)
    cut = min(stops)
    if cut <= start:
        return None
    return RunTimes(start, cut, cut + timedelta(seconds=2.0 + 2.0 * plan.share(index, "upload")), Outcome.STOPPED, end)


def letters(number: int, width: int) -> str:
    """A number as a short code of letters, as Rescale's ids are."""
    text = ""
    for _ in range(width):
        number, rest = divmod(number, len(LETTERS))
        text += LETTERS[rest]
    return text


def number_of(text: str) -> int | None:
    """The number that `letters` made a code of; None for anything else."""
    number = 0
    for letter in reversed(text):
        place = LETTERS.find(letter)
        if place < 0:
            return None
        number = number * len(LETTERS) + place
    return number
