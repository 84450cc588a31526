"""Runs made up for tests: an airfoil sweep whose statuses, times and values vary, always the same for a seed."""

import random
from datetime import UTC, datetime, timedelta

from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Role, Variable

NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)


def number(name: str, value: float, role: Role = Role.RESULT) -> Variable:
    """A variable with a number, shown with four digits after the point."""
    return Variable(name=name, role=role, type="float", value=value, text=f"{value:.4f}")


def word(name: str, value: str, role: Role = Role.INPUT) -> Variable:
    """A variable with a text."""
    return Variable(name=name, role=role, type="string", value=value, text=value)


def sweep_runs(count: int, seed: int = 1) -> list[Run]:
    """So many runs, one a minute back from `NOW`, 100 to a job."""
    chance = random.Random(seed)
    return [_sweep_run(index, chance) for index in range(count)]


def _sweep_run(index: int, chance: random.Random) -> Run:
    status = chance.choice(list(Status))
    started = NOW - timedelta(minutes=index)
    drag = chance.uniform(-0.03, 0.02)
    return Run(
        profile="hpc",
        service="rescale",
        id=f"aBc{index // 100:04x}/{index % 100}",
        job=f"airfoil sweep {index // 100}",
        name=f"x={20 + index % 7}",
        status=status,
        status_text=status.value.capitalize(),
        started_at=None if status is Status.QUEUED else started,
        created_at=started,
        ended_at=started + timedelta(seconds=131) if status.is_final else None,
        owner=chance.choice(["alice", "bob"]),
        message="Divergence at t = 240: see process_output.log" if status is Status.FAILED else "",
        variables=(
            number("x_velocity", 20 + index % 7, Role.INPUT),
            word("mesh", chance.choice(["fine", "coarse"])),
            number("Cd", drag),
            number("Cl", 3 * drag),
        ),
    )
