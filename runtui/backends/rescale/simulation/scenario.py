"""The story of the simulated account: what happened before the world began, and what goes on happening."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from runtui.backends.rescale.simulation.plan import Axis, Ending, JobPlan, Kind, letters
from runtui.simulation.world import World

_X = Axis("x_velocity", 20.0, 32.0, 11)
_Y = Axis("y_velocity", 0.0, 6.0, 11)
_COMING_FROM = 1_000_000
_FIRST_COMING = 12.0
_COMING_EVERY = 55.0
_LARGEST_SWEEP = 1848
_OWNERS = ("ada@aero.example", "jun.saito@aero.example", "marta@turbo.example")

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0


class Scenario:
    """Plans of jobs, made from the world's seed. With `runs` there are about that many runs instead of the story's.

    `live` is how many of them are in progress when the world begins.
    """

    def __init__(self, world: World, runs: int | None, live: int | None) -> None:
        self._world = world
        self._runs = runs
        self._live = live

    def history(self) -> Iterator[JobPlan]:
        """Every job there is when the world begins."""
        return self._story() if self._runs is None else self._many(self._runs)

    def coming_count(self, now: datetime) -> int:
        """How many jobs have come since the world began."""
        elapsed = (now - self._world.start).total_seconds()
        return max(0, math.floor((elapsed - _FIRST_COMING) / _COMING_EVERY) + 1)

    def coming(self, place: int) -> JobPlan:
        """The job that comes as the `place`-th while one watches."""
        chance = self._world.chance("rescale", "coming", place)
        ago = -(_FIRST_COMING + _COMING_EVERY * place)
        number = _COMING_FROM + place
        what = place % 6
        if what == 3:
            return self._job(
                number, f"manifold study {place}", ago, solver="fluent", period=chance.uniform(60, 140),
                owner=_OWNERS[1], queue=chance.uniform(12, 40),
            )  # fmt: skip
        if what == 5:
            return self._optimisation(
                number, f"slat optimisation {place}", ago, period=chance.uniform(30, 50), iterations=3
            )
        count = chance.randint(4, 10)
        low = round(chance.uniform(0, 3), 1)
        return self._job(
            number, f"airfoil sweep {place + 1}: y {low} to {low + 4}", ago, kind=Kind.SWEEP, count=count,
            slots=max(2, count // 2), period=chance.uniform(35, 110), queue=chance.uniform(10, 40),
            axes=(Axis("x_velocity", 24.0, 28.0, 2), Axis("y_velocity", low, low + 4, (count + 1) // 2)),
            failing=0.25 if what == 2 else 0.0, owner=_OWNERS[place % 3 if what == 1 else 0],
        )  # fmt: skip

    def _story(self) -> Iterator[JobPlan]:
        yield self._job(1, "airfoil sweep: angle of attack", 165, kind=Kind.SWEEP, count=12, slots=4, period=95,
                        queue=80, axes=(Axis("x_velocity", 24.0, 28.0, 3), Axis("y_velocity", 0.0, 6.0, 4)),
                        failing=0.1, waits=True)  # fmt: skip
        yield self._job(2, "airfoil design of experiments 11x11", 3.6 * _HOUR, kind=Kind.SWEEP, count=121, slots=24,
                        period=140, queue=300, axes=(_X, _Y), waits=True)  # fmt: skip
        yield self._job(3, "airfoil sweep, steep inflow", 41 * _MINUTE, kind=Kind.SWEEP, count=16, slots=8, period=180,
                        queue=200, axes=(Axis("x_velocity", 12.0, 18.0, 4), Axis("y_velocity", 4.0, 9.0, 4)),
                        failing=0.22)  # fmt: skip
        yield self._job(4, "manifold steady, 3 M cells", 130, solver="fluent", period=330, queue=60, owner=_OWNERS[1])
        yield self._job(5, "nozzle, 8 M cells", 1.1 * _DAY, solver="starccm", period=5.5 * _HOUR, queue=400,
                        owner=_OWNERS[2])  # fmt: skip
        yield self._job(6, "pump start-up", 2.2 * _DAY, solver="cfx", period=9 * _MINUTE, queue=150, failing=1.0,
                        owner=_OWNERS[2])  # fmt: skip
        yield self._optimisation(7, "flap optimisation Cl/Cd", 190, period=70, iterations=5)
        yield self._job(8, "sweep to be checked by Jun", 5 * _HOUR, kind=Kind.SWEEP, count=30, slots=10, draft=True,
                        axes=(Axis("x_velocity", 24.0, 28.0, 5), Axis("y_velocity", 0.0, 5.0, 6)))  # fmt: skip
        yield self._job(15, "nozzle, 20 M cells", 6 * _HOUR, solver="starccm", period=200, draft=True, owner=_OWNERS[2])
        yield self._job(9, "airfoil sweep, fine mesh", 95, kind=Kind.SWEEP, count=8, slots=8, period=120, queue=160,
                        waits=True,
                        axes=(Axis("x_velocity", 25.0, 27.0, 2), Axis("y_velocity", 1.0, 4.0, 4)))  # fmt: skip
        yield self._job(10, "airfoil sweep, wrong mesh", 5.2 * _HOUR, kind=Kind.SWEEP, count=20, slots=6, period=300,
                        queue=120, axes=(Axis("x_velocity", 24.0, 28.0, 5), Axis("y_velocity", 0.0, 6.0, 4)),
                        stopped_after=430)  # fmt: skip
        yield self._job(11, "combustor LES", 1.6 * _DAY, solver="fluent", period=9 * _HOUR, queue=900,
                        stopped_after=2.4 * _HOUR, forced=True, owner=_OWNERS[2])  # fmt: skip
        yield self._job(12, "airfoil check, cluster kept", 9 * _MINUTE, kind=Kind.SWEEP, count=4, slots=4, period=150,
                        queue=70, lingers=3 * _HOUR,
                        axes=(Axis("x_velocity", 26.0, 27.0, 2), Axis("y_velocity", 1.0, 3.0, 2)))  # fmt: skip
        yield self._job(13, "pump, rare core type", 8 * _HOUR, solver="cfx", queue=1800, ending=Ending.NO_RESOURCES,
                        waits=True, owner=_OWNERS[1])  # fmt: skip
        yield self._job(14, "manifold transient (low priority)", 3.1 * _DAY, solver="fluent", period=4 * _HOUR,
                        queue=600, ending=Ending.RESTARTS, low_priority=True, owner=_OWNERS[1])  # fmt: skip

    def _many(self, runs: int) -> Iterator[JobPlan]:
        """One live sweep, then as many finished ones as it takes."""
        live = min(runs, 12 if self._live is None else self._live)
        if live:
            yield self._job(1, "airfoil sweep, live", 70, kind=Kind.SWEEP, count=live, slots=max(1, live), period=420,
                            queue=40, axes=_grid(live), failing=0.05)  # fmt: skip
        left, number = runs - live, 2
        size = 121 if left <= 6000 else _LARGEST_SWEEP
        while left > 0:
            count = min(left, size)
            failing = 0.06 if number % 4 == 3 and count > 3 else 0.0
            ago = 20 * _MINUTE + number * 35 * _MINUTE
            yield self._job(number, f"airfoil study {number - 1}", ago, kind=Kind.SWEEP, count=count,
                            slots=max(1, count // 3), period=200, queue=90, axes=_grid(count),
                            failing=failing)  # fmt: skip
            left -= count
            number += 1

    def _optimisation(self, number: int, name: str, ago: float, *, period: float, iterations: int) -> JobPlan:
        population = 6
        return self._job(
            number, name, ago, kind=Kind.OPTIMISATION, count=1 + iterations * (population + 1), slots=population,
            period=period, queue=45, axes=(Axis("x_velocity", 20.0, 32.0, 9), Axis("y_velocity", 0.5, 5.0, 9)),
        )  # fmt: skip

    def _job(
        self, number: int, name: str, ago: float, *, kind: Kind = Kind.BASIC, solver: str = "openfoam", count: int = 1,
        slots: int = 1, period: float = 60.0, queue: float = 60.0, axes: tuple[Axis, ...] = (), failing: float = 0.0,
        owner: str = _OWNERS[0], waits: bool = False, stopped_after: float | None = None, forced: bool = False,
        lingers: float = 90.0, ending: Ending = Ending.OWN, low_priority: bool = False, draft: bool = False,
    ) -> JobPlan:  # fmt: skip
        created_at = self._world.start - timedelta(seconds=ago)
        chance = self._world.chance("rescale", number)
        submitted_at = None if draft else created_at + timedelta(seconds=min(3.0, queue / 10))
        return JobPlan(
            number=number, id=self._job_id(number), name=name, owner=owner, kind=kind, solver=solver,
            created_at=created_at + timedelta(microseconds=chance.randrange(1_000_000)), submitted_at=submitted_at,
            salt=chance.randrange(1 << 30), queue_seconds=queue, waits_for_cluster=waits, run_count=count, slots=slots,
            period=period, axes=axes, failing_share=failing, ending=ending, stopped_after=stopped_after, forced=forced,
            cluster_lingers=lingers, low_priority=low_priority,
        )  # fmt: skip

    def _job_id(self, number: int) -> str:
        """Six letters that look like chance and are different for each number."""
        return letters((number * 6_700_417 + self._world.seed * 104_729 + 1_234_567_891) % 52**6, 6)


def _grid(count: int) -> tuple[Axis, ...]:
    side = max(1, round(math.sqrt(count)))
    return (Axis("x_velocity", 20.0, 32.0, side), Axis("y_velocity", 0.0, 6.0, max(1, math.ceil(count / side))))
